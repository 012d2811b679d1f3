"""Answers that are kept: a workbook for people, or a folder of CSV files for programs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import pandas as pd
import typer
from openpyxl import Workbook

from verdeling.adapters.placing import placed
from verdeling.language import say
from verdeling.names import Names
from verdeling.output import check_target, put_folder, write_csv, write_json
from verdeling.phrases import Wording, titles
from verdeling.reporting.runs import check_runs, keeps_runs, write_runs
from verdeling.workbooks.tables import append_sheet
from verdeling.workbooks.wording import in_words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from verdeling.instance import Instance
    from verdeling.language import Language
    from verdeling.policy import Policy
    from verdeling.solution import Solution

PROVENANCE, SENTENCES = "provenance.json", "sentences.csv"

TABLES = {
    *("limits", "steps", "goals", "loads", "changes", "chain", "ways", "moves", "swings"),
    *("placements", "builds", "support", "waiting", "differences", "numbers"),
    *("ranges", "trades", "loosened", "conflict", "concessions"),
    *("violations", "shortfalls", "indicators", "repair", "bounds", "members", "lines", "status"),
    *("groups", "municipalities", "distribution", "runs", "scenarios", "parts", "outcomes"),
}
"""Every table that an answer can have."""


@dataclass(frozen=True)
class Answer:
    """What there is to keep of an answer.

    Parameters
    ----------
    instance : Instance
        What was asked about.
    policies : tuple of Policy
        Under which.
    title : str
        Key of the title.
    sentences : sequence of str
        The answer in words.
    tables : mapping of str to DataFrame
        Some of `TABLES`, in ids.
    asked : mapping of str to object
        What was asked, for the provenance.
    """

    instance: Instance
    policies: tuple[Policy, ...]
    title: str
    sentences: Sequence[str]
    tables: Mapping[str, pd.DataFrame]
    asked: Mapping[str, Any]

    def keep(self, path: Path | None, lang: Language, *, overwrite: bool) -> None:
        """Write it where that was asked for, and say so.

        Parameters
        ----------
        path : Path or None
            Ending in ``.xlsx``, or without an ending for a folder.
        lang : {"nl", "en"}
            Language of the workbook and of the sentences.
        overwrite : bool
            Whether an earlier answer may be replaced.

        Raises
        ------
        OutputError
            As `verdeling.output.write_solution`.
        """
        if path is None:
            return
        check_place(path, overwrite=overwrite)
        if path.suffix.lower() == ".xlsx" and not path.is_dir():
            with placed(path, overwrite=overwrite) as made:
                self._write_workbook(made, lang)
        else:
            put_folder(path, self._write_folder)
        typer.echo(say("screen.written", lang, path=path))

    def _write_folder(self, folder: Path) -> None:
        write_csv(pd.DataFrame({"sentence": self.sentences}), folder / SENTENCES)
        for name, table in self.tables.items():
            write_csv(table, folder / f"{name}.csv")
        write_json(self._provenance(), folder / PROVENANCE)

    def _write_workbook(self, path: Path, lang: Language) -> None:
        """The sentences first, then every table with names in the place of ids."""
        wording = Wording(Names.of(self.instance, lang))
        book = Workbook(write_only=True)
        told = pd.DataFrame({say("heading.sentence", lang): self.sentences})
        lines = [self.instance.about.title, say(self.title, lang)]
        lines += [titles(policy, lang)[0] for policy in self.policies]
        append_sheet(book.create_sheet(say("sheet.answer", lang)), told, lines)
        for name, table in self.tables.items():
            shown = in_words(table, wording)
            headed = shown.rename(columns=lambda column: say(f"heading.{column}", lang))
            append_sheet(book.create_sheet(say(f"sheet.{name}", lang)), headed, columns=list(map(str, shown)))
        book.save(path)
        book.close()

    def _provenance(self) -> dict[str, Any]:
        return {
            "instance": self.instance.about.name,
            "instance_digest": self.instance.digest,
            "scenario": self.instance.about.scenario,
            "policies": {policy.name: policy.digest for policy in self.policies},
            "asked": dict(self.asked),
            "verdeling": version("verdeling"),
        }


def adding_runs(
    output: str | None, *, overwrite: bool, seed: int | None = None
) -> Callable[[Sequence[Solution]], object] | None:
    """What adds solutions to the runs at a place; nothing where it is no place of runs.

    Raises
    ------
    OutputError
        If runs cannot be added there.
    """
    if output is None or not keeps_runs(output):
        return None
    check_runs(output)
    return partial(write_runs, path=output, overwrite=overwrite, seed=seed)


def check_place(path: Path | None, *, overwrite: bool) -> None:
    """Refuse a path to which an answer cannot be written, before anything is computed.

    Raises
    ------
    OutputError
        As `verdeling.output.write_solution`.
    """
    if path is not None:
        files = {PROVENANCE, SENTENCES, *(f"{name}.csv" for name in TABLES)}
        check_target(path, overwrite=overwrite, files=files)
