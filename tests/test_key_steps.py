"""Each step of a key, worked out by hand, and what a key refuses."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from verdeling.dividing.division import Division, divide
from verdeling.dividing.key_files import read_key
from verdeling.errors import PolicyError
from verdeling.keys.data import Key
from verdeling.keys.limits import Bounds

TOWNS = pd.DataFrame(
    {
        "municipality": ["G", "M", "K"],
        "name": ["Groothuizen", "Middelhuizen", "Kleinhuizen"],
        "population": [50, 30, 20],
        "score": [1.0, 2.0, 3.0],
        "done": [0, 0, 30],
        "behind": [10, 0, 0],
        "low": [5, 5, 5],
        "high": [5, 15, 45],
        "today": [1, 1, 2],
        "capacity": [30, 100, 100],
        "listed": [0, 0, 1],
    }
)
POPULATION = {"attribute": "population"}


def key(*steps: dict[str, Any], components: tuple[dict[str, Any], ...] = (POPULATION,), **more: Any) -> Key:
    return Key.model_validate({"component": components, "step": steps, **more})


def places(*steps: dict[str, Any], total: Any = 100, **more: Any) -> list[int]:
    return divide(total, TOWNS, key(*steps, **more)).table["places"].tolist()


def refused(*steps: dict[str, Any], total: Any = 100, **more: Any) -> PolicyError:
    with pytest.raises(PolicyError) as error:
        divide(total, TOWNS, key(*steps, **more))
    return error.value


def said(error: PolicyError) -> str:
    assert all(problem.what and problem.why and problem.remedy for problem in error.problems)
    return "\n".join(problem.what for problem in error.problems)


@pytest.mark.parametrize(
    ("component", "expected"),
    [
        ({"attribute": "score"}, [17, 33, 50]),  # 1, 2, 3 of 6
        ({"attribute": "score", "scale": "inverse"}, [55, 27, 18]),  # 6, 3, 2 of 11
        ({"attribute": "score", "scale": "range", "bounds": [0.5, 1.5]}, [17, 33, 50]),  # ½, 1, 1½ of 3
        ({"attribute": "score", "scale": "factor", "bounds": [0.8, 1.2]}, [27, 33, 40]),  # 0.8, 1, 1.2
        ({"attribute": "score", "base": "population"}, [30, 35, 35]),  # 50, 60, 60 of 170
    ],
)
def test_scales(component: dict[str, Any], expected: list[int]) -> None:
    """Every scale gives the shares that a pencil gives."""
    assert places(components=(component,)) == expected


def test_factor_on_a_base() -> None:
    """A factor is relative to the mean weighted by the base: 50 × 0.8, 30 × 2 ÷ 1.7, 20 × 1.2."""
    component = {"attribute": "score", "base": "population", "scale": "factor", "bounds": [0.8, 1.2]}
    weights = np.array([50 * 0.8, 30 * 2 / 1.7, 20 * 1.2])
    fractions = 1000 * weights / weights.sum()
    assert np.abs(places(components=(component,), total=1000) - fractions).max() < 1


def test_floor() -> None:
    """A floor of 25 takes 5 from the others in proportion 50 : 30."""
    assert places({"do": "floor", "number": 25}) == [47, 28, 25]


def test_floor_cascades() -> None:
    """Who falls below the floor by paying for another is bound as well."""
    assert places({"do": "floor", "number": 29}) == [42, 29, 29]


def test_cap() -> None:
    """A cap of 30 frees 20 for the others in proportion 30 : 20."""
    assert places({"do": "cap", "attribute": "capacity"}) == [30, 42, 28]


def test_multiples_and_exemptions() -> None:
    """150% of an attribute caps everybody but who is exempt; names and ids both name a municipality."""
    step = {"do": "cap", "attribute": "population", "times": 0.8, "exempt": ["Kleinhuizen", "M"]}
    assert places(step) == [40, 36, 24]


def test_floor_for_listed_paid_by_others() -> None:
    """A share of the total is a floor for who is listed, and only others pay for it."""
    step = {"do": "floor", "share_of": "today", "where": "listed", "balance": "others"}
    assert places(step) == [31, 19, 50]


def test_order_of_steps_is_the_users() -> None:
    """A cap and then a floor divide otherwise than a floor and then a cap."""
    cap = {"do": "cap", "number": 40, "members": ["G"]}
    floor = {"do": "floor", "number": 28, "members": ["K"]}
    assert places(cap, floor) == [38, 34, 28]
    assert places(floor, cap) == [40, 29, 31]


def test_earlier_limits_go_on_to_hold() -> None:
    """What a cap frees does not lift somebody over an earlier cap."""
    first, second = (
        {"do": "cap", "number": 31, "members": ["M"]},
        {"do": "cap", "number": 45, "members": ["G"]},
    )
    assert places(first, second) == [45, 31, 24]
    floor, higher = (
        {"do": "floor", "number": 29, "members": ["M"]},
        {"do": "floor", "number": 40, "members": ["K"]},
    )
    assert places(floor, higher) == [31, 29, 40]  # without the first floor G would have 38 and M 22


def test_correction_on_top() -> None:
    """Backlog is added and what was done is deducted; the total changes by both, and the note is silent."""
    division = divide(100, TOWNS, key({"do": "correction", "add": ["behind"], "deduct": ["score"]}))
    assert division.table["places"].tolist() == [59, 28, 17]
    assert division.total == 104


def test_existing_places_count() -> None:
    """With the total kept, 100 and 30 existing places are divided together: 65, 39, 26 less 0, 0, 30."""
    kept = {"do": "correction", "deduct": ["done"], "total": "kept"}
    assert "K gets -4" in said(refused(kept))
    assert places(kept, {"do": "floor", "number": 0}) == [63, 37, 0]  # 65 and 39 of 104


def test_shift_of_a_mix() -> None:
    """At factor 1 everybody gets the region's mix; the totals of municipalities and classes stay."""
    step = {"do": "shift", "mix": {"low": "low", "high": "high"}, "factor": 1.0}
    division = divide({"low": 40, "high": 60}, TOWNS, key(step))
    assert division.table["places"].tolist() == [20, 30, 12, 18, 8, 12]


