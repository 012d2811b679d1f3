"""What each of several causes adds when no order among them is given: the Shapley value."""

from __future__ import annotations

from itertools import combinations
from math import comb
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from verdeling.program import Floats


def shapley(
    blocks: Sequence[tuple[str, ...]], worth: Callable[[frozenset[str]], Floats]
) -> dict[str, Floats]:
    """Mean of what each player adds over all orders in which blocks of players can come.

    Parameters
    ----------
    blocks : sequence of tuple of str
        Players of a block come right after each other, in this order; most blocks are one player.
    worth : callable
        From a set of players to what they are worth together, an array.

    Returns
    -------
    dict of str to array
        What each player adds; together the worth of all of them less that of nobody.

    Notes
    -----
    A set of s blocks comes just before a given other one in s! · (n − s − 1)! of the n! orders, which is
    1 in n · C(n − 1, s) (L. S. Shapley, A value for n-person games, Contributions to the Theory of Games
    II, 1953, 307–317, doi:10.1515/9781400881970-018).

    Examples
    --------
    A left and two right gloves: a pair is worth 1.

    >>> pair = lambda having: np.array([float("left" in having and len(having) > 1)])
    >>> found = shapley([("left",), ("right",), ("other",)], pair)
    >>> {player: round(value.item(), 4) for player, value in found.items()}
    {'left': 0.6667, 'right': 0.1667, 'other': 0.1667}
    """
    added: dict[str, Floats] = {}
    for block in blocks:
        others = [each for each in blocks if each is not block]
        for chosen, part in _before(others):
            here = worth(chosen)
            for player in block:
                chosen = chosen | {player}
                there = worth(chosen)
                added[player] = added.get(player, np.zeros_like(here)) + part * (there - here)
                here = there
    return added


def _before(others: Sequence[tuple[str, ...]]) -> Iterator[tuple[frozenset[str], float]]:
    """Every set of players that can come before a block, and in which part of the orders it does."""
    for size in range(len(others) + 1):
        part = 1 / ((len(others) + 1) * comb(len(others), size))
        for chosen in combinations(others, size):
            yield frozenset(player for block in chosen for player in block), part
