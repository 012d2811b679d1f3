"""Reports as workbooks: everything is there, in the language, with numbers that are those of the tables."""

from __future__ import annotations

import re
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args
from xml.etree import ElementTree
from zipfile import ZipFile

import pandas as pd
import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.utils import range_boundaries

from commands import TOWNS
from test_workbooks import formulas
from verdeling.adapters import read_instance
from verdeling.comparing.comparison import compare
from verdeling.engine import solve
from verdeling.explaining.explanation import explain
from verdeling.instance import Instance
from verdeling.language import Language
from verdeling.reporting import workbook as writer
from verdeling.reporting.content import Content
from verdeling.reporting.drawn import charts_of, not_drawn
from verdeling.reporting.sheets.order import sheets_of
from verdeling.reporting.sheets.sheet import Sheet
from verdeling.reporting.workbook import write_workbook_report
from verdeling.texts import TEXTS

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

INSTANCES = Path(__file__).parents[1] / "instances"
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
SHEETS = {
    "nl": [
        *("overzicht", "in beeld", "belasting", "wie een plek krijgt", "plekken per groep"),
        *("wachtend per jaar", "van aandeel naar uitkomst", "uitleg", "één meer of minder"),
        *("speelruimte", "laatste doelen", "verdeelprincipes", "indicatoren", "relatieve belasting"),
        *("belasting vergeleken", "winnaars en verliezers", "speelruimte vergeleken", "verschillen"),
        *("doelen", "plaatsingen", "wachtend", "verhuurders", "wat knelt", "plaatsingen vergeleken"),
        "wat koppen betekenen",
    ],
    "en": [
        *("about", "charts", "loads", "who is housed", "places by group", "waiting by year"),
        *("from share to result", "explanation", "one more or less", "room", "last goals"),
        *("policies", "indicators", "relative loads", "loads compared", "winners and losers"),
        *("room compared", "differences", "goals", "placements", "waiting", "suppliers"),
        *("what binds", "placements compared", "what headings mean"),
    ],
}


@cache
def towns(lang: Language) -> Content:
    """Three towns: a division with its explanation, beside other policies."""
    instance = read_instance(TOWNS)
    policies = ["leximin", "maximin", "proportional"]
    return Content.of(explain(solve(instance)), compare(instance, policies), lang=lang)


