"""A picture: a chart that can be changed, with a title, and a description for who cannot see it."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from html import escape
from importlib import import_module
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from verdeling.adapters.placing import cannot_write, placed
from verdeling.errors import Problem, VerdelingError
from verdeling.pictures.theme import INK, LARGE, QUIET, SMALL, USUAL, WIDTH, config

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping, Sequence

    from verdeling.language import Language

_ENDINGS = (".html", ".svg", ".png", ".json")
_DRAW = """
const spec = JSON.parse(document.getElementById("spec").textContent);
vegaEmbed("#picture", spec, {actions: false, renderer: "svg", ast: true});
"""
"""Draws a picture in a page; what is drawn stands beside it, because a script may be written anew."""

_LETTER = 0.52
"""Mean width of a letter, in parts of its size."""


def charts() -> Any:
    """The library that charts are stated with, loaded when the first is made.

    Raises
    ------
    VerdelingError
        If it is not installed.
    """
    return _needed("altair")


def drawing() -> Any:
    """The library that draws charts without a browser, loaded when the first is drawn.

    Raises
    ------
    VerdelingError
        If it is not installed.
    """
    return _needed("vl_convert")


def _needed(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError:
        problem = Problem(
            "extra-missing",
            f"Pictures are made with {name.replace('_', '-')}, which is not installed.",
            "It is not needed to divide, and so it does not come along by itself.",
            "Install it: pip install 'verdeling[report]'",
            value=name,
        )
        raise VerdelingError("The picture cannot be made.", [problem]) from None


@dataclass(frozen=True, eq=False, repr=False)
class Picture:
    """A chart with what it says in words.

    Parameters
    ----------
    chart : altair.TopLevelMixin
        A chart of Altair, to be changed and saved as any other; numbers on its axes are in the notation
        of the language.
    title : str
        What it is about.
    description : str
        What it shows, with the numbers that matter, in sentences.
    lang : {"nl", "en"}
        Language.
    """

    chart: Any
    title: str
    description: str
    lang: Language

    def spec(self) -> dict[str, Any]:
        """The chart in Vega-Lite, with the description in it."""
        stated: dict[str, Any] = self.chart.to_dict(validate=False)  # half of the time, and tests do it
        return {**stated, "description": self.description}

    def svg(self) -> str:
        """The picture as text in SVG, to stand in a page beside others.

        Returns
        -------
        str
            One ``svg`` element with title and description. Its ids begin with what nothing else has;
            fonts are asked of the reader's computer, and nothing of a network.
        """
        drawn = str(drawing().vegalite_to_svg(self.spec(), allowed_base_urls=[]))
        return _labelled(drawn, self.title, self.description, self.lang)

    def png(self, scale: float = 2.0) -> bytes:
        """The picture as a bitmap.

        Parameters
        ----------
        scale : float
            Pixels a unit.
        """
        return bytes(drawing().vegalite_to_png(self.spec(), scale=scale, allowed_base_urls=[]))

    def save(self, path: str | os.PathLike[str], *, overwrite: bool = False) -> None:
        """Write the picture to a file, which appears whole or not at all.

        Parameters
        ----------
        path : path-like
            Ending in ``.svg``, ``.png``, ``.html`` (a page that needs no network and tells numbers under
            the pointer) or ``.json`` (Vega-Lite).
        overwrite : bool
            Whether a file that is there already may be replaced.

        Raises
        ------
        OutputError
            If the ending is not known, the file is there already, or it cannot be written.
        """
        target = Path(path)
        if target.suffix.lower() not in _ENDINGS:
            known = ", ".join(_ENDINGS)
            raise cannot_write(target, f"The ending {target.suffix} is not known.", f"Use one of {known}.")
        content = self._content(target.suffix.lower())
        with placed(target, overwrite=overwrite) as made:
            made.write_bytes(content)

    def _content(self, ending: str) -> bytes:
        match ending:
            case ".png":
                return self.png()
            case ".svg":
                return self.svg().encode()
            case ".json":
                return json.dumps(self.spec(), ensure_ascii=False, indent=1).encode()
        return self._page().encode()

    def _page(self) -> str:
        """A page with the chart, which says numbers under the pointer; no name can end its script."""
        spec = json.dumps(self.spec()).replace("<", "\\u003c")
        script = drawing().javascript_bundle(_DRAW)
        title, said = escape(self.title), escape(self.description)
        return (
            f'<!doctype html>\n<html lang="{self.lang}"><head><meta charset="utf-8">'
            f"<title>{title}</title></head>\n<body>"
            f'<figure style="margin: 2em"><div id="picture" role="img" aria-label="{title}"></div>\n'
            f'<figcaption style="max-width: 45em; font-family: sans-serif">{said}</figcaption></figure>\n'
            f'<script type="application/json" id="spec">{spec}</script>\n'
            f'<script type="module">{script}</script></body></html>\n'
        )

    def _repr_svg_(self) -> str:
        return self.svg()

    def __repr__(self) -> str:
        return f"<Picture {self.title!r}>"


def held(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Data of a chart. Altair copies a chart at each step, and looks at all its lists; not into a tuple.

    Parameters
    ----------
    rows : sequence of mapping
        Values by field.
    """
    return {"values": tuple(rows)}


def framed(
    chart: Any,
    title: str,
    description: str,
    lang: Language,
    *,
    explained: str = "",
    notes: Sequence[str] = (),
) -> Picture:
    """A chart with its title above, how to read it below that, and notes under it.

    Parameters
    ----------
    chart : altair.TopLevelMixin
        What is framed, without title and configuration.
    title, description : str
        As of `Picture`.
    lang : {"nl", "en"}
        Language.
    explained : str
        How to read it.
    notes : sequence of str
        What must be known of its numbers.
    """
    alt = charts()
    top = {"text": lines(title, LARGE)}
    if explained:
        top["subtitle"] = lines(explained, USUAL)
    under = [line for note in notes for line in lines(note, SMALL)]
    inner = alt.vconcat(chart, title=alt.TitleParams(**top, color=INK, lineHeight=20))
    frame = {"config": config(lang), "padding": 12}
    if under:
        small = {"fontSize": SMALL, "fontWeight": "normal", "color": QUIET, "offset": 12, "lineHeight": 14}
        frame["title"] = alt.TitleParams(under, orient="bottom", **small)
    return Picture(alt.vconcat(inner, **frame), title, description, lang)


def lines(text: str, size: int) -> list[str]:
    """A text broken into lines as wide as a picture."""
    return wrap(text, int(WIDTH / (size * _LETTER)), break_on_hyphens=False) or [""]


def _labelled(svg: str, title: str, description: str, lang: Language) -> str:
    """An SVG with title, description and ids of its own."""
    content = f"{lang} {title} {description} {svg}"
    own = "p" + hashlib.sha256(content.encode()).hexdigest()[:10]
    svg = re.sub(r' (role="graphics-[^"]*"|aria-(roledescription|label)="[^"]*")', "", svg)
    svg = re.sub(r'\bid="([^"]+)"', rf'id="{own}-\1"', svg)
    svg = re.sub(r"url\(#([^)]+)\)", rf"url(#{own}-\1)", svg)
    svg = re.sub(r'href="#([^"]+)"', rf'href="#{own}-\1"', svg)
    named = (
        f'<title id="{own}-title">{escape(title)}</title><desc id="{own}-desc">{escape(description)}</desc>'
    )
    opening = f'<svg role="img" lang="{lang}" aria-labelledby="{own}-title" aria-describedby="{own}-desc"'
    head, _, rest = svg.removeprefix("<svg").partition(">")
    return f"{opening}{head}>{named}{rest}"