def test_shift_beyond() -> None:
    """At 1.75 who has fewer low incomes than the region gets more of them, and both margins stay."""
    step = {"do": "shift", "mix": {"low": "low", "high": "high"}, "factor": 1.75}
    division = divide({"low": 4000, "high": 6000}, TOWNS, key(step))
    table = division.table.set_index(["municipality", "class"])["places"].unstack()  # noqa: PD010
    assert table.sum().to_dict() == {"high": 6000, "low": 4000}
    share = table["low"] / table.sum(axis=1)
    assert share["G"] < 0.4 < share["K"]


@pytest.mark.parametrize(
    ("year", "expected"), [(0, [25, 25, 50]), (5, [38, 27, 35]), (10, [50, 30, 20]), (12, [50, 30, 20])]
)
def test_phase_in(year: int, expected: list[int]) -> None:
    """Halfway a path of ten years everybody is halfway from today's share to the key's, where it stays."""
    step = {"do": "phase_in", "today": "today", "years": 10}
    got = divide(100, TOWNS, key(step), year=year).table["places"]
    assert np.abs(got - expected).max() <= 1
    assert got.sum() == 100


def test_steps_explain_every_place() -> None:
    """Effects of the steps of a municipality add up to its places."""
    components = ({"attribute": "population", "weight": 0.6}, {"attribute": "score", "weight": 0.4})
    division = divide(
        100, TOWNS, key({"do": "floor", "number": 30, "name": "at least 30"}, components=components)
    )
    steps = division.steps
    assert steps["step"].tolist() == ["population", "score", "at least 30", "rounding"] * 3
    assert steps["municipality"].tolist() == ["G"] * 4 + ["M"] * 4 + ["K"] * 4
    sums = steps.groupby("municipality", sort=False)["effect"].sum()
    assert sums.to_numpy() == pytest.approx(division.table["places"])
    assert (
        steps.groupby("municipality", sort=False)["running"].last().tolist() == division.places[:, 0].tolist()
    )
    assert steps["effect"][:2].tolist() == pytest.approx([30.0, 20 / 3])


def test_a_division_rounds_on_the_way() -> None:
    """Half of 10 places goes by 1, 2 and 3 of 6, each rounded up: 1, 2 and 3, and not 0.83, 1.67 and 2.5."""
    half = {"attribute": "score", "weight": 1, "rounding": "up"}
    division = divide(10, TOWNS, key(components=(half, {"attribute": "listed", "weight": 1})))
    effects = division.steps.query("step == 'score'")["effect"]
    assert effects.tolist() == [1, 2, 3]


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ({"do": "floor"}, "state one of number, attribute and share_of"),
        ({"do": "cap", "number": 3, "share_of": "capacity"}, "state one of number, attribute and share_of"),
        ({"do": "cap", "number": {"a": 3}, "over": "all"}, "a limit over all classes has no limit per class"),
        ({"do": "correction"}, "state what to add or to deduct"),
    ],
)
def test_steps_that_say_too_little_or_too_much(step: dict[str, Any], said: str) -> None:
    """A step whose number could be any, or none, is refused before anything is divided."""
    with pytest.raises(ValidationError, match=said):
        key(step)


