"""Many divisions in one go: jobs, carried out by whoever is there, kept as they finish."""

from __future__ import annotations

import hashlib
import json
import logging
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

from verdeling.engine import solve_each
from verdeling.errors import Problem, RunError, SolverError, VerdelingError
from verdeling.running.archive import FORMAT, keep, prepare, recall, text_of
from verdeling.running.workers import spread

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from concurrent.futures import Executor

    from verdeling.engine import Progress
    from verdeling.instance import Instance
    from verdeling.policy import Policy
    from verdeling.solution import Solution

_LOG = logging.getLogger(__name__)

Measured = TypeVar("Measured")


@dataclass(frozen=True)
class Job:
    """An instance to divide under one or more policies.

    Parameters
    ----------
    instance : Instance
        What is to be divided.
    policies : tuple of Policy
        In the order of the results.
    scenario : str, optional
        One of ``instance.scenarios``; by default the instance's own.
    whole, room, solver, time_limit
        As for `verdeling.engine.solve_each`.
    """

    instance: Instance
    policies: tuple[Policy, ...]
    scenario: str | None = None
    whole: bool = True
    room: bool = False
    solver: str = "HiGHS"
    time_limit: float | None = None

    @cached_property
    def digest(self) -> str:
        """SHA-256 of all that the results follow from, the version of Verdeling included."""
        policies = [policy.digest for policy in self.policies]
        stated = [self.scenario, self.whole, self.room, self.solver, self.time_limit]
        asked = [FORMAT, version("verdeling"), self.instance.digest, policies, *stated]
        return hashlib.sha256(json.dumps(asked).encode()).hexdigest()

    def solve(self) -> list[Solution | VerdelingError]:
        """Solve in this process; every error in its place."""
        try:
            return list(
                solve_each(
                    self.instance,
                    self.policies,
                    scenario=self.scenario,
                    whole=self.whole,
                    room=self.room,
                    solver=self.solver,
                    time_limit=self.time_limit,
                )
            )
        except VerdelingError as error:
            return [error] * len(self.policies)
        except Exception as error:
            _LOG.exception("A job ended in an error that nobody foresaw.")
            return [_unforeseen(error)] * len(self.policies)


@dataclass(frozen=True, eq=False)
class Finished:
    """A job with its results.

    Parameters
    ----------
    number : int
        Position of the job among the jobs that were given, from 0.
    job : Job
        The job.
    results : tuple of Solution or VerdelingError
        For each policy of the job.
    """

    number: int
    job: Job
    results: tuple[Solution | VerdelingError, ...]


def carry_out(
    jobs: Sequence[Job],
    *,
    executor: Executor | int | None = None,
    progress: Progress = lambda phase, done, total: None,
    folder: str | os.PathLike[str] | None = None,
) -> Iterator[Finished]:
    """Carry out jobs, and give each as soon as it is finished.

    A worker that dies loses no result that was finished; `verdeling.running.workers.spread` says what
    happens to the job it was at. The order in which jobs finish differs from run to run;
    `in_order` does not.

    Parameters
    ----------
    jobs : sequence of Job
        What is to be done.
    executor : Executor or int, optional
        Who works: any ``concurrent.futures.Executor``, or a number of processes of this machine, 1
        for this process. By default a process a core, and this process when there is one job. A
        script that starts processes calls this below ``if __name__ == "__main__":``.
    progress : callable, optional
        Called with the phase ``jobs``, how many are done and out of how many.
    folder : path-like, optional
        Where results are kept, each job's as soon as it is finished; made if it is not there. Jobs
        whose results are there already are not done again, so that a run that was interrupted goes
        on where it was. A job is kept unless a solver or worker failed.

    Yields
    ------
    Finished
        First those that were kept, in the order of the jobs.

    Raises
    ------
    RunError
        If results that were kept cannot be read; with every file, and before anything is solved.
    OutputError
        If the folder cannot be written.
    """
    for number, results in measure_each(
        jobs, _results_of, executor=executor, progress=progress, folder=folder
    ):
        yield Finished(number, jobs[number], results)


