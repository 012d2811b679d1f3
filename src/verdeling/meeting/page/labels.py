"""Names for what shows none, as readers of screens need them."""

from __future__ import annotations

from typing import TypeVar

from nicegui.element import Element

E = TypeVar("E", bound=Element)


def labelled(element: E, text: str) -> E:
    """An element with a name that is not seen; the text may hold anything."""
    element.props["aria-label"] = text
    return element