def test_derived_attributes() -> None:
    """A gap to 30% of the stock is an attribute reckoned from others, and never below zero."""
    towns = TOWNS.assign(dwellings=[100, 100, 100], social_dwellings=[40, 20, 10])
    assert divide(30, towns, "stock-gap").table["places"].tolist() == [0, 10, 20]


def test_controlled_rounding() -> None:
    """With both margins kept a municipality's sum over the classes is within one of its fraction."""
    shared = key(rounding={"margins": "both"})
    division = divide({"a": 7, "b": 11, "c": 5}, TOWNS, shared)
    exact = np.outer([0.5, 0.3, 0.2], [7, 11, 5])
    assert division.places.sum(axis=0).tolist() == [7, 11, 5]
    assert (np.abs(division.places.sum(axis=1) - exact.sum(axis=1)) < 1).all()
    assert (np.abs(division.places - exact) < 1).all()


def test_ties() -> None:
    """Between equal amounts the last place goes to who has more by the components, then by name and id."""
    towns = TOWNS.assign(population=[20, 30, 50], name=["a", "b", "c"])
    third = {"do": "phase_in", "today": "low", "years": 1, "year": 0}
    for total, expected in ((1, [0, 0, 1]), (2, [0, 1, 1])):
        assert divide(total, towns, key(third)).table["places"].tolist() == expected
    alike = towns.assign(population=1, name=["c", "b", "a"])
    assert divide(1, alike, key()).table["places"].tolist() == [0, 0, 1]
    assert divide(1, alike.assign(name="same"), key()).table["places"].tolist() == [1, 0, 0]  # G before K


def test_trades() -> None:
    """A trade moves places and keeps the sum; it is a step of its own."""
    trade = {"name": "K takes 5 of G", "changes": {"Groothuizen": -5, "K": 5}}
    division = divide(100, TOWNS, key(trade=[trade]))
    assert division.table["places"].tolist() == [45, 30, 25]
    assert division.steps["step"].tolist()[-1] == "K takes 5 of G"


def test_trades_that_do_not_add_up() -> None:
    """Trades that lose a place, or take more than somebody has, are refused with their amounts."""
    lost = {"name": "lost", "changes": {"G": -5, "K": 4}}
    assert "adds up to -1: G -5, K +4" in said(refused(trade=[lost]))
    much = {"name": "much", "changes": {"G": -51, "K": 51}}
    assert "G has -1 places" in said(refused(trade=[much]))


def test_impossible_limits() -> None:
    """Floors above the total and caps below it are refused with the step and both amounts."""
    floors = refused({"do": "floor", "number": 40, "name": "forty"})
    assert "'forty': the floors add up to 120 (G 40, M 40, K 40), and 100 is to be divided" in said(floors)
    assert "the caps add up to 90 (G 30, M 30, K 30)" in said(refused({"do": "cap", "number": 30}))
    towns = pd.DataFrame({"municipality": [f"T{at}" for at in range(40)], "population": 1})
    with pytest.raises(PolicyError, match=r"add up to 80 \(T0 2, .*, T19 2, 20 more municipalities\)"):
        divide(40, towns, key({"do": "floor", "number": 2}))


def test_everything_left_with_those_who_do_not_share() -> None:
    """Where only others balance a limit, the error says what goes to whom and what the others can have."""
    step = {"do": "floor", "number": 10, "exempt": ["K"], "balance": "others"}
    with pytest.raises(PolicyError) as error:
        divide(100, TOWNS.assign(population=[50, 5, 0]), key(step))
    assert "the floors of the others add up to 0, 100.9090909 goes to those for whom the step holds" in said(
        error.value
    )
    with pytest.raises(PolicyError) as error:
        divide(100, TOWNS.assign(population=[95, 5, 0]), key(step | {"do": "cap"}))
    assert "everybody who is not bound has nothing, 15 goes to those for whom" in said(error.value)


