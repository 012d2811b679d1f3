"""The sheets of policies side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from verdeling.comparing.layout import comparison_sheets
from verdeling.language import things
from verdeling.reporting.sheets.sheet import Sheet

if TYPE_CHECKING:
    import pandas as pd

    from verdeling.comparing.words import ComparisonWords


_COUNTED_RANGES = dict.fromkeys(["lowest", "highest", "change"], "load")
"""Of loads under several policies, which have no column of units."""

COMPARED = {name: f"compared_{name}" for name in ("loads", "ranges", "placements")}
"""Sheets of a comparison of which a division has its own."""

_OF_POLICIES = {
    "indicators": "indicator",
    "relative_loads": "relative_load",
    "compared_loads": "load",
    "winners": "change",
}
"""What stands under each policy, on the sheets that have a column for each."""


def policy_sheets(words: ComparisonWords) -> list[Sheet]:
    """The sheets of a comparison; what a division has as well goes by another name."""
    lang = words.lang
    tables, marks = comparison_sheets(words)
    units = {things(f"unit.{unit}", lang): str(unit) for unit in words.comparison.indicators["unit"].unique()}
    found = []
    for key, table in tables.items():
        name = COMPARED.get(key, key)
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
