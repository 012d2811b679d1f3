"""Instances in which needs and supply turn out differently, drawn with a stated spread and a seed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import scipy  # each part of it is loaded when it is first asked for

from verdeling.errors import InstanceError, Problem
from verdeling.instance import Instance

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd
    from numpy.random import SeedSequence

    from verdeling.program import Floats

REACH = 3.0
"""Standard deviations beyond which no normal number is drawn."""

_SERIES = {
    "needs": ("households", ["region", "group", "municipality"]),
    "supply": ("places", ["region", "municipality", "place_type", "supplier", "certainty"]),
}
"""The number that varies in a table, and the columns that tell its series apart: years vary together."""


@dataclass(frozen=True)
class Variation:
    """How far the numbers of a table can turn out from what it states.

    A number is multiplied by exp(σ z) / E[exp(σ z)], lognormal with mean 1, where σ² = ln(1 + v²) for
    a coefficient of variation v, and z = √c·z_region + √(1 − c)·z_series has a part that the region
    has in common and a part of its own. Each of the two is standard normal, cut off at ±3 (`REACH`):
    nothing is a thousand times what was foreseen, the mean stays exactly 1, and the coefficient of
    variation is slightly below v. A series keeps its factor in all years: an estimate that is too low
    is too low every year, which errors that differ from year to year would average out.

    Parameters
    ----------
    coefficient : float
        Coefficient of variation v: standard deviation ÷ mean; 0 and up to 2.
    common : float
        Part c of the variance of z that all series of a region have in common; 0 to 1.
    """

    coefficient: float
    common: float = 0.5

    @property
    def sigma(self) -> float:
        """Standard deviation of the logarithm of a factor, before the cut."""
        return float(np.sqrt(np.log1p(self.coefficient**2)))

    def __str__(self) -> str:
        return f"lognormal, coefficient of variation {self.coefficient:g}, {self.common:.0%} common"


def sample(
    instance: Instance,
    count: int,
    seed: int,
    *,
    needs: Variation | float = 0.15,
    supply: Variation | float = 0.1,
    scenario: str | None = None,
) -> list[Instance]:
    """Draw instances in which needs and supply turn out differently.

    Households and places stay whole: a drawn number is rounded up with a chance equal to its
    fraction, so that small numbers, too, keep their mean. Years, projects and all other tables stay
    as they are. Series draw in the order of their ids.

    Parameters
    ----------
    instance : Instance
        Whose numbers are the means.
    count : int
        How many, at least 1.
    seed : int
        The same seed gives the same instances, and the first of many are those of few.
    needs, supply : Variation or float
        How far they vary; a number is a coefficient of variation. 0: not at all.
    scenario : str, optional
        One of ``instance.scenarios``; by default the instance's own.

    Returns
    -------
    list of Instance
        Of one scenario each. Rows that vary are estimates whose source says how they were drawn; the
        name ends in the number of the sample.

    Raises
    ------
    InstanceError
        If a number is out of range, or the scenario does not exist.

    Examples
    --------
    >>> from verdeling.adapters import read_instance
    >>> towns = read_instance("instances/three-towns")
    >>> [int(each["needs"]["households"].sum()) for each in sample(towns, 3, seed=1)]
    [70, 53, 69]
    """
    spread = {"needs": _variation(needs), "supply": _variation(supply)}
    problems = list(_problems(count, seed, spread))
    if problems:
        raise InstanceError("The instance cannot be sampled.", problems)
    one = instance.in_scenario(scenario)
    seeds = np.random.SeedSequence(seed).spawn(count)
    return [_drawn(one, number, seed, source, spread) for number, source in enumerate(seeds, 1)]


def _drawn(
    instance: Instance, number: int, seed: int, source: SeedSequence, spread: dict[str, Variation]
) -> Instance:
    tables = {
        table: _varied(instance, table, variation, random, f"seed {seed}, sample {number}")
        for (table, variation), random in zip(spread.items(), source.spawn(len(spread)), strict=True)
        if variation.coefficient
    }
    about = instance.about
    named = {
        "name": f"{about.name[:80]}-sample-{number}",
        "title": f"{about.title[:1900]} (sample {number})",
    }
    return Instance(about.model_copy(update=named), instance.tables.replaced(tables))


def _varied(
    instance: Instance, table: str, variation: Variation, source: SeedSequence, origin: str
) -> pd.DataFrame:
    """A table with drawn numbers, each row marked as an estimate."""
    frame = instance[table]
    column, series = _SERIES[table]
    regions = instance["municipalities"].set_index("municipality")["region"]
    known = frame if "region" in frame else frame.assign(region=frame["municipality"].map(regions))
    random = np.random.default_rng(source)
    drawn = frame[column] * _factors(known, series, variation, random)
    whole = np.floor(drawn.to_numpy() + random.random(len(frame))).astype(np.int64)
    sources = [f"{said[:1700]}; sampled: {variation}, {origin}".lstrip("; ") for said in frame["source"]]
    frame[column] = whole
    return frame.assign(estimate=True, source=sources)


def _factors(
    frame: pd.DataFrame, series: list[str], variation: Variation, random: np.random.Generator
) -> Floats:
    """Factor of each row: that of its region times that of its series."""
    product = np.ones(len(frame))
    for columns, part in ((["region"], variation.common), (series, 1.0 - variation.common)):
        groups = frame.groupby(columns, sort=True).ngroup().to_numpy()
        product *= factors(variation.sigma * part**0.5, groups.max(initial=-1) + 1, random)[groups]
    return product


def factors(sigma: float, count: int, random: np.random.Generator) -> Floats:
    """Lognormal factors with mean 1 whose normal numbers are cut off at ±`REACH`.

    Parameters
    ----------
    sigma : float
        Standard deviation of the logarithm before the cut.
    count : int
        How many.
    random : Generator
        Where they come from.

    Returns
    -------
    array
        E[exp(σ z)] of the cut normal z is exp(σ²/2)·(Φ(r − σ) − Φ(−r − σ)) / (Φ(r) − Φ(−r)), r = 3: what
        is drawn is divided by it.
    """
    low, high = scipy.special.ndtr(-REACH), scipy.special.ndtr(REACH)
    normal = scipy.special.ndtri(low + (high - low) * random.random(count))
    mean = (
        np.exp(sigma**2 / 2)
        * (scipy.special.ndtr(REACH - sigma) - scipy.special.ndtr(-REACH - sigma))
        / (high - low)
    )
    return np.asarray(np.exp(sigma * normal) / mean, dtype=np.float64)


def _variation(stated: Variation | float) -> Variation:
    return stated if isinstance(stated, Variation) else Variation(stated)


def _problems(count: int, seed: int, spread: dict[str, Variation]) -> Iterator[Problem]:
    limits: list[tuple[str, float, float, float]] = [("count", count, 1, 100_000), ("seed", seed, 0, 2**64)]
    for table, variation in spread.items():
        limits += [(f"coefficient of {table}", variation.coefficient, 0, 2)]
        limits += [(f"common of {table}", variation.common, 0, 1)]
    for name, value, low, high in limits:
        if not low <= value <= high:
            yield Problem(
                "out-of-range",
                f"The {name} is {value:g}.",
                "Nothing can be drawn with it.",
                f"Choose one from {low:g} to {high:g}.",
                value=str(value),
            )
