"""Papers, the regional document and advice on urgency: what they say, how they are made, and bad input."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest
from docx import Document as new_document
from docx.oxml.ns import qn
from hypothesis import given
from hypothesis import strategies as st

from commands import IMPOSSIBLE, TOWNS, refused, shown
from documents import amount, by_year, everything, read, tables
from hand_made import TABLES, small
from verdeling.adapters import read_instance
from verdeling.comparing.comparison import compare
from verdeling.engine import solve
from verdeling.errors import NoSolutionError, OutputError, VerdelingError
from verdeling.explaining.explanation import explain
from verdeling.explaining.urgency.study import UrgencyStudy, study_urgency
from verdeling.generation import Size, generate
from verdeling.language import apart
from verdeling.reporting.content import Content
from verdeling.reporting.documents.filenames import file_stems
from verdeling.reporting.documents.papers import paper
from verdeling.reporting.documents.parts import Heading, Signatures, Table, Text, clean
from verdeling.reporting.documents.regional import regional
from verdeling.reporting.documents.word_tables import word_table
from verdeling.reporting.documents.writing import (
    write_drafts,
    write_papers,
    write_regional,
    write_urgency_advice,
)
from verdeling.reporting.writing import write_report
from verdeling.texts import TEXTS

if TYPE_CHECKING:
    from pathlib import Path

    from verdeling.solution import Solution

NASTY = ["<script>alert('x')</script>", "a\"b'c&d " + "lang " * 18, "القدس"]
"""Names that a page, a file or a reader could take for something else."""


@pytest.fixture(scope="module")
def towns() -> Solution:
    """Three towns, divided."""
    return solve(read_instance(TOWNS))


@pytest.fixture(scope="module")
def told(towns: Solution) -> Content:
    """All there is to tell of three towns."""
    others = compare(read_instance(TOWNS), ["leximin", "utilitarian", "proportional"])
    return Content.of(explain(towns), others, lang="nl")


@pytest.fixture(scope="module")
def study(towns: Solution) -> UrgencyStudy:
    """What urgency rules do in three towns."""
    return study_urgency(towns.instance)


@pytest.fixture(scope="module")
def folder(told: Content, study: UrgencyStudy, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One document of each kind."""
    folder = tmp_path_factory.mktemp("documents")
    assert told.explanation
    assert told.comparison
    write_papers([told.explanation, told.comparison], folder / "papers")
    write_drafts(told.explanation, folder / "drafts")
    write_regional(told, folder / "regional.docx")
    write_urgency_advice(study, folder / "advice.docx")
    write_papers(explain(solve(read_instance(IMPOSSIBLE))), folder / "conflict")
    return folder


def test_everybody_is_told_the_same(told: Content) -> None:
    """Papers have the same sections and tables, with the same columns, in the same order."""
    shapes = []
    for key, name in told.municipalities.items():
        parts = paper(told, key).parts
        shapes.append(
            [
                (part.headings, part.caption.replace(name, "")) if isinstance(part, Table) else part.text
                for part in parts
                if isinstance(part, Heading | Table)
            ]
        )
    assert shapes[0] == shapes[1] == shapes[2]
    assert len(shapes[0]) >= 6


def test_a_page_and_a_word_file_say_the_same(folder: Path) -> None:
    """The .html and the .docx of a paper have the same sentences and cells in the same order."""
    page = Words((folder / "papers" / "astad.html").read_text("utf-8")).said
    word = []
    for block in read(folder / "papers" / "astad.docx").iter_inner_content():
        rows = getattr(block, "rows", None)
        word += [block.text] if rows is None else [cell.text for row in rows for cell in row.cells]
    assert page == [text for text in word if text]


class Words(HTMLParser):
    """The texts of a page, and what an accessible page must have."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.said: list[str] = []
        self.levels: list[int] = []
        self.opened: list[str] = []
        self.counts: dict[str, int] = {}
        self.lang = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Count it."""
        self.counts[tag] = self.counts.get(tag, 0) + 1
        self.opened.append(tag)
        if tag == "html":
            self.lang = dict(attrs)["lang"] or ""
        if tag == "th":
            assert dict(attrs)["scope"] in ("row", "col")
        if re.fullmatch(r"h\d", tag):
            self.levels.append(int(tag[1]))

    def handle_endtag(self, tag: str) -> None:
        """Leave it."""
        while self.opened.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        """Keep what is read."""
        if "main" in self.opened and data.strip():
            self.said.append(data.strip())


