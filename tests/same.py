"""Whether two solutions are the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from verdeling.solution import Solution


def same(one: Solution, other: Solution) -> None:
    """Two solutions are equal in everything, to the last digit and type."""
    assert (one.status, one.whole, one.provenance) == (other.status, other.whole, other.provenance)
    assert (one.instance, one.policy) == (other.instance, other.policy)
    assert list(one.tables) == list(other.tables)
    frames = [(one.goals, other.goals), (one.conflict, other.conflict)]
    frames += [(one.tables[name], other.tables[name]) for name in one.tables]
    for left, right in frames:
        pd.testing.assert_frame_equal(left, right, check_exact=True)
