"""That the agreements of a conflict cannot hold together, from the files of a result and without a solver."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from verdeling.certifying.bounds import ruled_out
from verdeling.certifying.certificate import FILE
from verdeling.certifying.comparing import differences
from verdeling.certifying.faults import Fault
from verdeling.conflict import in_force, stated_conflict, used_by
from verdeling.statement import state_rules
from verdeling.verified import keeps

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from verdeling.certifying.certificate import Certificate, Sparse
    from verdeling.instance import Instance
    from verdeling.solution import Solution

How = Literal["exact", "rounded", "solver"]


@dataclass(frozen=True)
class Contradiction:
    """Agreements that cannot hold together, and how that is known.

    Parameters
    ----------
    members : tuple of str
        The agreements; none where there is no plan without any of them either.
    whole : bool
        Whether it is said of whole places only.
    how : {"exact", "rounded", "solver"}
        Proved in exact numbers, or in floating point beyond all rounding; or the word of a solver.
    needed : bool
        Whether for each of them the certificate has a plan that keeps all the others, to a millionth.
    """

    members: tuple[str, ...]
    whole: bool
    how: How
    needed: bool


class Contradicting:
    """An infeasible result on its way through all that is checked.

    Parameters
    ----------
    solution : Solution
        The result.
    instance : Instance
        What was to be divided, of one scenario.
    certificate : Certificate or None
        Its multipliers may be anything: wrong ones prove nothing.
    """

    def __init__(self, solution: Solution, instance: Instance, certificate: Certificate | None) -> None:
        self._solution, self._instance = solution, instance
        conflict = solution.conflict
        self.members = tuple(conflict.loc[conflict["in_conflict"], "agreement"])
        self.faults = [Fault("other_file", f"{name}.csv") for name in solution.tables]
        how, needed = None, frozenset(self.members)
        if certificate is not None and (certificate.proofs or len(certificate.flows)):
            self._wrong("it is about a division, and there is none")
        if certificate is not None and certificate.conflict is not None:
            how, needed = self._proved(certificate.conflict)
        self.faults += other_reasons(solution, needed)
        shown = certificate is not None and self._needed(certificate.without)
        self.found = Contradiction(self.members, solution.whole, how or "solver", shown)

    def _proved(self, kept: Sparse) -> tuple[How | None, frozenset[str]]:
        """How multipliers rule out every plan, and of which agreements they are."""
        model = state_rules(self._instance, self._solution.policy)
        try:
            multipliers = kept.full(model.program.row_count)
        except ValueError as error:
            self._wrong(str(error))
            return None, frozenset(self.members)
        how = ruled_out(model.program, multipliers)
        if how is None:
            self.faults.append(Fault("not_ruled_out", FILE))
        return how, used_by(model, multipliers)

    def _needed(self, plans: Sequence[Sparse]) -> bool:
        """Whether there is a plan without each of the agreements that keeps all the others."""
        if len(plans) != len(self.members):
            if plans:
                self._wrong("it has not as many plans as agreements in conflict")
            return False
        model = state_rules(self._instance, self._solution.policy)
        for each, plan in zip(self.members, plans, strict=True):
            try:
                point = plan.full(model.program.column_count)
            except ValueError as error:
                self._wrong(str(error))
                return False
            with in_force(model, {*self.members} - {each}) as program:
                kept = keeps(program, point)
            placed = point[model.program.whole] if self._solution.whole else np.empty(0)
            if not kept or (placed != np.round(placed)).any():
                self.faults.append(Fault("not_without", FILE, about={"agreement": each}))
                return False
        return True

    def _wrong(self, why: str) -> None:
        self.faults.append(Fault("certificate", FILE, about={"why": why}))


def other_reasons(solution: Solution, members: frozenset[str]) -> Iterator[Fault]:
    """Cells of the conflict that are not what they should be, and goals where there is no plan.

    Parameters
    ----------
    solution : Solution
        A result; with a plan it has no conflict.
    members : frozenset of str
        The agreements that are in conflict.
    """
    stated = {"conflict": solution.conflict, "goals": solution.goals}
    expected = {"conflict": solution.conflict[:0]}
    if solution.status == "infeasible":
        expected = {"conflict": stated_conflict(solution.instance, members), "goals": solution.goals[:0]}
    return differences(stated, expected, {})
