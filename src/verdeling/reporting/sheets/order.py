"""Which sheets a report has, in the order in which people read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verdeling.comparing.words import ComparisonWords
from verdeling.reporting.sheets.conflict import conflict_sheets
from verdeling.reporting.sheets.division import division_sheets
from verdeling.reporting.sheets.policies import COMPARED, policy_sheets
from verdeling.reporting.sheets.sheet import Sheet
from verdeling.reporting.sheets.telling import limits_told, told

if TYPE_CHECKING:
    from verdeling.reporting.content import Content


MOST_LIMITS = 500
"""Limits on a sheet that people read; it says how many there are."""

_EVERY = ["rows", "prices"]

_OF_SOLUTION = ["placements", "waiting", "builds", "support", "suppliers", "shortfalls"]


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
        found += division_sheets(content)
    elif content.solution is not None:
        found += conflict_sheets(content)
    if content.comparison is not None:
        found += policy_sheets(ComparisonWords(content.comparison, content.lang))
    if content.possible:
        found += _details(content)
        found += [Sheet(name, told(content, content.plan.tables[name])) for name in _EVERY if every]
    found.sort(key=lambda sheet: sheet.name == COMPARED["placements"])  # the longest is last
    return [sheet for sheet in found if len(sheet.table)]


def _details(content: Content) -> list[Sheet]:
    """All of it: what was pursued, what was placed, and every limit."""
    plan = content.plan
    tables = {"goals": plan.goals} | {name: plan.tables[name] for name in _OF_SOLUTION}
    found = [Sheet(name, told(content, table)) for name, table in tables.items()]
    return [*found, Sheet("limits", limits_told(content, content.statements))]
