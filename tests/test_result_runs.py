"""Results of many runs in one place: each once, under a name that follows from what was asked."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pandas as pd
import pytest

from commands import refused, shown
from small import small
from verdeling.adapters import read_instance, write_instance
from verdeling.engine import solve
from verdeling.errors import OutputError, RunError
from verdeling.output import check_target, write_solution
from verdeling.reporting.rereading import read_run, read_runs
from verdeling.reporting.runs import KINDS, run_id, write_runs
from verdeling.uncertainty.sampling import sample

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


@pytest.mark.parametrize("kind", KINDS_OF_PLACES)
def test_runs_are_read_back(kind: str, tmp_path: Path, solutions: list[Solution]) -> None:
    """A run is the solution that it was, plan or conflict; another instance or policy is refused."""
    names = write_runs(solutions, place(kind, tmp_path))
    assert sorted(read_runs(place(kind, tmp_path))["runs"]["run"]) == sorted(names)
    for name, each in zip(names, solutions, strict=True):
        kept = read_run(place(kind, tmp_path), name, each.instance, each.policy)
        assert set(kept.tables) == set(each.tables)
        for table in each.tables:
            pd.testing.assert_frame_equal(
                kept.tables[table], each.tables[table], check_dtype=False, check_exact=True
            )
        pd.testing.assert_frame_equal(kept.goals, each.goals, check_dtype=False)
        pd.testing.assert_frame_equal(kept.conflict, each.conflict, check_dtype=False)
        assert (kept.status, kept.whole, run_id(kept)) == (each.status, each.whole, name)
        assert set(read_runs(place(kind, tmp_path), name)["run_goals"]["run"]) <= {name}
    with pytest.raises(RunError) as caught:
        read_run(place(kind, tmp_path), names[0], solutions[2].instance, solutions[1].policy)
    assert [each.column for each in caught.value.problems] == ["instance_digest", "policy_digest"]
    with pytest.raises(RunError, match=r"no run"):
        read_runs(place(kind, tmp_path), "of-somebody-else")


def test_a_place_without_runs(tmp_path: Path) -> None:
    """An instance in a database is no run, nor is a folder that is not there."""
    write_instance(small(), place("duckdb", tmp_path))
    for kind in ("duckdb", "parquet"):
        with pytest.raises(RunError, match=r"There are no runs"):
            read_runs(place(kind, tmp_path))


@pytest.mark.parametrize("kind", KINDS_OF_PLACES)
def test_the_command_gives_runs_back(kind: str, tmp_path: Path, solutions: list[Solution]) -> None:
    """Runs are listed with their status in both languages, and a table has the rows of those asked for."""
    target = place(kind, tmp_path)
    first, second, third = write_runs(solutions, target)
    listed = shown("runs", target, "--lang", "nl")
    assert f"{first} Drie" in listed
    assert "onmogelijk, de harde grenzen spreken elkaar tegen" in listed
    assert third not in shown("runs", target, "--run", first, "--run", second)
    file = tmp_path / "loads.csv"
    shown("runs", target, "--table", "loads", "--run", second, "--run", first, "-o", file)
    rows = pd.read_csv(file)
    assert sorted(map(tuple, rows[["run", "municipality", "load"]].to_numpy().tolist())) == sorted(
        asked(kind, tmp_path, "run_loads", "run, municipality, load")
    )
    assert rows["run"].drop_duplicates().tolist() == [second, first]
    assert shown("runs", target, "--table", "loads", "--run", third) == ",".join(rows)
    assert "There is no table load" in refused("runs", target, "--table", "load")
    assert "There is no run x" in refused("runs", target, "--run", "x")


def test_of_many_runs_the_first_are_shown(
    tmp_path: Path, solutions: list[Solution], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is not shown is counted."""
    write_runs(solutions, place("duckdb", tmp_path))
    monkeypatch.setattr("verdeling.cli.runs._MOST", 2)
    assert shown("runs", place("duckdb", tmp_path)).endswith("And 1 more; -o writes all of them.")


def test_a_study_adds_its_runs(tmp_path: Path) -> None:
    """Each draw under each policy is a run that names its seed; so are the policies of a comparison."""
    towns = INSTANCES / "three-towns"
    target, two = place("sqlite", tmp_path), ["--policy", "leximin", "--policy", "utilitarian"]
    shown("study", towns, "--samples", 2, "--seed", 5, *two, "--jobs", 1, "-o", target)
    shown("compare", towns, *two, "--no-room", "-o", target)
    tables = read_runs(target)
    runs = tables["runs"]
    drawn = sample(read_instance(towns), 2, 5)
    expected = {(each.digest, policy, "5") for each in drawn for policy in ("leximin", "utilitarian")}
    expected |= {(read_instance(towns).digest, policy, "") for policy in ("leximin", "utilitarian")}
    assert set(zip(runs["instance_digest"], runs["policy"], runs["seed"], strict=True)) == expected
    assert len(runs) == 6
    second = solve(drawn[1], "leximin", whole=False)
    loads = tables["run_loads"].set_index("run")["load"]
    assert loads[run_id(second)].tolist() == pytest.approx(second.loads["load"].tolist())
    refused("study", towns, "--samples", 2, "--seed", 5, *two, "--jobs", 1, "-o", target)
    assert len(read_runs(target)["runs"]) == 6
