"""Making a certificate: a solver is asked for the multipliers that prove each claim."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from operator import itemgetter
from typing import TYPE_CHECKING

import numpy as np

from verdeling.apart import crew_for
from verdeling.certifying.bounds import Box, impossible
from verdeling.certifying.certificate import Certificate, Proof, Sparse
from verdeling.certifying.claiming import claims, tying
from verdeling.certifying.claims import Claim
from verdeling.certifying.cutting import Cutting, joined, placed
from verdeling.certifying.decimals import Decimals
from verdeling.certifying.judging import bound_of
from verdeling.certifying.multipliers import Prover
from verdeling.certifying.points import NOT_TOLD, point_of
from verdeling.certifying.worths import DIGITS, Finding
from verdeling.conflict import in_force
from verdeling.errors import NoSolutionError, Problem, VerdelingError
from verdeling.program import NOTHING, Objective
from verdeling.running.workers import spread
from verdeling.solvers import find_solver
from verdeling.splitting import split
from verdeling.statement import state, state_rules

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from verdeling.certifying.cutting import Piece, Proved
    from verdeling.formulation import Model
    from verdeling.goals import Aim
    from verdeling.program import Floats, Program
    from verdeling.solution import Solution
    from verdeling.solvers.protocol import Solver
    from verdeling.splitting import Parts, Place

    Numbers = tuple[Floats, Floats, Floats]


def certify(solution: Solution, *, solver: str = "HiGHS", jobs: int | None = 1) -> Certificate:
    """Find what proves the claims of a solution about its goals, or its conflict.

    For each goal, with all earlier goals at what the plan has of them, a linear program says what no
    plan can better; its multipliers prove that to anybody, by weak duality. In whole places they prove
    a gap: what fractions could better at most. Where parts of the program share nothing, each claim is
    one about each part. Of an infeasible solution it is multipliers by which the agreements in conflict
    cannot hold together, if any prove that: of what whole places alone forbid none do. That none of them
    can be missed is shown by plans that keep all the others.

    Parameters
    ----------
    solution : Solution
        With a plan, or infeasible.
    solver : str
        As for `verdeling.solve`; it need not be the one that found the plan.
    jobs : int, optional
        As for `verdeling.solve`: how many processes take parts that share nothing.

    Returns
    -------
    Certificate
        To be kept with the solution; `verdeling.verify_result` reads it.

    Raises
    ------
    NoSolutionError
        If the solution is unsolved.
    """
    digests = solution.instance.digest, solution.policy.digest
    if solution.status == "infeasible":
        return Certificate(*digests, (), np.empty(0), *_of_conflict(solution, find_solver(solver)))
    if not solution.has_numbers:
        problem = Problem(
            "no-numbers",
            f"Its status is {solution.status}.",
            "A certificate is about a plan, or about why there is none.",
            "Certify a solution that has one.",
        )
        raise NoSolutionError("There is nothing to certify.", [problem])
    model, goals = state(solution.instance, solution.policy)
    flows = _flows(model, solver, point_of(model, solution.tables), goals)
    point = Decimals.of(point_of(model, solution.tables, flows))
    box = Box(model.program)
    floats = np.array([*map(float, point.fractions)])
    finding = Finding(model.program, find_solver(solver), floats)
    stated = claims(model, goals, point, box, finding, whole=solution.whole)
    every = [claim for claim in stated if isinstance(claim, Claim)]
    ties = tying(goals)
    parts = None if ties is None else split(model, [], ties)
    if parts is None:
        numbers = _in_one(model.program, solver, floats, every)
    else:
        numbers = _by_part(parts, solver, every, crew_for(model.program, jobs))
    proofs = tuple(
        _proof(model.program, box, claim, each) for claim, each in zip(every, numbers, strict=True)
    )
    kept = np.empty(0) if flows is None else flows
    return Certificate(*digests, proofs, kept, worths=tuple(finding.found))


def _of_conflict(solution: Solution, solver: Solver) -> tuple[Sparse | None, tuple[Sparse, ...]]:
    """Multipliers that rule out every plan with the agreements in conflict, and plans without one of them."""
    model = state_rules(solution.instance, solution.policy)
    inside = solution.conflict["in_conflict"].astype(bool)
    members = solution.conflict.loc[inside, "agreement"].tolist()
    with in_force(model, members) as program:
        ray = solver.minimise(program, NOTHING).ray
        proof = Sparse.of(ray) if ray is not None and impossible(program, ray) else None
    points = [_without(model, solver, {*members} - {each}, whole=solution.whole) for each in members]
    found = [Sparse.of(point) for point in points if point is not None]
    return proof, tuple(found) if len(found) == len(members) else ()


def _without(model: Model, solver: Solver, others: set[str], *, whole: bool) -> Floats | None:
    """A plan that keeps these agreements; None where none was found."""
    with in_force(model, others) as program:
        point = solver.minimise(program, NOTHING, whole=whole).point
    if point is None:
        return None
    return np.where(program.whole & whole, np.round(point), np.round(point, DIGITS))


def _proof(program: Program, box: Box, claim: Claim, numbers: Numbers) -> Proof:
    """A proof that says what it proves."""
    rows, held, own = map(Sparse.of, numbers)
    found = Proof(
        goal=claim.goal, stage=claim.stage, level=claim.level, bound=0.0, rows=rows, own=own, held=held
    )
    bound = bound_of(program, box, claim, found)
    return found.model_copy(update={"bound": -1e300 if bound is None else float(bound.value)})


def _in_one(program: Program, solver: str, point: Floats, every: Sequence[Claim]) -> Iterator[Numbers]:
    """Multipliers of each claim about a program that is not apart."""
    prover = Prover(program, find_solver(solver), point)
    for claim in every:
        found = prover.prove(claim)
        yield found.rows, found.held, found.own


def _by_part(parts: Parts, solver: str, every: Sequence[Claim], crew: int | None) -> Iterator[Numbers]:
    """Multipliers of each claim, from those of what it claims of each part.

    Raises
    ------
    RunError, SolverError
        If the claims of a part could not be proved.
    """
    rows = sum(len(place.rows) for place in parts.places)
    proved: list[list[Proved]] = [[] for _ in every]
    for _, found in sorted(spread(partial(_prove, solver), _Tasks(parts, every), crew), key=itemgetter(0)):
        if isinstance(found, VerdelingError):
            raise found
        for number, each in found:
            proved[number].append(each)
    return (joined(claim, each, rows) for claim, each in zip(every, proved, strict=True))


@dataclass(frozen=True, eq=False)
class _Task:
    """A part, and what is claimed of it, by the number of each claim."""

    program: Program
    place: Place
    pieces: list[tuple[int, Piece]]


class _Tasks:
    """A task for each part, made when it is asked for."""

    def __init__(self, parts: Parts, every: Sequence[Claim]) -> None:
        self._parts, self._every = parts, every
        columns = sum(len(place.columns) for place in parts.places)
        self._cutting = Cutting(parts.places, columns)

    def __len__(self) -> int:
        return len(self._parts)

    def __getitem__(self, part: int) -> _Task:
        cut = ((number, self._cutting.piece(claim, part)) for number, claim in enumerate(self._every))
        pieces = [(number, piece) for number, piece in cut if piece is not None]
        return _Task(self._parts[part].model.program, self._parts.places[part], pieces)


def _prove(solver: str, task: _Task) -> list[tuple[int, Proved]]:
    """What proves each claim about a part; levels that are the same in it are proved once."""
    prover = Prover(task.program, find_solver(solver), np.empty(0))
    found: list[tuple[int, Proved]] = []
    last: Piece | None = None
    for number, piece in task.pieces:
        if last is not None and piece.same(last):
            found.append((number, found[-1][1]))
        else:
            found.append((number, placed(prover.prove(piece.claim), piece, task.place)))
        last = piece
    return found


def _flows(model: Model, solver: str, point: Floats, goals: Sequence[Aim]) -> Floats | None:
    """Who goes from where to where in a plan: as near as can be."""
    program, block = model.program, model.program.column_blocks.get(NOT_TOLD)
    if block is None:
        return None
    near = np.zeros(program.column_count)
    for aim in goals:
        total = aim.vector.total()
        near[total.columns] += np.abs(total.coefficients)
    kept = program.column_lower, program.column_upper
    free = np.isin(np.arange(program.column_count), block.positions)
    program.column_lower, program.column_upper = (np.where(free, side, point) for side in kept)
    objective = Objective(block.positions, near[block.positions])
    outcome = find_solver(solver).minimise(program, objective)
    program.column_lower, program.column_upper = kept
    return np.zeros(len(block.index)) if outcome.point is None else outcome.point[block.positions]
