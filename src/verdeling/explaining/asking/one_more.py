"""One more and one less: what each limit that binds would change, found by solving again."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from verdeling.explaining.asking.conditions import condition
from verdeling.explaining.asking.desk import Desk
from verdeling.explaining.asking.effects import CARRIED, GOALS, SAME, Effect, effect
from verdeling.explaining.asking.moving import EUROS, beside, given_way
from verdeling.language import language, say, sentence
from verdeling.limits import binding_limits, repeated
from verdeling.names import Names
from verdeling.pursuit import OutOfTime

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import Any

    from verdeling.engine import Progress
    from verdeling.explaining.asking.desk import Answer
    from verdeling.language import Language
    from verdeling.solution import Solution

_ABOUT = ["row", "family", "agreement", "text", "text_nl", "region", "municipality", "group", "place_type"]
_ABOUT += ["supplier", "year", "provider", "project", "use", "sense", "limit", "unit", "tight"]


@dataclass(frozen=True, eq=False, repr=False)
class Margins:
    """What one more and one less of each binding limit would change, at the fractional optimum.

    Parameters
    ----------
    solution : Solution
        The fractional optimum that the changes start from.
    limits : DataFrame
        Binding limits in ids: row, family, their scope, use, sense, limit, unit, tight; priced
        (whether one more or one less changes any goal).
    steps : DataFrame
        row, step (added to the limit, in its unit), outcome (``changes``, ``same``, or
        ``impossible`` where no plan keeps the hard limits then), until (the last step tried, doubling
        each time, up to which every goal changes by the same amount per unit; NaN without changes).
    goals, loads : DataFrame
        row and step with the columns of `verdeling.explaining.asking.effects.Effect`.
    complete : bool
        Whether every limit was asked about; those that were not are not in ``limits``.
    """

    solution: Solution
    limits: pd.DataFrame
    steps: pd.DataFrame
    goals: pd.DataFrame
    loads: pd.DataFrame
    complete: bool = True

    def of(self, row: int, step: float) -> Effect:
        """The effect of a step of a limit."""
        kept = [
            frame[(frame["row"] == row) & (frame["step"] == step)].drop(columns=["row", "step"])
            for frame in (self.goals, self.loads)
        ]
        return Effect(*kept)

    def sentences(self, lang: Language = "en") -> list[str]:
        """A sentence for each step that changes something, in the order of ``limits``."""
        names = Names.of(self.solution.instance, language(lang))
        limits = self.limits.set_index("row", drop=False)
        told = []
        for row, step, outcome in self.steps[["row", "step", "outcome"]].itertuples(index=False):
            said = condition(limits.loc[row].to_dict(), step, names)
            if outcome == "impossible":
                told.append(sentence(say("if.impossible", names.lang, condition=said)))
            elif outcome == "changes":
                told.append(self.of(row, step).sentence(said, names))
        return told


def one_more(
    solution: Solution,
    rows: Iterable[int] | None = None,
    most: float = 1,
    desk: Desk | None = None,
    *,
    progress: Progress = lambda phase, done, total: None,
) -> Margins:
    """Move each binding limit by one unit of its own, up and down, and solve again.

    Each change is that of the fractional optimum with the limit moved: a true statement about whole
    units, where a dual is one about an infinitely small step. What is given in whole places may differ.
    A limit of money moves by `EUROS`. Less than nothing is not offered, so a limit of zero moves up
    only; a minimum of a project moves down only. The solution may be in whole places; limits are
    those that bind the fractional optimum.

    Parameters
    ----------
    solution : Solution
        One that is settled.
    rows : iterable of int, optional
        Which limits, as positions in ``solution.rows["row"]``, in the order in which they are told;
        by default all that bind.
    most : float
        Up to how many units a change is followed, doubling each time, while each goal changes by the
        same amount per unit.
    desk : Desk, optional
        The solution reopened, where it is open already; under a deadline (`Desk.until`) what was found
        before is given.
    progress : callable, optional
        Called with a phase (``ask``), what is done and out of how many.

    Returns
    -------
    Margins

    Raises
    ------
    NoSolutionError
        If the solution has no numbers, or was cut off by a time limit.
    """
    desk = desk or Desk.of(solution)
    found = desk.plan
    limits = binding_limits(found).drop_duplicates("row")
    limits = limits[~repeated(limits, found.instance)]
    if rows is not None:
        order = {row: place for place, row in enumerate(rows)}
        limits = limits[limits["row"].isin(order)].sort_values("row", key=lambda column: column.map(order))
    limits = limits[_ABOUT].reset_index(drop=True)
    effects: dict[tuple[int, float], Effect] = {}
    steps: list[tuple[int, float, str, float]] = []
    complete = False
    with suppress(OutOfTime):
        for done, limit in enumerate(limits.to_dict("records")):
            progress("ask", done, len(limits))
            for row, step, outcome, until, what in [*_asked(desk, limit, most)]:
                steps.append((row, step, outcome, until))
                if what is not None:
                    effects[row, step] = what
        complete = True
    goals = _stacked({key: each.goals for key, each in effects.items()}, GOALS)
    loads = _stacked({key: each.loads for key, each in effects.items()}, CARRIED)
    table = pd.DataFrame(steps, columns=["row", "step", "outcome", "until"])
    limits = limits[limits["row"].isin(table["row"])].reset_index(drop=True)
    limits = limits.assign(priced=limits["row"].isin(goals["row"]))
    return Margins(found, limits, table, goals, loads, complete)


def _asked(
    desk: Desk, limit: Mapping[Any, Any], most: float
) -> Iterator[tuple[int, float, str, float, Effect | None]]:
    """Row and each step of a limit, with what comes of it."""
    for step in _steps(limit):
        yield limit["row"], step, *_tried(desk, limit, step, most)


def _steps(limit: Mapping[Any, Any]) -> list[float]:
    size = EUROS if limit["unit"] == "EUR" else 1.0
    if limit["family"] == "project_minimum":
        return [-size]
    return [size, -size] if limit["limit"] >= size else [size]


def _tried(
    desk: Desk, limit: Mapping[Any, Any], step: float, most: float
) -> tuple[str, float, Effect | None]:
    """What comes of a step, and up to which step it stays the same per unit."""
    row, sense = limit["row"], limit["sense"]
    widens = sense != "=" and (step > 0) == (sense == "<=")
    if widens and all(map(desk.priceless, [row, *beside(desk, limit)])):
        return "same", np.nan, None
    answer = desk.ask(given_way(desk, limit, step))
    if answer is None:
        return "impossible", np.nan, None
    what = effect(desk.answer, answer)
    if not what:
        return "same", np.nan, None
    return "changes", _until(desk, limit, step, most, answer), what


def _until(desk: Desk, limit: Mapping[Any, Any], step: float, most: float, first: Answer) -> float:
    """The last of the steps 1, 2, 4, … up to which every goal changes by the same amount per unit.

    The largest is tried first. Goals are convex in a limit, each where those before it are at their
    best: if all change evenly as far as there, they do so on the way.
    """
    unit = first.reaches - desk.answer.reaches
    room = 10 * SAME * np.maximum(1.0, np.abs(desk.answer.reaches))
    for power in range(int(np.log2(most)), 0, -1):
        size = 2.0**power
        if step < 0 and limit["limit"] + size * step < 0:
            continue
        answer = desk.ask(given_way(desk, limit, size * step))
        if answer is not None:
            change = (answer.reaches - desk.answer.reaches) / size
            if (np.abs(change - unit) <= room).all():
                return size * step
    return step


def _stacked(frames: Mapping[tuple[int, float], pd.DataFrame], columns: list[str]) -> pd.DataFrame:
    named = [frame.assign(row=row, step=step) for (row, step), frame in frames.items()]
    empty = pd.DataFrame(columns=["row", "step", *columns])
    return pd.concat(named, ignore_index=True)[list(empty)] if named else empty
