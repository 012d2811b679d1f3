"""Narrowing: the least of what bends, by boxes, beside every point of a grid."""

from __future__ import annotations

import numpy as np
import pytest

from verdeling.explaining.repairing.narrowing import Box, Enough, Looked, narrow

GRID = np.linspace(0.0, 1.0, 201)
SQUARE = Box(np.zeros(2), np.ones(2))


def waves(x: float, y: float) -> float:
    """A function with several valleys, that changes by no more than seven per unit of x and of y."""
    return float(np.sin(6 * x) * np.cos(5 * y) + 0.5 * (x - 0.3) ** 2 + y)


def look(box: Box) -> Looked[tuple[float, float]] | None:
    """The value in the middle of a box, less what it can fall to its sides; the widest side is halved."""
    middle, width = (box.lower + box.upper) / 2, box.upper - box.lower
    value = waves(*middle)
    side = int(width.argmax())
    split = (side, float(middle[side])) if width[side] > 1e-4 else None
    return Looked(value - 7.0 * float(width.sum()) / 2, (value, (middle[0], middle[1])), split)


def test_the_least_of_a_grid() -> None:
    """What is found is no more than any point of a grid, and what is proved is no more than what is found."""
    found = narrow(look, SQUARE, most=20_000)
    least = min(waves(x, y) for x in GRID for y in GRID)
    assert found.value <= least + 1e-3
    assert found.best is not None
    assert waves(*found.best) == found.value
    assert found.bound <= found.value
    assert found.value - found.bound <= 1e-2


@pytest.mark.parametrize("most", [1, 3, 10, 40, 200])
def test_a_bound_at_any_time(most: int) -> None:
    """However few boxes are looked at, nothing is less than the bound, and the gap is stated."""
    found = narrow(look, SQUARE, most=most)
    least = min(waves(x, y) for x in GRID for y in GRID)
    assert found.bound <= least <= found.value + 1e-9
    assert found.gap == found.value - found.bound > 0


def test_looking_is_given_up() -> None:
    """What was known before counts; without anything known there is neither a value nor a proof."""

    def late(box: Box) -> Looked[str] | None:
        raise Enough

    known = narrow(late, SQUARE, most=9, known=(2.0, "this"), floor=1.0)
    assert (known.value, known.best, known.bound, known.gap) == (2.0, "this", 1.0, 1.0)
    unknown = narrow(late, SQUARE, most=9)
    assert (unknown.best, unknown.value, unknown.bound) == (None, np.inf, -np.inf)
    proved = narrow(lambda box: None, SQUARE, most=9)
    assert (proved.best, proved.bound, proved.gap) == (None, np.inf, 0.0)


def test_what_is_known_is_not_proved_again() -> None:
    """Where the floor says that nothing can be less, nothing is looked at."""
    found = narrow(lambda box: pytest.fail("looked"), SQUARE, most=9, known=(1.0, "this"), floor=1.0)
    assert (found.best, found.gap) == ("this", 0.0)


def test_boxes() -> None:
    """Halves share the number at which a box is split; a reach cuts it around zero."""
    below, above = Box(np.array([-1.0, 0.0]), np.array([3.0, 2.0])).halves(0, 1.0)
    assert (below.upper[0], above.lower[0], above.upper[1]) == (1.0, 1.0, 2.0)
    near = above.within(np.array([2.0, np.inf]))
    assert near.upper.tolist() == [2.0, 2.0]
