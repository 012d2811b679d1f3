"""What a result claims about its goals, stage by stage, as expressions that a bound can be compared with."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, gcd, lcm, nextafter
from typing import TYPE_CHECKING

import numpy as np

from verdeling.aggregates.levels import ORDERED
from verdeling.aggregates.sums import SUMS, parts
from verdeling.certifying.decimals import Decimals
from verdeling.entries import Entries, summed
from verdeling.pursuit import scaled

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt

    from verdeling.formulation import Model
    from verdeling.goals import Aim
    from verdeling.measures import Vector
    from verdeling.program import Floats

    Chosen = npt.NDArray[np.bool_]

NEAR = 1e-6
"""Elements that are nearer to each other than this, relative to ``max(1, |value|)``, are at one level."""

LARGEST = ("maximum", "minimum")
"""Aggregates that are one level."""

CLAIMED = (*SUMS, *LARGEST, *ORDERED)
"""Aggregates of which a bound proves what was reached."""


@dataclass(frozen=True, eq=False)
class Held:
    """Expressions that count as held: a plan in which one is larger is worse in an earlier goal.

    Parameters
    ----------
    entries : Entries
        The expressions, of columns of the program.
    lower, upper : array
        What they are in the plan, rounded outward; `lower` is infinite where less is no worse.
    """

    entries: Entries
    lower: Floats
    upper: Floats


@dataclass(frozen=True, eq=False)
class Claim:
    """That no plan has less of the largest of some expressions, when all that is held is no worse.

    Parameters
    ----------
    goal, stage, level : int, str, int
        Which goal of the policy, which part of it, and which level of it: 1 is the worst-off.
    own : Entries
        Expressions; what is better of each is less.
    active : array of bool
        Those of which the largest is claimed; the others stand in `held`.
    tied : array of bool
        Those that are at the level.
    held : tuple of Held
        All that is held; the last one can be about these expressions themselves.
    value : Fraction
        What the plan has of it.
    step : sequence of Fraction or None
        Of which whole plans have multiples only, for each expression; None where that is not known.
    together : bool
        Whether all that are tied are at the level together, in any plan as good: they are summed.
    """

    goal: int
    stage: str
    level: int
    own: Entries
    active: Chosen
    tied: Chosen
    held: tuple[Held, ...]
    value: Fraction
    step: Sequence[Fraction] | None
    together: bool

    def next_value(self, bound: Fraction) -> Fraction:
        """The least value from a bound on that a plan can have."""
        if self.step is None:
            return bound
        steps = [step for step, there in zip(self.step, self.active, strict=True) if there]
        return min((ceil(bound / step) * step if step else bound for step in steps), default=bound)


@dataclass(frozen=True)
class Unproved:
    """A goal of which only the solver's word is known, and what the plan has of it stays as it is."""

    goal: int
    aggregate: str


def claims(model: Model, goals: Sequence[Aim], point: Decimals, *, whole: bool) -> Iterator[Claim | Unproved]:
    """Everything that is claimed of the goals at a plan, in the order in which goals come.

    Parameters
    ----------
    model : Model
        The stated program.
    goals : sequence of Aim
        Of the policy.
    point : Decimals
        The plan, a value for each column.
    whole : bool
        Whether it is in whole places.
    """
    held: tuple[Held, ...] = ()
    for aim in goals:
        kind = aim.goal.aggregate
        if kind in SUMS:
            for claim in _sums(model, aim, point, held, whole=whole):
                held = (*held, _as_it_is(claim.own, point))
                yield claim
        elif kind in CLAIMED:
            own = expressions(aim.vector.minimised)
            yield from _levels(model, aim, own, point, held, whole=whole)
            kept = _as_it_is(own, point)
            held = (*held, kept if kind in ORDERED else _largest(kept))
        else:
            yield Unproved(aim.number, kind)
            held = (*held, _exactly_as_it_is(expressions(aim.vector.minimised), point))


