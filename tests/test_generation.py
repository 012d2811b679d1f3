"""Generated instances: valid, the same for the same seed, and scarce enough to leave something to decide."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from verdeling.engine import solve
from verdeling.generation import Size, generate

SMALL = Size(municipalities=3, groups=3, place_types=2, years=2)


@given(
    st.integers(1, 3),
    st.integers(1, 4),
    st.integers(2, 4),
    st.integers(1, 3),
    st.integers(1, 3),
    st.integers(0, 99),
)
@settings(max_examples=15, derandomize=True)
def test_sizes(
    regions: int, municipalities: int, groups: int, place_types: int, years: int, seed: int
) -> None:
    """Any size gives a valid instance of that size."""
    instance = generate(Size(regions, municipalities, groups, place_types, years), seed=seed)
    towns = instance["municipalities"]
    assert towns.groupby("region").size().tolist() == [municipalities] * regions
    assert len(instance["groups"]) == groups
    assert len(instance["place_types"]) == place_types
    assert len(instance.about.years) == years


def test_seeds() -> None:
    """The same seed gives the same instance, another seed another one."""
    assert generate(SMALL, seed=4) == generate(SMALL, seed=4)
    assert generate(SMALL, seed=4) != generate(SMALL, seed=5)


@pytest.mark.parametrize(
    ("size", "seed", "tightness", "digest"),
    [
        (Size(), 0, 1.0, "d717eeb8d76fa89a"),
        (Size(5, 10, 12, 8, 9), 7, 1.4, "d6c95cbeaac03dfd"),
    ],
)
def test_a_seed_stays_what_it_is(size: Size, seed: int, tightness: float, digest: str) -> None:
    """What others measured on a seed can be measured again: the instance does not change."""
    assert generate(size, seed=seed, tightness=tightness).digest.startswith(digest)


def test_many_regions() -> None:
    """A country of many regions is generated as one region is, with a centre and hours for each."""
    instance = generate(Size(regions=400, municipalities=12, groups=3, place_types=2, years=1), seed=1)
    towns, support = instance["municipalities"], instance["support"]
    assert len(towns) == 4_800
    assert set(support["region"]) == set(instance["needs"]["region"]) == set(towns["region"])
    centres = towns.groupby("region")["population"].first()
    assert (centres > towns.groupby("region")["population"].median()).mean() > 0.95


@pytest.mark.parametrize("seed", range(4))
def test_scarcity(seed: int) -> None:
    """Somebody waits, the instance is feasible, and twice the tightness lets more people wait."""
    waiting = [
        solve(generate(SMALL, seed=seed, tightness=tightness), whole=False).waiting["waiting"].sum()
        for tightness in (1.0, 2.0)
    ]
    assert 0 < waiting[0] < waiting[1]


def test_invented_numbers_say_so() -> None:
    """Every number is marked as an estimate."""
    instance = generate(SMALL)
    for table in ("needs", "supply", "projects", "support"):
        assert instance[table]["estimate"].all()
        assert (instance[table]["source"] != "").all()


@pytest.mark.parametrize("size", [Size(groups=1), Size(regions=0), Size(years=-1)])
def test_sizes_that_cannot_be(size: Size) -> None:
    """Fewer than one of anything, or one group only, is refused."""
    with pytest.raises(ValueError, match="at least"):
        generate(size)
