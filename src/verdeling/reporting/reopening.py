"""Reading a result that was written as a data package: it is what was written, or every reason why not."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd
from pydantic import BaseModel

from verdeling.adapters import read_instance
from verdeling.adapters.jsonfile import shaped
from verdeling.adapters.package import DESCRIPTOR
from verdeling.errors import Problem, RunError, VerdelingError
from verdeling.incoming import LARGEST_RESULT, leads_out, parsed_json, read_content, read_text
from verdeling.policy import Policy
from verdeling.reporting.package import INPUT, seal_of
from verdeling.reporting.result_tables import FIELDS, RESULT_TABLES, kind_of
from verdeling.solution import TABLES_OF_A_SOLUTION, Solution, SolutionStatus

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterator

DTYPES: dict[str, Any] = {"string": "str", "integer": "int64", "number": "float64", "boolean": "bool"}
"""Type in a solution of a column by its kind."""

OF_A_PLAN = (*TABLES_OF_A_SOLUTION, "ranges")
"""Tables that a solution can hold beside its goals and conflict."""

_AGAIN = "Write the result again with `verdeling solve … -o FOLDER`, or ask who sent it for the whole folder."


class _Kind(BaseModel):
    kind: Literal["result"]
    format: Literal[1]


class _Field(BaseModel):
    name: str
    type: str
    unit: str = ""


class _Schema(BaseModel):
    fields: list[_Field]


class _Resource(BaseModel):
    name: str
    path: str
    bytes: int
    hash: str
    schema_: _Schema | None = None

    model_config = {"alias_generator": lambda name: name.rstrip("_")}


class _Package(BaseModel):
    """What is read from the descriptor; the rest of it is for other programs."""

    verdeling: _Kind
    status: SolutionStatus
    whole_places: bool
    policy: dict[str, Any]
    provenance: dict[str, Any]
    resources: list[_Resource]


def read_result(path: str | os.PathLike[str]) -> Solution:
    """Read a result that `write_solution` wrote to a folder.

    Parameters
    ----------
    path : path-like
        The folder.

    Returns
    -------
    Solution
        With the tables, status, instance, policy and provenance that were written. Its numbers can be
        shown, explained and rolled up as those of a solution that was just found.

    Raises
    ------
    RunError
        If it is not a written result, files are missing or not as they were written, or columns have
        another type or unit; with every problem that was found.
    """
    folder = Path(path)
    problems = changes(folder)
    if problems:
        raise _refused(folder, problems)
    return read_as_it_is(folder)


def changes(folder: Path) -> list[Problem]:
    """Every file of a written result that is not there or not as it was written, and columns of another kind.

    Raises
    ------
    RunError
        If it is not a written result.
    """
    package = _opened(folder)
    problems = [*_changed_descriptor(folder)]
    problems += [each for resource in package.resources for each in _changed(folder, resource)]
    return problems + [each for resource in package.resources for each in _other_columns(resource, package)]


def read_as_it_is(folder: Path) -> Solution:
    """Read a result whether or not its files are as they were written.

    Raises
    ------
    RunError
        If it cannot be understood.
    """
    return _read(folder, _opened(folder))


def _refused(folder: Path, problems: list[Problem]) -> RunError:
    return RunError(f"The result {folder.name} cannot be read.", problems)


def _opened(folder: Path) -> _Package:
    try:
        return shaped(folder / DESCRIPTOR, _Package)
    except VerdelingError as error:
        what = f"{DESCRIPTOR} does not describe a result: {error.problems[0].what}"
        why = "Only a folder that Verdeling wrote says what its numbers mean."
        raise _refused(folder, [Problem("no-result", what, why, _AGAIN)]) from error


def _changed_descriptor(folder: Path) -> Iterator[Problem]:
    """Whether the descriptor itself is as it was written; the first results had no seal."""
    descriptor = parsed_json(read_text(folder / DESCRIPTOR))
    if "seal" in descriptor and descriptor["seal"] != seal_of(descriptor):
        what = f"{DESCRIPTOR} is not as it was written."
        yield Problem("changed-file", what, "It says what the numbers are and where they come from.", _AGAIN)


def _changed(folder: Path, resource: _Resource) -> list[Problem]:
    """Why a file is not the one that was written."""
    file = folder / resource.path
    if leads_out(folder, resource.path):
        what = f"The path {resource.path} leads out of the folder."
        return [Problem("path-outside", what, "A result holds its own files.", _AGAIN, resource.name)]
    try:
        content = read_content(file, LARGEST_RESULT)
    except OSError as error:
        what = f"{resource.path} cannot be read: {error.strerror}."
        return [Problem("missing-file", what, "A result without it is not whole.", _AGAIN, resource.name)]
    if f"sha256:{hashlib.sha256(content).hexdigest()}" == resource.hash:
        return []
    what = f"{resource.path} is not as it was written."
    why = "Its numbers are no longer those of a division that was verified."
    return [Problem("changed-file", what, why, _AGAIN, resource.name)]


def _other_columns(resource: _Resource, package: _Package) -> list[Problem]:
    """Columns that are not there, or have another type or unit than results have."""
    if resource.name not in RESULT_TABLES or resource.path.startswith(f"{INPUT}/"):
        return []
    table = RESULT_TABLES[resource.name]
    wanted = [
        (column, kind_of(table, column, whole=package.whole_places), _unit(resource.name, column))
        for column in table.columns
    ]
    fields = resource.schema_.fields if resource.schema_ else []
    found = [(field.name, field.type, field.unit) for field in fields]
    return [
        Problem(
            "other-columns",
            f"Its schema has no column {column} of type {kind}{f', in {unit}' if unit else ''}.",
            "Numbers of another kind or unit cannot be read as these.",
            "Write the result again with this version of Verdeling.",
            resource.name,
            column=column,
        )
        for column, kind, unit in wanted
        if (column, kind, unit) not in found
    ]


def _unit(table: str, column: str) -> str:
    return "" if column in RESULT_TABLES[table].texts else FIELDS[column][1]


def _read(folder: Path, package: _Package) -> Solution:
    try:
        instance = read_instance(folder / INPUT)
        policy = Policy.model_validate(package.policy)
        frames = {
            resource.name: _frame(folder, resource.name, whole=package.whole_places)
            for resource in package.resources
            if not resource.path.startswith(f"{INPUT}/") and resource.name in RESULT_TABLES
        }
        goals, conflict = frames.pop("goals"), frames.pop("conflict")
    except VerdelingError as error:
        raise _refused(folder, list(error.problems)) from error
    except (OSError, ValueError, KeyError, OverflowError) as error:
        what = f"It cannot be understood: {str(error).splitlines()[0]}."
        raise _refused(
            folder, [Problem("no-result", what, "It is not as it was written.", _AGAIN)]
        ) from error
    found = Solution(
        instance,
        policy,
        package.status,
        package.whole_places,
        goals,
        conflict,
        package.provenance,
        {name: frames[name] for name in OF_A_PLAN if name in frames},
    )
    _refuse_another(folder, found)
    return found


def _refuse_another(folder: Path, found: Solution) -> None:
    """Refuse an instance or policy that is not the one whose digest is in the provenance."""
    digests = {"instance": found.instance.digest, "policy": found.policy.digest}
    stated = {"instance": f"{INPUT}/{DESCRIPTOR} and the tables beside it", "policy": DESCRIPTOR}
    problems = [
        Problem(
            "changed-file",
            f"The {name} in it ({stated[name]}) is not the one that was solved.",
            "The numbers are those of another one.",
            _AGAIN,
        )
        for name, digest in digests.items()
        if found.provenance.get(f"{name}_digest") != digest
    ]
    if problems:
        raise _refused(folder, problems)


def _frame(folder: Path, name: str, *, whole: bool) -> pd.DataFrame:
    """A table with the types that its columns have in a solution; without marks of estimates."""
    table = RESULT_TABLES[name]
    frame = pd.read_csv(folder / f"{name}.csv", dtype="str", keep_default_na=False)
    cells = {
        column: pd.Series(_values(frame, name, column, kind), dtype=DTYPES[kind], index=frame.index)
        for column in table.columns
        for kind in [kind_of(table, column, whole=whole)]
    }
    return pd.DataFrame(cells).drop(columns="estimate", errors="ignore")


def _values(frame: pd.DataFrame, table: str, column: str, kind: str) -> list[object]:
    """The cells of a column as what they are.

    Raises
    ------
    RunError
        Where one cannot be read, with its row.
    """
    found: list[object] = []
    for row, cell in enumerate(frame[column]):
        try:
            found.append(_READERS[kind](cell))
        except ValueError as error:
            what, why = f"{cell!r} is no {kind}.", "A column of a result has one kind of values."
            problem = Problem("other-columns", what, why, _AGAIN, table, str(row + 2), column)
            raise RunError("A table of the result cannot be read.", [problem]) from error
    return found


def _number(cell: str) -> float:
    """A number exactly as it was, which the readers of pandas do not promise."""
    return float(cell) if cell else np.nan


_READERS: dict[str, Callable[[str], object]] = {
    "string": str,
    "integer": int,
    "number": _number,
    "boolean": ["no", "yes"].index,
}
