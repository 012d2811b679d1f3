"""The command line: a thin customer of the Python interface."""

from __future__ import annotations

import json
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path  # noqa: TC003 (read by typer)
from typing import TYPE_CHECKING, Annotated

import typer

from verdeling.adapters import read_instance, write_instance
from verdeling.adapters.placing import placed
from verdeling.adapters.template import write_template
from verdeling.cli.compare import register_comparing
from verdeling.cli.display import Display, show_policies, show_summary
from verdeling.cli.divide import register
from verdeling.cli.explaining import register_explaining
from verdeling.cli.options import (
    Each,
    Fractional,
    InstancePath,
    Lang,
    LangOption,
    Output,
    Overwrite,
    PolicyName,
    Program,
    Prove,
    ScenarioName,
    SolverName,
    TimeLimit,
)
from verdeling.cli.progress import progress
from verdeling.cli.screen import Screen
from verdeling.engine import solve as solve_instance
from verdeling.errors import Problem, VerdelingError, nearest
from verdeling.generation import Size
from verdeling.generation import generate as generate_instance
from verdeling.language import say
from verdeling.output import check_file, check_target, write_solution
from verdeling.schema import json_schema, table_schema
from verdeling.solvers.gateway import write_program
from verdeling.statement import state
from verdeling.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from verdeling.instance import Instance
    from verdeling.solution import Solution

UNEXPECTED, BAD_INPUT, INFEASIBLE, TIME_LIMIT, INTERRUPTED = 1, 2, 3, 4, 130
_CODES = {"infeasible": INFEASIBLE, "time_limit": TIME_LIMIT, "unsolved": TIME_LIMIT}
_FAILURES = ("solver-failed", "not-verified", "nan-bound")
"""Problems that no better input prevents."""

_EXIT_CODES = """\b
Exit codes:
  0    solved, or nothing wrong
  1    something unexpected: please report it
  2    the input or the command cannot be used; nothing was written
  3    infeasible: the hard limits contradict each other, and the conflict is shown
  4    the time limit came first; the best answer so far, if any, is shown
  130  interrupted
"""

app = typer.Typer(
    name="verdeling",
    help="Divide a regional housing task over municipalities: optimal, fair, whole and explained.",
    epilog=_EXIT_CODES,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


def _show_version(asked: bool) -> None:
    if asked:
        typer.echo(f"verdeling {version('verdeling')}")
        raise typer.Exit


@app.callback()
def main_options(
    show_version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and stop."),
    ] = False,
) -> None:
    """Divide a regional housing task over municipalities: optimal, fair, whole and explained."""


@app.command(epilog=_EXIT_CODES)
def check(path: InstancePath, lang: LangOption = Lang.en) -> None:
    """List everything that is wrong with an instance.

    Where nothing is wrong: what it holds.

    \b
    Examples:
      verdeling check instances/enschede
      verdeling check own.xlsx --lang nl
    """  # noqa: D301
    with _refusing():
        show_summary(Screen(), read_instance(path), lang.language)


@app.command(epilog=_EXIT_CODES)
def solve(
    path: InstancePath,
    policy: PolicyName = "leximin",
    scenario: ScenarioName = None,
    solver: SolverName = "HiGHS",
    time_limit: TimeLimit = None,
    fractional: Fractional = False,
    prove: Prove = False,
    lang: LangOption = Lang.en,
    output: Output = None,
    overwrite: Overwrite = False,
    lp: Program = None,
) -> None:
    """Divide, and show the division and what binds.

    \b
    Examples:
      verdeling solve instances/enschede --scenario high
      verdeling solve instances/enschede --scenario high --lang nl -o verdeling.xlsx
      verdeling solve own.xlsx --policy proportional --time-limit 60 -o result

    The program in an .lp or .mps file has every limit, and the total of the first goal as its objective.
    """  # noqa: D301
    with _refusing():
        if output:
            check_target(output, overwrite=overwrite)
        if lp:
            check_file(lp, (".lp", ".mps"), overwrite=overwrite)
        solution = _solve(
            read_instance(path), policy, scenario, solver, time_limit, whole=not fractional, prove=prove
        )
        Display(Screen(), solution, lang.language).show()
        if output and solution.status != "unsolved":
            write_solution(solution, output, lang=lang.language, overwrite=overwrite)
            typer.echo(say("screen.written", lang.language, path=output))
        if lp:
            _write_program(solution, lp, whole=not fractional, overwrite=overwrite)
            typer.echo(say("screen.written", lang.language, path=lp))
        raise typer.Exit(_CODES.get(solution.status, 0))


@app.command(epilog=_EXIT_CODES)
def explain(
    path: InstancePath,
    policy: PolicyName = "leximin",
    scenario: ScenarioName = None,
    solver: SolverName = "HiGHS",
    time_limit: TimeLimit = None,
    fractional: Fractional = False,
    prove: Prove = False,
    lang: LangOption = Lang.en,
    each: Each = False,
) -> None:
    """Divide, and say what one more of each limit changes.

    \b
    Examples:
      verdeling explain instances/three-towns
      verdeling explain instances/impossible-agreements --lang nl
      verdeling explain instances/enschede --scenario high --fractional --all
    """  # noqa: D301
    with _refusing():
        solution = _solve(
            read_instance(path), policy, scenario, solver, time_limit, whole=not fractional, prove=prove
        )
        Display(Screen(), solution, lang.language).explain(each=each)
        raise typer.Exit(_CODES.get(solution.status, 0))


