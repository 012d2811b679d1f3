"""A Dask cluster carries out jobs like any executor; it may lose a worker, and no result is lost."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

import verdeling.running.cluster as cluster
from errands import double, fall_once, unreadable
from hand_made import small
from same import same
from verdeling.cli import app as cli
from verdeling.engine import solve
from verdeling.errors import RunError
from verdeling.policy import read_policy
from verdeling.running.cluster import workers_of
from verdeling.running.runs import Job, carry_out, in_order
from verdeling.running.workers import spread
from verdeling.solution import Solution

if TYPE_CHECKING:
    from collections.abc import Iterator

pytest.importorskip("distributed")

LOOPBACK = ["--host", "127.0.0.1", "--no-dashboard"]
POLICY = read_policy("leximin")
INSTANCES = Path(__file__).parents[1] / "instances"
PATIENCE = 300.0
"""Seconds that a process may take to start."""


class Running:
    """A scheduler and workers, each a process of its own."""

    def __init__(self, folder: Path, allowed_failures: int) -> None:
        self.processes: list[subprocess.Popen[bytes]] = []
        self.file = folder / "scheduler.json"
        paths = [str(Path(__file__).parent), *filter(None, [os.environ.get("PYTHONPATH")])]
        self.environment = os.environ | {
            "PYTHONPATH": os.pathsep.join(paths),
            "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": str(allowed_failures),
        }
        self.start("scheduler", "--port", "0", "--scheduler-file", str(self.file))
        while not self.file.exists():
            time.sleep(0.05)

    def start(self, kind: str, *options: str) -> subprocess.Popen[bytes]:
        """Start a scheduler or a worker."""
        command = [sys.executable, "-m", "dask", kind, *LOOPBACK, *options]
        process = subprocess.Popen(
            command, env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self.processes.append(process)
        return process

    def start_worker(self, *options: str) -> subprocess.Popen[bytes]:
        """Start a worker that does one thing at a time."""
        return self.start("worker", "--scheduler-file", str(self.file), "--nthreads", "1", *options)

    @property
    def address(self) -> str:
        """Address of the scheduler."""
        return str(json.loads(self.file.read_text("utf-8"))["address"])

    def stop(self) -> None:
        """End every process; the scheduler last, because a worker looks for it for half a minute."""
        for process in reversed(self.processes):
            process.send_signal(signal.SIGKILL if process.args[3] == "scheduler" else signal.SIGTERM)
            process.wait(timeout=PATIENCE)


@contextmanager
def running(folder: Path, allowed_failures: int = 3) -> Iterator[Running]:
    """A scheduler on loopback, ended afterwards with its workers."""
    here = Running(folder, allowed_failures)
    try:
        yield here
    finally:
        here.stop()


def jobs(count: int) -> list[Job]:
    """Jobs that differ, none of which takes long."""
    return [Job(small(), (POLICY,), time_limit=1000.0 + number) for number in range(count)]


def test_a_worker_is_killed_midway(tmp_path: Path) -> None:
    """Two workers carry out twelve jobs; one is killed when two are finished, and all twelve are there."""
    with running(tmp_path) as here:
        victim, _ = (here.start_worker("--no-nanny") for _ in range(2))
        with workers_of(here.address, patience=PATIENCE) as executor:
            finished = []
            for each in carry_out(jobs(12), executor=executor, folder=tmp_path / "kept"):
                finished.append(each)
                if len(finished) == 2:
                    victim.kill()
    alone = solve(small(), POLICY)
    assert [each.number for each in in_order(finished)] == list(range(12))
    for each in finished:
        (found,) = each.results
        assert isinstance(found, Solution)
        same(found, replace(alone, provenance=found.provenance))
    assert len(list((tmp_path / "kept").iterdir())) == 12


def test_what_dask_gives_up_is_tried_again(tmp_path: Path) -> None:
    """Where Dask allows no death, a task whose worker died is started once more."""
    with running(tmp_path, allowed_failures=0) as here:
        here.start_worker("--nanny")
        with workers_of(here.address, patience=PATIENCE) as executor:
            tasks = [(item, tmp_path / "fell") for item in range(5)]
            assert dict(spread(fall_once, tasks, executor)) == {item: 2 * item for item in range(5)}
    assert (tmp_path / "fell").exists()


def test_the_scheduler_is_killed_midway(tmp_path: Path) -> None:
    """When the scheduler dies, processes of this machine finish what is left."""
    with running(tmp_path) as here:
        here.start_worker("--no-nanny")
        with workers_of(here.address, patience=PATIENCE) as executor:
            found = spread(double, range(3), executor)
            first = next(found)
            here.processes[0].kill()
            assert dict([first, *found]) == {0: 0, 1: 2, 2: 4}


def test_no_scheduler() -> None:
    """A scheduler that does not answer is told before anything is solved, with how to start one."""
    with pytest.raises(RunError, match="No scheduler answers at tcp://127") as caught:
        workers_of("tcp://127.0.0.1:9", patience=0.5).__enter__()
    assert "dask scheduler" in caught.value.problems[0].remedy


@pytest.mark.parametrize("address", ["nonsense://x", "tcp://"])
def test_no_address(address: str) -> None:
    """What is no address is refused in the same way."""
    with pytest.raises(RunError, match="No scheduler answers"):
        workers_of(address, patience=0.5).__enter__()


def test_no_workers(tmp_path: Path) -> None:
    """A scheduler without workers would wait for ever: it is refused."""
    with (
        running(tmp_path) as here,
        pytest.raises(RunError, match="has no worker"),
        workers_of(here.address, patience=1),
    ):
        pass


def test_busy_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a machine too busy to start the thread of Dask's client in its time, it is started once more."""
    import distributed

    attempts = []

    def late(*args: object, **kwargs: object) -> distributed.Client:
        attempts.append(args)
        if len(attempts) == 1:
            raise AssertionError  # as distributed.utils.LoopRunner does
        return client(*args, **kwargs)

    client = distributed.Client
    with running(tmp_path) as here:
        here.start_worker("--no-nanny")
        monkeypatch.setattr(distributed, "Client", late)
        with workers_of(here.address, patience=PATIENCE) as executor:
            assert executor.submit(double, 21).result() == 42
    assert len(attempts) == 2


