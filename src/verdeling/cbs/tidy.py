"""Figures as a CSV file with commas: every cell as it stands, amounts as numbers."""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING

import pandas as pd

from verdeling.errors import FiguresError, Problem, nearest
from verdeling.incoming import read_text, refuse_twice

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def read_figures(path: Path, amounts: Sequence[str]) -> pd.DataFrame:
    """Read figures from a CSV file: commas, UTF-8, digits with a point before decimals.

    Parameters
    ----------
    path : Path
        With a column ``municipality``, as `verdeling cbs read` writes it.
    amounts : sequence of str
        Columns of numbers.

    Returns
    -------
    DataFrame
        Amounts as whole numbers where all of a column are, ``estimate`` as booleans, the rest as text.

    Raises
    ------
    FiguresError
        If it cannot be read, lacks a column, or holds an amount that is no number.
    """
    try:
        text = read_text(path)
        refuse_twice(text)
        figures = pd.read_csv(StringIO(text), dtype=str, keep_default_na=False)
    except (OSError, ValueError) as error:
        raise _refused(
            path,
            [
                Problem(
                    "unreadable-file",
                    f"{error}.",
                    "Figures are a CSV file in UTF-8 with commas.",
                    "Correct the path, or save it as CSV UTF-8.",
                )
            ],
        ) from error
    problems = [
        Problem(
            "missing-column",
            f"There is no column {name}.",
            "It is what is asked for.",
            nearest(name, map(str, figures)),
            column=name,
        )
        for name in ("municipality", *amounts)
        if name not in figures
    ]
    if problems:
        raise _refused(path, problems)
    for name in amounts:
        numbers = pd.to_numeric(figures[name], errors="coerce")
        problems += _no_numbers(figures[name], numbers)
        figures[name] = numbers.astype("int64") if (numbers % 1 == 0).all() else numbers
    if problems:
        raise _refused(path, problems)
    if "estimate" in figures:
        figures["estimate"] = figures["estimate"].isin(["yes", "ja", "True", "true"])
    return figures


def written(figures: pd.DataFrame, *, counts: bool = False) -> pd.DataFrame:
    """Figures as they are written: yes and no for whether a number is an estimate, or is a count."""
    words = figures["estimate"].map({True: "yes", False: "no"})
    if not counts:
        return figures.assign(estimate=words)
    return figures.drop(columns="estimate").assign(count=words.map({"yes": "no", "no": "yes"}))


def _no_numbers(cells: pd.Series[str], numbers: pd.Series[float]) -> list[Problem]:
    return [
        Problem(
            "not-an-amount",
            f"{cell!r} is no number.",
            "Amounts are added up.",
            "Write digits, a point before decimals.",
            row=str(int(str(label)) + 2),
            column=str(cells.name),
            value=cell,
        )
        for label, cell in cells[numbers.isna()].items()
    ]


def _refused(path: Path, problems: list[Problem]) -> FiguresError:
    return FiguresError(f"{path.name} cannot be used.", problems)
