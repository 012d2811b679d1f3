"""Codes and names of municipalities by year, and which of them merged or were divided since.

A year is the division of 1 January: Weesp, part of Amsterdam since 24 March 2022, is in the list of 2022
and not in that of 2023. Parts of a municipality that went to another while its code stayed are not known.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from verdeling.errors import FiguresError, Problem, nearest

if TYPE_CHECKING:
    from collections.abc import Iterable

FIRST, LAST = 2018, 2026
"""Years of which every code is known."""

_BRACKETS = re.compile(r" \((gemeente|[A-Z][A-Za-z]*\.)\)$")


class Change(NamedTuple):
    """A municipality that is no longer in the list of a year, and one that it is (partly) in since."""

    year: int
    old: str
    new: str


@cache
def changes() -> tuple[Change, ...]:
    """Every change of codes since `FIRST`; a municipality that was divided has several."""
    frame = pd.read_csv(_file("changes.csv"), dtype={"year": int, "old": str, "new": str})
    return tuple(Change(*row) for row in frame.itertuples(index=False, name=None))


@cache
def names_of(year: int) -> dict[str, str]:
    """Names of the municipalities of a year by their code.

    Parameters
    ----------
    year : int
        The division of 1 January.

    Raises
    ------
    FiguresError
        If the list of that year is not known.

    Examples
    --------
    >>> len(names_of(2021)), names_of(2021)["GM0370"], "GM0370" in names_of(2022)
    (352, 'Beemster', False)
    """
    known_year(year)
    gone = {change.old: change.year for change in changes()}
    return {code: name for code, name, since in _all() if since <= year and year < gone.get(code, year + 1)}


def known_year(year: int) -> None:
    """Refuse a year of which the codes are not known.

    Raises
    ------
    FiguresError
        If it is before `FIRST` or after `LAST`.
    """
    if not FIRST <= year <= LAST:
        problem = Problem(
            "unknown-year",
            f"The municipal codes of {year} are not known.",
            "A code means a municipality only in the division of its year.",
            f"Use figures by the division of a year from {FIRST} to {LAST}.",
            value=str(year),
        )
        raise FiguresError(f"The division of {year} is not known.", [problem])


@cache
def destinations(code: str, codes: int, onto: int) -> tuple[str, ...]:
    """Municipalities of a later year that one of an earlier year is in.

    Parameters
    ----------
    code : str
        A code of the year `codes`.
    codes, onto : int
        Years, the second not before the first.

    Examples
    --------
    >>> destinations("GM0370", 2021, 2024), destinations("GM0788", 2020, 2022)
    (('GM0439',), ('GM0757', 'GM0824', 'GM0855', 'GM0865'))
    """
    found = [code]
    for year in range(codes + 1, onto + 1):
        moved = [[each.new for each in changes() if (each.year, each.old) == (year, old)] for old in found]
        found = [each for old, new in zip(found, moved, strict=True) for each in new or [old]]
    return tuple(dict.fromkeys(found))


def codes_meant(texts: Iterable[str], year: int) -> tuple[dict[str, str], list[Problem]]:
    """Codes of a year that are meant by codes or names.

    Parameters
    ----------
    texts : iterable of str
        A code (``GM0153``, or digits: 153) or a name; what stands in brackets behind it may be absent
        where one municipality is called so.
    year : int
        Whose division.

    Returns
    -------
    dict of str to str
        Code by text.
    list of Problem
        Texts that mean no municipality of that year, or one that another text means as well.

    Raises
    ------
    FiguresError
        If the list of that year is not known.
    """
    found: dict[str, str] = {}
    problems: list[Problem] = []
    for text in dict.fromkeys(texts):
        code = _meant(text.strip(), year)
        if code is None:
            problems.append(_unknown(text, year))
        elif code in found.values():
            other = next(each for each, known in found.items() if known == code)
            problems.append(
                Problem(
                    "same-municipality",
                    f"{other} and {text} are the same municipality, {code}.",
                    "Its figures would be counted twice.",
                    "Keep one of the two.",
                    column="municipality",
                    value=text,
                )
            )
        else:
            found[text] = code
    return found, problems


@cache
def _called(year: int) -> dict[str, str]:
    """Codes by name in small letters, with and without brackets where that is one municipality."""
    short: dict[str, list[str]] = {}
    for code, name in names_of(year).items():
        short.setdefault(_BRACKETS.sub("", name).casefold(), []).append(code)
    full = {name.casefold(): code for code, name in names_of(year).items()}
    return {name: codes[0] for name, codes in short.items() if len(codes) == 1} | full


def _meant(text: str, year: int) -> str | None:
    code = f"GM{text.lstrip('0').zfill(4)}" if text.isdigit() else text.upper()
    if code in names_of(year):
        return code
    called = _called(year)
    return called.get(text.casefold()) or called.get(_BRACKETS.sub("", text).casefold())


def _unknown(text: str, year: int) -> Problem:
    low, names = text.strip().casefold(), names_of(year).values()
    alike = [name for name in names if _BRACKETS.sub("", name).casefold() == low]
    remedy = f"Did you mean {' or '.join(alike)}?" if alike else nearest(text, names)
    for code, name, _ in _all():
        if low in (code.casefold(), name.casefold()):
            remedy = f"{code} is {name}; {_when(code)} Say of which year the codes are."
    return Problem(
        "unknown-code",
        f"There is no municipality {text} in the division of {year}.",
        "A figure that belongs to no municipality cannot be used.",
        remedy,
        column="municipality",
        value=text,
    )


def _when(code: str) -> str:
    """In which lists a municipality stands."""
    since = next(year for each, _, year in _all() if each == code)
    gone = next((change.year for change in changes() if change.old == code), LAST + 1)
    return f"it is in the lists from {max(since, FIRST)} to {gone - 1}."


@cache
def _all() -> tuple[tuple[str, str, int], ...]:
    """Code, name and the first year in whose list it stands of every municipality."""
    frame = pd.read_csv(_file("municipalities.csv"), dtype=str, keep_default_na=False)
    return tuple(
        (code, name, int(since or FIRST)) for code, name, since in frame.itertuples(index=False, name=None)
    )


def _file(name: str) -> str:
    return str(files("verdeling.cbs").joinpath(name))
