"""The same program by the textbook's ways: what a whole process costs, relative to Verdeling.

Run ``python benchmarks/peers/run.py``; ``--case``, ``--task``, ``--runs`` and ``--limit`` choose what is
measured. Peers that are not installed are named and left out. The exit status is 1 when a peer reaches
another value than Verdeling. Compare the ratios; the seconds depend on the machine.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import runpy
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING

import verdeling as vd

HERE = Path(__file__).resolve().parent
CASES = runpy.run_path(str(HERE.parent / "cases.py"))

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

AGREE = 1e-6
"""Relative difference up to which two values are the same."""

ONE_THREAD = dict.fromkeys(["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"], "1")


@dataclass(frozen=True)
class Peer:
    """A way to state and solve a task: a script beside this file, and what it needs installed."""

    name: str
    script: str
    needs: tuple[str, ...]
    arguments: tuple[str, ...] = ()


OURS = Peer("Verdeling", "with_verdeling", ("verdeling",))

PEERS: dict[str, tuple[Peer, ...]] = {
    "waiting": (
        Peer("PuLP, CBC", "with_pulp", ("pulp",), ("CBC",)),
        Peer("PuLP, HiGHS", "with_pulp", ("pulp", "highspy"), ("HiGHS",)),
        Peer("linopy, HiGHS", "with_linopy", ("linopy", "highspy")),
        Peer("cvxpy, HiGHS", "with_cvxpy", ("cvxpy", "highspy")),
        Peer("Pyomo, HiGHS", "with_pyomo", ("pyomo", "highspy")),
        Peer("OR-Tools, GLOP", "with_ortools", ("ortools",)),
    ),
    "leximin": (
        Peer("plain loop, PuLP, HiGHS", "with_loop", ("pulp", "highspy")),
        Peer(
            "cvxpy-leximin, ordered outcomes", "with_cvxpy_leximin", ("cvxpy_leximin",), ("ordered_outcomes",)
        ),
        Peer("cvxpy-leximin, saturation", "with_cvxpy_leximin", ("cvxpy_leximin",), ("saturation",)),
    ),
}
"""Who is measured at each task; a task is a policy beside this file."""


@dataclass
class Measured:
    """Seconds of a peer's processes, one of each per run, and the goals that it reached."""

    wall: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    imports: list[float] = field(default_factory=list)
    goals: list[float] = field(default_factory=list)
    failed: str = ""

    @property
    def work(self) -> float:
        """Median processor seconds of everything but the imports."""
        pairs = zip(self.processor, self.imports, strict=True)
        return statistics.median(whole - imports for whole, imports in pairs)


def written(name: str, seed: int, folder: Path) -> Path:
    """The folder of a case, with only those tables that all peers state."""
    target = folder / f"{name}-{seed}"
    instance = CASES["case"](name, seed).replace(projects=None, support=None, agreements=None)
    vd.write_instance(instance, target)
    return target


def spent(arguments: Sequence[str], limit: float) -> tuple[float, float, str]:
    """Wall and processor seconds of a process with all that it starts, and the last line that it printed.

    Raises
    ------
    RuntimeError
        If the process fails or is not ready within the limit (seconds).
    """
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as error:
        began = time.perf_counter()
        environment = os.environ | ONE_THREAD
        process = subprocess.Popen(arguments, cwd=HERE, stdout=out, stderr=error, env=environment)
        before = os.times()
        try:
            status = process.wait(timeout=limit)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise RuntimeError(f"not ready in {limit:g} s") from None
        wall, after = time.perf_counter() - began, os.times()
        if status:
            raise RuntimeError(_last_line(error))
        processor = (after.children_user - before.children_user) + (
            after.children_system - before.children_system
        )
        return wall, processor, _last_line(out)


def _last_line(file: IO[str]) -> str:
    file.seek(0)
    return ([line.strip() for line in file if line.strip()] or ["nothing was printed"])[-1]


