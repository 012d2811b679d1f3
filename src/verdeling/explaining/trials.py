"""What binds and what a little more would change: a limit in words, and the answer of solving again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from verdeling.amounts import from_to
from verdeling.explaining.asking.conditions import condition
from verdeling.explaining.asking.effects import effect
from verdeling.explaining.asking.moving import EUROS, given_way
from verdeling.explaining.freedom.held import TIE_BREAKS
from verdeling.language import counted, say, sentence
from verdeling.phrases import Wording

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from verdeling.explaining.asking.desk import Desk
    from verdeling.explaining.asking.effects import Effect
    from verdeling.names import Names

MANY = 10.0
"""A limit of ten times as much or more is moved by so many units, a smaller one by one."""

_MOST = 3
"""So many changes are told of each limit."""

_GIVES_WAY = {"<=": (1.0,), ">=": (-1.0,), "=": (1.0, -1.0)}
"""Which way a limit gives way."""


def tried(desk: Desk, told: Mapping[Any, Any], limits: pd.DataFrame, names: Names) -> str:
    """What alike limits are, and what would change if the largest of them gave way, found by solving again.

    Parameters
    ----------
    desk : Desk
        The solution reopened.
    told : mapping
        A row of `verdeling.limits.together`.
    limits : DataFrame
        The limits that it is made of, and others, as `verdeling.limits.binding_limits` gives them.
    names : Names
        What people call things, in the language of the sentences.
    """
    alike = limits[limits["row"].isin(told["rows"])].sort_values("limit", ascending=False, kind="stable")
    limit = alike.iloc[0].to_dict()
    answers = []
    for direction in _GIVES_WAY[limit["sense"]]:
        step = direction * _size(limit)
        answer = desk.ask(given_way(desk, limit, step))
        if answer is not None:
            what = effect(desk.answer, answer)
            answers.append(effect_sentence(what, _condition(limit, step, names), names))
    return " ".join([Wording(names).state(told), *answers])


def effect_sentence(what: Effect, condition: str, names: Names) -> str:
    """A condition, and then what would change, as far as two decimals show it.

    First come goals, then whose relative load changes most, then goals that only choose among plans that
    are otherwise as good.

    Parameters
    ----------
    what : Effect
        The changes.
    condition : str
        The first half of the sentence.
    names : Names
        What people call things, in the language of the sentence.
    """
    words = Wording(names)
    ties = what.goals["measure"].isin(TIE_BREAKS)
    first, last = (
        [words.change(stage) for stage in what.goals[chosen].to_dict("records")] for chosen in (~ties, ties)
    )
    told = [text for text in (*first, *_loads(what.loads, names), *last) if text][:_MOST]
    if not told:
        return sentence(say("if.hardly" if what else "if.nothing", names.lang, condition=condition))
    *others, last_one = told
    effects = say("and", names.lang, names=", ".join(others), last=last_one) if others else last_one
    return sentence(say("if.then", names.lang, condition=condition, effects=effects))


def _size(limit: Mapping[Any, Any]) -> float:
    if limit["unit"] == "EUR":
        return EUROS
    return MANY if limit["limit"] >= MANY * MANY else 1.0


def _condition(limit: Mapping[Any, Any], step: float, names: Names) -> str:
    """That a limit gives way; an agreement has been named before."""
    if limit["family"] != "agreement":
        return condition(limit, step, names)
    where, when = names.name("municipality", limit["municipality"]), limit["year"]
    return say(
        "if.gives_way",
        names.lang,
        amount=counted(f"unit.{limit['unit']}", abs(step), names.lang),
        where=say("in.place", names.lang, names=where) if where else "",
        when=say("in.year", names.lang, years=when) if when else "",
    )


def _loads(loads: pd.DataFrame, names: Names) -> list[str]:
    """Whose relative load would rise most and whose would fall most."""
    told: dict[str, str] = {}
    for row in loads.to_dict("records"):
        sides = from_to(row["before"], row["after"], "× fair share", names.lang)
        way = "rises" if row["change"] > 0 else "falls"
        if sides and way not in told:
            who = names.name("municipality", row["municipality"])
            told[way] = say(f"if.load.{way}", names.lang, who=who, **sides)
    return list(told.values())
