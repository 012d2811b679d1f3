"""Solving: statuses that say what is known, errors that say what to do, and nothing that was not verified."""

from __future__ import annotations

import io
import pickle
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest

import verdeling.engine as engine
import verdeling.verified as verified
from hand_made import TABLES, agreement, small
from seeded import Kind, seeded
from verdeling.adapters import read_instance
from verdeling.engine import solve
from verdeling.errors import InstanceError, NoSolutionError, PolicyError, SolverError
from verdeling.generation import Size, generate
from verdeling.policy import models_folder, read_policy
from verdeling.verification import verify

if TYPE_CHECKING:
    from verdeling.instance import Instance
    from verdeling.solution import Solution

INSTANCES = Path(__file__).parents[1] / "instances"


@cache
def towns() -> Instance:
    """Three towns that are solved by hand."""
    return read_instance(INSTANCES / "three-towns")


@cache
def solved(whole: bool = True) -> Solution:
    """Their division."""
    return solve(towns(), whole=whole)


class Traveller(pickle.Unpickler):
    """Unpickles, and remembers which packages that takes."""

    def __init__(self, file: io.BytesIO) -> None:
        super().__init__(file)
        self.packages: set[str] = set()

    def find_class(self, module: str, name: str) -> object:
        """Remember a package."""
        self.packages.add(module.split(".")[0])
        return super().find_class(module, name)


def two_and_a_half() -> Instance:
    """Somebody agreed on exactly two and a half places."""
    return small(agreements=agreement("places", "=", 2.5, group="status", municipality="GM1"))


def test_three_towns() -> None:
    """The loads are 11, 6 and 3, everything is proved, and whole places cost nothing."""
    solution = solved()
    assert solution.status == "optimal"
    assert solution.loads.set_index("municipality")["load"].to_dict() == {"A": 11, "B": 6, "C": 3}
    assert (solution.goals["gap"] == 0).all()
    assert (solution.goals["status"] == "optimal").all()
    assert solution.goals.query("measure == 'relative_load'")["value"].tolist() == pytest.approx([1.375])
    assert solution.goals.query("measure == 'moves'")["value"].tolist() == pytest.approx([12])


def test_a_policy_by_name_path_or_value() -> None:
    """A name, the path of a file and a policy that was read give the same answer."""
    path = models_folder() / "leximin.toml"
    answers = [solve(towns(), policy) for policy in ("leximin", path, str(path), read_policy("leximin"))]
    assert len({answer.placements.to_csv() for answer in answers}) == 1


def test_the_same_twice() -> None:
    """Solving changes neither the instance nor the next answer."""
    instance = seeded("building", 2)
    digest = instance.digest
    one, other = solve(instance), solve(instance)
    assert all(one.table(name).equals(other.table(name)) for name in one.tables)
    assert instance.digest == digest


# What cannot be solved


def test_unknown_things() -> None:
    """A policy, scenario or solver that is not there is an error of its own kind."""
    with pytest.raises(PolicyError):
        solve(towns(), "leximum")
    with pytest.raises(InstanceError):
        solve(towns(), scenario="high")
    with pytest.raises(SolverError):
        solve(towns(), solver="CPLEX of the neighbours")


def test_goals_and_keys_that_do_not_fit() -> None:
    """A goal that does not exist, or a key that asks for a missing attribute, is refused before solving."""
    stated = read_policy("leximin").model_dump()
    for change in ({"goal": [{"measure": "happiness", "aggregate": "total"}]},
                   {"key": {"component": [{"attribute": "happiness"}]}}):  # fmt: skip
        policy = read_policy("leximin").model_validate(stated | change)
        with pytest.raises(PolicyError, match="happiness"):
            solve(towns(), policy)


def test_infeasible_is_an_answer() -> None:
    """Contradicting agreements give the status infeasible, the conflict, and no numbers."""
    solution = solve(read_instance(INSTANCES / "impossible-agreements"))
    assert solution.status == "infeasible"
    assert 2 <= solution.conflict["in_conflict"].sum() < len(solution.conflict)
    assert solution.goals.empty
    assert not solution.has_numbers
    with pytest.raises(NoSolutionError, match=r"solution\.conflict"):
        _ = solution.placements


def test_infeasible_anyway() -> None:
    """What is impossible in fractions too is not called impossible in whole places."""
    assert not solve(read_instance(INSTANCES / "impossible-agreements")).whole


def test_infeasible_in_whole_places() -> None:
    """Two and a half places are possible in fractions and in no other way; a second solver confirms it."""
    assert solve(two_and_a_half(), whole=False).status == "optimal"
    solution = solve(two_and_a_half())
    assert solution.status == "infeasible"
    assert solution.whole  # it is so in whole places only
    assert solution.conflict["in_conflict"].tolist() == [True]


def test_solvers_that_disagree_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """When the second solver finds a whole plan, there is no verdict but an error."""
    monkeypatch.setattr(engine, "SECOND", "HiGHS")
    assert solve(two_and_a_half()).status == "infeasible"
    genuine = engine.find_solver

    class Optimist:
        """A solver for which everything is possible."""

        def minimise(self, *asked: object, **how: object) -> object:
            """Find something."""
            return type("Outcome", (), {"status": "optimal"})()

    monkeypatch.setattr(engine, "SECOND", "Optimist")
    monkeypatch.setattr(
        engine, "find_solver", lambda name: Optimist() if name == "Optimist" else genuine(name)
    )
    with pytest.raises(SolverError, match="disagree"):
        solve(two_and_a_half())