@cache
def impossible(lang: Language) -> Content:
    return Content.of(explain(solve(read_instance(INSTANCES / "impossible-agreements"))), lang=lang)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Paths of reports, each written once."""
    folder = tmp_path_factory.mktemp("reports")

    @cache
    def path(content: Any, lang: Language) -> Path:
        written = folder / f"{content.__name__}-{lang}.xlsx"
        write_workbook_report(content(lang), written)
        return written

    return path


def first_row(sheet: Worksheet) -> list[str]:
    return [str(cell.value) for cell in sheet[1]]


@pytest.mark.parametrize("lang", get_args(Language))
def test_the_sheets(made: Any, lang: Language) -> None:
    """These are the sheets of a division with reasons beside other policies, in the order of reading."""
    assert load_workbook(made(towns, lang)).sheetnames == SHEETS[lang]


@pytest.mark.parametrize("lang", get_args(Language))
def test_headers_stay_and_filter(made: Any, lang: Language) -> None:
    """On every sheet of a table the headings stay in sight and filter all of its rows."""
    overview, pictures, *tables = load_workbook(made(towns, lang)).worksheets
    assert {(each.freeze_panes, each.auto_filter.ref) for each in (overview, pictures)} == {(None, None)}
    for sheet in tables:
        assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", sheet.dimensions), sheet.title


@pytest.mark.parametrize("lang", get_args(Language))
def test_numbers_are_those_of_the_tables(made: Any, lang: Language) -> None:
    """Read by another program, places, loads, waiting, paths and indicators are what was computed."""
    content, title = towns(lang), SHEETS[lang]
    read = {name: pd.read_excel(made(towns, lang), sheet_name=name) for name in title[2:]}
    assert content.explanation is not None
    assert content.comparison is not None
    loads = read[title[2]]
    assert loads.iloc[:, 0].tolist() == content.loads["name"].tolist()
    for at, column in enumerate(["places", "load", "fair_load"], start=1):
        assert loads.iloc[:, at].tolist() == pytest.approx(content.loads[column].tolist())
    assert read[title[19]].iloc[:, -1].tolist() == content.plan.placements["places"].tolist()
    assert read[title[4]].iloc[:, 1:].to_numpy().sum() == content.plan.placements["places"].sum()
    years = content.plan.waiting.groupby("year")["waiting"].sum()
    assert read[title[5]].iloc[:, 1:].sum(axis=1).tolist() == years.tolist()
    paths = read[title[6]]
    assert paths.iloc[:, 1:-2].sum(axis=1).tolist() == pytest.approx(content.loads["load"].tolist())
    wide = content.comparison.loads.pivot_table(
        index="municipality", columns="policy", values="relative_load", sort=False
    )
    told = read[title[13]].iloc[:, 1:].to_numpy()
    assert told == pytest.approx(wide[["leximin", "maximin", "proportional"]].to_numpy(), abs=1e-6)
    index = content.comparison.indicators.set_index(["indicator", "policy"])["value"]
    assert read[title[12]].iloc[0, 1] == pytest.approx(index["coverage", "leximin"])


def references(path: Path) -> list[list[list[str]]]:
    """Of every chart the cells that each series takes: those of its name, its labels and its numbers."""
    with ZipFile(path) as archive:
        names = sorted(name for name in archive.namelist() if "/charts/chart" in name)
        charts = [ElementTree.fromstring(archive.read(name)) for name in names]
    return [
        [[str(place.text) for place in series.iter(f"{CHART}f")] for series in chart.iter(f"{CHART}ser")]
        for chart in charts
    ]


def test_charts_are_told_to_who_cannot_see_them(made: Any) -> None:
    """Every drawing has the title of its chart and a sentence that says what it shows and where it stands."""
    for lang, sheet in (("nl", "belasting"), ("en", "loads")):
        with ZipFile(made(towns, lang)) as archive:
            drawing = ElementTree.fromstring(archive.read("xl/drawings/drawing1.xml"))
        told = [each.attrib for each in drawing.iter(f"{DRAWING}cNvPr")]
        assert len(told) == 5
        for key in ("loads", "queue", "places_by_group", "waiting_by_year", "relative_loads"):
            assert TEXTS[f"chart.{key}"][lang == "en"] in [each["title"] for each in told]
        assert TEXTS["chart.loads.says"][lang == "en"].format(sheet=sheet) in [each["descr"] for each in told]


def cells(book: Any, place: str) -> list[Any]:
    """Values of a reference such as 'loads'!$B$2:$B$4."""
    sheet, _, area = place.rpartition("!")
    title = sheet.strip("'").replace("''", "'")
    left, top, right, bottom = range_boundaries(area)
    page = book[title]
    return [cell for row in page.iter_rows(top, bottom, left, right, values_only=True) for cell in row]


def test_charts_cover_their_data(made: Any) -> None:
    """Each series has a heading, a name for each number, and all rows of its table and no more."""
    path = made(towns, "nl")
    book = load_workbook(path)
    drawn = references(path)
    assert len(drawn) == 5
    for series in drawn:
        assert series
        for name, labels, numbers in series:
            title = numbers.rpartition("!")[0].strip("'")
            rows = book[title].max_row
            column = re.sub(r"[\d$:]", "", numbers.rpartition("!")[2])[0]
            assert numbers.endswith(f"!${column}$2:${column}${rows}")
            assert labels.endswith(f"!$A$2:$A${rows}")
            assert [str(cells(book, name)[0])] == [str(book[title][f"{column}1"].value)]
            assert all(isinstance(value, int | float) for value in cells(book, numbers))
            assert all(value is not None for value in cells(book, labels))
    policies = next(series for series in drawn if "relatieve belasting" in series[0][0])
    assert [cells(book, name)[0] for name, _, _ in policies] == ["Leximin ≈", "Maximin ≈", "Evenredig ≈"]


@pytest.mark.parametrize(("count", "charts"), [(1, 1), (24, 1), (25, 2), (342, 15), (480, 20), (481, 0)])
def test_many_municipalities_take_more_charts(count: int, charts: int) -> None:
    """Every name is drawn once, as many on each page as can be read; where that is too much it is said."""
    table = pd.DataFrame({"municipality": [f"M{at}" for at in range(count)], "load": 1.0, "fair_load": 1.0})
    sheets = {"loads": Sheet("loads", table)}
    page: Any = {"loads": Workbook().create_sheet("belasting")}
    drawn = charts_of(sheets, page, "nl")
    assert len(drawn) == charts
    rows = [row for chart in drawn for row in range(chart.rows[0], chart.rows[1] + 1)]
    assert rows == (list(range(2, count + 2)) if charts else [])
    assert all(chart.rows[1] - chart.rows[0] < 24 for chart in drawn)
    assert len(not_drawn(sheets, page, "nl")) == (not charts)


@pytest.mark.parametrize("content", [towns, impossible])
@pytest.mark.parametrize("lang", get_args(Language))
def test_every_heading_says_its_unit_and_meaning(made: Any, content: Any, lang: Language) -> None:
    """A note says what stands below; numbers say what they are counted in, in the heading or beside them."""
    counts = {say(f"heading.{key}", lang) for key in ("places", "year", "goal", "hours", "repair")}
    beside = {say(f"heading.{key}", lang) for key in ("unit", "price_unit")}
    book = load_workbook(made(content, lang))
    for sheet in sheets_of(content(lang)):
        page = book[say(f"sheet.{sheet.name}", lang)]
        headings = [re.sub(" ≈$", "", each) for each in first_row(page)]
        assert headings == sheet.headings(lang)
        for cell, meaning in zip(page[1], sheet.meanings(lang), strict=True):
            assert meaning
            assert cell.comment is not None
            assert cell.comment.text.startswith(meaning)
        for column, heading in zip(sheet.table, headings, strict=True):
            if pd.api.types.is_numeric_dtype(sheet.table[column]) and str(column) not in sheet.labels:
                assert "(" in heading or heading in counts or beside & set(headings), (page.title, heading)


def say(key: str, lang: Language) -> str:
    return TEXTS[key][lang == "en"]


def strings(path: Path) -> set[str]:
    """Every text of a workbook: cells, notes, titles of sheets, and the letters of charts."""
    book = load_workbook(path)
    every = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    found = {str(cell.value) for cell in every if cell.value is not None}
    found |= {part for cell in every if cell.comment for part in cell.comment.text.split("\n")}
    with ZipFile(path) as archive:
        charts = [ElementTree.fromstring(archive.read(n)) for n in archive.namelist() if "/charts/chart" in n]
    found |= {node.text or "" for chart in charts for node in chart.iter() if node.tag.endswith("}t")}
    return found | set(book.sheetnames)


@pytest.mark.parametrize("content", [towns, impossible])
def test_no_english_in_dutch(made: Any, content: Any) -> None:
    """Nothing of the English half of the texts, no codes and no ids stand in a Dutch report."""
    dutch = {each.casefold() for text, _ in TEXTS.values() for each in text.split("|")}
    english = {each.casefold() for _, text in TEXTS.values() for each in text.split("|")} - dutch
    told = {text.casefold().removesuffix(" ≈") for text in strings(made(content, "nl"))}
    assert told & english == set()
    assert not told & {"true", "false", "nan", "none", "settled", "free", "unknown", "social_rent"}
    heads = {text.partition(" (")[0] for text in told}
    assert heads & {text for text in english if " " in text} == set()


@pytest.mark.parametrize("content", [towns, impossible])
def test_the_first_sheet_leads_to_all_others(made: Any, content: Any) -> None:
    """Title, status and what to know first stand on it, and a link to each other sheet."""
    book = load_workbook(made(content, "nl"))
    first = book.worksheets[0]
    told = [str(cell.value) for row in first.iter_rows() for cell in row if cell.value is not None]
    assert told[0] == content("nl").title
    status = TEXTS[f"status.{content('nl').solution.status}"][0]
    assert status in told
    for text in content("nl").headlines + content("nl").estimates:
        assert text in told
    links = [cell.hyperlink.location for row in first.iter_rows() for cell in row if cell.hyperlink]
    assert [link[1:-4].replace("''", "'") for link in links] == book.sheetnames[1:]


def test_what_rests_on_estimates_is_marked(made: Any) -> None:
    """Numbers that rest on estimates are marked in the heading, and nothing is where nothing is one."""
    book = load_workbook(made(towns, "nl"))
    heads = first_row(book["belasting"])
    assert heads[0] == "gemeente"
    assert all(head.endswith(" ≈") for head in heads[1:4])
    assert "alle 12 getallen over opgave" in book["belasting"]["B1"].comment.text
    tables = dict(towns("nl").instance.tables)
    marks = [name for name, frame in tables.items() if "estimate" in frame]
    tables |= {name: tables[name].assign(estimate=False) for name in marks}
    certain = Content.of(solve(Instance.from_tables(tables)), lang="nl")
    assert not any(any(sheet.rests(certain.instance, "nl")) for sheet in sheets_of(certain))


def test_an_impossible_task(made: Any) -> None:
    """The report is about the conflict and the ways out, with the numbers that change."""
    path = made(impossible, "nl")
    assert load_workbook(path).sheetnames == ["overzicht", "conflict", "uitwegen", "wat koppen betekenen"]
    ways = pd.read_excel(path, sheet_name="uitwegen")
    explanation = impossible("nl").explanation
    assert explanation is not None
    own = explanation.repairs.concessions
    assert ways["van"].tolist() == own["from"].tolist()
    assert ways["naar"].tolist() == pytest.approx(own["to"].tolist())
    assert ways["eenheid"].tolist()[:2] == ["van het aanbod", "plekken"]
    assert ways["gemeente"].tolist()[:2] == ["elke gemeente", "Noorderwijk"]
    sheet = load_workbook(path)["uitwegen"]
    assert [[sheet.cell(row, column).number_format for column in (4, 5)] for row in (2, 3, 6)] == [
        ["0%", "0%"],
        ["#,##0", "#,##0"],
        ["0%", "0.00%"],
    ]
    conflict = pd.read_excel(path, sheet_name="conflict")
    assert (conflict["in conflict"] == "ja").sum() == 3


def test_a_comparison_alone(tmp_path: Path) -> None:
    """Without a division the report is of policies side by side."""
    comparison = towns("nl").comparison
    assert comparison is not None
    write_workbook_report(Content.of(comparison, lang="nl"), tmp_path / "c.xlsx")
    names = load_workbook(tmp_path / "c.xlsx").sheetnames
    assert names[:3] == ["overzicht", "in beeld", "verdeelprincipes"]
    assert "belasting" not in names
    assert len(references(tmp_path / "c.xlsx")) == 1


def test_what_is_cut_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of many limits the first are there; the sheet and the first sheet say how many there are."""
    monkeypatch.setattr(writer, "MOST_LIMITS", 3)
    content = Content.of(towns("nl").plan, lang="nl")
    write_workbook_report(content, tmp_path / "cut.xlsx")
    book = load_workbook(tmp_path / "cut.xlsx")
    page = book["wat knelt"]
    assert page[
        "A2"
    ].value == "Deze tabel heeft 10 rijen; hier staan de eerste 3, in de volgorde van de tabel. " + (
        "Alle rijen staan in de map met CSV-bestanden."
    )
    assert page.max_row == 4 + 3
    assert any("heeft 10 rijen" in str(row[1]) for row in book["overzicht"].iter_rows(values_only=True))
    write_workbook_report(content, tmp_path / "all.xlsx", every=True)
    assert load_workbook(tmp_path / "all.xlsx")["wat knelt"].max_row == 11
    assert {"grenzen", "prijzen"} <= set(load_workbook(tmp_path / "all.xlsx").sheetnames)


