"""What is wrong with a result, and where."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from verdeling.errors import Problem


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong.

    Parameters
    ----------
    code : str
        Which kind: the end of the key of its text, ``fault.…``.
    file : str
        The file of the result that it stands in.
    row, column : str
        Line of the file (the header is line 1) and column; empty where it is about more.
    about : mapping of str to object
        What the text says of it.
    """

    code: str
    file: str
    row: str = ""
    column: str = ""
    about: Mapping[str, Any] = field(default_factory=dict)


def told(problem: Problem, file: str = "") -> Fault:
    """A problem of reading as a fault."""
    named = f"{problem.table}.csv" if problem.table else file
    return Fault("told", named, problem.row, problem.column, {"what": problem.what})
