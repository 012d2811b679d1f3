"""Documents as pages: one file each, to read on a screen and to print on A4, without a network."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined

from verdeling.reporting.documents.parts import clean

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from verdeling.language import Language
    from verdeling.reporting.documents.parts import Document


@cache
def _templates() -> Environment:
    """The templates; everything that is filled in is escaped and cleaned of what no page can show."""
    found = Environment(
        loader=PackageLoader("verdeling.reporting.documents"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    found.filters["clean"] = clean
    found.filters["kind"] = lambda part: type(part).__name__
    return found


def write_page(document: Document, path: Path) -> None:
    """Write a document as a page (.html).

    Parameters
    ----------
    document : Document
        What it says; one without pictures, blanks and turned pages.
    path : Path
        Where; replaced if it is there.
    """
    _write(path, "document.html", document=document, lang=document.lang)


def write_index(
    title: str,
    told: str,
    listed: Sequence[tuple[str, Sequence[tuple[str, str]]]],
    path: Path,
    lang: Language,
) -> None:
    """Write a page that says which file is whose.

    Parameters
    ----------
    title, told : str
        What the files are.
    listed : sequence of (str, sequence of (str, str))
        Who has files, each with the name and the ending of every file.
    path : Path
        Where.
    lang : {"nl", "en"}
        Language.
    """
    _write(path, "index.html", title=title, told=told, listed=listed, lang=lang)


def _write(path: Path, template: str, **values: object) -> None:
    text = _templates().get_template(template).render(**values)
    path.write_text(text, encoding="utf-8", newline="\n")
