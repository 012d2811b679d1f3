"""Documents as Word files, with real structures: styles, fields, captions, language."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

from docx import Document as new_document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Cm

from verdeling.language import say
from verdeling.reporting.documents.parts import (
    Heading,
    Picture,
    Points,
    Signatures,
    Table,
    Text,
    Turn,
    clean,
)
from verdeling.reporting.documents.word_styles import (
    add_field,
    describe_picture,
    dress_styles,
    set_language,
)
from verdeling.reporting.documents.word_tables import word_blanks, word_table

if TYPE_CHECKING:
    from pathlib import Path

    from docx.document import Document as WordFile
    from docx.oxml.table import CT_Tbl
    from docx.section import Section

    from verdeling.language import Language
    from verdeling.reporting.documents.parts import Document, Part

BLANKS = ("party", "person", "function", "place_and_date", "signature")
"""What is left open for each party that signs."""

_LOCALE = {"nl": "nl-NL", "en": "en-GB"}
_STYLES = {"plain": "Body Text", "lead": "Lead", "note": "Note"}
_TWIPS = 635
"""English Metric Units in a twentieth of a point."""


def write_word(document: Document, path: Path) -> None:
    """Write a document as a Word file (.docx), A4.

    Parameters
    ----------
    document : Document
        What it says.
    path : Path
        Where; replaced if it is there.
    """
    file = new_document()
    dress_styles(file, small=document.small)
    set_language(file, _LOCALE[document.lang])
    _set_properties(file, document)
    _lay_out(file.sections[0], document)
    file.add_paragraph(clean(document.title), style="Title")
    file.add_paragraph(clean(document.subtitle), style="Subtitle")
    if document.draft:
        file.add_paragraph(say("document.draft_long", document.lang), style="Mark")
    writer = _Writer(file, document.lang)
    for part in document.parts:
        writer.add(part)
    file.save(str(path))


def _set_properties(file: WordFile, document: Document) -> None:
    properties = file.core_properties
    properties.title = clean(document.title)[:255]
    properties.subject = clean(document.subtitle)[:255]
    properties.author = properties.last_modified_by = "Verdeling"
    properties.language = _LOCALE[document.lang]
    properties.comments = ""
    properties.content_status = say("document.draft", document.lang) if document.draft else ""


def _lay_out(section: Section, document: Document) -> None:
    """A4 upright, with the title above every page and its number below it."""
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    margin = Cm(1.6) if document.small else Cm(2.2)
    section.left_margin = section.right_margin = margin
    section.top_margin = section.bottom_margin = margin
    section.header_distance = section.footer_distance = Cm(0.7)
    mark = [say("document.draft_short", document.lang)] if document.draft else []
    section.header.paragraphs[0].text = " · ".join([*mark, clean(document.title)])
    below = section.footer.paragraphs[0]
    below.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    below.add_run(say("document.page", document.lang) + " ")
    add_field(below, "PAGE")
    below.add_run(" " + say("document.of", document.lang) + " ")
    add_field(below, "NUMPAGES")


@dataclass(frozen=True)
class _Writer:
    """Adds parts at the end of a file."""

    file: WordFile
    lang: Language

    def add(self, part: Part) -> None:
        """Add a part."""
        match part:
            case Heading():
                self.file.add_heading(clean(part.text), part.level)
            case Text():
                self._say(part.text, _STYLES[part.kind])
            case Points():
                for text in part.texts:
                    self._say(text, "List Bullet")
            case Turn():
                self._turn(wide=part.wide)
            case _:
                self._add_figure(part)

    def _add_figure(self, part: Table | Signatures | Picture) -> None:
        match part:
            case Table():
                self._say(part.caption, "Caption")
                self._put(word_table(part, self._width // _TWIPS))
            case Signatures():
                blanks = [say(f"blank.{blank}", self.lang) for blank in BLANKS]
                self._put(word_blanks(part.parties, blanks, self._width // _TWIPS))
            case Picture():
                self._say(part.caption, "Caption")
                shape = self.file.add_picture(BytesIO(part.png), width=self._width)
                describe_picture(shape, clean(part.description))
                self.file.paragraphs[-1].style = self.file.styles["Body Text"]

    def _say(self, text: str, style: str) -> None:
        self.file.add_paragraph(clean(text), style=style)

    @property
    def _section(self) -> Section:
        return self.file.sections[-1]

    @property
    def _width(self) -> int:
        """Between the margins, in English Metric Units."""
        section = self._section
        return int(section.page_width or 0) - int(section.left_margin or 0) - int(section.right_margin or 0)

    def _put(self, table: CT_Tbl) -> None:
        self.file.element.body._insert_tbl(table)  # noqa: SLF001

    def _turn(self, *, wide: bool) -> None:
        section = self.file.add_section(WD_SECTION.NEW_PAGE)
        section.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
        long, short = Cm(29.7), Cm(21)
        section.page_width, section.page_height = (long, short) if wide else (short, long)
