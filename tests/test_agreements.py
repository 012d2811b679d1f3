"""Each measure of an agreement as a row of the program, at a plan whose numbers were counted by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from hand_made import agreement, small
from points import point_of, rows, stated
from verdeling.engine import solve
from vicious import cases


def bounds(measure: str, sense: str = "<=", value: float = 1.0, **cells: object) -> list[tuple[float, float]]:
    """What each row counts at the plan by hand, and its bound."""
    model, _ = stated(small(agreements=agreement(measure, sense, value, **cells)))
    table = rows(model, "agreement", point_of(model))
    return [(row["use"], row["lower"] if sense == ">=" else row["upper"]) for row in table.to_dict("records")]


MEASURES = [
    ("places", {"group": "status", "municipality": "*"}, 3.0, [(2, 3), (3, 3), (8, 3)]),
    ("places", {"place_type": "cluster"}, 3.0, [(3, 3)]),
    ("places", {"supplier": "Welbions", "year": "2027"}, 3.0, [(9, 3)]),
    ("share_of_need", {"group": "status", "municipality": "*"}, 0.5, [(2, 1), (3, 2.5), (8, 1)]),
    ("share_of_need", {"group": "status", "region": "*"}, 0.5, [(2, 1), (11, 5.5)]),
    ("share_of_need", {"group": "*", "year": "2027"}, 0.25, [(8, 0.25 * 8), (8, 0.25 * 9)]),
    ("per_1000_inhabitants", {"municipality": "*"}, 2.0, [(2, 6), (11, 16), (9, 4)]),
    ("share_of_fair_share", {"region": "Twente", "municipality": "*"}, 0.5, [(3, 4.4), (8, 1.1)]),
    ("built", {"municipality": "*"}, 4.0, [(0, 4), (1, 4), (2, 4)]),
    ("built", {"supplier": "Domijn"}, 4.0, [(2, 4)]),
    ("support_hours", {"municipality": "GM1", "year": "*"}, 9.0, [(10, 9), (11, 9)]),
    ("support_hours", {"place_type": "cluster"}, 9.0, [(4 + 2 + 2, 9)]),
    ("support_hours", {"supplier": "*", "year": "2028"}, 9.0, [(16, 9), (2, 9)]),
    ("cost", {"region": "*"}, 9.0, [(20, 9), (2500 + 17 * 10 + 3 * 20, 9)]),
    ("cost", {"supplier": "Welbions"}, 9.0, [(500 + 12 * 10, 9)]),
]


@pytest.mark.parametrize(("measure", "cells", "value", "expected"), MEASURES)
def test_sides_by_hand(
    measure: str, cells: dict[str, str], value: float, expected: list[tuple[float, float]]
) -> None:
    """The left side counts what the measure says, the right side is the value in its unit."""
    found = bounds(measure, value=value, **cells)
    assert np.array(sorted(found)) == pytest.approx(np.array(sorted(expected), dtype=float))


def test_share_of_supply() -> None:
    """A share counts what is given against supply and what projects deliver, turnover with it.

    Clustered in Losser: 2 delivered in 2027, half of them again in 2028, so 3 places in all.
    """
    for value, left in ((1.0, 0), (0.5, 1.5), (0.0, 3)):
        assert bounds("share_of_supply", value=value, place_type="cluster") == [(pytest.approx(left), 0)]
    assert bounds("share_of_supply", value=0.5, group="status", municipality="GM2") == [
        (pytest.approx(3 - 0.5 * 1), 5)  # the project delivers 1; 10 come free, of which half is the bound
    ]
    assert bounds("share_of_supply", value=0.5, supplier="Domijn", group="status") == [
        (pytest.approx(7 - 0.5 * 3), 2.5)  # 3 delivered by the park of Domijn, 5 come free
    ]


def test_share_of_built() -> None:
    """A share of what is built counts against the buildings of every place type in the scope."""
    assert bounds("share_of_built", value=0.5, place_type="cluster") == [(pytest.approx(2 - 0.5 * 3), 0)]
    each = bounds("share_of_built", value=0.5, place_type="*", municipality="*")
    hengelo, losser, aalten = [-0.5, 0.5], [-1, 1], [0, 0]
    assert sorted(left for left, _ in each) == pytest.approx(sorted([*hengelo, *losser, *aalten]))


@pytest.mark.parametrize(("sense", "lower", "upper"), [("<=", -np.inf, 7), (">=", 7, np.inf), ("=", 7, 7)])
def test_senses(sense: str, lower: float, upper: float) -> None:
    """At most, at least and exactly bound the row from above, from below and from both sides."""
    model, _ = stated(small(agreements=agreement("places", sense, 7)))
    table = rows(model, "agreement", point_of(model))
    assert table[["lower", "upper"]].to_numpy().tolist() == [[lower, upper]]
    assert not {"short", "over"} & {
        name for name, block in model.program.column_blocks.items() if len(block.index)
    }


@pytest.mark.parametrize(("sense", "kinds"), [("<=", {"over"}), (">=", {"short"}), ("=", {"short", "over"})])
def test_soft_agreements_can_be_missed(sense: str, kinds: set[str]) -> None:
    """A soft agreement has a column for falling short, for going over, or both, which makes up for it."""
    model, _ = stated(small(agreements=agreement("places", sense, 7, strength=2.0)))
    found = {name for name in ("short", "over") if len(model.program.terms(name))}
    assert found == kinds
    point = point_of(model)
    before = rows(model, "agreement", point)["use"].iloc[0]
    for name, sign in (("short", 1), ("over", -1)):
        if name in kinds:
            point[model.program.terms(name)["column"]] += 3
            after = rows(model, "agreement", point)["use"].iloc[0]
            assert after - before == 3 * sign
            before = after


def test_named_suppliers_have_variables_where_an_agreement_about_places_names_them() -> None:
    """Agreements about building and hours need no places of suppliers, so none are stated."""
    for measure, supplier in (("built", "Domijn"), ("support_hours", "JP")):
        model, _ = stated(small(agreements=agreement(measure, "<=", 9, supplier=supplier)))
        assert "supplied" not in model.program.column_blocks
    model, _ = stated(small(agreements=agreement("places", "<=", 9, supplier="Domijn")))
    supplied = model.data.label(model.program.terms("supplied"))
    assert set(supplied["supplier"]) == {"Domijn"}
    assert set(supplied["municipality"]) == {"GM1"}
    assert len(supplied) == 2 * 2 + 2  # social for two groups in two years, clustered for one


def test_rows_of_suppliers() -> None:
    """A named supplier gives no more than it has, and the others no more than they have."""
    model, _ = stated(small(agreements=agreement("places", "<=", 9, supplier="Domijn", group="status")))
    point = point_of(model)
    own = rows(model, "supplier", point).set_index(["place_type", "year"])
    assert own.loc[("social", 2027), ["use", "upper"]].tolist() == [3, 3]
    assert own.loc[("cluster", 2027), ["use", "upper"]].tolist() == [2 - 2, 0]
    assert own.loc[("cluster", 2028), ["use", "upper"]].tolist() == [1 - 0.5 * 2, 0]
    rest = rows(model, "supplier_rest", point).set_index(["place_type", "year"])
    assert rest.loc[("social", 2027), ["use", "upper"]].tolist() == [4 - 3, 1]
    assert rest.loc[("cluster", 2027), ["use", "upper"]].tolist() == [0, 0]


def test_an_agreement_for_each_of_nobody() -> None:
    """A star on suppliers where all have names and one that is left out keep their own rows."""
    rules = pd.concat([agreement("places", "<=", 1, supplier="*"), agreement("places", "<=", 2)])
    rules = rules.assign(agreement=["each", "all"]).fillna("")
    model, _ = stated(small(agreements=rules))
    table = rows(model, "agreement", point_of(model))
    assert sorted(zip(table["use"], table["upper"], strict=True)) == [(8, 1), (12, 1), (22, 2)]


def test_a_supplier_with_places_for_nobody() -> None:
    """A share of the fair share for a supplier whose places suit nobody who looks binds nobody."""
    case = next(case for case in cases("soft", 13) if case.name.endswith("mostly_nothing"))
    bound = case.instance["agreements"].query("measure == 'share_of_fair_share'")
    assert bound["supplier"].tolist() == ["Welbions"]
    solution = solve(case.instance, case.policy, whole=False)
    assert solution.status == "optimal"
    assert "Welbions" not in set(solution.suppliers.query("places > 0")["supplier"])
