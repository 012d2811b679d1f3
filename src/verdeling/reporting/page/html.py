"""A page as HTML: everything that was written by people is escaped, and nothing is fetched."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from importlib.metadata import version
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from verdeling.errors import Problem, VerdelingError
from verdeling.language import say
from verdeling.reporting.page.sections import sections

if TYPE_CHECKING:
    from pathlib import Path

    from verdeling.reporting.content import Content
    from verdeling.reporting.page.parts import Section


_AT_ONCE = 4
"""So many pictures are drawn at a time."""


def write_page(content: Content, path: Path) -> None:
    """Write a report as one page that needs no network and no script.

    Parameters
    ----------
    content : Content
        What the report tells.
    path : Path
        A file that is not there yet.

    Raises
    ------
    VerdelingError
        If what fills templates is not installed.
    """
    path.write_text(page(content), encoding="utf-8", newline="\n")


def page(content: Content) -> str:
    """The page as text; see `write_page`."""
    lang, made_with = content.lang, version("verdeling")
    words = {
        "skip": say("page.skip", lang),
        "contents": say("page.contents", lang),
        "kicker": content.kind,
        "estimated": say("page.estimated", lang),
        "mark": say("page.mark", lang),
        "described": say("page.described", lang),
        "top": say("page.top", lang),
        "made": say("page.made", lang, version=made_with),
    }
    jinja = _jinja()
    environment = jinja.Environment(
        loader=jinja.PackageLoader("verdeling.reporting.page"),
        autoescape=True,
        undefined=jinja.StrictUndefined,
        trim_blocks=True,
    )
    told = sections(content)
    _draw(told)
    safe = jinja.filters.Markup
    filled = environment.get_template("page.html.j2").render(
        lang=lang,
        version=made_with,
        title=content.title,
        style=safe(_style()),
        running=safe(_quoted(content.title)),
        words=words,
        sections=told,
    )
    return f"{filled}\n"


def _draw(told: list[Section]) -> None:
    """Draw all pictures: what draws them waits half of the time, so several are drawn at once."""
    drawings = [drawing for section in told for drawing in section.drawings]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        list(pool.map(lambda drawing: drawing.svg, drawings))


def _style() -> str:
    """The one stylesheet."""
    return (files("verdeling.reporting.page") / "templates" / "page.css").read_text("utf-8").strip()


def _quoted(text: str) -> str:
    """A text as a string in a stylesheet, whatever it holds."""
    return '"' + "".join(each if each.isalnum() else f"\\{ord(each):06x}" for each in text) + '"'


def _jinja() -> Any:
    """What fills templates, loaded when the first page is made.

    Raises
    ------
    VerdelingError
        If it is not installed.
    """
    try:
        return import_module("jinja2")
    except ImportError:
        problem = Problem(
            "extra-missing",
            "Pages are made with jinja2, which is not installed.",
            "It is not needed to divide, and so it does not come along by itself.",
            "Install it: pip install 'verdeling[report]'",
            value="jinja2",
        )
        raise VerdelingError("The page cannot be made.", [problem]) from None