@pytest.mark.parametrize("name", ["papers/astad", "papers/index", "conflict/noorderwijk", "drafts/index"])
def test_pages_can_be_read_by_all(folder: Path, name: str) -> None:
    """A page says its language, has headings in order, and a caption for every table; nothing is fetched."""
    text = (folder / f"{name}.html").read_text("utf-8")
    page = Words(text)
    assert page.lang == "nl"
    assert page.levels[0] == 1
    assert all(after - before <= 1 for before, after in zip(page.levels, page.levels[1:], strict=False))
    assert page.counts.get("caption", 0) == page.counts.get("table", 0)
    assert "http" not in text
    assert "<script" not in text


def test_numbers_of_a_paper(towns: Solution, folder: Path) -> None:
    """Places by group in a paper are those of the plan, with the fair share of what the region needs."""
    rows = next(
        rows
        for caption, rows in tables(folder / "papers" / "beedorp.docx").items()
        if caption.startswith("Per aandachtsgroep")
    )
    own = towns.placements.query("municipality == 'B'").groupby("group")["places"].sum()
    needs = towns.instance["needs"].groupby("group")["households"].sum()
    share = towns.loads.set_index("municipality").loc["B", "fair_share"]
    assert [amount(row[3]) for row in rows[1:]] == [own["statushouders"], own["regular"], own.sum()]
    assert [amount(row[1]) for row in rows[1:]] == [needs["statushouders"], needs["regular"], needs.sum()]
    assert [amount(row[2]) for row in rows[1:-1]] == [
        pytest.approx(share * needs[group], abs=0.05) for group in ("statushouders", "regular")
    ]


def test_the_path_of_a_paper_adds_up(folder: Path) -> None:
    """What the steps add and take off, as they are read, leads from the fair share to the result."""
    for name in ("astad", "beedorp", "ceedijk"):
        rows = next(
            rows
            for caption, rows in tables(folder / "papers" / f"{name}.docx").items()
            if caption.startswith("Wat elke stap")
        )
        amounts, totals = ([amount(row[column]) for row in rows[1:]] for column in (1, 2))
        assert sum(amounts) == pytest.approx(totals[-1])


def test_the_annex_is_the_division(towns: Solution, folder: Path) -> None:
    """The annex of the regional document adds up to the placements, by municipality, group and year."""
    annex = by_year(folder / "regional.docx", "Plekken per gemeente, aandachtsgroep")
    instance = towns.instance
    called = {
        "municipality": instance["municipalities"].set_index("municipality")["name"],
        "group": instance["groups"].set_index("group")["name_nl"],
    }
    plan = towns.placements.assign(
        **{column: towns.placements[column].map(names) for column, names in called.items()}
    )
    by = ["municipality", "group", "year"]
    told = annex.groupby(by)["amount"].sum()
    assert told[told > 0].to_dict() == plan.groupby(by)["places"].sum().to_dict()


def test_real_structures(folder: Path) -> None:
    """Word files have heading styles, repeated rows, numbers of pages, a language and alt texts."""
    file = read(folder / "regional.docx")
    styles = {paragraph.style.name for paragraph in file.paragraphs}
    assert {"Title", "Subtitle", "Heading 1", "Heading 2", "Caption", "Body Text", "List Bullet"} <= styles
    assert all(table._tbl.findall(f".//{qn('w:tblHeader')}") for table in file.tables)  # noqa: SLF001
    fields = [field.get(qn("w:instr")) for field in file.sections[0].footer._element.iter(qn("w:fldSimple"))]  # noqa: SLF001
    assert fields == ["PAGE", "NUMPAGES"]
    assert {lang.get(qn("w:val")) for lang in file.styles.element.iter(qn("w:lang"))} == {"nl-NL"}
    assert [bool(shape._inline.docPr.get("descr")) for shape in file.inline_shapes] == [True]  # noqa: SLF001
    assert file.core_properties.author == "Verdeling"
    assert file.core_properties.language == "nl-NL"
    assert file.core_properties.title == "Regionale afspraken over de huisvesting van aandachtsgroepen"
    first, last = file.sections[0], file.sections[-1]
    assert first.page_width < first.page_height
    assert last.page_width > last.page_height


