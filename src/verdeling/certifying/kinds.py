"""Which convex function of which expressions each aggregate makes small."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from verdeling.aggregates.curves import STEEPEST
from verdeling.aggregates.ideals import NOTHING_TO_GET, part
from verdeling.certifying.averages import Ordered, PowerMean, Threshold, WorstPart
from verdeling.certifying.decimals import exactly
from verdeling.certifying.differences import AboveMean, Gini, LargestDeviation, Range
from verdeling.certifying.shapes import portions

if TYPE_CHECKING:
    from collections.abc import Callable

    from verdeling.certifying.bounds import Box
    from verdeling.certifying.shapes import Shape
    from verdeling.goals import Aim
    from verdeling.measures import Vector
    from verdeling.program import Floats

    Shaped = tuple[Vector, Shape]

CURVES = ("nash", "alpha_fair")
"""Aggregates of which there is one best division, at which each element is held."""

DIFFERENCES: dict[str, Callable[[Vector], Shape]] = {
    "range": Range,
    "largest_deviation": LargestDeviation,
    "mean_deviation": lambda vector: AboveMean(vector, 2),
    "above_mean": AboveMean,
    "gini": Gini,
}
"""What compares elements within their region."""


def shaped(aim: Aim, point: Floats, box: Box, *, whole: bool) -> Shaped | None:
    """The elements of a goal, as they are made small, and the convex function of them.

    Parameters
    ----------
    aim : Aim
        The goal.
    point : array
        A plan.
    box : Box
        Of the program.
    whole : bool
        Whether the plan is in whole places.

    Returns
    -------
    tuple or None
        None where the goal is no such function, or it is not known of whom.
    """
    kind, goal, vector = aim.goal.aggregate, aim.goal, aim.vector
    if kind in DIFFERENCES:
        return vector, DIFFERENCES[kind](vector)
    if kind == "ordered":
        assert goal.weights is not None
        used = [exactly(each) for each in goal.weights[: len(vector)]]
        rest = [Fraction(0)] * (len(vector) - len(used))
        return vector.minimised, Ordered([*(each / sum(used) for each in used), *rest])
    if kind == "worst_part":
        assert goal.part is not None
        return vector.minimised, WorstPart(exactly(goal.part), _shares(vector))
    if kind in ("equity_threshold", *CURVES):
        return _of_those_who_get_something(aim, point, box, whole=whole)
    return None


def _of_those_who_get_something(aim: Aim, point: Floats, box: Box, *, whole: bool) -> Shaped | None:
    """Whoever can get nothing does not count; whoever has nothing and could get something is in doubt."""
    vector, goal = aim.vector, aim.goal
    columns, counts = vector.terms["column"].to_numpy(), vector.terms["coefficient"].to_numpy()
    has = vector.values(point) > NOTHING_TO_GET
    most = vector.values(np.where(np.isin(np.arange(len(point)), columns), box.upper, 0.0))
    in_doubt = (most > NOTHING_TO_GET) & ~has
    if not has.any() or in_doubt.any() or (counts < 0).any() or (box.lower[columns] < 0).any():
        return None
    about = part(vector, has)
    if goal.threshold is not None:
        return about.minimised, Threshold(exactly(goal.threshold), _shares(about))
    alpha = 1.0 if goal.alpha is None else goal.alpha
    if whole and alpha > 1 and (about.values(point) < most[has] * STEEPEST ** (-1 / alpha)).any():
        return None  # far below the fractional optimum such a worth goes on straight
    mean = PowerMean(alpha, _shares(about), 1.0).value([Fraction(-each) for each in about.values(point)])
    return about.minimised, PowerMean(alpha, _shares(about), -float(mean))


def _shares(vector: Vector) -> list[Fraction]:
    """Part of everybody that each element is, exactly; every region is as much."""
    return portions([exactly(each) for each in vector.share.tolist()], np.zeros(len(vector), dtype=np.int64))
