from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from verdeling.errors import PolicyError
from verdeling.rounding import RULES, round_parts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ADDING_UP = [name for name, rule in RULES.items() if rule.adds_up]
BY_ITSELF = [name for name, rule in RULES.items() if not rule.adds_up]
DIVISORS = {"webster": 1, "dhondt": 2}

amounts = st.lists(st.integers(0, 60), min_size=1, max_size=7).filter(any)
decimals = st.integers(0, 10**9).map(lambda part: part / 10**9)
shares = st.lists(decimals, min_size=1, max_size=12).filter(any)
large = st.lists(st.integers(0, 10**6), min_size=1, max_size=40).filter(any)

# Populations of 1790 that seats in the House of Representatives were apportioned by
STATES = {
    "Virginia": 630_560,
    "Massachusetts": 475_327,
    "Pennsylvania": 432_879,
    "North Carolina": 353_523,
    "New York": 331_589,
    "Maryland": 278_514,
    "Connecticut": 236_841,
    "South Carolina": 206_236,
    "New Jersey": 179_570,
    "New Hampshire": 141_822,
    "Vermont": 85_533,
    "Georgia": 70_835,
    "Kentucky": 68_705,
    "Rhode Island": 68_446,
    "Delaware": 55_540,
}


def due(parts: Sequence[float], total: int) -> list[Fraction]:
    """What members are due, exactly."""
    exact = [Fraction(part) for part in parts]
    return [part * total / sum(exact) for part in exact]


def seat_by_seat(parts: Sequence[int], total: int, first: int) -> list[int]:
    """A divisor method as a textbook has it: one unit at a time, in fractions."""
    units = [0] * len(parts)
    for _ in range(total):
        order = [(Fraction(part, 2 * units[at] + first), part, -at) for at, part in enumerate(parts)]
        units[-max(order)[2]] += 1
    return units


def hamilton(parts: Sequence[int], total: int) -> list[int]:
    """Largest remainders as a textbook has them."""
    quotas = due(parts, total)
    units = [int(quota) for quota in quotas]
    order = sorted(range(len(parts)), key=lambda at: (units[at] - quotas[at], -parts[at], at))
    return [units[at] + (at in order[: total - sum(units)]) for at in range(len(parts))]


def half_up(number: Fraction) -> int:
    """Nearest whole number."""
    return int(number + Fraction(1, 2))


# Known answers


@pytest.mark.parametrize(
    ("rule", "total", "seats"),
    [
        ("dhondt", 105, [19, 14, 13, 10, 10, 8, 7, 6, 5, 4, 2, 2, 2, 2, 1]),
        ("largest_remainder", 120, [21, 16, 14, 12, 11, 9, 8, 7, 6, 5, 3, 2, 2, 2, 2]),
    ],
)
def test_first_house_of_representatives(rule: str, total: int, seats: list[int]) -> None:
    """Jefferson's 105 seats of 1792, and Hamilton's 120 that the president refused, are found again."""
    assert sum(STATES.values()) == 3_615_920
    assert round_parts(pd.Series(STATES), total, rule).tolist() == seats


def test_one_election_by_three_rules() -> None:
    """D'Hondt favours the largest party, Webster and Hamilton do not."""
    votes = [100_000, 80_000, 30_000, 20_000]
    assert round_parts(votes, 8, "dhondt").tolist() == [4, 3, 1, 0]
    assert round_parts(votes, 8, "webster").tolist() == [3, 3, 1, 1]
    assert round_parts(votes, 8, "largest_remainder").tolist() == [3, 3, 1, 1]


def test_alabama_paradox() -> None:
    """Under Hamilton a member can lose a unit when there is one more to divide; not under Webster."""
    assert round_parts([6, 6, 2], 10, "largest_remainder").tolist() == [4, 4, 2]
    assert round_parts([6, 6, 2], 11, "largest_remainder").tolist() == [5, 5, 1]
    assert round_parts([6, 6, 2], 10, "webster").tolist() == [5, 4, 1]
    assert round_parts([6, 6, 2], 11, "webster").tolist() == [5, 5, 1]


def test_refugee_target_under_two_readings() -> None:
    """35,040 of 17,475,415 inhabitants are due 27.07 of 13,500: 28 by the law's text, 27 as published."""
    others = 17_475_415 - 35_040
    assert round_parts([35_040, others], 13_500, "up").tolist() == [28, 13_473]
    assert round_parts([35_040, others], 13_500, "nearest").tolist() == [27, 13_473]
    assert round_parts([35_040, others], 13_500, "down").tolist() == [27, 13_472]


