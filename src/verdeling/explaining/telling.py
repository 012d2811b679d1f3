"""The parts of an explanation, each as sentences and as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verdeling.errors import NoSolutionError, Problem, VerdelingError, nearest
from verdeling.explaining.freedom.words import alternative_sentences, room_sentences
from verdeling.language import say
from verdeling.names import Names
from verdeling.phrases import Wording
from verdeling.statements import estimates

if TYPE_CHECKING:
    import pandas as pd

    from verdeling.explaining.explanation import Explanation
    from verdeling.language import Language
    from verdeling.solution import Solution

PARTS = ("limits", "paths", "room", "alternatives", "conflict", "repairs", "notes")
"""Everything that can be told, in the order in which it is."""

USUAL = {True: ("limits", "paths", "room", "notes"), False: ("conflict", "repairs", "notes")}
"""What is told unless asked otherwise, where there is a plan and where there is none."""

_OF_A_PLAN = ("limits", "paths", "room", "alternatives")

_FEW = 6
"""So many limits are told about, unless all are asked for."""

_A_GOAL = 2
"""And of each goal, or stage of it, no more than so many."""


def refuse_part(part: str, solution: Solution) -> None:
    """Refuse a part that there is not, and one about a plan where there is none.

    Raises
    ------
    VerdelingError
        If there is no such part.
    NoSolutionError
        If it is about a plan, and there is none.
    """
    if part not in PARTS:
        why = f"What can be told is {', '.join(PARTS)}."
        problem = Problem("unknown-part", f"There is no part {part!r}.", why, nearest(part, PARTS))
        raise VerdelingError("That part cannot be explained.", [problem])
    if part in _OF_A_PLAN and not solution.has_numbers:
        what = f"The hard limits leave no plan, and {part} are of one."
        remedy = "Ask for conflict and repairs, and make one of the repairs."
        problem = Problem("no-plan", what, "Agreements contradict each other.", remedy)
        raise NoSolutionError(f"There is nothing to tell of {part}.", [problem])


def part_sentences(explanation: Explanation, part: str, lang: Language, *, every: bool) -> list[str]:
    """The sentences of a part.

    Parameters
    ----------
    explanation : Explanation
        What is explained.
    part : str
        One of `PARTS`.
    lang : {"nl", "en"}
        Language.
    every : bool
        Whether all limits are told about, instead of the most important ones.
    """
    match part:
        case "limits":
            return _limits(explanation, lang, every=every)
        case "paths":
            return explanation.paths.sentences(lang)
        case "room":
            return room_sentences(explanation.room, lang)
        case "alternatives":
            return alternative_sentences(explanation.alternatives, lang)
        case "conflict":
            return explanation.statements.conflict(lang)
        case "repairs":
            return explanation.repairs.sentences(lang)
    return _notes(explanation, lang)


def part_tables(explanation: Explanation, part: str, *, every: bool) -> dict[str, pd.DataFrame]:
    """The tables behind the sentences of a part, in ids, as copies.

    Parameters
    ----------
    explanation, part
        As for `part_sentences`.
    every : bool
        Whether limits have what one more and one less would change.
    """
    match part:
        case "limits":
            limits = explanation.answered if every else explanation.statements.limits
            return {"limits": limits.drop(columns=["reached", "rank"])}
        case "paths":
            return {"steps": explanation.paths.steps.copy()}
        case "room":
            return explanation.room.tables
        case "alternatives":
            return {"numbers": explanation.alternatives.tables["numbers"]}
        case "conflict":
            return {"conflict": explanation.solution.conflict.copy()}
        case "repairs":
            return {"concessions": explanation.repairs.concessions.drop(columns=["measure", "part", "cost"])}
    return {}


def _limits(explanation: Explanation, lang: Language, *, every: bool) -> list[str]:
    """What binds, what a little more of it would change, and how that was found."""
    statements, names = explanation.statements, Names.of(explanation.solution.instance, lang)
    chosen = statements.worth_telling() if every else statements.foremost(_A_GOAL).head(_FEW)
    limits, words = chosen.to_dict("records"), Wording(names)
    told = [explanation.tried(limit, names) for limit in limits]
    if told != [words.state(limit) for limit in limits]:
        told.append(say("note.solved_again", lang))
    return told or [say("note.free" if statements.limits.empty else "note.unpriced", lang)]


def _notes(explanation: Explanation, lang: Language) -> list[str]:
    """What is tight without a price, and what is estimated or soft."""
    statements = explanation.statements
    return [
        *statements.unpriced(lang),
        *estimates(explanation.solution.instance, lang),
        *statements.soft(lang),
    ]
