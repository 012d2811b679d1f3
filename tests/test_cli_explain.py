"""The command `explain`: every part under its title, kept where that is asked, with its exit codes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest
from openpyxl import load_workbook

from commands import IMPOSSIBLE, TOWNS, refused, run, shown, told
from verdeling.adapters import read_instance
from verdeling.cli.ending import BAD_INPUT, INFEASIBLE, TIME_LIMIT
from verdeling.engine import solve
from verdeling.explaining.explanation import explain
from verdeling.texts import TEXTS

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(("lang", "column"), [("nl", 0), ("en", 1)])
def test_says_what_python_says(lang: str, column: int) -> None:
    """Every sentence of the explanation, under the titles of its parts."""
    text = shown("explain", TOWNS, "--lang", lang)
    assert told(explain(solve(read_instance(TOWNS), whole=False)).sentences(lang), text)
    titles = [TEXTS[f"title.{part}"][column] for part in ("limits", "paths", "room", "notes")]
    places = [text.index(title) for title in titles]
    assert places == sorted(places)


def test_whole_places() -> None:
    """In whole places that is said, and the path ends in a step to them where they differ."""
    assert "whole places" in shown("explain", TOWNS, "--whole", "--part", "paths")


def test_one_part() -> None:
    """Only what was asked for, and a part that there is not is answered with the nearest."""
    text = shown("explain", TOWNS, "--part", "room")
    assert TEXTS["title.room"][1] in text
    assert TEXTS["title.limits"][1] not in text
    assert "Did you mean room?" in refused("explain", TOWNS, "--part", "rooms")


@pytest.mark.parametrize(("lang", "names"), [("en", "Tried as well"), ("nl", "Ook geprobeerd")])
def test_infeasible(lang: str, names: str) -> None:
    """Without a plan: the conflict and the ways out, and the exit code that says so."""
    text = shown("explain", IMPOSSIBLE, "--lang", lang, code=INFEASIBLE)
    assert names in text
    assert text.count("Uitweg " if lang == "nl" else "Way out ") == 3


def test_out_of_time() -> None:
    """Where time runs out before there is a plan, that is the answer, with what to do."""
    result = run("explain", TOWNS, "--time-limit", "0.001", "--lang", "nl")
    assert result.exit_code == TIME_LIMIT
    assert "de tijd was op" in result.stdout
    assert "cannot be explained" in result.stderr
    assert "longer time_limit" in result.stderr


def test_a_workbook_of_every_part(tmp_path: Path) -> None:
    """Sheets with the sentences and with the tables behind them, limits with what one more changes."""
    parts = [word for part in ("limits", "paths", "room", "alternatives") for word in ("--part", part)]
    assert "why.xlsx" in shown("explain", TOWNS, *parts, "--all", "-o", tmp_path / "why.xlsx", "--lang", "nl")
    book = load_workbook(tmp_path / "why.xlsx", read_only=True)
    tables = ("answer", "limits", "steps", "ranges", "trades", "loosened", "numbers")
    assert book.sheetnames == [TEXTS[f"sheet.{table}"][0] for table in tables]
    headings, *limits = book[TEXTS["sheet.limits"][0]].iter_rows(values_only=True)
    assert "één meer" in headings
    assert {"ja", "nee"} >= {row[headings.index("bereikt")] for row in limits}
    book.close()


def test_a_folder(tmp_path: Path) -> None:
    """A CSV file for each table, in ids, which may be replaced when that is asked."""
    asked = ("explain", IMPOSSIBLE, "-o", tmp_path / "why")
    assert run(*asked).exit_code == INFEASIBLE
    assert run(*asked).exit_code == BAD_INPUT
    assert run(*asked, "--overwrite").exit_code == INFEASIBLE
    concessions = pd.read_csv(tmp_path / "why" / "concessions.csv")
    assert set(concessions["repair"]) == {1, 2, 3}