def test_a_result_that_cannot_be_read(tmp_path: Path) -> None:
    """Nobody waits for ever for a result that is there but cannot be read: it is an error."""
    with running(tmp_path) as here:
        here.start_worker("--no-nanny")
        with workers_of(here.address, patience=PATIENCE) as executor:
            assert isinstance(executor.submit(unreadable, 1).exception(timeout=PATIENCE), ValueError)


def test_other_workers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers with another version are refused before anything is solved."""
    monkeypatch.setattr(cluster, "version", lambda package: "0.0.0")
    with running(tmp_path) as here:
        here.start_worker("--no-nanny")
        with pytest.raises(RunError, match=r"1 of 1 workers do not have verdeling 0\.0\.0"):
            workers_of(here.address, patience=PATIENCE).__enter__()


def test_compare_on_a_cluster(tmp_path: Path) -> None:
    """The command gives the same table with a cluster, with processes and with results that were kept."""
    command = ["compare", str(INSTANCES / "three-towns"), "--policy", "leximin", "--policy", "utilitarian"]
    kept = tmp_path / "kept"
    with running(tmp_path) as here:
        here.start_worker("--no-nanny")
        with workers_of(here.address, patience=PATIENCE):  # there is a worker
            answers = [
                CliRunner().invoke(cli.app, [*command, *options])
                for options in ([], ["--dask", here.address], ["--jobs", "2", "--folder", str(kept)])
            ]
    answers.append(CliRunner().invoke(cli.app, [*command, "--folder", str(kept), "--jobs", "1"]))
    assert [answer.exit_code for answer in answers] == [0] * 4
    assert len({answer.stdout for answer in answers}) == 1
    assert len(list(kept.iterdir())) == 2


def test_two_crews() -> None:
    """Processes and a cluster together are refused, and so is a cluster that is not there."""
    command = ["compare", str(INSTANCES / "three-towns"), "--dask", "tcp://127.0.0.1:9"]
    for options, words in ((["--jobs", "2"], "Name one of the two"), ([], "dask scheduler")):
        answer = CliRunner().invoke(cli.app, [*command, *options])
        assert (answer.exit_code, words in " ".join(answer.stderr.split())) == (2, True)


def test_without_dask(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where Dask is not installed it is said how to install it."""
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(RunError, match="not installed"):
        workers_of("tcp://127.0.0.1:9").__enter__()
