"""What a job came to, as JSON: read back it is equal, and reading it runs nothing, as a pickle would.

A file has the ``format``, the digest of the ``job``, and ``results``: for each policy a solution
(status, whole, goals, conflict, provenance, tables) or an error (kind, headline, problems). A table
is a list of columns with name, type and cells; in a column of float64 null is NaN, and an infinite
number is a text. The instance and the policies are not in it: the digest says which they are.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict

from verdeling.adapters.placing import cannot_write, placed
from verdeling.errors import (
    InstanceError,
    NoSolutionError,
    OutputError,
    PolicyError,
    Problem,
    RunError,
    SolverError,
    VerdelingError,
)
from verdeling.incoming import LARGEST_RESULT, read_content
from verdeling.solution import Solution, SolutionStatus

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from verdeling.instance import Instance
    from verdeling.policy import Policy

FORMAT = 1
"""Number of the form of the files; files of another form are refused."""

_KINDS: dict[str, type[VerdelingError]] = {
    kind.__name__: kind
    for kind in (InstanceError, PolicyError, SolverError, NoSolutionError, OutputError, RunError)
}


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Column(_Strict):
    name: str
    type: Literal["int64", "float64", "bool", "str", "object"]
    cells: list[Any]


class _Solution(_Strict):
    status: SolutionStatus
    whole: bool
    goals: list[_Column]
    conflict: list[_Column]
    provenance: dict[str, Any]
    tables: dict[str, list[_Column]]


class _Problem(_Strict):
    code: str
    what: str
    why: str
    remedy: str
    table: str
    row: str
    column: str
    value: str


class _Error(_Strict):
    kind: str
    headline: str
    problems: list[_Problem]


class _File(_Strict):
    format: Literal[1]
    job: str
    results: list[_Solution | _Error]


def prepare(folder: Path) -> bool:
    """Make a folder for results, if it is not there, and say whether anything is in it.

    Raises
    ------
    OutputError
        If it cannot be made.
    """
    try:
        folder.mkdir(exist_ok=True)
        return any(folder.iterdir())
    except OSError as error:
        remedy = "Choose a folder that can be made or is there."
        raise cannot_write(folder, f"{error.strerror or error}.", remedy) from error


def text_of(job: str, results: Sequence[Solution | VerdelingError]) -> str:
    """The results of a job as JSON.

    Parameters
    ----------
    job : str
        Its digest.
    results : sequence of Solution or VerdelingError
        For each policy.
    """
    stated = {"format": FORMAT, "job": job, "results": [_stated(result) for result in results]}
    return json.dumps(stated, ensure_ascii=False, allow_nan=False)


def keep(folder: Path, job: str, text: str) -> None:
    """Write the results of a job, whole or not at all.

    Parameters
    ----------
    folder : Path
        Where; the file is named after the job.
    job : str
        Its digest.
    text : str
        As `text_of` gives it.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    with placed(_file(folder, job), overwrite=True) as made:
        made.write_text(text + "\n", encoding="utf-8", newline="\n")


def recall(
    folder: Path, job: str, instance: Instance, policies: Sequence[Policy], scenario: str | None
) -> list[Solution | VerdelingError] | None:
    """Read the results of a job that were kept.

    Parameters
    ----------
    folder : Path
        Where they were kept.
    job : str
        Digest of the job.
    instance : Instance
        Of the job.
    policies : sequence of Policy
        Of the job.
    scenario : str, optional
        Of the job.

    Returns
    -------
    list of Solution or VerdelingError, or None
        Equal to what was kept; None if nothing was.

    Raises
    ------
    RunError
        If there is a file that is not what `keep` wrote for this job.
    """
    file = _file(folder, job)
    if not file.exists():
        return None
    try:
        read = _File.model_validate_json(read_content(file, LARGEST_RESULT))
        if read.job != job or len(read.results) != len(policies):
            raise ValueError("it is about another job")
        if any(isinstance(each, _Solution) for each in read.results):
            instance = instance.in_scenario(scenario)
        return [_result(each, instance, policy) for each, policy in zip(read.results, policies, strict=True)]
    except (OSError, ValueError, KeyError, TypeError, OverflowError) as error:
        problem = Problem(
            "unreadable-results",
            f"{file.name} in {folder} is not what was written for this job: {str(error).splitlines()[0]}.",
            "Results that were changed or damaged must not be taken for those of the job.",
            "Delete the file to have the job done again.",
        )
        raise RunError("Results of an earlier run cannot be read.", [problem]) from error


def _file(folder: Path, job: str) -> Path:
    return folder / f"{job}.json"


def _stated(result: Solution | VerdelingError) -> dict[str, Any]:
    if isinstance(result, VerdelingError):
        problems = [asdict(problem) for problem in result.problems]
        return {"kind": type(result).__name__, "headline": result.headline, "problems": problems}
    return {
        "status": result.status,
        "whole": result.whole,
        "goals": _columns(result.goals),
        "conflict": _columns(result.conflict),
        "provenance": dict(result.provenance),
        "tables": {name: _columns(frame) for name, frame in result.tables.items()},
    }


def _result(read: _Solution | _Error, instance: Instance, policy: Policy) -> Solution | VerdelingError:
    if isinstance(read, _Error):
        return _KINDS[read.kind](read.headline, [Problem(**dict(each)) for each in read.problems])
    return Solution(
        instance,
        policy,
        read.status,
        read.whole,
        _frame(read.goals),
        _frame(read.conflict),
        read.provenance,
        {name: _frame(columns) for name, columns in read.tables.items()},
    )


def _columns(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [
        {"name": name, "type": str(column.dtype), "cells": _cells(column)} for name, column in frame.items()
    ]


def _cells(column: pd.Series[Any]) -> list[Any]:
    cells = column.tolist()
    if column.dtype != np.float64 or np.isfinite(column.to_numpy()).all():
        return cells
    return [None if np.isnan(cell) else cell if np.isfinite(cell) else str(cell) for cell in cells]


def _frame(columns: Sequence[_Column]) -> pd.DataFrame:
    return pd.DataFrame({column.name: _series(column) for column in columns})


def _series(column: _Column) -> pd.Series[Any]:
    cells = column.cells
    if column.type == "float64":
        cells = [np.nan if cell is None else float(cell) for cell in cells]
    return pd.Series(cells, dtype=column.type)
