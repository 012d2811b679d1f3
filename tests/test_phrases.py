"""What one more would change is said for every measure under every aggregate, in both languages."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from hand_made import small
from verdeling.aggregates import AGGREGATES
from verdeling.instance import Instance
from verdeling.measures import MEASURES
from verdeling.names import Names
from verdeling.phrases import Wording

if TYPE_CHECKING:
    from verdeling.language import Language

STAGES = {"priority": "priority 2", "urgency": "urgent", "talmud": "second"}
"""Stages of aggregates that have them."""
UNPRICED = ("proportional", "adjusted_proportional", "minimal_overlap", "random_arrival", "mcloone")
"""Rules about what one place more would change, such as awards to approach: they have no prices."""


@cache
def names(lang: Language) -> Names:
    """What a small region is told in."""
    return Names.of(small(), lang)


def effect(measure: str, aggregate: str, lang: Language, price: float = -2.0) -> str:
    """What a step of room in a limit on places changes."""
    limit = {"measure": measure, "aggregate": aggregate, "stage": STAGES.get(aggregate, "")}
    return Wording(names(lang)).effect(limit | {"price": price, "unit": "places"})


def fitting() -> list[tuple[str, str]]:
    """Each measure with each aggregate that it can have."""
    return [
        (measure, aggregate)
        for measure, found in MEASURES.items()
        for aggregate, how in AGGREGATES.items()
        if aggregate not in UNPRICED
        and how.fits in ("any", found.better)
        and (found.claimed or not how.claimants)
        and (not how.grouped or "group" in found.over)
    ]


@pytest.mark.parametrize(("measure", "aggregate"), fitting())
def test_every_goal_can_be_told(measure: str, aggregate: str) -> None:
    """There is a sentence in Dutch and in English, with the amount in it, and they are not the same."""
    told = [effect(measure, aggregate, lang) for lang in ("nl", "en")]
    assert told[0] != told[1]
    assert all("2" in text and "{" not in text for text in told)


@pytest.mark.parametrize(
    ("measure", "aggregate", "dutch", "english"),
    [
        (
            "relative_load",
            "gini",
            "het Gini-verschil in relatieve belasting met 200 procentpunt verlagen",
            "lower the Gini difference in relative load by 200 percentage points",
        ),
        (
            "relative_load",
            "worst_part",
            "de gemiddelde relatieve belasting van het slechtst bedeelde deel met 200 procentpunt verlagen",
            "lower the mean relative load of the worst-off part by 200 percentage points",
        ),
        (
            "coverage",
            "leximin",
            "de laagste dekking met 200 procentpunt verhogen",
            "raise the lowest coverage by 200 percentage points",
        ),
        (
            "coverage",
            "range",
            "het verschil in dekking tussen de hoogste en de laagste met 200 procentpunt verlagen",
            "lower the difference in coverage between the highest and the lowest by 200 percentage points",
        ),
        (
            "cost",
            "ordered",
            "EUR 2 (gewogen naar rangorde) schelen",
            "save EUR 2 (weighed by rank)",
        ),
    ],
)
def test_what_is_told(measure: str, aggregate: str, dutch: str, english: str) -> None:
    """Loads are lowered and coverage is raised, but differences in either are lowered."""
    assert effect(measure, aggregate, "nl") == dutch
    assert effect(measure, aggregate, "en") == english


def test_few_groups_of_a_priority_go_by_name() -> None:
    """Up to three groups of one priority are called by their names; more by their priority."""
    for count, told in ((3, "Group 1, Group 2 and Group 3 (priority 1)"), (4, "groups with priority 1")):
        groups = pd.DataFrame(
            {
                "group": [f"g{nth}" for nth in range(1, 6)],
                "name": [f"Group {nth}" for nth in range(1, 6)],
                "priority": [1] * count + [2] * (5 - count),
            }
        )
        instance = Instance(small().about, small().tables.replaced({"groups": groups}))
        words = Wording(Names.of(instance, "en"))
        limit = {"measure": "waiting", "aggregate": "priority", "stage": "priority 1"}
        assert words.effect(limit | {"price": -2.0, "unit": "places"}) == (
            f"save 2 household-years of waiting for {told}"
        )


@pytest.mark.parametrize("family", ["capacity", "project", "supplier", "supplier_rest", "supplier_split"])
def test_one_place_is_not_all_of_them(family: str) -> None:
    """Where a limit is one place, and it is reached, that is the only place, in both languages."""
    limit = dict.fromkeys(("municipality", "region", "year", "place_type", "group", "provider"), ())
    limit |= {"family": family, "use": 1.0, "limit": 1.0, "unit": "places", "short": 0.0, "reached": True}
    limit |= {"supplier": ("Domijn",), "project": ("Plein",), "text": "", "text_nl": "", "sense": "<="}
    for lang, one, several in (("nl", "enige plek", "alle 2 plekken"), ("en", "only place", "all 2 places")):
        words = Wording(names(lang))
        assert one in words.state(limit)
        assert several in words.state(limit | {"use": 2.0, "limit": 2.0}).lower()


@pytest.mark.parametrize(("measure", "least"), [("cost", "EUR 1"), ("waiting", "0.01 household-years")])
def test_what_is_too_small_to_show_is_not_nothing(measure: str, least: str) -> None:
    """A price that rounds to zero is said to be less than the smallest amount that is shown."""
    assert f"less than {least}" in effect(measure, "total", "en", price=-0.001)
