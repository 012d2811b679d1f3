"""Policies side by side on the same instance: what each reaches, who gains by it, and which are alike."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from verdeling.choices import choose
from verdeling.dominance import dominance
from verdeling.engine import solve_each
from verdeling.fairness import indicators
from verdeling.runs import Job, carry_out
from verdeling.solution import Solution

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator, Mapping, Sequence
    from concurrent.futures import Executor
    from pathlib import Path

    from verdeling.choices import Choice
    from verdeling.engine import Progress
    from verdeling.errors import VerdelingError
    from verdeling.instance import Instance
    from verdeling.policy import Policy

THE_KEY = ""
"""The baseline in which every municipality carries its fair share of what is housed."""

PLACE = ["municipality", "group", "place_type", "year"]
"""What a place is known by."""

NEAR = 1e-6
"""Differences in places or load below this, relative to amounts above 1, are rounding."""

Keyed = tuple[str, str]
"""A policy and a scenario."""

STATUS_COLUMNS = ["policy", "scenario", "status", "message"]


@dataclass(frozen=True, eq=False, repr=False)
class Comparison:
    """What came of an instance under several policies, and perhaps in several scenarios.

    Every policy is measured by the same fair shares, those of one key (`yardstick`), whichever key it
    steers by itself: otherwise its loads could not stand beside those of the others.

    Parameters
    ----------
    instance : Instance
        As it was given.
    policies : tuple of Policy
        In the order of the tables.
    scenarios : tuple of str
        In the order of the tables; one empty name where the instance has none.
    whole : bool
        Whether places are whole numbers.
    baseline : str
        Name of the policy that gains and losses are counted from; empty for the key alone.
    yardstick : str
        Name of the policy whose key gives the fair shares.
    status : DataFrame
        policy, scenario, status (as `Solution`, or ``failed``), message (of a policy that failed: the
        error in words; of one without a plan: the agreements in conflict; otherwise empty).
    indicators : DataFrame
        policy, scenario, indicator, value, unit, better (``lower``, ``higher`` or ``neither``).
    loads : DataFrame
        policy, scenario, municipality, name, region, fair_share, fair_load (its share of
        all needs of its region), places, load, relative_load (load ÷ fair_load).
    winners : DataFrame
        policy, scenario, municipality, name, load, baseline (the load there), change (load − baseline),
        relative_change (in fair shares of the region's task), verdict (``gains`` where it carries less,
        ``loses`` where it carries more, ``same``).
    differences : DataFrame
        scenario, policy, other, places (that are given differently: what one of the two gives and the
        other does not, the larger of both ways), load (largest difference of a municipality), same
        (``division`` where no place differs, ``loads`` where only no load does, otherwise empty).
    placements : DataFrame
        policy, scenario, municipality, group, place_type, year, places.
    """

    instance: Instance
    policies: tuple[Policy, ...]
    scenarios: tuple[str, ...]
    whole: bool
    baseline: str
    yardstick: str
    status: pd.DataFrame
    indicators: pd.DataFrame
    loads: pd.DataFrame
    winners: pd.DataFrame
    differences: pd.DataFrame
    placements: pd.DataFrame

    @cached_property
    def dominance(self) -> pd.DataFrame:
        """Which policy is at least as good on all indicators as which other; see `dominance.dominance`."""
        return dominance(self.indicators)

    @property
    def same(self) -> pd.DataFrame:
        """Pairs of policies that give the same division, or the same loads: scenario, policy, other, same."""
        alike = self.differences[self.differences["same"] != ""]
        return alike[["scenario", "policy", "other", "same"]].reset_index(drop=True)

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Every table by name, as copies."""
        names = ["status", "indicators", "loads", "winners", "dominance", "differences", "placements"]
        return {name: getattr(self, name).copy() for name in names}

    def __repr__(self) -> str:
        names = ", ".join(policy.name for policy in self.policies)
        failed = int((~self.status["status"].isin(["optimal", "near_optimal"])).sum())
        rest = f", {failed} without an optimum" if failed else ""
        return f"<Comparison {self.instance.about.name}: {names}{rest}>"


