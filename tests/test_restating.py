"""A program that is stated again from an earlier one is the program that is stated from nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from longer import in_long_runs
from seeded import seeded
from verdeling.goals import aims
from verdeling.instance import Instance
from verdeling.keys.data import Component
from verdeling.policy import Policy, read_policy
from verdeling.program import Program
from verdeling.statement import measured, restate, state_rules

if TYPE_CHECKING:
    from collections.abc import Iterator

    from verdeling.restating import Stating

AMOUNTS = {
    "needs": "households",
    "supply": "places",
    "support": "hours",
    "projects": "max_places",
    "agreements": "value",
    "groups": "burden",
    "place_types": "turnover",
    "municipalities": "population",
}
"""A number of each table that programs are made of."""

POLICY = read_policy("leximin")

SUPPORT = ["hours", "support", "provider"]
"""Parts that look at the offers of support."""


def others(instance: Instance) -> Iterator[tuple[str, Instance]]:
    """The instance with another amount in the first, last or every row of each table, and with fewer rows."""
    for table, column in AMOUNTS.items():
        frame = instance.tables[table]
        if frame.empty:
            continue
        half = frame[column].to_numpy(np.float64) / 2
        for chosen in ([0], [-1], slice(None)):
            values = frame[column].to_numpy(np.float64).copy()
            values[chosen] = half[chosen]
            yield table, with_table(instance, table, frame.assign(**{column: values}))
        if table not in ("groups", "place_types", "municipalities"):
            yield table, with_table(instance, table, frame.iloc[1:].reset_index(drop=True))
            none = frame[column].where(frame.index > 0, 0)
            yield table, with_table(instance, table, frame.assign(**{column: none}))


def with_table(instance: Instance, table: str, frame: pd.DataFrame) -> Instance:
    return Instance(instance.about, instance.tables.replaced({table: frame}))


def check(stating: Stating, instance: Instance, policy: Policy = POLICY) -> None:
    """The rules, and the vectors of the goals, are those that are stated from nothing."""
    anew = state_rules(instance, policy)
    goals = aims(anew, policy)
    vectors = measured(stating, policy)
    same_programs(stating.model.program, anew.program)
    for aim in goals:
        vector = vectors[aim.goal.measure, aim.over]
        pd.testing.assert_frame_equal(vector.index, aim.vector.index)
        one, other = vector.total(), aim.vector.total()
        np.testing.assert_array_equal(one.columns, other.columns)
        np.testing.assert_array_equal(one.coefficients, other.coefficients)


def same_programs(one: Program, other: Program) -> None:
    np.testing.assert_array_equal(one.bounds, other.bounds)
    np.testing.assert_array_equal(one.whole, other.whole)
    assert (one.matrix() != other.matrix()).nnz == 0
    blocks = [[*program.column_blocks.values(), *program.row_blocks] for program in (one, other)]
    for mine, fresh in zip(*blocks, strict=True):
        assert (mine.name, mine.start, mine.unit) == (fresh.name, fresh.start, fresh.unit)
        pd.testing.assert_frame_equal(mine.index, fresh.index)


@pytest.mark.parametrize("kind", ["building", *in_long_runs(["agreed"])])
def test_the_same_program(kind: str) -> None:
    """Whatever amount changes or row goes, nothing is taken over that would be stated otherwise."""
    instance = seeded(kind, 1)
    first = restate(instance, POLICY)
    check(first, instance)
    tables = set()
    for table, other in others(instance):
        check(restate(other, POLICY, first), other)
        tables.add(table)
    assert len(tables) >= 6


def test_only_what_is_fed_by_a_change_is_stated() -> None:
    """A part is made again when it looked at data that changed, directly or by what is derived from them."""
    instance = seeded("agreed", 1)
    first = restate(instance, POLICY)
    hours = instance.tables["support"]["hours"] + 1
    changed = with_table(instance, "support", instance.tables["support"].assign(hours=hours))
    again = restate(changed, POLICY, first)
    assert [name for name in again.made if again.made[name] is not first.made[name]] == SUPPORT
    assert "tables.agreements" in first.made["agreement"].seen


def weighed(policy: Policy) -> Policy:
    """A policy under a key that divides in equal parts."""
    key = policy.key.model_copy(update={"component": (Component(attribute="equal"),)})
    return policy.model_copy(update={"key": key})


@pytest.mark.parametrize("name", ["leximin", "utilitarian", "priority", "status-quo", "own-first"])
def test_another_policy(name: str) -> None:
    """Under another policy, or another key, the program is the one that is stated from nothing."""
    instance = seeded("agreed", 1)
    towns = instance.tables["municipalities"]
    instance = with_table(instance, "municipalities", towns.assign(equal=1.0, recent_places=2.0))
    first = restate(instance, POLICY)
    measured(first, POLICY)
    for policy in (read_policy(name), weighed(read_policy(name))):
        check(restate(instance, policy, first), instance, policy)


def test_another_key_leaves_what_looks_at_no_shares() -> None:
    """Under another key only agreements about fair shares are stated again, where there are any."""
    instance = seeded("building", 1)
    towns = instance.tables["municipalities"]
    instance = with_table(instance, "municipalities", towns.assign(equal=1.0))
    first = restate(instance, POLICY)
    moved = restate(instance, weighed(POLICY), first)
    assert moved.model.shares.load.tolist() != first.model.shares.load.tolist()
    assert all(moved.made[name] is first.made[name] for name in first.made)
    measured(first, POLICY)
    measured(moved, POLICY)
    again = {name for name in first.made if moved.made[name] is not first.made[name]}
    assert again == {f"relative_{task} over municipality" for task in ("load", "built", "support")}


def test_a_part_belongs_to_its_columns() -> None:
    """Rows that refer to columns by position are refused where other columns come before them."""
    program = restate(seeded("building", 1), POLICY).model.program
    part = program.added_since(program.mark())
    with pytest.raises(ValueError, match="other columns"):
        Program().add_part(part)
