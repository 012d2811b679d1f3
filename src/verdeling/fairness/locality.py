"""Who can stay: the fewest households that a plan houses elsewhere than where they looked from."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import scipy  # each part of it is loaded when it is first asked for

from verdeling.errors import Problem, SolverError

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy import sparse

    Array = NDArray[np.float64]


def fewest_moves(needs: Array, common: Array, places: Array) -> float:
    """Count the households of one group in one region that must move, at least.

    In each year as many households are housed as there are places, while somebody waits; nobody is
    housed before looking. Who of those who wait is chosen so that as few as possible move: that is
    a small transport problem from origins to places. Households that looked from nowhere in
    particular do not move.

    Parameters
    ----------
    needs : array
        Households that start looking, by municipality and year.
    common : array
        Households that start looking without a municipality, by year.
    places : array
        Places given, by municipality and year.

    Returns
    -------
    float
        Households.

    Raises
    ------
    SolverError
        If the transport problem is not solved.

    Examples
    --------
    Whoever came first from the first town must take the place in the second.

    >>> fewest_moves(np.array([[1.0, 0], [0, 1]]), np.zeros(2), np.array([[0, 1.0], [1, 0]]))
    2.0
    """
    come = np.vstack([needs, common])
    housed = _housed(come.sum(axis=0), places.sum(axis=0))
    years = come.shape[1]
    until, in_year = _sums(*come.shape)
    stays = np.concatenate([places.ravel(), np.zeros(years)])
    found = scipy.optimize.milp(
        np.repeat([0.0, 1.0, 0.0], [come.size, needs.size, years]),
        bounds=scipy.optimize.Bounds(0.0, np.concatenate([stays, np.full(come.size, np.inf)])),
        constraints=[
            scipy.optimize.LinearConstraint(until, ub=np.cumsum(come, axis=1).ravel()),
            scipy.optimize.LinearConstraint(in_year, housed, housed),
        ],
    )
    if not found.success:
        raise SolverError("Moves cannot be counted.", [_unsolved(str(found.message))])
    return float(found.fun)


@lru_cache(maxsize=8)
def _sums(origins: int, years: int) -> tuple[sparse.csc_array, sparse.csc_array]:
    """Sums of those who stay and those who move: of each origin until each year, and in each year."""
    until = scipy.sparse.kron(scipy.sparse.eye_array(origins), np.tri(years))
    in_year = scipy.sparse.kron(np.ones((1, origins)), scipy.sparse.eye_array(years))
    return scipy.sparse.csc_array(scipy.sparse.hstack([until, until])), scipy.sparse.csc_array(
        scipy.sparse.hstack([in_year, in_year])
    )


def _housed(come: Array, places: Array) -> Array:
    """Households housed in each year: as many as there are places, of those who wait."""
    housed = np.zeros(len(come))
    for year in range(len(come)):
        housed[year] = min(places[year], come[: year + 1].sum() - housed[:year].sum())
    return housed


def _unsolved(message: str) -> Problem:
    return Problem(
        "moves-unsolved", message, "Who can stay is a small linear program that always has an answer.",
        "Report the instance and the plan.",
    )  # fmt: skip
