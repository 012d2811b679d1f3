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
    from collections.abc import Callable, Iterable
    from typing import Any

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
    wide = _wide(chosen, "value")
    spread = wide.max() - wide.min()
    differs = spread > np.maximum(SAME * wide.abs().max(), NOTHING)
    sign = -1 if chosen["better"].iloc[0] == "lower" else 1
    scaled = sign * (wide - wide.median()) / spread.where(differs)
    return scaled.reindex(index=chosen["policy"].unique(), columns=chosen["instance"].unique())


def _wide(chosen: pd.DataFrame, column: str) -> pd.DataFrame:
    """Policies × regions."""
    return chosen.set_index(["policy", "instance"])[column].unstack()  # noqa: PD010


def differing(results: pd.DataFrame) -> pd.DataFrame:
    """Per region, how many different values the policies reach on each of the shown indicators.

    A value that a policy leaves open is not one that it reaches.
    """
    counts = {}
    for indicator in SHOWN:
        chosen = results[(results["indicator"] == indicator) & (results["freedom"] != "free")]
        counts[indicator] = chosen.groupby("instance", sort=False)["value"].agg(_distinct)
    return pd.DataFrame(counts)


def _distinct(values: Iterable[float]) -> int:
    """How many values there are that differ from the one before by more than `SAME`."""
    ordered = np.sort(np.asarray(list(values)))
    room = max(SAME * np.abs(ordered).max(initial=0.0), NOTHING)
    return 1 + int((np.diff(ordered) > room).sum())


def sheet(comparison: Comparison) -> str:
    """The policy sheet of an instance: all policies × all indicators, and who carries more or less."""
    failed = comparison.status[comparison.status["message"] != ""]
    lines = [
        f"# {comparison.instance.about.title}, scenario {comparison.scenarios[0]}",
        "",
        "Made by `python benchmarks/policies/run.py`. The needs and most of the supply are estimates; "
        "see [the instance](../../instances/enschede/README.md).",
        "",
        "A ~ stands before what is of the plan that is shown: it is not proved that every plan that is as "
        "good has the same number. Of `moves` and `envy_beyond_one`, which rest on who is given which place, "
        "that is not asked. What stands without a ~ is settled by the goals of the policy.",
        "",
        "## Every policy by every indicator",
        "",
        _markdown(_by_indicator(comparison.indicators)),
        "",
        "## Who carries more (+) or less (−) than its fair share of what is housed",
        "",
        "In units of load. *Open*: the sign may differ in another plan that is as good.",
        "",
        _markdown(_by_town(comparison.winners, _change)),
        "",
        "## Loads that policies leave open",
        "",
        "Lowest and highest load in plans that are as good. The loads of all other policies are settled.",
        "",
        _markdown(_open_loads(comparison.loads)),
        "",
        *(f"- {row['policy']}: {row['message']}" for row in failed.to_dict("records")),
    ]
    return "\n".join(lines).rstrip() + "\n"


def _by_indicator(indicators: pd.DataFrame) -> pd.DataFrame:
    """Values by policy, open ones marked, with unit and better before them."""
    told = [
        f"{'' if free == 'settled' else '~'}{_cell(value)}" if np.isfinite(value) else _cell(value)
        for value, free in zip(indicators["value"].astype(float), indicators["freedom"], strict=True)
    ]
    about = indicators.drop_duplicates("indicator").set_index("indicator")[["unit", "better"]]
    wide = indicators.assign(told=told).set_index(["indicator", "policy"])["told"].unstack()  # noqa: PD010
    return about.join(wide[indicators["policy"].unique()])


def _by_town(table: pd.DataFrame, told: Callable[[dict[str, Any]], str]) -> pd.DataFrame:
    """What is told by municipality and policy."""
    cells = table.assign(told=[told(row) for row in table.to_dict("records")])
    wide = cells.set_index(["name", "policy"])["told"].unstack()  # noqa: PD010
    return wide[table["policy"].unique()]


def _change(row: dict[str, Any]) -> str:
    if row["verdict"] == "open":
        return "open"
    return f"{'~' if row['highest'] - row['lowest'] >= SAME else ''}{_cell(row['change'])}"


def _open_loads(loads: pd.DataFrame) -> pd.DataFrame:
    """Ends of the loads of policies that leave any open."""
    free = loads.loc[loads["freedom"] == "free", "policy"].unique()
    chosen = loads[loads["policy"].isin(free)]
    return _by_town(chosen, lambda row: _ends(row["lowest"], row["highest"]))


def _ends(lowest: float, highest: float) -> str:
    """Two ends, or one number where they are the same."""
    return _cell(highest) if highest - lowest < SAME else f"{_cell(lowest)} to {_cell(highest)}"


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


def open_cells(results: pd.DataFrame, indicator: str, table: pd.DataFrame) -> tuple[list[int], list[int]]:
    """Across and down, the cells of a panel that have a colour and a value that a policy leaves open."""
    chosen = results[results["indicator"] == indicator]
    free = _wide(chosen, "freedom").reindex(index=table.index, columns=table.columns) == "free"
    down, across = np.nonzero((free & table.notna()).to_numpy())
    return across.tolist(), down.tolist()


def _heading(results: pd.DataFrame, indicator: str) -> str:
    """The indicator, and whether it was asked which of its values are open."""
    known = results.loc[results["indicator"] == indicator, "freedom"] != "unknown"
    return indicator if known.any() else f"{indicator} (of the plans shown)"


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
        panel.set_title(_heading(results, indicator), fontsize=15)
        panel.plot(*open_cells(results, indicator, table), "o", markerfacecolor="none", color="black")
        panel.set_xticks(range(len(table.columns)), table.columns, rotation=90)
        panel.set_yticks(range(len(table)), table.index)
    figure.suptitle(
        "Where policies differ: each region apart, each policy against the median one", fontsize=18
    )
    scale = figure.colorbar(image, ax=panels, shrink=0.5, ticks=[-1, 0, 1])
    scale.ax.set_yticklabels(["worse", "as the\nmedian", "better"])
    legend = "Grey: all policies are the same there.  ○ open: another plan that is as good may be elsewhere."
    figure.supxlabel(legend, fontsize=13)
    figure.savefig(path, dpi=80, metadata={"Software": None})
    print(f"written: {path.name}")


if __name__ == "__main__":
    main()
