"""Steps that change amounts without a limit: correction, class mix, phase-in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from verdeling.errors import Problem

if TYPE_CHECKING:
    import numpy.typing as npt

    from verdeling.keys.attributes import Members
    from verdeling.keys.steps import Correction, PhaseIn, Shift

    Matrix = npt.NDArray[np.float64]

_CLOSE = 1e-12
_ROUNDS = 2000


def correct(
    members: Members, step: Correction, amounts: Matrix, total: float
) -> tuple[Matrix, float, list[Problem]]:
    """Add what was left undone and deduct what was done.

    Parameters
    ----------
    members : Members
        Whose amounts.
    step : Correction
        The attributes, and whether the total changes.
    amounts : array
        By municipality, of one class.
    total : float
        What they add up to.

    Returns
    -------
    tuple of array, float and list of Problem
        The amounts, what they add up to, and what makes it impossible.
    """
    change = sum((members[name] for name in step.add), np.zeros(len(amounts)))
    change = change - sum((members[name] for name in step.deduct), np.zeros(len(amounts)))
    net = float(change.sum())
    if total - net < 0 and step.total == "kept":
        problem = Problem(
            "correction-too-large",
            f"The step {step.label!r} adds {net:.10g}, and {total:.10g} is to be divided.",
            "With a total that is kept, corrections cannot add more than there is.",
            'Correct less, divide more, or let the total change (total = "changes").',
            value=f"{net:.10g}",
        )
        return amounts, total, [problem]
    if step.total == "changes":
        return amounts + change, total + net, []
    return amounts * ((total - net) / total if total else 0.0) + change, total, []


def shift(
    members: Members, step: Shift, names: list[str], amounts: Matrix, totals: Matrix
) -> tuple[Matrix, list[Problem]]:
    """Move the mix of classes of each municipality towards, or beyond, the region's.

    Parameters
    ----------
    members : Members
        Whose amounts.
    step : Shift
        Attributes with today's mix, and the factor.
    names : list of str
        Classes of the columns of `amounts`.
    amounts : array
        By municipality and class; what each municipality gets over the classes stays.
    totals : array
        By class; stays.

    Returns
    -------
    tuple of array and list of Problem
    """
    today = np.column_stack([members[step.mix[name]] for name in names])
    sums = today.sum(axis=1)
    empty = np.flatnonzero(sums <= 0)
    if len(empty):
        return amounts, [
            Problem(
                "no-mix",
                f"The step {step.label!r}: {members.ids[at]} has nothing in {', '.join(step.mix.values())}.",
                "A mix of classes follows from what there is in each class today.",
                "Mend the numbers.",
                table="municipalities",
                value=members.ids[at],
            )
            for at in empty
        ]
    mix = today / sums[:, None]
    regional = totals / (totals.sum() or 1.0)
    moved = np.maximum(mix + step.factor * (regional - mix), 0.0)
    fitted = fit(moved, amounts.sum(axis=1), totals)
    if fitted is None:
        problem = Problem(
            "no-fit",
            f"The step {step.label!r} finds no mix that keeps what each municipality and each class gets.",
            "Too many of the shifted shares are zero.",
            "Shift by a smaller factor, or mend the numbers.",
        )
        return amounts, [problem]
    return fitted, []


def fit(table: Matrix, rows: Matrix, columns: Matrix) -> Matrix | None:
    """Scale rows and columns in turn until both margins hold (iterative proportional fitting).

    Parameters
    ----------
    table : array
        By municipality and class; zeros stay zero.
    rows, columns : array
        What each row and column must add up to; both have the same sum.

    Returns
    -------
    array or None
        None where no such table exists.

    References
    ----------
    W. E. Deming, F. F. Stephan, On a least squares adjustment of a sampled frequency table when the
    expected marginal totals are known. Annals of Mathematical Statistics 11(4), 1940.
    doi:10.1214/aoms/1177731829
    """
    fitted = table.copy()
    allowed = _CLOSE * max(1.0, float(columns.sum()))
    for _ in range(_ROUNDS):
        sums = fitted.sum(axis=1)
        fitted *= np.divide(rows, sums, out=np.zeros(len(rows)), where=sums > 0)[:, None]
        sums = fitted.sum(axis=0)
        fitted *= np.divide(columns, sums, out=np.zeros(len(columns)), where=sums > 0)
        if np.abs(fitted.sum(axis=1) - rows).max() <= allowed:
            return fitted if np.abs(fitted.sum(axis=0) - columns).max() <= allowed * len(rows) else None
    return None


def phase_in(
    members: Members, step: PhaseIn, name: str, amounts: Matrix, year: int | None
) -> tuple[Matrix, list[Problem]]:
    """Amounts on the way from today's shares to the key's.

    Parameters
    ----------
    members : Members
        Whose amounts.
    step : PhaseIn
        Today's shares and the number of years.
    name : str
        The class.
    amounts : array
        By municipality, of the class.
    year : int, optional
        In the place of the one that the step states.

    Returns
    -------
    tuple of array and list of Problem
        Amounts with the same sum, and what makes it impossible.
    """
    chosen = year if year is not None else step.year
    part = 1.0 if chosen is None else min(chosen / step.years, 1.0)
    attribute = step.today[name] if isinstance(step.today, dict) else step.today
    today = members[attribute]
    if not today.any():
        problem = Problem(
            "zero-attribute",
            f"The step {step.label!r} starts from {attribute!r}, which is zero for every municipality.",
            "Nothing can be shared in proportion to zeros.",
            "Mend the numbers, or take the step out of the key.",
            table="municipalities",
            column=attribute,
        )
        return amounts, [problem]
    return part * amounts + (1.0 - part) * today / today.sum() * amounts.sum(), []
