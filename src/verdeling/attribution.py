"""Whose places they are: a plan's places attributed to the suppliers that have them."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from verdeling.errors import InstanceError, Problem
from verdeling.plan import Entries, Known, entries, known_ids, read_plan

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from verdeling.instance import Instance

    Array = NDArray[np.float64]

NOISE = 1e-6
"""Places. Capacities from turnover are computed in floating point and read no finer than this."""

_HOLDING = ("supplier", "municipality", "place_type", "year")
_ROW = ("municipality", "place_type", "year", "group", "supplier")


def attribute(
    instance: Instance,
    placements: pd.DataFrame,
    builds: pd.DataFrame | None = None,
    *,
    named: pd.DataFrame | None = None,
    whole: bool = True,
) -> pd.DataFrame:
    """Attribute places to suppliers in proportion to what each supplier has.

    In each municipality, place type and year a supplier has its supply and what its projects
    deliver, now and as turnover. Its *n*-th whole place stands at (n − ½) ÷ what it has; the
    places are taken in that order and the groups, in the order of the instance, get consecutive
    ones. That is the method of Webster (Balinski & Young, *Fair Representation*, 1982): one place
    more never takes a place from a supplier, so each group's part of the sequence is near
    proportional and no supplier gives more than it has. Among equals the supplier that has more
    comes first, then the alphabet decides.

    Parameters
    ----------
    instance : Instance
        In its default scenario, unless restricted to another with `Instance.in_scenario`.
    placements : DataFrame
        municipality, group, place_type, year, places.
    builds : DataFrame, optional
        project, year, places. Without it nothing is built.
    named : DataFrame, optional
        municipality, supplier, group, place_type, year, places: what agreements that name a
        supplier already fixed; a row with 0 places counts. A supplier that is named for a
        municipality, place type and year gives there what is stated and no more, unless the
        others do not have enough for the rest.
    whole : bool
        Whole places; otherwise exact proportions.

    Returns
    -------
    DataFrame
        municipality, supplier, group, place_type, year, places (above zero). Sums over suppliers
        are the placements. Where turnover leaves several suppliers a part of a place, one of them
        is attributed the whole of it: a supplier gives at most what it has, rounded up.

    Raises
    ------
    InstanceError
        If a table cannot be read, there are more places than capacity, more named places than
        places or than their supplier has, or places are not whole while ``whole`` asks that.
    """
    instance = instance.in_scenario()
    known = known_ids(instance)
    plan = read_plan(known, {"placements": placements, "builds": builds, "attribution": named})
    fixed = plan.get("attribution") or _nothing(known)
    built = plan["builds"].total("project", "year") if "builds" in plan else None
    has = supplier_capacity(instance, built)
    left = has - fixed.total("supplier", "municipality", "place_type", "year")
    rest = plan["placements"].total("municipality", "place_type", "year", "group") - fixed.total(
        "municipality", "place_type", "year", "group"
    )
    _refuse(left, rest, known, whole)
    last = np.zeros_like(left)
    last[tuple(fixed.codes[key] for key in ("supplier", "municipality", "place_type", "year"))] = 1
    deal = _deal_places if whole else _deal_parts
    by_group = rest.reshape(-1, rest.shape[-1])
    cells, suppliers, groups, places = deal(_by_cell(left), _by_cell(last) > 0, by_group)
    dealt = dict(zip(_ROW, (*np.unravel_index(cells, rest.shape[:-1]), groups, suppliers), strict=True))
    return _tidy([dealt, fixed.codes], [places, fixed.amounts], known)


def supplier_capacity(instance: Instance, built: Array | None) -> Array:
    """Places that each supplier has: supply, and what its projects deliver, now and as turnover.

    Parameters
    ----------
    instance : Instance
        Restricted to one scenario.
    built : array, optional
        Places built, by project and year.

    Returns
    -------
    array
        Places by supplier, municipality, place type and year.
    """
    supplied, projects = _supply_and_projects(instance)
    capacity = supplied.copy()
    if built is not None:
        turnover = instance.tables["place_types"]["turnover"].to_numpy()[projects.codes["place_type"], None]
        delivered = built + turnover * (np.cumsum(built, axis=1) - built)
        np.add.at(capacity, tuple(projects.codes[key] for key in _HOLDING[:3]), delivered)
    return capacity


@lru_cache(maxsize=8)
def _supply_and_projects(instance: Instance) -> tuple[Array, Entries]:
    """Supply by supplier, municipality, place type and year, and where the projects are."""
    known = known_ids(instance)
    supplied = entries(instance.tables["supply"], _HOLDING, "places", known).total(*_HOLDING)
    return supplied, entries(instance.tables["projects"], _HOLDING[:3], "max_places", known)


def _nothing(known: Known) -> Entries:
    keys = ("municipality", "supplier", "group", "place_type", "year")
    none = np.empty(0, dtype=np.intp)
    return Entries(dict.fromkeys(keys, none), np.empty(0), {key: len(known[key]) for key in keys})


def _by_cell(array: Array) -> Array:
    return array.reshape(array.shape[0], -1).T


def _refuse(left: Array, rest: Array, known: Known, whole: bool) -> None:
    names = [known[key] for key in ("municipality", "place_type", "year", "group")]
    supplier = [known["supplier"], *names[:3]]
    short = rest.sum(axis=3) - left.sum(axis=0)
    room = NOISE * (1.0 if whole else np.maximum(1.0, left.sum(axis=0)))
    problems = [
        *_problems(left < -room, -left, supplier, "supplier-over",
                   "more places are named than the supplier has", "Name fewer places of this supplier."),
        *_problems(rest < -np.expand_dims(room, -1), -rest, names, "named-over",
                   "more places are named than are given", "Name no more places than the placements have."),
        *_problems(short > room, short, names[:3], "no-supplier",
                   "more places are given than suppliers have", "Verify the plan first."),
    ]  # fmt: skip
    if whole:
        part = np.abs(rest - np.rint(rest))
        problems += _problems(part > 0, part, names, "not-whole", "the places are not whole",
                              "Round the plan, or ask with whole=False.")  # fmt: skip
    if problems:
        raise InstanceError("The places cannot be attributed to suppliers.", problems)


def _problems(
    wrong: NDArray[np.bool_], by: Array, names: list[pd.Index[Any]], code: str, what: str, remedy: str
) -> list[Problem]:
    problems = []
    for at in np.argwhere(wrong).tolist():
        scope = ", ".join(str(axis[position]) for axis, position in zip(names, at, strict=True))
        why = "Every place belongs to one supplier that has it."
        problems.append(Problem(code, f"{scope}: {what}, by {by[tuple(at)]:g}.", why, remedy))
    return problems


_Dealt = tuple["NDArray[np.intp]", "NDArray[np.intp]", "NDArray[np.intp]", "Array"]


def _deal_places(left: Array, last: NDArray[np.bool_], rest: Array) -> _Dealt:
    """Cell, supplier, group and places; arrays are cells × suppliers and cells × groups."""
    seats = np.rint(rest.sum(axis=1))
    cell, supplier = np.nonzero((left > NOISE) & (seats[:, None] > 0))
    has, named = left[cell, supplier], last[cell, supplier]
    owner = np.repeat(np.arange(cell.size), _enough(left, last, seats)[cell, supplier])
    number = np.arange(owner.size) - np.searchsorted(owner, owner) + 1.0
    part = number > has[owner] + NOISE
    order = np.lexsort(
        (supplier[owner], -has[owner], (number - 0.5) / has[owner], 2 * named[owner] + part, cell[owner])
    )
    place = np.arange(owner.size) - np.searchsorted(cell[owner], cell[owner])
    taken = owner[order][place < seats[cell[owner]]]
    groups = rest.shape[1]
    group = np.repeat(np.tile(np.arange(groups), len(rest)), np.rint(rest).astype(int).ravel())
    both, places = np.unique(taken * groups + group, return_counts=True)
    row, group = np.divmod(both, groups)
    return cell[row], supplier[row], group, places.astype(float)


def _enough(left: Array, last: NDArray[np.bool_], seats: Array) -> NDArray[np.intp]:
    """How many places of each supplier are surely enough to find the first ``seats`` of its cell.

    All places that stand before s = (seats + suppliers) ÷ whole places are at least ``seats``
    in number while s < 1, since each supplier has more than s · (its whole places) − ½ of them.
    """
    most = np.ceil(np.maximum(left, 0) - NOISE)
    others = np.where(last, 0.0, np.floor(np.maximum(left, 0) + NOISE))
    stand = (seats + left.shape[1])[:, None] / np.maximum(others.sum(axis=1, keepdims=True), 1)
    first = np.where(stand < 1, np.minimum(np.floor(stand * left + 1), most), most)
    short = np.maximum(seats - np.where(last, 0.0, most).sum(axis=1), 0)[:, None]
    return np.where(last, np.minimum(short, most), first).astype(int)


def _deal_parts(left: Array, last: NDArray[np.bool_], rest: Array) -> _Dealt:
    """Cell, supplier, group and places in exact proportion; named suppliers give what is then short."""
    seats = np.maximum(rest, 0).sum(axis=1, keepdims=True)
    others, named = np.where(last, 0.0, np.maximum(left, 0)), np.where(last, np.maximum(left, 0), 0.0)
    first = np.minimum(seats, others.sum(axis=1, keepdims=True))
    given = first * _parts(others) + (seats - first) * _parts(named)
    cell, supplier = np.nonzero(given > 0)
    row, group = np.nonzero((given[cell, supplier] > 0)[:, None] & (rest[cell] > 0))
    places = given[cell[row], supplier[row]] * rest[cell[row], group] / seats[cell[row], 0]
    return cell[row], supplier[row], group, places


def _parts(amounts: Array) -> Array:
    total = amounts.sum(axis=1, keepdims=True)
    return amounts / np.where(total > 0, total, 1.0)


def _tidy(codes: list[dict[str, NDArray[np.intp]]], places: list[Array], known: Known) -> pd.DataFrame:
    columns = ("municipality", "supplier", "group", "place_type", "year")
    frame = pd.DataFrame({key: np.concatenate([each[key] for each in codes]) for key in columns})
    frame["places"] = np.concatenate(places)
    sums: pd.DataFrame = frame[frame["places"] > 0].groupby(list(columns)).sum().reset_index()
    return sums.assign(**{key: known[key].take(sums[key].to_numpy()) for key in columns})
