"""Writing a report: whole or not at all, and never over something without a word."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from commands import TOWNS
from verdeling.adapters import read_instance
from verdeling.engine import solve
from verdeling.errors import OutputError, VerdelingError
from verdeling.reporting.writing import write_report

if TYPE_CHECKING:
    from pathlib import Path

    from verdeling.solution import Solution


@pytest.fixture(scope="module")
def towns() -> Solution:
    """Three towns, divided."""
    return solve(read_instance(TOWNS))


def test_one_file_in_its_place(towns: Solution, tmp_path: Path) -> None:
    """A report is one file, in Dutch unless asked otherwise, and nothing else is left behind."""
    write_report(towns, tmp_path / "report.html")
    write_report([towns], tmp_path / "report.HTML", lang="en")
    assert '<html lang="nl">' in (tmp_path / "report.html").read_text("utf-8")
    assert '<html lang="en">' in (tmp_path / "report.HTML").read_text("utf-8")
    assert len(list(tmp_path.iterdir())) == 2


def test_nothing_is_replaced_silently(towns: Solution, tmp_path: Path) -> None:
    """What is there stays as it was unless it may be replaced."""
    place = tmp_path / "report.html"
    place.write_text("mine")
    with pytest.raises(OutputError, match="there already"):
        write_report(towns, place)
    assert place.read_text() == "mine"
    write_report(towns, place, overwrite=True)
    assert place.read_text("utf-8").startswith("<!doctype html>")


@pytest.mark.parametrize("place", ["report.pdf", "nowhere/report.html", "folder.html"])
def test_where_nothing_can_be_written(towns: Solution, tmp_path: Path, place: str) -> None:
    """Other endings, folders that are not there and folders in the place of a file are refused."""
    (tmp_path / "folder.html").mkdir()
    with pytest.raises(OutputError) as refused:
        write_report(towns, tmp_path / place, overwrite=True)
    assert all(problem.remedy for problem in refused.value.problems)
    assert [file.name for file in tmp_path.iterdir()] == ["folder.html"]


def test_what_makes_pages_is_missing(
    towns: Solution, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the extra nothing is written, and it is said how to install it."""
    monkeypatch.setitem(sys.modules, "jinja2", None)
    with pytest.raises(VerdelingError, match=r"pip install 'verdeling\[report\]'"):
        write_report(towns, tmp_path / "report.html")
    assert list(tmp_path.iterdir()) == []
