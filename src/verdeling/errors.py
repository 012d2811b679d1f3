"""What Verdeling says when it cannot go on: what is wrong, why, and what to do."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_SHOWN = 5
_LONG = re.compile(r"\S{121,}")
_COMMANDS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong, in three parts and at its place.

    Parameters
    ----------
    code : str
        Stable identifier of the kind of problem, for instance ``"unknown-id"``.
    what, why, remedy : str
        What is wrong, why that matters, and what to do about it.
    table, row, column, value : str
        Where it stands; empty when it is about something larger. ``row`` is the line in the
        file or sheet (the header is line 1), or the index label of a DataFrame.
    """

    code: str
    what: str
    why: str
    remedy: str
    table: str = ""
    row: str = ""
    column: str = ""
    value: str = ""

    @property
    def place(self) -> str:
        """Where the problem stands, as a person would say it; empty when it has no place."""
        parts = [("table", self.table), ("row", self.row), ("column", self.column)]
        return ", ".join(f"{word} {value}" for word, value in parts if value)

    def __str__(self) -> str:
        place = f"{self.place}: " if self.place else ""
        return harmless(f"{place}{self.what}\n  Why: {self.why}\n  Do:  {self.remedy}")


def harmless(text: str) -> str:
    r"""A text for a screen: what was copied from a bad file neither fills it nor gives it commands.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    str
        With words of more than 120 characters cut short, and control characters by their codes.

    Examples
    --------
    >>> harmless("9" * 5000 + " and \x1b[31m")
    '999999999999999999999999999999999999999999999999999999999999… and \\x1b[31m'
    """
    short = _LONG.sub(lambda word: f"{word[0][:60]}…", text)
    return _COMMANDS.sub(lambda mark: f"\\x{ord(mark[0]):02x}", short)


def complaint(message: str) -> str:
    """What a library says of a value, in its own words but without its prefix and full stop.

    Parameters
    ----------
    message : str
        The message of a pydantic error.

    Examples
    --------
    >>> complaint("Value error, A year has four digits.")
    'A year has four digits'
    """
    return message.removeprefix("Value error, ").removesuffix(".")


def nearest(name: str, known: Iterable[str]) -> str:
    """Say which known names look most like an unknown one.

    Parameters
    ----------
    name : str
        The name that is not known.
    known : iterable of str
        The names that are.

    Returns
    -------
    str
        A sentence: the names it may be meant for, or, where none looks like it, which there are.

    Examples
    --------
    >>> nearest("Bergen op Zoom", ["Bergen-op-Zoom", "Borne"])
    'Did you mean Bergen-op-Zoom?'
    >>> nearest("x", ["Borne"])
    'Known: Borne.'
    """
    spelled = {each.casefold(): each for each in sorted(known)}
    alike = difflib.get_close_matches(name.casefold(), spelled, n=3)
    if alike:
        return f"Did you mean {' or '.join(spelled[each] for each in alike)}?"
    names = list(spelled.values())
    listed = ", ".join(names[:8]) + (f" and {len(names) - 8} more" if len(names) > 8 else "")
    return f"Known: {listed or 'none'}."


class VerdelingError(Exception):
    """Something Verdeling refuses to do; it carries all problems that were found.

    Parameters
    ----------
    headline : str
        What could not be done.
    problems : sequence of Problem
        Every problem found, not only the first.
    """

    def __init__(self, headline: str, problems: Sequence[Problem]) -> None:
        self.headline = headline
        self.problems = tuple(problems)
        super().__init__(headline, self.problems)

    def __str__(self) -> str:
        """Every kind of problem in a column, a few times each; `problems` has them all."""
        alike: dict[tuple[str, str, str], list[Problem]] = {}
        for problem in self.problems:
            alike.setdefault((problem.code, problem.table, problem.column), []).append(problem)
        listed = [str(problem) for several in alike.values() for problem in several[:_SHOWN]]
        hidden = len(self.problems) - len(listed)
        more = [f"… and {hidden} more of the same kinds."] if hidden else []
        return "\n\n".join([harmless(self.headline), *listed, *more])


class InstanceError(VerdelingError):
    """The tables of an instance cannot be read or contradict each other."""


class PolicyError(VerdelingError):
    """A policy or key cannot be read, or does not fit the instance."""


class SolverError(VerdelingError):
    """A solver is missing, failed, or gave an answer that does not verify."""


class NoSolutionError(VerdelingError):
    """Numbers were asked of a solution that has none."""


class OutputError(VerdelingError):
    """A result cannot be written where it was asked for."""


class RunError(VerdelingError):
    """A job could not be carried out: its worker was lost, or its results cannot be kept or read."""


class FiguresError(VerdelingError):
    """Figures of a statistical office cannot be had, read, or moved to another map."""