def test_years_stay_whole() -> None:
    """A column of years is as wide as four of the widest bold figures at nine points, and its margins."""
    wide = Table("", ("woonvorm", "2025", "2026"), (("Sociale huur van corporaties", "9", "10"),))
    columns = word_table(wide, 9_400).findall(f".//{qn('w:gridCol')}")
    assert all(int(each.get(qn("w:w"))) >= 4 * 9 * 20 * 0.696 + 120 for each in columns)


def test_no_empty_paragraphs(folder: Path) -> None:
    """Room between paragraphs is a matter of styles: none is empty but those that hold a picture."""
    for path in folder.rglob("*.docx"):
        empty = [
            paragraph
            for paragraph in read(path).paragraphs
            if not paragraph.text.strip()
            and not paragraph._p.findall(f".//{qn('w:drawing')}")  # noqa: SLF001
            and not paragraph._p.findall(f".//{qn('w:sectPr')}")  # noqa: SLF001
        ]
        assert empty == []


def test_dutch_only(folder: Path) -> None:
    """No English text of ours stands in a Dutch document, nor an id, a truth or a number that is none."""
    english = {text for dutch, text in TEXTS.values() if len(text) > 12 and "{" not in text and text != dutch}
    for path in [*folder.rglob("*.docx"), *folder.rglob("*.html")]:
        said = everything(path) if path.suffix == ".docx" else path.read_text("utf-8")
        plain = re.sub(r"<[^>]+>", "\n", said)
        assert not [text for text in english if f"\n{text}\n" in plain or f" {text}." in plain]
        assert not re.search(r"social_rent|\b(nan|None|True|False|inf)\b|\d\.\d\d\b|[{}]", _prose(plain))


def _prose(text: str) -> str:
    """A text without its stylesheet."""
    return re.sub(r"(?s):root \{.*@media print \{.*?\n\}\n", "", text)


def test_advice_on_urgency(study: UrgencyStudy, folder: Path) -> None:
    """The advice has a section and a row for each rule, with the waiting that was studied."""
    file = folder / "advice.docx"
    said = [paragraph.text for paragraph in read(file).paragraphs]
    lines = study.by_law("nl")
    assert len(lines) == len([text for text in said if text.startswith("Wet: ")])
    rows = next(rows for caption, rows in tables(file).items() if caption.startswith("Hoe lang"))
    table = study.municipalities
    for line, row in zip(lines.to_dict("records"), rows[1:], strict=True):
        own = table["group"].isin(study.rules[line["rule"]].groups)
        for column, rule in ((1, 0), (2, line["rule"])):
            waits = table.loc[own & (table["rule"] == rule), "waiting"].sum()
            assert amount(row[column]) == pytest.approx(waits, abs=0.005)


def test_a_conflict(folder: Path) -> None:
    """Where agreements contradict each other a paper is about that, and about the ways out."""
    said = (folder / "conflict" / "noorderwijk.html").read_text("utf-8")
    assert "Deze 3 afspraken kunnen niet samen worden nagekomen" in said
    assert "Uitweg 1" in said


def test_what_is_not_told_is_left_out(towns: Solution, told: Content) -> None:
    """A solution alone has no path, no room and no policies in its papers, and says what it has."""
    alone = [part for part in paper(Content.of(towns), "A").parts if isinstance(part, Heading)]
    every = [part for part in paper(told, "A").parts if isinstance(part, Heading)]
    assert len(alone) < len(every)
    fractional = paper(Content.of(solve(read_instance(TOWNS), whole=False)), "A")
    notes = [part.text for part in fractional.parts if isinstance(part, Text)]
    assert any("nog niet afgerond op hele plekken" in text for text in notes)


