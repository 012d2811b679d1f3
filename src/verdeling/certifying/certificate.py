"""A certificate: for each claim of a solution the multipliers that prove it, as they are kept in a file."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, field_validator

if TYPE_CHECKING:
    from verdeling.program import Floats

FILE = "certificate.json"
"""Where it stands in a written result."""


class Sparse(BaseModel):
    """Numbers of which most are zero: which are not, and what these are."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    at: list[int]
    by: list[float]

    @field_validator("by")
    @classmethod
    def _finite(cls, numbers: list[float]) -> list[float]:
        if not all(map(math.isfinite, numbers)):
            raise ValueError("a multiplier is not a finite number")
        return numbers

    @classmethod
    def of(cls, numbers: Floats) -> Sparse:
        """Those that are not zero."""
        at = np.flatnonzero(numbers)
        return cls(at=at.tolist(), by=numbers[at].tolist())

    def full(self, size: int) -> Floats:
        """All numbers.

        Raises
        ------
        ValueError
            If one stands at a place that is not there.
        """
        at, found = np.array(self.at, dtype=np.int64), np.zeros(size)
        if len(at) != len(self.by) or (at < 0).any() or (at >= size).any():
            raise ValueError("multipliers belong to rows that are not there")
        found[at] = self.by
        return found


class Proof(BaseModel):
    """What proves a claim: multipliers of the rows of the program, and of expressions.

    ``own`` are weights of the expressions of which the largest is claimed; ``held`` are those of all
    that is held, one after another.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    goal: int
    stage: str
    level: int
    bound: float
    rows: Sparse
    own: Sparse
    held: Sparse


class Worth(BaseModel):
    """A point at which a set of elements gets as much as it could, which `proofs` of that goal prove.

    ``number`` counts the sets that a goal asks about, from 1.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    goal: int
    number: int
    point: Sparse


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    kind: Literal["certificate"]
    format: Literal[2]
    instance_digest: str
    policy_digest: str
    flows: list[float]
    proofs: list[Proof]
    conflict: Sparse | None = None
    without: list[Sparse] | None = None
    worths: list[Worth] | None = None


@dataclass(frozen=True, eq=False)
class Certificate:
    """What proves the claims of a solution; whoever checks it needs no solver.

    Parameters
    ----------
    instance_digest, policy_digest : str
        Of what was solved.
    proofs : tuple of Proof
        One for each claim, in the order of `verdeling.certifying.claims.claims`.
    flows : array
        Who goes from where to where, which no table tells; empty where no goal is about distance.
    conflict : Sparse, optional
        Of an infeasible solution, multipliers of the rows by which the agreements in conflict cannot hold
        together; None where none prove that, as in whole places.
    without : tuple of Sparse
        For each of these agreements a plan that keeps all the others; empty where one was not found.
    worths : tuple of Worth
        What goals ask that divide by what could be got at best.
    """

    instance_digest: str
    policy_digest: str
    proofs: tuple[Proof, ...]
    flows: Floats
    conflict: Sparse | None = None
    without: tuple[Sparse, ...] = ()
    worths: tuple[Worth, ...] = ()

    @property
    def content(self) -> dict[str, Any]:
        """As it is written to a file."""
        return _File(
            kind="certificate",
            format=2,
            instance_digest=self.instance_digest,
            policy_digest=self.policy_digest,
            flows=self.flows.tolist(),
            proofs=list(self.proofs),
            conflict=self.conflict,
            without=list(self.without) or None,
            worths=list(self.worths) or None,
        ).model_dump(mode="json", exclude_none=True)

    @classmethod
    def read(cls, text: str) -> Certificate:
        """Read what was written.

        Raises
        ------
        ValueError
            If it is no certificate.
        """
        file = _File.model_validate_json(text)
        digests, flows = (file.instance_digest, file.policy_digest), np.array(file.flows, dtype=float)
        return cls(
            *digests,
            tuple(file.proofs),
            flows,
            file.conflict,
            tuple(file.without or ()),
            tuple(file.worths or ()),
        )
