"""The instance that a command is about: where it is, and how files of somebody's own are read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import typer

from verdeling.adapters import read_instance
from verdeling.language import say

if TYPE_CHECKING:
    from pathlib import Path

    from verdeling.instance import Instance
    from verdeling.language import Language


@dataclass(frozen=True)
class Source:
    """Where an instance is.

    Parameters
    ----------
    place : str
        A path, or the URL of a database.
    mapping : Path, optional
        Says how files of somebody's own become an instance.
    lang : {"nl", "en"}
        Language in which repairs are told.
    """

    place: str
    mapping: Path | None = None
    lang: Language = "en"

    def __str__(self) -> str:
        return self.place

    def read(self) -> Instance:
        """Read the instance; how many cells were repaired is told on standard error.

        Raises
        ------
        InstanceError
            As `verdeling.read_instance` and `verdeling.read_mapped`.
        """
        if self.mapping is None:
            return read_instance(self.place)
        from verdeling.mapping.reading import read_mapped  # takes 0.1 s, and most commands do without
        from verdeling.mapping.words import notice_sentences

        mapped = read_mapped(self.place, self.mapping)
        typer.echo(say("map.read", self.lang, count=len(mapped.repairs)), err=True)
        for sentence in notice_sentences(mapped.notices, self.lang):
            typer.echo(sentence, err=True)
        return mapped.instance
