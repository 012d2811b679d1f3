"""The province of each municipality and of each region."""

from __future__ import annotations

import csv
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from verdeling.errors import Problem, RunError
from verdeling.incoming import read_text

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator, Mapping

_COLUMNS = ("municipality", "province")
_REFUSED = "The provinces cannot be used."
_WHY = "Each municipality is counted in one province."


def read_provinces(path: str | os.PathLike[str]) -> dict[str, str]:
    """Read which province each municipality is in.

    Parameters
    ----------
    path : path-like
        Comma-separated text in UTF-8 with the columns ``municipality`` (id) and ``province``; other
        columns are passed over.

    Returns
    -------
    dict of str to str
        Province by municipality.

    Raises
    ------
    RunError
        If it cannot be read, columns are missing, or a municipality has no province or several.
    """
    try:
        reader = csv.DictReader(StringIO(read_text(Path(path)), newline=""), strict=True)
        missing = [column for column in _COLUMNS if column not in (reader.fieldnames or ())]
        rows = [] if missing else list(reader)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        problem = Problem("unreadable-file", f"{Path(path).name} cannot be read: {error}.", _WHY,
                          "Give a CSV file in UTF-8 with commas.")  # fmt: skip
        raise RunError(_REFUSED, [problem]) from error
    problems = [_missing(column) for column in missing]
    found: dict[str, str] = {}
    for line, row in enumerate(rows, start=2):
        town, province = ((row[column] or "").strip() for column in _COLUMNS)
        if not town or not province or found.setdefault(town, province) != province:
            problems.append(_unclear(line, town))
    if problems:
        raise RunError(_REFUSED, problems)
    return found


def _missing(column: str) -> Problem:
    remedy = "Give a CSV file with the columns municipality and province, and commas between them."
    return Problem("missing-column", f"The column {column} is missing.", _WHY, remedy, column=column)


def _unclear(line: int, town: str) -> Problem:
    what = f"{town or 'A row'} has no province, or another than in an earlier row."
    return Problem("unclear-province", what, _WHY, "Give each municipality one row with one province.",
                   row=str(line), column="province", value=town)  # fmt: skip


def provinces_of(
    municipalities: pd.DataFrame, given: Mapping[str, str] | None
) -> tuple[pd.Series[str], pd.Series[str]]:
    """Province of each municipality, and where each region is counted.

    Parameters
    ----------
    municipalities : DataFrame
        municipality, region, and where nothing is given a province that may be NaN.
    given : mapping of str to str, optional
        Province by municipality.

    Returns
    -------
    Series
        Province by municipality; empty where none is known.
    Series
        Province by region; where its municipalities lie in several, these with `` / `` between them:
        the needs of a region cannot be told apart by province, so it is counted beside them.

    Raises
    ------
    RunError
        If provinces are given and a municipality has none.
    """
    towns = municipalities.set_index("municipality")
    if given is None:
        known = towns["province"].map(_label)
    else:
        problems = list(_without(towns, given))
        if problems:
            raise RunError(_REFUSED, problems)
        known = pd.Series([given[town] for town in towns.index], index=towns.index, dtype="str")
    joined = known.groupby(towns["region"]).agg(lambda names: " / ".join(sorted(set(names) - {""})))
    return known.astype("str"), joined.astype("str")


def _label(value: float) -> str:
    """A number that stands for a province, as text."""
    return "" if value != value else f"{value:g}"


def _without(towns: pd.DataFrame, given: Mapping[str, str]) -> Iterator[Problem]:
    for town in towns.index[~towns.index.isin(list(given))]:
        what = f"{town} ({towns.loc[town, 'name']}) is not in the file of provinces."
        yield Problem("no-province", what, _WHY, "Add it to the file.", value=str(town))
