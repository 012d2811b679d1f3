"""Carrying out a key: components, then steps in their order, with every amount on the way."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from verdeling.errors import Problem
from verdeling.keys.adjustments import correct, fit, phase_in, shift
from verdeling.keys.classes import class_problems
from verdeling.keys.limits import Bounds, bind, refused, standing
from verdeling.keys.stages import Stage
from verdeling.keys.steps import Cap, Correction, Floor, Limit, PhaseIn, Round, Shift
from verdeling.keys.weighing import weighed
from verdeling.rounding import round_parts

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from verdeling.keys.attributes import Members
    from verdeling.keys.data import Component, Key
    from verdeling.keys.steps import AnyStep

    Matrix = npt.NDArray[np.float64]


@dataclass
class Reckoning:
    """Amounts as they stand, and how they came about.

    Parameters
    ----------
    members : Members
        The municipalities.
    classes : list of str
        Names of the classes; one empty name where there are none.
    asked : array
        What was to be divided before corrections, by class.
    amounts : array
        By municipality and class.
    whole : bool
        Whether rounding on the way is carried out.
    year : int, optional
        Year of a phase-in.
    """

    members: Members
    classes: list[str]
    asked: Matrix
    amounts: Matrix
    whole: bool
    year: int | None
    totals: Matrix = field(init=False)
    """What the amounts add up to, by class: corrections change it."""
    trail: list[Stage] = field(default_factory=list)
    """Amounts after each component and step."""
    bounds: list[Bounds] = field(default_factory=list)
    """What floors and caps so far allow: by class, and last over all classes."""

    def __post_init__(self) -> None:
        """Start without corrections and limits."""
        self.totals = self.asked.copy()
        self.unbind()

    @cached_property
    def order(self) -> npt.NDArray[np.intp]:
        """Who comes first where rounding finds a tie: who has most by the components, then by name and id.

        With this order the one in which the municipalities stand in their table decides nothing.
        """
        given = [stage.amounts for stage in self.trail if stage.kind == "component"][-1].sum(axis=1)
        return np.lexsort((_ranks(self.members.ids), _ranks(self.members.shown), -given))

    def unbind(self) -> None:
        """Forget earlier floors and caps: the amounts now mean something else."""
        self.bounds = [Bounds.none(len(self.members)) for _ in [*self.classes, "all"]]

    def note(self, kind: str, stated: Component | AnyStep) -> None:
        """Remember the amounts after a component or step."""
        self.trail.append(Stage.of(kind, stated, self.amounts.copy()))

    def columns(self, names: tuple[str, ...]) -> list[int]:
        """Positions of classes; of all where none is named."""
        return [at for at, name in enumerate(self.classes) if not names or name in names]


def _ranks(names: list[str]) -> npt.NDArray[np.intp]:
    return np.unique(np.array(names, dtype=str), return_inverse=True)[1]


def reckon(
    members: Members,
    key: Key,
    totals: Mapping[str, float],
    *,
    whole: bool = True,
    year: int | None = None,
) -> Reckoning:
    """Carry out a key up to its final rounding.

    Parameters
    ----------
    members : Members
        The municipalities.
    key : Key
        What to carry out.
    totals : mapping of str to float
        By class; one empty name where there are none.
    whole : bool
        Whether rounding on the way is carried out; without it amounts stay fractions.
    year : int, optional
        Year of a phase-in, in the place of the one that the key states.

    Returns
    -------
    Reckoning

    Raises
    ------
    PolicyError
        If the key says something about classes that are not there, or steps are impossible; it names
        every limit that cannot hold.
    """
    classes = list(totals)
    problems = class_problems(key, classes)
    if problems:
        raise refused(problems)
    amounts = np.zeros((len(members), len(classes)))
    reckoning = Reckoning(members, classes, np.array(list(totals.values()), float), amounts, whole, year)
    for component, share in weighed(members, key, classes):
        reckoning.amounts += _rounded(component, share * reckoning.totals, whole=whole)
        reckoning.note("component", component)
    problems = _carry_out_all(reckoning, key)
    if problems:
        raise refused(problems)
    return reckoning


def _carry_out_all(reckoning: Reckoning, key: Key) -> list[Problem]:
    """Every step; a limit that cannot hold is left out, so that later ones are judged as well."""
    problems: list[Problem] = []
    for step in key.step:
        amounts, bounds = reckoning.amounts.copy(), list(reckoning.bounds)
        impossible = _carry_out(reckoning, step)
        undone = [] if impossible else _undone(reckoning, step)
        problems += impossible + undone
        if impossible and not isinstance(step, Limit):
            break  # what comes after it is about amounts that there are not
        if undone:
            reckoning.amounts, reckoning.bounds = amounts, bounds
        reckoning.note(step.do, step)
    return problems


def _rounded(component: Component, amounts: Matrix, *, whole: bool) -> Matrix:
    if not whole or component.rounding is None:
        return amounts
    columns = [round_parts(column, None, component.rounding) for column in amounts.T]
    return np.column_stack(columns).astype(np.float64)


def _carry_out(reckoning: Reckoning, step: AnyStep) -> list[Problem]:
    if isinstance(step, Floor | Cap):
        return _limit_all(reckoning, step) if step.over == "all" else _limit_each(reckoning, step)
    if isinstance(step, Round):
        return _round(reckoning, step)
    reckoning.unbind()
    if isinstance(step, Shift):
        return _shift(reckoning, step)
    return _change(reckoning, step)


def _limit_each(reckoning: Reckoning, step: Limit) -> list[Problem]:
    problems = []
    for at in reckoning.columns(step.classes):
        amounts, bounds, found = bind(
            reckoning.members,
            step,
            reckoning.classes[at],
            reckoning.amounts[:, at],
            float(reckoning.totals[at]),
            reckoning.bounds[at],
        )
        reckoning.amounts[:, at], reckoning.bounds[at] = amounts, bounds
        problems += found
    return problems


def _limit_all(reckoning: Reckoning, step: Limit) -> list[Problem]:
    sums, total = reckoning.amounts.sum(axis=1), float(reckoning.totals.sum())
    bound, bounds, problems = bind(reckoning.members, step, "", sums, total, reckoning.bounds[-1])
    if problems:
        return problems
    fitted = fit(reckoning.amounts, bound, reckoning.totals)
    if fitted is None:
        why = "Too many amounts are zero to keep both what municipalities and what classes get."
        remedy = "State the limit per class, or put this step before the steps that make amounts zero."
        return [Problem("no-fit", f"The step {step.label!r} cannot be spread over classes.", why, remedy)]
    reckoning.amounts, reckoning.bounds[-1] = fitted, bounds
    return []


def _undone(reckoning: Reckoning, step: AnyStep) -> list[Problem]:
    if isinstance(step, Round):
        return []
    amounts = reckoning.amounts
    problems = standing(reckoning.members, step.label, "", amounts.sum(axis=1), reckoning.bounds[-1])
    for at, name in enumerate(reckoning.classes):
        problems += standing(reckoning.members, step.label, name, amounts[:, at], reckoning.bounds[at])
    return problems


def below_zero(reckoning: Reckoning, label: str) -> list[Problem]:
    """Who would get less than nothing, just before amounts are rounded.

    Parameters
    ----------
    reckoning : Reckoning
        What rounding of the machine left a little below zero becomes zero.
    label : str
        What is about to round.

    Returns
    -------
    list of Problem
    """
    amounts = np.where(np.abs(reckoning.amounts) < 1e-9, 0.0, reckoning.amounts)
    reckoning.amounts = amounts
    return [
        Problem(
            "below-zero",
            f"Before {label!r} {reckoning.members.ids[at]} gets {amounts[at, name]:.10g}"
            + (f" in class {reckoning.classes[name]}." if reckoning.classes[name] else "."),
            "What was already done takes more than the key gives.",
            "Add a floor with number = 0 after the correction: the others then share what is too much.",
            value=reckoning.members.ids[at],
        )
        for at, name in np.argwhere(amounts < 0)
    ]


def _round(reckoning: Reckoning, step: Round) -> list[Problem]:
    problems = below_zero(reckoning, step.label) if reckoning.whole else []
    if reckoning.whole and not problems:
        for at in reckoning.columns(step.classes):
            reckoning.amounts[:, at] = whole_amounts(reckoning, at, step.rule, step.residue_to)
    return problems


def whole_amounts(reckoning: Reckoning, at: int, rule: str, residue_to: str | None) -> npt.NDArray[np.int64]:
    """Round the amounts of a class; those that a rule rounds one by one are not scaled to the total.

    Parameters
    ----------
    reckoning : Reckoning
        Amounts that are not negative.
    at : int
        Position of the class.
    rule : str
        A rule of `verdeling.rounding.rules`.
    residue_to : str or None
        Who takes a residue.

    Returns
    -------
    array of int
        By municipality.
    """
    order = reckoning.order
    to = np.flatnonzero(order == reckoning.members.position(residue_to))[0] if residue_to else None
    due = None if rule in ("up", "nearest", "down") else round(float(reckoning.totals[at]))
    scale = rule in ("largest_remainder", "webster", "dhondt")
    whole = np.empty(len(order), dtype=np.int64)
    whole[order] = round_parts(reckoning.amounts[order, at], due, rule, residue_to=to, scale=scale)
    return whole


def _shift(reckoning: Reckoning, step: Shift) -> list[Problem]:
    at = reckoning.columns(tuple(step.mix))
    names = [reckoning.classes[each] for each in at]
    amounts, problems = shift(reckoning.members, step, names, reckoning.amounts[:, at], reckoning.totals[at])
    reckoning.amounts[:, at] = amounts
    return problems


def _change(reckoning: Reckoning, step: Correction | PhaseIn) -> list[Problem]:
    problems: list[Problem] = []
    for at in reckoning.columns(step.classes):
        amounts = reckoning.amounts[:, at]
        if isinstance(step, PhaseIn):
            name = reckoning.classes[at]
            amounts, found = phase_in(reckoning.members, step, name, amounts, reckoning.year)
        else:
            total = float(reckoning.totals[at])
            amounts, reckoning.totals[at], found = correct(reckoning.members, step, amounts, total)
        reckoning.amounts[:, at] = amounts
        problems += found
    return problems