def command(peer: Peer, folder: Path, task: str) -> list[str]:
    """What runs a peer on the tables in a folder."""
    return [sys.executable, f"{peer.script}.py", str(folder), task, *peer.arguments]


def installed(peer: Peer) -> bool:
    """Whether everything is there that a peer needs."""
    return all(map(importlib.util.find_spec, peer.needs))


def measure(peer: Peer, folder: Path, task: str, limit: float, result: Measured) -> None:
    """One run of a peer: the whole process, and one that only imports what the peer imports."""
    imports = [sys.executable, "-c", f"import {peer.script}"]
    try:
        _, imported, _ = spent(imports, limit)
        wall, processor, printed = spent(command(peer, folder, task), limit)
    except RuntimeError as error:
        result.failed = str(error)
        return
    result.wall.append(wall)
    result.processor.append(processor)
    result.imports.append(imported)
    result.goals = json.loads(printed)["goals"]


def compare(peers: Sequence[Peer], folder: Path, task: str, runs: int, limit: float) -> dict[str, Measured]:
    """All peers in turns, so that other work on the machine hits all alike."""
    results = {peer.name: Measured() for peer in peers}
    for _ in range(runs):
        for peer in peers:
            if not results[peer.name].failed:
                measure(peer, folder, task, limit, results[peer.name])
    return results


def agree(ours: Sequence[float], theirs: Sequence[float]) -> bool:
    """Whether every goal is the same, relative to the value or to one where that is smaller."""
    if len(ours) != len(theirs):
        return False
    pairs = zip(ours, theirs, strict=True)
    return all(abs(one - other) <= AGREE * max(1.0, abs(one)) for one, other in pairs)


def line(name: str, result: Measured, ours: Measured) -> str:
    """What a peer cost, and how many times what Verdeling did."""
    if result.failed:
        return f"  {name:<34}failed: {result.failed}"
    wall, processor = statistics.median(result.wall), statistics.median(result.processor)
    ratios = [
        wall / statistics.median(ours.wall),
        processor / statistics.median(ours.processor),
        result.work / ours.work,
    ]
    verdict = "" if agree(ours.goals, result.goals) else "  ANOTHER VALUE"
    return (
        f"  {name:<34}{wall:>8.2f}{processor:>8.2f}{result.work:>8.2f}"
        + "".join(f"{ratio:>9.2f}" for ratio in ratios)
        + verdict
    )


def report(results: Mapping[str, Measured]) -> bool:
    """Print a line per peer; whether all that ended reached what Verdeling did."""
    ours = results[OURS.name]
    if ours.failed:
        print(f"  {OURS.name} failed: {ours.failed}")
        return False
    for name, result in results.items():
        print(line(name, result, ours), flush=True)
    return all(result.failed or agree(ours.goals, result.goals) for result in results.values())


def main() -> None:
    """Measure and print a table per case and task: medians over the runs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--case", choices=list(CASES["CASES"]), action="append", help="default: region, large-region"
    )
    parser.add_argument("--task", choices=list(PEERS), action="append", help="default: all")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--limit", type=float, default=600.0, help="seconds a process may take")
    options = parser.parse_args()
    same = True
    with tempfile.TemporaryDirectory() as folder:
        for name in options.case or ["region", "large-region"]:
            there = written(name, options.seed, Path(folder))
            for task in options.task or list(PEERS):
                print(f"{name}, {task}: seconds, and × Verdeling")
                print(f"  {'':<34}{'wall':>8}{'cpu':>8}{'work':>8}{'× wall':>9}{'× cpu':>9}{'× work':>9}")
                here = [peer for peer in PEERS[task] if installed(peer)]
                results = compare([OURS, *here], there, task, options.runs, options.limit)
                same &= report(results)
                for peer in PEERS[task]:
                    if peer not in here:
                        print(f"  {peer.name:<34}not installed")
    if not same:
        sys.exit("A peer reached another value than Verdeling, or Verdeling failed.")


if __name__ == "__main__":
    main()
