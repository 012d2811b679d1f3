"""Styles, language and fields of a Word file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor

if TYPE_CHECKING:
    from docx.document import Document as WordFile
    from docx.shape import InlineShape
    from docx.styles.style import ParagraphStyle
    from docx.text.paragraph import Paragraph

FONT = "Arial"
_INK, _ACCENT, _WARNING = RGBColor(0x1A, 0x1A, 0x1A), RGBColor(0x1F, 0x3F, 0x66), RGBColor(0x9C, 0x1C, 0x1C)

_OWN = ("Lead", "Note", "Cell", "Mark")
"""Styles that the template lacks."""

_SIZES = {
    "Normal": (10.5, 9), "Body Text": (10.5, 9), "List Bullet": (10.5, 9), "Lead": (12, 10), "Note": (9, 8),
    "Cell": (9, 8.5), "Caption": (9, 8.5), "Mark": (11, 9), "Title": (22, 16), "Subtitle": (12, 10),
    "Heading 1": (14, 11), "Heading 2": (11.5, 10), "Header": (8.5, 8), "Footer": (8.5, 8),
}  # fmt: skip
"""Points of each style, and in a document of small letters."""

_AROUND = {
    "Normal": (0, 6), "Body Text": (0, 6), "List Bullet": (0, 3), "Lead": (0, 8), "Note": (4, 4),
    "Cell": (1, 1), "Caption": (8, 3), "Mark": (0, 10), "Title": (0, 2), "Subtitle": (0, 10),
    "Heading 1": (16, 5), "Heading 2": (10, 3), "Header": (0, 0), "Footer": (0, 0),
}  # fmt: skip
"""Points before and after a paragraph of each style; half of them in a document of small letters."""

_KEPT = ("Caption", "Heading 1", "Heading 2", "Title")
_ACCENTED = ("Title", "Heading 1", "Heading 2")


def dress_styles(file: WordFile, *, small: bool) -> None:
    """Give every style that is used its letters and room, and make those that the template lacks."""
    for name in _OWN:
        added = file.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        added.base_style = file.styles["Normal"]
    for name, sizes in _SIZES.items():
        style: ParagraphStyle = file.styles[name]
        _set_font(style, sizes[small])
        before, after = (room / (2 if small else 1) for room in _AROUND[name])
        spacing = style.paragraph_format
        spacing.space_before, spacing.space_after, spacing.line_spacing = Pt(before), Pt(after), 1.0
        spacing.keep_with_next = name in _KEPT or None
        spacing.widow_control = True


def _set_font(style: ParagraphStyle, size: float) -> None:
    name = style.name or ""
    font = style.font
    font.name, font.size, font.italic = FONT, Pt(size), False
    font.bold = name in (*_ACCENTED, "Mark", "Caption")
    font.color.rgb = _ACCENT if name in _ACCENTED else _WARNING if name == "Mark" else _INK
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    for kind in ("cs", "eastAsia"):
        fonts.set(qn(f"w:{kind}"), FONT)
    for found in ("w:pPr/w:pBdr", "w:rPr/w:spacing", "w:rPr/w:kern"):
        for ornament in style.element.findall("/".join(map(qn, found.split("/")))):
            ornament.getparent().remove(ornament)


def set_language(file: WordFile, locale: str) -> None:
    """State the language of every text, so that it is spelled and read aloud in that language."""
    for spoken in file.styles.element.iter(qn("w:lang")):
        spoken.set(qn("w:val"), locale)
    for spoken in file.settings.element.iter(qn("w:themeFontLang")):
        spoken.set(qn("w:val"), locale)


def add_field(paragraph: Paragraph, instruction: str) -> None:
    """Add a field that Word works out, such as the number of the page."""
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), instruction)
    run = OxmlElement("w:r")
    text = OxmlElement("w:t")
    text.text = "1"
    run.append(text)
    field.append(run)
    paragraph._p.append(field)  # noqa: SLF001


def describe_picture(picture: InlineShape, description: str) -> None:
    """Say in words what a picture shows, for who cannot see it."""
    picture._inline.docPr.set("descr", description)  # noqa: SLF001
