"""What one report can be about: a division, why it is what it is, and policies side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from verdeling.comparing.comparison import Comparison
from verdeling.errors import Problem, VerdelingError
from verdeling.explaining.explanation import Explanation
from verdeling.solution import Solution

if TYPE_CHECKING:
    from collections.abc import Iterable

Subject = Solution | Explanation | Comparison
"""What a report can be about."""


class Subjects(NamedTuple):
    """What one report is about; None for what there is not."""

    solution: Solution | None
    explanation: Explanation | None
    comparison: Comparison | None


def together(subjects: Iterable[Subject]) -> Subjects:
    """What is told in one report.

    Parameters
    ----------
    subjects : iterable of Solution, Explanation or Comparison
        At most one of each, of the same instance.

    Raises
    ------
    VerdelingError
        If there is nothing, several of a kind, something else, or they are about different tasks.
    NoSolutionError
        If the solution is unsolved.
    """
    found: dict[Any, Any] = {}
    problems = []
    for subject in subjects:
        kind = next((kind for kind in (Solution, Explanation, Comparison) if isinstance(subject, kind)), None)
        if kind is None:
            problems.append(_unknown(subject))
        elif kind in found:
            problems.append(_twice(kind))
        else:
            found[kind] = subject
    explanation, comparison = found.get(Explanation), found.get(Comparison)
    solution = found.get(Solution) or (explanation.solution if explanation else None)
    if not found and not problems:
        problems.append(_unknown(None))
    problems += _about_different_things(solution, explanation, comparison)
    if problems:
        raise VerdelingError("There is no report of that.", problems)
    if solution is not None and solution.status == "unsolved":
        solution.table("loads")
    return Subjects(solution, explanation, comparison)


def _about_different_things(
    solution: Solution | None, explanation: Explanation | None, comparison: Comparison | None
) -> list[Problem]:
    """What does not belong in one report."""
    problems = []
    why = "A report tells one story: what is side by side must be about the same task."
    if solution is not None and explanation is not None and explanation.solution is not solution:
        what = "The explanation is of another solution."
        problems.append(
            Problem("other-solution", what, why, "Give the explanation alone: it has its solution.")
        )
    if solution is not None and comparison is not None and not _same_task(solution, comparison):
        what = f"The division is of {solution.instance.about.title}, and the comparison is of something else."
        problems.append(
            Problem("other-task", what, why, "Compare policies on the instance that was divided.")
        )
    return problems


def _same_task(solution: Solution, comparison: Comparison) -> bool:
    one, other = solution.instance.about, comparison.instance.about
    return one.name == other.name and one.years == other.years


def _unknown(subject: object) -> Problem:
    what = "Nothing was given." if subject is None else f"What was given is {type(subject).__name__}."
    why = "A report is about a division, about why it is what it is, or about policies side by side."
    return Problem("no-subject", what, why, "Give a Solution, an Explanation or a Comparison.")


def _twice(kind: type[Any]) -> Problem:
    what = f"More than one {kind.__name__} was given."
    return Problem("twice", what, "A report is about one of each.", "Write a report of each.")
