"""A division by a key in words: what each step gives or takes, municipality by municipality."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain, count, product
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from verdeling.language import counted, language, number, say

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from verdeling.dividing.division import Division, Note
    from verdeling.keys.data import Key
    from verdeling.keys.stages import Stage
    from verdeling.language import Language


def describe(division: Division, lang: str = "en") -> list[str]:
    """Say of each municipality, and each class, how its places came about; then what else to know.

    Parameters
    ----------
    division : Division
        By a key alone.
    lang : {"en", "nl"}
        Language of the sentences.

    Returns
    -------
    list of str
        In the order of the municipalities. What rounds to zero is left out; amounts have at most two
        decimals.

    Raises
    ------
    VerdelingError
        If the language is not known.

    Examples
    --------
    >>> from verdeling.dividing.division import divide
    >>> towns = pd.DataFrame({"municipality": ["G", "K"], "population": [40, 20]})
    >>> for text in describe(divide(40, towns, "population")):
    ...     print(text)
    G: population gives 26.67, rounding adds 0.33: 27 places.
    K: population gives 13.33, rounding takes 0.33: 13 places.
    """
    words = DivisionWords(division, language(lang))
    return [*words.sentences(), *words.notes()]


def title_of(key: Key, lang: Language) -> str:
    """What a key is called; empty where it does not say."""
    return (key.title_nl if lang == "nl" else "") or key.title


@dataclass(frozen=True)
class DivisionWords:
    """Puts a division in words.

    Parameters
    ----------
    division : Division
        By a key alone.
    lang : {"nl", "en"}
        The language.
    """

    division: Division
    lang: Language

    def sentences(self) -> list[str]:
        """A sentence per municipality and class: what each step gives or takes, and the places."""
        said = [
            [self._effect(stage, amount) for amount in each.ravel()] for stage, each in self.division.effects
        ]
        told = zip(self._whose(), zip(*said, strict=True), self.division.places.ravel().tolist(), strict=True)
        return [self._sentence(whose, effects, places) for whose, effects, places in told]

    def notes(self) -> list[str]:
        """What else to know, a sentence each."""
        return [self._note(note) for note in self.division.notes]

    def table(self) -> pd.DataFrame:
        """Municipality, class (where there are classes), what each step gives or takes, and the places.

        Returns
        -------
        DataFrame
            Amounts in places, with headings in the language; steps of the same name are numbered.
        """
        division = self.division
        columns: dict[str, object] = {
            self._heading("municipality"): np.repeat(np.array(division.names, object), len(division.classes))
        }
        if division.classes != ("",):
            columns[self._heading("class")] = list(division.classes) * len(division.names)
        for heading, (_, effect) in zip(self._headings(set(columns)), division.effects, strict=True):
            columns[heading] = effect.ravel()
        return pd.DataFrame({**columns, self._heading("places"): division.places.ravel()})

    def step(self, stage: Stage) -> str:
        """What a step is called: its name in the language, its name, or what it is."""
        dutch = stage.name_nl if self.lang == "nl" else ""
        return dutch or stage.name or say(f"step.{stage.kind}", self.lang)

    def _headings(self, taken: set[str]) -> Iterator[str]:
        taken = taken | {self._heading("places")}
        for stage, _ in self.division.effects:
            name = self.step(stage)
            again = (f"{name} ({times})" for times in count(2))
            heading = next(each for each in chain([name], again) if each not in taken)
            taken.add(heading)
            yield heading

    def _heading(self, column: str) -> str:
        return say(f"heading.{column}", self.lang)

    def _whose(self) -> Iterator[str]:
        for municipality, name in product(self.division.names, self.division.classes):
            said = say("division.whose", self.lang, municipality=municipality, class_=name)
            yield said if name else municipality

    def _sentence(self, whose: str, effects: Iterable[str], places: int) -> str:
        said = ", ".join(each for each in effects if each)
        shown = counted("unit.places", places, self.lang)
        key = "division.sentence" if said else "division.nothing"
        return say(key, self.lang, whose=whose, effects=said, places=shown)

    def _effect(self, stage: Stage, effect: float) -> str:
        """What a step gives or takes; nothing where that rounds to zero."""
        amount = number(abs(effect), self.lang)
        if amount == "0":
            return ""
        key = "takes" if effect < 0 else "gives" if stage is self.division.trail[0] else "adds"
        return say(f"division.{key}", self.lang, amount=amount, step=self.step(stage))

    def _note(self, note: Note) -> str:
        return say(
            f"division.{note.kind}",
            self.lang,
            whom=say("division.for", self.lang, class_=note.class_) if note.class_ else "",
            total=number(note.total, self.lang),
            divided=number(note.divided, self.lang),
            by=number(abs(note.divided - note.total), self.lang),
            rule=say(f"rule.{note.rule}", self.lang) if note.rule else "",
        )
