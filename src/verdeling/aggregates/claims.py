"""Claims rules under capacities: more is asked than there is, and not everything suits everybody.

What there is to divide is not an amount but a set: the awards of all divisions that keep the limits
and the earlier goals. `models/measures.md` says for each rule how it is meant there. Where nothing
but a total is limited, each is the rule of `verdeling.claims`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from verdeling.aggregates.ideals import ideals, part
from verdeling.aggregates.levels import settle_lexicographically, smallest
from verdeling.aggregates.registry import Stage, aggregate
from verdeling.claims import minimal_overlap as overlap_of
from verdeling.claims import shapley
from verdeling.formulation import minus
from verdeling.program import Objective

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from verdeling.measures import Vector
    from verdeling.policy import Goal
    from verdeling.program import Floats
    from verdeling.pursuit import Pursuit

MANY = 100_000
"""Claimants that a rule can settle which takes a few linear programs each: as many as there are."""

FEW = 12
"""Claimants that a rule can settle which takes a linear program for each set of them: 4,096 of them."""

NO_ROOM = 1e-6
"""Households: whoever can get no more than this beyond its minimal right has nothing to claim there."""


@aggregate(fits="higher", claimants=MANY)
def proportional(pursuit: Pursuit, vector: Vector, goal: Goal) -> Iterator[Stage]:
    """The smallest part of a claim made large, then the next smallest, …."""
    claimants, claims = _claimants(vector)
    parts = replace(claimants, scale=claims)
    settle_lexicographically(pursuit, parts.minimised)
    pursuit.duals = None  # they are parts of claims, and prices are told in the unit of the measure
    yield Stage("", lambda point: smallest(parts.values(point)), unit="share")


@aggregate(fits="higher", claimants=MANY)
def equal_awards(pursuit: Pursuit, vector: Vector, goal: Goal) -> Iterator[Stage]:
    """The smallest award made large, then the next smallest, …."""
    claimants, _ = _claimants(vector)
    settle_lexicographically(pursuit, claimants.minimised)
    yield Stage("", lambda point: smallest(claimants.values(point)))


@aggregate(fits="higher", claimants=MANY)
def equal_losses(pursuit: Pursuit, vector: Vector, goal: Goal) -> Iterator[Stage]:
    """The largest loss, then the next largest, …; a loss is what an award lacks of its claim."""
    claimants, claims = _claimants(vector)
    settle_lexicographically(pursuit, _lacking(pursuit, claimants, claims))
    yield _largest_lack(claimants, claims)


@aggregate(fits="higher", claimants=MANY)
def talmud(pursuit: Pursuit, vector: Vector, goal: Goal) -> Iterator[Stage]:
    """Equal awards up to half of each claim, then equal losses over the other halves.

    Beyond its half a claimant has an excess: a column that an award may use without counting for
    the first half.
    """
    claimants, claims = _claimants(vector)
    beyond = minus(pursuit.add_excess(claimants, upper=np.inf))
    rows = pursuit.add_element_rows("goal_half", claimants, beyond)
    pursuit.program.row_upper[rows.start : rows.stop] = claims / 2
    halves = replace(claimants, terms=pd.concat([claimants.terms, beyond]))
    settle_lexicographically(pursuit, halves.minimised)
    yield Stage("first half", lambda point: smallest(np.minimum(claimants.values(point), claims / 2)))
    settle_lexicographically(pursuit, _lacking(pursuit, claimants, claims))
    yield replace(_largest_lack(claimants, claims), label="second half")


@aggregate(fits="higher", claimants=MANY)
def adjusted_proportional(pursuit: Pursuit, vector: Vector, goal: Goal) -> Iterator[Stage]:
    """Minimal rights, then the smallest part of what can be got beyond them, made large, then the next, ….

    Every plan that houses the most has all minimal rights, so they can be held together. In whole
    places they are approached: the least total by which they are missed.
    """
    claimants, _ = _claimants(vector)
    rights = _minimal_rights(pursuit, claimants)
    missed = pursuit.add_excess(claimants, upper=np.inf)
    rows = pursuit.add_element_rows("goal_right", claimants.minimised, minus(missed))
    pursuit.program.row_upper[rows.start : rows.stop] = -rights
    pursuit.settle(Objective(missed["column"].to_numpy(), np.ones(len(missed))))
    pursuit.duals = None  # minimal rights move with the limits, so these are no prices
    yield replace(_largest_lack(claimants, rights), label="rights")
    room = ideals(pursuit, claimants) - rights
    open_ = room > NO_ROOM
    beyond = replace(_lacking(pursuit, part(claimants, open_), rights[open_]), scale=room[open_])
    settle_lexicographically(pursuit, beyond)
    pursuit.duals = None
    yield Stage(
        "remainder",
        lambda point: smallest((claimants.values(point) - rights)[open_] / room[open_]),
        unit="share",
    )


@aggregate(fits="higher", claimants=MANY)
def minimal_overlap(pursuit: Pursuit, vector: Vector, goal: Goal) -> Iterator[Stage]:
    """The awards of minimal overlap in what can be got alone and together, as near as limits allow."""
    claimants, _ = _claimants(vector)
    alone, together = ideals(pursuit, claimants), _worth(pursuit, claimants, np.ones(len(claimants), bool))
    yield _approach(pursuit, claimants, overlap_of(alone, min(together, alone.sum())))


@aggregate(fits="higher", claimants=FEW)
def random_arrival(pursuit: Pursuit, vector: Vector, goal: Goal) -> Iterator[Stage]:
    """The Shapley value of what sets of claimants can get at most, as near as limits allow."""
    claimants, _ = _claimants(vector)
    worth = np.zeros(2 ** len(claimants))
    for step in range(1, len(worth)):
        chosen = step ^ step >> 1  # Gray code: one claimant comes or goes, so that the solver starts near
        members = chosen >> np.arange(len(claimants)) & 1 == 1
        worth[chosen] = _worth(pursuit, claimants, members)
    yield _approach(pursuit, claimants, shapley(worth))


def _claimants(vector: Vector) -> tuple[Vector, Floats]:
    """Awards of those who claim something, and their claims."""
    assert vector.claims is not None
    chosen = vector.claims > 0
    return part(vector, chosen), vector.claims[chosen]


def _lacking(pursuit: Pursuit, claimants: Vector, amounts: Floats) -> Vector:
    """Amounts less awards, to be made small; the amounts are coefficients of a column that is one."""
    one = pursuit.add_level()["column"].iloc[0]
    program = pursuit.program
    program.column_lower[one] = program.column_upper[one] = 1.0
    program.whole[one] = True
    stated = claimants.index.assign(column=one, coefficient=amounts)
    worse = claimants.minimised
    return replace(worse, terms=pd.concat([worse.terms, stated]))


def _largest_lack(claimants: Vector, amounts: Floats) -> Stage:
    return Stage(
        "", lambda point: float((amounts - claimants.values(point)).max(initial=0.0)), better="lower"
    )


def _approach(pursuit: Pursuit, claimants: Vector, awards: Floats) -> Stage:
    """Make the largest shortfall to some awards small, then the next largest, …."""
    settle_lexicographically(pursuit, _lacking(pursuit, claimants, awards))
    pursuit.duals = None  # the awards move with the limits, so these are no prices
    return _largest_lack(claimants, awards)


def _minimal_rights(pursuit: Pursuit, claimants: Vector) -> Floats:
    """What is left for each when all others together get as much as they can."""
    program = pursuit.program
    rights = np.zeros(len(claimants))
    for claimant in range(len(claimants)):
        own = np.arange(len(claimants)) == claimant
        others = claimants.minimised.total(~own)
        if len(others.columns):
            pursuit.hold(others, pursuit.minimise(others).value, pursuit.tolerance)
            rights[claimant] = _worth(pursuit, claimants, own)
            program.row_upper[program.row_blocks[-1].start] = np.inf
        else:
            rights[claimant] = _worth(pursuit, claimants, own)
    return rights


def _worth(pursuit: Pursuit, claimants: Vector, members: npt.NDArray[np.bool_]) -> float:
    """Most that some claimants can get together, whole numbers apart."""
    return max(-pursuit.minimise(claimants.minimised.total(members)).value, 0.0)
