"""Days and years as lists write them."""

from __future__ import annotations

import datetime
import re
from typing import Any

_YEAR = re.compile(r"(?<!\d)((?:19|20|21)\d\d)(?!\d)")
_DAY_FIRST = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})")


class NoDateError(ValueError):
    """A text says no day, or no year, or several."""


def year_of(text: str) -> int:
    """The year that a text names.

    Examples
    --------
    >>> year_of("2027"), year_of("30-6-2027"), year_of("Q3 2027"), year_of("2027-06-30")
    (2027, 2027, 2027, 2027)
    >>> year_of("2027-2029")
    Traceback (most recent call last):
    ...
    verdeling.planlists.dates.NoDateError: 2027, 2029
    """
    found = sorted(set(_YEAR.findall(text)))
    if len(found) != 1:
        raise NoDateError(", ".join(found))
    return int(found[0])


def day_of(cell: Any) -> datetime.date:
    """The day that a cell holds: a date, or a text with the day or the year first.

    Examples
    --------
    >>> day_of("3-12-2026"), day_of("2026-12-03")
    (datetime.date(2026, 12, 3), datetime.date(2026, 12, 3))
    """
    if isinstance(cell, datetime.datetime):
        return cell.date()
    if isinstance(cell, datetime.date):
        return cell
    text = str(cell)
    try:
        if first := _DAY_FIRST.fullmatch(text):
            day, month, year = map(int, first.groups())
            return datetime.date(year, month, day)
        return datetime.date.fromisoformat(text[:10])
    except ValueError as error:
        raise NoDateError(text) from error
