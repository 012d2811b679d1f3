"""Reading and writing: each format gives back what was put in, and refuses what is damaged."""

from __future__ import annotations

import csv
import json
import shutil
import struct
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from small import small
from strategies import instances
from verdeling.adapters import read_instance, write_instance
from verdeling.errors import InstanceError, OutputError, Problem
from verdeling.instance import About, Instance

NAMES = ["package", "book.xlsx", "file.json"]

texts = st.text(st.characters(exclude_categories=["Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"]), max_size=30)


def refused(path: Path) -> list[Problem]:
    """What is wrong with a source that must be refused."""
    with pytest.raises(InstanceError) as caught:
        read_instance(path)
    return list(caught.value.problems)


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=8)
@given(instance=instances(municipalities=3, groups=3, years=2))
def test_round_trip(name: str, instance: Instance) -> None:
    """An instance that is written and read is the same instance."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        write_instance(instance, path)
        again = read_instance(path)
        assert again == instance
        write_instance(again, path, overwrite=True)
        assert read_instance(path) == instance


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=8)
@given(words=st.lists(texts.filter(str.strip), min_size=2, max_size=2), amount=st.floats(1e-9, 1e9))
def test_text_and_numbers_survive(name: str, words: list[str], amount: float) -> None:
    """Any visible text and any number come back as they were."""
    source = small()
    instance = source.replace(
        agreements=source["agreements"].assign(
            text=words, value=[amount, 10.0], measure="places", place_type=""
        ),
        about=About(years=source.about.years, title=words[0], sources=(words[1],)),  # type: ignore[arg-type]
    )
    with tempfile.TemporaryDirectory() as folder:
        write_instance(instance, Path(folder) / name)
        assert read_instance(Path(folder) / name) == instance


@pytest.mark.parametrize(
    "text", ["=1+1", "+31 53", "-", "@home", "#N/A", "0153", "1e5", "TRUE", "2027-01-02", '=HYPERLINK("x")']
)
def test_text_is_no_formula(tmp_path: Path, text: str) -> None:
    """Text that a spreadsheet would compute is stored as text."""
    source = small()
    write_instance(source.replace(needs=source["needs"].assign(source=text)), tmp_path / "book.xlsx")
    book = load_workbook(tmp_path / "book.xlsx")
    column = next(cell.column for cell in book["needs"][1] if cell.value == "source")
    assert {(cell.data_type, cell.value) for (cell,) in book["needs"].iter_rows(2, None, column, column)} == {
        ("s", text)
    }
    assert set(read_instance(tmp_path / "book.xlsx")["needs"]["source"]) == {text}
    book.close()


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_overwritten_unasked(tmp_path: Path, name: str) -> None:
    """What is there stays, unless it may be overwritten."""
    path = tmp_path / name
    write_instance(small(), path)
    with pytest.raises(OutputError, match="Something is there already"):
        write_instance(small(distances=None), path)
    assert read_instance(path) == small()
    write_instance(small(distances=None), path, overwrite=True)
    assert read_instance(path) == small(distances=None)
    assert [each.name for each in tmp_path.iterdir()] == [name]


def test_other_files_in_a_folder_stay(tmp_path: Path) -> None:
    """Overwriting a package leaves a README alone and removes tables that are gone."""
    path = tmp_path / "package"
    write_instance(small(), path)
    (path / "README.md").write_text("A lesson.", encoding="utf-8")
    write_instance(small(distances=None), path, overwrite=True)
    files = {file.name for file in path.iterdir()}
    assert "README.md" in files
    assert "distances.csv" not in files


def test_a_failure_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When writing fails halfway, what was there is still there and nothing else is."""
    path = tmp_path / "file.json"
    write_instance(small(), path)

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(OutputError, match="No space left"):
        write_instance(small(distances=None), path, overwrite=True)
    assert [each.name for each in tmp_path.iterdir()] == ["file.json"]
    assert read_instance(path) == small()


@pytest.mark.parametrize("name", ["book.xls", "a.csv", "missing/file.json"])
def test_cannot_write(tmp_path: Path, name: str) -> None:
    """An ending that is not known, or a folder that is not there, is refused."""
    with pytest.raises(OutputError) as caught:
        write_instance(small(), tmp_path / name)
    assert caught.value.problems[0].code == "cannot-write"


@pytest.mark.parametrize("name", ["nothing", "nothing.json", "nothing.xlsx"])
def test_nothing_to_read(tmp_path: Path, name: str) -> None:
    """A path with nothing there is refused."""
    assert refused(tmp_path / name)[0].code == "unreadable-file"


def test_unknown_format(tmp_path: Path) -> None:
    """A file in another format is refused, and so is a folder that is no package."""
    (tmp_path / "needs.csv").write_text("group", encoding="utf-8")
    assert "format" in refused(tmp_path / "needs.csv")[0].what
    assert refused(tmp_path)[0].code == "unreadable-file"


