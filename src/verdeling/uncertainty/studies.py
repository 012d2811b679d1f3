"""How sure a comparison is: policies in many instances, the spread of each indicator, and regret."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from verdeling.comparing.choices import choose
from verdeling.comparing.side_by_side import indicator_table, load_table, status_row
from verdeling.errors import InstanceError, Problem
from verdeling.instance import Instance
from verdeling.running.runs import Job, measure_each
from verdeling.solution import Solution

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Sequence
    from concurrent.futures import Executor
    from pathlib import Path

    from verdeling.engine import Progress
    from verdeling.policy import Policy
    from verdeling.running.runs import Finished

QUANTILES = {"p05": 0.05, "p25": 0.25, "median": 0.5, "p75": 0.75, "p95": 0.95}
"""Quantiles of a spread by the name of their column; between two runs they lie on the line."""

NEAR = 1e-6
"""Differences to the best value below this, relative to values above 1, are rounding."""

_Tables = tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame]

_SPREAD = ["runs", "mean", "deviation", *QUANTILES]


@dataclass(frozen=True, eq=False, repr=False)
class Study:
    """What policies come to in many instances that could each come true.

    Every policy is measured by the same fair shares, those of one key (`yardstick`).

    Parameters
    ----------
    policies : tuple of Policy
        In the order of the tables.
    yardstick : str
        Name of the policy whose key gives the fair shares.
    runs : DataFrame
        run (from 1), instance (its name), scenario, digest (of the instance).
    status : DataFrame
        policy, run, status (as `Solution`, or ``failed``), message (the error or the conflict).
    indicators : DataFrame
        policy, run, indicator, value, unit, better (``lower``, ``higher`` or ``neither``), best (of all
        policies in the run), regret (how much worse than that; never below zero). best and regret are
        NaN for an indicator of which neither is better.
    distribution : DataFrame
        policy, indicator, unit, better, runs (that have a value), mean, deviation (standard, of the
        runs), p05, p25, median, p75, p95, worst, worst_run (the first), mean_regret, largest_regret,
        best_in (part of the runs in which no policy is better).
    loads : DataFrame
        policy, municipality, name, and of its relative load: runs, mean, deviation, p05, p25, median,
        p75, p95.
    """

    policies: tuple[Policy, ...]
    yardstick: str
    runs: pd.DataFrame
    status: pd.DataFrame
    indicators: pd.DataFrame
    distribution: pd.DataFrame
    loads: pd.DataFrame

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Every table by name, as copies."""
        names = ["runs", "status", "indicators", "distribution", "loads"]
        return {name: getattr(self, name).copy() for name in names}

    def __repr__(self) -> str:
        names = ", ".join(policy.name for policy in self.policies)
        return f"<Study of {len(self.runs)} runs: {names}>"


def study(
    instances: Instance | Sequence[Instance],
    policies: Sequence[Policy | str | Path] | None = None,
    *,
    executor: Executor | int | None = None,
    whole: bool = False,
    progress: Progress = lambda phase, done, total: None,
    folder: str | os.PathLike[str] | None = None,
    keep: Callable[[Sequence[Solution]], object] | None = None,
) -> Study:
    """Divide many instances that could each come true under several policies.

    Parameters
    ----------
    instances : Instance or sequence of Instance
        Of the same municipalities, such as `verdeling.uncertainty.sampling.sample` draws. Of one
        instance: each of its named scenarios.
    policies : sequence of Policy, str or Path, optional
        As for `verdeling.comparison.compare`.
    executor, progress, folder
        As for `verdeling.running.runs.carry_out`; a job is an instance under all policies.
    whole : bool
        In whole places; by default the fractional optimum.
    keep : callable, optional
        Called with the solutions of each run, also those without a plan, as soon as it is finished:
        ``partial(verdeling.write_runs, path=..., seed=...)`` adds them to those of other runs.

    Returns
    -------
    Study
        A policy that fails in a run, or has no plan, stands in ``status`` and in no other table, and
        is nothing that others are regretted against.

    Raises
    ------
    InstanceError
        If there is no instance, or their municipalities differ.
    PolicyError
        If a policy is not known or cannot be used.
    RunError, OutputError
        If results that were kept cannot be read, or cannot be kept.

    Examples
    --------
    >>> from verdeling.adapters import read_instance
    >>> from verdeling.uncertainty.sampling import sample
    >>> samples = sample(read_instance("instances/three-towns"), 4, seed=1)
    >>> found = study(samples, ["leximin", "utilitarian"], executor=1)
    >>> table = found.distribution.set_index(["policy", "indicator"])
    >>> float(table.loc[("utilitarian", "waiting"), "largest_regret"])
    0.0
    """
    samples = _apart(instances)
    choice = choose(samples[0], policies)
    jobs = [Job(each, choice.policies, whole=whole) for each in samples]
    measure = partial(_measured, shares=choice.shares, plans=keep is not None)
    found: dict[int, _Tables] = {}
    for number, (tables, solutions) in measure_each(
        jobs, measure, executor=executor, progress=progress, folder=folder
    ):
        found[number] = tables
        if keep is not None:
            keep(solutions)
    parts = [found[number] for number in range(len(jobs))]
    runs, status, measured, loads = (pd.concat(each, ignore_index=True) for each in zip(*parts, strict=True))
    indicators = _with_regret(measured)
    names = [policy.name for policy in choice.policies]
    return Study(
        policies=choice.policies,
        yardstick=choice.yardstick,
        runs=runs,
        status=_ordered(status, names),
        indicators=_ordered(indicators, names),
        distribution=_ordered(_distribution(indicators), names),
        loads=_ordered(_spread(loads, ["policy", "municipality", "name"], "relative_load"), names),
    )


