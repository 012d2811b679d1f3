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
from verdeling.explaining.freedom.room import Room, room
from verdeling.explaining.freedom.variety import Alternatives, alternatives
from verdeling.explaining.freedom.words import alternative_sentences, room_sentences

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
        "2 places in all from this plan, and no plan that is as good differs more."
    ]
    assert alternative_sentences(other, "nl") == [
        "Alternatief 1, even goed: Beedorp 1 plek minder en Ceedijk 1 plek meer. Het verschilt in totaal "
        "2 plekken van dit plan, en geen even goed plan verschilt meer."
    ]


def test_nothing_is_free() -> None:
    """Where the goals settle everything the sentences say so."""
    solution = solve(towns([1000, 1000], [2, 2], 4), LARGEST)
    assert room_sentences(room(solution), "en") == [
        "The goals settle the load of every municipality: A (2 places) and B (2 places).",
    ]
    assert alternative_sentences(alternatives(solution), "en") == [
        "The goals allow no plan with other numbers."
    ]


def test_what_is_not_proved(three: Room, other: Alternatives) -> None:
    """A range that is not proved, a number that is not known, and time that ran out are told."""
    ranges = three.ranges.iloc[:3].assign(
        freedom=["unknown", "free", "unknown"], lowest_possible=[11, 4, 4], highest_possible=[12, 6, np.nan]
    )
    trades = pd.DataFrame({"giver": ["C"], "taker": ["B"], "most": [1.0], "freedom": ["unknown"]})
    found = replace(three, ranges=ranges, trades=trades, complete=False)
    assert room_sentences(found, "en") == [
        "Beedorp can carry between 5 and 6 places without any goal getting worse; in this plan 6. Less than "
        "4 or more than 6 is impossible; what lies between is not proved.",
        "Ceedijk carries 3 places; whether it can be otherwise is not proved.",
        "Astad carries 11 places; whether it can be otherwise is not proved.",
        "Whether one place can go from Ceedijk to Beedorp is not proved.",
        "Time ran out: what is not said here is not proved.",
    ]
    differences = other.differences.assign(possible=6.0, proved=False)
    unproved = alternative_sentences(replace(other, differences=differences, complete=False), "en")
    assert unproved[0].endswith("It differs by 2 places in all from this plan; 6 is possible at most.")
    assert unproved[1] == "Time ran out: what is not said here is not proved."


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
