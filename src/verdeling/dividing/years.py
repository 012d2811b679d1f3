"""Targets over years by a key: each year adds up, and where asked each municipality's years as well."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from verdeling.dividing.division import begin, both_margins, divide, finish, whole_totals
from verdeling.dividing.key_files import read_key

if TYPE_CHECKING:
    from pathlib import Path

    from verdeling.dividing.division import Division
    from verdeling.instance import Instance
    from verdeling.keys.data import Key

    Totals = Mapping[int, int | Mapping[str, int]]


def divide_years(
    totals: Totals, municipalities: pd.DataFrame | Instance, key: Key | str | Path
) -> dict[int, Division]:
    """Divide the total of each of several years; a phase-in moves one year on with each.

    Parameters
    ----------
    totals : mapping of int to int, or to mapping of str to int
        Places by calendar year, or by year and class. The first year is year 1 of a phase-in, the
        calendar year after it year 2, and so on.
    municipalities : DataFrame or Instance
        As for `divide`.
    key : Key, str or Path
        As for `divide`. With ``rounding.margins = "both"`` and no classes also what each municipality
        gets over all years is within one of its fraction (controlled rounding of municipality ×
        year); otherwise each year is rounded by itself. Trades hold in every year.

    Returns
    -------
    dict of int to Division
        By year, in order. Each year adds up.

    Raises
    ------
    PolicyError
        As for `divide`.

    Examples
    --------
    >>> towns = pd.DataFrame({"municipality": ["G", "M", "K"], "population": [40, 40, 20]})
    >>> over_years(divide_years({2027: 10, 2028: 5}, towns, "population"))["places"].tolist()
    [4, 4, 2, 2, 2, 1]
    """
    stated, years = read_key(key), sorted(totals)
    classes = stated.classes or any(isinstance(total, Mapping) for total in totals.values())
    if years and stated.rounding.margins == "both" and not classes:
        return _controlled(totals, years, municipalities, stated)
    return {year: divide(totals[year], municipalities, stated, year=year - years[0] + 1) for year in years}


def _controlled(
    totals: Totals, years: list[int], municipalities: pd.DataFrame | Instance, key: Key
) -> dict[int, Division]:
    begun = {year: begin(totals[year], municipalities, key, year - years[0] + 1) for year in years}
    amounts = np.column_stack([each.amounts[:, 0] for each in begun.values()])
    due = [whole_totals(each)[0] for each in begun.values()]
    places = both_margins(begun[years[0]], amounts, due)
    return {year: finish(each, key, places[:, [at]]) for at, (year, each) in enumerate(begun.items())}


def over_years(divisions: Mapping[int, Division]) -> pd.DataFrame:
    """Divisions of several years in one table.

    Parameters
    ----------
    divisions : mapping of int to Division
        By year.

    Returns
    -------
    DataFrame
        year, municipality, class (only where there are classes), places.
    """
    tables = [division.table.assign(year=year) for year, division in divisions.items()]
    if not tables:
        return pd.DataFrame(columns=["year", "municipality", "places"])
    table = pd.concat(tables, ignore_index=True)
    return table[["year", *table.columns.drop("year")]]
