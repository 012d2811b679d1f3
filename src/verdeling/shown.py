"""What shows itself in a notebook and a terminal, by a card that a room above it makes."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import RenderableType

    from verdeling.language import Language
    from verdeling.showing.card import Card


class Shown:
    """Something with a card: what it is, its status, the numbers to begin with, and what can be asked next.

    A notebook and a terminal ask for it without saying a language: it is in English then. The card
    computes nothing that takes time. The room of cards is found when one is first asked for, so that
    nothing below it imports it.
    """

    def card(self, lang: Language = "en") -> Card:
        """Its card, which a notebook and a terminal show in this language."""
        found: Card = import_module("verdeling.showing.cards").card_of(self, lang)
        return found

    def _repr_html_(self) -> str:
        return self.card()._repr_html_()

    def __rich__(self) -> RenderableType:
        return self.card().__rich__()
