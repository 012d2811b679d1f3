"""What a check needs: the instance and the plan as arrays on named axes, and rows to compare."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from verdeling.attribution import NOISE, supplier_capacity
from verdeling.plan import Entries, Known, entries, known_ids

if TYPE_CHECKING:
    from verdeling.instance import Instance

Array = NDArray[np.float64]
Labels = Sequence[object]


def contract(subscripts: str, *arrays: Array) -> Array:
    """Sum of products in Einstein's notation, an axis a letter; see `numpy.einsum`."""
    result: Array = np.einsum(subscripts, *arrays, optimize=True)
    return result


def gathered(array: Array, into: NDArray[np.intp], count: int) -> Array:
    """Sums over the first axis: of the positions that go into each of so many rows; -1 goes into none."""
    sums = np.zeros((count, *array.shape[1:]))
    np.add.at(sums, into[into >= 0], array[into >= 0])
    return sums


@dataclass(frozen=True, eq=False)
class Rows:
    """Rows of one family: what is done, against what limits it.

    Parameters
    ----------
    activity, limit : array
        Of the same shape.
    labels : tuple of sequence
        One an axis: the words for each position; an empty word is left out.
    unit : str
        Of both arrays.
    sense : str
        ``<=``, ``>=`` or ``=``: how activity should relate to limit.
    exact : bool
        Whether not the smallest difference is allowed.
    note : str
        Added to the words of every row.
    """

    activity: Array
    limit: Array
    labels: tuple[Labels, ...]
    unit: str
    sense: str = "<="
    exact: bool = False
    note: str = ""

    def missed(self, whole: bool, tolerance: float) -> list[tuple[str, float, float, float, str]]:
        """Rows that do not hold.

        Parameters
        ----------
        whole : bool
            Whether places are whole numbers. A limit in places is then read to a millionth, for
            the floating point in which it was computed, and nothing more is tolerated.
        tolerance : float
            Otherwise what is tolerated, relative to limits above 1.

        Returns
        -------
        list of tuple
            Scope in words, activity, limit, excess, unit.
        """
        over = self.activity - self.limit
        excess = {"<=": over, ">=": -over, "=": np.abs(over)}[self.sense]
        relative = tolerance * np.maximum(1.0, np.abs(self.limit))
        allowed = NOISE if whole and self.unit == "places" else relative
        wrong = np.argwhere(excess > (0.0 if self.exact else allowed))
        return [
            (self._words(at), float(self.activity[at]), float(self.limit[at]), float(excess[at]), self.unit)
            for at in map(tuple, wrong.tolist())
        ]

    def _words(self, at: tuple[int, ...]) -> str:
        words = [str(labels[position]) for labels, position in zip(self.labels, at, strict=True)]
        return (", ".join(word for word in words if word) or "in total") + self.note


@dataclass(frozen=True, eq=False)
class Facts:
    """An instance of one scenario as arrays.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Of the instance.
    known : dict of str to Index
        Ids, by axis.
    names : list of str
        Of the municipalities.
    region : array
        Position of the region of each municipality.
    needs : array
        Households by municipality of origin, group, year.
    needs_region : array
        Households without municipality, by region, group, year.
    capacity : array
        Places by supplier, municipality, place type, year; with what the plan builds.
    local, wide : array
        Offers of support in hours per week: by provider, municipality, year; and those for a whole
        region by provider, region, year.
    """

    tables: dict[str, pd.DataFrame]
    known: Known
    names: list[str]
    region: NDArray[np.intp]
    needs: Array
    needs_region: Array
    capacity: Array
    local: Array
    wide: Array

    def column(self, table: str, column: str) -> Array:
        """Give a numeric column of a table as an array."""
        return np.asarray(self.tables[table][column], dtype=np.float64)

    @cached_property
    def project_codes(self) -> dict[str, NDArray[np.intp]]:
        """Positions of the municipality, place type and supplier of each project."""
        return {
            key: self.known[key].get_indexer(pd.Index(self.tables["projects"][key]))
            for key in ("municipality", "place_type", "supplier")
        }

    @property
    def region_needs(self) -> Array:
        """Households by region, group, year, from every origin."""
        return self.by_region(self.needs) + self.needs_region

    def by_region(self, array: Array) -> Array:
        """Sums over the municipalities, the first axis, of each region."""
        return gathered(array, self.region, len(self.known["region"]))

    def words(self, *axes: str) -> tuple[Labels, ...]:
        """Words of each position on these axes; a municipality goes by its name."""
        return tuple(self.names if axis == "municipality" else list(self.known[axis]) for axis in axes)


