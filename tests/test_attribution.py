from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hand_made import ATTRIBUTION, BUILDS, PLACEMENTS, TABLES, small, table
from verdeling.attribution import attribute
from verdeling.errors import InstanceError
from verdeling.instance import Instance

if TYPE_CHECKING:
    from collections.abc import Sequence

SMALL = small()
KEYS = ["municipality", "supplier", "group", "place_type", "year"]
CELL = {"municipality": "GM1", "place_type": "social", "year": 2027}


def suppliers(has: Sequence[int]) -> Instance:
    """Instance with one municipality, place type and year where suppliers A, B, … have places."""
    supply = pd.DataFrame({"supplier": [chr(65 + at) for at in range(len(has))], "places": has, **CELL})
    return Instance(SMALL.about, SMALL.tables.replaced({"supply": supply}))


def places(*amounts: float) -> pd.DataFrame:
    """Placements of regular seekers and status holders there."""
    groups = ["regular", "status"][: len(amounts)]
    return pd.DataFrame({"group": groups, "places": amounts, **CELL})


def by_supplier(attribution: pd.DataFrame) -> dict[str, float]:
    """Places by supplier."""
    totals = attribution.groupby("supplier")["places"].sum()
    return {str(name): float(total) for name, total in totals.items()}


def webster(has: Sequence[int], seats: int) -> dict[str, float]:
    """Webster's method one place at a time, in fractions."""
    dealt = [0] * len(has)
    for _ in range(seats):
        able = [at for at, capacity in enumerate(has) if capacity]
        dealt[min(able, key=lambda at: (Fraction(2 * dealt[at] + 1, has[at]), -has[at], at))] += 1
    return {chr(65 + at): float(amount) for at, amount in enumerate(dealt) if amount}


def test_a_plan_is_attributed_to_the_suppliers_that_have_the_places() -> None:
    """What was attributed by hand is found again, projects and turnover included."""
    expected = table(ATTRIBUTION).astype({"places": float}).sort_values(KEYS, ignore_index=True)
    found = attribute(SMALL, table(PLACEMENTS), table(BUILDS))
    pd.testing.assert_frame_equal(found, expected, check_dtype=False)


@settings(deadline=None)
@given(st.lists(st.integers(0, 12), min_size=1, max_size=6), st.data())
def test_places_are_dealt_in_websters_order(has: list[int], data: st.DataObject) -> None:
    """Totals are kept, nobody gives more than it has, and suppliers get what Webster's method gives them."""
    first = data.draw(st.integers(0, sum(has)))
    second = data.draw(st.integers(0, sum(has) - first))
    found = attribute(suppliers(has), places(first, second))
    totals = by_supplier(found)
    groups = found.groupby("group")["places"].sum()
    assert [groups.get("regular", 0), groups.get("status", 0)] == [first, second]
    assert all(totals[name] <= has[ord(name) - 65] for name in totals)
    assert totals == webster(has, first + second)


@settings(deadline=None)
@given(st.lists(st.integers(1, 40), min_size=1, max_size=3), st.data())
def test_up_to_three_suppliers_get_their_proportion(has: list[int], data: st.DataObject) -> None:
    """Webster's method keeps quota for three: each is within one of proportional, each group within two."""
    first = data.draw(st.integers(0, sum(has)))
    second = data.draw(st.integers(0, sum(has) - first))
    found = attribute(suppliers(has), places(first, second))
    totals = by_supplier(found)
    table = found.pivot_table(index="supplier", columns="group", values="places", fill_value=0)
    for at, capacity in enumerate(has):
        name, part = chr(65 + at), capacity / sum(has)
        assert abs(totals.get(name, 0) - part * (first + second)) < 1
        for group, amount in (("regular", first), ("status", second)):
            given_here = table[group].get(name, 0) if group in table else 0
            assert abs(given_here - part * amount) < 2


