"""Every policy on regions of different character: where they really differ, as a table and a picture.

Run ``python benchmarks/policies/run.py``. It writes, beside this file unless ``--output`` says
otherwise, ``results.csv`` (every indicator), ``enschede.md`` (the policy sheet of Enschede) and, where
matplotlib is installed, ``differences.png``.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from characters import CHARACTERS, region

from verdeling import Comparison, compare, read_instance

if TYPE_CHECKING:
    from collections.abc import Iterable

HERE = Path(__file__).parent
REAL = {"enschede": "high", "twente": "high"}
"""Instances of the repository that are compared too, and their scenario."""

SHOWN = ("coverage", "waiting", "moves", "cost", "heaviest", "lightest", "gini", "envy")
"""Indicators in the picture."""

SAME = 0.005
"""Values that differ by less than this part of the largest one are called the same."""

NOTHING = 1e-3
"""So are values that differ by less than this."""


def main() -> None:
    """Compare, write and say what was written."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--only", metavar="NAME", action="append", help="one or more regions; default: all")
    parser.add_argument("--output", metavar="FOLDER", type=Path, default=HERE)
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    compared = {name: compared_on(name) for name in options.only or [*CHARACTERS, *REAL]}
    results = together({name: each.indicators for name, each in compared.items()})
    _write(results, options.output / "results.csv")
    if "enschede" in compared:
        (options.output / "enschede.md").write_text(sheet(compared["enschede"]), encoding="utf-8")
    draw(results, options.output / "differences.png")
    print(differing(results).to_string())


def compared_on(name: str) -> Comparison:
    """All policies on a region; says on the way how far it is."""
    print(f"{name} …", flush=True)
    if name in CHARACTERS:
        return compare(region(name))
    instance = read_instance(HERE.parents[1] / "instances" / name)
    return compare(instance, scenarios=[REAL[name]])


def together(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Tables under each other, with the region before them."""
    stacked = pd.concat([table.assign(instance=name) for name, table in tables.items()], ignore_index=True)
    return stacked[["instance", *stacked.columns.drop("instance")]]


def _write(table: pd.DataFrame, path: Path) -> None:
    """Write a table with so many digits that every machine writes the same."""
    numbers = table.select_dtypes("number").columns
    rounded = table.assign(**{name: table[name].round(4) + 0.0 for name in numbers})
    rounded.to_csv(path, index=False, lineterminator="\n")
    print(f"written: {path.name} ({len(table)} rows)")


def departures(results: pd.DataFrame, indicator: str) -> pd.DataFrame:
    """Policies × regions: how far from the median policy, as a part of the spread; above zero is better.

    NaN where all are the same.
    """
    chosen = results[results["indicator"] == indicator]
    wide = chosen.set_index(["policy", "instance"])["value"].unstack()  # noqa: PD010
    spread = wide.max() - wide.min()
    differs = spread > np.maximum(SAME * wide.abs().max(), NOTHING)
    sign = -1 if chosen["better"].iloc[0] == "lower" else 1
    scaled = sign * (wide - wide.median()) / spread.where(differs)
    return scaled.reindex(index=chosen["policy"].unique(), columns=chosen["instance"].unique())


def differing(results: pd.DataFrame) -> pd.DataFrame:
    """Per region, how many different values the policies reach on each of the shown indicators."""
    counts = {}
    for indicator in SHOWN:
        chosen = results[results["indicator"] == indicator]
        counts[indicator] = chosen.groupby("instance", sort=False)["value"].agg(_distinct)
    return pd.DataFrame(counts)


def _distinct(values: Iterable[float]) -> int:
    """How many values there are that differ from the one before by more than `SAME`."""
    ordered = np.sort(np.asarray(list(values)))
    room = max(SAME * np.abs(ordered).max(initial=0.0), NOTHING)
    return 1 + int((np.diff(ordered) > room).sum())


def sheet(comparison: Comparison) -> str:
    """The policy sheet of an instance: all policies × all indicators, and who carries more or less."""
    indicators = comparison.indicators
    order = indicators["policy"].unique()
    units = indicators.drop_duplicates("indicator").set_index("indicator")
    values = indicators.set_index(["indicator", "policy"])["value"].unstack()  # noqa: PD010
    values = values.loc[units.index, order]
    values.insert(0, "better", units["better"])
    values.insert(0, "unit", units["unit"])
    winners = comparison.winners
    changes = winners.set_index(["name", "policy"])["change"].unstack()[order]  # noqa: PD010
    failed = comparison.status[comparison.status["message"] != ""]
    lines = [
        f"# {comparison.instance.about.title}, scenario {comparison.scenarios[0]}",
        "",
        "Made by `python benchmarks/policies/run.py`. The needs and most of the supply are estimates; "
        "see [the instance](../../instances/enschede/README.md).",
        "",
        "## Every policy by every indicator",
        "",
        _markdown(values),
        "",
        "## Who carries more (+) or less (−) than its fair share of what is housed",
        "",
        "In units of load.",
        "",
        _markdown(changes),
        "",
        *(f"- {row['policy']}: {row['message']}" for row in failed.to_dict("records")),
    ]
    return "\n".join(lines).rstrip() + "\n"


def _markdown(table: pd.DataFrame) -> str:
    """A table in Markdown, numbers short."""
    header = [table.index.name or "", *map(str, table.columns)]
    rows = [
        [str(label), *(_cell(value) for value in row)]
        for label, row in zip(table.index, table.to_numpy(), strict=True)
    ]
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _cell(value: object) -> str:
    if not isinstance(value, float):
        return str(value)
    if np.isnan(value):
        return "–"
    return f"{value + 0.0:,.0f}" if abs(value) >= 100 else f"{round(value, 6) + 0.0:.3g}"


def draw(results: pd.DataFrame, path: Path) -> None:
    """A panel per indicator, policies down and regions across: blue is better than most, red is worse."""
    try:
        import matplotlib as mpl
    except ImportError:
        print("no picture: install matplotlib to have one")
        return
    mpl.use("Agg")
    import matplotlib.pyplot as plt

    colours = plt.get_cmap("RdBu").with_extremes(bad="#dddddd")
    figure, panels = plt.subplots(2, 4, figsize=(22, 16), sharex=True, sharey=True, layout="constrained")
    for indicator, panel in zip(SHOWN, panels.flat, strict=True):
        table = departures(results, indicator)
        shown = np.ma.masked_invalid(table.to_numpy())
        image = panel.imshow(shown, cmap=colours, vmin=-1, vmax=1, aspect="auto")
        panel.set_title(indicator, fontsize=15)
        panel.set_xticks(range(len(table.columns)), table.columns, rotation=90)
        panel.set_yticks(range(len(table)), table.index)
    figure.suptitle(
        "Where policies differ: each region apart, each policy against the median one", fontsize=18
    )
    scale = figure.colorbar(image, ax=panels, shrink=0.5, ticks=[-1, 0, 1])
    scale.ax.set_yticklabels(["worse", "as the\nmedian", "better"])
    figure.text(0.99, 0.01, "Grey: all policies are the same there.", ha="right", fontsize=13)
    figure.savefig(path, dpi=80, metadata={"Software": None})
    print(f"written: {path.name}")


if __name__ == "__main__":
    main()