def test_contradicting_steps() -> None:
    """A floor above a cap is refused with every municipality and both amounts."""
    error = refused(
        {"do": "cap", "number": 40, "members": ["G", "M"]},
        {"do": "floor", "number": 45, "members": ["G", "M"]},
    )
    assert said(error).count("has a floor of 45 and a cap of 40") == 2


def test_every_limit_that_cannot_hold() -> None:
    """All limits that cannot hold are told at once; later ones are judged without the earlier ones."""
    error = refused(
        {"do": "floor", "number": 40, "name": "forty"},
        {"do": "cap", "number": 35, "name": "at most 35"},
        {"do": "cap", "number": 30, "name": "at most 30"},
        {"do": "floor", "number": 36, "members": ["K"], "name": "K at least 36"},
    )
    assert [problem.code for problem in error.problems] == ["impossible-limits"] * 2 + [
        "contradicting-limits"
    ]
    assert "'forty': the floors add up to 120" in said(error)
    assert "'at most 30': the caps add up to 90" in said(error)
    assert "K has a floor of 36 and a cap of 35" in said(error)


LARGE = 9e11
"""Nearly the largest total there can be: sums of it are rounded by more than 1e-9."""


@pytest.mark.parametrize(("beyond", "holds"), [(0.0, True), (1e-10, True), (1e-7, False)])
@pytest.mark.parametrize("limit", ["floor", "cap"])
def test_limits_of_large_amounts(limit: str, beyond: float, holds: bool) -> None:
    """Limits that add up to the total but for rounding hold, whatever the size; others do not."""
    number = LARGE / 3 * (1 + (beyond if limit == "floor" else -beyond))
    step = {"do": limit, "number": number, "name": "thirds"}
    if holds:
        assert places(step, total=int(LARGE)) == [3 * 10**11] * 3
    else:
        assert "'thirds'" in said(refused(step, total=int(LARGE)))


@pytest.mark.parametrize(("size", "beyond", "holds"), [
    (1e12, 1e-10, True), (1e12, 1e-8, False), (1.0, 1e-10, True), (1.0, 1e-8, False),
    (1e-3, 5e-7, True), (1e-3, 5e-6, False),
])  # fmt: skip
def test_rounding_is_relative_to_the_amount(size: float, beyond: float, holds: bool) -> None:
    """What passes a limit by rounding keeps it: a billionth of an amount, or of one where it is less."""
    amounts, none = np.array([size]), np.array([np.inf])
    below, above = amounts * (1 - beyond), amounts * (1 + beyond)
    assert (len(Bounds(-none, below).broken(amounts)) == 0) is holds
    assert (len(Bounds(above, none).broken(amounts)) == 0) is holds
    assert len(Bounds(below, above).broken(amounts)) == 0


@pytest.mark.parametrize(("beyond", "holds"), [(1e-10, True), (1e-7, False)])
def test_a_large_floor_at_its_cap(beyond: float, holds: bool) -> None:
    """A floor above a cap by rounding is no contradiction, however large both are."""
    steps = (
        {"do": "cap", "number": LARGE / 3, "members": ["G"]},
        {"do": "floor", "number": LARGE / 3 * (1 + beyond), "members": ["G"]},
    )
    if holds:
        assert places(*steps, total=int(LARGE))[0] == pytest.approx(LARGE / 3, rel=1e-9)
    else:
        assert "has a floor of" in said(refused(*steps, total=int(LARGE)))


def test_limits_per_class_all_at_once() -> None:
    """A limit that fails in one class holds in the others, and later limits are judged there."""
    error = refused(
        {"do": "floor", "number": {"low": 40, "high": 10}, "name": "floors"},
        {"do": "cap", "number": {"low": 35, "high": 9}, "name": "caps"},
        total={"low": 100, "high": 100},
    )
    assert "'floors' in class low: the floors add up to 120" in said(error)
    assert said(error).count("'caps' in class high: ") == 3  # below the floors, which hold there
    assert "'caps' in class low" not in said(error)


def test_nothing_is_judged_after_a_correction_that_cannot_be_made() -> None:
    """What comes after a step that gives no amounts is not judged: there is nothing to judge."""
    error = refused(
        {"do": "floor", "number": 40, "name": "forty"},
        {"do": "correction", "add": ["capacity"], "total": "kept", "name": "too much"},
        {"do": "floor", "number": 50, "name": "fifty"},
    )
    assert [problem.code for problem in error.problems] == ["impossible-limits", "correction-too-large"]


