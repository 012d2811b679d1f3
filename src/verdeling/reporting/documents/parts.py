"""What a document is made of, whatever it is written as: so a page and a Word file say the same."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from verdeling.language import Language

_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)


def clean(text: str) -> str:
    r"""A text that XML allows, on one line.

    Examples
    --------
    >>> clean("Bor\x07ne\nand Losser")
    'Bor�ne and Losser'
    """
    return " ".join(_FORBIDDEN.sub("�", text).split())


@dataclass(frozen=True)
class Heading:
    """A heading of a level, 1 below the title."""

    text: str
    level: int = 1


@dataclass(frozen=True)
class Text:
    """A paragraph: plain, a lead, or a note in smaller letters."""

    text: str
    kind: Literal["plain", "lead", "note"] = "plain"


@dataclass(frozen=True)
class Points:
    """A list of sentences."""

    texts: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """A table under its caption.

    Parameters
    ----------
    caption : str
        What it is about.
    headings : tuple of str
        One for each column.
    rows : tuple of tuple of str
        Cells.
    labels : int
        So many columns at the start hold text; the others hold numbers, aligned right.
    total : bool
        Whether the last row is the sum of the others.
    """

    caption: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    labels: int = 1
    total: bool = False


@dataclass(frozen=True)
class Picture:
    """A picture, with what it shows in words."""

    png: bytes = field(repr=False)
    caption: str
    description: str


@dataclass(frozen=True)
class Signatures:
    """Blanks to sign: who, and the words of each blank."""

    parties: tuple[str, ...]


@dataclass(frozen=True)
class Turn:
    """From here on pages are wide, or upright again."""

    wide: bool


Part = Heading | Text | Points | Table | Picture | Signatures | Turn


@dataclass(frozen=True)
class Document:
    """A document.

    Parameters
    ----------
    title, subtitle : str
        What it is called, and what it is about: on the page, above every page and in its properties.
    lang : {"nl", "en"}
        Language.
    parts : tuple of Part
        What it says, in order.
    draft : bool
        Whether it is marked as a draft, on every page.
    small : bool
        In small letters and narrow margins, for one page.
    """

    title: str
    subtitle: str
    lang: Language
    parts: tuple[Part, ...]
    draft: bool = False
    small: bool = False
