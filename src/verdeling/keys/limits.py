"""Floors and caps: who is bound, and who shares what that takes or frees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from verdeling.errors import PolicyError, Problem
from verdeling.keys.steps import Floor

if TYPE_CHECKING:
    import numpy.typing as npt

    from verdeling.keys.attributes import Members
    from verdeling.keys.steps import Limit

    Vector = npt.NDArray[np.float64]

_Stated = TypeVar("_Stated", float, str)

SLACK = 1e-9
"""Relative to the larger of 1 and the amount: differences below this are rounding of the machine."""
_HEADLINE = "The key cannot be carried out."
_SHOWN = 20


@dataclass(frozen=True)
class Bounds:
    """What floors and caps so far allow each municipality in one class, or over all classes.

    Parameters
    ----------
    lower, upper : array
        By municipality; zero and infinite where there is no limit.
    """

    lower: Vector
    upper: Vector

    @classmethod
    def none(cls, members: int) -> Bounds:
        """No limits."""
        return cls(np.full(members, -np.inf), np.full(members, np.inf))

    def broken(self, amounts: Vector) -> npt.NDArray[np.int64]:
        """Positions of municipalities whose amount is outside."""
        slack = SLACK * np.maximum(1.0, np.abs(amounts))
        return np.flatnonzero((amounts < self.lower - slack) | (amounts > self.upper + slack))


def limit_amounts(members: Members, step: Limit, name: str, total: float) -> Vector:
    """Floor or cap of each municipality in a class.

    Parameters
    ----------
    members : Members
        Whose limits.
    step : Limit
        A number, a multiple of an attribute, or a multiple of a share of the total.
    name : str
        The class; it has no limit when the step states limits for other classes only.
    total : float
        Total of the class.

    Returns
    -------
    array
        By municipality; minus infinity (floor) or infinity (cap) where the step does not hold.
    """
    unbound = -np.inf if isinstance(step, Floor) else np.inf
    amounts = np.full(len(members), unbound)
    size = _of(step.number, name)
    column = _of(step.attribute, name) or _of(step.share_of, name)
    if size is None and column is None:
        return amounts
    values = np.full(len(members), size) if column is None else members[str(column)]
    if step.share_of is not None:
        values = values / (values.sum() or 1.0) * total
    holds = members.mask(step.members, step.where) if step.members or step.where else ~np.isnan(amounts)
    holds = holds & ~members.mask(step.exempt, step.exempt_where)
    amounts[holds] = (values * float(_of(step.times, name) or 0.0))[holds]
    return amounts


def _of(stated: _Stated | dict[str, _Stated] | None, name: str) -> _Stated | None:
    return stated.get(name) if isinstance(stated, dict) else stated


def bind(
    members: Members, step: Limit, name: str, amounts: Vector, total: float, bounds: Bounds
) -> tuple[Vector, Bounds, list[Problem]]:
    """Hold the amounts of one class to a floor or cap; the total stays.

    Parameters
    ----------
    members : Members
        Whose amounts.
    step : Limit
        The floor or cap.
    name : str
        The class; empty over all classes.
    amounts : array
        By municipality.
    total : float
        What the amounts add up to afterwards.
    bounds : Bounds
        Of earlier floors and caps; they go on to hold.

    Returns
    -------
    tuple of array, Bounds and list of Problem
        The amounts, what binds from now on, and what makes it impossible. Where there are problems
        the amounts are as they were.
    """
    limit = limit_amounts(members, step, name, total)
    floor = isinstance(step, Floor)
    after = Bounds(
        np.maximum(bounds.lower, limit) if floor else bounds.lower,
        bounds.upper if floor else np.minimum(bounds.upper, limit),
    )
    problems = _contradictions(members, step, name, after)
    if problems:
        return amounts, bounds, problems
    moving = np.isinf(limit) if step.balance == "others" else np.ones(len(amounts), dtype=bool)
    held = np.where(moving, 0.0, np.clip(amounts, after.lower, after.upper))
    left = total - held.sum()
    moved, why = _level(amounts[moving], after.lower[moving], after.upper[moving], left)
    if moved is None:
        free = Bounds(np.where(moving, after.lower, -np.inf), np.where(moving, after.upper, np.inf))
        return amounts, bounds, [_impossible(members, step, name, total, free, float(held.sum()), why)]
    result = held
    result[moving] = moved
    return result, after, []


def _contradictions(members: Members, step: Limit, name: str, bounds: Bounds) -> list[Problem]:
    crossed = np.flatnonzero(bounds.lower > bounds.upper + SLACK * np.maximum(1.0, np.abs(bounds.lower)))

    def problem(who: str, what: str) -> Problem:
        return Problem(
            "contradicting-limits",
            f"{_where(step, name)}: {who} {what}.",
            "Nobody can get at least the one and at most the other.",
            "Lower the floor, raise the cap, or exempt this municipality from one of them.",
            value=who,
        )

    return [
        *(
            problem(
                members.ids[at],
                f"has a floor of {bounds.lower[at]:.10g} and a cap of {bounds.upper[at]:.10g}",
            )
            for at in crossed[:_SHOWN]
        ),
        *(problem(who, "have a floor above their cap") for who in _unshown(crossed)),
    ]


def _unshown(positions: npt.NDArray[np.int64]) -> list[str]:
    """How many more municipalities there are than are named; nothing where all are named."""
    more = len(positions) - _SHOWN
    return [f"{more:,} more municipalities"] if more > 0 else []


def _where(step: Limit, name: str) -> str:
    return f"The step {step.label!r}" + (f" in class {name}" if name else "")


def _impossible(
    members: Members, step: Limit, name: str, total: float, free: Bounds, held: float, why: str
) -> Problem:
    others = step.balance == "others"
    lower, upper = _added(members, free.lower), _added(members, free.upper)
    of = " of the others" if others else ""
    fixed = f", {held:.10g} goes to those for whom the step holds" if others else ""
    said = {
        "floors": (f"the floors{of} add up to {lower}{fixed}", "less"),
        "caps": (f"the caps{of} add up to {upper}{fixed}", "more"),
        "nobody": (f"everybody who is not bound has nothing{fixed}", "that, pro rata,"),
    }[why]
    return Problem(
        "impossible-limits",
        f"{_where(step, name)}: {said[0]}, and {total:.10g} is to be divided.",
        f"Nobody is left who can take {said[1]}.",
        "Change the limits, exempt somebody, or change who balances them.",
        value=f"{total:.10g}",
    )


def _added(members: Members, limits: Vector) -> str:
    """Sum of the limits there are, and whose they are."""
    there = np.flatnonzero(np.isfinite(limits))
    named = [f"{members.ids[at]} {limits[at]:.10g}" for at in there[:_SHOWN]]
    whose = f" ({', '.join(named + _unshown(there))})" if named else ""
    return f"{limits[there].sum():.10g}{whose}"


def _level(amounts: Vector, lower: Vector, upper: Vector, total: float) -> tuple[Vector | None, str]:
    """Share `total` in proportion to `amounts`, nobody below `lower` or above `upper`.

    This is what repeating *bind who passes a limit, share the rest pro rata* ends in. The common
    factor is found by sorting the factors at which somebody becomes or stops being bound.
    """
    rising = amounts > 0
    least, most = np.maximum(lower, 0.0), np.maximum(upper, 0.0)
    fixed = np.clip(0.0, lower, upper)[~rising].sum()
    slack = SLACK * max(1.0, abs(total))
    if least[rising].sum() + fixed > total + slack:
        return None, "floors"
    if most.sum() < total - slack:
        return None, "caps"
    if most[rising].sum() + fixed < total - slack:
        return None, "nobody"
    factor = _factor(amounts[rising], least[rising], most[rising], total - fixed)
    scaled = np.clip(np.where(rising, amounts * factor, 0.0), np.maximum(lower, 0.0), most)
    return scaled, ""


def _factor(amounts: Vector, least: Vector, most: Vector, total: float) -> float:
    """The factor f for which Σ clip(f × amounts, least, most) is the total."""
    if not len(amounts):
        return 0.0
    at = np.concatenate([least / amounts, most / amounts])
    slope = np.concatenate([amounts, -amounts])
    order = np.argsort(at, kind="stable")
    at, slope = at[order], np.cumsum(slope[order])
    finite = np.isfinite(at)
    at, slope = at[finite], slope[finite]
    sums = least.sum() + np.concatenate([[0.0], np.cumsum(slope[:-1] * np.diff(at))])
    last = max(int(np.searchsorted(sums, total, side="right")) - 1, 0)
    guess = at[last] + (total - sums[last]) / slope[last] if slope[last] > 0 else at[last]
    return _polished(float(guess), amounts, least, most, total)


def _polished(factor: float, amounts: Vector, least: Vector, most: Vector, total: float) -> float:
    """The same factor without what adding many numbers lost."""
    free = (amounts * factor > least) & (amounts * factor < most)
    weight = amounts[free].sum()
    if weight <= 0:
        return factor
    bound = np.clip(amounts * factor, least, most)[~free].sum()
    return float((total - bound) / weight)


def standing(members: Members, label: str, name: str, amounts: Vector, bounds: Bounds) -> list[Problem]:
    """What a later step did to an earlier floor or cap."""
    where = f"{label!r} in class {name}" if name else f"{label!r}"
    broken = bounds.broken(amounts)

    def problem(who: str, what: str) -> Problem:
        return Problem(
            "contradicting-steps",
            f"The step {where} leaves {who} {what}.",
            "A limit that a later step undoes is no limit.",
            "Put the steps in another order, or drop one of the limits.",
            value=who,
        )

    return [
        *(
            problem(
                members.ids[at],
                f"with {amounts[at]:.10g}, and an earlier step allows "
                f"{bounds.lower[at]:.10g} to {bounds.upper[at]:.10g}",
            )
            for at in broken[:_SHOWN]
        ),
        *(problem(who, "outside what an earlier step allows") for who in _unshown(broken)),
    ]


def refused(problems: list[Problem]) -> PolicyError:
    """The error that carries what makes a key impossible."""
    return PolicyError(_HEADLINE, problems)
