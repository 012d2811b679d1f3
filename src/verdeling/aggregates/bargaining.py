"""Bargaining: what parties would agree on who know what each could get at best."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from verdeling.aggregates.ideals import ideals, part
from verdeling.aggregates.levels import settle_lexicographically
from verdeling.aggregates.registry import Stage, aggregate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from verdeling.measures import Vector
    from verdeling.policy import Goal
    from verdeling.pursuit import Pursuit


@aggregate(fits="higher")
def kalai_smorodinsky(pursuit: Pursuit, vector: Vector, goal: Goal) -> Iterator[Stage]:
    """The same part of its ideal for everybody, as large as can be, and more for whom that costs nobody.

    Without an agreement everybody has nothing; an ideal is the most that an element can get with the
    earlier goals held (Kalai & Smorodinsky 1975, doi:10.2307/1914280). With more than two parties the
    equal part can leave something on the table: the smallest part is raised, then the next, …
    (Imai 1983, doi:10.2307/1911997). Who can get nothing at all has no part.
    """
    best = ideals(pursuit, vector)
    chosen = best > 0
    if not chosen.any():
        yield Stage("", lambda point: 0.0, unit="× ideal")
        return
    about = part(vector, chosen)
    parts = replace(about, scale=about.scale * best[chosen])
    settle_lexicographically(pursuit, parts.minimised)
    yield Stage("", lambda point: float(np.min(parts.values(point))), unit="× ideal")
