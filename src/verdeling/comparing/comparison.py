"""Policies side by side on the same instance: what each reaches, who gains by it, and which are alike."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, NamedTuple

import pandas as pd

from verdeling.comparing.choices import choose
from verdeling.comparing.dominance import dominance
from verdeling.comparing.openness import open_indicators, open_loads, range_table
from verdeling.comparing.side_by_side import (
    PLACE,
    STATUS_COLUMNS,
    THE_KEY,
    difference_table,
    indicator_table,
    least_waiting,
    load_table,
    stacked,
    status_row,
    winner_table,
)
from verdeling.drawn import Drawn
from verdeling.engine import solve_each
from verdeling.running.runs import Job, carry_out
from verdeling.shown import Shown
from verdeling.solution import Solution

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterator, Sequence
    from concurrent.futures import Executor
    from pathlib import Path

    from verdeling.comparing.choices import Choice
    from verdeling.comparing.side_by_side import Keyed
    from verdeling.engine import Progress
    from verdeling.errors import VerdelingError
    from verdeling.instance import Instance
    from verdeling.pictures.plots import ComparisonPlots
    from verdeling.policy import Policy


MANY = 60
"""From so many municipalities on, what goals leave open is asked only where somebody wants to know."""


@dataclass(frozen=True, eq=False, repr=False)
class Comparison(Shown):
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
        policy, scenario, indicator, value (of the places, read to a millionth), unit, better (``lower``,
        ``higher`` or ``neither``), lowest, highest (no plan that meets the goals lies beyond), freedom
        (``settled``; ``free`` where it rests on numbers that the goals leave open: then it is of the
        plan that is shown; ``unknown`` where that was not asked, as of ``moves``, or not decided).
    loads : DataFrame
        policy, scenario, municipality, name, region, fair_share, fair_load (its share of
        all needs of its region), places, load, relative_load (load ÷ fair_load), lowest, highest (of
        the load), freedom.
    winners : DataFrame
        policy, scenario, municipality, name, load, baseline (the load there), change (load − baseline),
        relative_change (in fair shares of the region's task), lowest, highest (of the change), verdict
        (``gains`` where it carries less, ``loses`` where it carries more, ``same``; ``open`` where
        another plan that meets the goals, of the policy or of the baseline, may change that). Without
        ranges the verdict is about the plans that are shown.
    differences : DataFrame
        scenario, policy, other, places (that are given differently: what one of the two gives and the
        other does not, the larger of both ways), load (largest difference of a municipality), same
        (``division`` where no place differs, ``loads`` where only no load does, otherwise empty),
        freedom (of the loads of both).
    ranges : DataFrame
        policy, scenario, number, region, municipality, lowest, highest, freedom: how far loads and
        totals can move with every goal met; see `verdeling.leeway.Leeway.ranges`. Empty unless asked.
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
    ranges: pd.DataFrame
    placements: pd.DataFrame

    plot: ClassVar[Drawn[ComparisonPlots]] = Drawn("ComparisonPlots")
    """Its pictures."""

    @cached_property
    def dominance(self) -> pd.DataFrame:
        """Which policy is at least as good on all indicators as which other; see `dominance.dominance`."""
        return dominance(self.indicators)

    @property
    def same(self) -> pd.DataFrame:
        """Pairs that give the same division or loads: scenario, policy, other, same, freedom."""
        alike = self.differences[self.differences["same"] != ""]
        return alike[["scenario", "policy", "other", "same", "freedom"]].reset_index(drop=True)

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Every table by name, as copies."""
        names = ["status", "indicators", "loads", "winners", "dominance", "differences", "ranges"]
        names += ["placements"]
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
    room: bool | None = None,
    time_limit: float | None = None,
    baseline: str | None = None,
    progress: Progress = lambda phase, done, total: None,
    folder: str | os.PathLike[str] | None = None,
    keep: Callable[[Sequence[Solution]], object] | None = None,
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
        Who works, policy by policy: as for `verdeling.running.runs.carry_out`. By default, or where it
        is 1, this process, which states the program once for all policies.
    whole : bool
        Compare in whole places.
    room : bool, optional
        Ask which loads the goals leave open, and how far these can move: another plan that is as good
        may have other numbers. It adds two questions to each policy for each municipality; by default
        it is asked of fewer than `MANY` municipalities. In whole places linear programs say what is
        ruled out; a load that they do not settle is ``unknown``
        (`verdeling.explaining.freedom.room.room` searches for the plans).
    time_limit : float, optional
        Seconds for each policy in each scenario, after which its best plan so far is compared; what it
        leaves open is then ``unknown``.
    baseline : str, optional
        Name of one of the policies. By default the key alone: every municipality carries its fair
        share of the load that the policy houses in its region, so that the gains and losses of a
        policy add up to zero. The key alone need not be possible: it knows no supply.
    progress : callable, optional
        Called with the phase ``jobs``, how many policies are solved and out of how many; in this process
        also with the phases of each, as by `verdeling.solve`, and ``room``.
    folder : path-like, optional
        Where results are kept, so that a run that was interrupted goes on where it was.
    keep : callable, optional
        Called once with the solutions, also those without a plan: ``partial(verdeling.write_runs,
        path=...)`` adds them to those of other runs.

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
    >>> comparison.winners["verdict"].tolist()
    ['loses', 'gains', 'gains', 'open', 'open', 'open']
    >>> loads = comparison.loads[comparison.loads["policy"] == "leximin"]
    >>> loads["load"].round(6).tolist(), loads["freedom"].unique().tolist()
    ([11.0, 6.0, 3.0], ['settled'])
    """
    choice = choose(instance, policies, scenarios, baseline)
    asked = len(instance.tables["municipalities"]) < MANY if room is None else room
    how = _How(whole, asked, time_limit)
    order = [(policy.name, scenario) for scenario in choice.scenarios for policy in choice.policies]
    if executor in (None, 1) and folder is None:
        found = _here(instance, choice, progress, how)
    else:
        found = _elsewhere(instance, choice, executor, progress, folder, how)
    answers = dict(found)
    if keep is not None:
        keep([answer for key in order if isinstance(answer := answers[key], Solution)])
    solved = {
        key: answer for key in order if isinstance(answer := answers[key], Solution) and answer.has_numbers
    }
    placements = {key: solution.placements for key, solution in solved.items()}
    ranges = range_table(solved)
    loads = open_loads(load_table(solved, choice.shares), ranges)
    indicators = open_indicators(
        indicator_table(solved, choice.shares), loads, ranges, solved, least_waiting(solved)
    )
    return Comparison(
        instance=instance,
        policies=choice.policies,
        scenarios=choice.scenarios,
        whole=whole,
        baseline=baseline or THE_KEY,
        yardstick=choice.yardstick,
        status=pd.DataFrame([status_row(key, answers[key]) for key in order], columns=STATUS_COLUMNS),
        indicators=indicators,
        loads=loads,
        winners=winner_table(loads, ranges, baseline or THE_KEY),
        differences=difference_table(placements, loads),
        ranges=ranges,
        placements=stacked(placements, [*PLACE, "places"]),
    )


class _How(NamedTuple):
    """What is asked of each policy; see `compare`."""

    whole: bool
    room: bool
    time_limit: float | None


def _here(
    instance: Instance, choice: Choice, progress: Progress, how: _How
) -> Iterator[tuple[Keyed, Solution | VerdelingError]]:
    """Answers of this process, scenario by scenario."""
    total = len(choice.scenarios) * len(choice.policies)
    progress("jobs", 0, total)
    for before, scenario in enumerate(choice.scenarios):
        answers = solve_each(
            instance, choice.policies, scenario=scenario or None, progress=progress, **how._asdict()
        )
        for number, (policy, answer) in enumerate(zip(choice.policies, answers, strict=True), 1):
            progress("jobs", before * len(choice.policies) + number, total)
            yield (policy.name, scenario), answer


def _elsewhere(
    instance: Instance,
    choice: Choice,
    executor: Executor | int | None,
    progress: Progress,
    folder: str | os.PathLike[str] | None,
    how: _How,
) -> Iterator[tuple[Keyed, Solution | VerdelingError]]:
    """Answers of an executor, a job for each policy and scenario."""
    order = [(policy, scenario) for scenario in choice.scenarios for policy in choice.policies]
    jobs = [Job(instance, (policy,), scenario or None, **how._asdict()) for policy, scenario in order]
    for finished in carry_out(jobs, executor=executor, progress=progress, folder=folder):
        policy, scenario = order[finished.number]
        yield (policy.name, scenario), finished.results[0]
