"""One JSON file: ``{"about": {...}, "tables": {"needs": [{...}, ...], ...}}``."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import pandas as pd
from pydantic import BaseModel, ConfigDict, ValidationError

from verdeling.adapters.raw import Raw, plain, refuse
from verdeling.errors import Problem
from verdeling.incoming import MOST_CELLS, parsed_json, read_text

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping
    from pathlib import Path

    from verdeling.instance import Instance

Model = TypeVar("Model", bound=BaseModel)


class _File(BaseModel):
    """The outer shape of the file; what the rows hold is read elsewhere."""

    model_config = ConfigDict(extra="forbid")

    about: dict[str, Any] = {}
    tables: dict[str, list[dict[str, Any]]]


def read(path: Path) -> Raw:
    """Read the tables of a JSON file.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    Raw
        Cells as they stand; rows are counted from 1.

    Raises
    ------
    InstanceError
        If it is not JSON of this shape, names a field twice, or holds a number that JSON does not
        know, such as NaN.
    """
    file = shaped(path, _File)
    _refuse_many_cells(path, file.tables)
    tables = {name: pd.DataFrame(rows, dtype=object) for name, rows in file.tables.items()}
    for frame in tables.values():
        frame.index = pd.RangeIndex(1, len(frame) + 1)
    return Raw(tables, file.about)


def _refuse_many_cells(path: Path, tables: Mapping[str, list[dict[str, Any]]]) -> None:
    """Refuse rows that together have more columns than a table of them can hold."""
    problems = [
        Problem("too-large", f"It has more than {MOST_CELLS:,} cells, the empty ones counted.",
                "A table has a cell in every row for each field that any of its rows has.",
                "Give rows the same fields, and only those that are needed.", name)
        for name, rows in tables.items()
        if len(rows) * len(set().union(*rows)) > MOST_CELLS
    ]  # fmt: skip
    if problems:
        refuse(path, problems)


def write(instance: Instance, path: Path) -> None:
    """Write an instance as a JSON file.

    Parameters
    ----------
    instance : Instance
        Any instance.
    path : Path
        A file that is not there yet.
    """
    about = instance.about.model_dump(mode="json", exclude_defaults=True)
    rows = {
        name: [_filled(row) for row in frame.to_dict("records")] for name, frame in plain(instance).items()
    }
    content = json.dumps({"about": about, "tables": rows}, ensure_ascii=False, indent=1)
    path.write_text(content + "\n", encoding="utf-8", newline="\n")


def shaped(path: Path, model: type[Model]) -> Model:
    """Read a JSON file that has the shape of a model.

    Parameters
    ----------
    path : Path
        The file.
    model : type of BaseModel
        What it should look like.

    Returns
    -------
    BaseModel
        The content.

    Raises
    ------
    InstanceError
        If it is not there, is too large, is not strict JSON in UTF-8, or has another shape.
    """
    try:
        content = parsed_json(
            read_text(path), object_pairs_hook=_unique, parse_constant=_no_constant, parse_float=_finite
        )
        return model.model_validate(content)
    except ValidationError as error:
        why = "What is read from the file stands at fixed places in it."
        refuse(path, [
            Problem("invalid-json", f"{'.'.join(map(str, each['loc']))}: {each['msg']}.", why,
                    "Compare the file with the schema that `verdeling schema` prints.")
            for each in error.errors()
        ])  # fmt: skip
    except OSError as error:
        why = "It says what the instance is about."
        refuse(
            path,
            [Problem("unreadable-file", f"{error.strerror}.", why, "Add the file, or correct the path.")],
        )
    except ValueError as error:
        why = "Only strict JSON in UTF-8 means the same to every program."
        refuse(path, [Problem("invalid-json", f"It is not JSON: {error}.", why, "Mend or export it again.")])


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise ValueError(f"an object names a field twice: {', '.join(name for name, _ in pairs)}")
    return fields


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number in JSON")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text} is larger than a number can be")
    return number


def _filled(row: Mapping[Hashable, Any]) -> dict[str, Any]:
    return {str(name): cell for name, cell in row.items() if cell is not None}
