"""Memory: what dividing an instance takes, told before it is tried, and what there is."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from verdeling.errors import Problem, RunError

if TYPE_CHECKING:
    import numpy.typing as npt

    from verdeling.numbering import Numbered
    from verdeling.policy import Policy
    from verdeling.program import Integers

EMPTY = 105e6
"""Bytes that Python takes with everything imported that a solve needs."""

PER_COLUMN = 700.0
"""Bytes for each column of a program, at the peak: its tables, rows, entries and plan."""

PER_COLUMN_AT_ONCE = 1_400.0
"""Bytes beyond these for each column that the solver has at once: all, or those of the largest region."""

LIMITS = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))
"""Where a container on Linux says how much memory it may use; ``max`` where it has no limit."""


def columns_of(data: Numbered, policy: Policy) -> Integers:
    """Columns that the program of an instance has for each region, counted from its tables.

    Columns that goals add by themselves, a few for each municipality, are not counted.

    Parameters
    ----------
    data : Numbered
        The instance.
    policy : Policy
        Whose goals say whether moves and distances are counted.
    """
    regions, of_origin = len(data.ids["region"]), data.region_of_origin
    of_town = of_origin[: len(data.municipalities)]
    towns = np.bincount(of_town, minlength=regions)
    asked = _asked(data)
    queue = (data.years - asked).sum(axis=1)
    at_home = queue[: len(of_town)]
    measures = {goal.measure for goal in policy.goal}
    in_region = data.offers["region"].to_numpy()
    counts: list[tuple[Integers, npt.ArrayLike]] = [
        (of_town, 1),
        (of_origin, 2 * queue),
        (of_town[data.projects["municipality"]], data.years - data.projects["year"]),
        (in_region, np.where(data.offers["municipality"] < 0, towns[in_region], 1)),
        (of_town, at_home * bool(measures & {"moves", "at_home"})),
        (of_town, at_home * towns[of_town] * ("distance" in measures)),
    ]
    found = _places(data, asked)
    for region, count in counts:
        np.add.at(found, region, count)
    return found


def _asked(data: Numbered) -> Integers:
    """Origins × groups: the year in which it first has a need; the number of years where it has none."""
    needs = data.needs[data.needs["households"] > 0]
    first = np.full((len(data.region_of_origin), len(data.groups)), data.years)
    np.minimum.at(first, (needs["origin"], needs["group"]), needs["year"])
    return first


def _places(data: Numbered, asked: Integers) -> Integers:
    """Columns for places by region: of each group in each type that suits it, once its region has a need."""
    regions = len(data.ids["region"])
    spots = np.zeros((len(data.municipalities), len(data.place_types), data.years), dtype=bool)
    supply, projects = data.supply[data.supply["places"] > 0], data.projects
    spots[supply["municipality"], supply["place_type"], supply["year"]] = True
    for later in range(data.years):
        begun = projects[projects["year"] <= later]
        spots[begun["municipality"], begun["place_type"], later] = True
    left = np.zeros((regions, len(data.place_types), data.years + 1), dtype=np.int64)
    np.add.at(left[:, :, :-1], data.municipalities["region"].to_numpy(), spots)
    left = left[:, :, ::-1].cumsum(axis=2)[:, :, ::-1]
    first = np.full((regions, len(data.groups)), data.years)
    np.minimum.at(first, data.region_of_origin, asked)
    group, kind = data.suitability["group"].to_numpy(), data.suitability["place_type"].to_numpy()
    return np.asarray(left[np.arange(regions)[:, None], kind, first[:, group]].sum(axis=1), dtype=np.int64)


def available() -> float:
    """Bytes that this process may use: of the machine, or of its container; infinite if nobody says."""
    found = [np.inf]
    with suppress(AttributeError, OSError, ValueError):  # not on Windows
        found.append(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    for file in LIMITS:
        with suppress(OSError, ValueError):  # no such file, or no limit
            found.append(float(file.read_text()))
    return min(found)


def refuse_too_large(needed: float, what: str, remedy: str) -> None:
    """Refuse what takes more memory than there is.

    Parameters
    ----------
    needed : float
        Bytes.
    what : str
        What takes them, with its size.
    remedy : str
        What to do about it.

    Raises
    ------
    RunError
        With the estimate and what there is.
    """
    there = available()
    if needed <= there:
        return
    problem = Problem(
        "too-large",
        f"{what} takes about {needed / 1e9:.1f} GB of memory, and there is {there / 1e9:.1f} GB.",
        "It would be broken off halfway, or bring the machine to a halt.",
        remedy,
    )
    raise RunError("It does not fit in memory.", [problem])


def needed(data: Numbered, policy: Policy, *, tied: bool) -> float:
    """Bytes that solving takes at the peak, about, in divisible places and one process.

    Parameters
    ----------
    data : Numbered
        The instance.
    policy : Policy
        Its goals.
    tied : bool
        Whether goals tie all regions, so that the solver has the whole program at once. Agreements that
        do are not seen here.
    """
    columns = columns_of(data, policy)
    at_once = columns.sum() if tied else columns.max()
    return float(EMPTY + PER_COLUMN * columns.sum() + PER_COLUMN_AT_ONCE * at_once)


def refuse_too_many_columns(data: Numbered, policy: Policy, *, tied: bool) -> None:
    """Refuse an instance whose program takes more memory than there is, before it is stated.

    Parameters
    ----------
    data, policy, tied
        As for `needed`.

    Raises
    ------
    RunError
        With the estimate and what there is.
    """
    refuse_too_large(
        needed(data, policy, tied=tied),
        f"A program of {columns_of(data, policy).sum():,} columns",
        "Divide regions one by one, take fewer years or groups, or use a machine with more memory.",
    )
