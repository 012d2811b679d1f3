"""The Shapley value: as the mean over all orders, written out, and by what it is known for."""

from __future__ import annotations

from itertools import permutations
from math import factorial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from verdeling.explaining.tracing.shapley import shapley

BLOCKS = [("a",), ("b", "c"), ("d",), ("e",)]


def game(seed: int) -> dict[frozenset[str], np.ndarray]:
    """What every set of players is worth, drawn once for each set."""
    random, found = np.random.default_rng(seed), {}
    for number in range(2**5):
        chosen = frozenset(player for place, player in enumerate("abcde") if number >> place & 1)
        found[chosen] = random.normal(size=2)
    return found


def over_orders(
    blocks: list[tuple[str, ...]], worth: dict[frozenset[str], np.ndarray]
) -> dict[str, np.ndarray]:
    """The definition: every order of the blocks, every player in its turn."""
    added = {player: np.zeros(2) for block in blocks for player in block}
    for order in permutations(blocks):
        there: frozenset[str] = frozenset()
        for player in (player for block in order for player in block):
            added[player] += (worth[there | {player}] - worth[there]) / factorial(len(blocks))
            there |= {player}
    return added


@given(st.integers(0, 10_000))
def test_is_the_mean_over_all_orders(seed: int) -> None:
    """Sets weighed by how often they come first give what all orders give, one by one."""
    worth = game(seed)
    found, expected = shapley(BLOCKS, worth.__getitem__), over_orders(BLOCKS, worth)
    assert set(found) == set(expected)
    for player, added in found.items():
        assert added == pytest.approx(expected[player], abs=1e-12)


@given(st.integers(0, 10_000))
def test_adds_up(seed: int) -> None:
    """Together players add what all of them are worth more than nobody."""
    worth = game(seed)
    total = sum(shapley(BLOCKS, worth.__getitem__).values())
    assert total == pytest.approx(worth[frozenset("abcde")] - worth[frozenset()], abs=1e-12)


def test_who_adds_nothing_gets_nothing() -> None:
    """A player without whom every set is worth the same has a value of zero; equals have the same."""

    def pair(chosen: frozenset[str]) -> np.ndarray:
        return np.array([6.0 if {"a", "b"} <= chosen else 0.0])

    found = shapley([("a",), ("b",), ("c",)], pair)
    assert {player: value.item() for player, value in found.items()} == pytest.approx(
        {"a": 3, "b": 3, "c": 0}
    )
