"""What is made small level by level: largest elements, and the claims rules that need nothing but claims."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from verdeling.aggregates.ideals import part
from verdeling.aggregates.levels import ORDERED
from verdeling.certifying.decimals import exactly
from verdeling.certifying.shapes import NOTHING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from fractions import Fraction

    import numpy.typing as npt

    from verdeling.goals import Aim
    from verdeling.measures import Vector

LARGEST = ("maximum", "minimum")
"""Aggregates that are one level."""

RULES = ("proportional", "equal_awards", "equal_losses", "talmud")
"""Claims rules that are a leximax of awards and claims, or two."""


@dataclass(frozen=True, eq=False)
class Levelled:
    """A stage of a goal that makes the largest element small, and perhaps the next, ….

    Parameters
    ----------
    stage : str
        Its name.
    vector : Vector
        What is made small of each element.
    constants : sequence of Fraction
        What is added to each.
    floors : sequence of Fraction or None
        What each is at least, whatever the vector is; None where there is no such thing.
    active : array of bool
        Which elements count.
    higher : bool
        Whether the stage is told with the opposite sign.
    ordered : bool
        Whether the next levels count too.
    """

    stage: str
    vector: Vector
    constants: Sequence[Fraction]
    floors: Sequence[Fraction] | None
    active: npt.NDArray[np.bool_]
    higher: bool
    ordered: bool = True


def levelled(aim: Aim) -> Iterator[Levelled]:
    """The stages of a goal that is settled level by level."""
    kind, vector = aim.goal.aggregate, aim.vector
    if kind in RULES:
        yield from _of_claims(kind, vector)
        return
    active = np.isin(np.arange(len(vector)), vector.element)  # what is nothing holds nobody back
    none = [NOTHING] * len(vector)
    yield Levelled("", vector.minimised, none, None, active, vector.better == "higher", kind in ORDERED)


def _of_claims(rule: str, vector: Vector) -> Iterator[Levelled]:
    """Awards or losses of those who claim something; of the Talmud first what lacks of the halves."""
    assert vector.claims is not None
    chosen = vector.claims > 0
    awards, claims = part(vector, chosen), vector.claims[chosen]
    less, everybody = awards.minimised, np.ones(len(awards), dtype=bool)
    none, asked = [NOTHING] * len(awards), [exactly(each) for each in claims.tolist()]
    if rule == "proportional":
        yield Levelled("", replace(less, scale=claims), none, None, everybody, higher=True)
    elif rule == "equal_awards":
        yield Levelled("", less, none, None, everybody, higher=True)
    elif rule == "equal_losses":
        yield Levelled("", less, asked, None, everybody, higher=False)
    else:
        halves = [-each / 2 for each in asked]
        yield Levelled("first half", less, none, halves, everybody, higher=True)
        yield Levelled("second half", less, asked, None, everybody, higher=False)