def expressions(vector: Vector) -> Entries:
    """The elements of a vector as rows."""
    terms = scaled(vector)
    columns, coefficients = (terms[name].to_numpy() for name in ("column", "coefficient"))
    return summed(vector.element, columns.astype(np.int64), coefficients.astype(np.float64), len(vector))


def values(entries: Entries, point: Decimals) -> list[Fraction]:
    """What expressions are at a point, exactly."""
    terms = Decimals.of(entries.coefficients) * point[entries.columns]
    return terms.summed(entries.rows, len(entries)).fractions


def _sums(model: Model, aim: Aim, point: Decimals, held: tuple[Held, ...], *, whole: bool) -> Iterator[Claim]:
    one = np.ones(1, dtype=bool)
    for label, chosen in parts(model, aim.vector, aim.goal.aggregate):
        total = aim.vector.minimised.total(chosen)
        own = summed(np.zeros(len(total.columns), np.int64), total.columns, total.coefficients, 1)
        step = _steps(model, own) if whole else None
        (value,) = values(own, point)
        yield Claim(aim.number, label, 1, own, one, one, held, value, step, together=False)
        held = (*held, _as_it_is(own, point))


def _levels(
    model: Model, aim: Aim, own: Entries, point: Decimals, held: tuple[Held, ...], *, whole: bool
) -> Iterator[Claim]:
    """A claim for each level; where only the largest counts, for that one."""
    ordered = aim.goal.aggregate in ORDERED
    reached = values(own, point)
    active = np.isin(np.arange(len(own)), own.rows)
    step = _steps(model, own) if whole else None
    exact = _as_it_is(own, point)
    level = 0
    while active.any():
        level += 1
        value = max(each for each, there in zip(reached, active, strict=True) if there)
        near = Fraction(NEAR) * max(Fraction(1), abs(value))
        tied = active & np.array([each >= value - near for each in reached], dtype=bool)
        caps = Held(own, exact.lower, np.where(active, _above(value), exact.upper))
        rows = (*held, caps) if ordered else held
        yield Claim(
            aim.number, "", level, own, active, tied, rows, value, step, together=ordered and not whole
        )
        if not ordered:
            return
        active = active & ~tied


def _as_it_is(own: Entries, point: Decimals) -> Held:
    upper = np.array([_above(value) for value in values(own, point)], dtype=np.float64)
    return Held(own, np.full(len(upper), -np.inf), upper)


def _exactly_as_it_is(own: Entries, point: Decimals) -> Held:
    reached = values(own, point)
    sides = [[side(value) for value in reached] for side in (_below, _above)]
    return Held(own, *(np.array(side, dtype=np.float64) for side in sides))


def _largest(held: Held) -> Held:
    there = np.isin(np.arange(len(held.entries)), held.entries.rows)
    most = held.upper[there].max(initial=-np.inf)
    return Held(held.entries, held.lower, np.where(there, most, np.inf))


def _above(value: Fraction) -> float:
    near = float(value)
    return near if Fraction(repr(near)) >= value else nextafter(near, np.inf)


def _below(value: Fraction) -> float:
    return -_above(-value)


def _steps(model: Model, own: Entries) -> list[Fraction]:
    """Of which each expression is always a multiple in whole places; zero where there is none."""
    whole = model.program.whole
    exact = Decimals.of(own.coefficients)
    found = []
    for start, stop in zip(own.starts[:-1].tolist(), own.starts[1:].tolist(), strict=True):
        known = bool(whole[own.columns[start:stop]].all()) and stop > start
        found.append(_common(exact[start:stop].fractions) if known else Fraction(0))
    return found


def _common(numbers: Sequence[Fraction]) -> Fraction:
    """Largest number of which all are multiples."""
    below = lcm(*(each.denominator for each in numbers))
    return Fraction(gcd(*(abs(each.numerator) * (below // each.denominator) for each in numbers)), below)
