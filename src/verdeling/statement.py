"""The whole program of an instance under a policy, stated family by family."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verdeling.agreements import add_named_suppliers
from verdeling.flows import FLOWS
from verdeling.formulation import FAMILIES, MOVES, Model, Shares, add_family, add_variables
from verdeling.goals import Aim, aims, check_goals
from verdeling.keys import fair_shares
from verdeling.numbering import number
from verdeling.program import Program

if TYPE_CHECKING:
    from verdeling.instance import Instance
    from verdeling.policy import Policy


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
    data = number(instance)
    keys = (policy.key, policy.key.building or policy.key, policy.key.support or policy.key)
    shares = Shares(*(fair_shares(data.municipalities, key, years=data.years).to_numpy() for key in keys))
    model = Model(data, shares, Program())
    add_variables(model)
    add_named_suppliers(model)
    for name in FAMILIES:
        if name not in (*MOVES, *FLOWS):
            add_family(model, name)
    return model


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
