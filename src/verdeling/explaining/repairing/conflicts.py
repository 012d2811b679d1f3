"""Conflicts that share no agreement: each is a reason of its own why an instance is impossible."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from verdeling.conflict import Known, smallest_conflict
from verdeling.errors import Problem, SolverError
from verdeling.explaining.repairing.timed import Timed
from verdeling.language import language, say
from verdeling.names import Names
from verdeling.policy import Policy, read_policy
from verdeling.program import NOTHING
from verdeling.solvers import find_solver
from verdeling.statement import state_rules
from verdeling.statements import agreed

if TYPE_CHECKING:
    from pathlib import Path

    from verdeling.instance import Instance
    from verdeling.language import Language

SECOND = "PULP_CBC_CMD"
"""Solver that must agree before a conflict is said to be one of whole places only."""

_COLUMNS = ["conflict", "agreement", "text", "text_nl", "source", "in_whole_places", "smallest", "confirmed"]


@dataclass(frozen=True, eq=False, repr=False)
class Conflicts:
    """Conflicts of an instance, no two with an agreement in common.

    Parameters
    ----------
    instance : Instance
        Of one scenario.
    members : DataFrame
        conflict (1 first), agreement, text, text_nl, source, in_whole_places (whether they can hold
        together in fractional places). Those of one conflict cannot hold together, and can without any
        one of them; smallest is False where time ran out before that last was known of each. confirmed
        is False where time ran out before a second solver agreed about whole places.
    complete : bool
        Whether the agreements outside the conflicts can hold together; False when time ran out before
        that was known.
    """

    instance: Instance
    members: pd.DataFrame
    complete: bool

    @property
    def count(self) -> int:
        """How many conflicts there are."""
        return int(self.members["conflict"].nunique())

    def sentences(self, lang: Language = "en") -> list[str]:
        """Each conflict, agreement by agreement, and whether there may be more."""
        names = Names.of(self.instance, language(lang))
        told = [] if self.count or not self.complete else [say("repair.needless", lang)]
        for number, members in self.members.groupby("conflict"):
            places = say("conflict.whole", lang) if members["in_whole_places"].any() else ""
            key = "conflicts.one" if len(members) == 1 else "conflicts.several"
            key = key if members["smallest"].all() else "conflicts.unreduced"
            told.append(say(key, lang, number=number, count=len(members), places=places))
            told += [] if members["confirmed"].all() else [say("conflicts.unconfirmed", lang)]
            for agreement, source in members[["agreement", "source"]].itertuples(index=False):
                told.append(agreed(names, agreement, source))
        if not self.complete:
            told.append(say("conflicts.more", lang))
        elif self.count:
            told.append(say("conflicts.rest", lang))
        return told

    def __repr__(self) -> str:
        return f"<Conflicts of {self.instance.about.name}: {self.count}>"


def conflicts_apart(
    instance: Instance,
    policy: Policy | str | Path = "leximin",
    *,
    scenario: str | None = None,
    whole: bool = True,
    solver: str = "HiGHS",
    time_limit: float | None = None,
) -> Conflicts:
    """Smallest conflicts that share no agreement, until the agreements that are left can hold together.

    After each conflict its agreements are left out and what remains is asked again: first in
    fractional places, then, where these do, in whole ones. What is impossible in whole places only, a
    second solver has confirmed.

    Parameters
    ----------
    instance : Instance
        What is to be divided.
    policy : Policy, str or Path
        Its key gives the fair shares that agreements may refer to.
    scenario : str, optional
        One of ``instance.scenarios``.
    whole : bool
        Whether places must be whole.
    solver : str
        As for `verdeling.engine.solve`.
    time_limit : float, optional
        Seconds after which what was found is given, and what is not known is said.

    Returns
    -------
    Conflicts
        Without members where the instance has a plan.

    Raises
    ------
    InstanceError, PolicyError
        If the scenario or policy does not exist or does not fit the instance.
    SolverError
        If two solvers disagree about whole places.
    """
    timed, second = (Timed(find_solver(name), time_limit) for name in (solver, SECOND))
    stated = policy if isinstance(policy, Policy) else read_policy(policy)
    chosen = instance.in_scenario(scenario)
    found: list[pd.DataFrame] = []
    rest, complete = chosen, False
    while (members := _next(rest, stated, timed, second, whole=whole)) is not None:
        if members.empty:
            complete = True
            break
        found.append(members.assign(conflict=len(found) + 1))
        agreements = rest.tables["agreements"]
        rest = rest.replace(agreements=agreements[~agreements["agreement"].isin(members["agreement"])])
    table = pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=_COLUMNS)
    return Conflicts(chosen, table[_COLUMNS], complete)


def _next(
    instance: Instance, policy: Policy, asked: Timed, second: Timed, *, whole: bool
) -> pd.DataFrame | None:
    """A conflict among the agreements of an instance; empty where they can hold together, None if unknown."""
    model = state_rules(instance, policy)
    for in_whole in (False, True) if whole else (False,):
        status = asked.minimise(model.program, NOTHING, whole=in_whole).status
        if status == "infeasible":
            found = smallest_conflict(Known(model), asked, whole=in_whole).agreements
            members = found[found["in_conflict"]].assign(in_whole_places=in_whole, smallest=not asked.cut_off)
            names = list(members["agreement"])
            return members.assign(confirmed=not in_whole or _confirmed(instance, policy, second, names))
        if status == "time_limit":
            return None
    return pd.DataFrame(columns=_COLUMNS)


def _confirmed(instance: Instance, policy: Policy, second: Timed, members: list[str]) -> bool:
    """Whether a second solver says in time that these agreements alone are impossible in whole places."""
    agreements = instance.tables["agreements"]
    alone = instance.replace(agreements=agreements[agreements["agreement"].isin(members)])
    outcome = second.minimise(state_rules(alone, policy).program, NOTHING, whole=True)
    if outcome.status not in ("infeasible", "time_limit"):
        raise SolverError(
            "Two solvers disagree whether there is a plan in whole places.",
            [
                Problem(
                    "solvers-disagree",
                    f"{SECOND} finds a plan that keeps {', '.join(members)}.",
                    "An unproved 'impossible' must not reach a meeting.",
                    f"Solve with solver={SECOND!r}, and report the instance.",
                )
            ],
        )
    return outcome.status == "infeasible"