def test_residue_goes_to_the_largest_or_the_named() -> None:
    """Parts that are rounded one by one differ from the total, and one member takes the difference."""
    parts = pd.Series({"Alameda": 10.5, "San Francisco": 20.5, "Sonoma": 3.5})
    assert round_parts(parts, 34, "residue", scale=False).tolist() == [11, 19, 4]
    assert round_parts(parts, 34, "residue", residue_to="Sonoma", scale=False).tolist() == [11, 21, 2]
    assert round_parts(parts.to_numpy(), 36, "residue", residue_to=0, scale=False).tolist() == [11, 21, 4]


def test_a_half_goes_up() -> None:
    """Nearest means a half goes up, and a rest that floating point cannot tell from a half is one."""
    assert round_parts([0.5, 1.5, 2.5, 0.49999], None, "nearest").tolist() == [1, 2, 3, 0]
    assert round_parts([1, 1], 1, "nearest").tolist() == [1, 1]
    assert round_parts([0.15 * 10, 1.1 * 5, 0.7 * 5], None, "nearest").tolist() == [2, 6, 4]


def test_ties_go_to_the_larger_part_and_then_to_the_first() -> None:
    """Among equal rests or averages the larger part comes first, and among equal parts the first."""
    assert round_parts([1, 3], 2, "largest_remainder").tolist() == [0, 2]
    assert round_parts([1, 3], 2, "webster").tolist() == [0, 2]
    assert round_parts([1, 2], 2, "dhondt").tolist() == [0, 2]
    assert round_parts([0.1, 0.2, 0.7], 5, "largest_remainder").tolist() == [0, 1, 4]
    for rule in ADDING_UP[:3]:
        assert round_parts([2, 2, 2], 4, rule).tolist() == [2, 1, 1]


# Laws of all rules


@pytest.mark.parametrize("rule", RULES)
@given(parts=amounts, times=st.integers(0, 10**7))
def test_whole_shares_stay(rule: str, parts: list[int], times: int) -> None:
    """Where everybody is due whole units, every rule gives exactly these."""
    assert round_parts(parts, times * sum(parts), rule).tolist() == [times * part for part in parts]


@pytest.mark.parametrize("rule", RULES)
@given(parts=shares, total=st.integers(0, 10**9), shuffle=st.randoms(use_true_random=False))
def test_the_order_of_members_does_not_matter(rule: str, parts: list[float], total: int, shuffle) -> None:
    """In another order everybody gets the same; among equals the first get no less."""
    assume(rule != "residue" or round_parts(parts, total, "nearest").sum() <= total)
    order = list(range(len(parts)))
    shuffle.shuffle(order)
    found = round_parts(parts, total, rule)
    other = round_parts([parts[at] for at in order], total, rule)
    assert sorted(zip(parts, found, strict=True)) == sorted(
        zip((parts[at] for at in order), other, strict=True)
    )
    for first, second in pairwise(order):
        if parts[first] == parts[second] and first < second:
            assert found[first] >= found[second]


@pytest.mark.parametrize("rule", RULES)
@given(parts=st.lists(st.integers(0, 1000), min_size=1, max_size=9).filter(any), total=st.integers(0, 10**5))
def test_shares_and_amounts_give_the_same(rule: str, parts: list[int], total: int) -> None:
    """Shares in floating point, of whatever sum, give what the whole numbers give that they stand for."""
    assume(rule != "residue" or round_parts(parts, total, "nearest").sum() <= total)
    floats = np.array(parts, dtype=float)
    expected = round_parts(parts, total, rule).tolist()
    assert round_parts(floats / floats.sum(), total, rule).tolist() == expected
    assert round_parts(floats / 7, total, rule).tolist() == expected
    assert round_parts(floats * 1e-9, total, rule).tolist() == expected


@pytest.mark.parametrize("rule", ADDING_UP)
@given(
    parts=st.one_of(shares, large, st.lists(st.floats(0, 1e300), min_size=1).filter(any)),
    total=st.integers(0, 10**9),
)
def test_no_unit_is_lost_or_invented(rule: str, parts: list[float], total: int) -> None:
    """The units add up to the total, nobody gets less than none, and who is due nothing gets nothing."""
    assume(rule != "residue" or round_parts(parts, total, "nearest").sum() <= total)
    found = round_parts(parts, total, rule)
    assert found.dtype == np.int64
    assert found.sum() == total
    assert (found >= 0).all()
    assert not found[np.array(parts) == 0].any()


