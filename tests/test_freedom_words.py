"""What is still free, said aloud: both languages, every kind of sentence."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from free import LARGEST, towns
from verdeling.adapters import read_instance
from verdeling.engine import solve
from verdeling.errors import VerdelingError
from verdeling.explaining.freedom import ranges, variety
from verdeling.explaining.freedom.held import hold
from verdeling.explaining.freedom.ranges import Ranges
from verdeling.explaining.freedom.room import Room, room, room_of
from verdeling.explaining.freedom.variety import Alternatives, alternatives
from verdeling.explaining.freedom.words import alternative_sentences, room_sentences
from verdeling.solvers.protocol import Outcome

if TYPE_CHECKING:
    from verdeling.language import Language


@pytest.fixture(scope="module")
def three() -> Room:
    """Three towns in whole places, of which two can trade; groups too."""
    return room(solve(read_instance("instances/three-towns"), "proportional"), groups=True)


@pytest.fixture(scope="module")
def other() -> Alternatives:
    """The one alternative to it."""
    return alternatives(solve(read_instance("instances/three-towns"), "proportional"))


def test_room_in_english(three: Room) -> None:
    """What moves, what is settled, what groups have, who can trade, and what slack would free."""
    assert room_sentences(three, "en") == [
        "Beedorp can carry between 5 and 6 places without any goal getting worse; in this plan 6.",
        "Ceedijk can carry between 3 and 4 places without any goal getting worse; in this plan 3.",
        "Settled is the load of Astad (11 places).",
        "Beedorp can give Recognised refugees between 5 and 6 places without any goal getting worse; "
        "in this plan 6.",
        "Beedorp can give Regular house seekers between 10 and 11 places without any goal getting worse; "
        "in this plan 10.",
        "Ceedijk can give Recognised refugees between 3 and 4 places without any goal getting worse; "
        "in this plan 3.",
        "Ceedijk can give Regular house seekers between 1 and 2 places without any goal getting worse; "
        "in this plan 2.",
        "Of the 6 numbers by group and municipality, 2 are settled.",
        "One place can go from Beedorp, without any goal getting worse or another municipality carrying "
        "more, to any of: Ceedijk.",
        "Suppose the last goals may turn out a little worse: moves to another municipality by 1 move.",
        "Even then no municipality gets more room.",
    ]


def test_room_in_dutch(three: Room) -> None:
    """The same in Dutch."""
    told = room_sentences(three, "nl")
    assert told[0] == (
        "Beedorp kan tussen 5 en 6 plekken dragen zonder dat een doel slechter wordt; in dit plan 6."
    )
    assert told[2] == "Vast ligt de belasting van Astad (11 plekken)."
    assert told[8] == (
        "Van Beedorp kan één plek, zonder dat een doel slechter wordt of een andere gemeente meer draagt, "
        "naar ieder van: Ceedijk."
    )
    assert len(told) == 11


def test_alternatives(other: Alternatives) -> None:
    """How it differs, and that nothing differs more."""
    assert alternative_sentences(other, "en") == [
        "Alternative 1, just as good: Beedorp 1 place less and Ceedijk 1 place more. It differs by "
        "2 places in all from this plan, and no plan that is as good differs more.",
        "No further plan that is as good differs from these in the loads of municipalities.",
    ]
    assert alternative_sentences(other, "nl") == [
        "Alternatief 1, even goed: Beedorp 1 plek minder en Ceedijk 1 plek meer. Het verschilt in totaal "
        "2 plekken van dit plan, en geen even goed plan verschilt meer.",
        "Verder verschilt geen even goed plan daarvan in de belasting van gemeenten.",
    ]


def test_nothing_is_free() -> None:
    """Where the goals settle everything the sentences say so."""
    solution = solve(towns([1000, 1000], [2, 2], 4), LARGEST)
    assert room_sentences(room(solution), "en") == [
        "The goals settle the load of every municipality: A (2 places) and B (2 places).",
    ]
    assert alternative_sentences(alternatives(solution), "en") == [
        "No plan that is as good differs from this plan in the loads of municipalities."
    ]


def test_what_is_not_proved(three: Room, other: Alternatives) -> None:
    """A range that is not proved, a number that is not known, and time that ran out are told."""
    ranges = three.ranges.iloc[:3].assign(
        freedom=["unknown", "free", "unknown"], lowest_possible=[11, 4, 1], highest_possible=[np.nan, 6, 12]
    )
    trades = pd.DataFrame({"giver": ["C"], "taker": ["B"], "most": [1.0], "freedom": ["unknown"]})
    found = replace(three, ranges=ranges, trades=trades, complete=False)
    assert room_sentences(found, "en") == [
        "Beedorp can carry between 5 and 6 places without any goal getting worse; in this plan 6. Less than "
        "4 or more than 6 is impossible; what lies between is not proved.",
        "Ceedijk carries 3 places; whether it can be otherwise is not proved. Less than 1 or more than 12 is "
        "impossible.",
        "Astad carries 11 places; whether it can be otherwise is not proved.",
        "Whether one place can go from Ceedijk to Beedorp is not proved.",
        "Time ran out: what is not said here is not proved.",
    ]
    differences = other.differences.assign(possible=6.0, proved=False)
    unproved = alternative_sentences(replace(other, differences=differences, complete=False), "en")
    assert unproved[0].endswith("It differs by 2 places in all from this plan; 6 is possible at most.")
    assert unproved[1] == "Time ran out: what is not said here is not proved."


@pytest.mark.parametrize(
    ("plans", "further", "told"),
    [
        (0, 0.0, "No plan that is as good differs from this plan in "),
        (0, 4.0, "No plan that is as good was found that differs from this plan in {}; that there is none "),
        (1, 0.0, "No further plan that is as good differs from these in "),
        (1, 4.0, "No further plan that is as good was found that differs from these in {}; that there is "),
        (1, np.nan, ""),
    ],
)
@pytest.mark.parametrize("groups", [False, True])
def test_none_is_not_none_found(
    other: Alternatives, plans: int, further: float, told: str, groups: bool
) -> None:
    """That there is no plan is said where it is proved; else that none was found, and what is possible."""
    fewer = {"plans": other.plans[:plans], "differences": other.differences[:plans]}
    found = replace(other, **fewer, further=further, groups=groups)
    numbers = ("the loads of municipalities", "the numbers of places by group and municipality")[groups]
    last = alternative_sentences(found, "en")[plans:]
    assert len(last) == bool(told)
    if told:
        assert last[0].startswith(told.format(numbers))
        assert ("a difference of 4 places is possible at most" in last[0]) == (further > 0)
        assert ("niet bewezen" in alternative_sentences(found, "nl")[-1]) == (further > 0)


def test_a_plan_that_was_not_found_is_not_ruled_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """A search that ends with nothing but a bound leaves the question open, all the way to the sentence."""
    solution = solve(read_instance("instances/three-towns"), "proportional")
    monkeypatch.setattr(variety, "_search", lambda *asked: Outcome("effort", None, np.nan, -2.0))
    monkeypatch.setattr(Ranges, "add", lambda self, point: None)
    found = alternatives(solution)
    assert (found.plans, found.further, found.complete) == ((), 2.0, True)
    (told,) = alternative_sentences(found, "en")
    assert told.endswith("that there is none is not proved: a difference of 2 places is possible at most.")
    held = hold(solution, np.inf)
    monkeypatch.setattr(ranges.WholePursuit, "settle", lambda self, objective: setattr(self, "gap", 1.0))
    assert (
        "Beedorp carries 6 places; whether it can be otherwise is not proved. Less than 5 or more than 6 is "
        "impossible."
    ) in room_sentences(room_of(held, slack=0), "en")


def test_looser_goals_that_free_nothing(three: Room) -> None:
    """That nobody gets more room is said where it is proved; a plan that was not found is none."""
    possible = three.ranges["highest_possible"] + three.ranges["loosened"].astype(float)
    for highest in (possible, possible.mask(three.ranges["loosened"].astype(bool))):
        found = replace(three, ranges=three.ranges.assign(highest_possible=highest))
        assert room_sentences(found, "en")[-1].endswith("that there is none is not proved.")
        assert room_sentences(found, "nl")[-1].endswith("dat het er niet is, is niet bewezen.")


def test_ends_that_were_not_asked(three: Room) -> None:
    """How far a number can go is left open where time ran out, and no number is made up for it."""
    for ends in ({"highest_possible": np.nan}, {"lowest_possible": np.nan, "highest_possible": np.nan}):
        found = replace(three, ranges=three.ranges.assign(**ends), complete=False)
        for lang, last in (("en", "Whether it can go further is not proved."), ("nl", "is niet bewezen.")):
            told = room_sentences(found, lang)
            assert told[0].endswith(last)
            assert told[3].endswith(last)
            assert not any("nan" in text.split() for text in told)


def test_groups_of_which_it_is_not_known(three: Room) -> None:
    """Numbers by group that are neither free nor settled are counted."""
    found = replace(three, ranges=three.ranges.assign(freedom="unknown"))
    assert "of 6 whether they can be otherwise" in room_sentences(found, "en")[3]
    assert "van 6 niet bewezen" in room_sentences(found, "nl")[3]


def test_everybody_can_trade() -> None:
    """Where all can trade with all it is said once."""
    trades = pd.DataFrame(
        [(giver, taker, 1.0, "free") for giver in "ABC" for taker in "ABC" if giver != taker],
        columns=["giver", "taker", "most", "freedom"],
    )
    solution = solve(towns([1000, 1000, 1000], [2, 2, 2], 6), LARGEST)
    told = room_sentences(replace(room(solution), trades=trades), "en")
    assert told[1:] == [
        "One place can be traded, without any goal getting worse or another municipality carrying more, "
        "among A, B and C."
    ]


def test_real_numbers() -> None:
    """Around Enschede nothing has more than two decimals, and no id is shown."""
    solution = solve(read_instance("instances/enschede"), "proportional", whole=False)
    freedom, others = room(solution), alternatives(solution, 1)
    marks: dict[Language, str] = {"nl": ",", "en": "."}
    for lang, mark in marks.items():
        told = [*room_sentences(freedom, lang), *alternative_sentences(others, lang)]
        assert len(told) > 8
        assert any(re.search(rf"\d{re.escape(mark)}\d\d\b", each) for each in told)
        for each in told:
            assert not re.search(rf"{re.escape(mark)}\d\d\d", each)
            assert "GM" not in each
            assert "nan" not in each


def test_no_such_language(three: Room) -> None:
    """A language that is not there is refused."""
    with pytest.raises(VerdelingError):
        room_sentences(three, "de")  # type: ignore[arg-type]
