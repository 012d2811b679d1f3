"""Verifying a written result from its files alone, without a solver."""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from verdeling.adapters.package import DESCRIPTOR
from verdeling.certifying.agreed import agreements
from verdeling.certifying.bounds import Box
from verdeling.certifying.certificate import FILE, Certificate
from verdeling.certifying.claiming import claims
from verdeling.certifying.comparing import differences
from verdeling.certifying.contradiction import Contradicting, other_reasons
from verdeling.certifying.decimals import Decimals
from verdeling.certifying.exactly import Facts, facts, limits
from verdeling.certifying.faults import Fault, told
from verdeling.certifying.points import NOT_TOLD, point_of
from verdeling.certifying.proved import Checked, Checking, goal_faults
from verdeling.certifying.worths import Kept
from verdeling.errors import VerdelingError
from verdeling.language import language
from verdeling.policy import Policy, read_policy
from verdeling.reading import read_tables
from verdeling.reporting.package import seal_of, write_package
from verdeling.reporting.reopening import changes, read_as_it_is
from verdeling.statement import state
from verdeling.verification import verify

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator

    from verdeling.certifying.contradiction import Contradiction
    from verdeling.certifying.exactly import Compared
    from verdeling.instance import Instance
    from verdeling.program import Floats
    from verdeling.solution import Solution

ROOM = 1e-6
"""What is tolerated of numbers that are not whole, relative to ``max(1, |limit|)``."""


@dataclass(frozen=True, eq=False)
class ResultVerification:
    """What was found when a written result was verified.

    Parameters
    ----------
    faults : tuple of Fault
        What is wrong, and where; none when the result holds.
    limits : DataFrame
        family, rows (compared), how (``exact``: without any tolerance; ``near``: to a millionth),
        excess (the largest, in the unit of the limit; zero when all hold).
    goals : DataFrame
        goal, stage, level, value, bound (that no plan can better), gap (between them), stated (the gap
        that the solver states of the stage), how: ``exact`` or ``rounded`` where the bound is worked out
        so and the gap is no more than is stated, ``solver`` where what is stated is the solver's word.
    contradiction : Contradiction or None
        What cannot hold together, where there is no plan; then there are no limits and goals.
    """

    faults: tuple[Fault, ...]
    limits: pd.DataFrame
    goals: pd.DataFrame
    contradiction: Contradiction | None = None

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults


def verify_result(
    path: str | os.PathLike[str], instance: Instance, policy: Policy | str | Path
) -> ResultVerification:
    """Verify a written result from its files, an instance and a policy, without a solver.

    The program is stated again from the instance and the policy. Every file must be as it was written;
    every limit must hold, in whole places exactly; every table must be what the plan gives; and of
    every goal the certificate must prove what is claimed. Of an infeasible result it must prove that the
    agreements in conflict cannot hold together, where it is about that.

    Parameters
    ----------
    path : path-like
        A folder that `write_solution` wrote.
    instance : Instance
        What was divided; its scenario is the one that the result names.
    policy : Policy, str or Path
        How: a policy, its name, or its file.

    Returns
    -------
    ResultVerification
        With every fault that was found, and what is proved.

    Raises
    ------
    InstanceError, PolicyError
        If the scenario or policy does not exist, or does not fit the instance.
    """
    folder = Path(path)
    stated = policy if isinstance(policy, Policy) else read_policy(policy)
    faults: list[Fault] = []
    try:
        faults += map(told, changes(folder))
        solution = read_as_it_is(folder)
    except VerdelingError as error:
        return _refused([*faults, *(told(problem, DESCRIPTOR) for problem in error.problems)])
    scenario = solution.provenance.get("scenario")
    asked = instance.in_scenario(None if scenario is None else str(scenario))
    faults += _of_something_else(solution, asked, stated)
    if faults and any(fault.code == "digest" for fault in faults):
        return _refused(faults)
    if solution.status == "infeasible":
        return _contradicting(folder, solution, asked, faults)
    if not solution.has_numbers:
        return _refused([*faults, Fault("no_table", "placements.csv")])
    return _Verifying(folder, solution, asked, stated, faults).result()


