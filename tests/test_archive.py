"""What is kept is what comes back, and nothing that was changed is taken for it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from hand_made import agreement, small
from same import same
from verdeling.engine import solve
from verdeling.errors import InstanceError, OutputError, Problem, RunError
from verdeling.policy import read_policy
from verdeling.running.archive import keep, prepare, recall, text_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from verdeling.solution import Solution

POLICY = read_policy("leximin")


def impossible() -> Solution:
    """Two agreements that contradict each other."""
    both = [agreement("places", sense, value, municipality="GM1") for sense, value in ((">=", 5), ("<=", 2))]
    stated = pd.concat([each.assign(agreement=name) for each, name in zip(both, "AB", strict=True)])
    return solve(small(agreements=stated), POLICY)


SOLUTIONS: dict[str, Callable[[], Solution]] = {
    "whole": lambda: solve(small(), POLICY),
    "fractional": lambda: solve(small(), POLICY, whole=False),
    "nothing built": lambda: solve(small(projects=small()["projects"].iloc[:0]), POLICY),
    "infeasible": impossible,
    "unsolved": lambda: replace(solve(small(), POLICY), status="unsolved", tables={}),
}


@pytest.mark.parametrize("name", SOLUTIONS)
def test_solutions_come_back_equal(name: str, tmp_path: Path) -> None:
    """Every kind of solution is read back as it was."""
    solution = SOLUTIONS[name]()
    keep(tmp_path, "job", text_of("job", [solution]))
    (found,) = recall(tmp_path, "job", solution.instance, [POLICY], None) or []
    same(solution, found)


def test_numbers_that_json_does_not_know(tmp_path: Path) -> None:
    """NaN and infinity come back as themselves; the file is strict JSON."""
    solution = SOLUTIONS["whole"]()
    odd = pd.DataFrame({"value": [float("nan"), float("inf"), -float("inf"), 0.1 + 0.2]})
    keep(tmp_path, "job", text_of("job", [replace(solution, goals=odd)]))
    json.loads((tmp_path / "job.json").read_text("utf-8"), parse_constant=pytest.fail)
    (found,) = recall(tmp_path, "job", solution.instance, [POLICY], None) or []
    pd.testing.assert_frame_equal(found.goals, odd, check_exact=True)


def test_errors_come_back_equal(tmp_path: Path) -> None:
    """An error is a result too: its kind, headline and problems are read back."""
    error = InstanceError("Refused.", [Problem("code", "what", "why", "remedy", "needs", "3", "year", "x")])
    keep(tmp_path, "job", text_of("job", [error]))
    (found,) = recall(tmp_path, "job", small(), [POLICY], "no such scenario") or []
    assert type(found) is InstanceError
    assert (found.headline, found.problems) == (error.headline, error.problems)


def test_nothing_was_kept(tmp_path: Path) -> None:
    """Where there is no file, nothing is recalled."""
    assert recall(tmp_path, "job", small(), [POLICY], None) is None


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text[:-20],
        lambda text: text.replace('"format": 1', '"format": 2'),
        lambda text: text.replace('"job": "job"', '"job": "another"'),
        lambda text: text.replace('"results": [', '"results": [], "more": ['),
        lambda text: text.replace('"float64"', '"datetime64[ns]"'),
        lambda text: text.replace('"status": "optimal"', '"status": "splendid"', 1),
    ],
    ids=["cut off", "another format", "another job", "another field", "another type", "another status"],
)
def test_what_was_changed_is_refused(change: Callable[[str], str], tmp_path: Path) -> None:
    """A file that is not what was written is refused, with its name and what to do."""
    keep(tmp_path, "job", text_of("job", [SOLUTIONS["fractional"]()]))
    file = tmp_path / "job.json"
    changed = change(file.read_text("utf-8"))
    assert changed != file.read_text("utf-8")
    file.write_text(changed, "utf-8")
    with pytest.raises(RunError, match=r"job\.json") as caught:
        recall(tmp_path, "job", small(), [POLICY], None)
    assert "Delete" in caught.value.problems[0].remedy


def test_results_for_more_policies_than_asked(tmp_path: Path) -> None:
    """As many results as policies, or the file is about something else."""
    keep(tmp_path, "job", text_of("job", [SOLUTIONS["fractional"]()]))
    with pytest.raises(RunError):
        recall(tmp_path, "job", small(), [POLICY, POLICY], None)


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    """Where a file stands in the way, or the folder above is not there, nothing can be kept."""
    (tmp_path / "file").touch()
    prepare(tmp_path / "new")
    assert (tmp_path / "new").is_dir()
    for place in ("file", "absent/new"):
        with pytest.raises(OutputError):
            prepare(tmp_path / place)
