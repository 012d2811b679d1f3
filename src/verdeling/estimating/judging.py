"""What is wrong with figures, before anything is reckoned from them and after."""

from __future__ import annotations

from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from verdeling.errors import Problem, nearest
from verdeling.estimating.stock_flow import SCENARIOS
from verdeling.language import number

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from verdeling.estimating.stock_flow import Step
    from verdeling.mapping.beside import Beside
    from verdeling.mapping.listing import Entry


def place_problems(entry: Entry, beside: Beside) -> Iterator[Problem]:
    """What is wrong with where one row of figures is about."""
    home, region = entry.cells["municipality"], entry.cells["region"]
    regions = beside.regions
    if region and region not in regions:
        yield _problem("unknown-region", f"There is no region {region}.", "Needs belong to a region.",
                       nearest(region, regions), entry, "region")  # fmt: skip
    elif not home and not region and len(regions) > 1:
        yield _problem("whose-need", "It has no municipality and no region.",
                       f"There are {len(regions)} regions, and each divides its own task.",
                       "Fill in one of them.", entry, "region")  # fmt: skip
    if home and entry.cells["key"]:
        yield _problem("key-of-one", "It has a municipality and a key.",
                       "A key divides the number of a region over its municipalities.",
                       "Empty one of the two.", entry, "key")  # fmt: skip
    elif home and region:
        towns = beside.typed["municipalities"]
        own = towns.loc[towns["municipality"] == home, "region"].tolist()
        if own and own != [region]:
            yield _problem("other-region", f"{home} lies in {own[0]}, not in {region}.",
                           "A need belongs to the region of its municipality.",
                           "Leave region empty, or correct the municipality.", entry, "region")  # fmt: skip


def year_problems(figures: Sequence[Entry], years: Sequence[int]) -> Iterator[Problem]:
    """What is wrong with the years of the figures of one group in one place.

    Parameters
    ----------
    figures : sequence of Entry
        In the order of their years.
    years : sequence of int
        The horizon.
    """
    for entry, other in pairwise(figures):
        if entry.cells["year"] == other.cells["year"]:
            yield _problem("figures-twice", f"{entry.place} has figures of the same year for the same group "
                           "and municipality, which may be written otherwise there.",
                           "It is not known which hold, or whether they must be added up.",
                           "Keep one row, or add them up.", other, "year")  # fmt: skip
        if other.cells["key"] != entry.cells["key"]:
            one, then = (each.cells["key"] or "empty" for each in (entry, other))
            yield _problem("keys-differ", f"The key is {then}, and in the row before it {one}.",
                           "The years of a group are divided by one key.",
                           "Write the same key in every year.", other, "key")  # fmt: skip
    if figures[0].cells["year"] > years[0]:
        yield _problem("no-figures", f"The first figures are of {figures[0].cells['year']}; "
                       f"the horizon begins in {years[0]}.", "What is not stated is not taken to be zero.",
                       f"Add a row of {years[0]}, or give other years.", figures[0], "year")  # fmt: skip
    for entry in figures:
        if entry.cells["waiting"] and entry.cells["year"] != years[0]:
            yield _problem("waiting-when", f"The waiting list is that of {entry.cells['year']}.",
                           f"Whoever waits at the beginning of {years[0]} is a need of that year; in later "
                           "years the list follows from who is housed.",
                           f"State the list at the beginning of {years[0]} in a row of that year.",
                           entry, "waiting")  # fmt: skip


def negative_problems(found: Mapping[str, Sequence[Step]]) -> Iterator[Problem]:
    """Years in which more stop looking than begin, by scenario; told once a year."""
    told: set[int] = set()
    for scenario, steps in found.items():
        for step in steps:
            if step.exact < 0 and step.year not in told:
                told.add(step.year)
                in_scenario = f" in the scenario {scenario}" if len(found) > 1 else ""
                households = number(float(step.exact), "en")
                yield _problem("negative-need",
                               f"In {step.year} {households} households start looking{in_scenario}.",
                               "Fewer than nobody cannot start looking; outflow of later years cannot be "
                               "taken from those who wait already.",
                               "Lower outflow, or count what leaves the waiting list off the list itself.",
                               step.entry, "outflow")  # fmt: skip


def order_problems(found: Mapping[str, Sequence[Step]]) -> Iterator[Problem]:
    """Where a lower scenario has more households than a higher one, added up from the first year on."""
    if len(found) == 1:
        return
    for lower, higher in pairwise(SCENARIOS):
        less, more = (list(accumulate(step.exact for step in found[each])) for each in (lower, higher))
        wrong = [at for at, (one, other) in enumerate(zip(less, more, strict=True)) if one > other]
        if wrong:
            step = found[lower][wrong[0]]
            yield _problem("scenarios-crossed", f"Up to {step.year} the scenario {lower} has "
                           f"{number(float(less[wrong[0]]), 'en')} households, {higher} "
                           f"{number(float(more[wrong[0]]), 'en')}.",
                           "All assumptions have their low value together, and that must give the least.",
                           "Look at the columns _low and _high; of persons per household the largest is low.",
                           step.entry)  # fmt: skip
            return


def _problem(code: str, what: str, why: str, remedy: str, entry: Entry, column: str = "") -> Problem:
    value = entry.cells.get(column)
    return Problem(
        code, what, why, remedy, "figures", entry.place, column, "" if value is None else str(value)
    )
