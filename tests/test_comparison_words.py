"""Comparisons in words: the best is marked, the same stands together, failures say why."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from test_examples import example
from verdeling.adapters import read_instance
from verdeling.comparing.comparison import compare
from verdeling.comparing.words import ComparisonWords, measured, policy_labels, signed
from verdeling.policy import Policy, read_policy

if TYPE_CHECKING:
    from verdeling.comparing.comparison import Comparison

INSTANCES = Path(__file__).parents[1] / "instances"


def renamed(name: str, **changes: object) -> Policy:
    """The policy leximin under another name, with changes."""
    return Policy.model_validate(read_policy("leximin").model_dump() | {"name": name} | changes)


@cache
def towns() -> Comparison:
    return compare(example(), ["leximin", "maximin", "utilitarian", renamed("again", title="Again")])


def test_the_best_is_marked() -> None:
    """Of 0.875, 0.875 and 1.25 both of the first are the best; where all are alike none is.

    Moves rest on who is given which place: those are not asked, and marked as of these plans.
    """
    (row,) = ComparisonWords(towns(), "en").indicators("", ["heaviest"])
    assert row == ["heaviest load (× fair share)", "*0.88", "*0.88", "1.25", "*0.88"]
    alike = compare(example(), ["leximin", renamed("again")])
    assert ComparisonWords(alike, "nl").indicators("", ["moves"]) == [
        ["verhuizingen naar een andere gemeente", "~4,0", "~4,0"]
    ]


def test_the_same_stands_together() -> None:
    """Two policies with one division are named in one sentence, each language in its words."""
    assert ComparisonWords(towns(), "en").same("") == ["The same division is given by Leximin and Again."]
    assert ComparisonWords(towns(), "nl").same("")[0].startswith("Dezelfde verdeling geven ")
    two = compare(example(), ["leximin", "maximin"])
    assert ComparisonWords(two, "en").same("") == [
        "No two of these plans give all municipalities the same load."
    ]


def test_what_is_open_is_marked() -> None:
    """Maximin settles what Astad carries, and leaves open what Beedorp and Ceedijk do."""
    found = compare(read_instance(INSTANCES / "three-towns"), ["leximin", "maximin"], baseline="leximin")
    words = ComparisonWords(found, "en")
    loads, winners = (table[table["policy"] == "maximin"] for table in (found.loads, found.winners))
    told = words.relative_loads(loads)
    assert told[0] == "1.38"
    assert [each[0] for each in told[1:]] == ["~", "~"]
    assert words.changes(winners, 0) == ["0", "open", "open"]
    (heaviest, gini) = words.indicators("", ["heaviest", "gini"])
    assert heaviest[1:] == ["1.38", "1.38"]
    assert gini[2].startswith("~")
    assert "*" not in gini[2]
    assert words.undecided("") == ["Leaving numbers open, and so neither better nor worse on all: Maximin."]
    assert words.notes()[1].startswith("A ~ stands before")


def test_what_is_certain_but_for_its_amount() -> None:
    """Whoever carries more in every plan loses, by an amount that is marked."""
    found = compare(read_instance(INSTANCES / "three-towns"), ["maximin"])
    winners = found.winners.assign(change=3.0, lowest=1.0, highest=5.0, verdict="loses")
    assert ComparisonWords(found, "en").changes(winners, 0) == ["~+3"] * 3


def test_what_was_not_asked_is_not_marked() -> None:
    """Without room nothing is marked, and a note says why."""
    found = compare(read_instance(INSTANCES / "three-towns"), ["leximin", "maximin"], room=False)
    words = ComparisonWords(found, "en")
    assert "~" not in " ".join(cell for row in words.indicators("") for cell in row)
    assert words.undecided("") == []
    assert words.notes()[1].startswith("It was not asked")


def test_the_same_in_these_plans_only() -> None:
    """Two policies that both leave loads open give the same by chance, and that is said."""
    maximin = read_policy("maximin").model_dump()
    twin = Policy.model_validate(maximin | {"name": "twin", "title": "Twin"})
    found = compare(read_instance(INSTANCES / "three-towns"), ["maximin", twin])
    (told,) = ComparisonWords(found, "en").same("")
    assert told.startswith("The same load of each municipality is given, in these plans but not in each")


def test_dominance_in_words() -> None:
    """Who is nowhere worse stands behind those it is nowhere worse than; otherwise that there is nobody."""
    assert ComparisonWords(towns(), "en").dominance("") == [
        "No policy is at least as good as another on every indicator."
    ]
    policies = ["leximin", renamed("dear", title="Dear"), renamed("again", title="Again")]
    found = compare(example(), policies)
    table = found.indicators
    more = (table["policy"] == "dear") & table["indicator"].isin(["cost", "moves"])
    worse = replace(found, indicators=table.assign(value=table["value"].where(~more, table["value"] + 1)))
    on = "better on moves to another municipality and cost"
    assert ComparisonWords(worse, "en").dominance("") == [
        f"On no indicator worse than Dear ({on}): Leximin and Again."
    ]


def test_failures_with_one_reason_stand_together() -> None:
    """Policies without a division are told once for each reason, with it."""
    found = compare(read_instance(INSTANCES / "impossible-agreements"), ["leximin", "maximin"])
    (told,) = ComparisonWords(found, "en").failures("")
    assert told.startswith("Leximin and Maximin: impossible")
    assert "“Noorderwijk houses at least 8 households of statushouders”" in told
    broken = renamed("broken", title="Broken", key={"component": [{"attribute": "income"}]})
    (told,) = ComparisonWords(compare(example(), ["leximin", broken]), "en").failures("")
    assert told.startswith("Broken: failed (")


def test_names_of_policies() -> None:
    """A policy is called by its title, and by its name where another has the same title."""
    policies = (read_policy("leximin"), renamed("again"), read_policy("proportional"))
    assert policy_labels(policies, "nl") == {
        "leximin": "leximin", "again": "again", "proportional": "Evenredig",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("value", "unit", "english"),
    [
        (1.3749999999, "× fair share", "1.38"),
        (0.8251, "of the households", "82.5%"),
        (2_696_011_603.42, "EUR", "2,696,011,603"),
        (7.0000001, "municipalities", "7"),
        (0.01234, "index", "0.012"),
        (443.46, "moves", "443.5"),
        (float("nan"), "EUR", "–"),
        (float("inf"), "index", "∞"),
    ],
)
def test_notation(value: float, unit: str, english: str) -> None:
    """A number is written as its unit asks."""
    assert measured(value, unit, "en") == english


def test_signs() -> None:
    """A change has its sign; what rounds to nothing has none."""
    assert [signed(value, "nl", 1) for value in (3.04, -2.25, 0.04, -0.04)] == ["+3", "-2,3", "0", "0"]