def compare(
    instance: Instance,
    policies: Sequence[Policy | str | Path] | None = None,
    scenarios: Sequence[str] | None = None,
    executor: Executor | int | None = None,
    *,
    whole: bool = False,
    baseline: str | None = None,
    progress: Progress = lambda phase, done, total: None,
    folder: str | os.PathLike[str] | None = None,
) -> Comparison:
    """Divide the same task under several policies, and set the answers side by side.

    Policies are compared at their fractional optimum unless `whole` is asked for: so what differs is
    what they want, and not how well their plans could be rounded.

    Parameters
    ----------
    instance : Instance
        What is to be divided.
    policies : sequence of Policy, str or Path, optional
        Policies, names in ``models/``, or paths; by default all in ``models/``. Fair shares are those
        of the first one whose key fits the instance.
    scenarios : sequence of str, optional
        Some of ``instance.scenarios``; by default the instance's own alone.
    executor : Executor or int, optional
        Who works, policy by policy: as for `verdeling.runs.carry_out`. By default this process, which
        states the program once for all policies.
    whole : bool
        Compare in whole places.
    baseline : str, optional
        Name of one of the policies. By default the key alone: every municipality carries its fair
        share of the load that the policy houses in its region, so that the gains and losses of a
        policy add up to zero. The key alone need not be possible: it knows no supply.
    progress : callable, optional
        Called with the phase ``jobs``, how many policies are solved and out of how many.
    folder : path-like, optional
        Where results are kept, so that a run that was interrupted goes on where it was.

    Returns
    -------
    Comparison
        A policy that fails, or has no plan, stands in ``status`` with the reason and in no other table.
        ``price_of_fairness`` and ``price_in_years`` are counted from the compared plan under which
        the fewest household-years are waited, in each scenario.

    Raises
    ------
    PolicyError
        Before anything is solved: a policy or baseline is not known, cannot be read, has goals
        that do not exist, or occurs twice.
    InstanceError
        Before anything is solved: a scenario is not known, occurs twice, or has no needs.
    RunError, OutputError
        If results that were kept cannot be read, or cannot be kept.

    Examples
    --------
    >>> from verdeling.adapters import read_instance
    >>> comparison = compare(read_instance("instances/three-towns"), ["leximin", "utilitarian"])
    >>> comparison.loads["load"].round(6).tolist()
    [11.0, 6.0, 3.0, 9.0, 5.0, 3.0]
    >>> comparison.winners["verdict"].tolist()
    ['loses', 'gains', 'gains', 'loses', 'gains', 'gains']
    """
    choice = choose(instance, policies, scenarios, baseline)
    order = [(policy.name, scenario) for scenario in choice.scenarios for policy in choice.policies]
    if executor is None and folder is None:
        found = _here(instance, choice, progress, whole=whole)
    else:
        found = _elsewhere(instance, choice, executor, progress, folder, whole=whole)
    answers = dict(found)
    solved = {
        key: answer for key in order if isinstance(answer := answers[key], Solution) and answer.has_numbers
    }
    placements = {key: solution.placements for key, solution in solved.items()}
    loads = _loads(solved, choice.shares)
    return Comparison(
        instance=instance,
        policies=choice.policies,
        scenarios=choice.scenarios,
        whole=whole,
        baseline=baseline or THE_KEY,
        yardstick=choice.yardstick,
        status=pd.DataFrame([_status(key, answers[key]) for key in order], columns=STATUS_COLUMNS),
        indicators=_indicators(solved, choice.shares),
        loads=loads,
        winners=_winners(loads, baseline or THE_KEY),
        differences=_differences(placements, loads),
        placements=_stacked(placements, [*PLACE, "places"]),
    )


def _here(
    instance: Instance, choice: Choice, progress: Progress, *, whole: bool
) -> Iterator[tuple[Keyed, Solution | VerdelingError]]:
    """Answers of this process, scenario by scenario."""
    total = len(choice.scenarios) * len(choice.policies)
    progress("jobs", 0, total)
    for before, scenario in enumerate(choice.scenarios):
        answers = solve_each(instance, choice.policies, scenario=scenario or None, whole=whole)
        for number, (policy, answer) in enumerate(zip(choice.policies, answers, strict=True), 1):
            progress("jobs", before * len(choice.policies) + number, total)
            yield (policy.name, scenario), answer


def _elsewhere(
    instance: Instance,
    choice: Choice,
    executor: Executor | int | None,
    progress: Progress,
    folder: str | os.PathLike[str] | None,
    *,
    whole: bool,
) -> Iterator[tuple[Keyed, Solution | VerdelingError]]:
    """Answers of an executor, a job for each policy and scenario."""
    order = [(policy, scenario) for scenario in choice.scenarios for policy in choice.policies]
    jobs = [Job(instance, (policy,), scenario or None, whole=whole) for policy, scenario in order]
    for finished in carry_out(jobs, executor=executor, progress=progress, folder=folder):
        policy, scenario = order[finished.number]
        yield (policy.name, scenario), finished.results[0]


def _status(key: Keyed, answer: Solution | VerdelingError) -> tuple[str, str, str, str]:
    if not isinstance(answer, Solution):
        return *key, "failed", " ".join([answer.headline, *(problem.what for problem in answer.problems)])
    conflict = answer.conflict.loc[answer.conflict["in_conflict"].astype(bool), "agreement"]
    return *key, answer.status, "; ".join(conflict)


