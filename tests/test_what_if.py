"""What if: the same as solving the changed instance anew, by another solver."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING
from unittest.mock import Mock

import numpy as np
import pytest

from hand_made import agreement, small
from longer import every
from seeded import KINDS, seeded
from verdeling.engine import solve
from verdeling.errors import InstanceError, NoSolutionError, SolverError, VerdelingError
from verdeling.explaining.asking.changing import Change, NewRow, Scaling, changed
from verdeling.explaining.asking.desk import Desk
from verdeling.explaining.asking.swings import INPUTS, Swings, tornado
from verdeling.explaining.asking.what_if import what_if
from verdeling.instance import Instance, Tables
from verdeling.policy import read_policy
from verdeling.verified import refuse_missed, verified_tables

if TYPE_CHECKING:
    from verdeling.solution import Solution

SHOP = {"municipality": "GM3", "place_type": "social", "year": 2027}
FEWER = Change("supply", SHOP, "places", 1)
CAP = NewRow(
    "agreements",
    {
        "agreement": "cap",
        "text": "At most one",
        "text_nl": "Hooguit één",
        "measure": "places",
        "sense": "<=",
        "value": 1,
        "municipality": "GM3",
        "strength": "hard",
    },
)


@cache
def solved() -> Solution:
    return solve(small(), whole=False)


@pytest.mark.parametrize("kind", every(2, KINDS))
def test_the_same_as_solving_anew(kind: str) -> None:
    """Goals and loads after a change of any kind of amount are those of CBC from scratch."""
    instance = seeded(kind, 11)
    policy = read_policy("leximin")
    try:
        desk = Desk(instance, policy)
    except NoSolutionError:
        return
    for change in _changes(instance):
        found = what_if(desk.plan, [change], desk)
        anew = solve(changed(instance, [change]), policy, whole=False, solver="PULP_CBC_CMD")
        assert found.after.has_numbers == anew.has_numbers
        if anew.has_numbers:
            room = {"rtol": 2e-4, "atol": 2e-4}
            np.testing.assert_allclose(found.after.goals["value"], anew.goals["value"], **room)
            np.testing.assert_allclose(
                found.after.loads["relative_load"], anew.loads["relative_load"], **room
            )


def _changes(instance: Instance) -> list[Change]:
    """One more place or household in the first rows, and a lower number in an agreement."""
    found = []
    for table, keys, column in (
        ("needs", ["group", "municipality", "region", "year"], "households"),
        ("supply", ["municipality", "place_type", "year", "supplier"], "places"),
        ("support", ["provider", "municipality", "region", "year"], "hours"),
        ("agreements", ["agreement"], "value"),
    ):
        frame = instance.tables[table]
        if len(frame):
            row = frame.iloc[0]
            value = row[column] * 0.9 if table == "agreements" else row[column] + 2
            found.append(Change(table, {key: row[key] for key in keys}, column, value))
    return found


def test_whole_and_fractional_questions() -> None:
    """A solution in whole places is compared by its fractional optimum, on both sides."""
    found = what_if(solve(small()), [FEWER])
    assert not found.before.whole
    assert not found.after.whole
    assert found.before.goals["value"].tolist() == pytest.approx(solved().goals["value"].tolist())


def test_what_differs_by_hand() -> None:
    """With one place less in Aalten one status holder waits there in both years, and its load is halved."""
    found = what_if(solved(), [FEWER])
    placed = found.differences("placements")
    assert placed[["municipality", "group"]].to_numpy().tolist() == [["GM3", "status"]]
    assert placed["change"].tolist() == pytest.approx([-1.0])
    assert found.differences("waiting")["change"].tolist() == pytest.approx([1.0, 1.0])
    assert found.effect.loads["after"].tolist() == pytest.approx([0.5])
    assert found.sentences("nl") == [
        "Als het aanbod (Aalten, Sociale huur, 2027) 1 plek was in plaats van 2, dan zou het doel "
        "“wachten, prioriteit 1” stijgen van 0 naar 2 huishouden-jaar; zou het doel “kosten” dalen van "
        "EUR 3.260 naar EUR 3.250 en zou de relatieve belasting van Aalten dalen van 1 naar 0,5 keer het "
        "eerlijke aandeel.",
        "De wachtlijst van de groep Statushouders zou aan het eind van 2028 dan 1 huishouden langer zijn.",
    ]


def test_a_factor() -> None:
    """Everything in some rows can be multiplied: what that does is what solving those tables anew does."""
    change = Scaling("supply", {"place_type": "social"}, "places", 0.5)
    found = what_if(solved(), [change])
    fewer = changed(solved().instance, [change])
    assert fewer["supply"]["places"].sum() == np.floor(
        0.5 * solved().instance["supply"]["places"].sum() + 0.5
    )
    again = solve(fewer, "leximin", whole=False)
    assert found.after.goals["value"].tolist() == pytest.approx(again.goals["value"].tolist(), abs=1e-6)
    assert found.sentences("nl")[0].startswith("Als het aanbod (Sociale huur) 50% lager was, dan ")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (Scaling("supply", {"municipality": "GM9"}, "places", 2), "unknown-row"),
        (Scaling("supply", {}, "places", -1), "bad-factor"),
        (Scaling("supply", {}, "supplier", 2), "no-amounts"),
        (Scaling("supply", {}, "place", 2), "unknown-column"),
    ],
)
def test_factors_that_are_refused(change: Scaling, code: str) -> None:
    """Nothing to multiply, and nothing to multiply it by, are refused."""
    with pytest.raises(InstanceError) as caught:
        changed(solved().instance, [change])
    assert [problem.code for problem in caught.value.problems] == [code]


@pytest.mark.parametrize("side", ["row", "column"])
def test_a_point_that_misses_a_limit_is_refused(side: str) -> None:
    """Goals and loads are told of no point that misses a row, or the bound of a column, beyond rounding."""
    desk = Desk.of(solved())
    program, point = desk.program, desk.answer.point.copy()
    refuse_missed(program, point + 1e-9)
    at = program.column_blocks["place"].start if side == "row" else 0
    point[at] = point[at] + 5.0 if side == "row" else -1e-3
    with pytest.raises(SolverError, match="does not verify"):
        refuse_missed(program, point)


def test_tables_are_read_when_they_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Goals and loads need a point that keeps every row, and no tables; these are then verified, and once."""
    desk = Desk.of(solved())
    plan, verified, looked_at = desk.plan, Mock(wraps=verified_tables), Mock(wraps=refuse_missed)
    monkeypatch.setattr("verdeling.explaining.asking.desk.refuse_missed", looked_at)
    monkeypatch.setattr("verdeling.explaining.asking.desk.verified_tables", verified)
    found = what_if(plan, [FEWER], desk)
    assert found.effect.loads["after"].tolist() == pytest.approx([0.5])
    assert (looked_at.call_count, verified.call_count) == (1, 0)
    assert found.after.waiting["waiting"].sum() == found.after.waiting["waiting"].sum() > 0
    assert verified.call_count == 1


