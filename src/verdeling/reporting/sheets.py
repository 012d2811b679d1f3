"""The sheets of a report as a workbook: which tables there are, in words, and what their columns mean."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd

from verdeling.amounts import estimated
from verdeling.comparing.layout import comparison_sheets
from verdeling.comparing.words import ComparisonWords
from verdeling.errors import NoSolutionError
from verdeling.explaining.asking.one_more import one_more
from verdeling.explaining.binding import beside_prices
from verdeling.explaining.tracing.paths import STEPS
from verdeling.language import listed, say, sentence, things
from verdeling.pursuit import OutOfTime
from verdeling.reading import NEGLIGIBLE
from verdeling.statements import Statements, estimated_rows
from verdeling.texts import TEXTS
from verdeling.workbooks.wording import in_words

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from verdeling.instance import Instance
    from verdeling.language import Language
    from verdeling.reporting.content import Content

MOST_LIMITS = 500
"""Limits on a sheet that people read; it says how many there are."""

_ASKED = 12
"""So many limits are asked about, the most important first: each takes some programs."""

_COUNTED = {
    **dict.fromkeys(["load", "fair_load", "most", "total"], "load"),
    **dict.fromkeys(["relative_load", "relative_built", "relative_support"], "times"),
    **dict.fromkeys(["fair_share", "fair_share_built", "fair_share_support"], "share"),
    "built": "places",
}
"""In what columns are counted whose headings do not say it."""

_COUNTED_RANGES = dict.fromkeys(["lowest", "highest", "change"], "load")
"""Of loads under several policies, which have no column of units."""

_RESTS_ON = {
    **dict.fromkeys(["needs", "fair_load"], ("needs",)),
    **dict.fromkeys(
        ["served", "waiting", "places", "load", "relative_load"], ("needs", "supply", "projects")
    ),
    **dict.fromkeys(["lowest", "highest", "most", "change"], ("needs", "supply", "projects")),
    **dict.fromkeys(["lowest_possible", "highest_possible"], ("needs", "supply", "projects")),
    **dict.fromkeys(["value", "total"], ("needs", "supply", "projects")),
    **dict.fromkeys(["built", "relative_built", "cost"], ("projects",)),
    **dict.fromkeys(["hours", "support_hours", "relative_support"], ("support",)),
}
"""Tables of an instance that numbers rest on most of all."""

_EVERY = ["rows", "prices"]

_TASKS = {
    "built": ["built", "fair_share_built", "relative_built"],
    "support_hours": ["support_hours", "fair_share_support", "relative_support"],
}
"""What there is to say of a task where any of it is done."""

_OF_SOLUTION = ["placements", "waiting", "builds", "support", "suppliers", "shortfalls"]
_COMPARED = {name: f"compared_{name}" for name in ("loads", "ranges", "placements")}
"""Sheets of a comparison of which a division has its own."""

_OF_PRICES = ["price", "tight", "use", "more_until", "less_until"]
"""What limits have that says nothing where it was asked what one more changes."""

_NOT_TOLD = ["agreement", "priced", "row", "goal", "sense", "short"]
"""What limits have that another column or the sheet of missed agreements says."""

_OF_POLICIES = {
    "indicators": "indicator",
    "relative_loads": "relative_load",
    "compared_loads": "load",
    "winners": "change",
}
"""What stands under each policy, on the sheets that have a column for each."""


@dataclass(frozen=True, eq=False)
class Sheet:
    """A table of a report.

    Parameters
    ----------
    name : str
        What it holds, as in the keys of texts.
    table : DataFrame
        In words, under the names of its columns.
    labels : mapping of str to str
        Headings of columns that are groups, steps or policies.
    holds : str
        What these hold, as the name of a column; empty where there are none.
    means : str
        Key of what these mean.
    marked : collection of (int, int)
        Rows and columns of numbers that are open.
    units : sequence of str
        Of the numbers of each row, where they differ from row to row.
    counted : mapping of str to str
        In what columns are counted that are counted in something else on another sheet.
    """

    name: str
    table: pd.DataFrame
    labels: Mapping[str, str] = field(default_factory=dict)
    holds: str = ""
    means: str = ""
    marked: Collection[tuple[int, int]] = ()
    units: Sequence[str] = ()
    counted: Mapping[str, str] = field(default_factory=dict)

    @property
    def columns(self) -> list[str]:
        """What each column holds."""
        return [self.holds if column in self.labels else str(column) for column in self.table]

    def headings(self, lang: Language) -> list[str]:
        """What stands above each column, with what it is counted in."""
        counted = _COUNTED | dict(self.counted)
        return [self.labels.get(str(column)) or _heading(str(column), counted, lang) for column in self.table]

    def meanings(self, lang: Language) -> list[str]:
        """What each column means."""
        keys = [self.means if column in self.labels else str(column) for column in self.table]
        return [say(_known("under", key, "column"), lang) for key in keys]

    def tells(self, lang: Language, **values: object) -> str:
        """What the sheet holds."""
        return say(_known("tells", self.name, "holds"), lang, **values).rstrip(".")

    def rests(self, instance: Instance, lang: Language) -> list[str]:
        """On what estimates each column rests; empty for none."""
        counts = {name: found for name, found in estimated_rows(instance).items() if found[0]}
        told = {
            name: say("note.rows", lang, part=estimated(*found, lang), table=say(f"table.{name}", lang))
            for name, found in counts.items()
        }
        rests = [
            [told[name] for name in _RESTS_ON.get(column, ()) if name in told] for column in self.columns
        ]
        return [say("workbook.rests", lang, parts=listed(parts, lang)) if parts else "" for parts in rests]


def sheets_of(content: Content, *, every: bool = False) -> list[Sheet]:
    """Every sheet of a report that has rows, in the order in which people read them.

    Parameters
    ----------
    content : Content
        What is told.
    every : bool
        Whether there are sheets of all limits and of all prices as well.
    """
    found: list[Sheet] = []
    if content.possible:
        found += _division(content)
    elif content.solution is not None:
        found += _conflict(content)
    if content.comparison is not None:
        found += _policies(ComparisonWords(content.comparison, content.lang))
    if content.possible:
        found += _details(content)
        found += [Sheet(name, _told(content, content.plan.tables[name])) for name in _EVERY if every]
    found.sort(key=lambda sheet: sheet.name == _COMPARED["placements"])  # the longest is last
    return [sheet for sheet in found if len(sheet.table)]


def _known(own: str, name: str, shared: str) -> str:
    """Key of a text of workbooks, or of the one that the folder of tables has for it."""
    key = f"{own}.{name}"
    return key if key in TEXTS else f"{shared}.{name}"


def _heading(column: str, counted: Mapping[str, str], lang: Language) -> str:
    heading = say(f"heading.{column}", lang)
    if column not in counted:
        return heading
    return say("workbook.in", lang, heading=heading, unit=say(f"counted.{counted[column]}", lang))


def _division(content: Content) -> list[Sheet]:
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
        Sheet("ranges", _told(content, content.ranges.drop(columns=["group", "loosened"], errors="ignore"))),
        *_room(content),
    ]


def _details(content: Content) -> list[Sheet]:
    """All of it: what was pursued, what was placed, and every limit."""
    plan = content.plan
    tables = {"goals": plan.goals} | {name: plan.tables[name] for name in _OF_SOLUTION}
    found = [Sheet(name, _told(content, table)) for name, table in tables.items()]
    return [*found, Sheet("limits", _limits(content, content.statements))]


def _told(content: Content, table: pd.DataFrame) -> pd.DataFrame:
    """A table in words, without what says nothing: empty columns, and one region or scenario."""
    named = in_words(table, content.words)
    if "agreement" in named:
        named["agreement"] = [
            content.names.name("agreement", key) if key else "" for key in named["agreement"]
        ]
    if "project" in named:
        named["project"] = content.names.column("project", named["project"])
    return _filled(named.drop(columns=["name"], errors="ignore"), content)


def _filled(table: pd.DataFrame, content: Content) -> pd.DataFrame:
    """A table in which truths are words, without columns that say nothing."""
    truths = [str(column) for column in table if pd.api.types.infer_dtype(table[column]) == "boolean"]
    words = {column: [say(f"value.{truth}", content.lang) for truth in table[column]] for column in truths}
    told = table.assign(**words)
    idle = [
        column
        for column in told
        if told[column].isna().all() or (told[column].dtype.kind not in "fiub" and (told[column] == "").all())
    ]
    idle += ["region"] if "region" in told and content.names.regions == 1 else []
    return told.drop(columns=idle)


def _loads(content: Content) -> pd.DataFrame:
    loads = content.plan.loads.set_index("municipality").reindex(list(content.municipalities)).reset_index()
    loads.insert(list(loads).index("load") + 1, "fair_load", content.loads["fair_load"].to_numpy())
    idle = [name for task, names in _TASKS.items() if not loads[task].any() for name in names]
    return _told(content, loads.drop(columns=idle))


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
    told = [content.path(key) for key in wide.index]
    table = wide[steps].assign(total=last, sentence=told).rename_axis(columns=None).reset_index()
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
    return _limits(content, Statements(solution, found)).drop(columns=_OF_PRICES, errors="ignore")


def _limits(content: Content, statements: Statements) -> pd.DataFrame:
    """Limits with their prices; agreements by their texts."""
    table = statements.in_words(content.lang)
    table["project"] = content.names.column("project", table["project"])
    return _filled(table.drop(columns=_NOT_TOLD), content)


def _room(content: Content) -> list[Sheet]:
    """Who can take over from whom, and what was loosened; nothing without an explanation."""
    if content.explanation is None:
        return []
    room, names = content.explanation.room, content.names
    trades = room.trades.assign(
        **{side: names.column("municipality", room.trades[side]) for side in ("giver", "taker")}
    )
    return [Sheet("trades", _told(content, trades)), Sheet("loosened", _told(content, room.loosened))]


def _conflict(content: Content) -> list[Sheet]:
    """Which agreements cannot hold together, and with an explanation the numbers with which they can."""
    solution = content.solution
    assert solution is not None
    text = "text_nl" if content.lang == "nl" else "text"
    conflict = solution.conflict
    told = conflict.assign(text=conflict[text].where(conflict[text] != "", conflict["text"]))
    found = [Sheet("conflict", _filled(told[["text", "source", "in_conflict"]], content))]
    if content.explanation is None:
        return found
    ways = content.explanation.repairs.concessions
    units = [_unit_asked(*row, content.lang) for row in zip(ways["measure"], ways["unit"], strict=True)]
    ways = ways.assign(text=ways[text].where(ways[text] != "", ways["text"]))
    scope = ["region", "municipality", "group", "place_type", "supplier", "year"]
    table = in_words(ways[["repair", "text", "sense", "from", "to", *scope]], content.words)
    table.insert(5, "unit", units)
    return [*found, Sheet("concessions", _filled(table, content))]


def _unit_asked(measure: str, unit: str, lang: Language) -> str:
    """What the number of an agreement is counted in, or a part of."""
    key = f"repair.asked.{measure}"
    return say(key, lang, number="").strip() if key in TEXTS else things(f"unit.{unit}", lang)


def _policies(words: ComparisonWords) -> list[Sheet]:
    """The sheets of a comparison; what a division has as well goes by another name."""
    lang = words.lang
    tables, marks = comparison_sheets(words)
    units = {things(f"unit.{unit}", lang): str(unit) for unit in words.comparison.indicators["unit"].unique()}
    found = []
    for key, table in tables.items():
        name = _COMPARED.get(key, key)
        holds = _OF_POLICIES.get(name, "")
        of_rows = [units[unit] for unit in table["unit"]] if name == "indicators" else ()
        means = f"of_{holds}" if holds else ""
        kind = "value" if name == "indicators" else holds
        labels = {label: words.labels[label] for label in map(str, table) if holds and label in words.labels}
        shown = table if key in marks else _tidy(table)  # marks are of columns as they stand
        marked, counted = marks.get(key, ()), _COUNTED_RANGES if key == "ranges" else {}
        found.append(Sheet(name, shown, labels, kind, means, marked, of_rows, counted))
    return found


def _tidy(table: pd.DataFrame) -> pd.DataFrame:
    """A table without columns in which nothing stands."""
    idle: list[Any] = [
        column for column in table if table[column].isna().all() or (table[column] == "").all()
    ]
    return table.drop(columns=idle)
