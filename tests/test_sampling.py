"""Drawn instances keep their means, spread as stated, and say how they were drawn."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from scipy.integrate import quad
from scipy.stats import norm

from hand_made import small
from verdeling.errors import InstanceError
from verdeling.generation import Size, generate
from verdeling.uncertainty.sampling import REACH, Variation, factors, sample

if TYPE_CHECKING:
    from verdeling.instance import Instance

REGIONS = Size(regions=2, municipalities=3, groups=3, place_types=2, years=3)


@cache
def drawn() -> tuple[Instance, list[Instance]]:
    """A generated instance, and many drawn from it."""
    original = generate(REGIONS, seed=4)
    return original, sample(original, 300, 7, needs=Variation(0.3, 0.5), supply=Variation(0.2, 0.0))


def households(instances: list[Instance], *by: str) -> pd.DataFrame:
    """Households by sample (row) and series (column)."""
    return pd.DataFrame([each["needs"].groupby(list(by))["households"].sum() for each in instances])


def test_same_seed() -> None:
    """The same seed gives the same instances, another seed others; the first of many are those of few."""
    few, many, others = (sample(small(), count, seed) for count, seed in ((2, 1), (5, 1), (2, 2)))
    assert few == many[:2]
    assert len({each.digest for each in [*many, *others]}) == 7


def test_order_of_rows() -> None:
    """The order of rows in a file changes nothing."""
    turned = small(needs=small()["needs"].iloc[::-1], supply=small()["supply"].iloc[::-1])
    assert sample(turned, 2, 3) == sample(small(), 2, 3)


def test_tables_vary_apart() -> None:
    """What is drawn for supply does not depend on whether needs vary."""
    (alone,), (both,) = sample(small(), 1, 5, needs=0), sample(small(), 1, 5)
    assert alone["supply"].equals(both["supply"])
    assert alone["needs"].equals(small()["needs"])


def test_no_variation() -> None:
    """Without variation every number is the one that was stated."""
    (same,) = sample(small(), 1, 5, needs=0, supply=0)
    assert same.replace(about=small().about) == small()


@pytest.mark.parametrize("sigma", [0.0, 0.1, 0.5, 1.2])
def test_factors_by_integration(sigma: float) -> None:
    """Mean 1 and the second moment agree with integrals over the cut normal density."""
    mass = quad(norm.pdf, -REACH, REACH)[0]
    mean = quad(lambda z: np.exp(sigma * z) * norm.pdf(z), -REACH, REACH)[0] / mass
    second = quad(lambda z: np.exp(2 * sigma * z) * norm.pdf(z), -REACH, REACH)[0] / mass / mean**2
    many = factors(sigma, 200_000, np.random.default_rng(1))
    room = 5 * np.sqrt(max(second - 1, 1e-12) / len(many))
    assert abs(many.mean() - 1) <= room
    assert np.mean(many**2) == pytest.approx(second, rel=0.02 + 0.2 * sigma**2)
    assert many.max() <= np.exp(sigma * REACH) / mean
    assert many.min() >= np.exp(-sigma * REACH) / mean


def test_means_and_spread() -> None:
    """Series keep their mean; their spread is as stated, and for small numbers that of rounding beside it."""
    original, instances = drawn()
    stated = households([original], "group", "municipality").iloc[0]
    found = households(instances, "group", "municipality")
    large = stated > 200
    assert large.sum() >= 5
    spread = found.loc[:, large].std() / stated[large]
    assert spread.between(0.24, 0.36).all()
    error = (found.mean() - stated) / np.sqrt((0.3 * stated) ** 2 + 3) * np.sqrt(len(instances))
    assert error.abs().max() < 4.5


def test_what_a_region_has_in_common() -> None:
    """Series of one region rise and fall together as stated; those of two regions do not."""
    original, instances = drawn()
    stated = households([original], "region", "group", "municipality").iloc[0]
    found = np.log(households(instances, "region", "group", "municipality").loc[:, stated > 200])
    together = found.corr()
    regions = np.array([region for region, *_ in found.columns])
    alike = regions[:, None] == regions
    np.fill_diagonal(alike, val=False)
    assert abs(together.to_numpy()[alike].mean() - 0.5) < 0.12
    assert abs(together.to_numpy()[regions[:, None] != regions].mean()) < 0.12


def test_years_vary_together() -> None:
    """A series keeps its factor in all years."""
    stated = small()["needs"].assign(households=100_000)
    years = pd.concat([stated, stated.assign(year=4055 - stated["year"])]).drop_duplicates(
        ["group", "municipality", "region", "year"]
    )
    (found,) = sample(small(needs=years), 1, 1)
    rows = found["needs"].groupby(["group", "municipality", "region"])["households"]
    assert (rows.max() - rows.min() <= 1).all()
    assert (rows.count() == 2).all()


def test_small_numbers_keep_their_mean() -> None:
    """One household is sometimes none and sometimes two; over many samples it is one."""
    ones = small(needs=small()["needs"].assign(households=1))
    found = households(sample(ones, 300, 2, needs=0.2), "group", "municipality")
    assert set(np.unique(found)) >= {0, 1}
    assert abs(found.to_numpy().mean() - 1) < 0.08


def test_rows_say_how_they_were_drawn() -> None:
    """What was drawn is an estimate; its source keeps what was said before, and names seed and sample."""
    stated = small(needs=small()["needs"].assign(source="Counted"))
    found = sample(stated, 2, 9, needs=Variation(0.25, 0.4))[1]
    assert found["needs"]["estimate"].all()
    words = "lognormal, coefficient of variation 0.25, 40% common, seed 9, sample 2"
    assert set(found["needs"]["source"]) == {f"Counted; sampled: {words}"}
    assert set(found["supply"]["source"]) == {words.replace("0.25, 40%", "0.1, 50%").join(["sampled: ", ""])}
    assert (found.about.name, found["projects"].equals(stated["projects"])) == ("untitled-sample-2", True)


def test_drawn_instances_are_sound() -> None:
    """What is drawn passes every check that tables from a file must pass."""
    for each in drawn()[1][:3]:
        assert each.replace() == each


def test_everything_that_is_out_of_range() -> None:
    """Numbers with which nothing can be drawn are told all at once."""
    with pytest.raises(InstanceError) as caught:
        sample(small(), 0, -1, needs=-0.1, supply=Variation(float("nan"), 1.5))
    assert [problem.what.split(" is ")[0] for problem in caught.value.problems] == [
        "The count",
        "The seed",
        "The coefficient of needs",
        "The coefficient of supply",
        "The common of supply",
    ]


def test_scenario() -> None:
    """Samples are of one scenario: the one that is named."""
    rows = small()["needs"]
    both = small(needs=pd.concat([rows.assign(scenario="low"), rows.assign(scenario="high", households=40)]))
    (found,) = sample(both, 1, 1, scenario="high", needs=0)
    assert (found.about.scenario, found.scenarios) == ("high", ())
    assert set(found["needs"]["households"]) == {40}
    with pytest.raises(InstanceError, match="dreams"):
        sample(both, 1, 1, scenario="dreams")
