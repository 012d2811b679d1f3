"""Drafts of agreements: what everybody would sign for adds up, and what cannot be signed is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from commands import IMPOSSIBLE, TOWNS
from documents import amount, by_year, read, tables
from hand_made import TABLES, small
from verdeling.adapters import read_instance
from verdeling.engine import solve
from verdeling.errors import NoSolutionError, OutputError
from verdeling.explaining.explanation import explain
from verdeling.reporting.content import Content
from verdeling.reporting.documents.parties import bounds, parties, towns
from verdeling.reporting.documents.writing import write_drafts

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from verdeling.solution import Solution

NOBODY = "Niemand"
PLACES = "Plekken per aandachtsgroep, woonvorm en jaar"
AGREED = """
    agreement,text,measure,sense,value,supplier,municipality,strength,source
    B,Domijn lets three,places,>=,3,Domijn,,hard,
    C,JP helps,support_hours,<=,30,JP,,hard,2024
    D,Not all,share_of_supply,<=,0.9,,GM1,hard,
    E,Build much,built,>=,99,,,1,
    """


@pytest.fixture(scope="module")
def solution() -> Solution:
    """Three towns with landlords, providers, agreements, and somebody without hours or places."""
    supply = TABLES["supply"] + f"GM1,cluster,2027,{NOBODY},0\n"
    support = TABLES["support"] + "Zonder,GM2,,2027,0\n"
    return solve(small(agreements=AGREED, supply=supply, support=support))


@pytest.fixture(scope="module")
def drafts(solution: Solution, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of drafts."""
    folder = tmp_path_factory.mktemp("meeting") / "drafts"
    write_drafts(explain(solution), folder)
    return folder


def given(solution: Solution) -> pd.DataFrame:
    """Places by who lets them, with names, summed without the code of reports."""
    instance = solution.instance
    frame = solution.suppliers
    for column, name in (("municipality", "name"), ("group", "name_nl"), ("place_type", "name_nl")):
        table = {"municipality": "municipalities", "group": "groups", "place_type": "place_types"}[column]
        frame[column] = frame[column].map(instance.tables[table].set_index(column)[name])
    frame["supplier"] = frame["supplier"].replace("", "geen verhuurder genoemd")
    return frame


def summed(frame: pd.DataFrame, by: list[str], column: str) -> dict[object, float]:
    """Sums that are not nothing."""
    sums = frame.groupby(by)[column].sum()
    return sums[sums != 0].to_dict()


def test_a_file_for_everybody(drafts: Path) -> None:
    """Every municipality, landlord and provider has a draft, and the index leads to each."""
    files = {file.name for file in drafts.iterdir()}
    named = [
        "gemeente-aalten",
        "gemeente-hengelo",
        "gemeente-losser",
        "verhuurder-domijn",
        "verhuurder-niemand",
    ]
    named += ["verhuurder-welbions", "zorgaanbieder-aveleijn", "zorgaanbieder-jp", "zorgaanbieder-zonder"]
    assert files == {"index.html", *(f"{name}.docx" for name in named)}
    index = (drafts / "index.html").read_text("utf-8")
    assert all(f'href="{name}.docx"' in index for name in named)


def test_municipalities_sign_for_every_place(solution: Solution, drafts: Path) -> None:
    """The tables of municipalities are the division: by group, type and year, and by landlord and year."""
    every = given(solution)
    for name in ("Losser", "Hengelo", "Aalten"):
        path, own = drafts / f"gemeente-{name.lower()}.docx", every[every["municipality"] == name]
        by = ["group", "place_type", "year"]
        assert summed(by_year(path, PLACES), by, "amount") == summed(own, by, "places")
        lets = by_year(path, "Van welke verhuurder")
        assert summed(lets, ["supplier", "year"], "amount") == summed(own, ["supplier", "year"], "places")
    assert every["places"].sum() == solution.placements["places"].sum()


def test_landlords_sign_for_what_municipalities_say(solution: Solution, drafts: Path) -> None:
    """What stands in the drafts of landlords adds up to what the drafts of municipalities say of them."""
    mine, theirs = {}, {}
    for landlord in ("Domijn", "Welbions"):
        path = drafts / f"verhuurder-{landlord.lower()}.docx"
        places = by_year(path, PLACES)
        assert summed(places, ["municipality", "year"], "amount") == summed(
            by_year(path, "Plekken per gemeente"), ["municipality", "year"], "amount"
        )
        mine |= {(*key, landlord): n for key, n in summed(places, ["municipality", "year"], "amount").items()}
    for name in ("Losser", "Hengelo", "Aalten"):
        lets = by_year(drafts / f"gemeente-{name.lower()}.docx", "Van welke verhuurder")
        named = lets[lets["supplier"] != "geen verhuurder genoemd"]
        theirs |= {
            (name, year, landlord): n
            for (landlord, year), n in summed(named, ["supplier", "year"], "amount").items()
        }
    assert mine == theirs
    assert sum(mine.values()) == solution.suppliers.query("supplier != ''")["places"].sum()


def test_providers_sign_for_what_municipalities_say(solution: Solution, drafts: Path) -> None:
    """Hours in the drafts of providers are those in the drafts of municipalities, and those of the plan."""
    mine, theirs = {}, {}
    for provider in ("Aveleijn", "JP"):
        hours = by_year(drafts / f"zorgaanbieder-{provider.lower()}.docx", "Begeleiding in uren")
        mine |= {(provider, *key): n for key, n in summed(hours, ["municipality", "year"], "amount").items()}
    for name in ("Losser", "Hengelo", "Aalten"):
        hours = by_year(drafts / f"gemeente-{name.lower()}.docx", "Begeleiding in uren")
        theirs |= {
            (provider, name, year): n
            for (provider, year), n in summed(hours, ["provider", "year"], "amount").items()
        }
    assert mine == theirs
    assert sum(mine.values()) == pytest.approx(solution.support["hours"].sum())