@pytest.mark.parametrize(
    ("table", "column", "more"),
    [("placements", "places", 1), ("waiting", "served", 1), ("waiting", "waiting", -99)],
)
def test_what_does_not_verify_does_not_leave(
    monkeypatch: pytest.MonkeyPatch, table: str, column: str, more: int
) -> None:
    """When reading back goes wrong the independent verification notices, and there is no answer."""
    genuine = verified.read_tables

    def careless(*asked: object, **how: object) -> dict[str, pd.DataFrame]:
        tables = genuine(*asked, **how)
        tables[table].loc[0, column] += more
        return tables

    monkeypatch.setattr(verified, "read_tables", careless)
    with pytest.raises(SolverError, match="does not verify"):
        solve(towns())


# Time


def test_no_time_at_all() -> None:
    """Without time nothing is found: unsolved, which cannot be read and says what to do."""
    solution = solve(generate(Size(municipalities=6, years=3), seed=3), time_limit=1e-6)
    assert solution.status == "unsolved"
    assert not solution.has_numbers
    with pytest.raises(NoSolutionError, match="longer time_limit"):
        _ = solution.loads


@pytest.mark.parametrize("seconds", [0.1, 0.2, 0.4])
@pytest.mark.parametrize("whole", [False, True])
def test_little_time(seconds: float, whole: bool) -> None:
    """With little time there is the best answer so far, verified, with the gap of what was not settled."""
    instance = generate(Size(municipalities=8, groups=6, place_types=4, years=4), seed=3)
    solution = solve(instance, whole=whole, time_limit=seconds)
    assert solution.status in ("unsolved", "time_limit", "near_optimal", "optimal")
    if not solution.has_numbers:
        assert solution.status == "unsolved"
        return
    builds = solution.builds[["project", "year", "places"]]
    assert verify(instance, solution.placements, builds, solution.support, whole=solution.whole).ok
    open_ended = solution.goals["gap"].isna()
    assert (solution.goals.loc[open_ended, "status"] == "not_pursued").all()
    if solution.status in ("optimal", "near_optimal"):
        assert not open_ended.any()
        assert solution.whole == whole


def test_enough_time_changes_nothing() -> None:
    """A limit that is not reached gives the answer without a limit."""
    limited = solve(towns(), time_limit=600)
    assert limited.status == "optimal"
    assert limited.placements.equals(solved().placements)


# What an answer carries


def test_provenance() -> None:
    """An answer says what was solved, by what, with what versions, how exactly and in what time."""
    known = solved().provenance
    assert set(known) >= {
        "instance", "instance_digest", "scenario", "policy", "policy_digest", "tolerance", "reduce", "solver",
        "versions", "seconds",
    }  # fmt: skip
    assert known["instance_digest"] == towns().digest
    assert known["policy_digest"] == read_policy("leximin").digest
    assert known["solver"] == "HiGHS"
    assert known["tolerance"] >= read_policy("leximin").tolerance
    assert {"python", "verdeling", "highspy", "pulp", "pandas", "numpy"} <= set(known["versions"])
    assert known["versions"]["python"].startswith(f"{sys.version_info.major}.{sys.version_info.minor}")
    assert {"state", "optimum", "whole", "read", "solver"} <= set(known["seconds"])
    assert all(seconds >= 0 for seconds in known["seconds"].values())


def test_the_scenario_that_was_solved() -> None:
    """Needs of one scenario are solved, and the answer says which."""
    needs = TABLES["needs"].replace("households", "households,scenario").replace("2027,9", "2027,9,low")
    instance = small(needs=needs + "    regular,GM2,,2027,99,high\n")
    low, high = (solve(instance, scenario=name) for name in ("low", "high"))
    assert (low.provenance["scenario"], high.provenance["scenario"]) == ("low", "high")
    assert high.waiting["needs"].sum() - low.waiting["needs"].sum() == 90
    with pytest.raises(InstanceError, match="No scenario was chosen"):
        solve(instance)


def test_a_solution_travels() -> None:
    """A solution can be pickled, holds no live solver, and is the same on arrival."""
    traveller = Traveller(io.BytesIO(pickle.dumps(solved())))
    arrived = traveller.load()
    assert traveller.packages <= {
        "verdeling",
        "pandas",
        "numpy",
        "pyarrow",  # pandas keeps text in it where it is installed
        "builtins",
        "datetime",
        "copyreg",
        "_codecs",
    }
    assert arrived.status == solved().status
    assert all(arrived.table(name).equals(solved().table(name)) for name in solved().tables)


def test_progress() -> None:
    """Somebody who waits is told of every phase, and of each goal that is settled."""
    told: list[tuple[str, int, int]] = []
    solve(towns(), progress=lambda *news: told.append(news))
    assert list(dict.fromkeys(phase for phase, _, _ in told)) == ["state", "optimum", "whole", "read"]
    assert all(0 <= done <= total for _, done, total in told)
    goals = len(read_policy("leximin").goal)
    assert [done for phase, done, total in told if phase == "optimum" and total == goals] == [
        *range(1, goals + 1)
    ]


def test_everything_proved_when_asked() -> None:
    """With prove every whole value is the best there is, so no gap remains."""
    for seed in range(3):
        solution = solve(seeded("agreed", seed, most=6), prove=True)
        assert solution.status in ("optimal", "infeasible")
        assert (solution.goals["gap"] == 0).all()


def test_where_nothing_can_be_given() -> None:
    """Homes that suit nobody are no help: everybody waits, and that is an answer."""
    instance = seeded(Kind(towns=2, groups=1, place_types=1, years=1), 3)
    kinds = pd.concat(
        [instance["place_types"], instance["place_types"].assign(place_type="loft", name="Loft")]
    )
    useless = instance.replace(place_types=kinds, supply=instance["supply"].assign(place_type="loft"))
    solution = solve(useless)
    assert solution.placements.empty
    assert solution.rows.empty
    assert solution.waiting["waiting"].sum() == useless["needs"]["households"].sum()
