"""Claims rules: who gets what of an estate that is smaller than the sum of the claims.

A claims problem (also a bankruptcy or rationing problem) is a claim for each claimant and an
estate. A rule gives awards: none below zero, none above its claim, summing to the estate. Here are
the rules on numbers; `verdeling.aggregates.claims` has them where capacities intervene.

Sources
-------
W. Thomson, Axiomatic and game-theoretic analysis of bankruptcy and taxation problems: a survey.
Mathematical Social Sciences 45(3), 2003, 249–297. doi:10.1016/S0165-4896(02)00070-7
"""

from __future__ import annotations

from math import factorial
from typing import TYPE_CHECKING

import numpy as np

from verdeling.errors import Problem, VerdelingError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import TypeAlias

    from numpy.typing import ArrayLike, NDArray

    Floats: TypeAlias = NDArray[np.float64]
    Rule: TypeAlias = Callable[[ArrayLike, float], Floats]

MOST_ARRIVING = 20
"""Claimants up to which `random_arrival` is computed: it takes every set of them, a million sets."""


class ClaimsError(VerdelingError):
    """Claims and an estate that are no claims problem."""


def proportional(claims: ArrayLike, estate: float) -> Floats:
    """The same part of every claim.

    Parameters
    ----------
    claims : array-like
        What each claimant asks; none below zero.
    estate : float
        What there is; not below zero and not above the sum of the claims.

    Returns
    -------
    array
        Award of each claimant.

    Raises
    ------
    ClaimsError
        If a claim is below zero or not finite, or the estate is not between zero and their sum.

    Examples
    --------
    >>> proportional([100, 200, 300], 300).tolist()
    [50.0, 100.0, 150.0]
    """
    asked = _problem(claims, estate)
    part = estate / asked.sum() if estate else 0.0
    return np.asarray(part * asked, dtype=np.float64)


def constrained_equal_awards(claims: ArrayLike, estate: float) -> Floats:
    """The same award for everybody, and no more than the claim (Maimonides).

    Parameters, returns and raises are those of `proportional`.

    Examples
    --------
    >>> constrained_equal_awards([100, 200, 300], 400).tolist()
    [100.0, 150.0, 150.0]
    """
    asked = _problem(claims, estate)
    left, least = float(estate), np.sort(asked)
    for served, claim in enumerate(least):
        level = left / (len(least) - served)
        if claim >= level:
            return np.minimum(asked, level)
        left -= claim
    return asked


def constrained_equal_losses(claims: ArrayLike, estate: float) -> Floats:
    """The same loss for everybody, and no more than the claim: the dual of equal awards.

    Parameters, returns and raises are those of `proportional`.

    Examples
    --------
    >>> constrained_equal_losses([100, 200, 300], 300).tolist()
    [0.0, 100.0, 200.0]
    """
    asked = _problem(claims, estate)
    return asked - constrained_equal_awards(asked, max(asked.sum() - estate, 0.0))


def talmud(claims: ArrayLike, estate: float) -> Floats:
    """Equal awards up to half of each claim, then equal losses over the other halves.

    Parameters, returns and raises are those of `proportional`. Every two claimants divide what they
    get together like the contested garment: each concedes what it does not claim, and the rest is
    halved.

    Sources
    -------
    R. J. Aumann, M. Maschler, Game theoretic analysis of a bankruptcy problem from the Talmud.
    Journal of Economic Theory 36(2), 1985, 195–213. doi:10.1016/0022-0531(85)90102-4

    Examples
    --------
    >>> talmud([100, 200, 300], 200).tolist()
    [50.0, 75.0, 75.0]
    """
    asked = _problem(claims, estate)
    halves = asked / 2
    first = min(estate, float(halves.sum()))
    return constrained_equal_awards(halves, first) + constrained_equal_losses(halves, estate - first)


def adjusted_proportional(claims: ArrayLike, estate: float) -> Floats:
    """What the others leave in any case, then in proportion to what can still be claimed.

    Parameters, returns and raises are those of `proportional`. The minimal right of a claimant is
    what is left when all others get their whole claim. Beyond that nobody can claim more than there
    is left.

    Sources
    -------
    I. J. Curiel, M. Maschler, S. H. Tijs, Bankruptcy games. Zeitschrift für Operations Research 31,
    1987, A143–A159. doi:10.1007/BF02109593

    Examples
    --------
    >>> adjusted_proportional([100, 200, 300], 400).tolist()
    [60.0, 120.0, 220.0]
    """
    asked = _problem(claims, estate)
    rights = np.minimum(np.maximum(estate - (asked.sum() - asked), 0.0), asked)
    left = max(estate - float(rights.sum()), 0.0)
    open_claims = np.minimum(asked - rights, left)
    part = left / open_claims.sum() if open_claims.any() else 0.0
    return np.asarray(rights + part * open_claims, dtype=np.float64)


