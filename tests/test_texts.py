"""The table of texts: complete in both languages, used, and with a text for everything that is shown."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING, get_args

import pytest

import verdeling
from hand_made import agreement, small
from verdeling.aggregates import AGGREGATES
from verdeling.engine import solve
from verdeling.errors import VerdelingError
from verdeling.formulation import FAMILIES
from verdeling.language import Language, counted, language, listed, money, number, percent, say
from verdeling.limits import UNIT_OF_MEASURE
from verdeling.measures import MEASURES
from verdeling.phrases import UNIT_OF_GOAL
from verdeling.policy import Policy
from verdeling.reading import DEFINITIONS
from verdeling.solution import SolutionStatus
from verdeling.statements import ASKED, Statements
from verdeling.tables import TABLES, Measure
from verdeling.texts import ROOMS, TEXTS

if TYPE_CHECKING:
    from verdeling.solution import Solution

SOURCE = "\n".join(
    path.read_text("utf-8")
    for path in Path(verdeling.__file__).parent.rglob("*.py")
    if path.parent.name != "texts"
)
CHOSEN = {"aggregate", "brief", "effect", "fact", "family", "heading", "measure", "sheet", "stage", "status"}
CHOSEN |= {"division", "rule", "step", "summary", "table", "title", "unit", "value", "which", "whom"}
CHOSEN |= {"figure", "origin", "own", "placed", "pursues"}
CHOSEN |= {"indicator", "meaning", "picture", "range", "if", "swing", "take"}
CHOSEN |= {"blank", "bound", "draft", "paper", "regional"}
CHOSEN |= {"became", "left_out", "mended", "method", "notation", "notice"}
CHOSEN |= {"counted", "chart", "tells", "under"}
CHOSEN |= {"attribute", "key", "typed", "at_table", "refused"}
CHOSEN |= {"column", "holds", "level", "rollup", "scenario", "show"}
CHOSEN |= {"repair", "enlarge", "change", "progress", "spread", "two_stage", "way", "scaled", "times"}
CHOSEN |= {"certify", "fault"}
"""Beginnings of keys of which the rest is chosen by what is shown."""


def parameters(text: str) -> set[str]:
    """Names between braces."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("key", TEXTS)
def test_both_languages(key: str) -> None:
    """A text has a Dutch and an English form with the same parameters and as many forms for numbers."""
    dutch, english = TEXTS[key]
    assert bool(dutch) == bool(english) == (key != "whom.total")
    assert parameters(dutch) == parameters(english)
    assert dutch.count("|") == english.count("|")


def test_an_adjective_after_a_possessive() -> None:
    """In Dutch it is inflected: haar eerlijke aandeel, but het eerlijk aandeel as a term."""
    wrong = re.compile(r"\b(haar|hun|zijn) eerlijk aandeel", re.IGNORECASE)
    assert not [key for key, (dutch, _) in TEXTS.items() if wrong.search(dutch)]


def test_no_key_twice() -> None:
    """A key stands in one room."""
    assert sum(len(room.TEXTS) for room in ROOMS) == len(TEXTS)


def test_every_text_is_used() -> None:
    """A key stands in the code, or is made there from what is shown."""
    limits = [f"{family}." for family in limiting()]
    unused = [
        key
        for key in TEXTS
        if f'"{key}"' not in SOURCE
        and key.partition(".")[0] not in CHOSEN
        and not key.startswith(tuple(limits))
    ]
    assert unused == []


def test_every_key_has_a_text() -> None:
    """No code asks for a text that is not there, and every phase of a long computation has one."""
    asked = set(re.findall(r'\b(?:say|say_counted|counted|things)\(\s*"([^"]+)"', SOURCE))
    asked |= {f"progress.{phase}" for phase in re.findall(r'\bprogress\(\s*"(\w+)",', SOURCE)}
    assert asked <= set(TEXTS)


def limiting() -> list[str]:
    """Families that limit something."""
    return [family for family in FAMILIES if family not in DEFINITIONS]


@pytest.mark.parametrize("family", limiting())
def test_every_family(family: str) -> None:
    """A family of limits has a name and a sentence under its own id."""
    assert f"family.{family}" in TEXTS
    own = {"supplier_rest": "supplier"}.get(family, family)
    assert f"{own}.tight" in TEXTS


