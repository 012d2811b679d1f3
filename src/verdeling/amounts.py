"""Amounts as they are read aloud: values of goals, numbers of agreements, how many of how many."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verdeling.language import (
    UNKNOWN,
    counted,
    money,
    number,
    percent,
    say,
    say_counted,
    sentence,
    things,
)

if TYPE_CHECKING:
    from verdeling.language import Language

_COUNTED = {"places": "unit.places", "support_hours": "unit.hours per week"}
"""Units of the numbers of agreements that are counts."""


def amount(value: float, unit: str, lang: Language) -> str:
    """A value of a goal or indicator with its unit, as it is read aloud.

    Parameters
    ----------
    value : float
        In ``unit``.
    unit : str
        As in ``solution.goals``; shares are told as percentages.
    lang : {"nl", "en"}
        Language.

    Examples
    --------
    >>> amount(0.755, "share", "nl"), amount(1.02, "× fair share", "en"), amount(2, "moves", "nl")
    ('75,5%', '1.02 times the fair share', '2 verhuizingen')
    """
    if unit == "share":
        return percent(value, lang, 1)
    if unit == "index":
        return number(value, lang)
    return counted(f"times.{unit}" if unit.startswith("×") else f"unit.{unit}", value, lang)


def from_to(before: float, after: float, unit: str, lang: Language) -> dict[str, str]:
    """Two values with the unit said once; nothing where they read the same, or one is not known.

    Examples
    --------
    >>> from_to(0.741, 0.752, "× fair share", "en")
    {'before': '0.74', 'after': '0.75 times the fair share'}
    """
    first, last = amount(before, unit, lang), amount(after, unit, lang)
    if first == last or number(after, lang) == UNKNOWN:
        return {}
    return {"before": first if unit in ("EUR", "share") else number(before, lang), "after": last}


def estimated(count: int, rows: int, lang: Language) -> str:
    """How many of some numbers, in words: the only one, all of them, or some.

    Examples
    --------
    >>> estimated(3, 3, "en"), estimated(1, 4, "nl")
    ('all 3 numbers', '1 van de 4 getallen')
    """
    shown = {"count": number(count, lang), "rows": number(rows, lang)}
    if count == rows:
        return things("note.all", lang, one=rows == 1).format(**shown)
    return say("note.some", lang, **shown)


def estimated_needs(count: int, rows: int, lang: Language, *, theirs: bool = False) -> str:
    """Sentence about how many numbers of the needs, of all or of those just named, are estimates."""
    if not count:
        return say("urgency.measured" if theirs else "note.measured", lang)
    key = "urgency.estimates" if theirs else "note.estimates"
    return sentence(say_counted(key, count, lang, part=estimated(count, rows, lang)))


def asked(measure: str, value: float, lang: Language) -> str:
    """The number of an agreement, with what it is a number of.

    Examples
    --------
    >>> asked("places", 3, "nl"), asked("share_of_need", 0.5, "en")
    ('3 plekken', '50% of the needs')
    """
    if measure in _COUNTED:
        return counted(_COUNTED[measure], value, lang)
    if measure == "cost":
        return money(value, lang)
    return say(f"repair.asked.{measure}", lang, number=asked_number(measure, value, lang))


def asked_number(measure: str, value: float, lang: Language) -> str:
    """The number of an agreement alone."""
    if measure.startswith("share_"):
        return f"{number(100 * value, lang)}%"
    return money(value, lang) if measure == "cost" else number(value, lang)
