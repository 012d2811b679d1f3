"""The command `solve`: divide, and show the division and what binds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from verdeling.adapters.places import name_of
from verdeling.adapters.placing import placed
from verdeling.certifying.proving import certify as make_certificate
from verdeling.cli.display import Display
from verdeling.cli.ending import OF_STATUS, refusing
from verdeling.cli.options import (
    Certified,
    Fractional,
    InstancePath,
    Lang,
    LangOption,
    Overwrite,
    PolicyName,
    Program,
    Prove,
    ResultPlace,
    ScenarioName,
    SolverName,
    TimeLimit,
)
from verdeling.cli.progress import progress
from verdeling.cli.screen import Screen
from verdeling.engine import solve as solve_instance
from verdeling.language import say
from verdeling.output import check_file, check_target, write_solution, writes_folder
from verdeling.statement import state

if TYPE_CHECKING:
    from pathlib import Path

    from verdeling.certifying.certificate import Certificate
    from verdeling.instance import Instance
    from verdeling.language import Language
    from verdeling.solution import Solution

CERTIFIED = 60
"""Municipalities up to which a certificate is made unasked: of a country it takes as long as dividing it."""


def solve(
    path: InstancePath,
    policy: PolicyName = "leximin",
    scenario: ScenarioName = None,
    solver: SolverName = "HiGHS",
    time_limit: TimeLimit = None,
    fractional: Fractional = False,
    prove: Prove = False,
    lang: LangOption = Lang.en,
    output: ResultPlace = None,
    overwrite: Overwrite = False,
    certify: Certified = None,
    lp: Program = None,
) -> None:
    """Divide, and show the division and what binds.

    \b
    Examples:
      verdeling solve instances/enschede --scenario high
      verdeling solve instances/enschede --scenario high --lang nl -o verdeling.xlsx
      verdeling solve own.xlsx --policy proportional --time-limit 60 -o result
      verdeling solve sqlite:///region.db --policy gini -o study.duckdb

    A folder also holds a certificate, with which `verdeling verify` proves the division, or that there is
    none, without a solver; see --certify.
    The program in an .lp or .mps file has every limit, and the total of the first goal as its objective.
    """  # noqa: D301
    with refusing():
        if output:
            check_target(output, overwrite=overwrite)
        if lp:
            check_file(lp, (".lp", ".mps"), overwrite=overwrite)
        solution = _solve(
            path.read(),
            policy,
            scenario,
            solver,
            time_limit,
            lang.language,
            whole=not fractional,
            prove=prove,
        )
        Display(Screen(), solution, lang.language).show()
        if output and solution.status != "unsolved":
            certificate = _certificate(solution, certify, lang.language) if writes_folder(output) else None
            write_solution(solution, output, lang=lang.language, overwrite=overwrite, certificate=certificate)
            typer.echo(say("screen.written", lang.language, path=name_of(output)))
        if lp:
            _write_program(solution, lp, whole=not fractional, overwrite=overwrite)
            typer.echo(say("screen.written", lang.language, path=lp))
        raise typer.Exit(OF_STATUS.get(solution.status, 0))


def _certificate(solution: Solution, wanted: bool | None, lang: Language) -> Certificate | None:
    """What proves the division or the conflict, where it is wanted; where it is left out, that is told."""
    if wanted is False:
        return None
    large = len(solution.instance["municipalities"]) > CERTIFIED
    if wanted is None and large and solution.has_numbers:
        typer.echo(say("certify.left_out", lang, most=CERTIFIED))
        return None
    found = make_certificate(solution, jobs=None)
    return found if solution.has_numbers or found.conflict else None


def _solve(
    instance: Instance,
    policy: str,
    scenario: str | None,
    solver: str,
    time_limit: float | None,
    lang: Language,
    *,
    whole: bool,
    prove: bool,
) -> Solution:
    with progress(lang) as listener:
        return solve_instance(
            instance,
            policy,
            scenario=scenario,
            whole=whole,
            prove=prove,
            solver=solver,
            time_limit=time_limit,
            jobs=None,
            progress=listener,
        )


def _write_program(solution: Solution, path: Path, *, whole: bool, overwrite: bool) -> None:
    from verdeling.solvers.gateway import write_program  # PuLP, for this alone

    model, goals = state(solution.instance, solution.policy)
    with placed(path, overwrite=overwrite) as made:
        write_program(model.program, goals[0].vector.total(), made, whole=whole)


COMMANDS = {"solve": solve}
