"""A plan that somebody made, from a CSV file or from a folder that `verdeling solve -o` wrote."""

from __future__ import annotations

import os
from io import StringIO
from typing import TYPE_CHECKING

import pandas as pd

from verdeling.cli.naming import NAMED, meant
from verdeling.errors import InstanceError, Problem
from verdeling.incoming import read_text, refuse_twice

if TYPE_CHECKING:
    from pathlib import Path

    from verdeling.instance import Instance


def read_own_plan(
    instance: Instance, path: Path, builds: Path | None = None, support: Path | None = None
) -> dict[str, pd.DataFrame]:
    """Tables of a plan, with ids in the place of names.

    Parameters
    ----------
    instance : Instance
        What was to be divided.
    path : Path
        A CSV file of placements, or a folder with placements.csv and, where they are known,
        builds.csv and support.csv.
    builds, support : Path, optional
        CSV files of what is built and of who gives support where.

    Returns
    -------
    dict of str to DataFrame
        placements, and builds and support where they were given. Rows are labelled by their lines.

    Raises
    ------
    InstanceError
        If a file cannot be read.
    """
    files = {"placements": path, "builds": builds, "support": support}
    if os.path.isdir(path):
        inside = {name: path / f"{name}.csv" for name in files}
        files = {name: files[name] or file for name, file in inside.items() if file.exists()}
        files["placements"] = inside["placements"]
    return {name: _with_ids(instance, _read(name, file)) for name, file in files.items() if file}


def _read(table: str, file: Path) -> pd.DataFrame:
    """A table of text; with semicolons between cells where the first line has more of these."""
    try:
        text = read_text(file)
        first = text.partition("\n")[0]
        between = ";" if first.count(";") > first.count(",") else ","
        refuse_twice(text, between)
        frame = pd.read_csv(StringIO(text), sep=between, dtype=str, keep_default_na=False)
    except (OSError, ValueError) as error:
        what = f"{file.name}: {getattr(error, 'strerror', None) or error}."
        remedy = "Give a CSV file in UTF-8 with a line of column names, or a folder that solve wrote."
        problem = Problem("unreadable", what, "The plan stands in it.", remedy, table=table)
        raise InstanceError("The plan cannot be read.", [problem]) from error
    return frame.set_axis(range(2, len(frame) + 2)).rename(columns=str.strip)


def _with_ids(instance: Instance, frame: pd.DataFrame) -> pd.DataFrame:
    """Ids in the place of names that only one thing has."""
    ids = {
        column: frame[column].map({said: _id(instance, column, said) for said in frame[column].unique()})
        for column in NAMED
        if column in frame
    }
    return frame.assign(**ids)


def _id(instance: Instance, dimension: str, said: str) -> str:
    several = meant(instance, dimension, said)
    return several[0] if len(several) == 1 else said