def _apart(instances: Instance | Sequence[Instance]) -> list[Instance]:
    """Instances of one scenario each."""
    if isinstance(instances, Instance):
        samples = [instances.in_scenario(name) for name in instances.scenarios or (None,)]
    else:
        samples = [each.in_scenario() for each in instances]
    problems = []
    if not samples:
        problems.append(Problem("no-instances", "There is no instance.", "There is nothing to divide.",
                                "Give at least one, for instance of `sample`."))  # fmt: skip
    towns = [list(each["municipalities"]["municipality"]) for each in samples]
    problems += [
        Problem(
            "other-municipalities",
            f"{sample.about.name} has other municipalities than {samples[0].about.name}.",
            "Their fair shares and indicators cannot be compared.",
            "Study instances of the same municipalities.",
        )
        for sample, named in zip(samples, towns, strict=True)
        if named != towns[0]
    ]
    if problems:
        raise InstanceError("The instances cannot be studied together.", problems)
    return samples


def _measured(finished: Finished, shares: pd.Series[float], *, plans: bool) -> tuple[_Tables, list[Solution]]:
    """Name, status, indicators and loads of one run; the plans are let go unless they are asked for."""
    run, instance = finished.number + 1, finished.job.instance
    named = (run, instance.about.name, instance.about.scenario, instance.digest)
    runs = pd.DataFrame([named], columns=["run", "instance", "scenario", "digest"])
    answers = {
        policy.name: answer for policy, answer in zip(finished.job.policies, finished.results, strict=True)
    }
    rows = [status_row((name, ""), answer) for name, answer in answers.items()]
    status = pd.DataFrame(rows, columns=["policy", "run", "status", "message"]).assign(run=run)
    solved = {
        (name, ""): answer
        for name, answer in answers.items()
        if isinstance(answer, Solution) and answer.has_numbers
    }
    tables = (indicator_table(solved, shares), load_table(solved, shares))
    measured, loads = (
        table.rename(columns={"scenario": "run"}).assign(run=run).infer_objects() for table in tables
    )
    kept = [answer for answer in finished.results if plans and isinstance(answer, Solution)]
    return (runs, status, measured, loads), kept


def _with_regret(measured: pd.DataFrame) -> pd.DataFrame:
    """Indicators with the best value of each run, and how much worse each policy is."""
    value = measured["value"].astype(float)
    sign = measured["better"].map({"lower": 1.0, "higher": -1.0})
    cost = value * sign
    best = cost.groupby([measured["run"], measured["indicator"]]).transform("min")
    regret = cost - best
    regret = regret.mask(regret <= NEAR * best.abs().clip(lower=1.0), 0.0)
    return measured.assign(value=value, best=best * sign, regret=regret)


def _distribution(indicators: pd.DataFrame) -> pd.DataFrame:
    by = ["policy", "indicator", "unit", "better"]
    spread = _spread(indicators, by, "value").set_index(by)
    valued = indicators.dropna(subset=["regret"])
    groups = valued.groupby(by, sort=False)
    costs = valued["value"] * valued["better"].map({"lower": 1.0, "higher": -1.0})
    worst = valued.loc[costs.groupby([valued[each] for each in by], sort=False).idxmax()].set_index(by)
    regrets = groups["regret"].agg(mean_regret="mean", largest_regret="max")
    best_in = groups["regret"].agg(lambda regret: (regret == 0).mean()).rename("best_in")
    named = worst[["value", "run"]].rename(columns={"value": "worst", "run": "worst_run"})
    table = spread.join([named, regrets, best_in]).reset_index()
    return table.astype({"worst_run": "Int64"})


def _spread(table: pd.DataFrame, by: list[str], column: str) -> pd.DataFrame:
    """Mean, standard deviation and quantiles of a column, over the runs that have a value."""
    groups = table.astype({column: float}).groupby(by, sort=False)[column]
    stated = {
        "runs": groups.count(),
        "mean": groups.mean(),
        "deviation": groups.std(ddof=0),
        **{name: groups.quantile(part) for name, part in QUANTILES.items()},
    }
    return pd.DataFrame(stated, columns=_SPREAD).reset_index()


def _ordered(table: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """Rows by policy, in the order in which policies were named, otherwise as they are."""
    place = table["policy"].map({name: number for number, name in enumerate(names)})
    order = np.argsort(place.to_numpy(float), kind="stable")
    return table.iloc[order].reset_index(drop=True)
