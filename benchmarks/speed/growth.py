"""How cost grows with size, over cases of which only the number of regions differs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

LADDER = ("regions-5", "regions-50", "regions-350", "regions-1000", "regions-10000")
"""These cases, from small to large."""

FITTED = LADDER[:3]
"""Those that growth is promised for: 5 to 350 regions."""

COSTS = {
    "total": "processor seconds",
    "solver": "HiGHS itself",
    "outside": "stating, passing, pursuing, reading back",
    "solved MB": "megabytes",
}
"""Columns of the results, or made of them, whose growth is told."""

_OUTSIDE = ["state", "pass", "pursue", "read back"]


def ladder(results: pd.DataFrame) -> pd.DataFrame:
    """The fractional results of these cases, by columns, with what starting takes left out of the total."""
    rows = results[results["case"].isin(LADDER) & (results["places"] == "fractional")].dropna(subset="total")
    total = rows["total"] - rows["import"]
    return rows.assign(total=total, outside=rows[_OUTSIDE].sum(axis=1)).sort_values("columns")


def exponents(results: pd.DataFrame) -> dict[str, float]:
    """For each cost the slope of a straight line through the promised sizes, both as logarithms.

    Importing is left out of seconds; memory counts whole, with what an empty Python takes.
    """
    rows = ladder(results)
    rows = rows[rows["case"].isin(FITTED)]
    if len(rows) < 2:
        return {}
    size = np.log(rows["columns"].to_numpy(float))
    return {
        told: float(np.polyfit(size, np.log(rows[cost].to_numpy(float)), 1)[0])
        for cost, told in COSTS.items()
    }


def draw(results: pd.DataFrame, path: Path) -> None:
    """A picture of time and memory against size, both logarithmic; none without matplotlib or sizes."""
    rows = ladder(results)
    if len(rows) < 2:
        return
    try:
        import matplotlib as mpl
    except ImportError:
        print("no picture: install matplotlib to have one")
        return
    mpl.use("Agg")
    import matplotlib.pyplot as plt

    figure, (time, memory) = plt.subplots(1, 2, figsize=(13, 5.5), layout="constrained")
    for cost in ("total", "solver", "outside"):
        time.loglog(rows["columns"], rows[cost], "o-", label=COSTS[cost])
    memory.loglog(rows["columns"], rows["solved MB"], "o-", color="black", label="one process, fractional")
    for panel, cost, label in ((time, "total", "processor seconds"), (memory, "solved MB", "megabytes")):
        first = rows.iloc[0]
        straight = first[cost] * rows["columns"] / first["columns"]
        panel.loglog(rows["columns"], straight, ":", color="grey", label="in proportion")
        panel.set(xlabel="columns of the program", ylabel=label)
        panel.grid(which="both", alpha=0.25)
        panel.legend()
        above = panel.secondary_xaxis("top")
        above.set_xticks(rows["columns"], [f"{count:,.0f}" for count in rows["municipalities"]])
        above.set_xticks([], minor=True)
        above.set_xlabel("municipalities")
    figure.suptitle("Leximin, fractional: 10 municipalities a region, 12 groups, 8 place types, 3 years")
    figure.savefig(path, dpi=110)
    plt.close(figure)