def test_a_new_agreement() -> None:
    """A row that is added is told by its text; it does what stating it beforehand does."""
    found = what_if(solved(), [CAP])
    assert "“At most one”" in found.sentences("en")[0]
    assert found.after.loads["relative_load"].iloc[-1] <= 0.5 + 1e-6 or (
        found.after.loads.set_index("municipality")["places"]["GM3"] == pytest.approx(1.0)
    )


def test_nothing_is_possible_any_more() -> None:
    """Changes that leave no plan give an infeasible solution with its conflict, and a sentence."""
    demand = NewRow("agreements", {**CAP.cells, "sense": ">=", "value": 50})
    found = what_if(solved(), [demand])
    assert found.after.status == "infeasible"
    assert found.after.conflict["agreement"].tolist() == ["cap"]
    assert found.sentences("en") == [
        "If the agreement “At most one” were added, no plan would keep all hard limits any more."
    ]
    with pytest.raises(NoSolutionError):
        found.differences("placements")


def test_everything_wrong_is_said_before_solving(monkeypatch: pytest.MonkeyPatch) -> None:
    """Unknown tables, columns, ids and rows are refused together, with the nearest name."""
    solution = solved()
    monkeypatch.setattr(Desk, "of", lambda *args: pytest.fail("It was solved."))
    wrong = [
        Change("suply", {}, "places", 1),
        Change("supply", {**SHOP, "municipality": "GM03"}, "places", 1),
        Change("supply", SHOP, "place", 1),
        Change("supply", {"municipality": "GM1", "place_type": "social", "year": 2027}, "places", 1),
        Change("supply", {"municipality": "GM3", "place_type": "social", "year": 2028}, "places", 1),
        NewRow("agreements", {"agrement": "A"}),
    ]
    with pytest.raises(InstanceError) as caught:
        what_if(solution, wrong)
    text = str(caught.value)
    for hint in ("mean supply", "GM3", "mean places", "Say also supplier", "NewRow", "mean agreement"):
        assert hint in text
    assert len(caught.value.problems) == 6


def test_changed_tables_are_checked() -> None:
    """A value that a table does not allow is refused like in a file."""
    with pytest.raises(InstanceError):
        what_if(solved(), [Change("supply", SHOP, "places", -4)])


def swung(instance: Instance, table: str, each: str, part: float) -> Instance:
    """The instance with the amounts of one input a part higher."""
    column, amount = INPUTS[table]
    frame = instance.tables[table]
    factor = np.where(frame[column] == each, 1 + part, 1.0)
    frames = {
        **instance.tables,
        table: frame.assign(**{amount: frame[amount] * factor}),
    }
    return Instance(instance.about, Tables(frames))


@cache
def swings() -> Swings:
    cap = agreement("places", "<=", 4, municipality="GM2", group="status")
    return tornado(solve(small(agreements=cap), whole=False), 0.25)


def test_swings_are_those_of_solving_anew() -> None:
    """Each row of the tornado is the difference of two fresh solves."""
    found = swings()
    before = solve(found.instance, whole=False).loads["relative_load"]
    for row in found.table.to_dict("records"):
        other = solve(swung(found.instance, row["input"], row["id"], row["part"]), whole=False)
        change = other.loads["relative_load"] - before
        assert row["moved"] == pytest.approx(change.abs().sum(), abs=1e-6)
        assert abs(row["change"] if row["municipality"] else 0.0) == pytest.approx(
            change.abs().max(), abs=1e-6
        )


def test_swings_in_order_and_in_words() -> None:
    """What moves most comes first; every input is there twice; sentences name input and part."""
    found = swings()
    assert found.table["moved"].is_monotonic_decreasing
    assert (found.table.groupby(["input", "id"])["part"].agg(["size", "sum"]) == [2, 0.0]).all(axis=None)
    assert any(text.startswith("If the need of Status holders were 25% higher") for text in found.sentences())
    assert len(found.sentences("nl")) == (found.table["outcome"] != "same").sum()


def test_a_swing_needs_a_part() -> None:
    """A part of nothing or of more than everything is refused."""
    with pytest.raises(VerdelingError):
        tornado(solved(), 0.0)
