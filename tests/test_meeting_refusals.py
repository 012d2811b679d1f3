"""What the page says when something cannot be done: in the language of the page, whatever went wrong."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from small import small
from verdeling.errors import Problem, VerdelingError, nearest
from verdeling.keys.data import Component
from verdeling.meeting.actions import (
    ChooseKey,
    ChoosePolicy,
    ChooseScenario,
    Drop,
    EditTables,
    Open,
    Redo,
    Undo,
)
from verdeling.meeting.grids import edit_of, lines
from verdeling.meeting.log import Heading, Log
from verdeling.meeting.refusing import refusal
from verdeling.meeting.session import Session
from verdeling.meeting.state import AddRow, Remove, SetCell
from verdeling.meeting.typed import typed_number
from verdeling.meeting.wishes import agreed

ENGLISH = {"the", "and", "there", "be", "been", "column", "table", "row", "this", "that", "it", "its", "not"}
ENGLISH |= {"would", "with", "write", "known", "did", "you", "mean", "must", "cannot", "number", "empty"}
ENGLISH |= {"either", "for", "to", "rename", "correct", "give", "remove", "choose", "must", "no"}
"""Words of English that are none of Dutch."""


@pytest.fixture(scope="module")
def session() -> Session:
    """A table about a small instance with projects, support and agreements."""
    return Session(small(), "leximin", "high", "nl")


def english(lines: list[str]) -> set[str]:
    """English words, outside of quotation marks."""
    return set(re.findall(r"[a-z]+", re.sub(r"“[^”]*”", "", " ".join(lines).lower()))) & ENGLISH


def wish(measure: str, value: float, **scope: str) -> EditTables:
    return EditTables(edits=(agreed(small().in_scenario("high"), measure, ">=", value, scope),))


def cell(table: str, row: dict[str, str | int | float], column: str, value: str | float) -> EditTables:
    return EditTables(edits=(SetCell(table=table, row=row, column=column, value=value),))


def project(column: str, value: float) -> EditTables:
    (line, *_) = lines(small().in_scenario("high"), "projects")
    return EditTables(edits=(edit_of(line, "projects", column, value),))


FIRST = small()["agreements"]["agreement"].iloc[0]
STEPS = {
    "no way back": Undo(),
    "no way forward": Redo(),
    "policy": ChoosePolicy(policy="nobody"),
    "policy nearly": ChoosePolicy(policy="leximn"),
    "key": ChooseKey(key="nothing"),
    "attribute": ChooseKey(components=(Component(attribute="nothing"),)),
    "scenario": ChooseScenario(scenario="hgih"),
    "open": Open(name="absent"),
    "drop": Drop(name="absent"),
    "agreement that is not there": EditTables(edits=(Remove(agreement="absent"),)),
    "municipality": wish("places", 1, municipality="Z"),
    "two of which one is not there": wish("places", 1, municipality="A;Z"),
    "year": wish("places", 1, year="1999"),
    "each and one": wish("places", 1, municipality="*;A"),
    "group of homes": wish("built", 1, group=small()["groups"]["group"].iloc[0]),
    "share above all": wish("share_of_supply", 2),
    "share of what": wish("share_of_built", 0.5),
    "provider and group": wish(
        "support_hours",
        1,
        supplier=small()["support"]["provider"].iloc[0],
        group=small()["groups"]["group"].iloc[0],
    ),
    "too much": wish("places", 1e300),
    "below zero": cell("agreements", {"agreement": FIRST}, "value", -1),
    "infinite": cell("agreements", {"agreement": FIRST}, "value", 1e400),
    "strength": cell("agreements", {"agreement": FIRST}, "strength", -1),
    "no word": cell("agreements", {"agreement": FIRST}, "sense", "about"),
    "text": cell("agreements", {"agreement": FIRST}, "value", "much"),
    "column": cell("agreements", {"agreement": FIRST}, "valeu", 1),
    "several rows": cell("needs", {}, "households", 1),
    "minimum": project("min_places", 10_000),
    "project of no year": project("year", 1999),
    "no places": project("max_places", 0),
    "same id": EditTables(
        edits=(
            AddRow(
                table="agreements",
                cells={"agreement": FIRST, "text": "x", "measure": "places", "sense": ">=", "value": 1},
            ),
        )
    ),
}


@pytest.mark.parametrize("name", STEPS)
def test_refused_in_dutch(session: Session, name: str) -> None:
    """Whatever cannot be done is refused in Dutch, with words of its own."""
    with pytest.raises(VerdelingError) as caught:
        session.do(STEPS[name])
    told = refusal(caught.value, "nl")
    assert english(told) == set()
    assert "Engels" not in " ".join(told)
    assert told[0] == "Dit kan zo niet."
    assert len(told[1]) > 20
    assert refusal(caught.value, "en")[0] == "This cannot be done."


@pytest.mark.parametrize("text", ["much", "-1", "2,5", "1.5", ""])
def test_typed_in_dutch(text: str) -> None:
    """A number that is mistyped is told as it was found."""
    with pytest.raises(VerdelingError) as caught:
        typed_number(text, "nl", whole=True)
    assert english(refusal(caught.value, "nl")) == set()


def test_files_in_dutch(session: Session, tmp_path: Path) -> None:
    """Where a file stands in the way of a folder, report, workbook, data and log are refused in Dutch."""
    taken = tmp_path / "taken"
    taken.write_text("")
    for what in session.writers:
        with pytest.raises(VerdelingError) as caught:
            session.export(what, taken)
        assert english(refusal(caught.value, "nl")) == set()
    log = Log(taken / "log.jsonl", Heading.of(session.outcome.instance, Path("x"), session.course))
    with pytest.raises(VerdelingError) as caught:
        log.add(Undo(), "")
    assert english(refusal(caught.value, "nl")) == set()


def test_unknown_problems_are_framed() -> None:
    """A problem without words of its own is quoted in a Dutch sentence, and how many there are is told."""
    problem = Problem("never-seen", "Something odd.", "It matters.", "Do this.")
    error = VerdelingError("Odd.", [problem, problem, problem])
    told = refusal(error, "nl")
    assert told[1] == "Wat er mis is, is alleen in het Engels bekend: “Something odd. Do this.”"
    assert told[2] == "En nog 2 problemen."


@pytest.mark.parametrize(
    ("name", "known", "told"),
    [
        ("Bore", ["Borne", "Losser"], "Bedoelt u Borne?"),
        ("x", ["Borne", "Losser"], "Bekend: Borne, Losser."),
        ("x", [f"town {number}" for number in range(11)], "en nog 3."),
        ("x", [], "Er zijn er geen."),
    ],
)
def test_names_that_may_be_meant(name: str, known: list[str], told: str) -> None:
    """What a remedy says of names is said in Dutch."""
    problem = Problem("unknown-id", "", "", f"Correct it. {nearest(name, known)}", "agreements", value=name)
    assert told in refusal(VerdelingError("", [problem]), "nl")[1]
