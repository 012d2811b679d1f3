"""The needs of a region, divided over its municipalities by a key."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from verdeling.dividing.key_files import read_key
from verdeling.dividing.words import title_of
from verdeling.dividing.years import divide_years
from verdeling.errors import PolicyError, Problem
from verdeling.language import number, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from verdeling.dividing.division import Division
    from verdeling.estimating.stock_flow import Step
    from verdeling.keys.data import Key
    from verdeling.language import Language
    from verdeling.mapping.beside import Beside


class Who(NamedTuple):
    """Whose needs: a group in a municipality, or in a region where that is empty."""

    group: str
    municipality: str
    region: str


class Share(NamedTuple):
    """What a municipality has of the needs of its region in a year."""

    municipality: str
    households: int
    exact: float
    key: Key
    stated: str

    def method(self, total: int, region: str, lang: Language) -> str:
        """How it was reckoned, with how the number of the region was."""
        return say("method.share", lang, whole=number(self.households, lang), exact=number(self.exact, lang),
                   total=number(total, lang), rule=title_of(self.key, lang) or self.stated,
                   method=region)  # fmt: skip


def divide_region(
    who: Who, series: Sequence[Step], numbers: Sequence[int], beside: Beside
) -> dict[int, list[Share]]:
    """Divide the needs of a region; each year adds up, whole, to that of the region.

    Parameters
    ----------
    who : Who
        Group and region.
    series : sequence of Step
        The years.
    numbers : sequence of int
        Households of each, to be divided.
    beside : Beside
        Knows the municipalities.

    Returns
    -------
    dict of int to list of Share
        By year.

    Raises
    ------
    PolicyError
        If the key cannot be read or does not fit, at the place of the figures that name it.
    """
    entry = series[0].entry
    stated = entry.cells["key"]
    totals = {step.year: amount for step, amount in zip(series, numbers, strict=True)}
    try:
        key = read_key(stated)
        divisions = divide_years(totals, beside.members(who.region), key)
    except PolicyError as error:
        problems = [
            Problem(each.code, each.what, each.why, each.remedy, "figures", entry.place, "key", stated)
            for each in error.problems
        ]
        raise PolicyError(f"The needs of {who.group} cannot be divided by their key.", problems) from error
    return {year: _shares(division, key, stated) for year, division in divisions.items()}


def _shares(division: Division, key: Key, stated: str) -> list[Share]:
    rounding = [stage.kind for stage in division.trail].index("rounding")
    exact = division.trail[rounding - 1].amounts[:, 0].tolist()
    places = division.places.sum(axis=1).tolist()
    return [
        Share(home, amount, due, key, stated)
        for home, amount, due in zip(division.members, places, exact, strict=True)
    ]
