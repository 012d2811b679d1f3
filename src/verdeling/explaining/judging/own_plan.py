"""A plan that somebody made: completed where it leaves something open, measured by goals, and mended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from verdeling.errors import Problem, SolverError
from verdeling.explaining.judging.fitting import amounts_of, fix, give_way, is_whole, least_change, settled
from verdeling.goals import ROUNDING
from verdeling.plan import PLAN_TABLES
from verdeling.pursuit import Infeasible
from verdeling.reading import read_tables
from verdeling.verification import verify

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from verdeling.goals import Aim, Reached
    from verdeling.instance import Instance
    from verdeling.plan import Entries, Known
    from verdeling.program import Floats
    from verdeling.shared import Started

TABLES = {"place": "placements", "build": "builds", "support": "support"}
"""Table of each kind of column."""

_PLACE = ["municipality", "group", "place_type", "year"]


@dataclass(frozen=True, eq=False, repr=False)
class Repair:
    """The smallest change that lets a plan keep every limit.

    Parameters
    ----------
    changes : DataFrame
        municipality, group, place_type, year, planned, repaired, change (places).
    total : float
        Sum of all changes of places, up and down.
    gap : float
        How far that may be from the smallest possible total; zero when it is proved.
    placements, builds, support : DataFrame
        The repaired plan; it was verified. Builds and support that were given change as little as
        possible after the places.
    """

    changes: pd.DataFrame
    total: float
    gap: float
    placements: pd.DataFrame
    builds: pd.DataFrame
    support: pd.DataFrame


@dataclass
class OwnPlan:
    """The program of an instance in which a plan is stated.

    Parameters
    ----------
    instance : Instance
        Of one scenario.
    started : Started
        The program under the policy.
    goals : sequence of Aim
        Of the policy.
    given : mapping of str to Entries
        Tables of the plan, as far as they were given.
    known : dict of str to Index
        Every id that a plan can use.
    whole : bool
        Whether places should be whole.
    """

    instance: Instance
    started: Started
    goals: Sequence[Aim]
    given: Mapping[str, Entries]
    known: Known
    whole: bool

    def __post_init__(self) -> None:
        self.pursuit = self.started.pursuit
        model = self.started.model
        self.fixed = [
            fix(model, kind, self.given[table], self.known)
            for kind, table in TABLES.items()
            if table in self.given
        ]
        self.shares = pd.Series(model.shares.load, index=model.data.ids["municipality"])
        self.standing = self.pursuit.stand()

    def complete(self) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
        """The plan with what it leaves open, and what each goal reaches with it.

        Where it breaks limits these give way, as little as that takes.
        """
        whole = self.whole and all(
            is_whole(each.amounts) for name, each in self.given.items() if name != "support"
        )
        try:
            reached, point = settled(self.pursuit, self.goals, whole=whole)
        except Infeasible:
            self.pursuit.rewind(self.standing)
            first = give_way(self.started.model)
            reached, point = settled(self.pursuit, [*first, *self.goals], whole=whole)
        frames = {table: self._frame(kind, table, point, whole) for kind, table in TABLES.items()}
        if "supplied" in self.started.model.program.column_blocks:
            frames["named"] = amounts_of(self.started.model, "supplied", point, "places", whole=whole)
        return frames, pd.DataFrame([_row(each, point) for each in reached if each.aim.number > 0])

    def _frame(self, kind: str, table: str, point: Floats, whole: bool) -> pd.DataFrame:
        """A table of the plan: as it was given, or as it was chosen."""
        keys, amount = PLAN_TABLES[table]
        if table not in self.given:
            return amounts_of(self.started.model, kind, point, amount, whole=whole and kind == "build")
        given = self.given[table]
        ids = {key: self.known[key][given.codes[key]] for key in keys}
        return pd.DataFrame({**ids, amount: given.amounts})

    def repair(self, deadline: float = np.inf) -> Repair | None:
        """The smallest change of places, then of builds, then of support, that keeps every limit.

        Raises
        ------
        OutOfTime
            If nothing was found before a deadline.
        """
        self.pursuit.rewind(self.standing)
        for fixed in self.fixed:
            fixed.free(self.pursuit)
        changes = [fixed.change(number) for number, fixed in enumerate(self.fixed)]
        self.pursuit.deadline = deadline
        try:
            gap, point = least_change(self.pursuit, changes, whole=self.whole)
        except Infeasible:
            return None
        tables = read_tables(self.started.model, point, whole=self.whole, limits=self.started.limits)
        builds = only_places(tables["builds"])
        found = verify(
            self.instance,
            tables["placements"],
            builds,
            tables["support"],
            attribution=tables["suppliers"],
            shares=self.shares,
            whole=self.whole,
        )
        if not found.ok:
            why, remedy = (
                "A repair that breaks a limit is none.",
                "Try another solver, and report the instance.",
            )
            raise SolverError(
                "The repair does not verify.", [Problem("not-verified", str(found), why, remedy)]
            )
        table = self._changes(tables["placements"])
        total = float(table["change"].abs().sum())
        return Repair(table, total, gap, tables["placements"], builds, tables["support"])

    def _changes(self, repaired: pd.DataFrame) -> pd.DataFrame:
        """What the repair changes in places."""
        planned = self._frame("place", "placements", np.empty(0), self.whole).set_index(_PLACE)["places"]
        both = pd.concat(
            {"planned": planned, "repaired": repaired.set_index(_PLACE)["places"].astype(float)}, axis=1
        ).fillna(0.0)
        both["change"] = both["repaired"] - both["planned"]
        moved = both[both["change"].abs() > ROUNDING].reset_index()
        return moved.sort_values(_PLACE).reset_index(drop=True)


def _row(stage: Reached, point: Floats) -> dict[str, object]:
    """What a stage of a goal reaches, and what is better of it."""
    goal = stage.aim.goal
    return {
        "goal": stage.aim.number,
        "stage": stage.stage,
        "measure": goal.measure,
        "over": stage.aim.over,
        "aggregate": goal.aggregate,
        "unit": stage.unit,
        "value": stage.value(point),
        "better": stage.better,
    }


def only_places(builds: pd.DataFrame) -> pd.DataFrame:
    """What is built, without what follows from that."""
    return builds[["project", "year", "places"]]
