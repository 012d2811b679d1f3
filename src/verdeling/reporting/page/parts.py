"""What a page is put together from: sections with sentences, facts, tables and pictures."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from verdeling.pictures.picture import Picture


@dataclass(frozen=True)
class Sentences:
    """Sentences below each other; one that begins with a dash belongs to the one before it.

    Parameters
    ----------
    items : sequence of str
        The sentences.
    plain : bool
        As paragraphs, not as a list.
    """

    kind: ClassVar[str] = "sentences"
    items: Sequence[str]
    plain: bool = False

    @property
    def nested(self) -> list[tuple[str, list[str]]]:
        """Each sentence with those that belong to it."""
        found: list[tuple[str, list[str]]] = []
        for item in self.items:
            part = item.removeprefix("- ")
            if part == item or not found:
                found.append((part, []))
            else:
                found[-1][1].append(part)
        return found


@dataclass(frozen=True)
class Facts:
    """Words and values beside each other.

    Parameters
    ----------
    pairs : sequence of (str, str)
        What it is, and the value.
    """

    kind: ClassVar[str] = "facts"
    pairs: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Figures:
    """The few numbers to know first.

    Parameters
    ----------
    pairs : sequence of (str, str)
        The number, and what it is.
    """

    kind: ClassVar[str] = "figures"
    pairs: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Command:
    """A line to type.

    Parameters
    ----------
    text : str
        The line.
    """

    kind: ClassVar[str] = "command"
    text: str


@dataclass(frozen=True)
class Table:
    """A table whose cells are ready to be read; the first of each row says what the row is about.

    Parameters
    ----------
    caption : str
        What the table holds.
    headings : sequence of str
        One a column.
    rows : sequence of sequence of str
        Cells.
    words : sequence of int
        Columns of words after the first; all others hold numbers.
    total : bool
        Whether the last row is a total.
    note : str
        What else to know to read it.
    estimated : bool
        Whether its numbers rest on estimates.
    """

    kind: ClassVar[str] = "table"
    caption: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    words: Sequence[int] = ()
    total: bool = False
    note: str = ""
    estimated: bool = False


@dataclass(frozen=True)
class Drawing:
    """A picture, with what it shows in words.

    Parameters
    ----------
    picture : Picture
        The picture, drawn when it is first looked at.
    """

    kind: ClassVar[str] = "drawing"
    picture: Picture

    @property
    def description(self) -> str:
        """What it shows."""
        return self.picture.description

    @cached_property
    def svg(self) -> str:
        """One ``svg`` element, with its title."""
        return self.picture.svg()


@dataclass(frozen=True)
class Section:
    """A part of a page under a title of its own.

    Parameters
    ----------
    anchor : str
        By which other places on the page refer to it.
    title : str
        Its title.
    blocks : sequence
        What stands below the title: `Sentences`, `Facts`, `Figures`, `Command`, `Table`,
        `Drawing`, or sections
        of a next level.
    estimated : bool
        Whether what it says rests on estimates.
    """

    kind: ClassVar[str] = "section"
    anchor: str
    title: str
    blocks: Sequence[Sentences | Facts | Figures | Command | Table | Drawing | Section] = field(default=())
    estimated: bool = False

    @property
    def sections(self) -> list[Section]:
        """The sections of a next level."""
        return [block for block in self.blocks if isinstance(block, Section)]

    @property
    def drawings(self) -> list[Drawing]:
        """Its pictures, and those of its sections."""
        own = [block for block in self.blocks if isinstance(block, Drawing)]
        return own + [drawing for section in self.sections for drawing in section.drawings]


Block = Sentences | Facts | Figures | Command | Table | Drawing | Section
"""What stands in a section."""