@settings(deadline=None)
@given(st.lists(st.integers(0, 12), min_size=1, max_size=6), st.data())
def test_one_place_more_takes_nothing_from_any_supplier(has: list[int], data: st.DataObject) -> None:
    """The method is house-monotone."""
    seats = data.draw(st.integers(0, max(sum(has) - 1, 0)))
    fewer = by_supplier(attribute(suppliers(has), places(seats)))
    more_places = by_supplier(attribute(suppliers(has), places(min(seats + 1, sum(has)))))
    assert all(more_places.get(name, 0) >= amount for name, amount in fewer.items())


@settings(deadline=None)
@given(st.lists(st.integers(1, 9), min_size=1, max_size=5), st.data())
def test_parts_of_places_are_attributed_in_exact_proportion(has: list[int], data: st.DataObject) -> None:
    """Without whole places every supplier gives every group the same part of what it has."""
    used = data.draw(st.floats(0.01, 1))
    regular, status = 0.25 * used * sum(has), 0.75 * used * sum(has)
    found = attribute(suppliers(has), places(regular, status), whole=False)
    expected = {chr(65 + at): used * capacity for at, capacity in enumerate(has)}
    assert by_supplier(found) == pytest.approx(expected)
    shares = found.pivot_table(index="supplier", columns="group", values="places")
    assert (shares["status"] / shares["regular"]).to_numpy() == pytest.approx(3)


def test_groups_share_every_supplier() -> None:
    """Two groups of equal size get equal parts of two equal suppliers, not a supplier each."""
    found = attribute(suppliers([2, 2]), places(2, 2))
    assert found["places"].tolist() == [1, 1, 1, 1]


def test_among_equals_the_larger_supplier_comes_first_and_then_the_alphabet() -> None:
    """Two thirds against one third stand at the same place: the larger is taken; equals go by name."""
    assert by_supplier(attribute(suppliers([1, 3]), places(2))) == {"B": 2}
    assert by_supplier(attribute(suppliers([3, 3]), places(1))) == {"A": 1}


def test_the_order_of_rows_does_not_matter() -> None:
    """Reversed placements and builds are attributed the same."""
    forward = attribute(SMALL, table(PLACEMENTS), table(BUILDS))
    assert forward.equals(attribute(SMALL, table(PLACEMENTS).iloc[::-1], table(BUILDS).iloc[::-1]))


def named(*rows: tuple[str, str, float]) -> pd.DataFrame:
    """Places that an agreement fixed: supplier, group, places."""
    return pd.DataFrame(rows, columns=["supplier", "group", "places"]).assign(**CELL)


@pytest.mark.parametrize("whole", [True, False])
def test_named_places_come_first_and_the_rest_goes_to_others(whole: bool) -> None:
    """A supplier that is named gives exactly what is stated, also when that is nothing."""
    instance = suppliers([4, 2, 2])
    found = attribute(instance, places(3, 1), named=named(("A", "status", 1)), whole=whole)
    assert by_supplier(found) == ({"A": 1, "B": 2, "C": 1} if whole else {"A": 1, "B": 1.5, "C": 1.5})
    assert found.loc[found["supplier"] == "A", "group"].tolist() == ["status"]
    found = attribute(instance, places(3), named=named(("A", "regular", 0)), whole=whole)
    assert "A" not in by_supplier(found)


@pytest.mark.parametrize("whole", [True, False])
def test_named_suppliers_give_more_only_when_the_others_have_no_more(whole: bool) -> None:
    """What others cannot give comes from the named supplier, so that every place has a supplier."""
    found = attribute(suppliers([4, 1, 2]), places(5), named=named(("A", "regular", 1)), whole=whole)
    assert by_supplier(found) == {"A": 2, "B": 1, "C": 2}
    fixed = named(("A", "regular", 0), ("B", "regular", 0))
    found = attribute(suppliers([4, 4, 2]), places(3), named=fixed, whole=whole)
    assert by_supplier(found) == ({"A": 1, "C": 2} if whole else {"A": 0.5, "B": 0.5, "C": 2})