def measure_each(
    jobs: Sequence[Job],
    measure: Callable[[Finished], Measured],
    *,
    executor: Executor | int | None = None,
    progress: Progress = lambda phase, done, total: None,
    folder: str | os.PathLike[str] | None = None,
) -> Iterator[tuple[int, Measured]]:
    """Carry out jobs, and give of each only what is asked for, measured by whoever did the job.

    Of many jobs the plans then need not travel, nor be measured one after another in this process.

    Parameters
    ----------
    jobs, executor, progress, folder
        As for `carry_out`.
    measure : callable
        From a finished job to what is wanted of it; something that other processes can find, such as
        a function of a module. Where a worker was lost it is told the `RunError`.

    Yields
    ------
    int
        Position of a job.
    object
        What was measured.

    Raises
    ------
    RunError, OutputError
        As `carry_out`.
    """
    place = None if folder is None else Path(folder)
    kept = {} if place is None else _kept(jobs, place, measure)
    for done, (number, measured) in enumerate(kept.items(), 1):
        progress("jobs", done, len(jobs))
        yield number, measured
    left = [number for number in range(len(jobs)) if number not in kept]
    errands = [_Errand(number, jobs[number], measure, keeping=place is not None) for number in left]
    with closing(spread(_Errand.carried_out, errands, executor)) as outcomes:
        for done, (position, outcome) in enumerate(outcomes, len(kept) + 1):
            errand = errands[position]
            brought = errand.lost(outcome) if isinstance(outcome, RunError) else outcome
            if place is not None and brought.written is not None:
                keep(place, *brought.written)
            progress("jobs", done, len(jobs))
            yield errand.number, brought.measured


@dataclass(frozen=True)
class _Brought(Generic[Measured]):
    """What comes of an errand: what was measured, and the digest and text of what is to be kept."""

    measured: Measured
    written: tuple[str, str] | None


@dataclass(frozen=True)
class _Errand(Generic[Measured]):
    """A job, what is wanted of it, and whether it is to be written down."""

    number: int
    job: Job
    measure: Callable[[Finished], Measured]
    keeping: bool

    def carried_out(self) -> _Brought[Measured]:
        results = tuple(self.job.solve())
        failed = any(isinstance(each, SolverError | RunError) for each in results)
        digest = self.job.digest if self.keeping and not failed else None
        written = None if digest is None else (digest, text_of(digest, results))
        return _Brought(self.measure(Finished(self.number, self.job, results)), written)

    def lost(self, error: RunError) -> _Brought[Measured]:
        results = (error,) * len(self.job.policies)
        return _Brought(self.measure(Finished(self.number, self.job, results)), None)


def in_order(finished: Iterable[Finished]) -> list[Finished]:
    """All finished jobs, in the order in which they were given: the same in every run."""
    return sorted(finished, key=lambda each: each.number)


def _results_of(finished: Finished) -> tuple[Solution | VerdelingError, ...]:
    return finished.results


def _kept(jobs: Sequence[Job], folder: Path, measure: Callable[[Finished], Measured]) -> dict[int, Measured]:
    """What is wanted of the results that an earlier run kept, by the number of their job."""
    if not prepare(folder):
        return {}
    found: dict[int, Measured] = {}
    problems: list[Problem] = []
    for number, job in enumerate(jobs):
        try:
            results = recall(folder, job.digest, job.instance, job.policies, job.scenario)
        except RunError as error:
            problems += error.problems
            continue
        if results is not None:
            found[number] = measure(Finished(number, job, tuple(results)))
    if problems:
        raise RunError("Results of an earlier run cannot be read.", problems)
    return found


def _unforeseen(error: Exception) -> RunError:
    problem = Problem(
        "unforeseen-error",
        f"{type(error).__name__}: {error}",
        "A fault in the program must not be taken for an answer.",
        "Report it with the instance and the policy; the log has the trace.",
    )
    return RunError("A job ended in an error that nobody foresaw.", [problem])
