"""Pictures of policies side by side, and of what fairness costs: the numbers are those of the comparison."""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from test_pictures_shares import ENGLISH, drawn, rows
from verdeling.adapters import read_instance
from verdeling.comparing.comparison import Comparison, compare
from verdeling.comparing.tradeoff import frontier
from verdeling.errors import VerdelingError
from verdeling.generation import Size, generate
from verdeling.pictures.ranks import rank_table
from verdeling.pictures.standing import Standing
from verdeling.policy import Goal

if TYPE_CHECKING:
    from verdeling.comparing.tradeoff import Frontier


@cache
def compared() -> Comparison:
    return compare(read_instance("instances/three-towns"), ["leximin", "utilitarian", "go-alone"])


@cache
def many() -> Comparison:
    """More municipalities than can stand beside each other."""
    return compare(generate(Size(1, 12, 3, 2, 1), seed=2), ["leximin", "own-first"])


@cache
def swept() -> Frontier:
    moves = Goal(measure="moves", aggregate="total")
    heaviest = Goal(measure="relative_load", aggregate="maximum")
    return frontier(compared().instance, "leximin", moves, heaviest, points=4)


def test_every_load_is_there() -> None:
    """Each municipality has a point under each policy, and what is open has its range."""
    for comparison in (compared(), many()):
        loads = comparison.loads
        shown = rows(comparison.plot.policies(), "relative", "told")
        assert sorted(round(row["relative"], 6) for row in shown) == pytest.approx(
            sorted(loads["relative_load"]), abs=1e-6
        )
    shown = [row for row in rows(compared().plot.policies(), "low", "high") if row["open"]]
    free = compared().loads[compared().loads["freedom"] != "settled"]
    assert len(shown) == len(free) > 0
    assert sorted(row["high"] for row in shown) == pytest.approx(sorted(free["highest"] / free["fair_load"]))
    assert all(row["told"].startswith("~") for row in shown)


LABELS = re.compile(r'role-axis-label".*?</g>')
LABEL = re.compile(
    r'text-anchor="(\w+)" transform="translate\(([-\d.]+),([-\d.]+)\)( rotate.*?)?"'
    r'.*?font-size="(\d+)px"[^>]*>(.*?)<'
)
BEGINS = {"start": 0.0, "middle": 0.5, "end": 1.0}


def crowded(svg: str) -> list[tuple[str, str]]:
    """Labels of an axis that stand beside each other with less than two pixels between them."""
    found = []
    for axis in LABELS.findall(svg):
        spans = []
        for anchor, x, y, turned, size, text in LABEL.findall(axis):
            wide = int(size) if turned else 0.5 * int(size) * len(text)
            left = float(x) - (0.5 if turned else BEGINS[anchor]) * wide
            spans.append((float(y), left, left + wide, text))
        spans.sort()
        for before, after in pairwise(spans):
            if before[0] == after[0] and after[1] < before[2] + 2:
                found.append((before[3], after[3]))
    return found


def test_percentages_fit_beside_each_other() -> None:
    """In narrow columns the percentages below them stand upright, so that no two run into each other."""
    eight = compare(generate(Size(1, 8, 2, 1, 1), seed=2), ["leximin", "utilitarian"], room=False)
    for comparison in (compared(), eight):
        assert crowded(comparison.plot.policies().svg()) == []
    label = '<text text-anchor="middle" transform="translate({},15)" font-size="10px">{}</text>'
    axis = f'role-axis-label">{label.format(20, "100%")}{label.format(40, "150%")}</g>'
    assert crowded(axis) == [("100%", "150%")]


def test_winners_are_those_of_the_table() -> None:
    """Each change is in its cell; of many municipalities they are counted."""
    told = {
        (row["policy_name"], row["name"]): row["told"] for row in rows(compared().plot.winners(), "shade")
    }
    assert told["Leximin", "Astad"] == "+3"
    assert told["Leximin", "Beedorp"] == "-2"
    counts = rows(many().plot.winners(), "verdict", "count")
    assert sum(row["count"] for row in counts) == len(many().winners)
    for row in counts:
        assert row["count"] > 0


def test_ranks() -> None:
    """The best value of each indicator has rank 1, and equal values share a rank."""
    table = rank_table(Standing.of(compared(), "en", None))
    indicators = compared().indicators.set_index(["indicator", "policy"])["value"]
    names = {policy.title: policy.name for policy in compared().policies}
    ranks = table.set_index(["column", "policy_name"])["rank"]
    for title, name in names.items():
        best = indicators["coverage"].max()
        assert (ranks["coverage", title] == 1) == (abs(indicators["coverage", name] - best) < 1e-6)
        least = indicators["heaviest"].min()
        assert (ranks["heaviest load", title] == 1) == (abs(indicators["heaviest", name] - least) < 1e-6)
    assert "median load" not in set(table["column"])


def test_frontier() -> None:
    """Each point is drawn, and both ends are told."""
    picture = swept().plot.frontier()
    shown = rows(picture, "efficiency", "fairness")
    assert sorted(row["efficiency"] for row in shown) == pytest.approx([9, 10, 11, 12])
    assert "1,75" in picture.description
    assert "1,375" in picture.description
    alone = compared().plot.frontier("en")
    assert alone.description.startswith("Both goals")


def test_no_english_in_dutch() -> None:
    """What stands in a Dutch picture is Dutch."""
    pictures = [
        getattr(compared().plot, kind)() for kind in ("policies", "winners", "indicators", "frontier")
    ]
    for picture in [*pictures, many().plot.winners(), swept().plot.frontier()]:
        assert re.findall(ENGLISH, drawn(picture), flags=re.IGNORECASE) == [], picture.title


def test_unknown_scenario() -> None:
    """A scenario that was not compared is refused."""
    with pytest.raises(VerdelingError, match="There is no scenario high"):
        compared().plot.policies(scenario="high")
