"""Results of many runs in one place: each once, under a name that follows from what was asked."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pytest

from small import small
from verdeling.adapters import read_instance, write_instance
from verdeling.engine import solve
from verdeling.errors import OutputError
from verdeling.output import check_target, write_solution
from verdeling.reporting.runs import KINDS, run_id, write_runs

if TYPE_CHECKING:
    from verdeling.solution import Solution

INSTANCES = Path(__file__).parents[1] / "instances"
KINDS_OF_PLACES = ["duckdb", "sqlite", "parquet"]


@pytest.fixture(scope="module")
def solutions() -> list[Solution]:
    """Two divisions, and an instance without one."""
    impossible = read_instance(INSTANCES / "impossible-agreements")
    return [towns("leximin"), towns("utilitarian", whole=True), solve(impossible, "leximin")]


def towns(policy: str, *, whole: bool = False) -> Solution:
    """Three towns divided."""
    return solve(read_instance(INSTANCES / "three-towns"), policy, whole=whole)


def place(kind: str, folder: Path) -> str:
    """Where runs of a kind are kept."""
    return f"sqlite:///{folder}/study.db" if kind == "sqlite" else f"{folder}/study.{kind}"


def asked(kind: str, folder: Path, table: str, what: str = "*") -> list[tuple[object, ...]]:
    """What a query of a table gives, without Verdeling."""
    if kind == "sqlite":
        with closing(sqlite3.connect(folder / "study.db")) as connection:
            return connection.execute(f"SELECT {what} FROM {table}").fetchall()
    if kind == "parquet":
        return duckdb.sql(f"SELECT {what} FROM '{folder}/study.parquet/*/{table}.parquet'").fetchall()
    with duckdb.connect(place(kind, folder)) as connection:
        return connection.execute(f"SELECT {what} FROM {table}").fetchall()


@pytest.mark.parametrize("kind", KINDS_OF_PLACES)
def test_runs_are_added(kind: str, tmp_path: Path, solutions: list[Solution]) -> None:
    """Runs stand beside each other, each row under the name of its run, with what the solution says."""
    first, second, none = solutions
    check_target(place(kind, tmp_path))
    assert not list(tmp_path.iterdir())
    write_solution(first, place(kind, tmp_path))
    names = [run_id(first), *write_runs([second, none], place(kind, tmp_path))]
    assert len(set(names)) == 3
    runs = asked(kind, tmp_path, "runs", "run, policy, status, whole_places, instance_digest")
    assert sorted(runs) == sorted(
        (name, each.policy.name, each.status, each.whole, each.instance.digest)
        for name, each in zip(names, solutions, strict=True)
    )
    for name, each in zip(names[:2], solutions[:2], strict=True):
        loads = each.loads.set_index("municipality")["relative_load"].to_dict()
        found = asked(kind, tmp_path, "run_loads", "municipality, relative_load, run")
        assert {town: load for town, load, run in found if run == name} == pytest.approx(loads)
        places = asked(kind, tmp_path, "run_placements", "sum(places)")
        assert places[0][0] == pytest.approx(sum(each.placements["places"].sum() for each in solutions[:2]))
    conflicts = asked(kind, tmp_path, "run_conflict", "run, agreement, in_conflict")
    assert {(run, agreement) for run, agreement, wrong in conflicts if wrong} == {
        (names[2], agreement)
        for agreement, wrong in zip(none.conflict["agreement"], none.conflict["in_conflict"], strict=True)
        if wrong
    }


@pytest.mark.parametrize("kind", KINDS_OF_PLACES)
def test_a_run_counts_once(kind: str, tmp_path: Path, solutions: list[Solution]) -> None:
    """A run that is there is refused with all that came with it, or takes the place of the old one."""
    first, second, _ = solutions
    write_solution(first, place(kind, tmp_path))
    before = asked(kind, tmp_path, "run_loads")
    with pytest.raises(OutputError) as caught:
        write_runs([second, first], place(kind, tmp_path))
    assert caught.value.problems[0].code == "run-is-there"
    assert asked(kind, tmp_path, "run_loads") == before
    write_solution(first, place(kind, tmp_path), overwrite=True)
    assert asked(kind, tmp_path, "run_loads") == before
    assert len(asked(kind, tmp_path, "runs")) == 1


def test_the_name_of_a_run(solutions: list[Solution]) -> None:
    """It follows from what was asked, and neither from the time that it took nor from other versions."""
    first = solutions[0]
    changed = first.provenance | {"seconds": {"solver": 9.0}}
    changed["versions"] = first.provenance["versions"] | {"python": "4"}
    again = [replace(first, provenance=changed), towns("leximin")]
    assert {run_id(each) for each in again} == {run_id(first)}
    other = first.provenance | {"tolerance": 0.5}
    others = [replace(first, provenance=other), replace(first, whole=True), *solutions[1:]]
    assert len({run_id(first), *map(run_id, others)}) == 5


def test_runs_beside_their_instance(tmp_path: Path, solutions: list[Solution]) -> None:
    """A database can hold an instance and results; tables of results have names of their own."""
    write_instance(small(), place("duckdb", tmp_path))
    write_solution(solutions[0], place("duckdb", tmp_path))
    assert read_instance(place("duckdb", tmp_path)) == small()
    write_instance(small(distances=None), place("duckdb", tmp_path), overwrite=True)
    assert len(asked("duckdb", tmp_path, "runs")) == 1
    assert {"run_placements", "run_goals", "run_indicators"} <= set(KINDS)


def test_other_folders_are_left_alone(tmp_path: Path, solutions: list[Solution]) -> None:
    """Runs are not put into the folder of an instance, nor where no folder is."""
    write_instance(small(), tmp_path / "study.parquet")
    for path in ("study.parquet", "none/study.parquet", "none/study.duckdb"):
        for ask in (check_target, lambda path: write_solution(solutions[0], path)):
            with pytest.raises(OutputError):
                ask(str(tmp_path / path))
    assert read_instance(tmp_path / "study.parquet") == small()
