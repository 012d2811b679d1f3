"""What no solver can be trusted with: shares that are rounding beside others, and too many whole places."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from verdeling.errors import InstanceError, PolicyError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from verdeling.goals import Aim
    from verdeling.instance import Instance

WIDEST = 1e7
"""How many times the smallest of what elements are divided by may go into the largest.

A goal is held within 1e-9: of a share that is 1e-9 of another, nothing of the load would be known.
"""

MOST_WHOLE = 10**7
"""Households or places in one row up to which whole places are sought.

With fifteen million, searches that count a millionth as rounding ended fourteen places from the best.
"""

_AMOUNTS = {"needs": "households", "supply": "places", "projects": "max_places"}


def refuse_untold(goals: Sequence[Aim], names: Sequence[str]) -> None:
    """Refuse goals that compare elements of which the smallest would be rounding.

    Parameters
    ----------
    goals : sequence of Aim
        Of a stated program.
    names : sequence of str
        Municipalities, in their order.

    Raises
    ------
    PolicyError
        With each such goal.
    """
    problems = list(_untold(goals, names))
    if problems:
        raise PolicyError("Some shares are too small beside others to be told from rounding.", problems)


def _untold(goals: Sequence[Aim], names: Sequence[str]) -> Iterator[Problem]:
    for aim in goals:
        vector = aim.vector
        for region in np.unique(vector.region) if len(vector.terms) else ():
            own = np.flatnonzero((vector.region == region) & (vector.scale > 0))
            if not len(own) or vector.scale[own].max() <= WIDEST * vector.scale[own].min():
                continue
            least = own[vector.scale[own].argmin()]
            who = names[vector.index["municipality"].iloc[least]] if "municipality" in vector.index else "one"
            times = vector.scale[own].max() / vector.scale[least]
            yield Problem(
                "share-too-small",
                f"Goal {aim.number} compares {aim.goal.measure}, and the largest share is {times:.0e} times "
                f"that of {who}.",
                f"Goals are held within a billionth: beyond {WIDEST:.0e} what {who} has would be rounding.",
                f"Look for a wrong number in what the key uses of {who}, or leave it out.",
                value=who,
            )


def refuse_whole(instance: Instance) -> None:
    """Refuse to look for whole places where there are too many.

    Raises
    ------
    InstanceError
        With each row that has too many.
    """
    problems = [
        Problem(
            "too-many-places",
            f"{amount:,} in one row.",
            f"Whole places are exact up to {MOST_WHOLE:,} in a row; beyond that the best cannot be told.",
            "Look for a stray zero, or solve in fractions (whole=False, --fractional).",
            table=table,
            row=str(row),
            column=column,
            value=str(amount),
        )
        for table, column in _AMOUNTS.items()
        for row, amount in instance.tables[table][column].items()
        if amount > MOST_WHOLE
    ]
    if problems:
        raise InstanceError("The numbers are too large for whole places.", problems)
