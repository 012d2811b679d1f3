"""Why an instance is infeasible: agreements that cannot hold together."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from verdeling.certifying.bounds import impossible
from verdeling.program import NOTHING
from verdeling.verified import keeps

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    import pandas as pd

    from verdeling.formulation import Model
    from verdeling.instance import Instance
    from verdeling.program import Floats, Program
    from verdeling.solvers.protocol import Solver


@dataclass(frozen=True, eq=False)
class Known:
    """An infeasible program, and what is known of it already.

    Parameters
    ----------
    model : Model
        Without goals.
    plan : array, optional
        A point that may keep all agreements but one, so that nobody need look for another.
    ray : array, optional
        Multipliers of its rows that may prove that it has no point.
    """

    model: Model
    plan: Floats | None = None
    ray: Floats | None = None


@dataclass(frozen=True, eq=False)
class Conflict:
    """Hard agreements that contradict each other.

    Parameters
    ----------
    agreements : DataFrame
        agreement, text, text_nl, source, in_conflict: the hard agreements. When the instance is infeasible
        without any of them, none is in conflict.
    proof : Proof or None
        That those in conflict cannot hold together; None where nothing proves it, as in whole places.
    """

    agreements: pd.DataFrame
    proof: Proof | None

    @property
    def members(self) -> list[str]:
        """Those in conflict."""
        return [*self.agreements.loc[self.agreements["in_conflict"], "agreement"]]


@dataclass(frozen=True, eq=False)
class Proof:
    """Multipliers of the rows that rule out every point; see `verdeling.certifying.bounds.impossible`.

    ``members`` are the hard agreements that have any: these alone cannot hold together.
    """

    members: frozenset[str]
    multipliers: Floats


def smallest_conflict(known: Known, solver: Solver, *, whole: bool) -> Conflict:
    """Hard agreements that contradict each other, none of which can be missed from the conflict.

    A deletion filter: an agreement without which the rest is still infeasible is left out for good.
    What remains is infeasible together, and feasible without any one of them. An agreement that a proof
    does without is left out without asking, as the proof holds without it.

    Parameters
    ----------
    known : Known
        The program.
    solver : Solver
        Who answers whether it is feasible.
    whole : bool
        Whether it is infeasible in whole numbers only.
    """
    model, plan = known.model, None if whole else known.plan
    hard = _hard(model)
    kept, proof = hard, None if whole else _first_proof(known, solver, hard)
    for suspect in hard:
        without = [name for name in kept if name != suspect]
        if proof is not None and suspect not in proof.members:
            kept = without
            continue
        with in_force(model, without) as program:
            if plan is not None and keeps(program, plan):
                continue
            outcome = solver.minimise(program, NOTHING, whole=whole)
        if outcome.status == "infeasible":
            kept, proof = without, _proof(model, without, outcome.ray)
    return Conflict(stated_conflict(model.data.instance, kept), proof)


def stated_conflict(instance: Instance, members: Collection[str]) -> pd.DataFrame:
    """The hard agreements of an instance, and whether each is one of the members of a conflict."""
    agreements = instance.tables["agreements"]
    tried = agreements[agreements["strength"] == "hard"][["agreement", "text", "text_nl", "source"]]
    return tried.assign(in_conflict=tried["agreement"].isin([*members])).reset_index(drop=True)


@contextmanager
def in_force(model: Model, names: Collection[str]) -> Iterator[Program]:
    """The program while no hard agreements but these are in force; those that are not hard stay in it."""
    program = model.program
    block = program.families()["agreement"][0]
    lower, upper = program.row_lower, program.row_upper
    lifted = block.start + np.flatnonzero(np.isin(_owners(model), list({*_hard(model)} - {*names})))
    program.row_lower, program.row_upper = lower.copy(), upper.copy()
    program.row_lower[lifted], program.row_upper[lifted] = -np.inf, np.inf
    try:
        yield program
    finally:
        program.row_lower, program.row_upper = lower, upper


def _first_proof(known: Known, solver: Solver, names: list[str]) -> Proof | None:
    found = _proof(known.model, names, known.ray)
    return found or _proof(known.model, names, solver.minimise(known.model.program, NOTHING).ray)


def _proof(model: Model, names: list[str], ray: Floats | None) -> Proof | None:
    """The proof that some agreements cannot hold together; None where multipliers prove nothing."""
    if ray is None:
        return None
    members = used_by(model, ray) & {*names}
    with in_force(model, members) as program:
        return Proof(members, ray) if impossible(program, ray) else None


def used_by(model: Model, ray: Floats) -> frozenset[str]:
    """The agreements, hard or not, of which rows have a multiplier."""
    block = model.program.families()["agreement"][0]
    return frozenset(_owners(model)[ray[block.start : block.stop] != 0].tolist())


def _owners(model: Model) -> np.ndarray:
    """The agreement of each row of agreements."""
    names = np.array([clause.agreement for clause in model.clauses], dtype=object)
    return np.repeat(names, [len(clause.index) for clause in model.clauses])


def _hard(model: Model) -> list[str]:
    return [clause.agreement for clause in model.clauses if np.isinf(clause.penalty)]
