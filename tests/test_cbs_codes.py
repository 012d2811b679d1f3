"""Municipal codes by year: the lists that CBS published, and what became of each municipality."""

from __future__ import annotations

import hashlib
import itertools

import pandas as pd
import pytest

from commands import INSTANCES
from verdeling.cbs.codes import FIRST, LAST, changes, codes_meant, destinations, names_of
from verdeling.errors import FiguresError

PUBLISHED = {
    2019: "c70ba3fa56ecd5c2",
    2021: "be3c655e5b56641e",
    2022: "7c397b6ed46a43f6",
    2024: "d2e6afc465bc9298",
    2026: "d2e6afc465bc9298",
}
"""First digits of the SHA-256 of the codes that CBS lists for a year: in order, a line each."""

NUMBERS = {2018: 380, 2019: 355, 2020: 355, 2021: 352, 2022: 345, 2023: 342, 2024: 342, 2025: 342, 2026: 342}
"""Municipalities on 1 January, as CBS counts them."""


@pytest.mark.parametrize("year", PUBLISHED)
def test_the_list_is_that_of_cbs(year: int) -> None:
    """The codes of a year are those of the list that was published, one by one."""
    assert hashlib.sha256("\n".join(sorted(names_of(year))).encode()).hexdigest().startswith(PUBLISHED[year])


def test_numbers_of_municipalities() -> None:
    """Every year that is known has as many municipalities as CBS counts."""
    assert {year: len(names_of(year)) for year in range(FIRST, LAST + 1)} == NUMBERS


def test_the_country_of_the_instances() -> None:
    """The municipalities of the instance of the country are those of 2024, by code and name."""
    country = pd.read_csv(INSTANCES / "nl_municipalities.csv", usecols=["code", "name"])
    assert set(country["code"]) == set(names_of(2024))
    found, problems = codes_meant(country["name"], 2024)
    assert not problems
    assert [found[name] for name in country["name"]] == list(country["code"])


@pytest.mark.parametrize(("before", "after"), [*itertools.combinations(range(FIRST, LAST + 1), 2)])
def test_a_later_list_follows_from_an_earlier_one(before: int, after: int) -> None:
    """What the municipalities of a year are part of later are exactly the municipalities of that year."""
    assert {new for old in names_of(before) for new in destinations(old, before, after)} == set(
        names_of(after)
    )


def test_every_change_is_about_two_lists() -> None:
    """What changed is in the list of the year before, and what it is part of in that of the year itself."""
    for year, old, new in changes():
        assert old in names_of(year - 1)
        assert old not in names_of(year)
        assert new in names_of(year)


def test_what_became_of_some() -> None:
    """Merged, divided, taken in during a year, and merged after being divided."""
    assert destinations("GM1702", 2021, 2022) == ("GM1982",)
    assert destinations("GM0788", 2020, 2021) == ("GM0757", "GM0824", "GM0855", "GM0865")
    assert "GM0457" in names_of(2022)
    assert destinations("GM0457", 2022, 2023) == ("GM0363",)
    assert destinations("GM0053", 2018, 2026) == ("GM1966", "GM1969")


@pytest.mark.parametrize("year", [2014, 2017, 2027])
def test_an_unknown_year(year: int) -> None:
    """A year whose list is not known is refused, with those that are."""
    with pytest.raises(FiguresError, match="from 2018 to 2026"):
        names_of(year)


def test_codes_and_names_that_are_meant() -> None:
    """A code, its digits, and a name with or without what stands in brackets."""
    texts = ["GM0153", "0164", "Bergen (NH.)", "Utrecht (gemeente)", "laren (NH.)", "Súdwest-Fryslân"]
    found, problems = codes_meant(texts, 2024)
    assert list(found.values()) == ["GM0153", "GM0164", "GM0373", "GM0344", "GM0417", "GM1900"]
    assert not problems


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Haaren", "GM0788 is Haaren; it is in the lists from 2018 to 2020."),
        ("GM1991", "GM1991 is Maashorst; it is in the lists from 2022 to 2026."),
        ("Enschedee", "Did you mean Enschede?"),
        ("Bergen", "Did you mean Bergen"),
        ("GM9999", "Known: "),
        ("²", "Known: "),
        ("9" * 5000, "Known: "),
        ("Utrecht (PV)", "Did you mean Utrecht"),
    ],
)
def test_a_municipality_that_was_not_there(text: str, said: str) -> None:
    """What is no municipality of the year is told with when it is one, or what it may be."""
    found, (problem,) = codes_meant([text], 2021)
    assert (found, problem.code) == ({}, "unknown-code")
    assert said in problem.remedy


def test_one_municipality_under_two_names() -> None:
    """The second name of a municipality is a problem: its figures would count twice."""
    _, problems = codes_meant(["Enschede", "Borne", "GM0153"], 2024)
    assert [str(each).partition("\n")[0] for each in problems] == [
        "column municipality: Enschede and GM0153 are the same municipality, GM0153."
    ]
