"""Proposing a mapping: what is recognised is stated, what is not certain stands behind a #."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from commands import INSTANCES, refused, shown
from messy import write_messy
from verdeling.adapters import read_instance, write_instance
from verdeling.mapping.format import Mapping
from verdeling.mapping.proposing import Proposal, propose
from verdeling.mapping.reading import read_mapped
from verdeling.mapping.words import preview_sentences
from verdeling.mapping.writing import mapping_text

if TYPE_CHECKING:
    from pathlib import Path

    from verdeling.language import Language

words = st.sampled_from(
    ["Gemeente", "Totaal", "Jaar", "Aantal", "", "2025", "Groep 2025", "-", 'a "b"', "é\\n"]
)
cells = st.one_of(st.none(), words, st.integers(-5, 3000), st.floats(allow_nan=False, allow_infinity=False))
grids = st.lists(st.lists(cells, max_size=5), max_size=8)


@pytest.fixture(scope="module")
def messy(tmp_path_factory: pytest.TempPathFactory) -> Proposal:
    """What is proposed for the messy workbook."""
    path = tmp_path_factory.mktemp("messy") / "own.xlsx"
    write_messy(path)
    return propose(path)


@pytest.mark.parametrize("cell", ["9" * 5000, "²"])
def test_digits_that_are_no_year_head_no_column(tmp_path: Path, cell: str) -> None:
    """What Python takes for digits, and not for a number, stops no proposal: the next row is the header."""
    file = tmp_path / "own.csv"
    file.write_text(f"Lijst,{cell}\nGemeente,2025\nAstad,3\n", "utf-8")
    assert "Gemeente" in mapping_text(propose(file), "en")


def test_sheets_and_headers_are_recognised(messy: Proposal) -> None:
    """Each sheet of the messy workbook is what it is, under its own header rows."""
    assert [(part.sheet.name, part.table, part.header) for part in messy.parts] == [
        ("Toelichting", "", [1]),
        ("Gemeenten", "municipalities", [2]),
        ("Aandachtsgroepen", "groups", [1]),
        ("Opgave personen", "needs", [3, 4]),
        ("Aanbod 2025", "supply", [2]),
        ("Aanbod 2026", "supply", [2]),
        ("Plannen", "projects", [1]),
    ]
    assert messy.parts[3].wide == "{group} {year}"
    assert messy.reading.notation == "dutch"


def test_what_is_not_certain_is_not_stated(messy: Proposal) -> None:
    """Marks, misspelt names and mergers are in comments, with the distance; the rest is a mapping."""
    text = mapping_text(messy, "nl")
    stated = tomllib.loads(text)
    assert stated["reading"] == {"notation": "dutch", "marks": {}}
    assert stated["names"] == {"municipality": {}}
    assert "merged" not in stated
    assert '# "Hof v. Beedorp" = "GM0102"  # Hof van Beedorp, 2 verschillend' in text
    assert '# old = ["Ceedijk-Noord", "Ceedijk-Zuid"]' in text
    assert '# "<5" = "nothing"' in text
    assert '# ignore = ["Opmerking"]' in text


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_the_preview_names_everything_that_is_left(messy: Proposal, lang: Language) -> None:
    """On the screen stand the columns, the names nobody knows, the marks, and what is not understood."""
    told = " ".join(preview_sentences(messy, lang))
    for part in ("Gemeentecode → municipality", "Hof v. Beedorp", "<5", "Opmerking", "{group} {year}"):
        assert part in told


@pytest.mark.parametrize("name", ["three-towns", "enschede"])
def test_a_workbook_of_our_own_is_understood_at_once(tmp_path: Path, name: str) -> None:
    """A workbook that Verdeling wrote needs nothing to be settled but its title."""
    instance = read_instance(INSTANCES / name)
    write_instance(instance, tmp_path / "own.xlsx")
    (tmp_path / "mapping.toml").write_text(mapping_text(propose(tmp_path / "own.xlsx"), "en"), "utf-8")
    again = read_mapped(tmp_path / "own.xlsx", tmp_path / "mapping.toml").instance
    assert again.replace(about=instance.about) == instance


def test_a_folder_of_csv_files_of_our_own(tmp_path: Path) -> None:
    """So is a data package, file by file."""
    instance = read_instance(INSTANCES / "three-towns")
    write_instance(instance, tmp_path / "own")
    (tmp_path / "mapping.toml").write_text(mapping_text(propose(tmp_path / "own"), "en"), "utf-8")
    again = read_mapped(tmp_path / "own", tmp_path / "mapping.toml").instance
    assert again.replace(about=instance.about) == instance


def test_an_older_encoding_is_proposed(tmp_path: Path) -> None:
    """Of a CSV that is no UTF-8 the encoding and the separator are proposed, and the notation it shows."""
    path = tmp_path / "gemeenten.csv"
    path.write_bytes("Gemeente;Regio;Inwoners;Dichtheid\r\nSúdwest;Fryslân;1.234;1,5\r\n".encode("cp1252"))
    proposal = propose(path)
    assert (proposal.reading.encoding, proposal.reading.separator) == ("cp1252", ";")
    assert (proposal.reading.notation, proposal.parts[0].table) == ("dutch", "municipalities")


@given(grid=grids, lang=st.sampled_from(["nl", "en"]))
def test_anything_gets_a_proposal_that_is_a_mapping(
    tmp_path_factory: pytest.TempPathFactory, grid: list[list[Any]], lang: Language
) -> None:
    """Whatever stands in a sheet, the proposal is TOML, and a mapping where it states any table."""
    path = tmp_path_factory.mktemp("any") / "opgave.xlsx"
    book = Workbook()
    assert book.active is not None
    book.active.title = "Opgave"
    for row, line in enumerate(grid, start=1):
        for column, value in enumerate(line, start=1):
            cell = book.active.cell(row, column, value)
            cell.data_type = "s" if isinstance(value, str) else cell.data_type
    book.save(path)
    proposal = propose(path)
    stated = tomllib.loads(mapping_text(proposal, lang))
    preview_sentences(proposal, lang)
    if "table" in stated:
        Mapping.model_validate(stated)


def test_the_command(tmp_path: Path) -> None:
    """The command shows the proposal or writes it, replaces nothing, and refuses what it cannot read."""
    write_messy(tmp_path / "own.xlsx")
    assert '[[table]] fills = "municipalities"' in shown("map", tmp_path / "own.xlsx")
    said = shown("map", tmp_path / "own.xlsx", "-o", tmp_path / "m.toml", "--lang", "nl")
    assert "Kijk hem na" in said
    assert tomllib.loads((tmp_path / "m.toml").read_text("utf-8"))
    assert "there already" in refused("map", tmp_path / "own.xlsx", "-o", tmp_path / "m.toml")
    assert "save it as .xlsx" in refused("map", write_old(tmp_path))


def write_old(folder: Path) -> Path:
    """A file in the old format."""
    path = folder / "own.xls"
    path.write_bytes(b"\xd0\xcf\x11\xe0")
    return path
