"""How far numbers by which plans are compared can move where every goal of a policy is held."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np
import pandas as pd

from verdeling.measures import MEASURES
from verdeling.program import Objective
from verdeling.pursuit import each, whole_step
from verdeling.vectors import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from verdeling.formulation import Model
    from verdeling.program import Floats
    from verdeling.pursuit import Pursuit

SHOWN = 0.005
"""Smaller differences do not show in two decimals: a number that moves by less is settled."""

NEAR = 1e-6
"""Likewise a number that moves by less than this part of itself: goals are held no closer."""

Freedom = Literal["settled", "free", "unknown"]
"""``settled``: the same in every plan that meets the goals. ``free``: there are plans with another
value. ``unknown``: not asked, or neither is proved."""

WHOLE_PLAN = ("waiting", "unhoused", "cost")
"""Measures of which the total is one number of a plan."""

RANGE_COLUMNS = ["number", "region", "municipality", "lowest", "highest"]


def freedom(lowest: Floats, highest: Floats, *, whole: bool) -> list[Freedom]:
    """Whether numbers with these ends are settled; where there are no ends that is not known.

    In whole places an end need not be attained, so that no number is proved to be free.

    Examples
    --------
    >>> freedom(np.array([1.0, 1.0, np.nan]), np.array([1.001, 2.0, np.nan]), whole=False)
    ['settled', 'free', 'unknown']
    """
    apart = highest - lowest
    settled = apart < np.maximum(SHOWN, NEAR * np.abs(highest))
    moving: Freedom = "unknown" if whole else "free"
    known = np.isfinite(apart)
    return [
        "settled" if still else moving if proved else "unknown"
        for still, proved in zip(settled, known, strict=True)
    ]


_Row = tuple[str, str, str, float, float]


class _Loads(NamedTuple):
    """The loads of the municipalities of a region, and their sum."""

    region: str
    towns: list[str]
    load: list[Objective]
    total: Objective


class Leeway:
    """The numbers of a program that may move, worked out once for all policies.

    Parameters
    ----------
    model : Model
        The stated program.
    """

    def __init__(self, model: Model) -> None:
        self._towns = model.data.ids["municipality"].tolist()
        self._regions = [*_loads(model)]
        measures = {name: MEASURES[name] for name in WHOLE_PLAN}
        self._totals = {
            name: measure.vector(model, measure.over[0]).total() for name, measure in measures.items()
        }
        self._relative = MEASURES["relative_load"].vector(model, "municipality")

    def ranges(
        self, pursuit: Pursuit, progress: Callable[[int, int], None] = lambda done, total: None
    ) -> pd.DataFrame:
        """How far each number can move where a pursuit stands.

        Each end is proved by a linear program. Where the pursuit is fractional a plan attains it, to
        within `SHOWN`; in whole places nothing lies beyond it, and no plan need attain it.

        Parameters
        ----------
        pursuit : Pursuit
            Of this program, with every goal held.
        progress : callable, optional
            Called with how many ends of loads are known, and out of how many.

        Returns
        -------
        DataFrame
            number (``load`` of a municipality, ``total_load`` of a region, and of the plan each of
            `WHOLE_PLAN` and ``heaviest``, the largest relative load by the fair shares of the
            program), region, municipality (both empty where the number is of more), lowest, highest.

        Raises
        ------
        OutOfTime
            If the deadline came first.
        """
        known = count(1)

        def tell() -> None:
            progress(next(known), 2 * len(self._towns))

        rows = [row for region in self._regions for row in _of_region(pursuit, region, tell)]
        rows += [
            (name, "", "", _lowest(pursuit, total), _highest(pursuit, total))
            for name, total in self._totals.items()
        ]
        rows.append(("heaviest", "", "", *self._heaviest(pursuit, rows)))
        return pd.DataFrame(rows, columns=RANGE_COLUMNS)

    def _heaviest(self, pursuit: Pursuit, rows: Sequence[_Row]) -> tuple[float, float]:
        """Ends of the largest relative load; the lower one is asked last, since it takes rows of its own."""
        scale = dict(zip(self._towns, self._relative.scale, strict=True))
        ends = [
            (low / scale[town], high / scale[town]) for name, _, town, low, high in rows if name == "load"
        ]
        least, most = (max(side) for side in zip(*ends, strict=True))
        if most - least >= SHOWN and not pursuit.whole:
            level = pursuit.add_level()
            pursuit.add_element_rows(
                "goal_heaviest", self._relative, each(self._relative, level, -1.0), upper=0.0
            )
            least = pursuit.minimise(Objective(level["column"].to_numpy(np.int64), np.ones(1))).value
        return least, most


def _loads(model: Model) -> Iterator[_Loads]:
    load = plain(model, [model.program.terms("load")], "municipality", "load")
    regions = model.data.municipalities["region"].to_numpy(np.int64)
    for region in np.unique(regions):
        here = regions == region
        yield _Loads(
            str(model.data.ids["region"][region]),
            model.data.ids["municipality"][here].tolist(),
            [load.total(np.arange(len(load)) == town) for town in np.flatnonzero(here)],
            load.total(here),
        )


def _of_region(pursuit: Pursuit, loads: _Loads, tell: Callable[[], None]) -> Iterator[_Row]:
    """Ends of the loads of a region and of their total.

    When the total can be no smaller than the largest loads together, no load is smaller than its
    largest: that saves a question for each municipality.
    """
    highest = [_told(_highest(pursuit, each), tell) for each in loads.load]
    least, most = _lowest(pursuit, loads.total), sum(highest)
    apart = most - least
    if apart < SHOWN:
        lowest = [_told(high - apart, tell) for high in highest]
    else:
        lowest = [_told(_lowest(pursuit, each), tell) for each in loads.load]
        most = _highest(pursuit, loads.total)
    for town, low, high in zip(loads.towns, lowest, highest, strict=True):
        yield "load", loads.region, town, max(low, 0.0), high
    yield "total_load", loads.region, "", least, most


def _told(end: float, tell: Callable[[], None]) -> float:
    """An end, after somebody heard that it is known."""
    tell()
    return end


def _lowest(pursuit: Pursuit, number: Objective) -> float:
    """The smallest value that is not ruled out; a whole one where the number cannot be another."""
    if not len(number.columns):
        return 0.0
    bound = pursuit.minimise(number).value
    step = whole_step(pursuit.program, number.columns, number.coefficients) if pursuit.whole else None
    return bound if step is None else float(np.ceil(bound / step - 1e-6) * step)


def _highest(pursuit: Pursuit, number: Objective) -> float:
    """The largest, likewise."""
    return -_lowest(pursuit, Objective(number.columns, -number.coefficients)) + 0.0
