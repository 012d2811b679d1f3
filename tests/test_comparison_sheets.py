"""Comparisons as workbooks and folders: everything is there, numbers are numbers, text is never a formula."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import pandas as pd
import pytest
from openpyxl import load_workbook

from small import small
from verdeling.adapters import read_instance
from verdeling.comparing.comparison import compare
from verdeling.comparing.consensus import common_ground
from verdeling.comparing.incentives import manipulation
from verdeling.comparing.sheets import TABLES, write_comparison, write_frontier, write_manipulation
from verdeling.comparing.tradeoff import frontier
from verdeling.errors import OutputError
from verdeling.language import Language
from verdeling.policy import Goal, Policy, read_policy

if TYPE_CHECKING:
    from verdeling.comparing.comparison import Comparison
    from verdeling.instance import Instance

INSTANCES = Path(__file__).parents[1] / "instances"


@cache
def towns() -> Instance:
    return read_instance(INSTANCES / "three-towns")


@cache
def both() -> Comparison:
    """Two policies and one that fails, in two scenarios."""
    evil = read_policy("leximin").model_dump() | {"name": "evil", "title": "=1+1", "title_nl": "=1+1"}
    evil["key"] = {"component": [{"attribute": "income"}]}
    policies = ["leximin", "utilitarian", Policy.model_validate(evil)]
    return compare(small(), policies, ["low", "high"])


def cells(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Values of every sheet."""
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in load_workbook(path)}


@pytest.mark.parametrize("lang", get_args(Language))
def test_a_workbook_of_policies_side_by_side(tmp_path: Path, lang: Language) -> None:
    """Each table is a sheet in the language, with titles of policies as headings."""
    ground = common_ground(both())
    write_comparison(both(), tmp_path / "c.xlsx", ground=ground, lang=lang)
    sheets = cells(tmp_path / "c.xlsx")
    names = {
        "en": ["policies", "indicators", "agree now"],
        "nl": ["verdeelprincipes", "indicatoren", "nu eens"],
    }
    assert set(names[lang]) <= set(sheets)
    titles = {"en": "Utilitarian", "nl": "Utilitaristisch"}
    heading, *rows = sheets[names[lang][1]]
    assert titles[lang] in heading
    assert (
        len(rows) == both().indicators.drop_duplicates(["scenario", "indicator"])["value"].count() - _idle()
    )
    assert all(isinstance(row[heading.index(titles[lang])], int | float | str) for row in rows)


@pytest.mark.parametrize(
    ("lang", "loads", "gains"),
    [("en", "loads", "winners and losers"), ("nl", "belasting", "winnaars en verliezers")],
)
def test_numbers_that_are_open_are_marked(tmp_path: Path, lang: Language, loads: str, gains: str) -> None:
    """A load that maximin leaves open stays a number and shows a ~; who gains by it is open."""
    found = compare(towns(), ["leximin", "maximin"], baseline="leximin")
    write_comparison(found, tmp_path / "c.xlsx", lang=lang)
    book = load_workbook(tmp_path / "c.xlsx")
    shown = {row[0].value: row[2] for row in book[loads].iter_rows()}
    assert shown["Astad"].value == pytest.approx(11)
    assert shown["Beedorp"].value + shown["Ceedijk"].value == pytest.approx(9)
    assert ["~" in shown[name].number_format for name in ("Astad", "Beedorp", "Ceedijk")] == [0, 1, 1]
    assert [row[2].value for row in book[gains].iter_rows()][1:] == [0, "open", "open"]


def test_ranges_are_a_sheet(tmp_path: Path) -> None:
    """How far each load can move stands beside it, where that was asked."""
    for room in (True, False):
        path = tmp_path / f"{room}.xlsx"
        write_comparison(compare(towns(), ["maximin"], room=room), path)
        assert ("room" in cells(path)) == room
    heading, *rows = cells(tmp_path / "True.xlsx")["room"]
    ends = [
        [row[heading.index(name)] for name in ("municipality", "lowest", "highest", "freedom")]
        for row in rows
    ]
    assert ends == [["Astad", 11, 11, "settled"], ["Beedorp", 4, 7, "free"], ["Ceedijk", 2, 5, "free"]]