def _indicators(solved: Mapping[Keyed, Solution], shares: pd.Series[float]) -> pd.DataFrame:
    """Every indicator of every plan, by the same fair shares and against the same plan."""
    columns = ["indicator", "value", "unit", "better"]
    found = {
        key: indicators(
            solution.instance,
            solution.placements,
            shares,
            builds=solution.builds[["project", "year", "places"]],
            reference=_least_waiting(solved, key[1]).placements,
        )[columns]
        for key, solution in solved.items()
    }
    return _stacked(found, columns)


def _least_waiting(solved: Mapping[Keyed, Solution], scenario: str) -> Solution:
    """The first plan of a scenario under which the fewest household-years are waited."""
    plans = [solution for (_, name), solution in solved.items() if name == scenario]
    return min(plans, key=lambda solution: round(float(solution.waiting["waiting"].sum()), 6))


def _loads(solved: Mapping[Keyed, Solution], shares: pd.Series[float]) -> pd.DataFrame:
    """Loads of every plan, relative to the same fair shares."""
    columns = ["municipality", "name", "region", "fair_share", "fair_load", "places", "load", "relative_load"]
    found = {}
    for key, solution in solved.items():
        table = solution.loads[["municipality", "name", "region", "places", "load"]]
        table["fair_share"] = shares.reindex(table["municipality"]).to_numpy()
        table["fair_load"] = table["fair_share"] * table["region"].map(_tasks(solution.instance))
        found[key] = table.assign(relative_load=_relative(table["load"], table["fair_load"]))[columns]
    return _stacked(found, columns)


def _tasks(instance: Instance) -> pd.Series[float]:
    """Load of all needs of the horizon, by region; a region without needs has none."""
    needs = instance.tables["needs"]
    weight = needs["households"] * needs["group"].map(instance.tables["groups"].set_index("group")["burden"])
    regions = instance.tables["municipalities"]["region"].unique()
    return weight.groupby(needs["region"]).sum().reindex(regions, fill_value=0.0)


def _relative(load: pd.Series[float], fair_load: pd.Series[float]) -> pd.Series[float]:
    """Load in fair shares; zero in a region whose needs weigh nothing."""
    return load.div(fair_load.where(fair_load > 0)).fillna(0.0)


def _winners(loads: pd.DataFrame, baseline: str) -> pd.DataFrame:
    """What each municipality carries more or less than under the baseline."""
    columns = ["policy", "scenario", "municipality", "name", "load", "baseline", "change"]
    columns += ["relative_change", "verdict"]
    if baseline == THE_KEY:
        housed = loads.groupby(["policy", "scenario", "region"])["load"].transform("sum")
        table = loads.assign(baseline=loads["fair_share"] * housed)
    else:
        there = loads.loc[loads["policy"] == baseline, ["scenario", "municipality", "load"]]
        table = loads.merge(there.rename(columns={"load": "baseline"}), on=["scenario", "municipality"])
    change = (table["load"] - table["baseline"]).astype(float)
    change = change.mask(change.abs() <= NEAR * table["load"].clip(lower=1.0), 0.0)
    verdict = np.select([change < 0, change > 0], ["gains", "loses"], "same")
    relative = _relative(change, table["fair_load"])
    return table.assign(change=change, relative_change=relative, verdict=verdict)[columns]


def _differences(placements: Mapping[Keyed, pd.DataFrame], loads: pd.DataFrame) -> pd.DataFrame:
    """How far every two plans of a scenario are apart."""
    columns = ["scenario", "policy", "other", "places", "load", "same"]
    given = {key: frame.set_index(PLACE)["places"] for key, frame in placements.items()}
    carried = {
        key: part.set_index("municipality")["load"] for key, part in loads.groupby(["policy", "scenario"])
    }
    rows = []
    for one, other in combinations(given, 2):
        if one[1] == other[1]:
            more = given[one].sub(given[other], fill_value=0.0)
            places = max(more.clip(lower=0).sum(), -more.clip(upper=0).sum())
            load = (carried[one] - carried[other]).abs().max()
            most = max(1.0, given[one].sum())
            same = "division" if places <= NEAR * most else "loads" if load <= NEAR * most else ""
            rows.append((one[1], one[0], other[0], float(places), float(load), same))
    return pd.DataFrame(rows, columns=columns)


def _stacked(frames: Mapping[Keyed, pd.DataFrame], columns: list[str]) -> pd.DataFrame:
    """Tables of policies and scenarios below each other."""
    labelled = [
        frame[columns].assign(policy=policy, scenario=scenario)[["policy", "scenario", *columns]]
        for (policy, scenario), frame in frames.items()
    ]
    empty = pd.DataFrame(columns=["policy", "scenario", *columns])
    return pd.concat(labelled, ignore_index=True) if labelled else empty
