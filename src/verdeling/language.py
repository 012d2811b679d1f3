"""Saying things in Dutch or English: texts with their parameters, numbers and lists in their notation."""

from __future__ import annotations

import math
import re
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Literal, get_args

from verdeling.errors import Problem, VerdelingError
from verdeling.texts import TEXTS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Language = Literal["nl", "en"]
"""Languages in which results can be read."""

_DUTCH = str.maketrans(",.", ".,")
UNKNOWN = "–"
"""What stands where there is no number."""

_DIGITS = 9
"""So many digits of a number are not rounding of a solver."""
_LARGEST = 1e15
"""From here on a number has no decimals to round."""

_FROM_THE_RIGHT = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
ISOLATES = "\u2068\u2069"
"""What stands around a text so that it does not turn what stands beside it (UAX #9)."""
_APART = re.compile(f"{ISOLATES[0]}[^{ISOLATES}]*{ISOLATES[1]}")


def language(lang: str) -> Language:
    """The language that is meant.

    Raises
    ------
    VerdelingError
        If it is neither ``"nl"`` nor ``"en"``.
    """
    for known in get_args(Language):
        if lang == known:
            return known  # type: ignore[no-any-return]
    raise VerdelingError(
        "There is no such language.",
        [
            Problem(
                "unknown-language",
                f"The language is {lang!r}.",
                "Results can be read in Dutch and English.",
                "Use nl or en.",
                value=str(lang),
            )
        ],
    )


def say(key: str, lang: Language, **values: object) -> str:
    """A text of `verdeling.texts.TEXTS` with its parameters filled in.

    Examples
    --------
    >>> say("note.some", "en", count="3", rows="4")
    '3 of the 4 numbers'
    """
    return _filled(TEXTS[key][lang == "en"], values)


def said(key: str, lang: Language, otherwise: str) -> str:
    """A text without parameters, or something else where there is none."""
    return say(key, lang) if key in TEXTS else otherwise


def say_counted(key: str, count: float, lang: Language, **values: object) -> str:
    """A text for one or for several, with the count among its parameters.

    Examples
    --------
    >>> say_counted("note.estimates", 1, "en", part="1 of the 4 numbers")
    '1 of the 4 numbers about needs is an estimate.'
    """
    shown = number(count, lang)
    return _filled(things(key, lang, one=shown == "1"), {"count": shown, **values})


def _filled(text: str, values: Mapping[str, object]) -> str:
    """A text with its parameters, none of which turns what stands beside it."""
    return text.format(
        **{key: apart(each) if isinstance(each, str) else each for key, each in values.items()}
    )


def apart(text: str) -> str:
    r"""A text that leaves the order of what stands beside it as it is: one from right to left is isolated.

    Otherwise a number that follows a name in Arabic or Hebrew would be read before it. Isolates are
    characters (UAX #9), so that a page, a document, a workbook and a terminal all show them.

    Examples
    --------
    >>> apart("Hengelo"), apart("רמלה")
    ('Hengelo', '\u2068רמלה\u2069')
    """
    if text.isascii() or not _FROM_THE_RIGHT.search(_APART.sub("", text)):
        return text
    return text.join(ISOLATES)


def number(value: float, lang: Language, decimals: int = 2, *, fixed: bool = False) -> str:
    """A number with at most so many decimals, or with exactly so many.

    Examples
    --------
    >>> number(1234.5, "nl"), number(1234.5, "en"), number(3.0, "nl"), number(0.999, "en", fixed=True)
    ('1.234,5', '1,234.5', '3', '1.00')
    """
    if math.isnan(value):
        return UNKNOWN
    text = f"{rounded(value, decimals):,.{decimals}f}"
    if "." in text and not fixed:
        text = text.rstrip("0").rstrip(".")
    return text.translate(_DUTCH) if lang == "nl" else text


def rounded(value: float, decimals: int = 2) -> float:
    """A number as people round it: halves away from zero, whatever a solver left behind the half.

    Two solvers, or two ways to the same number, differ from its ninth digit on: 1.875 and
    1.87499999997 are one number, and so read the same.

    Examples
    --------
    >>> rounded(1.875), rounded(1.87499999997), rounded(-0.5, 0), rounded(-0.2, 0)
    (1.88, 1.88, -1.0, 0.0)
    """
    if not 0 < abs(value) < _LARGEST:
        return value + 0.0  # no minus zero
    known = _DIGITS - 1 - math.floor(math.log10(abs(value)))
    exact = Decimal(repr(round(float(value), max(known, decimals + 1))))
    return float(exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)) + 0.0


def money(value: float, lang: Language) -> str:
    """An amount in whole euros.

    Examples
    --------
    >>> money(29720.4, "nl")
    'EUR 29.720'
    """
    return f"EUR {number(value, lang, 0)}"


def percent(share: float, lang: Language, decimals: int = 0, *, fixed: bool = False) -> str:
    """A share of 1 as a percentage, with at most so many decimals, or with exactly so many.

    Examples
    --------
    >>> percent(0.385, "nl", 1), percent(1.0, "nl", 1), percent(1.0, "nl", 1, fixed=True)
    ('38,5%', '100%', '100,0%')
    """
    return UNKNOWN if math.isnan(share) else f"{number(100 * share, lang, decimals, fixed=fixed)}%"


def counted(key: str, value: float, lang: Language) -> str:
    """A number and what it counts, for one or for several.

    Examples
    --------
    >>> counted("unit.places", 1, "nl"), counted("unit.places", 1200, "nl"), counted("unit.EUR", 5000, "en")
    ('1 plek', '1.200 plekken', 'EUR 5,000')
    """
    if key == "unit.EUR":
        return money(value, lang)
    shown = number(value, lang)
    return f"{shown} {things(key, lang, one=shown == '1')}"


def things(key: str, lang: Language, *, one: bool = False) -> str:
    """What is counted: the word for one, or for several."""
    return TEXTS[key][lang == "en"].split("|")[0 if one else 1]


def listed(names: Sequence[str], lang: Language, most: int = 5) -> str:
    """Names in a row; where there are too many, the first ones and how many more.

    Examples
    --------
    >>> listed(["Borne", "Losser", "Hengelo"], "nl"), listed(["a", "b", "c", "d"], "en", most=3)
    ('Borne, Losser en Hengelo', 'a, b and 2 others')
    """
    names = [apart(name) for name in names]
    if len(names) < 2:
        return "".join(names)
    between = "; " if any("," in name for name in names) else ", "
    if len(names) > most:
        shown = names[: most - 1]
        return say("more", lang, names=between.join(shown), count=number(len(names) - len(shown), lang))
    return say("and", lang, names=between.join(names[:-1]), last=names[-1])


def span(years: Sequence[int], lang: Language) -> str:
    """First and last of consecutive years, or the only one.

    Examples
    --------
    >>> span([2025, 2026, 2027], "nl"), span([2025], "en")
    ('2025 tot en met 2027', '2025')
    """
    if len(years) == 1:
        return str(years[0])
    return say("span", lang, first=years[0], last=years[-1])


def sentence(text: str) -> str:
    """A text that begins with a capital.

    Examples
    --------
    >>> sentence("in Losser")
    'In Losser'
    """
    return text[:1].upper() + text[1:]
