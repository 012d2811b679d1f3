"""The one door to what can be told of a solution: lazy, true, in time, and in sentences people can read."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from hand_made import agreement, small
from tired import Tired
from verdeling.adapters import read_instance
from verdeling.engine import solve
from verdeling.errors import NoSolutionError, VerdelingError
from verdeling.explaining import reopened
from verdeling.explaining.asking import desk as desk_module
from verdeling.explaining.explanation import Explanation, explain
from verdeling.explaining.freedom.held import Held, hold
from verdeling.explaining.freedom.room import room
from verdeling.explaining.freedom.variety import alternatives
from verdeling.explaining.telling import PARTS
from verdeling.explaining.tracing import trace
from verdeling.explaining.tracing.trace import trace_paths
from verdeling.limits import apart
from verdeling.names import Names
from verdeling.pursuit import OutOfTime
from verdeling.solution import Solution
from verdeling.solvers import find_solver
from verdeling.statements import ASKED

if TYPE_CHECKING:
    from collections.abc import Callable

    from verdeling.language import Language
    from verdeling.program import Program

GOLDEN = Path(__file__).parent / "golden"
INSTANCES = Path(__file__).parents[1] / "instances"

ENGLISH = {"the", "would", "with", "places", "place", "year", "years", "and", "if", "load", "not", "all"}
DUTCH = {"het", "zou", "met", "plekken", "plek", "jaar", "jaren", "en", "als", "belasting", "niet", "alle"}
"""Words of one language that are none of the other."""

SOLVER_WORDS = ("row ", "rij ", "dual", "duaal", "slack", "basis", "simplex", "nan", "inf", "GM0", "GM1")


@cache
def explained(name: str) -> Explanation:
    """An explanation whose parts are found once for all tests."""
    return explain(solve(read_instance(INSTANCES / name), whole=False))


def asked_first(explanation: Explanation) -> dict[str, object]:
    """What has been computed so far."""
    lazy = ("statements", "desk", "paths", "room", "alternatives", "repairs")
    return {name: value for name, value in vars(explanation).items() if name in lazy}


# What is said


@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize("name", ["enschede", "impossible-agreements"])
def test_golden_sentences(name: str, lang: Language) -> None:
    """All that is told unless asked otherwise, as it was read by people."""
    expected = (GOLDEN / f"explained-{name}.{lang}.txt").read_text("utf-8").splitlines()
    assert explained(name).sentences(lang) == expected


@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize("name", ["enschede", "impossible-agreements", "three-towns", "two-towns-tied"])
def test_every_sentence_can_be_read(name: str, lang: Language) -> None:
    """Each is a sentence without ids of what has a name, words of solvers, or more than two decimals."""
    explanation = explained(name)
    plan = explanation.solution.has_numbers
    told = explanation.sentences(lang, PARTS[:4] if plan else PARTS[4:], every=name != "enschede")
    assert told
    for text in told:
        assert re.match(r"(- )?[A-ZÉ0-9“]", text), text
        assert re.search(r"[.)”]$", text), text
        assert not re.search(r",\d{3}" if lang == "nl" else r"\.\d{3}", text), text
        assert not any(word in text for word in SOLVER_WORDS), text


@pytest.mark.parametrize(("lang", "foreign"), [("nl", ENGLISH), ("en", DUTCH)])
@pytest.mark.parametrize("name", ["enschede", "impossible-agreements", "three-towns", "two-towns-tied"])
def test_one_language_at_a_time(name: str, lang: Language, foreign: set[str]) -> None:
    """What people wrote themselves aside, no word of the other language is among the words."""
    told = " ".join(explained(name).sentences(lang))
    for written in explained(name).solution.conflict["source"]:
        told = told.replace(written, "")
    words = set(re.findall(r"\w+", re.sub(r"“[^”]*”", "", told).lower()))
    assert not words & foreign


def test_the_order_of_what_is_said() -> None:
    """What binds comes first, then the paths, what is free, and what else there is to know."""
    explanation, parts = explained("three-towns"), ("limits", "paths", "room", "notes")
    expected = [text for part in parts for text in explanation.part(part, "nl")]
    assert explanation.sentences("nl") == expected


def test_all_limits_or_the_foremost() -> None:
    """Few limits are told about unless all are asked for, and those that are told are among all."""
    explanation = explain(explained("enschede").solution, time_limit=1e-9)
    explanation.part("room", "nl")
    few, every = (explanation.part("limits", "nl", every=every) for every in (False, True))
    assert len(few) == 6
    assert len(every) > 30
    assert set(few) <= set(every)


def test_whole_places_and_fractional_evidence() -> None:
    """Of a plan in whole places too it is said that what a little more would change is fractional."""
    explanation = explain(solve(read_instance(INSTANCES / "three-towns")))
    assert explanation.solution.whole
    assert explanation.sentences("en", ["limits"])[-1].endswith("by dividing again, in fractional places.")
    assert not any("dividing again" in text for text in explanation.sentences("en", ["notes"]))


# The parts are those of the rooms


def test_nothing_is_computed_before_it_is_asked() -> None:
    """An explanation begins empty, and each part is found once."""
    explanation = explain(explained("three-towns").solution)
    assert asked_first(explanation) == {}
    assert explanation.paths is explanation.paths
    assert set(asked_first(explanation)) == {"paths"}
    assert explanation.desk is explanation.desk


def test_parts_are_those_of_the_functions() -> None:
    """Paths and room are what their own functions give."""
    solution = explained("three-towns").solution
    explanation = explain(solution)
    pd.testing.assert_frame_equal(explanation.paths.steps, trace_paths(solution).steps)
    pd.testing.assert_frame_equal(explanation.room.ranges, room(solution).ranges)
    pd.testing.assert_frame_equal(explanation.trades, explanation.room.trades)
    assert explanation.alternatives.solution is solution


@pytest.mark.parametrize("parts", [("room", "alternatives"), ("alternatives", "room")])
def test_goals_are_held_once(parts: tuple[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Room and alternatives ask the same goals, whichever comes first, and answer as they do alone."""
    solution = solve(read_instance(INSTANCES / "three-towns"), "proportional")
    held: list[Held] = []

    def once(*asked: Any) -> Held:
        held.append(hold(*asked))
        return held[-1]

    monkeypatch.setattr(reopened, "hold", once)
    explanation = explain(solution)
    for part in parts:
        explanation.part(part, "en")
    assert len(held) == 1
    for name, table in room(solution).tables.items():
        pd.testing.assert_frame_equal(explanation.room.tables[name], table)
    for name, table in alternatives(solution).tables.items():
        pd.testing.assert_frame_equal(explanation.alternatives.tables[name], table)


