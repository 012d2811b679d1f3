"""Which input moves whom most: every amount a part higher and lower, one kind at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from verdeling.errors import Problem, VerdelingError
from verdeling.explaining.asking.desk import Desk
from verdeling.explaining.asking.effects import Effect, effect
from verdeling.instance import Instance
from verdeling.language import language, percent, say, sentence
from verdeling.names import Names

if TYPE_CHECKING:
    from verdeling.engine import Progress
    from verdeling.language import Language
    from verdeling.solution import Solution

INPUTS = {
    "needs": ("group", "households"),
    "supply": ("place_type", "places"),
    "support": ("provider", "hours"),
    "agreements": ("agreement", "value"),
}
"""Tables whose amounts swing, by which column together, and what."""

SWING_COLUMNS = ["input", "id", "part", "outcome", "moved", "municipality", "before", "after", "change"]
SWING_COLUMNS += ["goal", "stage", "measure", "aggregate", "goal_before", "goal_after", "goal_change"]


@dataclass(frozen=True, eq=False, repr=False)
class Swings:
    """What every input does to goals and loads when it is a part higher or lower.

    Parameters
    ----------
    instance : Instance
        As it is.
    table : DataFrame
        input (a table), id (whose amounts), part (0.1: ten percent higher), outcome (``changes``,
        ``same`` or ``impossible``), moved (sum over the municipalities of the changes of relative
        load, up and down, × fair share); municipality, before, after, change of the relative load
        that changes most; goal, stage, measure, aggregate, goal_before, goal_after, goal_change of
        the first goal that changes. What moves most comes first; what is impossible before all.
    effects : tuple of Effect
        Everything that changes, a row of the table each.
    """

    instance: Instance
    table: pd.DataFrame
    effects: tuple[Effect, ...]

    def sentences(self, lang: Language = "en") -> list[str]:
        """A sentence for each row that changes something."""
        names = Names.of(self.instance, language(lang))
        told = []
        for row, what in zip(self.table.to_dict("records"), self.effects, strict=True):
            who = names.name(INPUTS[row["input"]][0], row["id"])
            share = percent(abs(row["part"]), lang)
            key = "swing.up" if row["part"] > 0 else "swing.down"
            about = say(f"swing.{row['input']}", lang, who=who)
            condition = say(key, lang, about=about, part=share)
            if row["outcome"] == "impossible":
                told.append(sentence(say("if.impossible", lang, condition=condition)))
            elif row["outcome"] == "changes":
                told.append(what.sentence(condition, names))
        return told


def tornado(
    solution: Solution,
    part: float = 0.1,
    desk: Desk | None = None,
    *,
    progress: Progress = lambda phase, done, total: None,
) -> Swings:
    """Let every input swing by a part, up and down, and solve again each time.

    Inputs are the needs of a group, the supply of a place type, the hours of a provider and the value
    of an agreement; all rows of one swing together. Plans are fractional, so that amounts need not
    be whole.

    Parameters
    ----------
    solution : Solution
        One that is settled.
    part : float
        Above 0 and up to 1.
    desk : Desk, optional
        The solution reopened, where it is open already.
    progress : callable, optional
        Called with a phase (``ask``), what is done and out of how many.

    Returns
    -------
    Swings

    Raises
    ------
    VerdelingError
        If `part` is not above 0 and up to 1.
    NoSolutionError
        If the solution has no numbers, or was cut off by a time limit.
    """
    if not 0 < part <= 1:
        what, why = f"The part is {part:g}.", "Amounts go up and down by this part."
        problem = Problem("bad-part", what, why, "Give a part above 0 and up to 1, such as 0.1.")
        raise VerdelingError("Nothing can swing.", [problem])
    desk = desk or Desk.of(solution)
    tries = [
        (table, each, sign * part)
        for table, (column, _) in INPUTS.items()
        for each in sorted(desk.instance.tables[table][column].unique())
        for sign in (1, -1)
    ]
    found = []
    for done, each in enumerate(tries):
        progress("ask", done, len(tries))
        found.append(_swing(desk, *each))
    table = pd.DataFrame([row for row, _ in found], columns=SWING_COLUMNS)
    size = table["moved"].round(9).fillna(np.inf)
    order = size.sort_values(ascending=False, kind="stable").index
    effects = tuple(found[place][1] for place in order)
    return Swings(desk.instance, table.loc[order].reset_index(drop=True), effects)


def _swing(desk: Desk, table: str, each: str, part: float) -> tuple[tuple[object, ...], Effect]:
    """A row of the table, and all that changes."""
    column, amount = INPUTS[table]
    frame = desk.instance.tables[table]
    frame[amount] = frame[amount].where(frame[column] != each, frame[amount] * (1 + part))
    other = Instance(desk.instance.about, desk.instance.tables.replaced({table: frame}))
    answer = desk.ask_of(desk.state(other))
    if answer is None:
        nothing = effect(desk.answer, desk.answer)
        return (table, each, part, "impossible", np.nan, *_NOBODY, *_NO_GOAL), nothing
    what = effect(desk.answer, answer)
    heaviest = tuple(what.loads.iloc[0]) if len(what.loads) else _NOBODY
    first = tuple(what.goals.drop(columns="unit").iloc[0]) if len(what.goals) else _NO_GOAL
    moved = float(what.loads["change"].abs().sum())
    outcome = "changes" if what else "same"
    return (table, each, part, outcome, moved, *heaviest, *first), what


_NOBODY = ("", np.nan, np.nan, np.nan)
_NO_GOAL = (np.nan, "", "", "", np.nan, np.nan, np.nan)