@app.command()
def policies(lang: LangOption = Lang.en) -> None:
    """List the policies and the questions they ask."""
    with _refusing():
        show_policies(Screen(), lang.language)


@app.command()
def template(
    path: Annotated[Path, typer.Argument(metavar="OUT.xlsx", help="The workbook to write.")],
    years: Annotated[str, typer.Option("--years", help="First and last year.")] = "2025-2030",
    lang: LangOption = Lang.en,
    overwrite: Overwrite = False,
) -> None:
    """Write an empty workbook to fill in, with explanation.

    \b
    Examples:
      verdeling template own.xlsx --years 2026-2031 --lang nl
    """  # noqa: D301
    with _refusing():
        check_file(path, (".xlsx",), overwrite=overwrite)
        write_template(path, _years(years), lang.language, overwrite=overwrite)
        typer.echo(path)


@app.command()
def generate(
    path: Annotated[Path, typer.Argument(metavar="OUT", help="A folder, an .xlsx or a .json to write.")],
    regions: Annotated[int, typer.Option(min=1)] = 1,
    municipalities: Annotated[int, typer.Option(min=1, help="In each region.")] = 8,
    groups: Annotated[int, typer.Option(min=2)] = 6,
    place_types: Annotated[int, typer.Option(min=1)] = 4,
    years: Annotated[int, typer.Option(min=1, max=100)] = 6,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same instance.")] = 0,
    tightness: Annotated[float, typer.Option(min=0.01, help="Above 1, needs exceed places.")] = 1.0,
    overwrite: Overwrite = False,
) -> None:
    """Write an invented instance of any size.

    \b
    Examples:
      verdeling generate invented --municipalities 14 --groups 12 --place-types 8 --years 9
      verdeling generate invented.xlsx --regions 2 --seed 7 --tightness 1.2
    """  # noqa: D301
    with _refusing():
        size = Size(regions, municipalities, groups, place_types, years)
        write_instance(generate_instance(size, seed=seed, tightness=tightness), path, overwrite=overwrite)
        typer.echo(path)


@app.command()
def schema(
    table: Annotated[
        str | None, typer.Argument(metavar="[TABLE]", help="A table; by default the whole instance.")
    ] = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Write a file.")] = None,
    overwrite: Overwrite = False,
) -> None:
    """Print the schema of a table, or of a whole instance.

    Of a table: a Frictionless table schema. Of an instance in one JSON file: a JSON Schema.

    \b
    Examples:
      verdeling schema needs
      verdeling schema -o instance.schema.json
    """  # noqa: D301
    with _refusing():
        if table is not None and table not in TABLES:
            raise _refused(f"There is no table {table}.", "An instance has no such table.",
                           "Only its own tables have a schema.", nearest(table, TABLES))  # fmt: skip
        described = json_schema() if table is None else table_schema(table)
        content = json.dumps(described, ensure_ascii=False, indent=2) + "\n"
        if output is None:
            typer.echo(content, nl=False)
        else:
            with placed(output, overwrite=overwrite) as made:
                made.write_text(content, encoding="utf-8", newline="\n")
            typer.echo(output)


def main() -> None:
    """Run the command line."""
    app()


@contextmanager
def _refusing() -> Iterator[None]:
    """Print what was refused, every problem in its three parts, and leave with the exit code."""
    try:
        yield
    except VerdelingError as error:
        typer.echo("\n\n".join([error.headline, *map(str, error.problems)]), err=True)
        failed = any(problem.code in _FAILURES for problem in error.problems)
        raise typer.Exit(UNEXPECTED if failed else BAD_INPUT) from None
    except KeyboardInterrupt:
        typer.echo("Interrupted: the command was stopped and its result was not written.", err=True)
        raise typer.Exit(INTERRUPTED) from None


def _solve(
    instance: Instance,
    policy: str,
    scenario: str | None,
    solver: str,
    time_limit: float | None,
    *,
    whole: bool,
    prove: bool,
) -> Solution:
    with progress() as listener:
        return solve_instance(
            instance,
            policy,
            scenario=scenario,
            whole=whole,
            prove=prove,
            solver=solver,
            time_limit=time_limit,
            progress=listener,
        )


register(app, _refusing, _EXIT_CODES)
register_explaining(app, _refusing, _EXIT_CODES)
register_comparing(app, _refusing, _EXIT_CODES)


def _write_program(solution: Solution, path: Path, *, whole: bool, overwrite: bool) -> None:
    model, goals = state(solution.instance, solution.policy)
    with placed(path, overwrite=overwrite) as made:
        write_program(model.program, goals[0].vector.total(), made, whole=whole)


def _years(text: str) -> range:
    first, _, last = text.partition("-")
    if first.isdigit() and (last or first).isdigit() and 1900 <= int(first) <= int(last or first) <= 2200:
        return range(int(first), int(last or first) + 1)
    raise _refused("The years cannot be used.", f"{text} is not a first and a last year.",
                   "An instance is about consecutive years.", "Write them like 2025-2030.")  # fmt: skip


def _refused(headline: str, what: str, why: str, remedy: str) -> VerdelingError:
    return VerdelingError(headline, [Problem("bad-command", what, why, remedy)])
