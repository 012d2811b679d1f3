"""Judging a plan that somebody made: what it breaks, what it costs, and the smallest change that mends it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from verdeling.engine import solve
from verdeling.errors import Problem, SolverError
from verdeling.explaining.checking import check_plan
from verdeling.explaining.fitting import amounts_of, fix, give_way, is_whole, settled
from verdeling.explaining.judging_words import judgement_sentences
from verdeling.fairness import indicators
from verdeling.goals import ROUNDING
from verdeling.language import language
from verdeling.plan import PLAN_TABLES, known_ids, read_plan
from verdeling.policy import Policy, read_policy
from verdeling.pursuit import Infeasible
from verdeling.reading import read_tables
from verdeling.shared import Shared
from verdeling.solvers import find_solver
from verdeling.verification import verify

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from verdeling.goals import Aim, Reached
    from verdeling.instance import Instance
    from verdeling.plan import Entries, Known
    from verdeling.program import Floats
    from verdeling.shared import Started
    from verdeling.solution import Solution

_TABLES = {"place": "placements", "build": "builds", "support": "support"}
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


@dataclass(frozen=True, eq=False, repr=False)
class Judgement:
    """What there is to say about a plan that somebody made.

    Parameters
    ----------
    solution : Solution
        The best plan of the policy, to compare with.
    placements, builds, support : DataFrame
        The plan that was judged.
    chosen : tuple of str
        Tables that were not given, and were chosen as good as possible for these placements.
    unjudged : tuple of str
        Agreements about the places of suppliers, where the plan gives more places than there are.
    violations : DataFrame
        family, scope, scope_nl (what it is about, in English and Dutch), activity, limit, excess, unit.
    shortfalls : DataFrame
        Soft agreements that are missed: agreement, scope, scope_nl, short, penalty.
    goals : DataFrame
        goal, stage, measure, over, aggregate, unit, optimum (of the solution; NaN where there is
        none), value (of this plan), cost (how much worse that is; below zero where it is better,
        which an earlier goal then pays for). Places beyond the households in need house nobody,
        and places that the instance rules out count for nobody.
    indicators : DataFrame
        indicator, plan, optimum, unit, better, range. They take the plan at its word: places beyond
        the households in need count.
    repair : Repair or None
        None when no change of the places helps: the limits contradict each other.
    """

    solution: Solution
    placements: pd.DataFrame
    builds: pd.DataFrame
    support: pd.DataFrame
    chosen: tuple[str, ...]
    unjudged: tuple[str, ...]
    violations: pd.DataFrame
    shortfalls: pd.DataFrame
    goals: pd.DataFrame
    indicators: pd.DataFrame
    repair: Repair | None

    @property
    def ok(self) -> bool:
        """Whether the plan keeps every limit."""
        return self.violations.empty

    def sentences(self, lang: str) -> list[str]:
        """What there is to say, in Dutch (``nl``) or English (``en``)."""
        return judgement_sentences(self, language(lang))

    def __repr__(self) -> str:
        return f"<Judgement {self.solution.policy.name}: {len(self.violations)} limits broken>"


def judge(
    instance: Instance,
    policy: Policy | str | Path,
    placements: pd.DataFrame,
    builds: pd.DataFrame | None = None,
    support: pd.DataFrame | None = None,
    *,
    scenario: str | None = None,
    whole: bool = True,
    solver: str = "HiGHS",
    progress: Callable[[str, int, int], None] = lambda phase, done, total: None,
) -> Judgement:
    """Judge a plan that was made by hand, or last year, against all limits and a policy.

    Parameters
    ----------
    instance : Instance
        What was to be divided.
    policy : Policy, str or Path
        What the plan is set beside.
    placements : DataFrame
        municipality, group, place_type, year, places; what has no row is zero.
    builds : DataFrame, optional
        project, year, places. Without it the best building for these placements is chosen.
    support : DataFrame, optional
        provider, municipality, year, hours (per week). Without it the best is chosen.
    scenario : str, optional
        As for `verdeling.engine.solve`.
    whole : bool
        Whether places should be whole, in the plan, in the best plan and in the repair; otherwise
        everything is fractional.
    solver : str
        As for `verdeling.engine.solve`.
    progress : callable, optional
        Called with a phase (``judge``), what is done and out of how many.

    Returns
    -------
    Judgement

    Raises
    ------
    InstanceError
        If the plan has unknown ids, negative or missing numbers or double rows; with all problems.
    PolicyError
        If the policy does not exist or does not fit the instance.
    SolverError
        If the solver is missing or fails, or the repair does not verify.
    """
    one = instance.in_scenario(scenario)
    known = known_ids(one)
    given = read_plan(known, {"placements": placements, "builds": builds, "support": support})
    stated = policy if isinstance(policy, Policy) else read_policy(policy)
    started, goals = Shared(one, find_solver(solver)).start(stated)
    judging = _Judging(one, started, goals, given, known, whole)
    frames, rows = judging.complete()
    found, unjudged = check_plan(one, frames, judging.shares, whole=whole)
    progress("judge", 1, 3)
    solution = solve(one, stated, whole=whole, solver=solver)
    progress("judge", 2, 3)
    repair = judging.repair()
    progress("judge", 3, 3)
    return Judgement(
        solution=solution,
        placements=frames["placements"],
        builds=frames["builds"],
        support=frames["support"],
        chosen=tuple(name for name in _TABLES.values() if name not in given),
        unjudged=unjudged,
        violations=found.violations,
        shortfalls=found.shortfalls,
        goals=_beside(rows, solution),
        indicators=_measured(judging, frames, solution),
        repair=repair,
    )


@dataclass
class _Judging:
    """The program of an instance in which a plan is stated."""

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
            for kind, table in _TABLES.items()
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
        frames = {table: self._frame(kind, table, point, whole) for kind, table in _TABLES.items()}
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

    def repair(self) -> Repair | None:
        """The smallest change of places, then of builds, then of support, that keeps every limit."""
        self.pursuit.rewind(self.standing)
        for fixed in self.fixed:
            fixed.free(self.pursuit)
        changes = [fixed.change(number) for number, fixed in enumerate(self.fixed)]
        try:
            reached, point = settled(self.pursuit, changes, whole=self.whole)
        except Infeasible:
            return None
        tables = read_tables(self.started.model, point, whole=self.whole, limits=self.started.limits)
        builds = _built(tables["builds"])
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
        return Repair(table, total, reached[0].gap, tables["placements"], builds, tables["support"])

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


def _beside(rows: pd.DataFrame, solution: Solution) -> pd.DataFrame:
    """What the goals reach beside the best plan, and how much worse that is."""
    best = solution.goals.set_index(["goal", "stage"])["value"].astype(float).rename("optimum")
    table = rows.join(best, on=["goal", "stage"])
    cost = (table["value"] - table["optimum"]) * np.where(table["better"] == "higher", -1.0, 1.0)
    near = cost.abs() <= ROUNDING * table["value"].abs().clip(lower=1.0)
    columns = ["goal", "stage", "measure", "over", "aggregate", "unit", "optimum", "value", "cost"]
    return table.assign(cost=cost.mask(near, 0.0))[columns]


def _measured(judging: _Judging, frames: Mapping[str, pd.DataFrame], solution: Solution) -> pd.DataFrame:
    """Every indicator of the plan, beside that of the best plan."""
    one, shares = judging.instance, judging.shares
    table = indicators(one, frames["placements"], shares, builds=frames["builds"])
    table = table.rename(columns={"value": "plan"})
    best = np.full(len(table), np.nan)
    if solution.has_numbers:
        found = indicators(one, solution.placements, shares, builds=_built(solution.builds))
        best = found["value"].to_numpy()
    table.insert(2, "optimum", best)
    return table


def _built(builds: pd.DataFrame) -> pd.DataFrame:
    return builds[["project", "year", "places"]]
