"""What a proof proves of a claim: a bound that holds whatever its multipliers are."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from verdeling.certifying.bounds import at_most, weighed
from verdeling.certifying.claims import Held
from verdeling.certifying.decimals import Decimals
from verdeling.certifying.differences import Difference

if TYPE_CHECKING:
    from verdeling.certifying.bounds import Box
    from verdeling.certifying.certificate import Proof
    from verdeling.certifying.claims import Claim
    from verdeling.entries import Entries
    from verdeling.program import Floats, Program


@dataclass(frozen=True)
class Bound:
    """What no plan can better.

    Parameters
    ----------
    value : Fraction
        The bound on what is claimed.
    exact : bool
        Whether it was worked out in exact numbers; otherwise in floating point, less an error bound.
    """

    value: Fraction
    exact: bool


def bound_of(
    program: Program, box: Box, claim: Claim, proof: Proof, *, exact: bool | None = None
) -> Bound | None:
    """The bound that a proof gives for a claim.

    Parameters
    ----------
    program : Program
        The stated program, with the goals' own rows after those that `box` was made of, if any.
    box : Box
        Of its columns.
    claim : Claim
        What is claimed.
    proof : Proof
        Its multipliers may be anything: they can make the bound weaker, and never wrong.
    exact : bool, optional
        Whether in exact numbers; by default where that takes seconds.

    Returns
    -------
    Bound or None
        None where the multipliers prove nothing.

    Raises
    ------
    ValueError
        If they belong to rows that are not there.
    """
    fit = claim.shape.fitted(_fractions(proof.own.full(len(claim.own))))
    if fit is None:
        return None
    sizes = [len(each.entries) for each in claim.held]
    held = zip(claim.held, np.split(proof.held.full(sum(sizes)), np.cumsum(sizes)[:-1]), strict=False)
    own, parts, constant = [(claim.own, fit.weights)], [], fit.constant
    for each, by in held:
        if isinstance(each, Held):
            parts.append((each.entries, each.lower, each.upper, by))
        elif by.any() and (line := each.shape.fitted(_fractions(by))) is not None:
            own.append((each.entries, line.weights))
            constant += line.constant - line.total * each.most
    minimised = [(entries, np.array([*map(float, weights)])) for entries, weights in own]
    costs = costs_of(len(box.lower), [*((part[0], -part[3]) for part in parts), *minimised])
    duals = box.repaired(proof.rows.full(box.rows), costs)
    used = np.flatnonzero(duals)
    sides = program.row_lower[used], program.row_upper[used]
    system = weighed([(box.entries.of(used), *sides, duals[used]), *parts], own)
    exact = at_most(system.kept().entries) if exact is None else exact
    value = box.exact(system) if exact else box.rounded(system)
    if value is None:
        return None
    bound = (value + constant) / fit.total
    if isinstance(
        claim.shape, Difference
    ):  # no difference is below zero, where weights may be rounding alone
        bound = max(bound, Fraction(0))
    return Bound(claim.next_value(bound), exact)


def _fractions(numbers: Floats) -> list[Fraction]:
    return Decimals.of(numbers).fractions


def costs_of(count: int, expressions: list[tuple[Entries, Floats]]) -> Floats:
    """What a sum of expressions, each times a number, costs for each column."""
    found = np.zeros(count)
    for entries, by in expressions:
        terms = entries.coefficients * by[entries.rows]
        found += np.bincount(entries.columns, terms, count)
    return found
