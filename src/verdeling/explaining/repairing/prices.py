"""A price list: which agreements may bend, how far, and at what cost."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from verdeling.errors import Problem, VerdelingError, nearest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd


@dataclass(frozen=True)
class Price:
    """What it costs to change the number of an agreement.

    Parameters
    ----------
    cost : float
        Of moving the number by its own size, from 8 to 4 costs half of it; so large numbers bend
        before small ones. The size of zero is one unit: a place, an hour per week, a euro, one
        household per 1,000 inhabitants, or one percentage point of a share.
    furthest : float, optional
        The number at which it stops; by default as far as helps anybody.
    bends : bool
        Whether it may bend at all.
    """

    cost: float = 1.0
    furthest: float | None = None
    bends: bool = True


SHARES = ("share_of_need", "share_of_supply", "share_of_fair_share", "share_of_built")
"""Measures whose numbers are parts of 1."""

PARTS = ("share_of_supply", "share_of_built")
"""Those of which the number is at most 1."""


def size(measure: str, value: float) -> float:
    """By how much a number moves when it moves by its own size.

    Examples
    --------
    >>> size("places", 8.0), size("places", 0.0), size("share_of_supply", 0.0)
    (8.0, 1.0, 0.01)
    """
    return value or (0.01 if measure in SHARES else 1.0)


def check_prices(prices: Mapping[str, Price], agreements: pd.DataFrame) -> None:
    """Refuse a price list that does not fit the agreements.

    Raises
    ------
    VerdelingError
        With every problem.
    """
    rows = {row["agreement"]: row for row in agreements.to_dict("records")}
    problems: list[Problem] = []
    for name, price in prices.items():
        if name in rows:
            row = rows[name]
            problems += _problems(name, price, row["sense"], row["strength"], row["value"])
        else:
            problems.append(
                Problem(
                    "unknown-agreement",
                    f"The price list names agreement {name}.",
                    "There is no such agreement to bend.",
                    nearest(name, rows),
                    value=name,
                )
            )
    if problems:
        raise VerdelingError("The price list cannot be used.", problems)


def _problems(name: str, price: Price, sense: str, strength: str, value: float) -> Iterator[Problem]:
    if strength != "hard":
        yield Problem(
            "price-of-soft-agreement",
            f"The price list names agreement {name}, which is soft.",
            "What may be missed already needs no repair.",
            "Leave it out.",
            value=name,
        )
    if not (math.isfinite(price.cost) and price.cost > 0):
        yield Problem(
            "cost-of-nothing",
            f"Bending agreement {name} costs {price.cost:g}.",
            "A change that costs nothing would be made without need.",
            "Give a cost above zero, or bends=False for an agreement that stays as it is.",
            value=name,
        )
    if price.furthest is not None and not _beyond(price.furthest, sense, value):
        yield Problem(
            "furthest-too-near",
            f"Agreement {name} asks {sense} {value:g} and may move to {price.furthest:g}.",
            "That would ask more, or is no number at all.",
            f"Name a number {'up' if sense == '<=' else 'down'} from {value:g}.",
            value=name,
        )


def _beyond(furthest: float, sense: str, value: float) -> bool:
    """Whether a number asks no more than the one agreed."""
    if not math.isfinite(furthest) or furthest < 0:
        return False
    return furthest >= value if sense == "<=" else furthest <= value or sense == "="