def test_every_goal_and_status() -> None:
    """Measures, aggregates, what they are over, statuses and units have a name."""
    goals = {f"value.{over}" for each in MEASURES.values() for over in each.over}
    goals |= {f"measure.{name}" for name in MEASURES} | {f"aggregate.{name}" for name in AGGREGATES}
    goals |= {f"status.{status}" for status in get_args(SolutionStatus)}
    goals |= {f"unit.{unit}" for unit in UNIT_OF_MEASURE.values()} | set(UNIT_OF_GOAL.values())
    assert goals <= set(TEXTS)
    assert set(UNIT_OF_GOAL) == set(MEASURES)
    assert set(UNIT_OF_MEASURE) == set(get_args(Measure))


@cache
def solved() -> Solution:
    """A solution with rows in every table."""
    policy = Policy.model_validate(
        {
            "name": "everything",
            "title": "Everything",
            "key": {"component": [{"attribute": "population"}]},
            "goal": [
                {"measure": "waiting", "over": "group", "aggregate": "urgency"},
                *({"measure": measure, "aggregate": "total"} for measure in MEASURES if measure != "waiting"),
            ],
        }
    )
    missed = agreement("built", ">=", 100, strength=1.0)
    return solve(small(agreements=missed), policy, whole=False)


@pytest.mark.parametrize("lang", get_args(Language))
def test_everything_shown_has_words(lang: Language) -> None:
    """Each column of a solution has a heading, each table a sheet, and each code a word."""
    solution = solved()
    columns = {column for frame in solution.tables.values() for column in frame}
    columns |= {*solution.goals, *solution.conflict, *Statements.of(solution).in_words(lang), *ASKED}
    assert {f"heading.{column}" for column in columns} <= set(TEXTS)
    assert {f"sheet.{name}" for name in [*solution.tables, "conflict"]} <= set(TEXTS)
    assert {f"unit.{unit}" for unit in [*solution.rows["unit"], *solution.goals["unit"]]} <= set(TEXTS)
    assert {f"value.{status}" for status in solution.goals["status"]} <= set(TEXTS)
    assert {f"table.{name}" for name in TABLES} <= set(TEXTS)
    assert {f"heading.{column}" for kind in TABLES.values() for column in kind.columns} <= set(TEXTS)


@pytest.mark.parametrize(
    ("value", "dutch", "english"),
    [
        (0.0, "0", "0"),
        (-0.001, "0", "0"),
        (1.0, "1", "1"),
        (1234.5, "1.234,5", "1,234.5"),
        (1234567.891, "1.234.567,89", "1,234,567.89"),
        (-2.5, "-2,5", "-2.5"),
        (100, "100", "100"),
        (float("nan"), "–", "–"),
    ],
)
def test_numbers(value: float, dutch: str, english: str) -> None:
    """Numbers have at most two decimals, none when whole, in the notation of the language."""
    assert (number(value, "nl"), number(value, "en")) == (dutch, english)


def test_amounts() -> None:
    """Money, percentages and counts follow the language; one is one and 1.001 shows as one."""
    assert (money(1234.5, "nl"), percent(0.125, "nl", 1)) == ("EUR 1.235", "12,5%")
    assert counted("unit.places", 1.001, "nl") == "1 plek"
    assert counted("unit.hours per week", 2, "en") == "2 hours per week"


def test_lists() -> None:
    """Names that hold commas are kept apart by semicolons."""
    assert listed([], "nl") == ""
    assert listed(["a"], "en") == "a"
    assert listed(["clustered, with care", "flex", "rent"], "en") == "clustered, with care; flex and rent"


def test_unknown_language() -> None:
    """A language that is not there is refused in three parts."""
    assert (language("nl"), language("en")) == ("nl", "en")
    with pytest.raises(VerdelingError) as caught:
        language("de")
    assert "nl or en" in caught.value.problems[0].remedy


def test_say_fills_in() -> None:
    """Parameters take their place."""
    assert say("screen.goal", "nl", goal=1, about="wachten") == "Doel 1: wachten"