def test_names_of_every_kind(tmp_path: Path) -> None:
    """Names that look like a program, are long or are read from the right change nothing but themselves."""
    rows = "\n".join(
        f'GM{number},"{name.replace(chr(34), chr(34) * 2)}",Twente,2000'
        for number, name in enumerate(NASTY, start=1)
    )
    single = {
        "municipalities": f"municipality,name,region,population\n{rows}",
        "needs": "group,municipality,region,year,households\nstatus,,Twente,2027,4\nregular,GM2,,2027,9\n",
        "supply": "municipality,place_type,year,supplier,places\nGM1,social,2027,</w:t>&<b>,5\n",
        "support": "provider,municipality,year,hours\nAveleijn,GM1,2027,99\n",
        "projects": TABLES["projects"].splitlines()[1],
        "distances": TABLES["distances"].splitlines()[1],
    }
    solution = solve(small(**single))
    write_papers(explain(solution), tmp_path / "papers")
    write_drafts(solution, tmp_path / "drafts")
    assert len(list((tmp_path / "papers").glob("*.docx"))) == 3
    for path in (tmp_path / "papers").glob("*.html"):
        page = Words(path.read_text("utf-8"))
        assert "script" not in page.counts
    for path in (tmp_path / "papers").glob("*.docx"):
        text = " ".join(each.text for each in read(path).paragraphs)
        assert "القدس" not in re.sub("\u2068[^\u2068\u2069]*\u2069", "", text)
    titles = {read(path).core_properties.title for path in (tmp_path / "papers").glob("*.docx")}
    assert titles == {clean(f"{apart(name)} in de verdeling") for name in NASTY}
    assert "geen enkele plek" in (tmp_path / "papers" / "القدس.html").read_text("utf-8")


@given(st.text())
def test_texts_that_xml_forbids(text: str) -> None:
    """Whatever a name holds, what is written of it is one line that XML allows."""
    cleaned = clean(text)
    assert not re.search("[\x00-\x1f\ud800-\udfff\ufffe\uffff]", cleaned)
    assert clean(cleaned) == cleaned


@given(st.lists(st.text(max_size=300) | st.sampled_from(["..", "CON", "a/b", "A", "a", "", "index"])))
def test_file_names(names: list[str]) -> None:
    """Names of files are apart whatever the case, stay in their folder, and are not too long."""
    stems = file_stems(names, ["index"])
    assert len({stem.casefold() for stem in stems} | {"index"}) == len(names) + 1
    for stem in stems:
        assert re.fullmatch(r"[^\W_]+(-[^\W_]+)*", stem)
        assert len(f"{stem}.docx".encode()) <= 255
        assert stem not in ("con", "nul", "com1")


