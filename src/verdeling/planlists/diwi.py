"""Exports of DIWI, the register of housing projects of Dutch municipalities, as lists of plans.

Its workbook has sections above headings above subheadings. A row is a block of homes in a project. What
phase a project is in and what status its plan has stands there as the day on which each began.
Source: github.com/VNG-Realisatie/DIWI, ExcelTableHeader and ExcelExport.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from verdeling.cells import tidy
from verdeling.errors import Problem
from verdeling.mapping.lifted import Lifted, Row
from verdeling.planlists.dates import NoDateError, day_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from verdeling.mapping.resolving import Directory
    from verdeling.mapping.sources import Sheet

PROJECT, NUMBERS, BUILDING = "Projectgegevens", "Woning aantallen", "Bouw gegevens"
PHASES = (
    "1 Concept", "2 Initiatief", "3 Definitie", "4 Ontwerp", "5 Voorbereiding", "6 Realisatie", "7 Nazorg"
)  # fmt: skip
STATUSES = (
    "4b Niet opgenomen in de visie", "4a Opgenomen in de visie", "3 In voorbereiding",
    "2c Vastgesteld B&W nodig", "2b Vastgesteld uitwerking nodig", "2a Vastgesteld",
    "1c Onherroepelijk B&W nodig", "1b Onherroepelijk uitwerking nodig", "1a Onherroepelijk",
)  # fmt: skip
"""From the least certain to the most: of two that began on the same day the later one holds."""

TENURES = ("Koopwoning", "Particuliere verhuurder", "Huur woningcorporatie", "Eigendom type onbekend")
OVER = ("Afgerond", "Afgebroken")
"""Statuses of projects that are over."""

DEMOLITION = "Sloop"
"""Tenure that is stated of homes that are demolished."""


class Heading(NamedTuple):
    """What a column is about: its section, what it is called, and what stands below that."""

    section: str
    name: str
    below: Any


@dataclass(frozen=True)
class Export:
    """A sheet of such a workbook.

    Parameters
    ----------
    sheet : Sheet
        The cells.
    top : int
        Row of the sections, counted from 1; headings stand two rows below, subheadings three.
    headings : dict of int to Heading
        By column, counted from 1.
    """

    sheet: Sheet
    top: int
    headings: dict[int, Heading]

    def filled(self, row: int, section: str, names: Sequence[str]) -> list[tuple[int, Heading, Any]]:
        """Columns of a section with these names that have a cell in a row: column, heading and cell."""
        line = self.sheet.lines[row - 1]
        return [
            (at, heading, cell)
            for at, heading in self.headings.items()
            if heading.section == section and heading.name in names
            and at <= len(line) and (cell := tidy(line[at - 1])) is not None
        ]  # fmt: skip

    def one(self, row: int, section: str, name: str) -> Any:
        """The cell of a column in a row; nothing where it is empty or not there."""
        found = self.filled(row, section, [name])
        return found[0][2] if found else None

    @property
    def rows(self) -> range:
        """Rows below the headings."""
        return range(self.top + 4, len(self.sheet.lines) + 1)


def as_export(sheet: Sheet) -> Export | None:
    """A sheet as an export of DIWI; nothing where it is none."""
    for top, line in enumerate(sheet.lines[:20], start=1):
        sections = [tidy(cell) for cell in line]
        if PROJECT in sections and len(sheet.lines) >= top + 2:
            return Export(sheet, top, dict(_headings(sheet, top, sections)))
    return None


def _headings(sheet: Sheet, top: int, sections: Sequence[Any]) -> Iterator[tuple[int, Heading]]:
    names = sheet.lines[top + 1]
    below = sheet.lines[top + 2] if len(sheet.lines) > top + 2 else []
    section = name = ""
    for at in range(1, len(names) + 1):
        above = sections[at - 1] if at <= len(sections) else None
        if above is not None:
            section, name = str(above), ""
        name = str(tidy(names[at - 1]) or name)
        yield at, Heading(section, name, tidy(below[at - 1]) if at <= len(below) else None)


def lift_export(export: Export, directory: Directory, as_of: datetime.date) -> Lifted:
    """Plans of an export, each with the address of its cell.

    Parameters
    ----------
    export : Export
        What was exported.
    directory : Directory
        Knows the municipalities.
    as_of : date
        The day of which phase and status are taken.

    Returns
    -------
    Lifted
        The list ``plans``: a row for each tenure, or each day of delivery, of a block.
    """
    lifted = Lifted()
    lifted.problems += _missing(export)
    if not lifted.problems:
        lifted.tables["plans"] = [
            row for at in export.rows for row in _Block(export, at, directory, as_of, lifted).rows()
        ]
    return lifted


def _missing(export: Export) -> list[Problem]:
    present = {(heading.section, heading.name) for heading in export.headings.values()}
    wanted = [(PROJECT, "Naam"), (PROJECT, "Gemeente"), (NUMBERS, "Bouw"), (BUILDING, "Opleverdatum")]
    return [
        Problem("missing-heading", f"{section} has no column {name}.", "Exports of DIWI have it.",
                "Export the projects again, or use a mapping with [[table]].", "plans",
                export.sheet.address(export.top), value=name)
        for section, name in wanted if (section, name) not in present
    ]  # fmt: skip


@dataclass(frozen=True)
class _Block:
    """One row: a block of homes in a project."""

    export: Export
    row: int
    directory: Directory
    as_of: datetime.date
    into: Lifted

    def rows(self) -> Iterator[Row]:
        """A row of the list for each tenure or day of delivery."""
        built, gone = (self.export.one(self.row, NUMBERS, name) for name in ("Bouw", DEMOLITION))
        stated = [self._project("Naam"), self._project("Identificatie nr"), built, gone]
        if all(each is None for each in stated):
            return
        if built is gone is None:
            yield self._row({"homes": 0})
        if gone is not None:
            yield self._row({"homes": gone, "tenure": DEMOLITION})
        if built is None:
            return
        days, tenures = (
            self.export.filled(self.row, BUILDING, names) for names in (["Opleverdatum"], TENURES)
        )
        if len(days) > 1 and len(tenures) > 1:
            self._refuse("two-splits", "Homes are split by day of delivery and by tenure.",
                         "It is not known which of them are delivered when.",
                         "Split the block in DIWI, one for each day of delivery.", "delivery")  # fmt: skip
            return
        delivery = _text(days[0][1].below) if len(days) == 1 else None
        parts = [{"homes": cell, "delivery": _text(heading.below)} for _, heading, cell in days]
        tenure = tenures[0][1].name if tenures else None
        if len(days) > 1:
            yield from self._split([each | {"tenure": tenure} for each in parts], built)
        elif tenures:
            kinds = [{"homes": cell, "tenure": heading.name} for _, heading, cell in tenures]
            yield from self._split([each | {"delivery": delivery} for each in kinds], built)
        else:
            yield self._row({"homes": built, "delivery": delivery})

    def _split(self, parts: Sequence[Mapping[str, Any]], built: Any) -> Iterator[Row]:
        numbers = [part["homes"] for part in parts]
        whole = all(isinstance(each, int | float) for each in [*numbers, built])
        if whole and sum(numbers) != built:
            self._refuse("counts-differ", f"The parts are {sum(numbers)} homes, Bouw is {built}.",
                         "It is not known which of them is right.",
                         "Correct the block in DIWI.", "homes")  # fmt: skip
        for part in parts:
            yield self._row(part)

    def _row(self, part: Mapping[str, Any]) -> Row:
        plan = self._project("Naam")
        about = {
            "plan": plan if plan is not None else self._project("Identificatie nr"),
            "municipality": self._municipality(),
            "phase": self._phase(),
            "certainty": self._latest(STATUSES),
            "form": self._whole_block("Fysiek voorkomen"),
            "target_group": self._whole_block("Doelgroep categorie"),
        }
        cells = {name: cell for name, cell in (about | dict(part)).items() if cell is not None}
        return Row(cells, self.export.sheet.address(self.row))

    def _project(self, name: str) -> Any:
        return self.export.one(self.row, PROJECT, name)

    def _municipality(self) -> str:
        text = str(self._project("Gemeente") or "")
        old = self.directory.old(text)
        if old is not None and len(old.parts) == 1:
            return next(iter(old.parts))
        try:
            return self.directory.meaning(text)[0] if text else ""
        except ValueError as reason:
            problem = self.directory.problem("plans", "municipality", text, reason)
            self._tell(problem)
            return text

    def _phase(self) -> str | None:
        status = self._project("Project status")
        return status if status in OVER else self._latest(PHASES)

    def _latest(self, names: Sequence[str]) -> str | None:
        """The last of these that began."""
        begun = []
        for _, heading, cell in self.export.filled(self.row, PROJECT, names):
            try:
                day = day_of(cell)
            except NoDateError:
                column = "phase" if names is PHASES else "certainty"
                self._refuse("no-day", f"{heading.name} holds {cell}.",
                             "The day stands there on which it began.", "Write a date.", column)  # fmt: skip
                continue
            if day <= self.as_of:
                begun.append((day, names.index(heading.name)))
        return names[max(begun)[1]] if begun else None

    def _whole_block(self, name: str) -> str | None:
        """What all homes of the block are; nothing where they differ or it is not known of all."""
        found = self.export.filled(self.row, BUILDING, [name])
        built = self.export.one(self.row, NUMBERS, "Bouw")
        return str(found[0][1].below) if len(found) == 1 and found[0][2] == built else None

    def _refuse(self, code: str, what: str, why: str, remedy: str, column: str) -> None:
        self._tell(Problem(code, what, why, remedy, "plans", column=column))

    def _tell(self, problem: Problem) -> None:
        placed = replace(problem, row=self.export.sheet.address(self.row))
        if placed not in self.into.problems:
            self.into.problems.append(placed)


def _text(below: Any) -> str | None:
    if isinstance(below, datetime.date):
        return below.isoformat()[:10]
    return None if below is None else str(below)
