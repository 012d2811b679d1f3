"""What differs between two optima: goals, and who carries more or less."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from verdeling.amounts import from_to
from verdeling.language import listed, say, sentence
from verdeling.phrases import Wording

if TYPE_CHECKING:
    from collections.abc import Iterator

    from verdeling.explaining.asking.desk import Answer
    from verdeling.goals import Reached
    from verdeling.names import Names

SAME = 1e-7
"""Changes up to this, relative to ``max(1, |value|)``, are rounding."""

GOALS = ["goal", "stage", "measure", "aggregate", "unit", "before", "after", "change"]
CARRIED = ["municipality", "before", "after", "change"]

_TOLD = 2


@dataclass(frozen=True, eq=False)
class Effect:
    """What a change does, at the fractional optimum.

    Parameters
    ----------
    goals : DataFrame
        goal, stage, measure, aggregate, unit, before, after, change: stages of goals that change, in
        their order.
    loads : DataFrame
        municipality, before, after, change: relative loads that change (× fair share), the largest
        change first.
    """

    goals: pd.DataFrame
    loads: pd.DataFrame

    def __bool__(self) -> bool:
        return bool(len(self.goals) or len(self.loads))

    def phrases(self, names: Names) -> list[str]:
        """The first goals that change and whose load changes most, as far as two decimals show it."""
        words, lang = Wording(names), names.lang
        told: list[str] = []
        for row in self.goals.to_dict("records"):
            sides = from_to(row["before"], row["after"], row["unit"], lang)
            if sides and len(told) < _TOLD:
                about = words.goal(row["measure"], row["aggregate"], row["stage"])
                told.append(say(_way("goal", row["change"]), lang, goal=about, **sides))
        for row in self.loads.head(1).to_dict("records"):
            sides = from_to(row["before"], row["after"], "× fair share", lang)
            if sides:
                who = names.name("municipality", row["municipality"])
                told.append(say(_way("load", row["change"]), lang, who=who, **sides))
        return told

    def sentence(self, condition: str, names: Names) -> str:
        """What the change does, after its condition."""
        told = self.phrases(names)
        if told:
            effects = listed(told, names.lang, most=len(told))
            return sentence(say("if.then", names.lang, condition=condition, effects=effects))
        return sentence(say("if.hardly" if self else "if.nothing", names.lang, condition=condition))


def effect(before: Answer, after: Answer) -> Effect:
    """What differs between two optima of the same goals."""
    rows = []
    found = {(stage.aim.number, stage.stage): value for stage, value in _stages(after)}
    for stage, value in _stages(before):
        then = found.get((stage.aim.number, stage.stage), np.nan)
        goal = stage.aim.goal
        about = (stage.aim.number, stage.stage, goal.measure, goal.aggregate, stage.unit)
        if not abs(then - value) <= SAME * max(1.0, abs(value)):
            rows.append((*about, value, then, then - value))
    return Effect(pd.DataFrame(rows, columns=GOALS), _moved(before.loads, after.loads))


def _moved(before: pd.Series[float], after: pd.Series[float]) -> pd.DataFrame:
    """Loads that change, the largest change first; who is not there carries nothing."""
    ids = before.index.union(after.index)
    was, then = (loads.reindex(ids, fill_value=0.0).to_numpy(np.float64) for loads in (before, after))
    change = then - was
    order = np.argsort(-np.round(np.abs(change), 9), kind="stable")
    order = order[np.abs(change[order]) > 10 * SAME]
    moved = {"municipality": ids[order], "before": was[order], "after": then[order], "change": change[order]}
    return pd.DataFrame(moved, columns=CARRIED)


def _stages(answer: Answer) -> Iterator[tuple[Reached, float]]:
    return zip(answer.reached, answer.reaches.tolist(), strict=True)


def _way(what: str, change: float) -> str:
    return f"if.{what}.{'rises' if change > 0 else 'falls'}"
