"""Seeded instances from friendly to vicious, on which two solvers must say the same.

An instance is a shape, a number and a variant. Variants of a number differ in their amounts and agreements
alone, so that whoever states one has stated most of the next.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from seeded import Kind, seeded, without_empty_agreements
from verdeling.errors import InstanceError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.random import Generator

    from verdeling.instance import Instance


@dataclass(frozen=True)
class Case:
    """An instance, the policy that divides it, and what must come of it where a closed form says so."""

    name: str
    instance: Instance
    policy: str
    verdict: str = ""


SMALL = Kind(towns=3, groups=2, place_types=2, years=2)
ONE = Kind(towns=3, groups=1, place_types=1, years=1)
"""One group and one place type: what is possible can be counted."""

SHAPES = {
    "friendly": replace(SMALL, supply=(1.5, 2.5)),
    "degenerate": replace(SMALL, even=True, supply=(1.0, 1.0)),
    "tight": replace(SMALL, supply=(1.0, 1.0)),
    "scarce": replace(SMALL, supply=(0.05, 0.3)),
    "counted": ONE,
    "alone": replace(SMALL, towns=1, fewest=1),
    "one group": replace(ONE, years=3),
    "years": replace(ONE, towns=2, years=6),
    "regions": replace(SMALL, regions=2, towns=2),
    "projects": replace(SMALL, projects=True, supply=(0.1, 0.6)),
    "support": replace(SMALL, support=True),
    "sixty": replace(SMALL, agreements=95),
    "soft": replace(SMALL, projects=True, agreements=6),
    "demanding": replace(SMALL, projects=True, support=True, agreements=5, demands=0.5),
    "everything": replace(SMALL, regions=2, towns=2, projects=True, support=True, agreements=8, demands=0.1),
}
"""Shapes by name; ``counted`` is the one of which the verdict is known."""

POLICIES = ("leximin", "maximin", "utilitarian", "proportional", "priority", "mean-deviation", "worst-fifth")


def cases(shape: str, number: int) -> Iterator[Case]:
    """The five variants of a shape and a number; four where what is possible is counted."""
    random = np.random.default_rng([number, *shape.encode()])
    base = _peopled(seeded(SHAPES[shape], number, most=9), random)
    policy = POLICIES[number % len(POLICIES)]
    name = f"{shape} {number}"
    yield Case(name, base, policy)
    if shape == "counted":
        yield from _counted(name, base, policy)
        return
    for make in (_mostly_nothing, _all_in_one_place, _one_household, _in_thousands):
        yield Case(f"{name} {make.__name__[1:]}", make(base, random), policy)


def _peopled(instance: Instance, random: Generator) -> Instance:
    """Of the smallest island to the largest city, with euros as they are."""
    towns, kinds, projects = (instance[name] for name in ("municipalities", "place_types", "projects"))
    most = np.log10(930_000 / 900)
    people = np.round(900 * 10 ** random.uniform(0, most, len(towns))).astype(int)
    towns["population"] = np.where(random.random(len(towns)) < 0.2, random.choice([900, 930_000]), people)
    kinds["annual_cost"] = random.choice([0.0, 7_512.37, 24_000.0], len(kinds))
    projects["cost_per_place"] = random.choice([0.0, 187_500.0, 349_999.99], len(projects))
    return _changed(instance, municipalities=towns, place_types=kinds, projects=projects)


def _in_thousands(instance: Instance, random: Generator) -> Instance:
    """Needs and supply of a province, of some groups and towns."""
    needs, supply = instance["needs"], instance["supply"]
    needs["households"] *= random.choice([1, 97, 1009], len(needs))
    supply["places"] *= random.choice([1, 97, 1009], len(supply))
    return _changed(instance, needs=needs, supply=supply)


def _mostly_nothing(instance: Instance, random: Generator) -> Instance:
    """Hardly any needs."""
    needs = instance["needs"]
    kept = random.random(len(needs)) < 0.2
    kept[random.integers(len(needs))] = True
    return _changed(
        instance, needs=needs.assign(households=(needs["households"] * kept).clip(lower=_one(needs)))
    )


def _all_in_one_place(instance: Instance, random: Generator) -> Instance:
    """All needs look from one town, or are a region's."""
    towns, needs = instance["municipalities"]["municipality"], instance["needs"]
    home = towns.iloc[random.integers(len(towns))]
    elsewhere = ~needs["municipality"].isin(["", home])
    needs["households"] = needs["households"].mask(elsewhere, 0).clip(lower=_one(needs))
    return _changed(instance, needs=needs)


def _one_household(instance: Instance, random: Generator) -> Instance:
    """One household, and all the places that there were."""
    needs = instance["needs"]
    return _changed(instance, needs=needs.assign(households=_one(needs)))


def _one(needs: pd.DataFrame) -> pd.Series:
    """A household in the first row, so that there is a task."""
    return pd.Series(np.eye(1, len(needs), dtype=int)[0], index=needs.index)


def _counted(name: str, instance: Instance, policy: str) -> Iterator[Case]:
    """Whatever comes free must be let: exactly that, one place too many, or with one household too few."""
    free = int(instance["supply"]["places"].sum())
    needs = instance["needs"]
    wanted = needs.assign(households=0)
    wanted.loc[wanted.index[0], "households"] = free
    short = wanted.assign(households=(wanted["households"] - 1).clip(lower=0))
    short.loc[short.index[0], "households"] = max(free - 1, 0)
    for variant, stated, asked, verdict in (
        ("all of it", wanted, free, "optimal"),
        ("one too many", wanted, free + 1, "infeasible"),
        ("one too few", short, free, "infeasible"),
    ):
        agreements = pd.DataFrame([_firm(asked)])
        changed = instance.replace(needs=stated, agreements=agreements)
        yield Case(f"{name} {variant}", changed, policy, verdict)


def _firm(places: int) -> dict[str, Any]:
    return {
        "agreement": "all",
        "text": f"{places} places",
        "measure": "places",
        "sense": ">=",
        "value": places,
        "strength": "hard",
    }


def _changed(instance: Instance, **tables: pd.DataFrame) -> Instance:
    """Other tables, without the agreements that would be about nothing."""
    try:
        return instance.replace(**tables)
    except InstanceError:
        kept = {name: instance[name].reset_index(drop=True) for name in instance.tables}
        return without_empty_agreements({**kept, **tables}, instance.about)
