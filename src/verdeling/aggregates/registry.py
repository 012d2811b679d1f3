"""What an aggregate is, and how a function becomes one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from verdeling.pursuit import Pursuit

if TYPE_CHECKING:
    from verdeling.measures import Vector
    from verdeling.policy import Goal
    from verdeling.program import Floats


@dataclass(frozen=True)
class Stage:
    """A part of a goal that was settled: what it is called and how it is measured at a point.

    Parameters
    ----------
    label : str
        Which part it is; empty when there is one.
    value : callable
        Its value at a point of the program.
    better : str, optional
        What is better of that value, where it is not what the measure says: ``lower`` of a loss.
    unit : str, optional
        Its unit, where it is not that of the measure.
    """

    label: str
    value: Callable[[Floats], float]
    better: Literal["lower", "higher"] | None = None
    unit: str | None = None


Settle = Callable[[Pursuit, "Vector", "Goal"], Iterator[Stage]]
"""Settles a vector in a pursuit and yields a stage after each part that is settled."""


@dataclass(frozen=True)
class Aggregate:
    """A way to make a vector one thing to optimise.

    Parameters
    ----------
    settle : callable
        From a pursuit, a vector and the goal, which states the parameters.
    fits : str
        ``lower``: only measures of which less is better, such as a load; ``higher``: only those of
        which more is better, such as coverage; ``any``: both.
    takes : tuple of str
        Parameters that the goal must state.
    grouped : bool
        Whether it looks at what group an element is about.
    spread : bool
        Whether it is about differences between elements: less is better, whatever the measure.
    claimants : int
        For rules about claims: how many claimants there may be at most; zero for other aggregates.
    """

    settle: Settle
    fits: Literal["lower", "higher", "any"] = "any"
    takes: tuple[str, ...] = ()
    grouped: bool = False
    spread: bool = False
    claimants: int = 0


AGGREGATES: dict[str, Aggregate] = {}
"""Aggregates by the name of their function."""


def aggregate(
    *,
    fits: Literal["lower", "higher", "any"] = "any",
    takes: tuple[str, ...] = (),
    grouped: bool = False,
    spread: bool = False,
    claimants: int = 0,
) -> Callable[[Settle], Settle]:
    """Register a function as an aggregate under its own name; see `Aggregate`."""

    def register(settle: Settle) -> Settle:
        AGGREGATES[settle.__name__.rstrip("_")] = Aggregate(settle, fits, takes, grouped, spread, claimants)
        return settle

    return register
