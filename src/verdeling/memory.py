"""Memory: what dividing an instance takes, told before it is tried, and what there is."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from verdeling.errors import Problem, RunError

if TYPE_CHECKING:
    from verdeling.numbering import Numbered
    from verdeling.policy import Policy
    from verdeling.program import Integers

EMPTY = 105e6
"""Bytes that Python takes with everything imported."""

PER_COLUMN = 800.0
"""Bytes for each column of a program, at the peak: its tables, rows, entries and plan, and the solver's."""

LIMITS = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))
"""Where a container on Linux says how much memory it may use; ``max`` where it has no limit."""


def columns_of(data: Numbered, policy: Policy) -> int:
    """Columns that the program of an instance has, counted from its tables; hardly too many.

    Columns that goals add by themselves, a few for each municipality, are not counted.

    Parameters
    ----------
    data : Numbered
        The instance.
    policy : Policy
        Whose goals say whether moves and distances are counted.
    """
    years = data.years
    asked, hosts = _asked(data), np.bincount(data.municipalities["region"], minlength=len(data.ids["region"]))
    queue = years - asked
    measures = {goal.measure for goal in policy.goal}
    counts = [
        _places(data, asked),
        2 * queue.sum(),
        (years - data.projects["year"]).sum(),
        np.where(data.offers["municipality"] < 0, hosts[data.offers["region"]], 1).sum(),
        len(data.municipalities),
    ]
    towns = queue[: len(data.municipalities)]
    if measures & {"moves", "at_home"}:
        counts.append(towns.sum())
    if "distance" in measures:
        counts.append(towns.sum(axis=1) @ hosts[data.municipalities["region"]])
    return int(sum(counts))


def _asked(data: Numbered) -> Integers:
    """Origins × groups: the year in which it first has a need; the number of years where it has none."""
    needs = data.needs[data.needs["households"] > 0]
    first = np.full((len(data.region_of_origin), len(data.groups)), data.years)
    np.minimum.at(first, (needs["origin"], needs["group"]), needs["year"])
    return first


def _places(data: Numbered, asked: Integers) -> int:
    """Columns for places: of each group in each type that suits it, once its region has a need."""
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
    return int(left[np.arange(regions)[:, None], kind, first[:, group]].sum())


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


def refuse_too_many_columns(data: Numbered, policy: Policy) -> None:
    """Refuse an instance whose program takes more memory than there is, before it is stated.

    Raises
    ------
    RunError
        With the estimate and what there is.
    """
    columns = columns_of(data, policy)
    refuse_too_large(
        EMPTY + PER_COLUMN * columns,
        f"A program of {columns:,} columns",
        "Divide regions one by one, take fewer years or groups, or use a machine with more memory.",
    )
