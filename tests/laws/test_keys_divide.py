"""What holds of every division by a key: nothing lost, limits kept pro rata, the order of rows idle."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, assume, given, reject, settings
from hypothesis import strategies as st

from verdeling.dividing.division import Division, divide
from verdeling.errors import PolicyError
from verdeling.keys.data import Key

ADDING = ["largest_remainder", "webster", "dhondt", "residue"]
RULES = [*ADDING, "up", "nearest", "down", {"margins": "both"}]
WITHIN_ONE = ["largest_remainder", "up", "nearest", "down", {"margins": "both"}]
"""Rules under which nobody is a whole place away from its fraction, whatever the others have."""
LAWS = settings(max_examples=80, suppress_health_check=[HealthCheck.too_slow])

sizes = st.one_of(st.integers(1, 60), st.integers(1, 10**9))


@st.composite
def tables(draw: st.DrawFn) -> pd.DataFrame:
    """Up to seven municipalities of very different sizes, with attributes for every step."""
    population = draw(st.lists(sizes, min_size=2, max_size=7))
    members = range(len(population))
    return pd.DataFrame(
        {
            "municipality": [f"M{at}" for at in members],
            "population": population,
            "score": [draw(st.integers(1, 9)) for _ in members],
            "listed": [draw(st.integers(0, 1)) for _ in members],
            "today": [draw(st.integers(0, 9)) + 1 for _ in members],
            "done": [draw(st.integers(0, 3)) / 2 for _ in members],
            "even": 1,
        }
    )


@st.composite
def limits(draw: st.DrawFn) -> dict[str, Any]:
    """A floor or cap in any of the forms that a key has, usually one that can hold."""
    do = draw(st.sampled_from(["floor", "cap"]))
    tenths = draw(st.integers(0, 9) if do == "floor" else st.integers(11, 40))
    stated: dict[str, Any] = {"do": do, "times": tenths / 10}
    stated |= draw(
        st.sampled_from([{"share_of": "even"}, {"share_of": "today"}, {"attribute": "today"}, {"number": 2}])
    )
    if "number" in stated:
        stated["number"] = tenths
        del stated["times"]
    stated |= draw(st.sampled_from([{}, {"where": "listed"}, {"members": ["M0", "M1"]}]))
    stated |= draw(st.sampled_from([{}, {"exempt": ["M1"]}, {"exempt_where": "listed"}]))
    return stated | draw(st.sampled_from([{}, {"balance": "others"}, {"over": "all"}]))


changes = st.sampled_from(
    [
        {"do": "phase_in", "today": "today", "years": 4, "year": 1},
        {"do": "correction", "add": ["done"], "total": "changes", "classes": ["a"]},
        {"do": "correction", "add": ["today"], "deduct": ["done"], "classes": ["a"]},
        {"do": "correction", "deduct": ["done"], "total": "kept", "classes": ["a"]},
        {"do": "floor", "number": 0},
    ]
)
rounds = st.builds(lambda rule: {"do": "round", "rule": rule}, st.sampled_from(ADDING))
shifts = st.builds(lambda tenths: {"do": "shift", "factor": tenths / 10}, st.integers(0, 20))
steps = st.lists(st.one_of(limits(), limits(), changes, changes, shifts, rounds), min_size=1, max_size=4)


@dataclass(frozen=True)
class Case:
    """A table, a key and totals by class."""

    towns: pd.DataFrame
    key: Key
    totals: dict[str, int]

    def divide(self) -> Division:
        """The division; where the key is refused with a reason, another case is drawn."""
        try:
            return divide(self.totals, self.towns, self.key)
        except PolicyError:
            reject()


@st.composite
def cases(draw: st.DrawFn, rules: list[Any] = RULES, stages: st.SearchStrategy[Any] = steps) -> Case:
    """Keys of three components and some steps, over one to three classes."""
    classes = ["a", "b", "c"][: draw(st.integers(1, 3))]
    stated = draw(stages)
    for step in stated:
        if step["do"] == "shift":
            assume(len(classes) > 1)
            step["mix"] = dict(zip(classes, ["score", "today", "even"], strict=False))
    components = [
        {"attribute": "population", "weight": draw(st.sampled_from([0.1, 1, 3]))},
        {"attribute": "score", "base": "population", "scale": "factor", "bounds": [0.7, 1.4],
         "weight": {name: draw(st.sampled_from([0.1, 1, 3])) for name in classes}},
        {"attribute": "today", "scale": "inverse", "weight": {"a": draw(st.sampled_from([0.1, 1, 3]))}},
    ]  # fmt: skip
    key = Key.model_validate(
        {"component": components, "step": stated, "rounding": draw(st.sampled_from(rules))}
    )
    return Case(draw(tables()), key, {name: draw(sizes) for name in classes})


@LAWS
@given(cases())
def test_nothing_is_lost_or_invented(case: Case) -> None:
    """Each class adds up to its total and corrections; rounding one by one says by how much it misses."""
    division = case.divide()
    corrected = dict(case.totals)
    for step in case.key.step:
        if step.do == "correction" and step.total == "changes":
            corrected["a"] += (
                case.towns[list(step.add)].sum().sum() - case.towns[list(step.deduct)].sum().sum()
            )
    assert (division.places >= 0).all()
    divided = dict(zip(division.classes, division.places.sum(axis=0).tolist(), strict=True))
    for at, name in enumerate(division.classes):
        assert abs(division.totals[at] - corrected[name]) <= 0.5
        assert divided[name] == division.totals[at] + division.excess[name]
        if case.key.rounding.rule in ADDING:
            assert division.excess[name] == 0
        assert abs(division.excess[name]) <= len(case.towns)
    effects = division.steps.groupby(["municipality", "class"], sort=False)["effect"].sum()
    assert effects.to_numpy() == pytest.approx(division.places.ravel(), abs=1e-6, rel=1e-9)
    missed = {note.class_ for note in division.notes if note.kind in ("above", "below")}
    assert missed == {name for name, places in division.excess.items() if places}


@LAWS
@given(cases(rules=ADDING, stages=st.lists(st.one_of(limits(), changes, shifts), max_size=3)))
def test_the_order_of_the_rows_does_not_matter(case: Case) -> None:
    """With the rows of the table in another order everybody gets the same places."""
    division = case.divide()
    for towns in (case.towns[::-1], case.towns.sample(frac=1, random_state=1)):
        other = divide(case.totals, towns, case.key)
        table = other.table.set_index(["municipality", "class"])["places"]
        assert table.to_dict() == division.table.set_index(["municipality", "class"])["places"].to_dict()


# Limits, against limits stated a second time


def holds(case: Case, step: Any) -> list[bool]:
    """Whom a limit holds for, one by one."""
    found = []
    for row in case.towns.itertuples():
        chosen = not (step.members or step.where)
        chosen |= row.municipality in step.members or bool(step.where and row.listed)
        found.append(
            bool(chosen and row.municipality not in step.exempt and not (step.exempt_where and row.listed))
        )
    return found


def limit_of(case: Case, step: Any, total: Fraction) -> list[Fraction | None]:
    """The limit of each municipality in exact fractions; None where it does not hold."""
    times = Fraction(step.times)
    found: list[Fraction | None] = []
    for at, held in enumerate(holds(case, step)):
        if not held:
            found.append(None)
        elif step.number is not None:
            found.append(Fraction(step.number) * times)
        elif step.attribute:
            found.append(Fraction(int(case.towns[step.attribute][at])) * times)
        else:
            column = case.towns[step.share_of]
            found.append(Fraction(int(column[at]), int(column.sum())) * total * times)
    return found


def shared(
    amounts: list[Fraction],
    lower: list[Fraction],
    upper: list[Fraction | None],
    moving: list[bool],
    total: Fraction,
) -> list[Fraction]:
    """Bind who passes a limit, share the rest pro rata among the others, until nothing changes.

    Where some are below a floor and others above a cap, the side that lacks or has more in sum is bound
    first: the other one may come within its limit by that.
    """
    result = [
        each if move else max(low, each if high is None else min(each, high))
        for each, low, high, move in zip(amounts, lower, upper, moving, strict=True)
    ]
    free = {at for at, move in enumerate(moving) if move}
    while free:
        rest = total - sum(result[at] for at in range(len(amounts)) if at not in free)
        weight = sum(amounts[at] for at in free)
        for at in free:
            result[at] = amounts[at] * rest / weight if weight else Fraction(0)
        below = {at for at in free if result[at] < lower[at]}
        above = {at for at in free if upper[at] is not None and result[at] > upper[at]}
        lacks = sum((lower[at] - result[at] for at in below), Fraction(0))
        exceeds = sum((result[at] - upper[at] for at in above), Fraction(0))
        bound = below if lacks > exceeds else above if exceeds > lacks else below | above
        for at in bound:
            result[at] = lower[at] if at in below else upper[at]
        if not bound:
            break
        free -= bound
    return result


only_limits = st.lists(limits().filter(lambda step: "over" not in step), min_size=1, max_size=3)


@LAWS
@given(cases(rules=WITHIN_ONE, stages=only_limits))
def test_limits_hold_and_are_paid_pro_rata(case: Case) -> None:
    """After each limit amounts are what a slow loop makes of them; whole places are within one of it."""
    division = case.divide()
    stages = division.trail
    for column, name in enumerate(division.classes):
        total = Fraction(case.totals[name])
        lower = [Fraction(0)] * len(case.towns)
        upper: list[Fraction | None] = [None] * len(case.towns)
        for before, after, step in zip(stages[2:], stages[3:], case.key.step, strict=False):
            limit = limit_of(case, step, total)
            for at, each in enumerate(limit):
                if each is not None and step.do == "floor":
                    lower[at] = max(lower[at], each)
                elif each is not None:
                    upper[at] = each if upper[at] is None else min(upper[at], each)
            moving = [step.balance == "all" or each is None for each in limit]
            amounts = [Fraction(float(each)) for each in before.amounts[:, column]]
            expected = shared(amounts, lower, upper, moving, total)
            got = after.amounts[:, column]
            assert got == pytest.approx([float(each) for each in expected], rel=1e-9, abs=1e-9 * float(total))
        for at, got in enumerate(division.places[:, column].tolist()):
            slack = 1 + 1e-6
            assert got > lower[at] - slack
            assert upper[at] is None or got < upper[at] + slack


@LAWS
@given(
    cases(
        rules=[{"margins": "both"}],
        stages=st.lists(limits().map(lambda step: step | {"over": "all"}), min_size=1, max_size=2),
    )
)
def test_limits_over_all_classes(case: Case) -> None:
    """A limit on the sum over the classes holds, paid pro rata, with the totals of the classes kept."""
    division = case.divide()
    stages = division.trail
    total = Fraction(sum(case.totals.values()))
    lower = [Fraction(0)] * len(case.towns)
    upper: list[Fraction | None] = [None] * len(case.towns)
    for before, after, step in zip(stages[2:], stages[3:], case.key.step, strict=False):
        limit = limit_of(case, step, total)
        for at, each in enumerate(limit):
            if each is not None and step.do == "floor":
                lower[at] = max(lower[at], each)
            elif each is not None:
                upper[at] = each if upper[at] is None else min(upper[at], each)
        moving = [step.balance == "all" or each is None for each in limit]
        amounts = [Fraction(float(each)) for each in before.amounts.sum(axis=1)]
        expected = shared(amounts, lower, upper, moving, total)
        assert after.amounts.sum(axis=1) == pytest.approx(
            [float(each) for each in expected], rel=1e-8, abs=1e-8 * float(total)
        )
        assert after.amounts.sum(axis=0) == pytest.approx(list(case.totals.values()), rel=1e-8)
    for at, got in enumerate(division.places.sum(axis=1).tolist()):
        assert got > lower[at] - 1 - 1e-6 * float(total) ** 0.5
        assert upper[at] is None or got < upper[at] + 1 + 1e-6 * float(total) ** 0.5


# Rules of rounding, through a key

shares = st.lists(st.integers(1, 10**9), min_size=2, max_size=12)


def by(parts: list[int], total: Any, rule: str) -> Division:
    towns = pd.DataFrame({"municipality": map(str, range(len(parts))), "part": parts})
    return divide(total, towns, Key.model_validate({"component": [{"attribute": "part"}], "rounding": rule}))


@LAWS
@given(shares, st.integers(0, 10**9))
def test_quota(parts: list[int], total: int) -> None:
    """Under largest remainder everybody gets its exact share rounded up or down, in each class."""
    division = by(parts, {"a": total, "b": 10**9 - total}, "largest_remainder")
    for column, due in enumerate((total, 10**9 - total)):
        for got, part in zip(division.places[:, column].tolist(), parts, strict=True):
            assert abs(got - Fraction(due * part, sum(parts))) < 1


@LAWS
@given(shares, st.integers(0, 10**9), st.integers(1, 10**6), st.sampled_from(["webster", "dhondt"]))
def test_more_to_divide_takes_from_nobody(parts: list[int], total: int, more: int, rule: str) -> None:
    """Under divisor methods nobody gets fewer places because there are more to divide."""
    assert (by(parts, total + more, rule).places >= by(parts, total, rule).places).all()


@pytest.mark.parametrize("rule", ADDING)
@LAWS
@given(small=st.integers(1, 5), large=st.integers(10**9 - 50, 10**9), total=st.integers(1, 10**9))
def test_a_share_of_a_billionth(rule: str, small: int, large: int, total: int) -> None:
    """Shares of 10⁻⁹ beside almost everything: nothing is lost, and only D'Hondt gives the large more."""
    places = by([small, large, small], total, rule).places[:, 0].tolist()
    assert sum(places) == total
    for got, part in zip(places, [small, large, small], strict=True):
        most = 2 if rule == "dhondt" and part == large else 1
        assert -1 <= got - Fraction(total * part, large + 2 * small) <= most