def test_tables_of_parts() -> None:
    """Each part has its tables, and a part that was not asked for has none."""
    explanation = explained("three-towns")
    tables = explanation.tables(["limits", "paths", "room", "alternatives"])
    assert set(tables) == {"limits", "steps", "ranges", "trades", "loosened", "numbers"}
    assert set(explained("impossible-agreements").tables()) == {"conflict", "concessions"}
    assert set(ASKED) <= set(explanation.tables(["limits"], every=True)["limits"])


# Limits, asked by solving again


def test_binding_has_prices_and_answers() -> None:
    """One more of each limit changes goals by what solving the changed instance afresh gives."""
    explanation = explained("three-towns")
    binding = explanation.binding
    assert set(ASKED) < set(binding)
    (found,) = binding.query("municipality == 'Astad' and year == '2025' and goal == 1").to_dict("records")
    supply = explanation.solution.instance.tables["supply"]
    supply.loc[(supply["municipality"] == "A") & (supply["year"] == 2025), "places"] += 1
    more = solve(explanation.solution.instance.replace(supply=supply), whole=False)
    stage = list(explanation.solution.goals["stage"]).index("priority 2")
    change = more.goals["value"].iloc[stage] - explanation.solution.goals["value"].iloc[stage]
    assert found["more_change"] == pytest.approx(change, abs=1e-6)
    assert found["one_more"] == "changes something"


def test_no_answer_beats_a_price() -> None:
    """Goals are convex in their limits: one more never gains more than its price says, in the first goal."""
    binding = explained("three-towns").binding
    first = binding[(binding["goal"] == 1) & binding["priced"] & (binding["sense"] == "<=")]
    assert len(first) > 2
    assert (first["more_change"] >= first["price"] - 1e-6).all()
    assert (first["more_until"].dropna() >= 1).all()


def test_whose_load_changes() -> None:
    """Municipalities whose relative load changes are named, in the language of the table."""
    binding = explained("three-towns").in_words("nl")
    assert set("; ".join(binding["whom"]).split("; ")) <= {"Astad", "Beedorp", "Ceedijk", ""}
    assert binding["whom"].str.len().gt(0).any()