def test_what_is_built(solution: Solution, drafts: Path) -> None:
    """What a municipality and a landlord build is the same, and is what the plan builds."""
    built = solution.builds
    for column, key, name in (
        ("municipality", "GM1", "gemeente-losser"),
        ("municipality", "GM2", "gemeente-hengelo"),
        ("supplier", "Domijn", "verhuurder-domijn"),
        ("supplier", "Welbions", "verhuurder-welbions"),
    ):
        places = built.loc[built[column] == key, "places"].sum()
        assert by_year(drafts / f"{name}.docx", "Woningen")["amount"].sum() == places > 0


def test_who_is_held_to_what(solution: Solution, drafts: Path) -> None:
    """A party is held to what names it, its town or everybody; and a draft says with what source."""
    content = Content.of(solution, lang="nl")
    held = {
        party.name: [bound.agreement for bound in bounds(content, party)] for party in parties(content.names)
    }
    assert held == {
        "Aalten": ["B", "C", "E"],
        "Hengelo": ["B", "C", "E"],
        "Losser": ["B", "C", "D", "E"],
        "Domijn": ["B", "D", "E"],
        NOBODY: ["E"],
        "Welbions": ["D", "E"],
        "Aveleijn": [],
        "JP": ["C"],
        "Zonder": [],
    }
    (caption,) = [each for each in tables(drafts / "zorgaanbieder-jp.docx") if each.startswith("Afspraken")]
    _, row = tables(drafts / "zorgaanbieder-jp.docx")[caption]
    assert row == ["JP helps", "JP", "hard", "hoogstens 30 uur per week", "gehaald", "2024"]


def test_a_missed_agreement(solution: Solution) -> None:
    """A soft agreement that is missed is said to be, and by how much."""
    (bound,) = [each for each in bounds(Content.of(solution, lang="nl")) if each.agreement == "E"]
    short = solution.shortfalls["short"].sum()
    assert bound.outcome == f"niet gehaald: {short:.0f} plekken te kort"
    assert bound.strength == "zacht"


def test_who_has_nothing(solution: Solution, drafts: Path) -> None:
    """A landlord without places and a provider without hours have a draft that says so."""
    told = {
        name: "\n".join(paragraph.text for paragraph in read(drafts / f"{name}.docx").paragraphs)
        for name in ("verhuurder-niemand", "zorgaanbieder-zonder")
    }
    assert "In deze verdeling zijn er geen plekken van Niemand." in told["verhuurder-niemand"]
    assert "In deze verdeling geeft Zonder geen begeleiding." in told["zorgaanbieder-zonder"]
    content = Content.of(solution, lang="nl")
    alone = [party for party in parties(content.names) if party.name in (NOBODY, "Zonder")]
    assert [towns(content, party) for party in alone] == [[], []]


def test_blanks_and_marks(drafts: Path) -> None:
    """A draft is marked as one on every page, says why, and leaves blanks for everybody who signs."""
    file = read(drafts / "gemeente-losser.docx")
    assert file.sections[0].header.paragraphs[0].text.startswith("CONCEPT")
    assert file.core_properties.content_status == "Concept"
    texts = [paragraph.text for paragraph in file.paragraphs]
    assert any(text.startswith("CONCEPT") for text in texts)
    assert any(text.startswith("Het eerlijk aandeel van Losser") for text in texts)
    heading, *rows = [[cell.text for cell in row.cells] for row in file.tables[-1].rows]
    assert heading == ["partij", "naam", "functie", "plaats en datum", "handtekening"]
    assert [row[0] for row in rows] == ["Losser", "Aveleijn", "Domijn", "Welbions"]
    assert all(cell == "" for row in rows for cell in row[1:])


def test_support_that_goes_with_places(solution: Solution, drafts: Path) -> None:
    """What households of each group need stands beside how many there are."""
    rows = tables(drafts / "gemeente-losser.docx")[
        "Begeleiding die huishoudens nodig hebben die in Losser een plek krijgen"
    ]
    own = solution.placements.query("municipality == 'GM1' and group == 'status'")["places"].sum()
    assert rows[1] == ["Statushouders", f"{own:g}", "2", "1,5"]
    assert amount(rows[1][1]) == own


def test_parts_of_places_are_refused(tmp_path: Path) -> None:
    """Nobody can sign for a part of a place: fractional solutions are refused before anything is written."""
    with pytest.raises(NoSolutionError, match="Nobody can sign for a part"):
        write_drafts(solve(read_instance(TOWNS), whole=False), tmp_path / "drafts")
    assert list(tmp_path.iterdir()) == []


def test_a_conflict_is_refused(tmp_path: Path) -> None:
    """Where there is no division the error names the agreements that contradict each other."""
    with pytest.raises(NoSolutionError) as refused:
        write_drafts(solve(read_instance(IMPOSSIBLE)), tmp_path / "drafts")
    told = str(refused.value)
    assert told.count("“") == 3
    assert "Noorderwijk huisvest minstens 8 huishoudens van statushouders" in told
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_holds_something_else(solution: Solution, drafts: Path, tmp_path: Path) -> None:
    """Nothing is replaced silently, and a folder with anything else in it is never touched."""
    with pytest.raises(OutputError, match="there already"):
        write_drafts(solution, drafts)
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "letter.txt").write_text("dear")
    with pytest.raises(OutputError, match=r"letter\.txt"):
        write_drafts(solution, mine, overwrite=True)
    assert [file.name for file in mine.iterdir()] == ["letter.txt"]