def test_a_part_of_a_place_that_is_left_to_several_suppliers_is_one_place_of_one_of_them() -> None:
    """Two suppliers with two and a half places each give five: three of the one and two of the other."""
    projects = """
        project,municipality,place_type,year,max_places,supplier
        a,GM1,cluster,2027,9,A
        b,GM1,cluster,2027,9,B
        """
    builds = pd.DataFrame({"project": ["a", "b"], "year": 2027, "places": 5})
    given_there = {"municipality": ["GM1"], "place_type": ["cluster"], "group": ["status"], "year": [2028]}
    instance = small(projects=projects)
    found = attribute(instance, pd.DataFrame(given_there).assign(places=5), builds)
    assert by_supplier(found) == {"A": 3, "B": 2}
    found = attribute(instance, pd.DataFrame(given_there).assign(places=4), builds)
    assert by_supplier(found) == {"A": 2, "B": 2}


def test_a_part_of_a_place_comes_after_every_whole_place() -> None:
    """With 2.9 places of the one and 10 of the other, twelve are two and ten and not three and nine."""
    projects = "project,municipality,place_type,year,max_places,supplier\na,GM1,cluster,2027,29,A"
    instance = small(projects=projects, place_types=TABLES["place_types"].replace("0.5,20", "0.1,20"))
    supply = pd.DataFrame([CELL | {"place_type": "cluster", "year": 2028, "supplier": "B", "places": 10}])
    instance = Instance(instance.about, instance.tables.replaced({"supply": supply}))
    builds = pd.DataFrame({"project": ["a"], "year": [2027], "places": [29]})
    placements = supply.assign(group="status", places=12)
    assert by_supplier(attribute(instance, placements, builds)) == {"A": 2, "B": 10}


@pytest.mark.parametrize(
    ("amounts", "fixed", "code"),
    [
        ((9.0,), [], "no-supplier"),
        ((1.5,), [], "not-whole"),
        ((2.0,), [("A", "regular", 3.0)], "named-over"),
        ((8.0,), [("B", "regular", 3.0)], "supplier-over"),
    ],
)
def test_what_cannot_be_attributed_is_refused(
    amounts: tuple[float, ...], fixed: list[tuple[str, str, float]], code: str
) -> None:
    """One place more than there is, than the supplier has or than is given is refused with its place."""
    with pytest.raises(InstanceError) as refusal:
        attribute(suppliers([4, 2, 2]), places(*amounts), named=named(*fixed))
    assert [problem.code for problem in refusal.value.problems] == [code]
    assert "GM1, social, 2027" in str(refusal.value)


def test_an_abundance_of_supply_costs_nothing() -> None:
    """Suppliers with a milliard places are attributed like any other, and so are millions of places."""
    found = attribute(suppliers([10**9, 10**9, 5]), places(1000, 1000))
    assert by_supplier(found) == {"A": 1000, "B": 1000}
    found = attribute(suppliers([2_000_000, 1_000_000]), places(750_000, 1_500_000))
    assert by_supplier(found) == {"A": 1_500_000, "B": 750_000}
    assert np.abs(found["places"] - [500_000, 1_000_000, 250_000, 500_000]).max() <= 1


def test_nothing_given_is_attributed_to_nobody() -> None:
    """An empty plan gives an empty table with all its columns."""
    found = attribute(SMALL, table(PLACEMENTS).iloc[:0])
    assert found.columns.tolist() == [*KEYS, "places"]
    assert found.empty


def test_a_plan_beyond_supply_needs_its_builds() -> None:
    """Places in a project are refused while the plan does not say that it is built."""
    with pytest.raises(InstanceError, match="GM1, cluster, 2027"):
        attribute(SMALL, table(PLACEMENTS))
