"""A workbook as analysts have them, and the same content written by hand: ``python tests/messy.py own.xlsx``.

The region is made up. Everything in the workbook is met in real ones: titles above headers, merged
headers, totals and notes at the bottom, numbers as text, suppressed cells, a formula, a name that is
written otherwise, and municipalities that merged since.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
from openpyxl import Workbook

from verdeling.instance import About, Instance

if TYPE_CHECKING:
    from collections.abc import Sequence

TITLE = "Regio Drieland"
ADVICE = "Regionale woonzorgvisie, bijlage 2"


def write_messy(path: Path) -> None:
    """Write the workbook."""
    book = Workbook()
    _fill(
        book.active,
        "Toelichting",
        [["Opgave en aanbod aandachtsgroepen, regio Drieland"], ["Concept 12 maart"]],
    )
    _fill(book.create_sheet(), "Gemeenten", [
        ["Kerncijfers"],
        ["Gemeentecode", "Gemeente", "Regio", "Inwoners"],
        [101, "Astad", "Drieland", "40.000"],
        [102, "Hof van Beedorp", "Drieland", 40000],
        [103, "Ceedijk", "Drieland", "€ 20.000"],
        ["Totaal", None, None, "100.000"],
    ])  # fmt: skip
    _fill(book.create_sheet(), "Aandachtsgroepen", [
        ["Groep", "Naam", "Name", "Prioriteit", "Urgentie", "Personen per huishouden"],
        ["statushouders", "Statushouders", "Recognised refugees", 1, "ja", "2,5"],
        ["regulier", "Reguliere woningzoekenden", "Regular house seekers", 2, "nee", "1,6"],
    ])  # fmt: skip
    needs = book.create_sheet()
    _fill(needs, "Opgave personen", [
        ["Opgave per gemeente, in personen"],
        [],
        ["Gemeente", None, "Statushouders", None, "Reguliere woningzoekenden", None, "Opmerking"],
        [None, None, 2025, 2026, 2025, 2026, None],
        ["Astad", None, 10, "7,5", "1.600", 16],
        [],
        ["Hof v. Beedorp", None, "<5", 5, 8, "-"],
        ["Ceedijk-Noord", None, 5, ".", 3, 8, "nu Ceedijk"],
        ["Ceedijk-Zuid", None, 5, 5, 5, 8, "nu Ceedijk"],
        ["Totaal", None, "=SUM(C5:C9)", 17.5, 1616, 32],
        ["* <5: afgeschermd. Bron: gemeenten"],
    ])  # fmt: skip
    for cells in ("C3:D3", "E3:F3", "A3:A4"):
        needs.merge_cells(cells)
    for year, places, total in ((2025, [600, 30, 2], 999), (2026, [410, 25, "€ 5"], 440)):
        _fill(book.create_sheet(), f"Aanbod {year}", [
            [f"Vrijkomende plekken {year}"],
            ["Corporatie", "Gemeente", "Aantal plekken"],
            ["De Drie Daken", "Astad", places[0]],
            [None, "Hof van Beedorp", places[1]],
            ["Ceedijk Wonen", "Ceedijk", places[2]],
            ["Regio Drieland", None, total],
        ])  # fmt: skip
    _fill(book.create_sheet(), "Plannen", [
        ["Plannaam", "Gemeente", "Aantal woningen", "Kosten per woning", "Opleverjaar", "Planstatus"],
        ["Stationsplein", "Astad", 40, "€ 210.000,-", 2026, "Hard"],
        ["Dijkveld", "Ceedijk", 12, "€ 185.500", 2025, "Zacht"],
    ])  # fmt: skip
    book.save(path)


def by_hand() -> Instance:
    """The instance that the workbook holds, written without it."""
    statushouders = {("GM0101", 2025): 4, ("GM0101", 2026): 3, ("GM0102", 2025): 1, ("GM0102", 2026): 2,
                     ("GM0103", 2025): 4, ("GM0103", 2026): 2}  # fmt: skip
    regulier = {("GM0101", 2025): 1000, ("GM0101", 2026): 10, ("GM0102", 2025): 5, ("GM0103", 2025): 5,
                ("GM0103", 2026): 10}  # fmt: skip
    needs = [
        (group, home, year, households, ADVICE, (group, home, year) == ("statushouders", "GM0102", 2025))
        for group, numbers in (("statushouders", statushouders), ("regulier", regulier))
        for (home, year), households in numbers.items()
    ]
    supply = [
        (home, "social_rent", year, supplier, places)
        for year, numbers in ((2025, (600, 30, 2)), (2026, (410, 25, 5)))
        for home, supplier, places in zip(
            ("GM0101", "GM0102", "GM0103"),
            ("De Drie Daken", "De Drie Daken", "Ceedijk Wonen"),
            numbers,
            strict=True,
        )
    ]
    return Instance.from_tables(
        {
            "municipalities": _table("municipality name region population", [
                ("GM0101", "Astad", "Drieland", 40000), ("GM0102", "Hof van Beedorp", "Drieland", 40000),
                ("GM0103", "Ceedijk", "Drieland", 20000)]),
            "groups": _table("group name name_nl priority urgent persons_per_household", [
                ("statushouders", "Recognised refugees", "Statushouders", 1, True, 2.5),
                ("regulier", "Regular house seekers", "Reguliere woningzoekenden", 2, False, 1.6)]),
            "place_types": _table("place_type name name_nl", [
                ("social_rent", "Social rent", "Sociale huur")]),
            "suitability": _table("group place_type", [
                ("statushouders", "social_rent"), ("regulier", "social_rent")]),
            "needs": _table("group municipality year households source estimate", needs),
            "supply": _table("municipality place_type year supplier places", supply),
            "projects": _table("project municipality place_type year max_places cost_per_place certainty", [
                ("Stationsplein", "GM0101", "social_rent", 2026, 40, 210000.0, "hard"),
                ("Dijkveld", "GM0103", "social_rent", 2025, 12, 185500.0, "soft")]),
        },
        About(title=TITLE, years=(2025, 2026)),
    )  # fmt: skip


def _fill(sheet: Any, name: str, rows: Sequence[Sequence[Any]]) -> None:
    sheet.title = name
    for row in rows:
        sheet.append(row)


def _table(names: str, rows: Sequence[Sequence[Any]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=names.split(), dtype=object)


if __name__ == "__main__":
    write_messy(Path(sys.argv[1]))