def _idle() -> int:
    """Indicators that have no value anywhere."""
    wide = both().indicators.pivot_table(
        index=["scenario", "indicator"], columns="policy", values="value", dropna=False
    )
    known = wide.notna().any(axis=1)
    first = both().indicators.drop_duplicates(["scenario", "indicator"]).set_index(["scenario", "indicator"])
    return int((first["value"].notna() & ~known.reindex(first.index, fill_value=False)).sum())


def test_text_is_never_a_formula(tmp_path: Path) -> None:
    """A title that looks like a formula is written as text."""
    write_comparison(both(), tmp_path / "c.xlsx")
    cell = load_workbook(tmp_path / "c.xlsx")["policies"]["A8"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")


def test_a_folder_for_programs(tmp_path: Path) -> None:
    """A file for each table, as it is, and where it comes from."""
    ground = common_ground(both())
    write_comparison(both(), tmp_path / "out", ground=ground)
    tables = both().tables | ground.tables
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "provenance.json", *(f"{name}.csv" for name in tables)
    }  # fmt: skip
    assert set(tables) <= TABLES
    for name, table in tables.items():
        read = pd.read_csv(tmp_path / "out" / f"{name}.csv", keep_default_na=False, na_values={"value": [""]})
        assert list(read) == list(table)
        assert len(read) == len(table)
    facts = json.loads((tmp_path / "out" / "provenance.json").read_text("utf-8"))
    assert facts["instance_digest"] == small().digest
    assert facts["policies"]["leximin"] == read_policy("leximin").digest
    assert facts["scenarios"] == ["low", "high"]


def test_frontiers_and_gains(tmp_path: Path) -> None:
    """The points of a frontier, and the gains of misstating, can be written too."""
    moves = Goal(measure="moves", aggregate="total")
    heaviest = Goal(measure="relative_load", aggregate="maximum")
    found = frontier(towns(), "leximin", moves, heaviest, 4)
    write_frontier(found, tmp_path / "f.xlsx", lang="nl")
    sheet = cells(tmp_path / "f.xlsx")["grens"]
    assert sheet[2][0].startswith("Belastingen en plekken zijn van één plan")
    assert sheet[4][0] == "punt"
    assert [row[:3] for row in sheet[5:]] == [(1, 9, 1.75), (2, 10, 1.625), (3, 11, 1.5), (4, 12, 1.375)]
    write_frontier(found, tmp_path / "f")
    assert {"points.csv", "loads.csv", "placements.csv"} <= {path.name for path in (tmp_path / "f").iterdir()}
    gains = manipulation(towns(), ["leximin"], executor=1)
    write_manipulation(gains, tmp_path / "g.xlsx")
    rows = cells(tmp_path / "g.xlsx")["gains of misstating"]
    assert ("Leximin", "supply understated", "Beedorp") in [row[:3] for row in rows]
    write_manipulation(gains, tmp_path / "g")
    assert len(pd.read_csv(tmp_path / "g" / "gains.csv")) == 6


def test_nothing_is_replaced_unasked(tmp_path: Path) -> None:
    """What is there stays, unless it may be overwritten; a folder with other files stays in any case."""
    target = tmp_path / "out"
    write_comparison(both(), target)
    with pytest.raises(OutputError):
        write_comparison(both(), target)
    write_comparison(both(), target, overwrite=True)
    (target / "mine.txt").write_text("mine")
    with pytest.raises(OutputError, match=r"mine\.txt"):
        write_comparison(both(), target, overwrite=True)
    with pytest.raises(OutputError):
        write_comparison(both(), tmp_path / "out.pdf")
