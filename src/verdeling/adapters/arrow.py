"""Tables of Arrow, which Parquet files and DuckDB are read into and written from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa

from verdeling.adapters.kinds import NUMBER, TEXT, TRUTH, WHOLE

if TYPE_CHECKING:
    from collections.abc import Mapping

_TYPES = {TEXT: pa.string(), WHOLE: pa.int64(), NUMBER: pa.float64(), TRUTH: pa.bool_()}


def to_arrow(frame: pd.DataFrame, kinds: Mapping[str, str]) -> pa.Table:
    """Columns of plain cells, or ``None`` where blank, as typed columns."""
    arrays = [pa.array(frame[name].tolist(), _TYPES[kind], from_pandas=True) for name, kind in kinds.items()]
    return pa.Table.from_arrays(arrays, names=list(kinds))


def from_arrow(table: pa.Table) -> pd.DataFrame:
    """Cells as they stand, under row numbers from 1; a null is a blank cell."""
    columns = [_cells(column) for column in table.columns]
    frame = pd.concat(columns, axis=1) if columns else pd.DataFrame(index=range(table.num_rows))
    frame.columns = pd.Index(table.column_names, dtype=object)
    frame.index = pd.RangeIndex(1, table.num_rows + 1)
    return frame


def _cells(column: pa.ChunkedArray) -> pd.Series[Any]:
    """A column whose equal cells can be found; cells of any other type stand as Python objects."""
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    kind = column.type
    if pa.types.is_string(kind) or pa.types.is_integer(kind) or pa.types.is_floating(kind):
        return pd.Series(column.to_pandas(types_mapper=pd.ArrowDtype))
    return pd.Series(column.to_pylist(), dtype=object)
