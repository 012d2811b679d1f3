"""Results of regions that can be added up, or every reason why they cannot."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from verdeling.errors import Problem, RunError, VerdelingError
from verdeling.language import sentence
from verdeling.reporting.reopening import read_result
from verdeling.solution import Solution

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Iterator, Sequence

_REFUSED = "The results cannot be added up."
_MEANING = {"groups": ("group", ["name", "burden"]), "place_types": ("place_type", ["name", "annual_cost"])}
"""What must be the same wherever an id is used: else numbers under it are not in the same unit."""


@dataclass(frozen=True, eq=False)
class Part:
    """A result that is added to others.

    Parameters
    ----------
    name : str
        What it is called: its folder, or what it is about.
    solution : Solution
        Of one region or several.
    """

    name: str
    solution: Solution

    @property
    def regions(self) -> list[str]:
        """Its regions, sorted."""
        return sorted(set(self.solution.instance["municipalities"]["region"]))


def gather(results: Sequence[str | os.PathLike[str] | Solution]) -> list[Part]:
    """Read results and compare them.

    Parameters
    ----------
    results : sequence of path-like or Solution
        Folders that `verdeling.write_solution` wrote, or solutions.

    Returns
    -------
    list of Part
        By the names of their regions, whatever the order in which they were given.

    Raises
    ------
    RunError
        If there is none, one cannot be read, or they do not go together; with every problem.
    """
    parts, problems = [], []
    for each in results:
        try:
            parts.append(_part(each))
        except VerdelingError as error:
            problems += [replace(found, what=f"{_name(each)}: {found.what}") for found in error.problems]
    problems += [*_twice(parts), *_other_years(parts)]
    for table in _MEANING:
        problems += _other_meaning(parts, table)
    if not results or (not problems and not any(part.solution.has_numbers for part in parts)):
        problems.append(_nothing())
    if problems:
        raise RunError(_REFUSED, problems)
    return sorted(parts, key=lambda part: part.regions)


def _part(given: str | os.PathLike[str] | Solution) -> Part:
    solution = given if isinstance(given, Solution) else read_result(given)
    return Part(_name(given), solution)


def _name(given: str | os.PathLike[str] | Solution) -> str:
    return given.instance.about.name if isinstance(given, Solution) else Path(given).name or str(given)


def _nothing() -> Problem:
    return Problem(
        "no-results", "There is no result with numbers.", "Nothing can be added up.",
        "Give the folders that `verdeling solve … -o FOLDER` wrote.",
    )  # fmt: skip


def _twice(parts: Sequence[Part]) -> Iterator[Problem]:
    """Municipalities and regions that are in more than one result."""
    for column in ("region", "municipality"):
        homes = defaultdict(list)
        for part in parts:
            for key in sorted(set(part.solution.instance["municipalities"][column])):
                homes[key].append(part.name)
        yield from (
            Problem(
                f"duplicate-{column}",
                f"The {column} {key} is in {len(names)} results: {', '.join(names)}.",
                "Its people and places would be counted more than once.",
                "Leave one of them out, or give regions that differ names that differ.",
                "municipalities", column=column, value=key,
            )
            for key, names in homes.items()
            if len(names) > 1
        )  # fmt: skip


def _other_years(parts: Sequence[Part]) -> Iterator[Problem]:
    spans = defaultdict(list)
    for part in parts:
        spans[part.solution.instance.about.years].append(part.name)
    if len(spans) > 1:
        told = "; ".join(f"{years[0]}-{years[-1]} in {', '.join(names)}" for years, names in spans.items())
        yield Problem(
            "other-years", f"The results are about different years: {told}.",
            "Who waits and what is built over other years cannot be added up.",
            "Solve every region for the same years.",
        )  # fmt: skip


def _other_meaning(parts: Sequence[Part], table: str) -> Iterator[Problem]:
    """Ids that mean one thing here and another there, and things that go by different ids."""
    key, columns = _MEANING[table]
    meanings: dict[tuple[str, str], dict[object, list[str]]] = defaultdict(lambda: defaultdict(list))
    ids: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for part in parts:
        for row in part.solution.instance[table].to_dict("records"):
            ids[row["name"]][row[key]].append(part.name)
            for column in columns:
                meanings[row[key], column][row[column]].append(part.name)
    for (identity, column), values in meanings.items():
        if len(values) > 1:
            what = f"{key.replace('_', ' ')} {identity} has more than one {column}: {_told(values)}."
            yield Problem(
                "other-meaning", sentence(what), "Numbers under it are not of the same kind.",
                "Use the same tables in every region.", table, column=column, value=identity,
            )  # fmt: skip
    for name, found in ids.items():
        if len(found) > 1:
            what = f"{name} goes by more than one id: {_told(found)}."
            yield Problem("other-id", what, "It would be counted as two things.",
                          "Use the same id in every region.", table, column=key, value=name)  # fmt: skip


def _told(values: dict[object, list[str]] | dict[str, list[str]]) -> str:
    return "; ".join(f"{value} in {_few(names)}" for value, names in values.items())


def _few(names: Iterable[str]) -> str:
    first = list(names)
    return ", ".join(first[:3]) + (f" and {len(first) - 3} more" if len(first) > 3 else "")
