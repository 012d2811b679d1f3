"""What does not fit in memory is refused with an estimate, before it is tried."""

from __future__ import annotations

import multiprocessing
import sys
from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING

import numpy as np
import pytest

from hand_made import small
from longer import in_long_runs
from peaks import highest
from seeded import Kind, seeded
from verdeling import memory
from verdeling.cli.app import app
from verdeling.engine import solve, solve_each
from verdeling.errors import RunError
from verdeling.generation import Size, generate
from verdeling.memory import available, columns_of, needed, refuse_too_large
from verdeling.numbering import number
from verdeling.policy import Goal, read_policy
from verdeling.running.runs import Job, carry_out
from verdeling.statement import state

if TYPE_CHECKING:
    from pathlib import Path

    from verdeling.instance import Instance

LEXIMIN = read_policy("leximin")
FAR = LEXIMIN.model_copy(update={"goal": (*LEXIMIN.goal, Goal(measure="distance", aggregate="total"))})
KINDS = [
    Kind(regions=3, towns=3, projects=True, support=True),
    Kind(regions=1, towns=4, groups=4, place_types=3, years=3),
]


@pytest.fixture
def scarce(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine on which nothing fits."""
    monkeypatch.setattr(memory, "available", lambda: 1e6)


def stated(instance: Instance, policy: object = LEXIMIN) -> int:
    """Columns of a program, without those that goals add while they are pursued."""
    model, _ = state(instance, policy)  # type: ignore[arg-type]
    return model.program.column_count


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", range(5))
def test_columns_are_counted_from_the_tables(kind: Kind, seed: int) -> None:
    """What is counted is what is stated, but for decisions on projects and households that go nowhere."""
    instance = seeded(kind, seed)
    counted, there = columns_of(number(instance), LEXIMIN).sum(), stated(instance)
    assert 0.9 * there <= counted <= 1.1 * there + 5


def test_distances_are_counted() -> None:
    """A goal about distance has a column for each origin and each host of its region."""
    instance = small()
    counted = columns_of(number(instance), FAR).sum()
    assert counted > columns_of(number(instance), LEXIMIN).sum()
    assert stated(instance, FAR) <= counted


@pytest.mark.skipif(sys.platform != "linux", reason="peaks are read from /proc")
@pytest.mark.parametrize(
    ("regions", "policy"),
    [(5, "leximin"), (20, "maximin"), *in_long_runs([(25, "leximin"), (100, "leximin")])],
)
def test_the_estimate_is_what_it_takes(regions: int, policy: str) -> None:
    """A process that solves an instance takes what was estimated, within a factor of one and a half."""
    size = Size(regions, 10, 6, 4, 2)
    estimate = needed(
        number(generate(size, seed=1).in_scenario()), read_policy(policy), tied=policy != "leximin"
    )
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as process:
        peak = process.submit(highest, size, policy).result()
    assert peak / 1.5 <= estimate <= 1.5 * peak


@pytest.mark.usefixtures("scarce")
def test_it_is_refused_before_anything_is_stated(monkeypatch: pytest.MonkeyPatch) -> None:
    """The refusal says what it takes, what there is and what to do; nothing is stated."""
    monkeypatch.setattr("verdeling.statement.add_named_suppliers", lambda model: pytest.fail("stated"))
    with pytest.raises(RunError) as caught:
        solve(small())
    (problem,) = caught.value.problems
    assert problem.code == "too-large"
    assert "columns takes about 0." in problem.what
    assert "GB of memory, and there is 0.0 GB" in problem.what
    assert "fewer years" in problem.remedy


@pytest.mark.usefixtures("scarce")
def test_a_comparison_tells_it_of_each_policy() -> None:
    """Several policies each have the refusal in their place."""
    found = list(solve_each(small(), [LEXIMIN, read_policy("maximin")]))
    assert [type(each) for each in found] == [RunError, RunError]


@pytest.mark.usefixtures("scarce")
def test_it_is_not_kept(tmp_path: Path) -> None:
    """On a larger machine the job is tried again."""
    (finished,) = carry_out([Job(small(), (LEXIMIN,))], executor=1, folder=tmp_path)
    assert isinstance(finished.results[0], RunError)
    assert not list(tmp_path.iterdir())


@pytest.mark.usefixtures("scarce")
def test_a_size_is_refused_before_it_is_generated(tmp_path: Path) -> None:
    """Rows of which there would be too many are counted, from Python and at the command line."""
    with pytest.raises(RunError, match=r"Generating 40,000 rows .* 0\.1 GB"):
        generate(Size(100, 10, 6, 4, 4))
    from typer.testing import CliRunner

    found = CliRunner().invoke(app, ["generate", str(tmp_path / "made")])
    assert found.exit_code == 2
    assert "fewer regions" in found.output
    assert not (tmp_path / "made").exists()


def test_what_there_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine's memory, or the limit of a container where that is lower; what is absent counts not."""
    machine = available()
    assert machine > 1e8
    limit, none = tmp_path / "limit", tmp_path / "none"
    limit.write_text("123456\n")
    none.write_text("max\n")
    monkeypatch.setattr(memory, "LIMITS", (none, limit, tmp_path / "absent"))
    assert available() == 123456
    monkeypatch.delattr(memory.os, "sysconf")
    monkeypatch.setattr(memory, "LIMITS", (none,))
    assert available() == np.inf
    refuse_too_large(1e30, "Everything", "Nothing.")
