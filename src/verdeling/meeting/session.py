"""One table in use: what was done, what it gives now, and what was possible before."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING

from verdeling.adapters import write_instance
from verdeling.adapters.placing import cannot_write, placed
from verdeling.explaining.explanation import explain
from verdeling.language import sentence
from verdeling.meeting.actions import ChooseKey, Export, MakeWhole, begun
from verdeling.meeting.differing import differences
from verdeling.meeting.reckoning import Reckoner
from verdeling.meeting.state import Variant
from verdeling.names import Names
from verdeling.reporting.content import Content
from verdeling.reporting.page.html import write_page
from verdeling.reporting.workbook import write_workbook_report

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from verdeling.engine import Progress
    from verdeling.instance import Instance
    from verdeling.language import Language
    from verdeling.meeting.actions import Action
    from verdeling.meeting.log import Log
    from verdeling.meeting.reckoning import Outcome
    from verdeling.meeting.state import Course, Sheet
    from verdeling.reporting.subjects import Subject


class Cancelled(Exception):
    """Somebody does not want to wait any longer."""


class Session:
    """The table of one browser.

    Parameters
    ----------
    instance : Instance
        As it was read.
    policy : str
        With which it begins.
    scenario : str, optional
        With which it begins; by default the instance's own, or the first.
    lang : {"nl", "en"}
        Language of the words in its log.
    """

    def __init__(self, instance: Instance, policy: str, scenario: str | None, lang: Language) -> None:
        self.lang = lang
        self.reckoner = Reckoner(instance)
        self.course: Course = begun(instance, policy, scenario)
        self.outcome: Outcome = self.reckoner.outcome(self.course.sheet.variant)
        self.shown: Outcome | None = self.outcome if self.outcome.possible else None
        self.before: Outcome | None = self.shown
        self.kept: dict[str, Outcome] = {}
        self.log: Log | None = None
        self.told: list[str] = []
        self._cancelled = False

    @property
    def sheet(self) -> Sheet:
        """What lies on the table."""
        return self.course.sheet

    @property
    def names(self) -> Names:
        """What people call things."""
        return Names.of(self.outcome.instance, self.lang)

    def do(self, action: Action) -> None:
        """Do something, and find what it gives.

        Raises
        ------
        VerdelingError
            If it cannot be done; everything is then as it was.
        """
        words = action.words(self.names)
        course = action.on(self.course)
        outcome = self.reckoner.outcome(course.sheet.variant)
        kept = {name: self.reckoner.outcome(variant) for name, variant in course.sheet.kept.items()}
        self._note(action, words)
        if course is not self.course and course.sheet.variant != self.sheet.variant and outcome.possible:
            self.before, self.shown = self.shown or outcome, outcome
        self.course, self.outcome, self.kept = course, outcome, kept

    def make_whole(self, progress: Progress) -> bool:
        """Make whole places; whether the variant is still the one that was on the table when that began.

        Others are answered in the meantime. What was found is kept, and is there at once when it is asked
        for again.

        Raises
        ------
        VerdelingError
            If there is no plan in whole places that could be proved.
        Cancelled
            If somebody cancelled it.
        """
        variant, self._cancelled = self.sheet.variant, False

        def heard(phase: str, done: int, total: int) -> None:
            if self._cancelled:
                raise Cancelled
            progress(phase, done, total)

        self.reckoner.make_whole(variant, heard)
        if variant != self.sheet.variant:
            return False
        self.do(MakeWhole())
        return True

    def cancel(self) -> None:
        """Stop making whole places, as soon as the goal that is settled now is settled."""
        self._cancelled = True

    def export(self, what: str, folder: Path) -> Path:
        """Write the variant; nothing is replaced.

        Parameters
        ----------
        what : {"report", "solution", "instance"}
            The report, a workbook of the division, or the instance with every edit.
        folder : Path
            Where to.

        Returns
        -------
        Path
            What was written.

        Raises
        ------
        VerdelingError
            If it cannot be written, or there is no division.
        """
        write, ending = self.writers[what]
        stem = f"{what}-{slug(self._label())}"
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            remedy = "Make room for it, or begin again with another --folder."
            raise cannot_write(folder, f"{error.strerror or error}.", remedy) from error
        path = next(
            path
            for number in range(1, 10_000)
            if not (path := folder / f"{stem}{'' if number == 1 else f'-{number}'}{ending}").exists()
        )
        write(path)
        self.do(Export.model_validate({"what": what, "file": path.name}))
        return path

    @property
    def writers(self) -> dict[str, tuple[Callable[[Path], None], str]]:
        """What writes each thing, and how its file ends."""
        outcome = self.outcome
        return {
            "report": (self._write_report, ".html"),
            "solution": (self._write_workbook, ".xlsx"),
            "instance": (lambda path: write_instance(outcome.instance, path), ""),
        }

    @property
    def differences(self) -> list[str]:
        """What was changed against the instance as it was read: the key, and every number and agreement."""
        variant = self.sheet.variant
        weighed = ChooseKey(key=variant.key, components=variant.components)
        told = [sentence(weighed.words(self.names))] if variant.key or variant.components else []
        before = self.reckoner.instance_of(Variant(scenario=variant.scenario))
        return told + differences(before, self.outcome.instance, self.lang)

    def _write_report(self, path: Path) -> None:
        with placed(path, overwrite=False) as made:
            write_page(self._told(explain(self.outcome.solution)), made)

    def _write_workbook(self, path: Path) -> None:
        with placed(path, overwrite=False) as made:
            write_workbook_report(self._told(self.outcome.solution), made, every=True)

    def _told(self, subject: Subject) -> Content:
        """What there is to tell, with what was changed at the table."""
        return replace(Content.of(subject, lang=self.lang), changes=tuple(self.differences))

    def _label(self) -> str:
        """Name of the variant, or what it is called while it has none."""
        kept = [name for name, variant in self.sheet.kept.items() if variant == self.sheet.variant]
        return kept[-1] if kept else self.reckoner.instance.about.name

    def _note(self, action: Action, words: str) -> None:
        if self.log:
            self.log.add(action, words)
        self.told.append(words)


def slug(name: str) -> str:
    """A name as a part of the name of a file.

    Examples
    --------
    >>> slug("Voorstel A: 60/40, vóór 2027")
    'voorstel-a-60-40-voor-2027'
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60] or "variant"
