"""Parquet files: a data package whose tables are Parquet, or a folder of such files without a descriptor."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from verdeling.adapters.arrow import from_arrow, to_arrow
from verdeling.errors import Problem
from verdeling.incoming import MOST_CELLS, read_content

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_WHY = "Only a sound Parquet file of a size that fits in memory can be read."


def read_table(path: Path, table: str) -> tuple[pd.DataFrame, list[Problem]]:
    """Read a Parquet file.

    Parameters
    ----------
    path : Path
        The file.
    table : str
        Name of its table, for the problems.

    Returns
    -------
    DataFrame
        Cells as they stand, under row numbers from 1.
    list of Problem
        Why it cannot be read.
    """
    try:
        with pq.ParquetFile(pa.BufferReader(read_content(path))) as file:
            cells = file.metadata.num_rows * max(1, file.metadata.num_columns)
            if cells <= MOST_CELLS:
                return from_arrow(file.read()), []
        what, remedy = f"{path.name} would unpack to {cells:,} cells.", "Save only the rows that are needed."
        return pd.DataFrame(), [Problem("large-file", what, _WHY, remedy, table)]
    except (OSError, pa.ArrowException) as error:
        what = f"{path.name} cannot be read as Parquet: {str(error).splitlines()[0]}"
        remedy = "Write it again as Parquet, or hand in the CSV."
    return pd.DataFrame(), [Problem("unreadable-file", what, _WHY, remedy, table)]


def write_table(frame: pd.DataFrame, kinds: Mapping[str, str], path: Path) -> None:
    """Write a table as a Parquet file.

    Parameters
    ----------
    frame : DataFrame
        Plain cells, ``None`` where blank.
    kinds : mapping of str to str
        Kind of each of its columns that is written.
    path : Path
        A file that is not there yet.
    """
    pq.write_table(to_arrow(frame, kinds), path)
