"""Urgency rules: what a status does for a group, and to everybody else."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from verdeling.errors import NoSolutionError, PolicyError, Problem, SolverError
from verdeling.explaining.urgency_rule import UrgencyRule, check_rules, under_rule, whole_groups
from verdeling.explaining.urgency_words import by_law_table, study_sentences
from verdeling.goals import pursue
from verdeling.language import language
from verdeling.policy import Goal, Policy, read_policy
from verdeling.pursuit import Infeasible
from verdeling.reading import read_tables
from verdeling.shared import Shared
from verdeling.solvers import find_solver
from verdeling.verification import verify

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from verdeling.goals import Aim
    from verdeling.instance import Instance
    from verdeling.pursuit import Standing
    from verdeling.shared import Started
    from verdeling.solvers.protocol import Solver

NOBODY = UrgencyRule(())
"""Nobody has a status: what every rule is compared with."""

SETTLING = (
    Goal(measure="waiting", over="group-origin", aggregate="leximax"),
    Goal(measure="coverage", over="group-origin", aggregate="leximin"),
)
"""Last goals, that settle whose people wait where a policy leaves that open: the longest wait first."""

PEOPLE = ("waiting", "unhoused", "housed", "years_housed", "coverage", "shortfall")
"""Measures that say who is housed; goals after the last of these divide the load, and are left out."""

NEAR = 1e-5
"""Changes below this are rounding."""

_WHO = ["group", "region", "municipality"]
_NUMBERS = ["needs", "served", "coverage", "waiting"]


@dataclass(frozen=True, eq=False, repr=False)
class UrgencyStudy:
    """What urgency rules do, each compared with nobody having a status.

    All numbers are of the fractional optimum, with the goals of the policy up to the last one that is
    about people or agreements: what comes after it divides loads and costs over municipalities. What
    these goals leave open is settled by `SETTLING`, so that no change is the choice of a solver.

    Parameters
    ----------
    instance : Instance
        Of one scenario.
    policy : Policy
        The policy, as it was given.
    rules : tuple of UrgencyRule
        The first is `NOBODY`; the number of a rule in the tables is its position.
    status : DataFrame
        rule, groups, municipalities, cap, present (whether it is the rule of the instance itself),
        status (``optimal``, or ``infeasible`` where the cap contradicts hard limits).
    groups : DataFrame
        rule, group, needs and served (households), coverage (share), waiting (household-years),
        coverage_change and waiting_change (against nobody).
    municipalities : DataFrame
        The same per group, region and municipality where households look from (empty: the region's).
    """

    instance: Instance
    policy: Policy
    rules: tuple[UrgencyRule, ...]
    status: pd.DataFrame
    groups: pd.DataFrame
    municipalities: pd.DataFrame

    def by_law(self, lang: str, categories: Mapping[str, str] | None = None) -> pd.DataFrame:
        """Lines for a housing by-law, with their evidence.

        Parameters
        ----------
        lang : {"nl", "en"}
            The language.
        categories : mapping of str to str, optional
            Statutory category by id of a group, one of `verdeling.explaining.urgency_words.LAW`;
            by default those of the ids that it knows.

        Returns
        -------
        DataFrame
            rule, group (names), where, cap, law (what it says), advice, evidence, estimates.
        """
        return by_law_table(self, language(lang), categories or {})

    def sentences(self, lang: str, categories: Mapping[str, str] | None = None) -> list[str]:
        """The lines for a by-law in sentences, after what they are compared with."""
        return study_sentences(self, language(lang), categories or {})

    def __repr__(self) -> str:
        return f"<UrgencyStudy {self.instance.about.name} × {self.policy.name}: {len(self.rules)} rules>"


def study_urgency(
    instance: Instance,
    policy: Policy | str | Path = "priority",
    *,
    groups: Sequence[str] | None = None,
    together: int = 1,
    municipalities: Sequence[str] = (),
    caps: Sequence[float] = (),
    scenario: str | None = None,
    solver: str = "HiGHS",
    progress: Callable[[str, int, int], None] = lambda phase, done, total: None,
) -> UrgencyStudy:
    """Study what an urgency status does: for each group alone, in combinations, and as it is now.

    A status never lets the group wait longer when the first goal of the policy is the waiting of
    urgent groups. For let the best plans with status for S and for S and h have waits w and w′. Then
    w′(S) + w′(h) ≤ w(S) + w(h), because that is what was minimised, and w(S) ≤ w′(S) for the same
    reason; so w′(h) ≤ w(h). Coverage at the end may still fall, where waiting and coverage pull apart.

    Parameters
    ----------
    instance : Instance
        What is to be divided.
    policy : Policy, str or Path
        A policy with a goal that puts urgent groups first (the aggregate ``urgency``).
    groups : sequence of str, optional
        Groups to give a status; by default all that weigh in a load.
    together : int
        Combinations of so many groups at most.
    municipalities : sequence of str
        Where given, each group is also studied with a status for households from there alone.
    caps : sequence of float
        For each, every rule for all municipalities is also studied with that largest share of the
        lettings; see `UrgencyRule`.
    scenario : str, optional
        As for `verdeling.engine.solve`.
    solver : str
        As for `verdeling.engine.solve`.
    progress : callable, optional
        Called with a phase (``urgency``), what is done and out of how many.

    Returns
    -------
    UrgencyStudy

    Raises
    ------
    InstanceError
        If groups, municipalities or caps do not fit the instance; with all problems.
    NoSolutionError
        If the hard limits contradict each other.
    PolicyError
        If the policy does not look at urgency or does not fit the instance.
    SolverError
        If the solver is missing or fails, or an answer does not verify.
    """
    one = instance.in_scenario(scenario)
    stated = policy if isinstance(policy, Policy) else read_policy(policy)
    _refuse_blind(stated)
    table = one.tables["groups"]
    chosen = tuple(table.loc[table["burden"] > 0, "group"]) if groups is None else tuple(groups)
    present = UrgencyRule(tuple(table.loc[table["urgent"], "group"]))
    rules = _rules(chosen, present, together, tuple(municipalities), caps)
    check_rules(one, rules)
    studied = _Studied(one, stated, find_solver(solver))
    found = []
    for number, rule in enumerate(rules):
        found.append(studied.people(rule))
        progress("urgency", number + 1, len(rules))
    if found[0] is None:
        raise NoSolutionError("There is no plan to study urgency rules in.", [_IMPOSSIBLE])
    status = pd.DataFrame(
        {
            "rule": range(len(rules)),
            "groups": ["; ".join(rule.groups) for rule in rules],
            "municipalities": ["; ".join(rule.municipalities) for rule in rules],
            "cap": [np.nan if rule.cap is None else rule.cap for rule in rules],
            "present": [rule == present for rule in rules],
            "status": ["infeasible" if people is None else "optimal" for people in found],
        }
    )
    people = {number: each for number, each in enumerate(found) if each is not None}
    return UrgencyStudy(
        one, stated, tuple(rules), status, _compared(people, ["group"]), _compared(people, _WHO)
    )


_IMPOSSIBLE = Problem(
    "infeasible",
    "The hard limits contradict each other.",
    "Where nobody can be placed nobody can go first.",
    "Solve the instance and read solution.conflict for the agreements that cannot hold together.",
)


def _refuse_blind(policy: Policy) -> None:
    """Refuse a policy under which a status changes nothing."""
    if not any(goal.aggregate == "urgency" and goal.measure in PEOPLE for goal in policy.goal):
        problem = Problem(
            "no-urgency",
            f"No goal of the policy {policy.name} puts urgent groups first.",
            "Under it a status changes nothing.",
            "Use the policy priority, or add a goal with the aggregate urgency.",
            value=policy.name,
        )
        raise PolicyError("Urgency rules cannot be studied under this policy.", [problem])


def _rules(
    groups: tuple[str, ...],
    present: UrgencyRule,
    together: int,
    municipalities: tuple[str, ...],
    caps: Sequence[float],
) -> list[UrgencyRule]:
    """Every rule to study, each once; nobody first."""
    everywhere = [UrgencyRule(some) for size in range(1, together + 1) for some in combinations(groups, size)]
    everywhere.append(present)
    given = [rule for rule in everywhere if rule.groups]
    some = [replace(rule, municipalities=municipalities) for rule in given if municipalities]
    capped = [replace(rule, cap=cap) for cap in caps for rule in given]
    return list(dict.fromkeys([NOBODY, *everywhere, *some, *capped]))


def _about_people(policy: Policy) -> tuple[Goal, ...]:
    """Goals up to the last one that is about people or agreements."""
    last = max(number for number, goal in enumerate(policy.goal) if goal.measure in PEOPLE)
    return policy.goal[: last + 1]


class _Studied:
    """An instance, solved under one rule after another.

    Rules for all municipalities without a cap change only who goes first: their program is stated
    once, and is brought back to where it stood before each of them.
    """

    def __init__(self, instance: Instance, policy: Policy, solver: Solver) -> None:
        self.instance, self.solver = instance, solver
        self.policy = policy.model_copy(update={"goal": _about_people(policy) + SETTLING})
        self.started, self.goals, self.standing = self._state(instance)

    def _state(self, instance: Instance) -> tuple[Started, list[Aim], Standing]:
        started, goals = Shared(instance, self.solver).start(self.policy)
        return started, goals, started.pursuit.stand()

    def people(self, rule: UrgencyRule) -> pd.DataFrame | None:
        """Households by group, origin and year under a rule; None where there is no plan."""
        instance = under_rule(self.instance, rule)
        if rule.municipalities or rule.cap is not None:
            started, goals, _ = self._state(instance)
        else:
            started, goals = self.started, self.goals
            self._go_first(rule)
        try:
            pursue(started.pursuit, goals)
        except Infeasible:
            return None
        return _read(started, instance)

    def _go_first(self, rule: UrgencyRule) -> None:
        """Bring the shared program back, with a status for other groups."""
        pursuit = self.started.pursuit
        pursuit.rewind(self.standing)
        data = pursuit.model.data
        urgent = data.ids["group"].isin(rule.groups)
        pursuit.model = replace(pursuit.model, data=replace(data, groups=data.groups.assign(urgent=urgent)))


def _read(started: Started, instance: Instance) -> pd.DataFrame:
    """Households of the plan that was found, after it was verified."""
    point, model = started.pursuit.point, started.model
    assert point is not None
    tables = read_tables(model, point, whole=False, limits=started.limits)
    found = verify(
        instance,
        tables["placements"],
        tables["builds"][["project", "year", "places"]],
        tables["support"],
        attribution=tables["suppliers"],
        shares=pd.Series(model.shares.load, index=model.data.ids["municipality"]),
        whole=False,
    )
    if not found.ok:
        why, remedy = "Evidence must be of a plan that keeps every limit.", "Report the instance."
        raise SolverError("The answer does not verify.", [Problem("not-verified", str(found), why, remedy)])
    waiting = tables["waiting"]
    return waiting.assign(group=whole_groups(waiting["group"]))


def _compared(people: Mapping[int, pd.DataFrame], by: list[str]) -> pd.DataFrame:
    """Needs, coverage and waiting under each rule, and their changes against nobody."""
    summed = {
        number: frame.groupby(by)[["needs", "served", "waiting"]].sum() for number, frame in people.items()
    }
    tables: list[pd.DataFrame] = []
    for number, frame in summed.items():
        asked = frame["needs"].where(frame["needs"] > 0)
        table = frame.where(frame.abs() >= NEAR, 0.0).assign(coverage=(frame["served"] / asked).fillna(1.0))
        base = tables[0].set_index(by) if tables else table
        changes = {
            f"{name}_change": (table[name] - base[name]).mask(lambda change: change.abs() < NEAR, 0.0)
            for name in ("coverage", "waiting")
        }
        tables.append(table[_NUMBERS].assign(**changes).reset_index().assign(rule=number))
    columns = ["rule", *by, *_NUMBERS, "coverage_change", "waiting_change"]
    return pd.concat(tables, ignore_index=True)[columns] if tables else pd.DataFrame(columns=columns)
