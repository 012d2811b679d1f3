"""Written solutions: complete, readable, atomic, and never over something else."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from openpyxl import load_workbook

from hand_made import agreement, small
from verdeling.adapters import read_instance
from verdeling.adapters.package import DESCRIPTOR
from verdeling.engine import solve
from verdeling.errors import NoSolutionError, OutputError
from verdeling.output import write_solution
from verdeling.reporting import workbook
from verdeling.reporting.package import INPUT
from verdeling.solution import TABLES_OF_A_SOLUTION, Solution
from verdeling.texts import TEXTS
from verdeling.verification import verify

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

    from verdeling.language import Language

INSTANCES = Path(__file__).parents[1] / "instances"
NASTY = ["=1+1", "+SUM(A1)", "-2", "@here"]


@pytest.fixture(scope="module")
def solution() -> Solution:
    """A small division with everything in it, and names that look like formulas."""
    named = small(
        municipalities=f"""
        municipality,name,region,population
        GM1,{NASTY[0]},Twente,2000
        GM2,{NASTY[1]},Twente,8000
        GM3,{NASTY[3]},Achterhoek,3000
        """,
        agreements=agreement("built", ">=", 100, strength=1.0, text=NASTY[2]),
    )
    return solve(named)


@pytest.fixture(scope="module")
def infeasible() -> Solution:
    return solve(read_instance(INSTANCES / "impossible-agreements"))


def unsolved(solution: Solution) -> Solution:
    return Solution(
        solution.instance,
        solution.policy,
        "unsolved",
        True,
        solution.goals,
        solution.conflict,
        solution.provenance,
    )


def rows(sheet: Worksheet) -> list[tuple[Any, ...]]:
    return list(sheet.iter_rows(values_only=True))


# A folder


def test_a_folder_of_csv(solution: Solution, tmp_path: Path) -> None:
    """A file for each table, with the numbers of the solution in ids, that verify as they stand."""
    write_solution(solution, tmp_path / "result")
    files = {path.name for path in (tmp_path / "result").iterdir()}
    tables = {*TABLES_OF_A_SOLUTION, "goals", "conflict", "explanation", "indicators"}
    assert files == {DESCRIPTOR, INPUT, *(f"{name}.csv" for name in tables)}
    read = {name: pd.read_csv(tmp_path / "result" / f"{name}.csv", keep_default_na=False) for name in tables}
    assert list(read["rows"]["tight"].unique()) == ["yes"] or set(read["rows"]["tight"]) == {"yes", "no"}
    pd.testing.assert_frame_equal(read["placements"], solution.placements, check_dtype=False)
    plan = [read["placements"], read["builds"][["project", "year", "places"]], read["support"]]
    assert verify(solution.instance, *plan).ok


def test_provenance(solution: Solution, tmp_path: Path) -> None:
    """Status, digests, versions, and how many rows are estimates."""
    write_solution(solution, tmp_path / "result")
    stated = json.loads((tmp_path / "result" / DESCRIPTOR).read_text("utf-8"))
    assert stated["status"] == solution.status
    assert stated["provenance"]["instance_digest"] == solution.instance.digest
    assert stated["estimates"]["needs"] == {"estimates": 0, "rows": 5}


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_sentences_in_a_folder(infeasible: Solution, lang: Language, tmp_path: Path) -> None:
    """Of an infeasible instance: the conflict and its sentences, and no tables of a plan."""
    write_solution(infeasible, tmp_path / "result", lang=lang)
    files = {path.name for path in (tmp_path / "result").iterdir()}
    assert files == {DESCRIPTOR, INPUT, "goals.csv", "conflict.csv", "explanation.csv"}
    conflict = pd.read_csv(tmp_path / "result" / "conflict.csv")
    assert list(conflict["in_conflict"]).count("yes") == 3
    told = (tmp_path / "result" / "explanation.csv").read_text("utf-8")
    assert ("Deze 3 afspraken" if lang == "nl" else "These 3 agreements") in told


# A workbook


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_a_workbook(solution: Solution, lang: Language, tmp_path: Path) -> None:
    """A sheet for each table in the language, with frozen bold headers, and numbers that are numbers."""
    write_solution(solution, tmp_path / "result.xlsx", lang=lang)
    book = load_workbook(tmp_path / "result.xlsx")
    names = ["about", "explanation", "limits", *TABLES_OF_A_SOLUTION]
    assert set(book.sheetnames) >= {TEXTS[f"sheet.{name}"][lang == "en"] for name in names}
    sheet = book[TEXTS["sheet.placements"][lang == "en"]]
    assert sheet.freeze_panes == "A2"
    assert all(cell.font.bold for cell in sheet[1])
    headings = ["gemeente", "aandachtsgroep", "woonvorm", "jaar", "plekken"]
    headings = headings if lang == "nl" else ["municipality", "group", "place type", "year", "places"]
    assert [cell.value for cell in sheet[1]] == headings
    places = [row[4] for row in rows(sheet)[1:]]
    assert places == list(solution.placements["places"])
    assert {cell.number_format for cell in sheet["E"][1:]} == {"#,##0"}
    assert {type(cell.value) for cell in sheet["D"][1:]} == {int}
    book.close()


def test_the_first_sheet(solution: Solution, tmp_path: Path) -> None:
    """Status, policy, goals, what binds, estimates and provenance can be read without another sheet."""
    write_solution(solution, tmp_path / "result.xlsx", lang="nl")
    book = load_workbook(tmp_path / "result.xlsx")
    first = book.worksheets[0]
    told = [str(cell) for row in rows(first) for cell in row if cell is not None]
    book.close()
    assert first.title == "overzicht"
    for text in (
        "optimaal",
        "Leximin",
        "wachten",
        "In de opgave is niets als schatting aangemerkt",
        "opgave",
        solution.instance.digest[:12],
    ):
        assert any(text in each for each in told), text


def test_text_is_never_a_formula(solution: Solution, tmp_path: Path) -> None:
    """Names and texts that begin like a formula stay what they are."""
    write_solution(solution, tmp_path / "result.xlsx")
    book = load_workbook(tmp_path / "result.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    book.close()
    assert all(cell.data_type != "f" for cell in cells)
    assert set(NASTY) <= {cell.value for cell in cells}


def test_an_infeasible_workbook(infeasible: Solution, tmp_path: Path) -> None:
    """The first sheet says what cannot hold together, the second lists the agreements."""
    write_solution(infeasible, tmp_path / "result.xlsx", lang="nl")
    book = load_workbook(tmp_path / "result.xlsx")
    assert book.sheetnames == ["overzicht", "conflict", "wat koppen betekenen"]
    first = infeasible.conflict.iloc[0]
    assert (first["text_nl"], first["source"], "ja") in rows(book["conflict"])
    book.close()


# Where it goes


@pytest.mark.parametrize("name", ["result", "result.xlsx"])
def test_not_overwritten_unasked(solution: Solution, name: str, tmp_path: Path) -> None:
    """What is there stays, unless it may be replaced; then all of it is."""
    write_solution(solution, tmp_path / name)
    with pytest.raises(OutputError) as caught:
        write_solution(solution, tmp_path / name)
    assert "there already" in caught.value.problems[0].what
    write_solution(solution, tmp_path / name, overwrite=True)
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_tables_of_before_go(solution: Solution, infeasible: Solution, tmp_path: Path) -> None:
    """An infeasible answer leaves no placements of an earlier one behind."""
    write_solution(solution, tmp_path / "result")
    write_solution(infeasible, tmp_path / "result", overwrite=True)
    assert not (tmp_path / "result" / "placements.csv").exists()


def test_a_folder_with_other_files_is_left_alone(solution: Solution, tmp_path: Path) -> None:
    """An instance, or any other folder, is never replaced by a solution."""
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "datapackage.json").write_text("{}")
    with pytest.raises(OutputError) as caught:
        write_solution(solution, tmp_path / "own", overwrite=True)
    assert "datapackage.json" in caught.value.problems[0].what


@pytest.mark.parametrize(
    "path", ["result.pdf", "nowhere/result", "nowhere/result.xlsx", "file", "folder.xlsx"]
)
def test_places_where_it_cannot_go(solution: Solution, path: str, tmp_path: Path) -> None:
    """An unknown ending, a missing folder, a file for a folder and a folder for a file are refused."""
    (tmp_path / "file").write_text("mine")
    (tmp_path / "folder.xlsx").mkdir()
    (tmp_path / "folder.xlsx" / "notes.txt").write_text("mine")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(OutputError):
        write_solution(solution, tmp_path / path, overwrite=True)
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("name", ["result", "result.xlsx"])
def test_nothing_is_left_half_written(
    solution: Solution, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When writing fails, what was there before is there still, and nothing else."""
    write_solution(solution, tmp_path / name)
    before = {path: path.stat().st_size for path in tmp_path.rglob("*") if path.is_file()}

    def fail(*args: object, **kwargs: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pd.DataFrame, "to_csv", fail)
    monkeypatch.setattr(workbook, "append_sheet", fail)
    with pytest.raises(OutputError, match=r"cannot be written") as caught:
        write_solution(solution, tmp_path / name, overwrite=True)
    assert "No space left" in caught.value.problems[0].what
    assert {path: path.stat().st_size for path in tmp_path.rglob("*") if path.is_file()} == before


def test_the_old_folder_returns(solution: Solution, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the new folder cannot take its place, the old one does."""
    write_solution(solution, tmp_path / "result")
    move, calls = os.replace, []

    def fail_once(source: str | Path, target: str | Path) -> None:
        calls.append(source)
        if len(calls) == 2:
            raise OSError(13, "Permission denied")
        move(source, target)

    monkeypatch.setattr("verdeling.adapters.placing._exchanged", lambda made, target: False)
    monkeypatch.setattr("verdeling.adapters.placing.os.replace", fail_once)
    with pytest.raises(OutputError):
        write_solution(solution, tmp_path / "result", overwrite=True)
    assert (tmp_path / "result" / "placements.csv").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["result"]


def test_unsolved_is_not_written(solution: Solution, tmp_path: Path) -> None:
    """Without numbers there is nothing to write."""
    with pytest.raises(NoSolutionError):
        write_solution(unsolved(solution), tmp_path / "result")
    assert list(tmp_path.iterdir()) == []