def test_many_members_are_counted() -> None:
    """Of many municipalities that a contradiction is about twenty are named and the others counted."""
    towns = pd.DataFrame({"municipality": [f"T{at}" for at in range(1234)], "population": 1})
    limits = ({"do": "cap", "number": 2}, {"do": "floor", "number": 3, "exempt": ["T0", "T1"]})
    with pytest.raises(PolicyError) as error:
        divide(1234, towns, key(*limits))
    assert len(error.value.problems) == 21
    assert "1,212 more municipalities have a floor above their cap" in said(error.value)


def test_a_later_step_that_undoes_an_earlier_one() -> None:
    """A floor on the sum over classes that breaks a cap in a class is refused for everybody it breaks."""
    towns = pd.DataFrame({"municipality": [f"T{at}" for at in range(50)], "population": [1] * 49 + [51]})
    cap = {"do": "cap", "number": 1, "classes": ["low"], "exempt": ["T49"], "name": "one"}
    floor = {"do": "floor", "number": 3, "over": "all", "name": "three"}
    with pytest.raises(PolicyError) as error:
        divide({"low": 100, "high": 100}, towns, key(cap, floor))
    assert [problem.code for problem in error.value.problems] == ["contradicting-steps"] * 21
    assert "'three' in class low leaves T0 with 1.5" in said(error.value)
    assert "leaves 29 more municipalities outside what an earlier step allows" in said(error.value)


def test_classes_without_a_total() -> None:
    """Every class that a key speaks of needs a total, and every class a weight."""
    components = ({"attribute": "population", "weight": {"low": 1.0, "high": 1.0}},)
    error = refused(components=components, total={"low": 5, "other": 3})
    assert "'high', which has no total" in said(error)
    assert "No component has a weight for the class 'other'" in said(error)


def test_everything_wrong_with_a_table_at_once() -> None:
    """Missing attributes, missing numbers and unknown names are told together, with their places."""
    towns = TOWNS.assign(score=[1.0, np.nan, -1.0])
    shared = key(
        {"do": "floor", "attribute": "nothing", "members": ["Nowhere"]},
        components=({"attribute": "score"}, {"attribute": "absent"}),
    )
    with pytest.raises(PolicyError) as error:
        divide(10, towns, shared)
    codes = [problem.code for problem in error.value.problems]
    assert sorted(codes) == ["bad-attribute"] * 2 + ["no-attribute"] * 2 + ["unknown-municipality"]


@pytest.mark.parametrize("weight", ["0", "-1", "nan"])
def test_bad_weights(weight: str, tmp_path: Any) -> None:
    """A weight of zero, below zero or of no number is refused, naming the component."""
    file = tmp_path / "ours.toml"
    file.write_text(f'[[component]]\nattribute = "population"\nweight = {weight}\n')
    with pytest.raises(PolicyError) as error:
        read_key(file)
    assert "component.0.weight" in error.value.problems[0].what
    assert "(population)" in error.value.problems[0].what


@pytest.mark.parametrize("rule", ["largest_remainder", "webster", "dhondt", "residue"])
@given(
    parts=st.lists(st.integers(1, 10**9), min_size=2, max_size=30),
    total=st.integers(0, 10**9),
    floor=st.sampled_from([0.0, 0.3, 0.9]),
)
def test_no_place_is_lost(rule: str, parts: list[int], total: int, floor: float) -> None:
    """Whatever the shares and the total, a key that keeps the total divides exactly that many places."""
    towns = pd.DataFrame({"municipality": map(str, range(len(parts))), "part": parts, "same": 1.0})
    step = {"do": "floor", "share_of": "same", "times": floor}
    shared = Key.model_validate({"component": [{"attribute": "part"}], "step": [step], "rounding": rule})
    try:
        division: Division = divide(total, towns, shared)
    except PolicyError as error:
        assert {problem.code for problem in error.problems} == {"residue-too-large"}  # noqa: PT017
        return
    assert division.places.sum() == total
    assert (division.places >= 0).all()


@pytest.mark.parametrize("total", [-1, 10**12 + 1, 10**13])
def test_a_total_has_an_end(total: int) -> None:
    """From nothing to 10¹² places, and no more: beyond that shares could not be told apart."""
    assert [problem.code for problem in refused(total=total).problems] == ["bad-total"]
    assert sum(places(total=10**12)) == 10**12
