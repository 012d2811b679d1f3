"""What a report tells: the same facts whatever it is written as, and never about two tasks at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from verdeling.adapters import read_instance
from verdeling.comparing.comparison import compare
from verdeling.engine import solve
from verdeling.errors import NoSolutionError, VerdelingError
from verdeling.explaining.explanation import explain
from verdeling.reporting.content import Content

if TYPE_CHECKING:
    from verdeling.solution import Solution


@pytest.fixture(scope="module")
def towns() -> Solution:
    """Three towns, divided."""
    return solve(read_instance("instances/three-towns"))


@pytest.fixture(scope="module")
def impossible() -> Solution:
    """Agreements that cannot hold together."""
    return solve(read_instance("instances/impossible-agreements"))


def test_the_headlines(towns: Solution) -> None:
    """The first sentences say who is housed, who waits, and who carries most and least."""
    assert Content.of(towns, lang="nl").headlines == [
        "Van de 60 huishoudens die een plek zoeken krijgen er 51 een plek (85%); eind 2026 wachten er nog 9.",
        "De zwaarste belasting, 1,38 keer het eerlijk aandeel, is die van Astad; "
        "de lichtste, 0,75 keer, die van Beedorp en Ceedijk.",
    ]


def test_what_is_added_up(towns: Solution) -> None:
    """Places by any columns add up to all places, and loads to what relative loads say of fair shares."""
    content = Content.of(towns, lang="en")
    every = towns.placements["places"].sum()
    for by in (["group"], ["municipality", "group"], ["place_type", "year"]):
        assert content.placed(*by)["places"].sum() == every
    own = sum(content.placed("group", municipality=key)["places"].sum() for key in content.municipalities)
    assert own == every
    loads = content.loads
    assert (loads["relative_load"] * loads["fair_load"]).tolist() == pytest.approx(loads["load"].tolist())


def test_an_explanation_tells_more(towns: Solution) -> None:
    """Paths, room and what one more would do come with an explanation, and are not there without one."""
    alone, explained = Content.of(towns, lang="nl"), Content.of(explain(towns), lang="nl")
    assert alone.path("A") == ""
    assert alone.room() == []
    assert alone.ranges.empty
    assert explained.path("A").startswith("Het eerlijk aandeel van Astad")
    assert explained.room()
    assert len(explained.ranges) == 3
    assert explained.headlines == alone.headlines


def test_an_impossible_task(impossible: Solution) -> None:
    """The report of an impossible task is about the conflict, and with an explanation about the ways out."""
    alone, explained = Content.of(impossible), Content.of(explain(impossible))
    assert not alone.possible
    assert alone.headlines == ["Er is geen verdeling: niet alle afspraken kunnen samen worden nagekomen."]
    assert len(explained.ways_out) > len(alone.ways_out) > 1
    with pytest.raises(NoSolutionError, match="infeasible"):
        _ = alone.plan


def test_one_story(towns: Solution, impossible: Solution) -> None:
    """What cannot be told together is refused, all of it at once."""
    other = compare(read_instance("instances/impossible-agreements"), ["leximin"], room=False)
    with pytest.raises(VerdelingError) as refused:
        Content.of(towns, towns, explain(impossible), other, 3)  # type: ignore[arg-type]
    codes = [problem.code for problem in refused.value.problems]
    assert codes == ["twice", "no-subject", "other-solution", "other-task"]
    with pytest.raises(VerdelingError, match="Nothing was given"):
        Content.of()
    with pytest.raises(NoSolutionError, match="no division is singled out"):
        _ = Content.of(other).plan
