"""A workbook as DIWI exports it: ``python tests/diwi_export.py diwi.xlsx``.

Sections, headings and subheadings stand in rows 2, 4 and 5, blocks of homes from row 6 on.

The headings are those of its source (ExcelTableHeader); the plans are made up.
"""

from __future__ import annotations

import datetime
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from openpyxl import Workbook

from verdeling.planlists.diwi import PHASES, STATUSES, TENURES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

DAYS = (datetime.date(2025, 6, 30), datetime.date(2026, 12, 1))
COLUMNS: list[tuple[str, str, Any]] = [
    ("Projectgegevens", "Identificatie nr", None),
    ("Projectgegevens", "Naam", None),
    ("Projectgegevens", "Project status", None),
    *(("Projectgegevens", phase, None) for phase in PHASES),
    *(("Projectgegevens", status, None) for status in STATUSES),
    ("Projectgegevens", "Gemeente", None),
    ("Woning aantallen", "Bouw", None),
    ("Woning aantallen", "Sloop", None),
    *(("Bouw gegevens", "Opleverdatum", day) for day in DAYS),
    *(("Bouw gegevens", tenure, None) for tenure in TENURES),
    ("Bouw gegevens", "Fysiek voorkomen", "Geclusterd"),
    ("Bouw gegevens", "Doelgroep categorie", "Ouderen"),
    ("Bouw gegevens", "Doelgroep categorie", "Regulier"),
    ("Sloop gegevens", "Opleverdatum", DAYS[0]),
    *(("Sloop gegevens", tenure, None) for tenure in TENURES),
]


def begun(year: int) -> datetime.date:
    """The day on which something began."""
    return datetime.date(year, 1, 1)


BLOCKS: list[Mapping[Any, Any]] = [
    {"Identificatie nr": 1, "Naam": "Stationsplein", "Project status": "Actief", "4 Ontwerp": begun(2024),
     "5 Voorbereiding": begun(2027), "1a Onherroepelijk": begun(2024), "3 In voorbereiding": begun(2022),
     "Gemeente": "Astad", "Bouw": 100, DAYS[0]: 100, "Koopwoning": 60, "Huur woningcorporatie": 40},
    {"Identificatie nr": 2, "Naam": "Dijkveld", "Project status": "Actief", "2 Initiatief": begun(2024),
     "3 In voorbereiding": begun(2024), "Gemeente": "Ceedijk", "Bouw": 30, DAYS[0]: 10, DAYS[1]: 20,
     "Huur woningcorporatie": 30, "Geclusterd": 30, "Ouderen": 30},
    {"Identificatie nr": 3, "Naam": "Molenweg", "Project status": "Actief", "6 Realisatie": begun(2024),
     "2a Vastgesteld": begun(2023), "Gemeente": "Beedorp", "Bouw": 12, DAYS[0]: 12,
     "Huur woningcorporatie": 12},
    {"Identificatie nr": 3, "Naam": "Molenweg", "Project status": "Actief", "6 Realisatie": begun(2024),
     "2a Vastgesteld": begun(2023), "Gemeente": "Beedorp", "Sloop": 8},
    {"Identificatie nr": 4, "Naam": "Oud", "Project status": "Afgebroken", "1 Concept": begun(2020),
     "4b Niet opgenomen in de visie": begun(2020), "Gemeente": "Beedorp", "Bouw": 9, DAYS[1]: 9,
     "Huur woningcorporatie": 9},
]  # fmt: skip


def write_export(path: Path, blocks: Sequence[Mapping[Any, Any]] = BLOCKS) -> None:
    """Write an export; a key is a heading, or a subheading where there is one."""
    book = Workbook()
    sheet = book.active
    sheet.title = "Data"
    last = ""
    for at, (section, name, below) in enumerate(COLUMNS, start=1):
        if section != last:
            sheet.cell(2, at, section)
        last = section
        sheet.cell(4, at, name)
        sheet.cell(5, at, below)
        for row, block in enumerate(blocks, start=6):
            if section != "Sloop gegevens":
                sheet.cell(row, at, block.get(below if below is not None else name))
    book.save(path)


if __name__ == "__main__":
    write_export(Path(sys.argv[1]))
