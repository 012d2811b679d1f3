"""Figures of CBS in an instance: which municipalities they are of, and what is refused."""

from __future__ import annotations

import pandas as pd
import pytest

from verdeling.cbs.codes import names_of
from verdeling.cbs.datasets import Dataset, division
from verdeling.cbs.filling import fill
from verdeling.errors import VerdelingError
from verdeling.instance import Instance

TOWNS = {"municipality": "R"}
LETTINGS = {"fills": "supply", "measures": {"places": "M"}, "columns": TOWNS, "every_year": True,
            "constants": {"place_type": "rent"}}  # fmt: skip
HOMES = {"fills": "municipalities", "measures": {"dwellings": "M"}, "columns": TOWNS}


def dataset(stated: dict[str, object], codes: int = 2021) -> Dataset:
    """A dataset of a table that is not looked at here."""
    return Dataset.model_validate({"table": "99999NED", "codes": codes, **stated})


def region(towns: dict[str, str]) -> Instance:
    """A region of municipalities by id, with a need and a place."""
    home, first = {"region": "r", "population": 9}, next(iter(towns))
    tables = {
        "municipalities": [{"municipality": each, "name": name, **home} for each, name in towns.items()],
        "groups": [{"group": "g", "name": "g", "name_nl": "g", "priority": 1}],
        "place_types": [{"place_type": "rent", "name": "r", "name_nl": "r"}],
        "suitability": [{"group": "g", "place_type": "rent"}],
        "needs": [{"group": "g", "municipality": first, "year": year, "households": 1}
                  for year in (2025, 2026)],
        "supply": [{"municipality": first, "place_type": "rent", "year": 2025, "places": 5}],
    }  # fmt: skip
    return Instance.from_tables({name: pd.DataFrame(rows) for name, rows in tables.items()})


def figures(column: str, amounts: dict[str, int], estimate: bool = False) -> pd.DataFrame:
    """Figures by code."""
    rows = {"municipality": list(amounts), column: list(amounts.values())}
    return pd.DataFrame(rows).assign(place_type="rent", estimate=estimate, source="CBS")


def test_what_merged_is_added_up_and_the_rest_of_the_country_left_out() -> None:
    """Purmerend has its own lettings and those of Beemster, whatever is absent elsewhere."""
    into = region({"P": "Purmerend", "GM0363": "Amsterdam"})
    country = {code: 1 for code in names_of(2021) if code != "GM0756"} | {"GM0439": 40, "GM0370": 7}
    filled = fill(figures("places", country), dataset(LETTINGS), into, onto=2022)
    supply = filled.instance["supply"].set_index(["municipality", "year"])["places"]
    assert supply.to_dict() == {("GM0363", 2025): 1, ("GM0363", 2026): 1, ("P", 2025): 47, ("P", 2026): 47}
    assert filled.moved["old"].tolist() == ["GM0370"]
    assert (filled.replaced["places"].tolist(), filled.absent) == ([5], [])


def test_a_municipality_without_figures_is_named() -> None:
    """Supply of it is not made up, and it is said that there is none."""
    into = region({"GM0439": "Purmerend", "GM0363": "Amsterdam"})
    filled = fill(figures("places", {"GM0363": 3}), dataset(LETTINGS, 2024), into, onto=2024)
    assert filled.absent == ["Purmerend"]
    assert set(filled.instance["supply"]["municipality"]) == {"GM0363"}


@pytest.mark.parametrize(
    ("towns", "found", "estimate", "onto", "said"),
    [
        ({"GM0439": "Purmerend"}, {"GM0439": 4}, False, 2022, "Purmerend (GM0439) lacks Beemster (GM0370)"),
        ({"GM0370": "Beemster"}, {"GM0370": 4}, False, 2022, "GM0370 (Beemster) is no municipality"),
        ({"GM0014": "Assen"}, {"GM0014": 4}, False, 2021, "two municipalities in 2021: GM0014, GM0106"),
        ({"E": "Enschede", "GM0153": "GM0153"}, {"GM0153": 4}, False, 2021, "E and GM0153 are the same"),
        ({"GM0153": "Enschede"}, {"GM0153": 4}, True, 2021, "GM0153 are estimates"),
        ({"GM0153": "Enschede", "GM0147": "Borne"}, {"GM0153": 4}, False, 2021, "no figures of Borne"),
        ({"GM0153": "Enschede"}, {"GM0147": 4}, False, 2021, "no figures of any municipality"),
        ({"GM0153": "Enschede"}, {"GM0153": 4}, False, 2020, "the map is of 2020"),
    ],
)
def test_what_cannot_be_filled(
    towns: dict[str, str], found: dict[str, int], estimate: bool, onto: int, said: str
) -> None:
    """A number that would be too small, of another municipality or pass for a count is refused."""
    with pytest.raises(VerdelingError) as caught:
        fill(figures("dwellings", found, estimate).drop(columns="place_type"), dataset(HOMES), region(towns),
             onto=onto)  # fmt: skip
    (problem,) = caught.value.problems
    assert said in problem.what


@pytest.mark.parametrize(
    ("stated", "said"),
    [
        (HOMES | {"columns": {"municipality": "R", "year": "P"}}, "one number in a column"),
        (HOMES | {"measures": {"name": "M"}}, "name are words"),
        (HOMES | {"every_year": True}, "every_year is for supply"),
        (LETTINGS | {"constants": {"year": 2025}}, "every_year is for supply"),
        (LETTINGS | {"measures": {"lettings": "M"}}, "supply have no column lettings"),
        (LETTINGS | {"constants": {"places": 3}}, "places would be filled twice"),
        (
            LETTINGS | {"constants": {"source": "CBS"}},
            "filled by themselves; say what there is to say in note",
        ),
        (HOMES | {"columns": {"year": "P"}}, "No dimension fills the column municipality"),
        (LETTINGS | {"values": {"year": {"2025": 2025}}}, "values are given for year, and no dimension"),
    ],
)
def test_datasets_that_mean_nothing(stated: dict[str, object], said: str) -> None:
    """What cannot fill a table is refused before anything is read."""
    with pytest.raises(ValueError, match=said):
        dataset(stated)


def test_codes_of_no_year_are_not_moved() -> None:
    """A code means a municipality only in the division of its year, which the dataset must say."""
    with pytest.raises(VerdelingError) as caught:
        division(dataset(HOMES).model_copy(update={"codes": None}))
    (problem,) = caught.value.problems
    assert problem.remedy == "State it: codes = 2021."
