"""Numbers as people write them: one reading, or none."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

Notation = Literal["dutch", "english"]

_SPACES = "\u0020\u00a0\u2009\u202f"
_PLAIN = re.compile(r"[+-]?\d+")
_DRESS = re.compile(
    rf"(?P<euro>€|EUR)?[{_SPACES}]*(?P<number>[^€%]*?)(?P<dashes>,[-–—]+)?[{_SPACES}]*(?P<percent>%)?"
)
_SHAPES = {
    "dutch": re.compile(rf"[+-]?(\d+|[1-9]\d{{0,2}}([.{_SPACES}])\d{{3}}(\2\d{{3}})*)(,\d+)?"),
    "english": re.compile(rf"[+-]?(\d+|[1-9]\d{{0,2}}([,{_SPACES}])\d{{3}}(\2\d{{3}})*)(\.\d+)?"),
}
_DECIMAL = {"dutch": ",", "english": "."}


LONGEST = 100
"""Characters: what is longer is no number that anybody wrote, and would take long to read."""


class NoNumberError(ValueError):
    """A text is no number, or could be two."""

    def __init__(self, readings: tuple[Fraction, ...] = ()) -> None:
        self.readings = readings
        super().__init__(readings)


@dataclass(frozen=True)
class Written:
    """A number that was read from a text.

    Parameters
    ----------
    value : Fraction
        Exactly what is written.
    why : tuple of str
        What its text has beside digits: ``"decimals"``, ``"thousands"``, ``"euro"``, ``"percent"``.
    """

    value: Fraction
    why: tuple[str, ...] = ()


def written(text: str, notation: Notation | None = None) -> Written:
    """Read a number from a text.

    Parameters
    ----------
    text : str
        Tidy. A sign for euros before it, ``,-`` and ``%`` after it are understood.
    notation : {"dutch", "english"}, optional
        What the comma and the point mean; by default only texts with one reading are read.

    Returns
    -------
    Written
        The number, and what was special about its text.

    Raises
    ------
    NoNumberError
        If it is no number in this notation, or has two readings and no notation is stated.

    Examples
    --------
    >>> written("€ 1.200,50", "dutch").value, written("6%").value
    (Fraction(2401, 2), Fraction(3, 50))
    >>> written("1.234")
    Traceback (most recent call last):
    ...
    verdeling.mapping.notation.NoNumberError: (Fraction(1234, 1), Fraction(617, 500))
    """
    if len(text) > LONGEST:
        raise NoNumberError
    if _PLAIN.fullmatch(text) and text.isascii():
        return Written(Fraction(int(text)))
    dressed = _DRESS.fullmatch(text)
    bare = dressed["number"].strip(_SPACES) if dressed else ""
    known: tuple[Notation, ...] = (notation,) if notation else ("dutch", "english")
    readings = {value for each in known if (value := _read(bare, each)) is not None}
    if dressed is None or len(readings) != 1:
        raise NoNumberError(tuple(sorted(readings, reverse=True)))
    (value,) = readings
    why = [name for name in ("euro", "percent") if dressed[name]]
    if value.denominator > 1:
        why.insert(0, "decimals")
    if re.search(rf"\d[.,{_SPACES}]\d{{3}}", bare) and abs(value) >= 1000:
        why.insert(0, "thousands")
    return Written(value / 100 if dressed["percent"] else value, tuple(why))


def _read(text: str, notation: Notation) -> Fraction | None:
    """The number in one notation, or nothing."""
    if not text.isascii() and not all(character.isascii() or character in _SPACES for character in text):
        return None
    if not _SHAPES[notation].fullmatch(text):
        return None
    whole, _, decimals = text.partition(_DECIMAL[notation])
    digits = re.sub(rf"[.,{_SPACES}]", "", whole)
    return Fraction(f"{digits}.{decimals or 0}")