def _contradicting(
    folder: Path, solution: Solution, instance: Instance, faults: list[Fault]
) -> ResultVerification:
    """What is found of an infeasible result."""
    certificate = _certificate(folder, solution, faults)
    contradicting = Contradicting(solution, instance, certificate)
    faults += contradicting.faults
    if not faults:
        faults += _other_files(folder, solution, certificate)
    return replace(_refused(faults), contradiction=contradicting.found)


def _certificate(folder: Path, solution: Solution, faults: list[Fault]) -> Certificate | None:
    """The certificate of a result, where there is one; what is wrong with it is added to the faults."""
    try:
        found = Certificate.read((folder / FILE).read_text("utf-8"))
    except FileNotFoundError:
        return None
    except (ValueError, OSError) as error:
        faults.append(Fault("certificate", FILE, about={"why": str(error).splitlines()[0]}))
        return None
    if (found.instance_digest, found.policy_digest) != (solution.instance.digest, solution.policy.digest):
        faults.append(Fault("digest", FILE))
        return None
    return found


class _Verifying:
    """One result on its way through all that is checked."""

    def __init__(
        self, folder: Path, solution: Solution, instance: Instance, policy: Policy, faults: list[Fault]
    ) -> None:
        self.folder, self.solution, self.faults = folder, solution, faults
        self.model, self.goals = state(instance, policy)
        self.instance = instance

    def result(self) -> ResultVerification:
        """Everything that was found."""
        unreadable = self._unreadable()
        if unreadable:
            return _refused([*self.faults, *unreadable])
        certificate = self._certificate()
        compared = self._compared()
        self.faults += [fault for _, _, fault in compared if fault is not None]
        flows = None if certificate is None or not len(certificate.flows) else certificate.flows
        point = point_of(self.model, self.solution.tables, flows)
        self.faults += [*self._other_tables(point), *other_reasons(self.solution, frozenset())]
        checked = self._checked(Decimals.of(point), certificate)
        if not self.faults:  # otherwise they cannot be the same
            self.faults += _other_files(self.folder, self.solution, certificate)
        return ResultVerification(
            tuple(self.faults), _limits_table(compared), pd.DataFrame([each.row for each in checked])
        )

    def _unreadable(self) -> list[Fault]:
        """Ids and numbers that the tables of a plan cannot have."""
        tables = self.solution.tables
        shares = pd.Series(self.model.shares.load, index=self.model.data.ids["municipality"])
        try:
            verify(
                self.instance, tables["placements"], tables["builds"][["project", "year", "places"]],
                tables["support"], attribution=tables["suppliers"], waiting=tables["waiting"],
                shares=shares, whole=self.solution.whole,
            )  # fmt: skip
        except VerdelingError as error:
            return [*map(told, error.problems)]
        return []

    def _certificate(self) -> Certificate | None:
        """The certificate, where it is about a division such as this."""
        found = _certificate(self.folder, self.solution, self.faults)
        if found is None:
            return None
        block = self.model.program.column_blocks.get(NOT_TOLD)
        if len(found.flows) not in ((0,) if block is None else (0, len(block.index))):
            self.faults.append(Fault("certificate", FILE, about={"why": "flows"}))
            return None
        if found.conflict is not None:
            self.faults.append(Fault("certificate", FILE, about={"why": "it says that there is no division"}))
        return found

    def _compared(self) -> list[tuple[Compared, bool, Fault | None]]:
        """Every limit, whether it is exact, and what is wrong with it."""
        ids = self.model.data.ids["municipality"]
        shares = dict(zip(ids, self.model.shares.load.tolist(), strict=True))
        known = facts(self.instance, self.solution.tables, shares, whole=self.solution.whole)
        return [(each, exact, _missed(each, exact)) for each, exact in _every(known)]

    def _other_tables(self, point: Floats) -> Iterator[Fault]:
        """Tables that are not what the plan gives."""
        try:
            found = read_tables(self.model, point, whole=self.solution.whole)
        except VerdelingError as error:
            return map(told, error.problems)
        return differences(self.solution.tables, found, self._sizes(found))

    def _sizes(self, found: dict[str, pd.DataFrame]) -> dict[str, Floats]:
        """What a change of one in all amounts of a fractional plan changes in each limit and load."""
        if self.solution.whole:
            return {}
        entries = self.model.program.entries_from()
        sums = np.bincount(entries.rows, np.abs(entries.coefficients), len(entries))
        used = sums[found["rows"]["row"].to_numpy(np.int64)]
        return {"rows": used, "loads": np.full(len(found["loads"]), used.max(initial=0.0))}

    def _checked(self, point: Decimals, certificate: Certificate | None) -> list[Checked]:
        program, box = self.model.program, Box(self.model.program)
        kept = Kept(program, None if certificate is None else certificate.worths)
        stated = [*claims(self.model, self.goals, point, box, kept, whole=self.solution.whole)]
        proofs = None if certificate is None else certificate.proofs
        checking = Checking(program, box, self.solution, proofs)
        checked = checking.check(stated)
        self.faults += [*kept.faults, *kept.stray(), *checking.faults]
        self.faults += goal_faults(self.solution, self.goals, checked, checking.unproved)
        return checked


