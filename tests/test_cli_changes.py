"""Changes as they are written: which cell they mean, what they make of it, and what is wrong with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from small import small
from verdeling.cli.changes import read_changes
from verdeling.errors import VerdelingError
from verdeling.explaining.asking.changing import changed

if TYPE_CHECKING:
    from pathlib import Path

    from verdeling.instance import Instance


def one() -> Instance:
    return small().in_scenario("low")


def after(*put: str, agree: tuple[str, ...] = (), file: Path | None = None) -> Instance:
    """The instance with changes made."""
    return changed(one(), read_changes(one(), put, agree, file))


@pytest.mark.parametrize(
    ("text", "table", "key", "column", "value"),
    [
        ("supply:Losser,social,2027=7", "supply", {"municipality": "GM1", "year": 2027}, "places", 7),
        ("supply:2027,Social rent,GM1 = 7", "supply", {"municipality": "GM1", "year": 2027}, "places", 7),
        ("supply:Losser,2027+=3", "supply", {"municipality": "GM1", "year": 2027}, "places", 13),
        ("supply:Losser,2027-=3", "supply", {"municipality": "GM1", "year": 2027}, "places", 7),
        ("supply:Losser,2027*=50%", "supply", {"municipality": "GM1", "year": 2027}, "places", 5),
        ("needs:Statushouders,Hengelo=8", "needs", {"municipality": "GM2"}, "households", 8),
        ("needs:municipality=Hengelo,year=2028=8", "needs", {"municipality": "GM2"}, "households", 8),
        ("groups:regular:urgent=yes", "groups", {"group": "regular"}, "urgent", True),
        ("groups:regular:name=All others", "groups", {"group": "regular"}, "name", "All others"),
        ("projects:kop=20", "projects", {"project": "kop"}, "max_places", 20),
    ],
)
def test_a_cell(text: str, table: str, key: dict[str, Any], column: str, value: object) -> None:
    """A change is of the one cell that its words tell, and of no other."""
    expected = one().tables[table]
    place = expected.index[(expected[list(key)] == list(key.values())).all(axis=1)]
    assert len(place) == 1
    expected.loc[place, column] = value
    found = after(text)
    assert found.tables[table].equals(expected)
    assert all(found[name].equals(one()[name]) for name in one().tables if name != table)


@pytest.mark.parametrize(("text", "factor"), [("needs:status*=1.2", 1.2), ("needs:Statushouders*=35%", 0.35)])
def test_several_rows(text: str, factor: float) -> None:
    """A factor takes every row that its words tell: whole, near the product, and right in sum."""
    before, found = one()["needs"], after(text)["needs"]
    own = before["group"] == "status"
    assert own.sum() > 1
    assert found[~own].equals(before[~own])
    wanted = before.loc[own, "households"] * factor
    assert (abs(found.loc[own, "households"] - wanted) < 1).all()
    assert abs(found.loc[own, "households"].sum() - wanted.sum()) <= 0.5


def test_an_agreement() -> None:
    """An agreement that is asked about stands beside the others, with its scope and in words."""
    found = after(agree=("places <= 4: Losser, Hengelo, statushouders, 2027, strength=2",))
    rows = found["agreements"]
    assert len(rows) == len(one()["agreements"]) + 1
    row = rows[rows["agreement"] == "asked_1"].iloc[0]
    assert (row["municipality"], row["group"], row["year"]) == ("GM1;GM2", "status", "2027")
    assert (row["measure"], row["sense"], row["value"], float(row["strength"])) == ("places", "<=", 4, 2)
    assert row["text_nl"] == "Hoogstens 4 plekken (Losser en Hengelo, Statushouders, 2027)"
    assert row["text"].startswith("At most 4 places (")


def test_for_each() -> None:
    """A star is one bound for each, and a percentage a part of 1."""
    rows = after(agree=("share_of_need >= 75%: status, municipality=*",))["agreements"]
    row = rows.set_index("agreement").loc["asked_1"]
    assert (row["municipality"], row["value"]) == ("*", 0.75)


def test_files(tmp_path: Path) -> None:
    """A .toml and a .csv make the same changes as the command line."""
    toml, table = tmp_path / "ours.toml", tmp_path / "ours.csv"
    toml.write_text(
        'set = ["supply:Losser,2027=7"]\nagree = ["places >= 1: Losser"]\n'
        '[[add]]\ntable = "suitability"\ngroup = "regular"\nplace_type = "cluster"\n',
        "utf-8",
    )
    table.write_text('table,row,column,value\nsupply,"Losser,2027",,7\ngroups,regular,priority,3\n', "utf-8")
    found = after(file=toml)
    assert found["supply"].equals(after("supply:Losser,2027=7")["supply"])
    assert found["agreements"].equals(after(agree=("places >= 1: Losser",))["agreements"])
    assert len(found["suitability"]) == len(one()["suitability"]) + 1
    assert after(file=table) == after("supply:Losser,2027=7", "groups:regular:priority=3")


def test_everything_wrong_at_once() -> None:
    """Every change that cannot be read is told, with what may be meant."""
    wrong = {
        "nonsense": "supply:Borne",
        "suply:Losser=1": "supply",
        "supply:Losserr,2027=1": "Losser",
        "supply:Losser=1": "year (2027, 2028, …)",
        "supply:Losser,2027=many": "Write digits",
        "supply:Losser,2027:place=1": "places",
        "groups:regular=1": "groups:regular:COLUMN=VALUE",
        "supply:Hengelo,2028=1": "Name a row",
    }
    agreements = {"more places": "places >= 15", "plces >= 1": "places", "places >= 1: Losserr": "Losser"}
    with pytest.raises(VerdelingError) as caught:
        read_changes(one(), list(wrong), list(agreements), None)
    remedies = [problem.remedy for problem in caught.value.problems]
    assert len(remedies) == len(wrong) + len(agreements)
    for remedy, expected in zip(remedies, [*wrong.values(), *agreements.values()], strict=True):
        assert expected in remedy


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.toml", "set = ["), ("a.toml", "put = []"), ("a.csv", "table,row\nsupply,Losser"), ("b.toml", None)],
)
def test_files_that_cannot_be_read(tmp_path: Path, name: str, content: str | None) -> None:
    """A file that is broken, says something else or is not there is refused."""
    if content is not None:
        (tmp_path / name).write_text(content, "utf-8")
    with pytest.raises(VerdelingError, match="cannot be read"):
        read_changes(one(), [], [], tmp_path / name)


def test_nothing() -> None:
    """Without a change nothing is asked."""
    with pytest.raises(VerdelingError) as caught:
        read_changes(one(), [], [], None)
    assert "--set" in caught.value.problems[0].remedy
