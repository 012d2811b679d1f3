"""The commands of `cbs` as the guide shows them, and what they refuse."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pandas as pd
import pytest

from commands import INSTANCES, flat, refused, run, shown
from statline import TABLE, Statline, serving, value, write_download
from verdeling.adapters import read_instance, write_instance
from verdeling.cbs.codes import names_of
from verdeling.instance import Instance

THREE = ["GM0147", "GM0153", "GM0168"]
GUIDE = (INSTANCES / "README.md").read_text("utf-8").partition("## Figures of CBS")[2]


def block(name: str) -> str:
    """The fenced block of the guide with a name."""
    (found,) = re.findall(rf"^```\w+ {name}\n(.*?)^```$", GUIDE, flags=re.MULTILINE | re.DOTALL)
    return str(found)


@pytest.fixture(autouse=True)
def workplace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_commands_of_the_guide() -> None:
    """The commands without a network do what the guide says."""
    pd.DataFrame({"municipality": list(names_of(2021)), "households": 1}).to_csv("figures.csv", index=False)
    codes, move = re.findall(r"^    verdeling (cbs (?:codes|move) .*)$", GUIDE, flags=re.MULTILINE)
    assert "GM0370,Beemster,GM0439" in shown(*codes.split())
    assert "Land van Cuijk has the figures of" in shown(*move.split())
    moved = pd.read_csv("moved.csv").set_index("municipality")
    assert set(moved.index) == set(names_of(2024))
    assert (moved["households"].sum(), moved.loc["GM1982", "households"]) == (352, 5)
    assert set(moved["estimate"]) == {"no"}


def test_the_split_of_the_guide() -> None:
    """A municipality that was divided is split as the file of the guide says, and told in both languages."""
    Path("split.toml").write_text(block("split"), "utf-8")
    names = ["Haaren", "Boxtel", "Oisterwijk", "Tilburg", "Vught"]
    pd.DataFrame({"municipality": names, "households": 100}).to_csv("figures.csv", index=False)
    move = ["cbs", "move", "figures.csv", "--codes", 2020, "--map", 2024, "--amount", "households"]
    told = shown(*move, "--split", "split.toml", "--lang", "nl")
    assert "Haaren is verdeeld: Boxtel 15%, Oisterwijk 40%, Tilburg 10% en Vught 35%" in told
    assert "GM0757,115,made up for this example,yes" in told
    assert "[[split]]" in refused(*move)


@pytest.mark.parametrize(
    ("content", "arguments", "said"),
    [
        ("municipality,households\nGM0153,x\n", (), "'x' is no number"),
        ("municipality,persons\nGM0153,3\n", (), "There is no column households"),
        ("gemeente;households\nGM0153;3\n", (), "There is no column municipality"),
        ("municipality,households\nGM0153,3\nEnschede,4\n", (), "the same municipality, GM0153"),
        ("municipality,households\nGM0153,3\n", ("--codes", 2009), "from 2018 to 2026"),
        ("municipality,households\nGM0788,3\n", ("--codes", 2021), "in the lists from 2018 to 2020"),
        ("municipality,households\nGM0153,3\n", ("--split", "split.toml"), "split.0.into"),
    ],
)
def test_what_cannot_be_moved(content: str, arguments: tuple[object, ...], said: str) -> None:
    """What is wrong is said, and nothing is written."""
    Path("figures.csv").write_text(content, "utf-8")
    Path("split.toml").write_text('[[split]]\nold = "GM0788"\nsource = "x"\n', "utf-8")
    options = ("--codes", 2020, "--map", 2024, "--amount", "households", "-o", "moved.csv", *arguments)
    assert said in refused("cbs", "move", "figures.csv", *options)
    assert not Path("moved.csv").exists()


@pytest.mark.parametrize("command", ["table", "read", "fill", "codes", "move"])
def test_help(command: str) -> None:
    """Each command says what it does, with an example that names it."""
    result = run("cbs", command, "--help")
    assert result.exit_code == 0
    assert f"verdeling cbs {command}" in flat(result.stdout)


@pytest.fixture
def download(workplace: Path) -> Path:
    """The made-up table as it is downloaded."""
    return write_download(workplace / "download")


def dataset(**changes: str) -> str:
    """The dataset of the guide, written for the made-up table; with other lines in place of some."""
    text = block("dataset")
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    Path("dataset.toml").write_text(text, "utf-8")
    return "dataset.toml"


def test_from_a_table_to_needs(download: Path) -> None:
    """The commands of the guide: what is in a table, figures of it, and the needs of an instance."""
    table, read, needs = re.findall(r"^    verdeling ((?:cbs table|cbs read|needs) .*)$", GUIDE, re.M)
    written = shown(*table.replace("85980NED", TABLE).split(), "--from", download, "-o", "proposed.toml")
    assert "Groep, Aandachtsgroep: 3 codes: A01 = Statushouders" in written
    dataset()
    told = shown(*read.split(), "--from", download)
    assert "Cells without a number: 1; 2 here, as an estimate." in told
    assert told.endswith("12 rows in figures.csv.")
    write_own(Path("own"))
    assert "12" in shown(*needs.split())
    made = read_instance("own-with-needs")["needs"].set_index(["municipality", "group", "year"])
    number = value("M1", "A01", "K1", "GM0153", "2022JJ00")
    assert made.loc[("GM0153", "statushouders", 2022), "households"] == number
    assert "CBS 99999NED (Groepen; regio, 2024-05-06)" in made.loc[("GM0153", "daklozen", 2022), "source"]
    assert made.loc[("GM0147", "daklozen", 2022), ["households", "estimate"]].to_list() == [2, True]


def test_a_table_into_an_instance_at_once(download: Path) -> None:
    """One command makes the same instance as figures and needs apart, and says so in both languages."""
    read, needs, fill = re.findall(r"^    verdeling ((?:cbs read|needs|cbs fill) .*)$", GUIDE, re.MULTILINE)
    dataset()
    write_own(Path("own"))
    shown(*read.split(), "--from", download)
    shown(*needs.split())
    apart = read_instance("own-with-needs")
    told = shown(*fill.split(), "--from", download, "--overwrite")
    assert read_instance("own-with-needs") == apart
    cells = [value("M1", "A01", "K1", code, year) for code in THREE for year in ("2021JJ00", "2022JJ00")]
    count = f"{sum(filter(None, cells)):.0f}"
    assert f"statushouders: {count[:-3]},{count[-3:]} households in 2021 to 2022." in told
    assert f"statushouders: {count[:-3]}.{count[-3:]} huishoudens in 2021 tot en met 2022." in shown(
        *fill.split(), "--from", download, "--lang", "nl", "--overwrite"
    )


def test_filling_is_tried_without_being_kept(download: Path) -> None:
    """Without an output what would become of the instance is told, and nothing is written."""
    dataset()
    write_own(Path("own"))
    before = {path: path.read_bytes() for path in Path().rglob("*") if path.is_file()}
    told = shown("cbs", "fill", "dataset.toml", "--into", "own", "--map", "2024", "--from", download)
    assert "statushouders:" in told
    assert {path: path.read_bytes() for path in Path().rglob("*") if path.is_file()} == before


def test_figures_that_fill_nothing(download: Path) -> None:
    """A dataset that does not say what its figures are is refused, with what can be stated."""
    write_own(Path("own"))
    path = dataset(**{'fills = "figures"                   # the figures of verdeling needs': ""})
    said = refused("cbs", "fill", path, "--into", "own", "--map", "2024", "--from", download)
    assert 'State fills = "figures", "supply" or "municipalities".' in said


def test_codes_of_one_year(workplace: Path) -> None:
    """Codes and names of a year are shown as they are where no later map is asked for."""
    told = shown("cbs", "codes", 2021)
    assert "352" in told
    assert "GM0153" in told
    assert "in_" not in told


def test_lettings_and_dwellings_into_an_instance(download: Path) -> None:
    """The other datasets of the guide fill supply in every year, and a column with its source."""
    write_own(Path("own"))
    for name in ("lettings", "dwellings"):
        Path(f"{name}.toml").write_text(block(name), "utf-8")
    fill = ("--map", 2024, "--from", download)
    told = shown("cbs", "fill", "lettings.toml", "--into", "own", *fill, "-o", "let")
    lettings = [value("M2", "T001", "K2", code, "2022JJ00") for code in THREE]
    supply = read_instance("let")["supply"]
    assert supply["places"].tolist() == [each for each in lettings for _ in (2021, 2022)]
    assert supply["estimate"].all()
    assert supply["source"].str.endswith("here the same in every year").all()
    assert "in the place of 5 places." in told
    assert "Of 3 municipalities" in shown(
        "cbs", "fill", "dwellings.toml", "--into", "let", *fill, "-o", "homes"
    )
    homes = read_instance("homes")
    assert homes["municipalities"]["dwellings"].tolist() == [
        value("M1", "T001", "K1", code, "2022JJ00") for code in THREE
    ]
    assert homes.about.sources[-1].title.startswith("CBS 99999NED (Groepen; regio, 2024-05-06)")


def write_own(path: Path) -> None:
    """An instance with three municipalities and the two groups."""
    home, groups = {"region": "r", "population": 9}, ["statushouders", "daklozen"]
    tables = {
        "municipalities": [{"municipality": each, "name": names_of(2024)[each], **home} for each in THREE],
        "groups": [{"group": each, "name": each, "name_nl": each, "priority": 1} for each in groups],
        "place_types": [{"place_type": "rent", "name": "Rent", "name_nl": "Huur"}],
        "suitability": [{"group": each, "place_type": "rent"} for each in groups],
        "needs": [{"group": groups[0], "municipality": THREE[0], "year": year, "households": 1}
                  for year in (2021, 2022)],
        "supply": [{"municipality": THREE[0], "place_type": "rent", "year": 2021, "places": 5}],
    }  # fmt: skip
    frames = {name: pd.DataFrame(rows) for name, rows in tables.items()}
    write_instance(Instance.from_tables(frames), path)


def test_a_proposal_is_a_dataset_when_it_is_settled(download: Path) -> None:
    """What `cbs table` writes is TOML with every name of the table, and reads once the rest is chosen."""
    shown("cbs", "table", TABLE, "--from", download, "-o", "proposed.toml", "--lang", "nl")
    text = Path("proposed.toml").read_text("utf-8")
    assert tomllib.loads(text)["columns"] == {"municipality": "RegioS", "year": "Perioden"}
    for line in ('households = "M1"', 'group = "Groep"', 'Kenmerk = "K1"'):
        assert f"# {line}" in text
        text = text.replace(f"# {line}", line)
    Path("settled.toml").write_text(text.replace('"refuse"', '"nothing"'), "utf-8")
    shown("cbs", "read", "settled.toml", "--from", download, "-o", "figures.csv")
    assert set(pd.read_csv("figures.csv")["municipality"]) == set(THREE)


def test_figures_on_the_map_of_a_later_year(download: Path) -> None:
    """A table by codes of one year goes to another map in the same command; a split is asked for."""
    observations = download / "Observations.csv"
    text = observations.read_text("utf-8-sig").replace("GM0147  ", "GM0370  ").replace("GM0153  ", "GM0439  ")
    observations.write_text(text.replace("GM0168  ", "GM0363  "), "utf-8-sig")
    (download / "RegioSCodes.csv").unlink()
    dataset(**{"codes = 2024": "codes = 2021"})
    assert "Purmerend has the figures of Beemster" in shown(
        "cbs", "read", "dataset.toml", "--from", download, "--map", 2022, "-o", "moved.csv"
    )
    moved = pd.read_csv("moved.csv").set_index(["municipality", "group", "year"])
    parts = [value("M1", "A01", "K1", code, "2021JJ00") for code in ("GM0147", "GM0153")]
    assert moved.loc[("GM0439", "statushouders", 2021), "inflow"] == sum(filter(None, parts))
    assert moved.loc[("GM0439", "daklozen", 2022), "count"] == "no"


def test_a_service_that_is_asked(workplace: Path) -> None:
    """Without a download the service is asked, once; a table that is not there is refused."""
    dataset()
    with serving(Statline()) as service:
        ask = ["--address", service.address, "--cache", workplace / "answers"]
        first = shown("cbs", "read", "dataset.toml", *ask)
        assert service.asked
        service.asked.clear()
        assert shown("cbs", "read", "dataset.toml", *ask) == first
        assert not service.asked
        assert "capitals count" in refused("cbs", "table", "11111NED", *ask)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"inflow = ": "influx = "}, "figures have no column influx"),
        ({'municipality = "RegioS"': ""}, "No dimension fills the column municipality"),
        ({'table = "99999NED"': 'table = "../x"'}, "table: String should match"),
        ({"[measures]": "[measure]"}, "measure"),
        ({"[only]": 'municipality = "Groep"\n[only]'}, "cannot be read"),
        ({"suppressed = {estimate = 2}": 'suppressed = "guess"'}, "suppressed"),
    ],
)
def test_a_dataset_that_cannot_be_used(download: Path, changes: dict[str, str], said: str) -> None:
    """What a dataset says and cannot mean is refused with its place."""
    assert said in refused("cbs", "read", dataset(**changes), "--from", download, "-o", "figures.csv")
    assert not Path("figures.csv").exists()