@pytest.mark.parametrize("place_type", ["social_rent", "clustered"])
def test_a_sentence_is_a_true_answer(place_type: str) -> None:
    """What a sentence says of more places in Enschede is what dividing the changed instance gives.

    There an agreement names a landlord, so that a place more is one of the places of the other landlords.
    """
    explanation = explained("enschede")
    instance = explanation.solution.instance
    limits = explanation.statements.limits.query("family == 'capacity' and municipality == 'GM0153'")
    limit = limits.query(f"place_type == '{place_type}' and year == '2025'").head(1)
    (alone,) = apart(limit).to_dict("records")
    told = explanation.tried(alone, Names.of(instance, "en"))
    supply = instance.tables["supply"]
    here = (supply[["municipality", "place_type", "year"]] == ["GM0153", place_type, 2025]).all(axis=1)
    supply.loc[here.idxmax(), "places"] += 10
    changed = solve(instance.replace(supply=supply), whole=False)
    change = explanation.solution.goals["value"].iloc[2] - changed.goals["value"].iloc[2]
    assert "had 10 places" in told
    assert (
        f"waiting time for Regular house seekers (priority 3) would fall by {change:.0f} household-years"
        in told
    )


def test_one_more_place_is_one_of_a_landlord() -> None:
    """Where an agreement names a landlord, one more place in all is a place of some landlord."""
    named = agreement("places", ">=", 1, supplier="Domijn", group="regular", year="2027")
    solution = solve(small(agreements=named, support=None, projects=None), whole=False)
    binding = explain(solution).binding.query("municipality == 'Losser' and place_type == 'Social rent'")
    supply = solution.instance.tables["supply"]
    here = (supply["municipality"] == "GM1") & (supply["supplier"] == "Welbions")
    supply.loc[here, "places"] += 1
    more = solve(solution.instance.replace(supply=supply), whole=False)
    change = (more.goals["value"] - solution.goals["value"]).round(6)
    first = change[change != 0].index[0]
    goal = solution.goals.loc[first, "goal"]
    found = binding.query(f"year == '2027' and family == 'supply of places' and goal == {goal}")
    assert found["more_change"].iloc[0] == pytest.approx(change[first], abs=1e-6)


def test_nothing_binds() -> None:
    """Where nothing changes anything, that is said."""
    told = explained("two-towns-tied").sentences("nl", ["limits"])
    assert told == ["Van geen enkele grens verandert één meer op zich iets."]


def test_an_agreement_that_gives_way() -> None:
    """An agreement is named once, and then what its giving way would change."""
    asked = agreement("places", "<=", 1, municipality="GM1", group="status", text="Losser takes one")
    told = explain(solve(small(agreements=asked), whole=False)).sentences("nl", ["limits"])
    (about,) = [text for text in told if "Losser takes one" in text]
    assert about.count("Losser takes one") == 1
    assert "Als zij 1 plek toegaf in Losser, dan " in about


# Time


def test_out_of_time() -> None:
    """Without time every part says what is known at once, and which parts were not asked in full."""
    explanation = explain(explained("three-towns").solution, time_limit=1e-9)
    explanation.part("room", "en")
    told = explanation.sentences("en")
    assert told[0] == "In Astad and Beedorp all 21 places (Social rent) in 2025 are taken."
    last = "Time ran out before this was asked in full: “What binds”, “From fair share to result” and "
    assert told[-1] == last + "“What is still free”."
    assert explanation.paths.steps.empty
    assert (explanation.binding["one_more"] == "").all()


@pytest.fixture
def tired(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], Explanation]:
    """Explanations of three towns whose time is up after so many answers of the solver."""

    def explained_until(answers: int) -> Explanation:
        rested = explained("three-towns")
        rested.sentences("nl")  # all tests share it: no part of it may be found by a solver that is tired
        explanation = explain(rested.solution, time_limit=1000)
        monkeypatch.setattr(Tired, "answers", answers)
        for module in (desk_module, trace):
            monkeypatch.setattr(module, "find_solver", lambda name: Tired(find_solver(name)))
        return explanation

    return explained_until


def test_out_of_time_while_reopening(tired: Callable[[int], Explanation]) -> None:
    """Where the goals could not even be settled again, limits are told with their prices alone."""
    explanation = tired(3)
    told = explanation.sentences("en", ["limits"])
    assert told[0] == "In Astad and Beedorp all 21 places (Social rent) in 2025 are taken."
    assert told[-1] == "Time ran out before this was asked in full: “What binds”."
    assert not any("would" in text for text in told)
    assert (explanation.binding["one_more"] == "").all()
    with pytest.raises(NoSolutionError) as caught:
        _ = explanation.desk
    assert "longer time_limit" in caught.value.problems[0].remedy


