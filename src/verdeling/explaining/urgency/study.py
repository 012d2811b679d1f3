"""Urgency rules: what a status does for a group, and to everybody else."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from verdeling.errors import NoSolutionError, PolicyError, Problem
from verdeling.explaining.urgency.rule import UrgencyRule, check_rules
from verdeling.explaining.urgency.solving import PEOPLE, Studied
from verdeling.explaining.urgency.words import by_law_table, study_sentences
from verdeling.language import language
from verdeling.policy import Policy, read_policy
from verdeling.pursuit import OutOfTime
from verdeling.solvers import find_solver

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from verdeling.instance import Instance

NOBODY = UrgencyRule(())
"""Nobody has a status: what every rule is compared with."""

NEAR = 1e-5
"""Changes below this are rounding."""

_WHO = ["group", "region", "municipality"]
_NUMBERS = ["needs", "served", "coverage", "waiting"]


@dataclass(frozen=True, eq=False, repr=False)
class UrgencyStudy:
    """What urgency rules do, each compared with nobody having a status.

    All numbers are of the fractional optimum, with the goals of the policy up to the last one that is
    about people or agreements: what comes after it divides loads and costs over municipalities. What
    these goals leave open is settled by the longest wait (`SETTLING` of
    `verdeling.explaining.urgency.solving`), so that no change is the choice of a solver.

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
        status (``optimal``; ``infeasible`` where the cap contradicts hard limits; ``time_limit`` where
        time ran out before anything was known).
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
            Statutory category by id of a group, one of `verdeling.explaining.urgency.words.LAW`;
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

    def effects(self) -> pd.DataFrame:
        """How long those with a status wait without and with it, and how much longer others do.

        Returns
        -------
        DataFrame
            rule, without_status, with_status, others_longer (household-years; what groups wait longer that
            wait longer in all), for each rule that was studied and gives somebody a status.
        """
        rows = []
        for position, rule in enumerate(self.rules):
            under = self.municipalities["rule"] == position
            if rule.groups and under.any():
                own = self.municipalities["group"].isin(rule.groups)
                if rule.municipalities:
                    own &= self.municipalities["municipality"].isin(rule.municipalities)
                others = self.municipalities[under & ~own].groupby("group")["waiting_change"].sum()
                before = self.municipalities.loc[(self.municipalities["rule"] == 0) & own, "waiting"].sum()
                after = self.municipalities.loc[under & own, "waiting"].sum()
                rows.append((position, before, after, others.clip(lower=0.0).sum()))
        return pd.DataFrame(rows, columns=["rule", "without_status", "with_status", "others_longer"])

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
    time_limit: float | None = None,
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
    time_limit : float, optional
        Seconds after which no further rule is studied; the first is always, because all others are
        compared with it.
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
    deadline = math.inf if time_limit is None else time.perf_counter() + time_limit
    studied = Studied(one, stated, find_solver(solver))
    people: dict[int, pd.DataFrame] = {}
    statuses = []
    for number, rule in enumerate(rules):
        households, status = _studied(studied, rule)
        if households is not None:
            people[number] = households
        statuses.append(status)
        studied.until(deadline)
        progress("urgency", number + 1, len(rules))
    if 0 not in people:
        raise NoSolutionError("There is no plan to study urgency rules in.", [_IMPOSSIBLE])
    table = pd.DataFrame(
        {
            "rule": range(len(rules)),
            "groups": ["; ".join(rule.groups) for rule in rules],
            "municipalities": ["; ".join(rule.municipalities) for rule in rules],
            "cap": [np.nan if rule.cap is None else rule.cap for rule in rules],
            "present": [rule == present for rule in rules],
            "status": statuses,
        }
    )
    return UrgencyStudy(
        one, stated, tuple(rules), table, _compared(people, ["group"]), _compared(people, _WHO)
    )


def _studied(studied: Studied, rule: UrgencyRule) -> tuple[pd.DataFrame | None, str]:
    """Households under a rule, if there is a plan that was found in time; and the status."""
    try:
        households = studied.people(rule)
    except OutOfTime:
        return None, "time_limit"
    return households, "infeasible" if households is None else "optimal"


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
