"""Families in and out of force: against instances without them, and an independent linear program."""

from __future__ import annotations

from functools import cache
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from oracle import Division, NoDivisionError, lower_all_fractional, plus, settle, times
from seeded import seeded
from verdeling.explaining.tracing.coalitions import Coalitions, group_places, loads
from verdeling.instance import Instance
from verdeling.numbering import number
from verdeling.policy import read_policy
from verdeling.solvers import find_solver
from verdeling.statement import state_rules

if TYPE_CHECKING:
    from collections.abc import Iterator

CASES = [(kind, seed) for kind in ("tied", "scarce", "building", "starved", "agreed") for seed in (3, 4)]
TABLES = {"projects": "projects", "support": "support", "agreements": "agreements"}


@cache
def coalitions(kind: str, seed: int) -> Coalitions:
    policy = read_policy("leximin")
    model = state_rules(seeded(kind, seed), policy)
    return Coalitions(model.data, model.shares, policy, find_solver("HiGHS"))


def without(instance: Instance, *tables: str) -> Instance:
    """The instance with some tables empty."""
    emptied = {name: instance.tables[name].iloc[:0] for name in tables}
    return Instance(instance.about, instance.tables.replaced(emptied))


def limits(parts: tuple[str, ...]) -> Iterator[frozenset[str]]:
    """Every set of families of limits that has supply."""
    there = [part for part in TABLES if part in parts]
    for size in range(len(there) + 1):
        for chosen in combinations(there, size):
            yield frozenset(chosen) | {"supply"}


def nearest_loads(stated: Division) -> list[float]:
    """Loads as near to their shares as can be, by the textbook loop."""
    lines, away = stated.lines, []
    settle(lines, plus(*stated.missed))
    for town in stated.facts.towns:
        aside, relative = lines.column(whole=False), stated.relative_load(town)
        lines.add(plus(relative, times(-1, aside)), upper=1.0)
        lines.add(plus(times(-1, relative), times(-1, aside)), upper=-1.0)
        away.append(aside)
    lower_all_fractional(lines, away)
    _, point = lines.minimise({})
    return [
        sum(part * point[column] for column, part in stated.load(town).items()) for town in stated.facts.towns
    ]


@pytest.mark.parametrize(("kind", "seed"), CASES)
def test_key_alone(kind: str, seed: int) -> None:
    """With nothing in force everybody carries exactly its share of what is asked."""
    cases = coalitions(kind, seed)
    assert cases.amounts(frozenset()) == pytest.approx(cases.cells.shares, abs=1e-6)


@pytest.mark.parametrize(("kind", "seed"), CASES)
def test_limits_without_goals(kind: str, seed: int) -> None:
    """A family that is lifted is a table that is not there; what is left open stays near the key."""
    cases, instance = coalitions(kind, seed), seeded(kind, seed)
    towns = cases.model.data.ids["municipality"][cases.cells.vector.index["municipality"]]
    for chosen in limits(cases.parts):
        stated = Division(without(instance, *(table for part, table in TABLES.items() if part not in chosen)))
        try:
            found = dict(zip(stated.facts.towns, nearest_loads(stated), strict=True))
        except NoDivisionError:
            continue
        expected = [found[town] for town in towns]
        assert cases.amounts(chosen) == pytest.approx(expected, abs=1e-4), chosen


def test_supply_lifted_is_more_than_enough() -> None:
    """Without supply as a limit the answer is that of places in plenty, for goals too."""
    instance = seeded("scarce", 3)
    kinds, towns = (instance.tables[name] for name in ("place_types", "municipalities"))
    every = towns[["municipality"]].merge(kinds[["place_type"]], how="cross")
    every = every.merge(pd.DataFrame({"year": instance.about.years}), how="cross").assign(places=10_000)
    rich = Instance.from_tables({**instance.tables, "supply": every}, instance.about.model_dump())
    policy = read_policy("leximin")
    model = state_rules(rich, policy)
    ample = Coalitions(model.data, model.shares, policy, find_solver("HiGHS"))
    goals = frozenset({"goals", "dividing"})
    lifted = coalitions("scarce", 3).amounts(goals)
    assert lifted == pytest.approx(ample.amounts(goals | {"supply"}), abs=1e-5)


@pytest.mark.parametrize("kind", ["scarce", "building"])
def test_another_solver_agrees(kind: str) -> None:
    """Every set of families gives the same amounts with another solver: nothing is left to chance."""
    cases, policy = coalitions(kind, 3), read_policy("leximin")
    model = state_rules(seeded(kind, 3), policy)
    again = Coalitions(model.data, model.shares, policy, find_solver("PULP_CBC_CMD"))
    for size in range(len(cases.parts) + 1):
        chosen = frozenset(cases.parts[:size])
        assert again.amounts(chosen) == pytest.approx(cases.amounts(chosen), abs=1e-4), chosen


def test_families_that_are_there() -> None:
    """Only families that say anything are asked about."""
    assert coalitions("scarce", 3).parts == ("supply", "goals", "dividing")
    assert set(coalitions("agreed", 3).parts) >= {"projects", "support", "agreements"}


def test_shares_of_a_group() -> None:
    """The shares of groups, weighed, are the shares of the load."""
    policy, instance = read_policy("leximin"), seeded("agreed", 4)
    model, data = state_rules(instance, policy), number(instance)
    whole = np.zeros(len(data.municipalities))
    for group, burden in enumerate(data.groups["burden"]):
        cells = group_places(model, group)
        whole[cells.vector.index["municipality"]] += burden * cells.shares
    expected = loads(model)
    assert whole[expected.vector.index["municipality"]] == pytest.approx(expected.shares)