def test_whole_or_not_at_all(told: Content, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where writing goes wrong half way nothing is left behind."""
    from verdeling.reporting.documents import word

    monkeypatch.setattr(word, "write_word", lambda document, path: (_ for _ in ()).throw(OSError("full")))
    with pytest.raises(OutputError, match="full"):
        write_papers(told.plan, tmp_path / "papers")
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_replaced_silently(towns: Solution, study: UrgencyStudy, tmp_path: Path) -> None:
    """Documents that are there are replaced where that is allowed, and only there."""
    write_papers(towns, tmp_path / "papers")
    with pytest.raises(OutputError, match="there already"):
        write_papers(towns, tmp_path / "papers")
    write_papers(towns, tmp_path / "papers", lang="en", overwrite=True)
    assert 'lang="en"' in (tmp_path / "papers" / "astad.html").read_text("utf-8")
    write_report(towns, tmp_path / "report.docx")
    with pytest.raises(OutputError, match="there already"):
        write_report(towns, tmp_path / "report.docx")
    with pytest.raises(OutputError, match=r"ends in \.docx"):
        write_urgency_advice(study, tmp_path / "advice.pdf")


def test_nothing_to_tell(tmp_path: Path) -> None:
    """Policies side by side are no division: there are no papers of them alone."""
    with pytest.raises(NoSolutionError, match="no division is singled out"):
        write_papers(compare(read_instance(TOWNS), ["leximin"], room=False), tmp_path / "papers")


def test_what_makes_documents_is_missing(
    towns: Solution, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the extra nothing is written, and it is said how to install it."""
    monkeypatch.delitem(sys.modules, "verdeling.reporting.documents.word", raising=False)
    monkeypatch.setitem(sys.modules, "docx", None)
    with pytest.raises(VerdelingError, match=r"pip install 'verdeling\[report\]'"):
        write_papers(towns, tmp_path / "papers")
    assert list(tmp_path.iterdir()) == []


def test_the_commands(tmp_path: Path) -> None:
    """Papers, drafts and advice are written by commands, in Dutch, and a conflict has its exit code."""
    shown("papers", TOWNS, "-o", tmp_path / "papers", "--no-reasons")
    shown("drafts", TOWNS, "-o", tmp_path / "drafts")
    shown("urgency", TOWNS, "--group", "regular", "--lang", "nl", "-o", tmp_path / "advice.docx")
    assert (tmp_path / "papers" / "astad.docx").is_file()
    assert (tmp_path / "drafts" / "gemeente-astad.docx").is_file()
    assert (tmp_path / "advice.docx").is_file()
    shown("papers", IMPOSSIBLE, "-o", tmp_path / "conflict", code=3)
    assert "there already" in refused("papers", TOWNS, "-o", tmp_path / "papers")
    assert "there already" in refused("urgency", TOWNS, "-o", tmp_path / "advice.docx")


@pytest.mark.skipif(not shutil.which("soffice"), reason="There is no LibreOffice.")
def test_libreoffice_opens_them(folder: Path, tmp_path: Path) -> None:
    """LibreOffice makes pages of one document of each kind, and a position paper is one page."""
    kinds = ["papers/astad", "conflict/noorderwijk", "drafts/gemeente-astad", "regional", "advice"]
    plain = tmp_path / "plain.docx"
    new_document().save(str(plain))
    files = [str(plain), *(str(folder / f"{kind}.docx") for kind in kinds)]
    home = f"-env:UserInstallation=file://{tmp_path}/home"
    command = ["soffice", home, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), *files]
    subprocess.run(command, capture_output=True, timeout=240, check=False)
    made = {path.stem: path.read_bytes() for path in tmp_path.glob("*.pdf")}
    if "plain" not in made:
        pytest.skip("This LibreOffice opens no Word file at all: its Writer is not installed.")
    assert set(made) == {"plain", *(kind.rpartition("/")[2] for kind in kinds)}
    for paper_ in ("astad", "noorderwijk"):
        assert len(re.findall(rb"/Type\s*/Page\b", made[paper_])) == 1


def test_what_was_changed_at_the_table_stands_with_the_sources(told: Content, tmp_path: Path) -> None:
    """A regional document lists every change where it says where its numbers come from; else no heading."""
    changes = ("Aanbod in Astad: 12 (was 10).", "Wegend: inwoners × 2.")
    for content, listed in ((replace(told, changes=changes), True), (told, False)):
        path = tmp_path / f"{listed}.docx"
        write_regional(content, path)
        lines = [paragraph.text for paragraph in read(path).paragraphs]
        assert [line for line in lines if line in changes] == (list(changes) if listed else [])
        assert (TEXTS["page.changes"][0] in lines) == listed


def test_of_many_municipalities_the_annexes_are_of_regions() -> None:
    """A country's document adds up by region: nobody reads thousands of rows."""
    divided = solve(
        generate(Size(regions=13, municipalities=5, groups=2, place_types=2, years=2)), whole=False
    )
    parts = regional(Content.of(divided)).parts
    annex = next(
        part for part in parts if isinstance(part, Table) and part.caption.startswith("Plekken per regio")
    )
    assert {row[0] for row in annex.rows[:-1]} == set(divided.instance.tables["municipalities"]["region"])
    assert amount(annex.rows[-1][-1]) == pytest.approx(float(divided.placements["places"].sum()), abs=1.0)
    assert next(len(part.parties) for part in parts if isinstance(part, Signatures)) == 13
