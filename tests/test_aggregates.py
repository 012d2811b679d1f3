"""What it means to make a vector small: every aggregate on vectors that are solved by hand.

The programs here have no instance: a few columns with rows between them, and a vector of expressions.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from verdeling.aggregates import AGGREGATES
from verdeling.measures import Vector
from verdeling.policy import Goal
from verdeling.program import Objective, Program
from verdeling.pursuit import Pursuit
from verdeling.solvers import find_solver

if TYPE_CHECKING:
    from collections.abc import Sequence

    from verdeling.aggregates import Stage


def pursuit(least: Sequence[float], most: Sequence[float], total: float, **groups: Sequence[Any]) -> Pursuit:
    """As many columns as there are limits, which together must be a total."""
    program = Program()
    index = pd.DataFrame({"element": np.arange(len(least))})
    columns = program.add_columns(
        "amount", index, unit="places", lower=np.array(least, float), upper=np.array(most, float)
    )
    everything = pd.DataFrame(index=range(1))
    program.add_rows("total", everything, [columns], unit="places", lower=total, upper=total)
    model = SimpleNamespace(program=program, data=SimpleNamespace(groups=pd.DataFrame(groups)))
    return Pursuit(model, find_solver("HiGHS"), 1e-9)


def vector(
    held: Pursuit, scale: Sequence[float] = (), regions: Sequence[int] = (), over: str = "element"
) -> Vector:
    """The columns, each divided by its scale, which is also its share."""
    terms = held.program.terms("amount").rename(columns={"element": over})
    size = len(terms)
    weights = np.array(scale, float) if len(scale) else np.ones(size)
    region = np.array(regions, np.int64) if len(regions) else np.zeros(size, np.int64)
    return Vector(terms[[over]], terms, "places", weights, weights / weights.sum(), region)


def stages(held: Pursuit, aggregate: str, about: Vector, **parameters: Any) -> list[Stage]:
    """Stages of an aggregate, once all are settled."""
    goal = Goal(measure="made up", aggregate=aggregate, **parameters)
    return list(AGGREGATES[aggregate].settle(held, about, goal))


def settled(
    held: Pursuit, aggregate: str, about: Vector, **parameters: Any
) -> tuple[list[float], list[float]]:
    """Value of each stage, and of each element, after an aggregate was settled."""
    found = stages(held, aggregate, about, **parameters)
    assert held.point is not None
    return [stage.value(held.point) for stage in found], about.values(held.point).tolist()


def hold(held: Pursuit, aggregate: str, about: Vector) -> list[float]:
    """Elements after an aggregate and, with it held, the elements in reverse order of importance."""
    settled(held, aggregate, about)
    for element in reversed(range(len(about))):
        held.settle(about.total(np.arange(len(about)) == element))
    assert held.point is not None
    return about.values(held.point).tolist()


def test_total() -> None:
    """The sum is the sum, and nothing is decided about who has it."""
    held = pursuit([0, 0], [9, 9], 7)
    assert settled(held, "total", vector(held))[0] == pytest.approx([7])


def test_maximum_lowers_the_largest_and_nothing_else() -> None:
    """Three share 9 where one has at least 5: the largest is 5, and the others are free between them."""
    held = pursuit([5, 0, 0], [9, 9, 9], 9)
    reached, _ = settled(held, "maximum", vector(held))
    assert reached == pytest.approx([5])
    held = pursuit([5, 0, 0], [9, 9, 9], 9)
    assert hold(held, "maximum", vector(held)) == pytest.approx([5, 4, 0], abs=1e-6)


def test_leximax_lowers_the_next_largest_too() -> None:
    """Likewise, but the other two get 2 each, whatever comes later."""
    held = pursuit([5, 0, 0], [9, 9, 9], 9)
    assert hold(held, "leximax", vector(held)) == pytest.approx([5, 2, 2], abs=1e-6)


def test_leximax_of_relative_values() -> None:
    """Of 12, with shares 1, 2 and 3 and at most 1 for the first: 1, then 11 as 2 to 3."""
    held = pursuit([0, 0, 0], [1, 99, 99], 12)
    about = vector(held, scale=[1, 2, 3])
    reached, values = settled(held, "leximax", about)
    assert reached == pytest.approx([2.2])
    assert values == pytest.approx([1, 2.2, 2.2])


def test_leximax_of_what_is_settled_beforehand() -> None:
    """Where nobody has a choice every element is where it must be."""
    held = pursuit([1, 4, 2], [1, 4, 2], 7)
    assert settled(held, "leximax", vector(held))[1] == pytest.approx([1, 4, 2])


def test_largest_deviation() -> None:
    """With shares 1 and 3 and at least 5 for the first of 12, it is 5 ÷ 1 where the mean is 3: 2 away."""
    held = pursuit([5, 0], [12, 12], 12)
    reached, values = settled(held, "largest_deviation", vector(held, scale=[1, 3]))
    assert reached == pytest.approx([2])
    assert values == pytest.approx([5, 7 / 3])


def test_largest_deviation_is_from_the_mean_of_the_region() -> None:
    """Two regions each compare with themselves: 6 and 6 in one, 1 and 1 in the other, none deviates."""
    held = pursuit([6, 0, 1, 0], [9, 9, 1, 9], 14)
    about = vector(held, regions=[0, 0, 1, 1])
    reached, values = settled(held, "largest_deviation", about)
    assert reached == pytest.approx([0], abs=1e-8)
    assert values == pytest.approx([6, 6, 1, 1])


def test_priority_settles_group_after_group() -> None:
    """The first in rank gets least, the others as little as that leaves: at most 4 fit in each."""
    held = pursuit([0, 0, 0], [4, 4, 4], 9, priority=[2, 1, 9])
    found = stages(held, "priority", vector(held, over="group"))
    assert [stage.label for stage in found] == ["priority 1", "priority 2", "priority 9"]
    assert [stage.value(held.point) for stage in found] == pytest.approx([1, 4, 4])


def test_urgency_settles_urgent_groups_first() -> None:
    """The urgent ones together get 1 of 9 when the other two can take 8."""
    held = pursuit([0, 0, 0], [4, 4, 4], 9, urgent=[False, True, False])
    found = stages(held, "urgency", vector(held, over="group"))
    assert [stage.label for stage in found] == ["urgent", "others"]
    assert [stage.value(held.point) for stage in found] == pytest.approx([1, 8])


@pytest.mark.parametrize("aggregate", ["maximum", "leximax", "largest_deviation", "total"])
def test_a_vector_of_nothing(aggregate: str) -> None:
    """A measure that nothing is about, such as building without projects, is settled at zero."""
    held = pursuit([0, 0], [9, 9], 7)
    about = vector(held)
    empty = Vector(about.index, about.terms.iloc[:0], "places", about.scale, about.share, about.region)
    assert [stage.value(np.zeros(9)) for stage in stages(held, aggregate, empty)] == [0]


@pytest.mark.parametrize("aggregate", ["maximum", "leximax", "minimum", "leximin"])
def test_nobody_at_all(aggregate: str) -> None:
    """Where there is nobody that a measure is over, nobody is worst off: zero."""
    held = pursuit([0, 0], [9, 9], 7)
    none, about = np.empty(0), vector(held)
    nobody = Vector(about.index[:0], about.terms[:0], "places", none, none, about.region[:0])
    assert [stage.value(np.zeros(9)) for stage in stages(held, aggregate, nobody)] == [0]


def test_decisions_keep_what_a_cut_demands() -> None:
    """Both are worth while, and rows that are stated only when a point breaks them leave the better one."""
    held = pursuit([0], [1], 1)
    both = held.add_decisions(pd.DataFrame({"element": [0, 1]}))["column"].to_numpy()

    def one_at_most(point: np.ndarray) -> bool:
        broken = point[both].sum() > 1.5
        if broken:
            held.program.add_row("limit", Objective(both, np.ones(2)), upper=1.0)
        return bool(broken)

    held.cuts.append(one_at_most)
    held.decide(Objective(both, np.array([-1.0, -2.0])), both)
    assert held.program.column_lower[both].tolist() == held.program.column_upper[both].tolist() == [0, 1]


CAPACITY = st.lists(st.integers(0, 9), min_size=1, max_size=6)


@given(CAPACITY, st.floats(0.0, 1.0))
@settings(max_examples=40, derandomize=True)
def test_leximax_is_water_filling(most: list[int], part: float) -> None:
    """With one total and a capacity each, leximax fills everybody to the same level or its capacity."""
    total = part * sum(most)
    held = pursuit([0] * len(most), most, total)
    _, values = settled(held, "leximax", vector(held))
    level = max(
        (value for value, limit in zip(values, most, strict=True) if value < limit - 1e-7), default=9.0
    )
    assert sum(values) == pytest.approx(total, abs=1e-6)
    assert values == pytest.approx([min(limit, level) for limit in most], abs=1e-6)


def asked_of(held: Pursuit) -> list[int]:
    """Settle leximax, and how many linear programs that took, one 1 for each."""
    asked = []
    minimise = held.solver.minimise

    def counted(*args: Any, **kwargs: Any) -> Any:
        asked.append(1)
        return minimise(*args, **kwargs)

    held.solver.minimise = counted  # type: ignore[method-assign]
    settled(held, "leximax", vector(held))
    return asked


@given(CAPACITY, st.floats(0.1, 1.0))
@settings(max_examples=25, derandomize=True)
def test_leximax_needs_few_rounds(most: list[int], part: float) -> None:
    """In every round at least one element is settled, and a sum is asked only where a level repeats."""
    held = pursuit([0] * len(most), most, part * sum(most))
    assert len(asked_of(held)) <= 2 * len(most)


@pytest.mark.parametrize("size", [2, 30])
def test_elements_that_can_be_no_lower_are_settled_together(size: int) -> None:
    """Where everybody must give everything one multiplier is positive, and one sum settles the others."""
    assert len(asked_of(pursuit([0] * size, [5] * size, 5 * size))) == 3


def test_levels_that_differ_by_rounding_are_one() -> None:
    """Elements that lie apart by less than goals are held at are settled together, and only once."""
    most = [5.0] * 15 + [5.0 - 5e-9] * 15
    assert len(asked_of(pursuit([0] * 30, most, sum(most)))) <= 4


def test_elements_that_can_be_lower_are_not_settled_with_those_that_cannot() -> None:
    """Three must give all of their five; the two others, who share four, come to two each."""
    most = [5, 5, 5, 3, 9]
    held = pursuit([5, 5, 5, 0, 0], most, 19)
    _, values = settled(held, "leximax", vector(held))
    assert values == pytest.approx([5, 5, 5, 2, 2])
