"""What a decision under uncertainty is about: scenarios, probabilities and a policy, checked beforehand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from verdeling.aggregates.levels import LEVELS
from verdeling.aggregates.sums import SUMS
from verdeling.errors import InstanceError, PolicyError, Problem
from verdeling.instance import Instance
from verdeling.uncertainty.scenario import SPREADS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from verdeling.policy import Policy

ALIKE = ("municipalities", "groups", "place_types")
"""Tables that are the same in every scenario."""


@dataclass(frozen=True, eq=False)
class Foreseen:
    """Scenarios that can come true.

    Parameters
    ----------
    names : tuple of str
        The name of the scenario; of instances without one, the name of the instance.
    instances : tuple of Instance
        Each of one scenario.
    probabilities : tuple of float
        Above zero; together 1.
    reference : Instance
        For which somebody would plan who does not look at the others.
    """

    names: tuple[str, ...]
    instances: tuple[Instance, ...]
    probabilities: tuple[float, ...]
    reference: Instance


def foresee(
    instances: Instance | Sequence[Instance],
    probabilities: Sequence[float] | None,
    reference: Instance | str | None,
) -> Foreseen:
    """Read and check scenarios.

    Parameters
    ----------
    instances, probabilities, reference
        As for `verdeling.uncertainty.two_stage.solve_two_stage`.

    Returns
    -------
    Foreseen
        All there is to know before solving.

    Raises
    ------
    InstanceError
        With everything that is wrong.
    """
    single = isinstance(instances, Instance)
    chosen = (
        [instances.in_scenario(name) for name in instances.scenarios or (None,)]
        if isinstance(instances, Instance)
        else [each.in_scenario() for each in instances]
    )
    names = [(single and each.about.scenario) or each.about.name for each in chosen]
    stated = [1 / max(len(chosen), 1)] * len(chosen) if probabilities is None else [*probabilities]
    problems = [*_misstated(names, stated)]
    against = chosen[0] if chosen else None
    if isinstance(reference, Instance):
        against = reference.in_scenario()
    elif reference is not None and reference not in names:
        what = f"The reference {reference} is none of the scenarios."
        problems.append(_problem("no-reference", what, f"Name one of {', '.join(names)}."))
    elif reference is not None:
        against = chosen[names.index(reference)]
    elif isinstance(instances, Instance) and instances.about.scenario in names:
        against = chosen[names.index(instances.about.scenario)]
    if against is not None:
        problems += _different(against, chosen, names)
    if problems or against is None:
        raise InstanceError("The scenarios cannot be planned for together.", problems)
    return Foreseen(tuple(names), tuple(chosen), tuple(stated), against)


def check_criteria(policy: Policy, criterion: str) -> None:
    """Refuse goals of which no expectation or regret is known here.

    Raises
    ------
    PolicyError
        With each of them.
    """
    known = (*SUMS, *LEVELS, *SPREADS) if criterion == "expected" else (*SUMS, *LEVELS)
    problems = [
        Problem(
            "no-expectation",
            f"Goal {number} asks for {goal.aggregate} of {goal.measure}.",
            f"What that is over several scenarios is not known for the criterion {criterion}.",
            f"Use one of {', '.join(known)}.",
            value=goal.aggregate,
        )
        for number, goal in enumerate(policy.goal, 1)
        if goal.aggregate not in known
    ]
    if criterion not in ("expected", "regret"):
        problems = [
            _problem("no-criterion", f"There is no criterion {criterion!r}.", "Say expected or regret.")
        ]
    if problems:
        raise PolicyError(f"Policy {policy.name!r} cannot plan for several scenarios.", problems)


def _misstated(names: list[str], probabilities: list[float]) -> Iterator[Problem]:
    if not names:
        yield _problem("no-scenarios", "There is no scenario.", "Give at least one.")
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield _problem("scenario-twice", f"There are several scenarios {name}.", "Give each its own name.")
    if len(names) != len(probabilities):
        what = f"There are {len(names)} scenarios and {len(probabilities)} probabilities."
        yield _problem("probabilities", what, "Give one for each scenario, in their order.")
    elif names and not (min(probabilities) > 0 and abs(sum(probabilities) - 1) <= 1e-9):
        said = ", ".join(f"{each:g}" for each in probabilities)
        what = f"The probabilities are {said}."
        yield _problem("probabilities", what, "Give numbers above 0 that sum to 1.")


def _different(reference: Instance, instances: list[Instance], names: list[str]) -> Iterator[Problem]:
    """Tables in which a scenario differs from the reference, though it may not."""
    for name, each in zip(names, instances, strict=True):
        if each.about.years != reference.about.years:
            yield _problem("other-years", f"Scenario {name} has other years.", "Give all the same horizon.")
        for table in ALIKE:
            if not each[table].equals(reference[table]):
                what = f"Scenario {name} has other {table.replace('_', ' ')}."
                yield _problem("other-tables", what, "Let only what is to come differ.")


def _problem(code: str, what: str, remedy: str) -> Problem:
    return Problem(code, what, "One building plan is made for all scenarios.", remedy)
