"""Towns, one group, one year: small enough to write down every plan that is as good as any."""

from __future__ import annotations

from itertools import product

import pandas as pd

from verdeling.instance import Instance
from verdeling.policy import Policy

LARGEST = Policy.model_validate(
    {
        "name": "largest",
        "title": "Largest",
        "key": {"component": [{"attribute": "population"}]},
        "goal": [
            {"measure": "waiting", "aggregate": "total"},
            {"measure": "relative_load", "aggregate": "maximum"},
        ],
    }
)
"""As few as possible wait, and then the heaviest load is as light as possible: much stays free."""


def towns(people: list[int], supply: list[int], needs: int) -> Instance:
    """Towns named A, B, …, with one group that needs places in one year."""
    names = [chr(ord("A") + number) for number in range(len(people))]
    return Instance.from_tables(
        {
            "municipalities": pd.DataFrame(
                {"municipality": names, "name": names, "region": "R", "population": people}
            ),
            "groups": pd.DataFrame({"group": ["g"], "name": ["g"], "name_nl": ["g"], "priority": [1]}),
            "place_types": pd.DataFrame({"place_type": ["home"], "name": ["home"], "name_nl": ["huis"]}),
            "suitability": pd.DataFrame({"group": ["g"], "place_type": ["home"]}),
            "needs": pd.DataFrame({"group": ["g"], "region": ["R"], "year": [2027], "households": [needs]}),
            "supply": pd.DataFrame(
                {"municipality": names, "place_type": "home", "year": 2027, "places": supply}
            ),
        }
    )


def best_plans(people: list[int], supply: list[int], needs: int) -> list[tuple[int, ...]]:
    """Loads of every plan in whole places that is best under `LARGEST`, by trying all of them."""
    housed = min(needs, sum(supply))
    plans = [plan for plan in product(*(range(most + 1) for most in supply)) if sum(plan) == housed]
    heaviest = {plan: max(load / each for load, each in zip(plan, people, strict=True)) for plan in plans}
    least = min(heaviest.values())
    return [plan for plan, load in heaviest.items() if load <= least + 1e-9]