def minimal_overlap(claims: ArrayLike, estate: float) -> Floats:
    """Claims are laid on parts of the estate with the least overlap; each part is shared equally.

    Parameters, returns and raises are those of `proportional`. Where a claim is as large as the
    estate, the smaller claims lie within the larger ones (Ibn Ezra). Otherwise they do so on a part
    of the estate, and what claims exceed that part lies on the rest, where nobody else claims.

    Sources
    -------
    B. O'Neill, A problem of rights arbitration from the Talmud. Mathematical Social Sciences 2(4),
    1982, 345–371. doi:10.1016/0165-4896(82)90029-4

    Examples
    --------
    >>> minimal_overlap([30, 40, 60, 120], 120).round(2).tolist()
    [7.5, 10.83, 20.83, 80.83]
    """
    asked = np.minimum(_problem(claims, estate), estate)
    shared = _overlapping_part(asked, estate)
    within = np.minimum(asked, shared)
    order = np.argsort(within, kind="stable")
    steps = np.diff(within[order], prepend=0.0)
    awards = np.empty(len(asked))
    awards[order] = np.cumsum(steps / np.arange(len(asked), 0, -1))
    return awards + asked - within


def random_arrival(claims: ArrayLike, estate: float) -> Floats:
    """First come, first served, averaged over all orders of arrival; exact.

    Parameters, returns and raises are those of `proportional`; more than `MOST_ARRIVING` claimants
    are refused too. It is the Shapley value of what each set of claimants can get at most.

    Sources
    -------
    B. O'Neill 1982; see `minimal_overlap`.

    Examples
    --------
    >>> random_arrival([100, 200, 300], 200).round(2).tolist()
    [33.33, 83.33, 83.33]
    """
    asked = _problem(claims, estate)
    if len(asked) > MOST_ARRIVING:
        raise ClaimsError(
            "The claims cannot be settled by random arrival.",
            [
                Problem(
                    "too-many-claimants",
                    f"There are {len(asked)} claimants, and at most {MOST_ARRIVING} can be handled.",
                    "The rule looks at every set of claimants, and their number doubles with each one.",
                    "Put claimants together, or use another rule, such as minimal overlap.",
                )
            ],
        )
    together = np.zeros(1)
    for claim in asked:
        together = np.append(together, together + claim)
    return shapley(np.minimum(together, estate))


def shapley(worth: Sequence[float] | Floats) -> Floats:
    """Shapley value: what each adds to those before it, averaged over all orders.

    Parameters
    ----------
    worth : array-like
        What each set is worth. The set at position k has the members whose bits are set in k, so
        there are 2ⁿ of them and the first is empty.

    Returns
    -------
    array
        Value of each of the n members; they sum to what all are worth together.

    Examples
    --------
    >>> shapley([0, 1, 2, 6]).tolist()
    [2.5, 3.5]
    """
    values = np.asarray(worth, dtype=np.float64)
    count = len(values).bit_length() - 1
    sets = np.arange(len(values))
    sizes = sum((sets >> member & 1 for member in range(count)), np.zeros(len(values), dtype=np.int64))
    orders = np.array([factorial(k) * factorial(count - 1 - k) / factorial(count) for k in range(count)])
    added = np.empty(count)
    for member in range(count):
        without = sets[sets >> member & 1 == 0]
        added[member] = orders[sizes[without]] @ (values[without | 1 << member] - values[without])
    return added


RULES: dict[str, Rule] = {
    "proportional": proportional,
    "equal_awards": constrained_equal_awards,
    "equal_losses": constrained_equal_losses,
    "talmud": talmud,
    "adjusted_proportional": adjusted_proportional,
    "minimal_overlap": minimal_overlap,
    "random_arrival": random_arrival,
}
"""The rules by the name of the aggregate that extends them."""


def _overlapping_part(asked: Floats, estate: float) -> float:
    """The part t of the estate on which claims overlap: Σ max(claim − t, 0) = estate − t."""
    largest = np.append(np.sort(asked)[::-1], 0.0)
    part = estate
    for count in range(2, len(largest)):
        part = (largest[:count].sum() - estate) / (count - 1)  # if just these claims are above it
        if part >= largest[count]:
            break
    return float(max(part, 0.0))


def _problem(claims: ArrayLike, estate: float) -> Floats:
    """The claims, after a look at whether they are a claims problem."""
    asked = np.asarray(claims, dtype=np.float64)
    problems = list(_mistakes(asked, estate))
    if problems:
        raise ClaimsError("This is no claims problem.", problems)
    return asked


def _mistakes(asked: Floats, estate: float) -> Iterator[Problem]:
    for place in np.flatnonzero(~(np.isfinite(asked) & (asked >= 0))):
        yield Problem(
            "no-claim",
            f"Claim {place + 1} is {asked[place]:g}.",
            "A claim is an amount that somebody lacks.",
            "Give a number that is not below zero.",
            value=f"{asked[place]:g}",
        )
    most = float(asked.sum())
    if not 0 <= estate <= most * (1 + 1e-12):
        yield Problem(
            "no-estate",
            f"The estate is {estate:g}, and the claims sum to {most:g}.",
            "A rule divides what there is among claims that are at least as much.",
            "Give an estate between zero and the sum of the claims; what is more needs no rule.",
            value=f"{estate:g}",
        )
