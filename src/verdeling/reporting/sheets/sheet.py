"""One sheet of a workbook: a table in words, and what its columns mean and rest on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from verdeling.amounts import estimated
from verdeling.language import listed, say
from verdeling.statements import estimated_rows
from verdeling.texts import TEXTS

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    import pandas as pd

    from verdeling.instance import Instance
    from verdeling.language import Language


_COUNTED = {
    **dict.fromkeys(["load", "fair_load", "most", "total"], "load"),
    **dict.fromkeys(["relative_load", "relative_built", "relative_support"], "times"),
    **dict.fromkeys(["fair_share", "fair_share_built", "fair_share_support"], "share"),
    "built": "places",
}
"""In what columns are counted whose headings do not say it."""

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


def _known(own: str, name: str, shared: str) -> str:
    """Key of a text of workbooks, or of the one that the folder of tables has for it."""
    key = f"{own}.{name}"
    return key if key in TEXTS else f"{shared}.{name}"


def _heading(column: str, counted: Mapping[str, str], lang: Language) -> str:
    heading = say(f"heading.{column}", lang)
    if column not in counted:
        return heading
    return say("workbook.in", lang, heading=heading, unit=say(f"counted.{counted[column]}", lang))