def _every(known: Facts) -> Iterator[tuple[Compared, bool]]:
    for compared in limits(known):
        yield compared, known.whole
    for compared, exact in agreements(known):
        yield compared, known.whole and exact


def _missed(compared: Compared, exact: bool) -> Fault | None:
    allowed = 0.0 if exact else ROOM * max(1.0, abs(float(compared.limit)), float(compared.size))
    if compared.excess <= allowed:
        return None
    about = {
        "family": compared.family,
        "scope": compared.scope,
        "done": float(compared.done),
        "limit": float(compared.limit),
        "unit": compared.unit,
    }
    return Fault("limit", f"{compared.table}.csv", about=about)


def _limits_table(compared: list[tuple[Compared, bool, Fault | None]]) -> pd.DataFrame:
    rows = [
        {
            "family": each.family,
            "how": "exact" if exact else "near",
            "excess": max(float(each.excess), 0.0),
        }
        for each, exact, _ in compared
    ]
    frame = pd.DataFrame(rows, columns=["family", "how", "excess"])
    grouped = frame.groupby(["family", "how"], sort=False)["excess"]
    return grouped.agg(rows="size", excess="max").reset_index()


def _of_something_else(solution: Solution, instance: Instance, policy: Policy) -> list[Fault]:
    """Whether the result is about another instance or policy than those given."""
    digests = {"instance_digest": instance.digest, "policy_digest": policy.digest}
    return [
        Fault("digest", DESCRIPTOR, column=name)
        for name, digest in digests.items()
        if solution.provenance.get(name) != digest
    ]


def _refused(faults: list[Fault]) -> ResultVerification:
    limits = pd.DataFrame(columns=["family", "how", "rows", "excess"])
    return ResultVerification(tuple(faults), limits, pd.DataFrame(columns=Checked.COLUMNS))


def _other_files(folder: Path, solution: Solution, certificate: Certificate | None) -> Iterator[Fault]:
    """Files that are not what is written of this result: words and indicators follow from the tables."""
    descriptor = json.loads((folder / DESCRIPTOR).read_text("utf-8"))
    if "seal" not in descriptor:
        yield Fault("no_seal", DESCRIPTOR)
    written = solution.provenance.get("versions", {}).get("verdeling")
    if written != version("verdeling") or descriptor.get("seal") != seal_of(descriptor):
        return  # another version has other words, and a changed seal is told already
    lang = language(descriptor["verdeling"]["lang"])
    with tempfile.TemporaryDirectory() as made:
        write_package(solution, Path(made), lang, certificate)
        for file in sorted(Path(made).rglob("*")):
            name = file.relative_to(made).as_posix()
            there = folder / name
            if file.is_file() and not (there.is_file() and there.read_bytes() == file.read_bytes()):
                yield Fault("other_file", name)
