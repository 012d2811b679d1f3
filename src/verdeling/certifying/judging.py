"""What a proof proves of a claim: a bound that holds whatever its multipliers are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from verdeling.certifying.bounds import at_most, weighed
from verdeling.certifying.decimals import Decimals

if TYPE_CHECKING:
    from fractions import Fraction

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
    rules = box.rows
    own = np.maximum(proof.own.full(len(claim.own)), 0.0) * claim.active
    if len(claim.own) == 1:
        own = np.ones(1)
    sizes = [len(each.entries) for each in claim.held]
    held = np.split(proof.held.full(sum(sizes)), np.cumsum(sizes)[:-1])
    parts = [(each.entries, each.lower, each.upper, by) for each, by in zip(claim.held, held, strict=False)]
    costs = costs_of(len(box.lower), [*((part[0], -part[3]) for part in parts), (claim.own, own)])
    duals = box.repaired(proof.rows.full(rules), costs)
    used = np.flatnonzero(duals)
    sides = program.row_lower[used], program.row_upper[used]
    system = weighed([(box.entries.of(used), *sides, duals[used]), *parts], (claim.own, own))
    exact = at_most(system.kept().entries) if exact is None else exact
    value = box.exact(system) if exact else box.rounded(system)
    total = Decimals.of(own).sum()
    if value is None or total <= 0:
        return None
    return Bound(claim.next_value(value / total), exact)


def costs_of(count: int, expressions: list[tuple[Entries, Floats]]) -> Floats:
    """What a sum of expressions, each times a number, costs for each column."""
    found = np.zeros(count)
    for entries, by in expressions:
        terms = entries.coefficients * by[entries.rows]
        found += np.bincount(entries.columns, terms, count)
    return found
