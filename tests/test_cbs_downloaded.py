"""Tables that were downloaded: the same figures as from the service, however they were packed."""

from __future__ import annotations

import shutil
import zipfile
from typing import TYPE_CHECKING

import pytest

from statline import TABLE, Statline, serving, value, write_download, write_export
from test_cbs_online import DATASET, read
from verdeling.cbs import downloaded
from verdeling.cbs.contents import select
from verdeling.cbs.downloaded import open_download
from verdeling.cbs.figures import read_table
from verdeling.errors import FiguresError

if TYPE_CHECKING:
    from pathlib import Path

CODES_ONLY = DATASET.model_copy(
    update={
        "measures": {"households": "M1", "persons": "M2"},
        "columns": {"municipality": "RegioS", "group": "Groep", "year": "Perioden"},
        "only": {"Kenmerk": "K1"},
        "values": {"group": {"A01": "statushouders", "A02": "daklozen"}},
    }
)
EXPORTED = DATASET.model_copy(
    update={
        "measures": {"households": "Huishoudens"},
        "columns": {"municipality": "Regio's", "group": "Aandachtsgroep", "year": "Perioden"},
        "only": {"Kenmerk": "Huishoudens totaal"},
        "values": {"group": {"Statushouders": "statushouders", "Dak- en thuislozen": "daklozen"}},
    }
)
HEADING = "Id;Measure;ValueAttribute;Value;StringValue;Groep;Kenmerk;RegioS;Perioden"
KEYS = ["municipality", "group", "year"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The table as CSV files."""
    return write_download(tmp_path / "download")


def test_the_same_figures_from_everywhere(tmp_path: Path, folder: Path) -> None:
    """The service, the files, a zip of them, and the observations alone give the same figures."""
    with serving(Statline()) as service:
        online = read(service, tmp_path / "answers").table.drop(columns="source")
    packed = shutil.make_archive(str(tmp_path / "packed"), "zip", folder)
    for path, dataset in ((folder, DATASET), (packed, DATASET), (folder / "Observations.csv", CODES_ONLY)):
        found = read_table(open_download(TABLE, tmp_path / path), dataset).table
        assert found.drop(columns="source").equals(online)


def test_an_export_of_statline(tmp_path: Path) -> None:
    """Titles in place of codes, a title above and a note below, and provisional numbers with a star."""
    figures = read_table(open_download(TABLE, write_export(tmp_path / "export.csv")), EXPORTED)
    found = figures.table.set_index(KEYS)["households"].to_dict()
    assert len(found) == 3 * 2 * 2
    assert found["GM0153", "daklozen", 2022] == value("M1", "A02", "K1", "GM0153", "2022JJ00")
    assert found["GM0147", "daklozen", 2022] == 2
    assert set(figures.left_out["municipality"]) == {"Nederland", "Overijssel (PV)", "Haaren"}
    assert figures.contents.title == "Groepen; regio"


def test_many_rows_in_parts(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A large file is read in parts, with the same figures."""
    whole = read_table(open_download(TABLE, folder), DATASET).table
    monkeypatch.setattr(downloaded, "_ROWS", 7)
    assert read_table(open_download(TABLE, folder), DATASET).table.equals(whole)


def test_decimal_commas(folder: Path) -> None:
    """A comma before decimals is a point."""
    file = folder / "Observations.csv"
    file.write_text(file.read_text("utf-8-sig").replace('.0"', ',5"'), "utf-8-sig")
    table = read_table(open_download(TABLE, folder), DATASET).table
    number = value("M1", "A01", "K1", "GM0153", "2021JJ00")
    assert number is not None
    assert table.set_index(KEYS).loc[("GM0153", "statushouders", 2021), "households"] == number + 0.5


def test_a_zip_of_gigabytes(tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What would unpack to more than the limit is not unpacked."""
    packed = shutil.make_archive(str(tmp_path / "packed"), "zip", folder)
    monkeypatch.setattr(downloaded, "MOST_BYTES", 1000)
    with pytest.raises(FiguresError, match="would unpack to"):
        open_download(TABLE, tmp_path / packed)


@pytest.mark.parametrize(
    ("name", "content", "code", "said"),
    [
        ("Observations.csv", "Id;Maat;Waarde\n1;2;3\n", "changed-column", "there is: Id, Maat, Waarde"),
        ("GroepCodes.csv", "Code;Titel\nA01;x\n", "changed-column", "there is: Code, Titel"),
        ("Observations.csv", None, "unreadable-file", "There is no Observations.csv"),
        ("Observations.csv", 'Measure;Value\n"M1;1\n', "unreadable-file", "inside string"),
        ("GroepCodes.csv", "Identifier;Title\nA01;x;y\n", "unreadable-file", "more cells than"),
        ("GroepCodes.csv", "Identifier;Title\nA01\n", "unreadable-file", "a row is cut off"),
        (
            "Observations.csv",
            f"{HEADING}\n1;M1;None;5;;A01;K1;GM0153;2021JJ00\n2;M1;None;5\n",
            "unreadable-file",
            "a row is cut off",
        ),
        ("Observations.csv", "Measure;Value;Groep\nM1;1;A01\n", "missing-dimension", "no dimension RegioS"),
    ],
)
def test_files_that_are_refused(folder: Path, name: str, content: str | None, code: str, said: str) -> None:
    """A file that is absent, broken or has other columns is named, with what is there."""
    (folder / name).unlink()
    if content is not None:
        (folder / name).write_text(content, "utf-8")
    with pytest.raises(FiguresError) as error:
        read_table(open_download(TABLE, folder), CODES_ONLY)
    assert said in str(error.value)
    assert code in {problem.code for problem in error.value.problems}


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken", b"only one column\n1\n", b"a;\xff\xfe\n"])
def test_a_file_that_is_no_table(tmp_path: Path, content: bytes) -> None:
    """What is neither a download nor an export is refused, whatever it is called."""
    for name in ("table.csv", "table.zip"):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(FiguresError):
            open_download(TABLE, tmp_path / name)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    """A path that leads nowhere is refused."""
    with pytest.raises(FiguresError, match="is not there"):
        open_download(TABLE, tmp_path / "x.csv")


def test_numbers_with_separators(folder: Path) -> None:
    """A number that could mean two things is refused."""
    file = folder / "Observations.csv"
    file.write_text(file.read_text("utf-8-sig").replace('.0"', '.000,0"'), "utf-8-sig")
    source = open_download(TABLE, folder)
    with pytest.raises(FiguresError, match="no number"):
        source.observations(select(DATASET, source.contents()))


def test_a_zip_in_a_folder_of_its_own(tmp_path: Path, folder: Path) -> None:
    """Files in a folder inside the zip are found."""
    with zipfile.ZipFile(tmp_path / "packed.zip", "w") as archive:
        for file in folder.iterdir():
            archive.write(file, f"99999NED/{file.name}")
    assert len(read_table(open_download(TABLE, tmp_path / "packed.zip"), DATASET).table) == 12
