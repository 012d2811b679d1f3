"""A scenario with its own program, and what each stage of a goal is worth in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from verdeling.aggregates.regions import deviations
from verdeling.aggregates.sums import SUMS, parts

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from verdeling.formulation import Model
    from verdeling.goals import Aim
    from verdeling.program import Floats

SPREADS = ("largest_deviation",)
"""Aggregates over the elements of all scenarios together, each compared within its own scenario."""

NEGLIGIBLE = 1e-6
"""Values below this are rounding: as the best value of a regret they would stand in a row and wreck it."""

Stage = tuple[int, str]
"""Number of a goal and name of one of its stages."""


@dataclass(frozen=True)
class Scenario:
    """A scenario with its own program.

    Parameters
    ----------
    probability : float
        Above zero.
    model : Model
        Its program, with the rows and columns that the goals need.
    aims : sequence of Aim
        The goals.
    """

    probability: float
    model: Model
    aims: Sequence[Aim]


def stage_values(scenario: Scenario, point: Floats) -> dict[Stage, float]:
    """Value of each stage of each goal at a point of a scenario's program; rounding of nothing is zero."""
    values = {
        (aim.number, label): _value(aim, chosen, point)
        for aim in scenario.aims
        for label, chosen in parts(scenario.model, aim.vector, aim.goal.aggregate)
    }
    return {stage: value if abs(value) > NEGLIGIBLE else 0.0 for stage, value in values.items()}


def _value(aim: Aim, chosen: npt.NDArray[np.bool_], point: Floats) -> float:
    if aim.goal.aggregate in SUMS:
        return aim.vector.total(chosen).value(point)
    values = aim.vector.values(point)
    if aim.goal.aggregate in SPREADS:
        return float(np.abs(deviations(aim.vector, values)).max(initial=0.0))
    return float(values.max() if aim.vector.better == "lower" else values.min()) if len(values) else 0.0
