"""The command `report`: everything that people can read of an instance, written whole or not at all."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from commands import IMPOSSIBLE, TOWNS, refused, run, shown
from pages import failings, read
from verdeling.adapters import read_instance
from verdeling.cli import ending
from verdeling.explaining.explanation import explain
from verdeling.language import say
from verdeling.reporting.reopening import read_result

if TYPE_CHECKING:
    from pathlib import Path

    from verdeling.explaining.explanation import Explanation
    from verdeling.solution import Solution

BRIEF = ("--fractional", "--no-reasons")
"""What makes a report of three towns in little time."""


def words(path: Path) -> str:
    """Everything that stands in a document."""
    with ZipFile(path) as archive:
        return archive.read("word/document.xml").decode()


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_a_page(tmp_path: Path, lang: str) -> None:
    """One page, in Dutch unless English is asked for, with the policies that were asked for."""
    path = tmp_path / "report.html"
    asked = [] if lang == "nl" else ["--lang", "en"]
    told = shown("report", TOWNS, "-o", path, *BRIEF, "--compare", "utilitarian", *asked)
    assert told.endswith(path.name)
    page = read(path.read_text("utf-8"))
    assert failings(page) == []
    assert [each.attributes["lang"] for each in page.all("html")] == [lang]
    titles = [each.text for each in page.all("h2")]
    for key in ("page.division", "page.policies"):
        assert any(say(key, lang) in title for title in titles)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["report.xlsx", "report.docx", "report"])
def test_other_endings(tmp_path: Path, name: str) -> None:
    """A workbook, a document, or a folder of tables, each about the three towns."""
    path = tmp_path / name
    shown("report", TOWNS, "-o", path, *BRIEF)
    if name == "report.xlsx":
        assert "belasting" in load_workbook(path).sheetnames
    elif name == "report.docx":
        assert all(town in words(path) for town in read_instance(TOWNS)["municipalities"]["name"])
    else:
        assert read_result(path).status == "optimal"


def test_what_is_there_stays(tmp_path: Path) -> None:
    """Nothing that is there is replaced unless that is asked for; an ending must be known."""
    path = tmp_path / "report.html"
    path.write_text("mine")
    assert "already" in refused("report", TOWNS, "-o", path, *BRIEF)
    assert path.read_text() == "mine"
    assert ".html" in refused("report", TOWNS, "-o", tmp_path / "report.pdf", *BRIEF)
    shown("report", TOWNS, "-o", path, *BRIEF, "--overwrite")
    assert path.read_text("utf-8").startswith("<!doctype html>")


def test_a_conflict_is_a_report(tmp_path: Path) -> None:
    """Of agreements that contradict each other the page tells which, and what would resolve it."""
    path = tmp_path / "conflict.html"
    result = run("report", IMPOSSIBLE, "-o", path)
    assert result.exit_code == ending.INFEASIBLE, result.output
    page = read(path.read_text("utf-8"))
    assert failings(page) == []
    assert "Noorderwijk huisvest minstens 8 huishoudens van statushouders" in page.text
    assert say("title.repairs", "nl") in " ".join(each.text for each in page.all("h2", "h3"))


def test_a_path_that_cannot_be_written(tmp_path: Path) -> None:
    """A folder that is not there, or is a file, is said before anything is computed; nothing stays."""
    (tmp_path / "file").write_text("mine")
    for path in (tmp_path / "nowhere" / "report.html", tmp_path / "file" / "report.html"):
        refused("report", TOWNS, "-o", path, *BRIEF)
    assert sorted(os.listdir(tmp_path)) == ["file"]


def test_time_is_left_for_the_other_policies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a time limit the reasons take half at most, so that policies stand side by side as well."""
    given: list[float] = []

    def explained(solution: Solution, *, time_limit: float | None) -> Explanation:
        assert time_limit is not None
        given.append(time_limit)
        return explain(solution, time_limit=time_limit)

    monkeypatch.setattr("verdeling.cli.gathering.explain", explained)
    path = tmp_path / "report.html"
    shown("report", TOWNS, "-o", path, "--fractional", "--compare", "utilitarian", "--time-limit", 1000)
    assert given[0] <= 500
