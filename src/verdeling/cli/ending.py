"""How a command ends: its exit code, and what is said where it cannot go on."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

from verdeling.cli.interrupting import INTERRUPTED, KEY
from verdeling.cli.options import with_mapping
from verdeling.errors import Problem, VerdelingError, harmless

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

UNEXPECTED, BAD_INPUT, INFEASIBLE, TIME_LIMIT = 1, 2, 3, 4

OF_STATUS = {"infeasible": INFEASIBLE, "time_limit": TIME_LIMIT, "unsolved": TIME_LIMIT}
"""Exit codes of solutions that are not settled."""

EXIT_CODES = """\b
Exit codes:
  0    solved, or nothing wrong
  1    something unexpected: please report it
  2    the input or the command cannot be used; nothing was written
  3    infeasible: the hard limits contradict each other, and the conflict is shown;
       of regions together: one or more have no division
  4    the time limit came first; the best answer so far, if any, is shown;
       of regions together: one or more were stopped by it
  130  interrupted
"""
"""Below the help of every command."""

_IMPOSSIBLE = ("no-plan", "infeasible")
"""Problems of an instance without a division."""

_FAILURES = ("solver-failed", "not-verified", "nan-bound")
"""Problems that no better input prevents."""


@contextmanager
def refusing(kept: Path | None = None) -> Iterator[None]:
    """Print what was refused, every problem in its three parts, and leave with the exit code.

    Parameters
    ----------
    kept : Path, optional
        Where results are kept as they are found, for whoever interrupts the command.
    """
    try:
        yield
    except VerdelingError as error:
        typer.echo("\n\n".join([harmless(error.headline), *map(str, error.problems)]), err=True)
        raise typer.Exit(_code({problem.code for problem in error.problems})) from None
    except KeyboardInterrupt:
        KEY.tell(kept)
        raise typer.Exit(INTERRUPTED) from None


def add(app: typer.Typer, commands: Mapping[str, Callable[..., None]]) -> None:
    """Add commands by their names to a command line, each with the exit codes below its help."""
    for name, command in commands.items():
        app.command(name=name, epilog=EXIT_CODES)(with_mapping(command))


def bad_command(headline: str, what: str, why: str, remedy: str) -> VerdelingError:
    """An error about one thing that was asked."""
    return VerdelingError(headline, [Problem("bad-command", what, why, remedy)])


def _code(problems: set[str]) -> int:
    """Exit code where problems of these kinds were found."""
    if problems & set(_FAILURES):
        return UNEXPECTED
    if "not-settled" in problems:
        return TIME_LIMIT
    return INFEASIBLE if problems & set(_IMPOSSIBLE) else BAD_INPUT
