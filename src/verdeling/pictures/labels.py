"""Names and numbers as they stand in a picture: short enough, told apart, without what cannot be drawn."""

from __future__ import annotations

import math
import unicodedata
from typing import TYPE_CHECKING, Any

from verdeling.language import ISOLATES, apart, counted, number, percent, rounded, say, things

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from verdeling.instance import Instance
    from verdeling.language import Language
    from verdeling.names import Names

SHOWN = 5e-7
"""Amounts below this are rounding of a solver."""

_MOST = 28
_MARKS = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def plain(name: str) -> str:
    r"""A text without control characters and marks that turn the direction of what follows.

    Examples
    --------
    >>> plain("Nieuw\u202e\x07stad")
    'Nieuw stad'
    """
    drawn = "".join(
        " " if each not in ISOLATES and unicodedata.category(each) in _MARKS else each for each in name
    )
    return " ".join(drawn.split())


def short(name: str, most: int = _MOST) -> str:
    """A name cut off at so many letters, at a space where there is one near.

    Examples
    --------
    >>> short("Hof van Twente"), short("Samenwerkingsverband Achterhoek en omstreken", 24)
    ('Hof van Twente', 'Samenwerkingsverband…')
    """
    told = plain(name)
    if len(told) <= most:
        return told
    cut = told[: most - 1]
    at = cut.rfind(" ")
    return (cut[:at] if at > most // 2 else cut).rstrip(" ,;-(") + "…"


def short_names(names: Mapping[str, str], most: int = _MOST) -> dict[str, str]:
    """Short names by id; the id follows where two would be the same, and a number where that is cut too."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    cut = {key: short(name, most) for key, name in names.items()}
    common = {each for each in cut.values() if list(cut.values()).count(each) > 1}
    for key, name in cut.items():
        told = f"{short(name, most // 2)} ({short(key, most // 2 - 3)})" if name in common else name
        tries = 2
        apart = told
        while apart in taken:
            apart, tries = f"{told} {tries}", tries + 1
        taken.add(apart)
        found[key] = apart
    return found


def municipality_names(names: Names, most: int = _MOST) -> dict[str, str]:
    """Short names of municipalities, by id."""
    return short_names(names.names["municipality"], most)


def spoken(name: str) -> str:
    """A name as part of a sentence; one that is written from right to left keeps to itself.

    Examples
    --------
    >>> spoken("Hengelo")
    'Hengelo'
    """
    return apart(short(name, 60))


def parts(value: float, lang: Language) -> str:
    """A relative load as a percentage.

    Examples
    --------
    >>> parts(1.0304, "nl")
    '103,0%'
    """
    return percent(value, lang, 1, fixed=True)


def amount(value: float, unit: str, lang: Language) -> str:
    """An amount as it is told: with one decimal at most, none above a thousand.

    Examples
    --------
    >>> amount(3609.146, "places", "nl"), amount(1.0, "places", "nl"), amount(12.34, "places", "en")
    ('3.609 plekken', '1 plek', '12.3 places')
    """
    return counted(f"unit.{unit}", shown(value), lang)


def figure(value: float, lang: Language) -> str:
    """An amount without its unit, as `amount` shows it."""
    return number(shown(value), lang)


def shown(value: float) -> float:
    """An amount as it is shown."""
    return rounded(value, 0 if abs(value) >= 1000 else 1)


def unit_of_load(instance: Instance) -> str:
    """``places`` where a place counts for one load or none, otherwise ``load``."""
    return "places" if set(instance.tables["groups"]["burden"]) <= {0, 1} else "load"


def load_title(instance: Instance, lang: Language) -> str:
    """What loads are counted in, as the title of an axis."""
    unit = unit_of_load(instance)
    return things("unit.places", lang) if unit == "places" else say("heading.load", lang)


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as a chart takes them: numbers without a remainder of solving, unknown ones left empty."""
    columns = {str(column): [_cell(value) for value in frame[column].tolist()] for column in frame}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _cell(value: Any) -> Any:
    if isinstance(value, float):
        return None if math.isnan(value) else round(value, 6) + 0.0
    return value
