"""Classes of a key: each that it speaks of has a total, and each with a total is divided."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from verdeling.errors import PolicyError, Problem
from verdeling.keys.steps import Correction, Limit, PhaseIn, Shift

if TYPE_CHECKING:
    from verdeling.keys.data import Key
    from verdeling.keys.steps import AnyStep

_REFUSED = "The task cannot be divided."


def totals_of(total: int | Mapping[str, int] | None, key: Key) -> dict[str, int]:
    """What is to be divided, by class.

    Parameters
    ----------
    total : int, mapping of str to int, or None
        Places, or places by class; None: what the key states.
    key : Key
        Its classes and total.

    Returns
    -------
    dict of str to int
        One empty name where there are no classes.

    Raises
    ------
    PolicyError
        If there is no total, it is no number of places, or it is not what the classes add up to.
    """
    asked: int | None = None
    if isinstance(total, Mapping):
        totals: dict[str, int | None] = {str(name): each for name, each in total.items()}
    else:
        asked = total
        totals = dict(key.classes) or {"": key.total if asked is None else asked}
    problems = _total_problems(totals, asked, key)
    if problems:
        raise PolicyError(_REFUSED, problems)
    return {name: int(each or 0) for name, each in totals.items()}


def _total_problems(totals: Mapping[str, int | None], asked: int | None, key: Key) -> list[Problem]:
    if not totals or list(totals.values()) == [None]:
        why = "A key says how to divide, not how much."
        return [Problem("no-total", "There is no total.", why, "Give a total, or state it in the key.")]
    problems = [
        Problem(
            "bad-total",
            f"The total{f' of {name}' if name else ''} is {each}.",
            "Places are whole numbers from 0 to 10¹².",
            "Correct the total.",
            value=str(each),
        )
        for name, each in totals.items()
        if each is None or not 0 <= each <= 10**12 or each != int(each)
    ]
    added = sum(each or 0 for each in totals.values())
    if asked is not None and added != asked:
        listed = ", ".join(f"{name} {each}" for name, each in totals.items())
        what = f"The total is {asked}, and the classes of the key add up to {added} ({listed})."
        remedy = "Give a total per class, or leave the total out."
        problems.append(Problem("class-totals", what, "Both cannot hold.", remedy, value=str(asked)))
    return problems


def class_problems(key: Key, classes: list[str]) -> list[Problem]:
    """What a key says about classes that have no total, and classes that no component divides.

    Parameters
    ----------
    key : Key
        What it says.
    classes : list of str
        Classes with a total; one empty name where there are none.

    Returns
    -------
    list of Problem
    """
    named = {
        (component.label, name)
        for component in key.component
        if isinstance(component.weight, dict)
        for name in component.weight
    }
    named |= {(step.label, name) for step in key.step for name in _classes_of(step)}
    named |= {(trade.name, trade.class_) for trade in key.trade if trade.class_}
    problems = [
        Problem(
            "class-without-total",
            f"{label!r} speaks of the class {name!r}, which has no total.",
            "A class is divided only when it is said how much there is of it.",
            "State its total under [classes], or give a total per class in the call.",
            value=name,
        )
        for label, name in sorted(named)
        if name not in classes
    ]
    return problems + _unserved(key, classes)


def _classes_of(step: AnyStep) -> set[str]:
    stated: list[object] = [step.mix] if isinstance(step, Shift) else []
    stated += [step.today] if isinstance(step, PhaseIn) else []
    stated += [step.number, step.attribute, step.share_of, step.times] if isinstance(step, Limit) else []
    return set(step.classes) | {str(name) for each in stated if isinstance(each, dict) for name in each}


def _unserved(key: Key, classes: list[str]) -> list[Problem]:
    weights = [component.weight for component in key.component]
    problems = [
        Problem(
            "class-without-weight",
            f"No component has a weight for the class {name!r}.",
            "What nothing shares cannot be divided.",
            "Give at least one component a weight for it.",
            value=name,
        )
        for name in classes
        if all(isinstance(weight, dict) and name not in weight for weight in weights)
    ]
    for step in key.step:
        if isinstance(step, Correction) and len(classes) > 1 and len(step.classes) != 1:
            what = f"The step {step.label!r} does not say which class it corrects."
            remedy = f"State classes with one of: {', '.join(classes)}."
            problems.append(Problem("correction-of-classes", what, "Each class has its own total.", remedy))
        missing = set(step.classes or classes) - _phased(step, classes)
        problems += [
            Problem(
                "no-share-today",
                f"The step {step.label!r} states no attribute for the class {name!r}.",
                "Without today's shares there is nothing to start from.",
                "State it under today, or leave the class out with classes.",
                value=name,
            )
            for name in sorted(missing)
        ]
    return problems


def _phased(step: AnyStep, classes: list[str]) -> set[str]:
    """Classes for which a step knows today's share; all where it needs none."""
    return set(step.today) if isinstance(step, PhaseIn) and isinstance(step.today, dict) else set(classes)
