"""Jobs are carried out by whoever is there, each once; what is finished is kept, and the order is told."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import verdeling.running.runs as runs
from errands import outcome
from hand_made import small
from same import same
from seeded import seeded
from verdeling.adapters import read_instance
from verdeling.engine import solve
from verdeling.errors import InstanceError, PolicyError, RunError, SolverError, VerdelingError
from verdeling.policy import Goal, read_policy
from verdeling.running.runs import Finished, Job, carry_out, in_order, measure_each
from verdeling.solution import Solution
from verdeling.uncertainty.sampling import sample

if TYPE_CHECKING:
    from collections.abc import Iterator

TOWNS = Path(__file__).parents[1] / "instances" / "three-towns"
LEXIMIN, PROPORTIONAL = read_policy("leximin"), read_policy("proportional")


def jobs() -> list[Job]:
    """Three jobs, one of them with a policy that does not fit and one without its scenario."""
    wrong = LEXIMIN.model_copy(update={"goal": (Goal(measure="beauty", aggregate="total"),)})
    return [
        Job(small(), (LEXIMIN, wrong, PROPORTIONAL)),
        Job(seeded("tied", 1), (LEXIMIN,), whole=False),
        Job(small(), (LEXIMIN, PROPORTIONAL), scenario="dreams"),
    ]


def check(finished: list[Finished]) -> None:
    """The results are those of solving one by one."""
    assert [each.number for each in finished] == [0, 1, 2]
    first, second, third = (each.results for each in finished)
    alone = solve(small(), LEXIMIN)
    same(first[0], replace(alone, provenance=first[0].provenance))
    assert isinstance(first[1], PolicyError)
    assert isinstance(first[2], Solution)
    assert isinstance(second[0], Solution)
    assert not second[0].whole
    assert all(isinstance(each, InstanceError) for each in third)
    assert len(third) == 2


@pytest.mark.parametrize("executor", [None, 1])
def test_results_are_those_of_solving_one_by_one(executor: int | None) -> None:
    """In processes and in this one, each policy of each job has its solution or its error."""
    check(in_order(carry_out(jobs(), executor=executor)))


def test_digest() -> None:
    """A digest names all that the results follow from; the order of policies is part of it."""
    job = jobs()[0]
    others = [
        replace(job, instance=seeded("tied", 1)),
        replace(job, policies=(PROPORTIONAL, LEXIMIN)),
        replace(job, scenario="x"),
        replace(job, whole=False),
        replace(job, solver="PULP_CBC_CMD"),
        replace(job, time_limit=1.0),
    ]
    assert job.digest == jobs()[0].digest
    assert len({each.digest for each in [job, *others]}) == 7


def test_what_is_measured_where_jobs_are_done() -> None:
    """Of each job there is what was asked for, and nothing else."""
    assert dict(measure_each(jobs(), outcome, executor=1)) == {
        0: (0, ["optimal", "PolicyError", "optimal"]),
        1: (1, ["optimal"]),
        2: (2, ["InstanceError", "InstanceError"]),
    }


def test_a_job_that_was_lost_is_measured_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """A job whose workers die is measured as the error that it came to, once for each policy."""
    lost = RunError("Lost.", [])
    monkeypatch.setattr(runs, "spread", lambda work, items, executor: ((0, lost) for _ in items))
    assert list(measure_each(jobs()[:1], outcome)) == [(0, (0, ["RunError"] * 3))]


def test_progress() -> None:
    """After each job it is told how many are done."""
    told: list[tuple[str, int, int]] = []
    list(carry_out(jobs(), executor=1, progress=lambda *said: told.append(said)))
    assert told == [("jobs", 1, 3), ("jobs", 2, 3), ("jobs", 3, 3)]


def test_a_run_resumes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What an interrupted run finished is kept, and only the rest is solved by the next one."""
    solved: list[Job] = []
    monkeypatch.setattr(Job, "solve", _watched(Job.solve, solved, interrupt_at=2))
    with pytest.raises(KeyboardInterrupt):
        list(carry_out(jobs(), executor=1, folder=tmp_path))
    assert len(list(tmp_path.iterdir())) == 1
    told: list[tuple[str, int, int]] = []
    again = carry_out(jobs(), executor=1, folder=tmp_path, progress=lambda *said: told.append(said))
    check(in_order(again))
    assert [job.digest for job in solved] == [job.digest for job in (*jobs()[:2], *jobs()[1:])]
    assert told == [("jobs", 1, 3), ("jobs", 2, 3), ("jobs", 3, 3)]
    check(in_order(carry_out(jobs(), executor=1, folder=tmp_path)))
    assert len(solved) == 4


