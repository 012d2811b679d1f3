"""What is proved of each goal: bounds beside the values that a result states."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from verdeling.aggregates import AGGREGATES
from verdeling.certifying.certificate import FILE
from verdeling.certifying.claims import Claim, Unproved
from verdeling.certifying.faults import Fault
from verdeling.certifying.judging import bound_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from verdeling.certifying.bounds import Box
    from verdeling.certifying.certificate import Proof
    from verdeling.certifying.judging import Bound
    from verdeling.goals import Aim
    from verdeling.program import Program
    from verdeling.solution import Solution

ROUNDING = 1e-6
"""Differences up to this, relative to ``max(1, |value|)``, are rounding of the solver."""

Key = tuple[int, str, int]


@dataclass(frozen=True)
class Checked:
    """A level of a stage of a goal, and what is proved of it; see `ResultVerification`.

    ``proved`` says whether what the result states follows from the bound.
    """

    goal: int
    stage: str
    level: int
    value: float
    bound: float
    gap: float
    stated: float
    how: str
    proved: bool

    COLUMNS: ClassVar = ("goal", "stage", "level", "value", "bound", "gap", "stated", "how", "proved")

    @property
    def row(self) -> dict[str, Any]:
        """As a row of a table."""
        return asdict(self)


class Checking:
    """The claims of a result beside their proofs.

    Parameters
    ----------
    program : Program
        As stated from the instance and the policy.
    box : Box
        Of its columns.
    solution : Solution
        The result.
    proofs : sequence of Proof or None
        Of its certificate; None without one.
    """

    def __init__(
        self,
        program: Program,
        box: Box,
        solution: Solution,
        proofs: Sequence[Proof] | None,
    ) -> None:
        self.program, self.box, self.solution = program, box, solution
        self.proofs: dict[Key, Proof] | None = None
        self.faults: list[Fault] = []
        self.unproved: set[int] = set()
        if proofs is not None:
            self.proofs = {(each.goal, each.stage, each.level): each for each in proofs}
            if len(self.proofs) < len(proofs):
                self.faults.append(Fault("certificate", FILE, about={"why": "a proof stands there twice"}))
        records = solution.goals.to_dict("records")
        self.stated = {(row["goal"], row["stage"]): row for row in records}

    def check(self, stated: Sequence[Claim | Unproved]) -> list[Checked]:
        """What is proved of each claim; what is wrong is added to ``faults``."""
        found = [
            self._claim(each) if isinstance(each, Claim) else checked
            for each in stated
            for checked in ([None] if isinstance(each, Claim) else self._on_its_word(each))
        ]
        known = {(each.goal, each.stage, each.level) for each in stated if isinstance(each, Claim)}
        self.unproved = {each.goal for each in stated if isinstance(each, Unproved)}
        if self.proofs is not None:
            self.faults += [self._stray(key) for key in self.proofs if key not in known]
        return [each for each in found if each is not None]

    def _claim(self, claim: Claim) -> Checked:
        bound = self._bound(claim)
        row = self.stated.get((claim.goal, claim.stage), {})
        leading = claim.level == 1 or not self.solution.whole or not claim.of_plan
        gap = max(claim.value - bound.value, Fraction(0)) if bound is not None else None
        stated = float(row.get("gap", np.nan)) if leading else np.nan
        stated = stated if claim.of_plan else 0.0
        room = ROUNDING * max(1.0, abs(float(claim.value)))
        proved = gap is not None and (not leading or gap <= max(stated, 0.0) + room)
        self.faults += self._wrong(claim, bound, room, proved=proved)
        sign = -1.0 if claim.higher else 1.0
        return Checked(
            claim.goal,
            claim.stage,
            claim.level,
            sign * float(claim.value),
            np.nan if bound is None else sign * float(bound.value),
            np.nan if gap is None else float(gap),
            stated,
            "solver" if bound is None else "exact" if bound.exact else "rounded",
            proved,
        )

    def _bound(self, claim: Claim) -> Bound | None:
        """What the proof of a claim proves."""
        proof = (self.proofs or {}).get((claim.goal, claim.stage, claim.level))
        if proof is None:
            if self.proofs is not None:
                self.faults.append(self._lacking(claim))
            return None
        try:
            found = bound_of(self.program, self.box, claim, proof)
        except ValueError as error:
            self.faults.append(Fault("certificate", FILE, about={"why": str(error)}))
            return None
        least = proof.bound - ROUNDING * max(1.0, abs(proof.bound))
        if (found is None and proof.bound > -1e299) or (found is not None and found.value < least):
            about = {**_about(claim), "found": None if found is None else float(found.value)}
            self.faults.append(Fault("weaker", FILE, about={**about, "expected": proof.bound}))
        return found

    def _wrong(self, claim: Claim, bound: Bound | None, room: float, *, proved: bool) -> Iterator[Fault]:
        if bound is not None and claim.value < bound.value - room:
            about = {"found": float(claim.value), "expected": float(bound.value)}
            yield Fault("beyond", "goals.csv", about={**_about(claim), **about})
        optimal = self.solution.status == "optimal" and not self.solution.whole
        if (not claim.of_plan or (optimal and not claim.loose)) and bound is not None and not proved:
            about = {"found": float(claim.value), "expected": float(bound.value)}
            file = "goals.csv" if claim.of_plan else FILE
            yield Fault("not_proved", file, about={**_about(claim), **about})

    def _on_its_word(self, unproved: Unproved) -> Iterator[Checked]:
        """Stages of a goal for which no bound is known."""
        for (goal, stage), row in self.stated.items():
            if goal == unproved.goal:
                value = float(row["value"])
                gap = float(row["gap"])
                yield Checked(goal, stage, 1, value, np.nan, np.nan, gap, "solver", proved=False)

    @staticmethod
    def _stray(key: Key) -> Fault:
        about = {"goal": key[0], "stage": key[1], "level": key[2]}
        return Fault("stray", FILE, about=about)

    @staticmethod
    def _lacking(claim: Claim) -> Fault:
        return Fault("lacking", FILE, about=_about(claim))


def goal_faults(
    solution: Solution, goals: Sequence[Aim], checked: Sequence[Checked], unproved: set[int]
) -> Iterator[Fault]:
    """Cells of the table goals that are not what the plan and the policy give."""
    known = {(each.goal, each.stage): each for each in checked if each.level == 1}
    about = {aim.number: aim for aim in goals}
    for line, row in enumerate(solution.goals.to_dict("records"), 2):
        aim, found = about.get(row["goal"]), known.get((row["goal"], row["stage"]))
        if aim is None:
            yield Fault("cell", "goals.csv", str(line), "goal", {"found": row["goal"], "expected": ""})
            continue
        expected: dict[str, Any] = {
            "measure": aim.goal.measure,
            "over": aim.over,
            "aggregate": aim.goal.aggregate,
            "loss": _loss(aim, row),
        }
        if aim.number not in unproved:
            expected["value"] = 0.0 if found is None else found.value  # a goal about nobody is nothing
        room = 2 * ROUNDING * max(1.0, abs(row["value"]))
        for column, value in expected.items():
            if not _same(row[column], value, room):
                cells = {"found": row[column], "expected": value}
                yield Fault("cell", "goals.csv", str(line), column, cells)


def _loss(aim: Aim, row: dict[Any, Any]) -> float:
    """How much worse a value is than the fractional optimum."""
    loss = float(row["value"] - row["optimum"])
    aggregate = AGGREGATES[aim.goal.aggregate]
    if aggregate.claimants:  # a rule about claims may tell what lacks, of which less is better
        return float(np.copysign(loss, row["loss"]))
    return -loss if aim.vector.better == "higher" and not aggregate.spread else loss


def _same(one: Any, other: Any, room: float) -> bool:
    """Whether two cells are the same, numbers but for rounding."""
    if isinstance(other, float):
        return bool(np.isnan(one) and np.isnan(other)) or abs(one - other) <= room
    return bool(one == other)


def _about(claim: Claim) -> dict[str, Any]:
    return {"goal": claim.goal, "stage": claim.stage, "level": claim.level}
