"""What is compared: policies, scenarios and a baseline, read and checked before anything is solved."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from verdeling.errors import InstanceError, PolicyError, Problem, VerdelingError, nearest
from verdeling.goals import check_goals
from verdeling.keys import fair_shares
from verdeling.policy import Policy, policy_names, read_policy

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from verdeling.instance import Instance

_REFUSED = "The policies cannot be compared."


@dataclass(frozen=True, eq=False)
class Choice:
    """What is compared, and by which fair shares.

    Parameters
    ----------
    policies : tuple of Policy
        At least one, each name once.
    scenarios : tuple of str
        Each once; one empty name where the instance has none.
    yardstick : str
        Name of the first policy whose key fits the instance; empty if none does.
    shares : Series
        Its fair shares, by municipality.
    """

    policies: tuple[Policy, ...]
    scenarios: tuple[str, ...]
    yardstick: str
    shares: pd.Series[float]


def choose(
    instance: Instance,
    policies: Sequence[Policy | str | Path] | None = None,
    scenarios: Sequence[str] | None = None,
    baseline: str | None = None,
) -> Choice:
    """Read and check what is to be compared.

    Parameters
    ----------
    instance, policies, scenarios, baseline
        As for `verdeling.comparison.compare`.

    Returns
    -------
    Choice
        All there is to know before solving.

    Raises
    ------
    PolicyError
        If a policy or the baseline is not known, a policy cannot be read, has goals that do not exist
        or occurs twice, or there is none; with these problems and those of the scenarios.
    InstanceError
        If a scenario is not known, occurs twice or has no needs.
    """
    chosen, problems = _policies(policies)
    if baseline and not problems and baseline not in (names := [policy.name for policy in chosen]):
        why, remedy = "Gains and losses are counted from it.", "Name one of the policies that are compared."
        what = f"The baseline {baseline} is not compared."
        problems.append(
            Problem("no-policy", what, why, f"{remedy} {nearest(baseline, names)}", value=baseline)
        )
    found, others = _scenarios(instance, scenarios)
    if problems:
        raise PolicyError(_REFUSED, [*problems, *others])
    if others:
        raise InstanceError(_REFUSED, others)
    yardstick, shares = _yardstick(instance, chosen)
    return Choice(tuple(chosen), tuple(found), yardstick, shares)


def _policies(asked: Sequence[Policy | str | Path] | None) -> tuple[list[Policy], list[Problem]]:
    """The policies, and all that is wrong with them."""
    chosen: list[Policy] = []
    problems: list[Problem] = []
    for each in policy_names() if asked is None else asked:
        try:
            policy = each if isinstance(each, Policy) else read_policy(each)
            check_goals(policy)
            chosen.append(policy)
        except PolicyError as error:
            problems += error.problems
    if not (chosen or problems):
        remedy = "Name at least one; without any named, all in models/ are compared."
        problems.append(Problem("no-policy", "There is no policy.", "There is nothing to compare.", remedy))
    why, remedy = (
        "Rows of both could not be told apart.",
        "Name each policy once, and give each its own name.",
    )
    twice = _twice([policy.name for policy in chosen])
    problems += [
        Problem("policy-twice", f"There are {count} policies {name}.", why, remedy, value=name)
        for name, count in twice
    ]
    return chosen, problems


def _scenarios(instance: Instance, asked: Sequence[str] | None) -> tuple[list[str], list[Problem]]:
    """The scenarios, and all that is wrong with them."""
    found: list[str] = []
    problems = [
        Problem("scenario-twice", f"The scenario {name} is named {count} times.",
                "Its rows could not be told apart.", "Name each scenario once.", value=name)
        for name, count in _twice(list(asked or []))
    ]  # fmt: skip
    for name in [None] if asked is None else dict.fromkeys(asked):
        try:
            one = instance.in_scenario(name)
        except InstanceError as error:
            problems += error.problems
            continue
        scenario = one.about.scenario if instance.scenarios else ""
        found.append(scenario)
        if not one.tables["needs"]["households"].sum():
            what = f"Scenario {scenario} has no needs." if scenario else "The instance has no needs."
            why, remedy = "There is nothing to divide.", "Add rows to needs, or leave the scenario out."
            problems.append(Problem("no-needs", what, why, remedy, table="needs", value=scenario))
    return found, problems


def _twice(names: list[str]) -> Iterator[tuple[str, int]]:
    return ((name, count) for name, count in Counter(names).items() if count > 1)


def _yardstick(instance: Instance, policies: list[Policy]) -> tuple[str, pd.Series[float]]:
    """The first policy whose key fits, and its fair shares; others fail when they are solved."""
    municipalities = instance.tables["municipalities"]
    for policy in policies:
        try:
            shares = fair_shares(municipalities, policy.key, years=len(instance.about.years))
        except VerdelingError:
            continue
        return policy.name, shares.set_axis(municipalities["municipality"])
    return "", pd.Series(dtype=float)
