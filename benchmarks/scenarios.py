"""What thousands of scenarios cost: one process, two processes, and two workers of a Dask cluster.

Run ``python benchmarks/scenarios.py``; it needs the extra ``dask``. Ways take turns, block by block, so
that other work on the machine hits all of them. Workers are started, and have done two scenarios each,
before anything is measured. Libraries for linear algebra get one thread each.

*work* is the processor time of one process ÷ that of all processes of the way; *busy* is the part of the
time in which a worker had a scenario; *efficiency* is their product, which other work on the machine
hardly touches. *by the clock* is the median over the blocks of what the clock says.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

if __name__ == "__main__":
    os.environ.update({"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"})

import psutil

from verdeling import read_instance
from verdeling.running.cluster import workers_of
from verdeling.uncertainty.sampling import sample
from verdeling.uncertainty.studies import study

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

INSTANCES = Path(__file__).parents[1] / "instances"
PAIR = 2


@contextmanager
def here() -> Iterator[int]:
    """Nobody but this process."""
    yield 1


@contextmanager
def processes() -> Iterator[Executor]:
    """Two processes of this machine."""
    with ProcessPoolExecutor(PAIR, mp_context=get_context("spawn")) as pool:
        yield pool


@contextmanager
def dask() -> Iterator[Executor]:
    """Two workers of a Dask cluster on this machine, each a process."""
    from distributed import LocalCluster

    with (
        LocalCluster(n_workers=PAIR, threads_per_worker=1, dashboard_address=None) as cluster,
        workers_of(cluster.scheduler_address) as executor,
    ):
        yield executor


WAYS: dict[str, Callable[[], AbstractContextManager[Executor | int]]] = {
    "one process": here,
    "two processes": processes,
    "two Dask workers": dask,
}


def timed(work: Callable[..., object], *given: object) -> tuple[object, float]:
    """What comes of work, and the seconds that it took."""
    began = time.perf_counter()
    return work(*given), time.perf_counter() - began


class Watched(Executor):
    """An executor, and the seconds in which one of its workers had work."""

    def __init__(self, crew: Executor) -> None:
        self.crew, self.busy = crew, 0.0

    def submit(self, work: Callable[..., object], /, *given: object) -> Future[object]:  # type: ignore[override]
        """Have it done, and note how long that took."""
        outcome: Future[object] = Future()
        self.crew.submit(timed, work, *given).add_done_callback(lambda done: self._end(done, outcome))
        return outcome

    def _end(self, done: Future[tuple[object, float]], outcome: Future[object]) -> None:
        result, seconds = done.result()
        self.busy += seconds
        outcome.set_result(result)


@dataclass
class Taken:
    """Seconds of each block: by the clock, of the processor in all processes, and of workers with work."""

    clock: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    busy: list[float] = field(default_factory=list)


def children() -> set[psutil.Process]:
    """The processes that this one started, and those that these started."""
    return set(psutil.Process().children(recursive=True))


def processor(workers: set[psutil.Process]) -> float:
    """Seconds of processor time of this process and of workers."""
    times = [each.cpu_times() for each in (psutil.Process(), *workers)]
    return float(sum(each.user + each.system for each in times))


def measure(instance: str, policies: list[str], ways: list[str], blocks: int, size: int) -> dict[str, Taken]:
    """Study so many blocks of scenarios each way, in turns."""
    drawn = sample(read_instance(INSTANCES / instance), blocks * size, seed=1)
    taken = {way: Taken() for way in ways}
    with ExitStack() as stack:
        crews = {}
        for way in ways:
            others = children()
            crew = stack.enter_context(WAYS[way]())
            study(drawn[: 2 * PAIR], policies, executor=crew)
            crews[way] = crew, children() - others
        for block in range(blocks):
            chosen = drawn[block * size : (block + 1) * size]
            for way, (crew, workers) in crews.items():
                fresh = [type(each)(each.about, each.tables) for each in chosen]  # without what they know
                began, spent = time.perf_counter(), processor(workers)
                watched = crew if isinstance(crew, int) else Watched(crew)
                study(fresh, policies, executor=watched)
                clock = time.perf_counter() - began
                taken[way].clock.append(clock)
                taken[way].processor.append(processor(workers) - spent)
                taken[way].busy.append(clock if isinstance(watched, int) else watched.busy)
    return taken


def main() -> None:
    """Measure and print a line per way."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--instance", default="enschede")
    parser.add_argument("--policy", action="append", help="default: leximin")
    parser.add_argument("--way", choices=list(WAYS), action="append", help="default: all")
    parser.add_argument("--blocks", type=int, default=10)
    parser.add_argument("--size", type=int, default=100, help="scenarios in a block")
    options = parser.parse_args()
    policies = options.policy or ["leximin"]
    taken = measure(options.instance, policies, options.way or list(WAYS), options.blocks, options.size)
    print(
        f"{options.instance}, {options.blocks} × {options.size} scenarios, {', '.join(policies)}, fractional"
    )
    heads = f"{'clock s':>9}{'processor s':>13}{'work':>7}{'busy':>7}{'efficiency':>12}{'by the clock':>14}"
    print(f"{'way':<18}{heads}")
    alone = next(iter(taken.values()))
    for way, spent in taken.items():
        crew = 1 if spent is alone else PAIR
        gains = [one / (crew * own) for one, own in zip(alone.clock, spent.clock, strict=True)]
        work = sum(alone.processor) / sum(spent.processor)
        busy = sum(spent.busy) / (crew * sum(spent.clock))
        print(
            f"{way:<18}{sum(spent.clock):>9.1f}{sum(spent.processor):>13.1f}{work:>7.2f}{busy:>7.2f}"
            f"{work * busy:>12.2f}{statistics.median(gains):>14.2f}"
        )


if __name__ == "__main__":
    main()