@LAWS
@given(shares, st.integers(0, 10**9), st.sampled_from(["up", "nearest", "down"]))
def test_each_by_itself(parts: list[int], total: int, rule: str) -> None:
    """Rounded one by one, everybody is on the side that the rule says, and the excess is told exactly.

    A key works with shares, which are read to 2⁻⁴⁶ of themselves: no law says what becomes of what is
    nearer than that to where the rule turns, and is not there.
    """
    exact = [Fraction(total * part, sum(parts)) for part in parts]
    turns = [each + Fraction(1, 2) if rule == "nearest" else each for each in exact]
    assume(all(0 in (off := abs(each - round(each)), each) or off > each / 2**45 for each in turns))
    division = by(parts, total, rule)
    rounded = {
        "up": lambda each: -(-each // 1),
        "down": lambda each: each // 1,
        "nearest": lambda each: (2 * each + 1) // 2,
    }
    expected = [int(rounded[rule](each)) for each in exact]
    assert division.places[:, 0].tolist() == expected
    assert division.excess == {"": sum(expected) - total}


@LAWS
@given(cases(rules=["largest_remainder"], stages=st.just([])), st.integers(1, 12), st.integers(0, 12))
def test_phase_in_is_a_straight_line(case: Case, years: int, year: int) -> None:
    """On the way from today's shares to the key's everybody is on the straight line between both."""
    step = {"do": "phase_in", "today": "today", "years": years}
    key = Key.model_validate(case.key.model_dump() | {"step": [step]})
    division = divide(case.totals, case.towns, key, year=year)
    full, on_the_way = division.trail[2].amounts, division.trail[3].amounts
    part = min(Fraction(year, years), Fraction(1))
    today = case.towns["today"].to_numpy() / case.towns["today"].sum()
    line = float(part) * full + float(1 - part) * np.outer(today, list(case.totals.values()))
    assert on_the_way == pytest.approx(line)


@LAWS
@given(cases(stages=st.just([]), rules=["largest_remainder"]), st.integers(0, 20))
def test_shift_keeps_both_margins(case: Case, tenths: int) -> None:
    """A shift of the mix changes neither what municipalities nor what classes get; at 0 it is today's mix."""
    mix = dict(zip(case.totals, ["score", "today", "even"], strict=False))
    assume(len(mix) > 1)
    step = {"do": "shift", "mix": mix, "factor": tenths / 10}
    key = Key.model_validate(case.key.model_dump() | {"step": [step]})
    try:
        division = divide(case.totals, case.towns, key)
    except PolicyError:  # too many of the shifted shares are zero
        reject()
    before, after = division.trail[2].amounts, division.trail[3].amounts
    assert after.sum(axis=1) == pytest.approx(before.sum(axis=1), rel=1e-9, abs=1e-9 * before.sum())
    assert after.sum(axis=0) == pytest.approx(before.sum(axis=0), rel=1e-9)
    today = case.towns[list(mix.values())].to_numpy(float)
    own = today / today.sum(axis=1)[:, None]
    regional = before.sum(axis=0) / before.sum()
    aim = np.maximum(own + tenths / 10 * (regional - own), 0)
    if (aim > 0).all():  # scaling rows and columns keeps the odds of the mix that is aimed at
        odds, aimed = after[:, 0] / after[:, 1], aim[:, 0] / aim[:, 1]
        assert odds / odds[0] == pytest.approx(aimed / aimed[0], rel=1e-6)
