"""The sheets that people look for first: what each carries, who is housed, why, and what is free."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from verdeling.errors import NoSolutionError
from verdeling.explaining.asking.one_more import one_more
from verdeling.explaining.binding import beside_prices
from verdeling.explaining.tracing.paths import STEPS
from verdeling.language import say, sentence
from verdeling.pursuit import OutOfTime
from verdeling.reading import NEGLIGIBLE
from verdeling.reporting.sheets.sheet import Sheet
from verdeling.reporting.sheets.telling import limits_told, told
from verdeling.statements import Statements

if TYPE_CHECKING:
    from verdeling.reporting.content import Content


_ASKED = 12
"""So many limits are asked about, the most important first: each takes some programs."""

_TASKS = {
    "built": ["built", "fair_share_built", "relative_built"],
    "support_hours": ["support_hours", "fair_share_support", "relative_support"],
}
"""What there is to say of a task where any of it is done."""

_OF_PRICES = ["price", "tight", "use", "more_until", "less_until"]
"""What limits have that says nothing where it was asked what one more changes."""


def division_sheets(content: Content) -> list[Sheet]:
    """What people look for first: what each carries, who is housed, why, and what is free."""
    return [
        Sheet("loads", _loads(content)),
        Sheet("regions", _regions(content)),
        _queue(content),
        _places_by_group(content),
        _waiting_by_year(content),
        _paths(content),
        Sheet("explanation", pd.DataFrame({"sentence": content.limits()})),
        Sheet("one_more", _one_more(content)),
        Sheet("ranges", told(content, content.ranges.drop(columns=["group", "loosened"], errors="ignore"))),
        *_room(content),
    ]


def _loads(content: Content) -> pd.DataFrame:
    loads = content.plan.loads.set_index("municipality").reindex(list(content.municipalities)).reset_index()
    loads.insert(list(loads).index("load") + 1, "fair_load", content.loads["fair_load"].to_numpy())
    idle = [name for task, names in _TASKS.items() if not loads[task].any() for name in names]
    return told(content, loads.drop(columns=idle))


def _regions(content: Content) -> pd.DataFrame:
    """Of each region what its municipalities carry together; nothing where there is one."""
    numbers = ["places", "load", "fair_load", "built", "support_hours"]
    table = content.loads.groupby("region", as_index=False)[numbers].sum()
    table.insert(4, "relative_load", (table["load"] / table["fair_load"]).where(table["fair_load"] > 0))
    return table if len(table) > 1 else table.iloc[:0]


def _queue(content: Content) -> Sheet:
    table = content.queue.drop(columns="group").rename(columns={"name": "group"})
    return Sheet("queue", table)


def _wide(content: Content, table: pd.DataFrame, rows: str, holds: str, means: str, name: str) -> Sheet:
    """A row for each municipality or year, and a column for each group that has something."""
    wide = table.pivot_table(index=rows, columns="group", values=holds, aggfunc="sum", fill_value=0)
    groups = content.names.names["group"]
    labels = {key: label for key, label in groups.items() if key in wide and wide[key].any()}
    wide = wide.reindex(columns=list(labels)).rename_axis(columns=None).reset_index()
    return Sheet(name, wide, labels, holds, means)


def _places_by_group(content: Content) -> Sheet:
    sheet = _wide(content, content.plan.placements, "municipality", "places", "of_group", "places_by_group")
    table = sheet.table.set_index("municipality").reindex(list(content.municipalities), fill_value=0)
    named = content.names.in_words(table.reset_index())
    return Sheet("places_by_group", named, sheet.labels, sheet.holds, sheet.means)


def _waiting_by_year(content: Content) -> Sheet:
    return _wide(content, content.plan.waiting, "year", "waiting", "of_waiting", "waiting_by_year")


def _paths(content: Content) -> Sheet:
    """A column for each step that changes anything, the result, and the path in a sentence."""
    paths = content.paths
    if paths is None or paths.steps.empty:
        return Sheet("paths", pd.DataFrame())
    wide = paths.steps.pivot_table(index="municipality", columns="step", values="amount", dropna=False)
    wide = wide.reindex(list(content.municipalities))
    steps = [step for step in [*STEPS, "rest"] if step in wide and wide[step].abs().gt(0).any()]
    labels = {step: sentence(say(f"step.{step}", content.lang)) for step in steps}
    last = paths.steps.groupby("municipality")["total"].last()
    sentences = [content.path(key) for key in wide.index]
    table = wide[steps].assign(total=last, sentence=sentences).rename_axis(columns=None).reset_index()
    return Sheet("paths", content.names.in_words(table), labels, "load", "step")


def _one_more(content: Content) -> pd.DataFrame:
    """What one more and one less of the most important limits change; empty without an explanation."""
    if content.explanation is None:
        return pd.DataFrame()
    solution, limits = content.plan, content.statements.limits
    ordered = limits[limits["price"].notna()].sort_values(["rank", "price"], kind="stable")
    alike = ordered.drop_duplicates(["rank", "family", "agreement", "municipality"])
    rows = alike["row"].drop_duplicates().head(_ASKED)
    if rows.empty:
        return pd.DataFrame()
    try:
        margins = one_more(solution, rows, desk=content.explanation.desk)
    except (NoSolutionError, OutOfTime):
        return pd.DataFrame()
    found = beside_prices(solution, limits[limits["row"].isin(rows)], margins)
    found = found[found[["more_change", "less_change"]].abs().gt(NEGLIGIBLE).any(axis=1)]
    return limits_told(content, Statements(solution, found)).drop(columns=_OF_PRICES, errors="ignore")


def _room(content: Content) -> list[Sheet]:
    """Who can take over from whom, and what was loosened; nothing without an explanation."""
    if content.explanation is None:
        return []
    room, names = content.explanation.room, content.names
    trades = room.trades.assign(
        **{side: names.column("municipality", room.trades[side]) for side in ("giver", "taker")}
    )
    return [Sheet("trades", told(content, trades)), Sheet("loosened", told(content, room.loosened))]
