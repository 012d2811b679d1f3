"""The whole program of an instance under a policy, stated family by family."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from verdeling.aggregates.levels import ORDERED
from verdeling.aggregates.sums import SUMS
from verdeling.agreements import add_misses, add_named_suppliers
from verdeling.flows import FLOWS
from verdeling.formulation import FAMILIES, MOVES, VARIABLES, Model, Shares, add_family
from verdeling.goals import Aim, aims, check_goals
from verdeling.keys import fair_shares
from verdeling.measures import MEASURES, TASKS
from verdeling.memory import refuse_too_many_columns
from verdeling.numbering import number
from verdeling.program import Program
from verdeling.restating import Stating

if TYPE_CHECKING:
    from collections.abc import Callable

    from verdeling.instance import Instance
    from verdeling.numbering import Numbered
    from verdeling.policy import Keys, Policy
    from verdeling.vectors import Vector


def state_rules(instance: Instance, policy: Policy) -> Model:
    """State the program of an instance of one scenario under the key of a policy, without its goals.

    Parameters
    ----------
    instance : Instance
        Restricted to one scenario (`Instance.in_scenario`).
    policy : Policy
        Gives the fair shares, which agreements may refer to.

    Raises
    ------
    PolicyError
        If the key does not fit the instance.
    """
    model = _unstated(instance, policy)
    for part in _parts().values():
        part(model)
    return model


def restate(instance: Instance, policy: Policy, earlier: Stating | None = None) -> Stating:
    """State the same as `state_rules`, to be stated again or from what was stated earlier.

    Parameters
    ----------
    instance : Instance
        Restricted to one scenario.
    policy : Policy
        Gives the fair shares.
    earlier : Stating, optional
        Of another instance, or under another policy.
    """
    stating = Stating(_unstated(instance, policy, earlier), policy, earlier)
    for name, part in _parts().items():
        stating.make(name, part)
    return stating


def measured(stating: Stating, policy: Policy) -> dict[tuple[str, str], Vector]:
    """The vectors of the goals of a policy and of all tasks, by measure and what it is over."""
    goals = [(goal.measure, goal.over or MEASURES[goal.measure].over[0]) for goal in policy.goal]
    tasks = [(f"relative_{task}", "municipality") for task in TASKS]
    found = {}
    for measure, over in dict.fromkeys([*goals, *tasks]):
        found[measure, over] = stating.make(f"{measure} over {over}", MEASURES[measure].vector, over)
    return found


def _unstated(instance: Instance, policy: Policy, earlier: Stating | None = None) -> Model:
    """A model without a program; one that has what an earlier one has is about as large."""
    if earlier is None:
        data = number(instance)
        _refuse_large(data, policy)
        return Model(data, _shares(data, policy.key), Program())
    known, before = earlier.model, earlier.policy
    data = number(instance, known.data)
    kept = data.municipalities is known.data.municipalities
    if not kept or before.goal != policy.goal:
        _refuse_large(data, policy)
    shares = known.shares if kept and before.key == policy.key else _shares(data, policy.key)
    return Model(data, shares, Program())


def _refuse_large(data: Numbered, policy: Policy) -> None:
    """Refuse what memory cannot hold."""
    tied = any(goal.aggregate not in (*SUMS, *ORDERED) for goal in policy.goal)
    refuse_too_many_columns(data, policy, tied=tied)


def _shares(data: Numbered, key: Keys) -> Shares:
    """Fair shares of each task under a key."""
    load = fair_shares(data.municipalities, key, years=data.years).to_numpy()
    built, support = (
        load if own is None else fair_shares(data.municipalities, own, years=data.years).to_numpy()
        for own in (key.building, key.support)
    )
    return Shares(load, built, support)


def _parts() -> dict[str, Callable[[Model], None]]:
    """What the rules are stated by, in this order."""
    families = {name: partial(add_family, name=name) for name in FAMILIES if name not in (*MOVES, *FLOWS)}
    return {**VARIABLES, "named suppliers": add_named_suppliers, "misses": add_misses, **families}


def state(instance: Instance, policy: Policy) -> tuple[Model, list[Aim]]:
    """State the program of an instance of one scenario, and the goals of a policy.

    Parameters
    ----------
    instance : Instance
        Restricted to one scenario (`Instance.in_scenario`).
    policy : Policy
        Gives the fair shares and the goals.

    Returns
    -------
    Model
        The stated program, ``model.program``, with its meaning.
    list of Aim
        The goals in their order; ``aim.vector`` holds their expressions.

    Raises
    ------
    PolicyError
        If the goals do not exist or the key does not fit the instance.
    """
    check_goals(policy)
    model = state_rules(instance, policy)
    return model, aims(model, policy)