@dataclass(frozen=True, eq=False)
class People:
    """Who is served in a year and who waits at its end, in households.

    Parameters
    ----------
    served, waiting : array
        By municipality of origin, group, year.
    served_region, waiting_region : array
        Of the needs without municipality, by region, group, year.
    """

    served: Array
    waiting: Array
    served_region: Array
    waiting_region: Array


@dataclass(frozen=True, eq=False)
class Plan:
    """A plan as arrays.

    Parameters
    ----------
    places : array
        By municipality, group, place type, year.
    builds : array
        Places by project, year.
    built : bool
        Whether the plan says what is built.
    support : array or None
        Hours per week by provider, municipality, year.
    attribution : Entries or None
        Places by municipality, supplier, group, place type, year.
    shares : array or None
        Fair share of each municipality.
    whole : bool
        Whether places are whole numbers.
    use : array
        Hours per week that one place uses, by group, year of placing, year of use.
    people : People or None
        Who is served and who waits, where the plan says so.
    """

    places: Array
    builds: Array
    built: bool
    support: Array | None
    attribution: Entries | None
    shares: Array | None
    whole: bool
    use: Array
    people: People | None = None

    def hours(self, places: Array) -> Array:
        """Hours per week that places of this and earlier years use; laid out as ``places``."""
        return contract("jgks,gst->jgkt", places, self.use)


def facts_of(instance: Instance, known: Known, builds: Array) -> Facts:
    """Arrays of an instance.

    Parameters
    ----------
    instance : Instance
        Restricted to one scenario.
    known : dict of str to Index
        From `plan.known_ids`.
    builds : array
        Places by project and year.

    Returns
    -------
    Facts
        Ready to be compared with a plan.
    """
    tables = dict(instance.tables)
    municipalities = tables["municipalities"]
    needs, needs_region, local, wide = _asked_and_offered(instance)
    return Facts(
        tables=tables,
        known=known,
        names=list(municipalities["name"]),
        region=known["region"].get_indexer(pd.Index(municipalities["region"])),
        needs=needs,
        needs_region=needs_region,
        capacity=supplier_capacity(instance, builds),
        local=local,
        wide=wide,
    )


@lru_cache(maxsize=8)
def _asked_and_offered(instance: Instance) -> tuple[Array, Array, Array, Array]:
    """Needs and hours, of municipalities and of whole regions: they do not depend on the plan."""
    known = known_ids(instance)
    needs = _by_origin(instance.tables["needs"], ("group", "year"), "households", known)
    offers = _by_origin(instance.tables["support"], ("provider", "year"), "hours", known)
    totals = (
        needs[0].total("municipality", "group", "year"),
        needs[1].total("region", "group", "year"),
        offers[0].total("provider", "municipality", "year"),
        offers[1].total("provider", "region", "year"),
    )
    for total in totals:
        total.setflags(write=False)
    return totals


def _by_origin(
    frame: pd.DataFrame, keys: tuple[str, ...], amount: str, known: Known
) -> tuple[Entries, Entries]:
    """Rows with a municipality, and rows for a whole region."""
    there = frame["municipality"] != ""
    return (
        entries(frame[there], ("municipality", *keys), amount, known),
        entries(frame[~there], ("region", *keys), amount, known),
    )


def use_per_place(facts: Facts) -> Array:
    """Hours per week that one place for a group uses, by group, year of placing and year of use.

    The weight at age q is min(1, max(0, support_years − q)).
    """
    year = facts.known["year"].to_numpy(dtype=float)
    age = year[None, :] - year[:, None]
    left = facts.column("groups", "support_years")[:, None, None] - age
    weight = np.where(age >= 0, np.clip(left, 0.0, 1.0), 0.0)
    hours = facts.column("groups", "support_hours")[:, None, None]
    return np.asarray(hours * weight, dtype=np.float64)