def _watched(solve_job: object, solved: list[Job], interrupt_at: int) -> object:
    def watched(job: Job) -> object:
        solved.append(job)
        if len(solved) == interrupt_at:
            raise KeyboardInterrupt
        return solve_job(job)

    return watched


@pytest.mark.skipif(sys.platform == "win32", reason="the interrupt key is another signal there")
@pytest.mark.parametrize("end", ["SIGINT", "SIGKILL"])
def test_a_study_with_processes_that_is_ended(end: str, tmp_path: Path) -> None:
    """What two processes had finished is kept, they end too, and the next run does only the rest."""
    folder, drawn = tmp_path / "kept", ["--samples", "60", "--policy", "leximin", "--folder"]
    command = [sys.executable, "-c", "from verdeling.cli.entry import main; main()", "study", str(TOWNS)]
    asked = [*command, *drawn, str(folder), "--jobs", "2"]
    piped = subprocess.PIPE
    with subprocess.Popen(asked, start_new_session=True, stdout=piped, stderr=piped) as run:
        while run.poll() is None and len(list(folder.glob("*.json"))) < 1:
            time.sleep(0.02)
        if end == "SIGINT":
            os.killpg(run.pid, signal.SIGINT)  # as a terminal does: to the workers too
        else:
            run.kill()
        said = run.communicate()[1].decode()  # which ends when the last process that could speak has ended
    if end == "SIGINT":
        assert run.returncode == 130, said
        assert "Traceback" not in said
    kept = {file.name: file.read_bytes() for file in folder.glob("*.json")}
    todo = [Job(each, (LEXIMIN,), whole=False) for each in sample(read_instance(TOWNS), 60, 1)]
    names = [f"{job.digest}.json" for job in todo]
    assert 1 <= len(kept) < 60
    assert set(kept) < set(names)
    again = carry_out(todo, executor=1, folder=folder)
    numbers = [finished.number for finished in islice(again, len(kept) + 1)]
    assert [names[number] for number in numbers[:-1]] == [name for name in names if name in kept]
    assert names[numbers[-1]] not in kept
    assert {name: (folder / name).read_bytes() for name in kept} == kept


def test_what_a_solver_failed_at_is_not_kept(tmp_path: Path) -> None:
    """A missing solver is no fact about the job: the next run tries again."""
    (finished,) = carry_out([replace(jobs()[1], solver="NO_SUCH_SOLVER")], folder=tmp_path)
    assert isinstance(finished.results[0], SolverError)
    assert not list(tmp_path.iterdir())


def test_damaged_results_stop_the_run_before_it_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All files that cannot be read are told at once, and nothing is solved."""
    list(carry_out(jobs(), executor=1, folder=tmp_path))
    for file in tmp_path.iterdir():
        file.write_text("{}", "utf-8")
    monkeypatch.setattr(Job, "solve", lambda job: pytest.fail("solved"))
    with pytest.raises(RunError) as caught:
        list(carry_out(jobs(), executor=1, folder=tmp_path))
    assert len(caught.value.problems) == 3


def test_an_unforeseen_error_stays_in_its_place(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A fault in the program is told for its job, with its trace in the log; the others go on."""

    def broken(instance: object, policies: object, **options: object) -> Iterator[Solution | VerdelingError]:
        raise ZeroDivisionError("by zero")

    monkeypatch.setattr(runs, "solve_each", broken)
    (finished,) = carry_out(jobs()[:1], executor=1)
    assert all("ZeroDivisionError: by zero" in str(each) for each in finished.results)
    assert len(finished.results) == 3
    assert "ZeroDivisionError" in caplog.text
