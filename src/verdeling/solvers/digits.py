"""What CBC found, to its last digit: the file that PuLP reads has eight."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    from verdeling.entries import Floats

FEASIBILITY = 1e-9
"""Primal and dual feasibility that CBC is asked for in linear programs."""


def to_the_last_digit(path: Path) -> list[str]:
    """Options for CBC that solve a linear program and save what was found, before PuLP asks for it."""
    tolerances = [f"{side}Tolerance {FEASIBILITY:g}" for side in ("primal", "dual")]
    return [*tolerances, "initialSolve", f"saveSolution {path}"]


def saved(path: Path, row_count: int, column_count: int) -> tuple[Floats, Floats] | None:
    """Values of the columns, and duals of the rows, as CBC saved them.

    Parameters
    ----------
    path : Path
        Two numbers of 4 bytes, the rows and the columns, and numbers of 8 bytes: the objective, the rows,
        their duals, the columns, and their reduced costs.
    row_count, column_count : int
        As they were written for CBC.

    Returns
    -------
    pair of array or None
        None where there is no such file of so many rows and columns.
    """
    if not path.exists():
        return None
    counts, found = np.fromfile(path, np.int32, 2), np.fromfile(path, np.float64, offset=8)
    known = counts.tolist() == [row_count, column_count] and len(found) == 1 + 2 * (row_count + column_count)
    if not known:
        return None
    _, _, duals, columns, _ = np.split(found, np.cumsum([1, row_count, row_count, column_count]))
    return columns, duals