@pytest.mark.parametrize("rule", BY_ITSELF)
@given(parts=large, total=st.integers(0, 10**9))
def test_each_by_itself_is_exact(rule: str, parts: list[int], total: int) -> None:
    """Rounding up, down and to the nearest are what they are in fractions."""
    exactly: dict[str, Callable[[Fraction], int]] = {
        "up": lambda x: -int(-x // 1),
        "nearest": half_up,
        "down": int,
    }
    assert round_parts(parts, total, rule).tolist() == [exactly[rule](each) for each in due(parts, total)]


@given(parts=st.lists(st.integers(0, 10**9), min_size=1))
def test_amounts_as_they_stand(parts: list[int]) -> None:
    """Without a total each part is rounded as it stands."""
    floats = np.array(parts) / 100
    assert round_parts(floats, None, "up").tolist() == [-(-part // 100) for part in parts]
    assert round_parts(floats, None, "down").tolist() == [part // 100 for part in parts]
    assert round_parts(floats, None, "nearest").tolist() == [(part + 50) // 100 for part in parts]


# Laws of each rule


@given(parts=large, total=st.integers(0, 10**9))
def test_hamilton_is_the_textbook_and_keeps_quota(parts: list[int], total: int) -> None:
    """Largest remainders go as in the textbook, and everybody gets what it is due, rounded up or down."""
    found = round_parts(parts, total, "largest_remainder")
    assert found.tolist() == hamilton(parts, total)
    assert all(abs(units - quota) < 1 for units, quota in zip(found, due(parts, total), strict=True))


@pytest.mark.parametrize("rule", DIVISORS)
@given(parts=amounts, total=st.integers(0, 40))
def test_divisor_methods_are_the_textbook(rule: str, parts: list[int], total: int) -> None:
    """All at once gives what one at a time gives."""
    assert round_parts(parts, total, rule).tolist() == seat_by_seat(parts, total, DIVISORS[rule])


@pytest.mark.parametrize("rule", DIVISORS)
@given(parts=large, total=st.integers(0, 10**9))
def test_no_exchange_would_be_better(rule: str, parts: list[int], total: int) -> None:
    """Nobody's last unit had a lower average than somebody's next: that is what defines the method."""
    found, first = round_parts(parts, total, rule), DIVISORS[rule]
    pairs = list(zip(parts, found.tolist(), strict=True))
    last = (
        min((Fraction(part, 2 * units - 2 + first), part) for part, units in pairs if units)
        if total
        else None
    )
    following = max((Fraction(part, 2 * units + first), part) for part, units in pairs)
    assert last is None or last >= following


@pytest.mark.parametrize("rule", DIVISORS)
@given(parts=shares, total=st.integers(0, 10**9 - 50), more=st.integers(1, 50))
def test_more_to_divide_gives_nobody_less(rule: str, parts: list[float], total: int, more: int) -> None:
    """Divisor methods are house monotone."""
    assert (round_parts(parts, total + more, rule) >= round_parts(parts, total, rule)).all()


@given(parts=large, total=st.integers(0, 10**9))
def test_dhondt_keeps_lower_quota(parts: list[int], total: int) -> None:
    """Nobody gets less than it is due, rounded down."""
    found = round_parts(parts, total, "dhondt")
    assert all(units >= int(quota) for units, quota in zip(found, due(parts, total), strict=True))


@given(parts=amounts, total=st.integers(0, 60))
def test_webster_stays_near_quota(parts: list[int], total: int) -> None:
    """No unit can be moved so that both members come nearer to what they are due."""
    found = round_parts(parts, total, "webster")
    off = [units - quota for units, quota in zip(found, due(parts, total), strict=True)]
    most, least = max(off), min(off)
    assert not (abs(most - 1) < abs(most) and abs(least + 1) < abs(least))


@given(parts=large, total=st.integers(0, 10**9), data=st.data())
def test_residue_moves_one_member(parts: list[int], total: int, data: st.DataObject) -> None:
    """Everybody but one gets the nearest whole number."""
    to = data.draw(st.none() | st.integers(0, len(parts) - 1))
    near = round_parts(parts, total, "nearest")
    place = parts.index(max(parts)) if to is None else to
    assume(near[place] + total - near.sum() >= 0)
    found = round_parts(parts, total, "residue", residue_to=to)
    assert found.sum() == total
    assert (np.delete(found, place) == np.delete(near, place)).all()


# Edges


@pytest.mark.parametrize("rule", RULES)
def test_a_share_of_one_in_a_billion(rule: str) -> None:
    """The smallest share of the largest total is one unit, in shares and in amounts."""
    assert round_parts([1e-9, 1 - 1e-9], 10**9, rule).tolist() == [1, 10**9 - 1]
    assert round_parts([1, 10**9 - 1], 10**9, rule).tolist() == [1, 10**9 - 1]
    assert round_parts([1e-9] * 3 + [1 - 3e-9], 10**9, rule).tolist() == [1, 1, 1, 10**9 - 3]


@pytest.mark.parametrize("rule", RULES)
def test_nothing_to_divide(rule: str) -> None:
    """A total of nothing gives nobody anything, even where there is nobody."""
    assert round_parts([0.3, 0.0], 0, rule).tolist() == [0, 0]
    assert round_parts([0.0, 0.0], 0, rule).tolist() == [0, 0]
    assert round_parts([], 0, rule).tolist() == []


@pytest.mark.parametrize("rule", ADDING_UP)
@pytest.mark.parametrize("alike", [True, False], ids=["alike", "different"])
def test_a_hundred_thousand_members(rule: str, alike: bool) -> None:
    """A billion over a hundred thousand members adds up, and nobody is far from what it is due."""
    parts = np.ones(100_000) if alike else np.random.default_rng(1).pareto(1.2, 100_000)
    total = 10**9 + 7
    found = round_parts(parts, total, rule)
    assert found.sum() == total
    if rule != "residue":
        quota = parts / parts.sum() * total
        assert np.abs(found - quota).max() < (1 if rule == "largest_remainder" else 1 + quota.max() * 1e-3)


def test_parts_as_small_and_large_as_floats_go() -> None:
    """The smallest and the largest floating point numbers are parts like any other."""
    for rule in ADDING_UP:
        assert round_parts([5e-324, 1.7e308, 1.7e308], 10, rule).tolist() == [0, 5, 5]
    assert round_parts([5e-324, 0.0], None, "up").tolist() == [1, 0]


# Errors


@pytest.mark.parametrize(
    ("parts", "total", "rule", "extra", "codes"),
    [
        ([1.0, -2.0, np.nan, np.inf], 5, "webster", {}, ["bad-part"] * 3),
        (["a", 1], 5, "webster", {}, ["bad-part"]),
        ([2e12], None, "up", {}, ["bad-part"]),
        ([0.0, 0.0], 5, "webster", {}, ["all-zero"]),
        ([], 5, "webster", {}, ["all-zero"]),
        ([1.0], 5, "websters", {}, ["unknown-rule"]),
        ([1.0], None, "webster", {}, ["no-total"]),
        ([1.0], 2.5, "webster", {}, ["bad-total"]),
        ([1.0], -1, "webster", {}, ["bad-total"]),
        ([1.0], np.nan, "webster", {}, ["bad-total"]),
        ([1.0], 10**13, "webster", {}, ["bad-total"]),
        ([1.0], 5, "residue", {"residue_to": 1}, ["no-member"]),
        ([1.0], 5, "webster", {"residue_to": 0}, ["idle-residue"]),
        ([0.5] * 4, 2, "residue", {}, ["residue-too-large"]),
        ([2.5, 2.5], 3, "largest_remainder", {"scale": False}, ["far-total"]),
        ([2.5, 2.5], 7, "largest_remainder", {"scale": False}, ["far-total"]),
        ([-1.0], -5, "webster", {}, ["bad-total", "bad-part"]),
    ],
)
def test_what_cannot_be_rounded_is_refused(parts, total, rule, extra, codes) -> None:
    """Every problem is named, all at once."""
    with pytest.raises(PolicyError) as caught:
        round_parts(parts, total, rule, **extra)
    assert [problem.code for problem in caught.value.problems] == codes
    assert all(problem.what and problem.why and problem.remedy for problem in caught.value.problems)


def test_errors_name_what_was_meant() -> None:
    """A misspelt rule or member is answered with the one that looks like it."""
    parts = pd.Series({"Borne": 1.0, "Losser": np.nan})
    with pytest.raises(PolicyError, match="Did you mean dhondt"):
        round_parts(parts, 5, "d'hondt")
    with pytest.raises(
        PolicyError, match=r"Did you mean Borne[\s\S]*part of Losser|part of Losser[\s\S]*Borne"
    ):
        round_parts(parts, 5, "residue", residue_to="Born")
