"""How pictures look: colours that everybody can tell apart, one typeface, numbers as the language has them.

The colours of marks are those of M. Okabe and K. Ito, Color Universal Design (2008), of which only the ones
are used that stand out from white by 3:1, as WCAG 2.2 asks of what carries meaning; text stands out by 4.5:1.
No colour is the only carrier of what it says: position, shape or a number says it as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from verdeling.language import Language

PAPER = "#ffffff"
INK = "#1a1a1a"
QUIET = "#595959"
"""Text that is read second."""
GRID = "#e3e3e3"
BELOW = "#0072b2"
"""Below the fair share, or taken off."""
ABOVE = "#d55e00"
"""Above the fair share, or added."""
NEUTRAL = "#6f6f6f"
"""Neither."""
LAND = "#f4f2ec"
SCALE = ["#00507d", "#4b94c4", "#b9d3e6", "#f2f0ea", "#f4bd93", "#de7d3f", "#9c3f00"]
"""From far below a middle to far above it."""
STRENGTH = ["#f4f8fb", "#c5dcec", "#86b6d8", "#4a90bf", "#00507d"]
"""From nothing to much."""

FONT = "Arial, 'Liberation Sans', Helvetica, sans-serif"
WIDTH = 720
"""Pixels a picture is wide: a page of A4 holds it, and so does half a projector."""
SMALL, USUAL, LARGE = 11, 12, 16

_DUTCH = {"decimal": ",", "thousands": ".", "grouping": [3], "currency": ["EUR ", ""], "minus": "-"}
_ENGLISH = {"decimal": ".", "thousands": ",", "grouping": [3], "currency": ["EUR ", ""], "minus": "-"}


def config(lang: Language) -> dict[str, Any]:
    """What Vega-Lite is told about every picture, in its own words.

    Parameters
    ----------
    lang : {"nl", "en"}
        Decides the notation of numbers on axes and in legends.

    Returns
    -------
    dict
        A ``config`` of Vega-Lite. Marks carry no labels for screen readers of their own: these would be
        in English; a picture has one description.
    """
    axis = {"labelColor": INK, "titleColor": QUIET, "labelFontSize": USUAL, "titleFontSize": USUAL}
    axis |= {"gridColor": GRID, "domain": False, "ticks": False, "titleFontWeight": "normal"}
    axis |= {"labelPadding": 6, "titlePadding": 8, "labelLimit": 260}
    return {
        "aria": False,
        "background": PAPER,
        "font": FONT,
        "locale": {"number": _DUTCH if lang == "nl" else _ENGLISH},
        "view": {"stroke": None},
        "axis": axis,
        "axisY": {"grid": False},
        "legend": {"labelColor": INK, "titleColor": QUIET, "labelFontSize": USUAL, "titleFontSize": USUAL,
                   "titleFontWeight": "normal", "orient": "bottom", "labelLimit": 300, "titleLimit": 600},
        "header": {"labelColor": INK, "labelFontSize": USUAL, "titleFontSize": USUAL, "labelLimit": 300},
        "text": {"color": INK, "fontSize": USUAL},
        "title": {"color": INK, "subtitleColor": QUIET, "fontSize": LARGE, "subtitleFontSize": USUAL,
                  "anchor": "start", "frame": "bounds", "subtitlePadding": 6, "offset": 14,
                  "subtitleLineHeight": 16, "lineHeight": 16},
    }  # fmt: skip


def contrast(one: str, other: str) -> float:
    """How much two colours stand out from each other, from 1 to 21, as WCAG 2.2 reckons it.

    Examples
    --------
    >>> round(contrast("#000000", "#ffffff"), 2), round(contrast("#777777", "#ffffff"), 2)
    (21.0, 4.48)
    """
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def ink_on(colour: str) -> str:
    """The colour of text that stands out most from a ground.

    Examples
    --------
    >>> ink_on("#f4bd93"), ink_on("#00507d")
    ('#1a1a1a', '#ffffff')
    """
    return max((INK, PAPER), key=lambda ink: contrast(ink, colour))


def _luminance(colour: str) -> float:
    """Relative luminance of a colour in sRGB."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