def test_hostile_names(tmp_path: Path) -> None:
    """Names like formulas, tags, as long as they may be or from right to left are written as they are."""
    nasty = ['=HYPERLINK("http://x")', "<script>alert('&')</script>" + "x" * 70, "+שלום-@"]
    tables = dict(towns("nl").instance.tables)
    tables["municipalities"] = tables["municipalities"].assign(name=nasty)
    tables["groups"] = tables["groups"].assign(name=["-1+2", "@sum"], name_nl=["-1+2", "@sum"])
    instance = Instance.from_tables(tables, about={"title": "=1+1 & 'x'", "years": [2025, 2026]})
    content = Content.of(solve(instance), compare(instance, ["leximin"], room=False), lang="nl")
    path = tmp_path / "nasty.xlsx"
    write_workbook_report(content, path)
    assert formulas(path) == []
    book = load_workbook(path)
    assert {book["belasting"][f"A{row}"].value for row in (2, 3, 4)} == set(nasty)
    assert book.properties.title == "=1+1 & 'x'"
    assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)


def test_properties(made: Any) -> None:
    """The file says what it is called and in which language it is."""
    for lang, code in (("nl", "nl-NL"), ("en", "en-GB")):
        found = load_workbook(made(towns, lang)).properties
        assert (found.title, found.language, found.creator) == ("Drie gemeenten", code, "Verdeling")


@pytest.mark.long
@pytest.mark.skipif(shutil.which("soffice") is None, reason="there is no LibreOffice")
@pytest.mark.parametrize("content", [towns, impossible])
def test_another_program_opens_it(made: Any, content: Any, tmp_path: Path) -> None:
    """LibreOffice opens it, draws the charts and prints every sheet."""
    path = made(content, "nl")
    home = f"-env:UserInstallation={(tmp_path / 'home').as_uri()}"
    command = ["soffice", home, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    paper = (tmp_path / f"{path.stem}.pdf").read_bytes()
    assert paper.startswith(b"%PDF")
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) >= len(load_workbook(path).sheetnames)
