"""What the scope of an agreement stands for: a row for each, or things taken together."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from hand_made import TABLES, agreement, small
from verdeling.clauses import Clause, bound_scopes, clauses
from verdeling.numbering import number

REGIONS = 2


def clause(measure: str = "places", **cells: object) -> Clause:
    """The one agreement of the hand-made region."""
    (found,) = clauses(number(small(agreements=agreement(measure, "<=", 1, **cells))))
    return found


def scopes(measure: str = "places", **cells: object) -> list[str]:
    """What each row is about, in words."""
    data = number(small(agreements=agreement(measure, "<=", 1, **cells)))
    table = bound_scopes(clauses(data), data).drop(columns="agreement")
    return [" ".join(cell for cell in row if cell) for row in table.to_numpy().tolist()]


def test_an_empty_scope_is_everything_together() -> None:
    """Without a scope there is one row, and the agreement names nothing."""
    found = clause()
    assert len(found.index) == 1
    assert not any(found.names(dimension) for dimension in ("municipality", "group", "year"))
    assert scopes() == [""]


def test_a_star_is_a_row_for_each() -> None:
    """A star on groups and years is a row for each combination."""
    assert scopes(group="*", year="*") == ["status 2027", "status 2028", "regular 2027", "regular 2028"]


def test_names_are_taken_together() -> None:
    """Names with a semicolon are one row that says which."""
    found = clause(municipality="GM1;GM2", year="2028")
    assert len(found.index) == 1
    assert found.positions("year") == (1,)
    assert scopes(municipality="GM1;GM2") == ["GM2; GM1"]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"region": "*", "municipality": "*"}, ["Achterhoek GM3", "Twente GM2", "Twente GM1"]),
        ({"region": "Twente", "municipality": "*"}, ["Twente GM2", "Twente GM1"]),
        ({"region": "*", "municipality": "GM1;GM2"}, ["Twente GM2; GM1"]),
        ({"region": "*"}, ["Achterhoek", "Twente"]),
    ],
)
def test_regions_meet_their_own_municipalities(cells: dict[str, str], expected: list[str]) -> None:
    """Combinations of a region with municipalities that are all elsewhere are left out."""
    assert scopes(**cells) == expected


def test_a_star_on_suppliers_passes_over_the_one_without_a_name() -> None:
    """Aalten's homes have no known supplier, and nobody agreed with that one."""
    assert sorted(scopes(supplier="*")) == ["Domijn", "Welbions"]


def test_suppliers_of_support_are_providers() -> None:
    """In an agreement about hours the scope supplier names providers."""
    assert sorted(scopes("support_hours", supplier="*")) == ["Aveleijn", "JP"]
    assert scopes("support_hours", supplier="JP") == ["JP"]


def test_reach_and_sum() -> None:
    """Rows of a table count for every bound whose scope they fall under."""
    found = clause(group="*", year="2027")
    amounts = pd.DataFrame({"group": [0, 0, 1, 1], "year": [0, 1, 0, 0], "places": [1, 2, 4, 8]})
    assert found.sum(amounts, "places").tolist() == [1, 4 + 8]
    assert found.sum(amounts, "places", ("year",)).tolist() == [13, 13]  # the group does not count
    assert len(found.reach(amounts)) == 3
    assert found.sum(amounts.iloc[:0], "places").tolist() == [0, 0]


def test_penalties() -> None:
    """A hard agreement costs infinitely much to miss, a soft one its penalty."""
    assert np.isinf(clause().penalty)
    assert clause(strength=2.5).penalty == 2.5


def test_the_order_is_of_content() -> None:
    """Agreements stand by measure, sense and value; their ids decide nothing."""
    rules = [agreement("places", ">=", value) for value in (7, 3, 5)]
    found = clauses(number(small(agreements=pd.concat(rules).assign(agreement=["b", "c", "a"]))))
    assert [each.value for each in found] == [3, 5, 7]
    assert [each.index["bound"].tolist() for each in found] == [[0], [1], [2]]


def test_a_name_of_another_scenario_reaches_nothing() -> None:
    """A supplier that only another scenario has is passed over, not mixed up."""
    supply = TABLES["supply"].replace("places\n", "places,scenario\n").replace("Welbions,8", "Mijande,8,low")
    supply = supply.replace("Welbions,2\n", "Welbions,2,\n") + "    GM2,social,2027,Welbions,8,high\n"
    instance = small(supply=supply, agreements=agreement("places", "<=", 1, supplier="Mijande"))
    low, high = (clauses(number(instance.in_scenario(name)))[0] for name in ("low", "high"))
    assert len(low.positions("supplier")) == 1
    assert high.positions("supplier") == ()
