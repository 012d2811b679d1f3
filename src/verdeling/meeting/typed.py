"""Numbers as people type them, in the notation of their language."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from verdeling.errors import Problem, VerdelingError
from verdeling.language import say

if TYPE_CHECKING:
    from verdeling.language import Language

_PATTERN = {
    "nl": re.compile(r"-?(\d{1,3}(\.\d{3})+|\d+)(,\d+)?"),
    "en": re.compile(r"-?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?"),
}
_MARKS = {"nl": (".", ","), "en": (",", ".")}


def typed_number(text: object, lang: Language, *, whole: bool = False) -> float | int:
    """A number that somebody typed.

    Parameters
    ----------
    text : object
        As it was typed, such as ``"1.234,5"``; spaces around it do not count.
    lang : {"nl", "en"}
        Whose notation it is in; a point or comma that does not belong there is refused, not guessed.
    whole : bool
        Whether only whole numbers will do.

    Raises
    ------
    VerdelingError
        If it is no number, is below zero, or is not whole where that is asked; said in the language.

    Examples
    --------
    >>> typed_number("1.234,5", "nl"), typed_number("1,234.5", "en"), typed_number(" 12 ", "nl")
    (1234.5, 1234.5, 12)
    """
    said = str(text).strip()
    if not _PATTERN[lang].fullmatch(said):
        raise _refused("typed.no_number", said, lang)
    thousands, decimals = _MARKS[lang]
    value = float(said.replace(thousands, "").replace(decimals, "."))
    if value < 0:
        raise _refused("typed.negative", said, lang)
    if whole and not value.is_integer():
        raise _refused("typed.not_whole", said, lang)
    return int(value) if value.is_integer() else value


def _refused(key: str, text: str, lang: Language) -> VerdelingError:
    shown = text if len(text) <= 40 else f"{text[:40]}…"
    what, why, remedy = (say(f"{key}.{part}", lang, text=shown) for part in ("what", "why", "remedy"))
    return VerdelingError(what, [Problem("bad-number", what, why, remedy, value=shown)])