def test_out_of_time_among_limits(tired: Callable[[int], Explanation]) -> None:
    """Limits that were asked about before keep their answers, and the others say that they have none."""
    every, cut_off = explained("three-towns").answered, tired(50).answered
    key = ["row", "goal", "stage"]
    both = cut_off[cut_off["one_more"] != ""].merge(every, on=key, suffixes=("", "_every"))
    assert 0 < cut_off.loc[cut_off["one_more"] != "", "row"].nunique() < every["row"].nunique()
    assert (both["one_more"] == both["one_more_every"]).all()
    assert both["more_change"].to_numpy() == pytest.approx(both["more_change_every"].to_numpy(), nan_ok=True)
    assert cut_off.loc[cut_off["one_more"] == "", ["more_change", "more_until"]].isna().to_numpy().all()
    assert set(cut_off["row"]) == set(every["row"])


def test_out_of_time_among_paths(tired: Callable[[int], Explanation]) -> None:
    """Steps that were found are told, and the part is named as not finished."""
    explanation = tired(8)
    told = explanation.sentences("nl", ["paths"])
    assert (
        told[-1] == "De tijd was op voordat dit helemaal was nagegaan: “Van eerlijk aandeel naar uitkomst”."
    )
    assert all("De tijd was op voordat dit was uitgesplitst" in text for text in told[:-1])
    known = explained("three-towns").paths.steps.merge(explanation.paths.steps, on=["municipality", "step"])
    assert known["amount_y"].isna().any()
    known = known.dropna()
    assert len(known) > 3
    assert known["amount_x"].to_numpy() == pytest.approx(known["amount_y"].to_numpy(), abs=1e-6)


def test_a_desk_that_was_opened_in_time_stays_open() -> None:
    """Its user is not held to the time of the explanation."""
    explanation = explain(explained("three-towns").solution, time_limit=1000)
    desk = explanation.desk
    with desk.until(0.0), pytest.raises(OutOfTime):
        desk.ask(_one_more_place)
    again = desk.ask(_one_more_place)
    assert again is not None
    fresh = explained("three-towns").desk.ask(_one_more_place)
    assert fresh is not None
    assert again.reaches == pytest.approx(fresh.reaches)


def _one_more_place(program: Program) -> None:
    (rows,) = program.families()["capacity"]
    program.row_upper[rows.positions] += 1.0


def test_with_time_enough() -> None:
    """A limit that is not reached changes nothing, and nothing is said of it."""
    explanation = explain(explained("three-towns").solution, time_limit=1000)
    assert explanation.sentences("nl") == explained("three-towns").sentences("nl")
    assert explanation.unfinished("nl") == []


@pytest.mark.parametrize("seconds", [0, -1, float("nan")])
def test_no_time_at_all_is_refused(seconds: float) -> None:
    """A time limit that gives no time is refused in three parts."""
    with pytest.raises(VerdelingError) as caught:
        explain(explained("three-towns").solution, time_limit=seconds)
    assert "above zero" in caught.value.problems[0].remedy


# Without a plan


def test_infeasible() -> None:
    """The conflict, and ways out with which there is a plan; there is no limit to tell of."""
    explanation = explained("impossible-agreements")
    assert set(explanation.conflict["agreement"]) == {
        "half_for_regular",
        "noord_sheltered_housing",
        "noord_statushouders",
    }
    assert solve(explanation.repairs.repaired(1), whole=False).has_numbers
    assert explanation.binding.empty
    assert list(explanation.binding) == list(explained("three-towns").binding)


def test_a_plan_has_no_conflict() -> None:
    """Where there is a plan, nothing has to be repaired."""
    explanation = explained("three-towns")
    assert explanation.conflict.empty
    assert explanation.sentences("en", ["conflict"]) == []
    assert explanation.repairs.needless


@pytest.mark.parametrize("part", ["limits", "paths", "room", "alternatives"])
def test_no_plan_no_such_part(part: str) -> None:
    """What is about a plan is refused where there is none, with what can be asked instead."""
    with pytest.raises(NoSolutionError) as caught:
        explained("impossible-agreements").sentences("nl", [part])
    assert "conflict and repairs" in caught.value.problems[0].remedy


def test_unknown_part() -> None:
    """A part that there is not is answered with the nearest that there is."""
    with pytest.raises(VerdelingError) as caught:
        explained("three-towns").sentences("nl", ["path"])
    assert "paths" in caught.value.problems[0].remedy


@pytest.mark.parametrize("status", ["unsolved", "time_limit"])
def test_unsettled_is_refused(status: str) -> None:
    """Goals that were not settled give no reasons, and the error says what to do."""
    done = explained("three-towns").solution
    tables = {} if status == "unsolved" else done.tables
    unsettled = Solution(
        done.instance, done.policy, status, False, done.goals, done.conflict, done.provenance, tables
    )
    with pytest.raises(NoSolutionError) as caught:
        explain(unsettled)
    (problem,) = caught.value.problems
    assert status in problem.what
    assert all([problem.why, problem.remedy])