def test_minimal_files() -> None:
    """Columns that hold only defaults, and regions that follow from a municipality, are not written."""
    with tempfile.TemporaryDirectory() as folder:
        write_instance(small(), Path(folder) / "package")
        content = (Path(folder) / "package" / "needs.csv").read_text(encoding="utf-8")
    assert content.splitlines()[:3] == [
        "group,municipality,region,year,scenario,households",
        "regular,GM3,,2027,,9",
        "status,,Twente,2027,,4",
    ]


# A data package that was damaged or made elsewhere


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A sound data package."""
    write_instance(small(), tmp_path / "package")
    return tmp_path / "package"


def test_descriptor_can_be_named(package: Path) -> None:
    """The path of the descriptor stands for its folder."""
    assert read_instance(package / "datapackage.json") == small()


def test_byte_order_mark_and_line_ends(package: Path) -> None:
    """A file that Excel saved as CSV UTF-8 reads the same."""
    path = package / "supply.csv"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert read_instance(package) == small()


def test_line_numbers(package: Path) -> None:
    """A problem names the line of the file, also below text of several lines and empty lines."""
    path = package / "supply.csv"
    rows = list(csv.reader(path.read_text(encoding="utf-8").splitlines()))
    lines = [",".join([*rows[0], "source"]), ",".join([*rows[1], '"two\nlines"']), ""]
    lines += [",".join([*rows[2], ""]).replace("2028", "2099")]
    path.write_text("\n".join(lines), encoding="utf-8")
    found = refused(package)
    assert ("year-outside-horizon", "5") in {(problem.code, problem.row) for problem in found}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"municipality;place_type;year;places\nGM1;social;2027;3", "wrong-delimiter"),
        (b"municipality\tplace_type\nGM1\tsocial", "wrong-delimiter"),
        (b"municipality,place_type,year,places\nGM1,social,2027", "ragged-row"),
        (b"municipality,place_type,year,places\nGM1,social,2027,1,000", "ragged-row"),
        ("municipality,source\nGM1,één".encode("latin-1"), "unreadable-file"),
        (b'municipality,source\nGM1,"open', "unreadable-file"),
        (b"", "empty-table"),
    ],
)
def test_damaged_csv(package: Path, content: bytes, code: str) -> None:
    """A file that is not comma-separated UTF-8 with a cell for each column is refused."""
    (package / "supply.csv").write_bytes(content)
    assert {problem.code for problem in refused(package) if problem.table == "supply"} == {code}


@pytest.mark.parametrize(
    "path", ["../supply.csv", "/etc/hostname", "link.csv", "a/../../supply.csv", "https://a.nl/a.csv"]
)
def test_path_outside(package: Path, path: str) -> None:
    """A path that leads out of the folder is refused, also by a link."""
    shutil.copy(package / "supply.csv", package.parent / "supply.csv")
    (package / "link.csv").symlink_to(package.parent / "supply.csv")
    _edit(package, lambda content: content["resources"][5].update(path=path))
    (problem,) = refused(package)
    assert (problem.code, problem.table) == ("path-outside", "supply")


def test_outlines_outside(package: Path) -> None:
    """Outlines are not read by a link that leads out of the folder."""
    (package.parent / "other.geojson").write_text('{"type": "FeatureCollection", "features": []}', "utf-8")
    (package / "boundaries.geojson").symlink_to(package.parent / "other.geojson")
    (problem,) = refused(package)
    assert (problem.code, problem.table) == ("unreadable-file", "boundaries")


def test_table_twice_or_unknown(package: Path) -> None:
    """A resource that is named twice or that nothing reads is refused."""
    _edit(package, lambda content: content["resources"].append(content["resources"][0]))
    assert [problem.code for problem in refused(package)] == ["duplicate-table"]
    _edit(package, lambda content: content["resources"][-1].update(name="homes"))
    assert [problem.code for problem in refused(package)] == ["unknown-table"]


@pytest.mark.parametrize(
    "content", ["{", "[]", '{"name": "a", "name": "b"}', '{"years": NaN}', "[" * 100_000, '{"resources": {}}']
)
def test_damaged_descriptor(package: Path, content: str) -> None:
    """A descriptor that is not strict JSON of the right shape is refused."""
    (package / "datapackage.json").write_text(content, encoding="utf-8")
    assert {problem.code for problem in refused(package)} == {"invalid-json"}


def _edit(package: Path, change: Any) -> None:
    path = package / "datapackage.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    change(content)
    path.write_text(json.dumps(content), encoding="utf-8")


# A JSON file


@pytest.mark.parametrize(
    "content",
    [
        '{"tables": {"needs": {}}}',
        '{"tables": {}, "more": 1}',
        '{"about": {}}',
        '{"tables": {"needs": [1]}}',
        "{}",
    ],
)
def test_json_of_another_shape(tmp_path: Path, content: str) -> None:
    """A JSON file has tables, each a list of rows."""
    (tmp_path / "file.json").write_text(content, encoding="utf-8")
    assert {problem.code for problem in refused(tmp_path / "file.json")} == {"invalid-json"}


def test_json_rows(tmp_path: Path) -> None:
    """Rows of a JSON file are counted from 1 and may leave out cells; a nested cell is refused."""
    write_instance(small(), tmp_path / "file.json")
    content = json.loads((tmp_path / "file.json").read_text(encoding="utf-8"))
    content["tables"]["needs"][1] |= {"households": None, "source": {"by": "CBS"}}
    (tmp_path / "file.json").write_text(json.dumps(content), encoding="utf-8")
    assert {(problem.code, problem.row) for problem in refused(tmp_path / "file.json")} == {
        ("empty-cell", "2"),
        ("not-text", "2"),
    }


# A workbook that somebody worked in


@pytest.fixture
def book(tmp_path: Path) -> Any:
    """A sound workbook, open for change."""
    write_instance(small(), tmp_path / "book.xlsx")
    return load_workbook(tmp_path / "book.xlsx")


def saved(book: Workbook, folder: Path) -> Path:
    """Where the changed workbook is."""
    book.save(folder / "changed.xlsx")
    book.close()
    return folder / "changed.xlsx"


def test_formula(book: Workbook, tmp_path: Path) -> None:
    """A formula is refused, for its value depends on who last computed it."""
    book["supply"]["D2"] = "=5*2"
    (problem,) = refused(saved(book, tmp_path))
    assert (problem.code, problem.table, problem.row) == ("formula", "supply", "2")
    assert "D2" in problem.what


def test_error_in_cell(book: Workbook, tmp_path: Path) -> None:
    """An error of a spreadsheet is not text."""
    book["needs"]["A3"] = "#REF!"
    assert [problem.code for problem in refused(saved(book, tmp_path))] == ["error-in-cell"]


def test_sheets(book: Workbook, tmp_path: Path) -> None:
    """Notes are passed over in sheets that say so; another sheet is refused."""
    for title in ("explanation", "_work"):
        book.create_sheet(title)["A1"] = "=1/0"
    assert read_instance(saved(book, tmp_path)) == small()
    book = load_workbook(tmp_path / "changed.xlsx")
    book.create_sheet("Blad1")
    assert [problem.code for problem in refused(saved(book, tmp_path))] == ["unknown-table"]


def test_row_numbers_in_a_sheet(book: Workbook, tmp_path: Path) -> None:
    """A problem names the row of the sheet, also below rows that are empty."""
    book["supply"].insert_rows(3, 2)
    book["supply"]["A6"] = "GM9"
    assert {problem.row for problem in refused(saved(book, tmp_path))} == {"6"}


@pytest.mark.parametrize("years", [["2027, 2028"], ["2027;2028"], [2027.0, 2028], ["2027", None, "2028"]])
def test_years_in_a_sheet(book: Workbook, tmp_path: Path, years: list[object]) -> None:
    """The horizon may stand in cells of its own or together in one."""
    sheet = book["about"]
    (row,) = [row for row in range(1, 9) if sheet.cell(row, 1).value == "years"]
    for column in range(2, 5):
        sheet.cell(row, column).value = years[column - 2] if column - 2 < len(years) else None
    assert read_instance(saved(book, tmp_path)) == small()


def test_about_in_a_sheet(book: Workbook, tmp_path: Path) -> None:
    """A title in two cells and a key that is not known are refused."""
    book["about"].append(["title", "Another"])
    book["about"].append(["author", "Somebody"])
    found = {(problem.code, problem.column) for problem in refused(saved(book, tmp_path))}
    assert found == {("invalid-about", "title"), ("invalid-about", "author")}


def test_workbook_that_unpacks_to_gigabytes(book: Workbook, tmp_path: Path) -> None:
    """What a part says it unpacks to is looked at first."""
    path = saved(book, tmp_path)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/a.bin", bytes(1_234_567))
    small, large = struct.pack("<I", 1_234_567), struct.pack("<I", 3 * 2**30)
    path.write_bytes(path.read_bytes().replace(small, large))
    (problem,) = refused(path)
    assert (problem.code, "3,072 MB" in problem.what) == ("large-file", True)


def test_links_and_macros_are_left_alone(book: Workbook, tmp_path: Path) -> None:
    """What stands beside the cells of a workbook is not read: links to other workbooks, macros."""
    path = saved(book, tmp_path)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"macro")
        archive.writestr("xl/externalLinks/externalLink1.xml", "no link")
    assert read_instance(path) == small()


def test_sheets_that_are_nowhere_are_passed_over_in_silence(book: Workbook, tmp_path: Path) -> None:
    """What the reader of workbooks leaves out, as old workbooks have it, is no warning to a negotiator."""
    path = saved(book, tmp_path)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(
        b"</sheets>", b'<sheet name="lost" sheetId="99"/></sheets>'
    )
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    assert read_instance(path) == small()


def test_not_a_workbook(tmp_path: Path) -> None:
    """A file that only has the name of a workbook is refused."""
    (tmp_path / "book.xlsx").write_bytes(b"not a workbook")
    assert refused(tmp_path / "book.xlsx")[0].code == "unreadable-file"
