"""What if: an instance with changes, and what that does to goals, loads and tables."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from verdeling.amounts import asked, asked_number
from verdeling.engine import solve
from verdeling.explaining.asking.changing import Change, NewRow, Scaling, changed, found_row
from verdeling.explaining.asking.desk import Desk
from verdeling.explaining.asking.effects import Effect, effect
from verdeling.language import counted, language, listed, number, percent, said, say, sentence
from verdeling.names import Names

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from verdeling.instance import Instance
    from verdeling.language import Language
    from verdeling.solution import Solution

_KEYS = {
    "placements": (["municipality", "group", "place_type", "year"], "places"),
    "waiting": (["group", "region", "municipality", "year"], "waiting"),
    "builds": (["project", "year"], "places"),
    "support": (["provider", "municipality", "year"], "hours"),
}
"""Tables of a plan that are compared, by which columns, and what."""

NEAR = 1e-6
"""Differences of less are rounding."""

AMOUNTS = {
    "needs": ("households", "households"),
    "supply": ("places", "places"),
    "projects": ("max_places", "places"),
    "support": ("hours", "hours per week"),
    "agreements": ("value", ""),
    "fair_shares": ("share", ""),
    "distances": ("minutes", "minutes"),
}
"""The amount of a table and its unit."""


@dataclass(frozen=True, eq=False, repr=False)
class WhatIf:
    """Two optima of the same policy: before and after changes; fractional.

    Parameters
    ----------
    changes : tuple of Change, NewRow or Scaling
        What was changed.
    before : Solution
        The plan as it was.
    effect : Effect
        Goals and loads that differ; empty where there is no plan.
    possible : bool
        Whether there is a plan after the changes.
    """

    changes: tuple[Change | NewRow | Scaling, ...]
    before: Solution
    effect: Effect
    possible: bool
    _read: Callable[[], Solution]

    @cached_property
    def after(self) -> Solution:
        """The plan after the changes; infeasible, with its conflict, where none keeps the hard limits.

        Its tables are read and verified when it is first asked for: they are half of what an answer takes,
        and goals and loads do not need them.

        Raises
        ------
        SolverError
            If the plan does not verify.
        """
        return self._read()

    def differences(self, table: str) -> pd.DataFrame:
        """Rows of a table of the plan that differ, the largest difference first.

        Parameters
        ----------
        table : {"placements", "waiting", "builds", "support"}
            Which table. Where a policy leaves a number open, it may differ without a reason; goals and
            loads do not.

        Returns
        -------
        DataFrame
            The key columns of the table, before, after, change (places, households or hours per week).

        Raises
        ------
        NoSolutionError
            If there is no plan after the changes.
        """
        keys, column = _KEYS[table]
        one, other = (
            solution.table(table).groupby(keys)[column].sum().rename(side)
            for solution, side in ((self.before, "before"), (self.after, "after"))
        )
        both = pd.concat([one, other], axis=1).fillna(0.0)  # what is not given is zero
        both["change"] = both["after"] - both["before"]
        both = both[both["change"].abs() > NEAR]
        order = both["change"].abs().round(6).sort_values(ascending=False, kind="stable").index
        return both.loc[order].reset_index()

    def sentences(self, lang: Language = "en") -> list[str]:
        """What was changed, what that does to goals and loads, and who waits more or less."""
        names = Names.of(self.before.instance, language(lang))
        changes = listed(
            [_told(change, self.before.instance, names) for change in self.changes],
            names.lang,
            most=len(self.changes),
        )
        condition = say("if.changes", names.lang, changes=changes)
        if not self.possible:
            return [sentence(say("if.impossible", names.lang, condition=condition))]
        return [self.effect.sentence(condition, names), *self._waiting(names)]

    def _waiting(self, names: Names) -> list[str]:
        """Per group how many households more or fewer wait at the end of the last year."""
        last = self.before.instance.about.years[-1]
        rows = self.differences("waiting")
        ends = rows[rows["year"] == last].groupby("group")["change"].sum()
        told = []
        for group in names.all("group"):
            change = float(ends.get(group, 0.0))
            shown = counted("unit.households", abs(change), names.lang)
            if abs(change) >= 0.005:
                key = "if.waiting.more" if change > 0 else "if.waiting.fewer"
                who = names.name("group", group)
                told.append(sentence(say(key, names.lang, group=who, amount=shown, year=last)))
        return told


def what_if(
    solution: Solution, changes: Sequence[Change | NewRow | Scaling], desk: Desk | None = None
) -> WhatIf:
    """Solve again with changes to the tables.

    The changed instance is stated and checked in full; its goals are pursued from the bases of the
    solution as far as the programs have the same shape, which they have where only amounts change.
    Both sides are fractional optima, also where the solution is in whole places.

    Parameters
    ----------
    solution : Solution
        One that is settled.
    changes : sequence of Change, NewRow or Scaling
        Made together.
    desk : Desk, optional
        The solution reopened, where it is open already.

    Returns
    -------
    WhatIf

    Raises
    ------
    InstanceError
        If a change is to something that is not there, or the tables do not go together after it:
        before anything is solved, with every problem.
    NoSolutionError
        If the solution has no numbers, or was cut off by a time limit.
    """
    instance = changed(solution.instance, changes)
    desk = desk or Desk.of(solution)
    started = desk.state(instance)
    answer = desk.ask_of(started)
    before, same = desk.plan, effect(desk.answer, desk.answer)
    if answer is None:
        after = solve(instance, solution.policy, whole=False)
        return WhatIf(tuple(changes), before, same, after.has_numbers, lambda: after)
    read = partial(desk.solution, started, answer)
    return WhatIf(tuple(changes), before, effect(desk.answer, answer), True, read)


def _told(change: Change | NewRow | Scaling, instance: Instance, names: Names) -> str:
    """A change in words; a column that holds no amount is called as in the files."""
    lang = names.lang
    if isinstance(change, NewRow):
        text = change.cells.get("text_nl" if lang == "nl" else "text") or change.cells.get("text", "")
        key = "change.agreement" if change.table == "agreements" else "change.row"
        table = say(f"table.{change.table}", lang)
        return say(key, lang, table=table, text=str(text).rstrip(" ."))
    about = ", ".join(names.name(name, str(value)) for name, value in change.key.items())
    if isinstance(change, Scaling):
        amounts = AMOUNTS.get(change.table, ("", ""))[0] == change.column
        what = say(
            f"scaled.{change.table}" if amounts else "scaled.column",
            lang,
            table=say(f"table.{change.table}", lang),
            about=about,
            column=said(f"heading.{change.column}", lang, change.column),
        )
        key = "change.higher" if change.factor > 1 else "change.lower"
        return say(key, lang, what=what, part=percent(abs(change.factor - 1), lang))
    row = found_row(instance, change)
    column, unit = AMOUNTS.get(change.table, ("", ""))
    if change.table == "agreements" and change.column == column:
        values = {
            "before": asked_number(row["measure"], row[column], lang),
            "value": asked(row["measure"], float(change.value), lang),
        }
        return say("change.agreements", lang, about=about, **values)
    unit = unit if change.column == column else ""
    values = {
        "before": _shown(row[change.column], "", lang),
        "value": _shown(change.value, unit, lang),
    }
    if change.column == column:
        return say(f"change.{change.table}", lang, about=about, **values)
    column = said(f"heading.{change.column}", lang, change.column)
    return say(
        "change.cell", lang, table=say(f"table.{change.table}", lang), about=about, column=column, **values
    )


def _shown(value: object, unit: str, lang: Language) -> str:
    """A value of a cell, with its unit where it has one."""
    if isinstance(value, bool | str | np.bool_):
        return said(f"value.{value}", lang, str(value))
    amount = float(value)  # type: ignore[arg-type]
    return counted(f"unit.{unit}", amount, lang) if unit else number(amount, lang)
