"""A Frictionless data package: a folder with ``datapackage.json`` and CSV or Parquet files of tables."""

from __future__ import annotations

import csv
import io
import json
import os
from typing import TYPE_CHECKING, Any

import pandas as pd
from pydantic import BaseModel, Field

from verdeling.about import About
from verdeling.adapters.jsonfile import shaped
from verdeling.adapters.kinds import plain_cells
from verdeling.adapters.optional import needed
from verdeling.adapters.raw import Raw, plain, refuse
from verdeling.errors import Problem
from verdeling.incoming import MOST_CELLS, leads_out, parsed_json, read_text
from verdeling.schema import data_package

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from verdeling.instance import Instance

DESCRIPTOR = "datapackage.json"
BOUNDARIES = "boundaries.geojson"
"""Outlines of municipalities, in a folder where they are known."""

_OUTLINES = {
    "name": "boundaries",
    "path": BOUNDARIES,
    "description": "Outlines of municipalities, for maps.",
    "format": "geojson",
    "mediatype": "application/geo+json",
    "encoding": "utf-8",
}
PARQUET = ".parquet"
_AS_PARQUET = {
    "profile": "data-resource",
    "format": "parquet",
    "mediatype": "application/vnd.apache.parquet",
}

_WORDS = {True: "yes", False: "no", None: ""}


class _Licence(BaseModel):
    name: str


class _Source(BaseModel):
    title: str
    path: str = ""


class _Resource(BaseModel):
    name: str
    path: str


class _Package(BaseModel):
    """What is read from the descriptor; the rest of it is for other programs."""

    name: str
    title: str
    description: str = ""
    years: list[int] | None = None
    scenario: str = ""
    licenses: list[_Licence] = Field(default=[], max_length=1)
    sources: list[_Source] = []
    resources: list[_Resource]


def read(folder: Path) -> Raw:
    """Read the tables of a data package as text.

    Parameters
    ----------
    folder : Path
        With ``datapackage.json``, or with Parquet files called after their tables; and perhaps with
        ``boundaries.geojson``.

    Returns
    -------
    Raw
        Every cell of a CSV file as text, under its line in the file; those of a Parquet file as they
        stand, under their row from 1.

    Raises
    ------
    InstanceError
        If the descriptor is not in order, a path leads out of the folder, or a file is neither
        comma-separated text in UTF-8 nor Parquet.
    """
    package = _described(folder)
    tables: dict[str, pd.DataFrame] = {}
    boundaries, problems = _boundaries(folder / BOUNDARIES)
    for resource in package.resources:
        if resource.path == BOUNDARIES:
            continue
        if resource.name in tables:
            problems.append(
                Problem("duplicate-table", "The table is there twice.", "Only one can hold.",
                        f"Remove one of its resources from {DESCRIPTOR}.", resource.name)
            )  # fmt: skip
        tables[resource.name], found = _table(folder, resource)
        problems += found
    if problems:
        refuse(folder, problems)
    about = package.model_dump(exclude={"resources", "licenses"}, exclude_none=True)
    about["licence"] = "".join(licence.name for licence in package.licenses)
    return Raw(tables, about, boundaries)


def _described(folder: Path) -> _Package:
    """What a folder says of itself; Parquet files alone are called after their tables."""
    found = [] if (folder / DESCRIPTOR).exists() else sorted(folder.glob(f"*{PARQUET}"))
    if not found:
        return shaped(folder / DESCRIPTOR, _Package)
    resources = [_Resource(name=file.stem, path=file.name) for file in found]
    return _Package(name=About.model_fields["name"].default, title=folder.stem, resources=resources)


def write(instance: Instance, folder: Path) -> None:
    """Write an instance as a data package.

    Parameters
    ----------
    instance : Instance
        Any instance.
    folder : Path
        A folder that is not there yet; its tables are Parquet files where its name ends in ``.parquet``.
    """
    folder.mkdir()
    tables, parquet = plain(instance), folder.suffix.lower() == PARQUET
    (_write_parquet if parquet else _write_csv)(instance, folder)
    package = data_package(instance.about, {name: list(frame.columns) for name, frame in tables.items()})
    if parquet:
        for each in package["resources"]:
            del each["encoding"]
            each |= _AS_PARQUET | {"path": f"{each['name']}{PARQUET}"}
    if instance.boundaries:
        package["resources"].append(_OUTLINES)
        features = instance.boundaries.geojson()["features"]
        lines = ",\n".join(json.dumps(feature, ensure_ascii=False) for feature in features)
        outlines = f'{{"type": "FeatureCollection", "features": [\n{lines}\n]}}'
        (folder / BOUNDARIES).write_text(outlines + "\n", encoding="utf-8", newline="\n")
    content = json.dumps(package, ensure_ascii=False, indent=2)
    (folder / DESCRIPTOR).write_text(content + "\n", encoding="utf-8", newline="\n")


def _write_csv(instance: Instance, folder: Path) -> None:
    for name, frame in plain(instance).items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            rows = csv.writer(file, lineterminator="\n")
            rows.writerow(frame.columns)
            rows.writerows(
                [_written(cell) for cell in row] for row in frame.itertuples(index=False, name=None)
            )


def _write_parquet(instance: Instance, folder: Path) -> None:
    with needed("parquet", "Parquet files"):
        from verdeling.adapters.parquet import write_table

    for name, (frame, kinds) in plain_cells(instance).items():
        write_table(frame, kinds, folder / f"{name}{PARQUET}")


def _boundaries(path: Path) -> tuple[Any, list[Problem]]:
    """What stands in a file of outlines; nothing where there is none."""
    if not os.path.lexists(path):
        return None, []
    why, table = "A map draws each municipality by one outline.", path.stem
    try:
        if leads_out(path.parent, path.name):
            raise OSError("it is a link that leads out of the folder")
        content = parsed_json(read_text(path))
        return {} if content is None else content, []
    except (OSError, ValueError) as error:
        what, remedy = f"{path.name} cannot be read: {error}.", "Mend or export it again, or take it away."
        return None, [Problem("unreadable-file", what, why, remedy, table)]


def _written(cell: Any) -> str:
    return _WORDS[cell] if cell is None or isinstance(cell, bool) else str(cell)


def _table(folder: Path, resource: _Resource) -> tuple[pd.DataFrame, list[Problem]]:
    path, table = folder / resource.path, resource.name
    if leads_out(folder, resource.path):
        problem = Problem(
            "path-outside",
            f"The path {resource.path} leads out of the folder.",
            "A data package holds its own files; nothing is fetched from elsewhere.",
            "Put the file in the folder.",
            table,
        )
        return pd.DataFrame(), [problem]
    if path.suffix.lower() == PARQUET:
        with needed("parquet", "Parquet files"):
            from verdeling.adapters.parquet import read_table

        return read_table(path, table)
    try:
        text = read_text(path)
        lines = list(_lines(text))
    except UnicodeDecodeError as error:
        what = f"{resource.path} is not UTF-8 from byte {error.start} on."
    except (OSError, csv.Error) as error:
        what = f"{resource.path} cannot be read: {error}."
    else:
        return _frame(table, lines)
    why = "Only comma-separated text in UTF-8 means the same to every program."
    return pd.DataFrame(), [
        Problem("unreadable-file", what, why, "Save it as “CSV UTF-8” with commas.", table)
    ]


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """Rows with the line on which each begins; empty lines are passed over."""
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    line, width = 1, 1
    for row in rows:
        width = max(width, len(row))
        if rows.line_num * width > MOST_CELLS:
            raise csv.Error(f"it has more than {MOST_CELLS:,} cells")
        if row:
            yield line, row
        line = rows.line_num + 1


def _frame(table: str, lines: list[tuple[int, list[str]]]) -> tuple[pd.DataFrame, list[Problem]]:
    if not lines:
        return pd.DataFrame(), []
    (_, header), *rows = lines
    if len(header) == 1 and (other := {";", "\t"} & set(header[0])):
        problem = Problem(
            "wrong-delimiter",
            f"The header is separated by {other.pop()!r}.",
            "A comma separates the cells of a data package.",
            "Save it as CSV with commas, or hand in the Excel file itself.",
            table,
            "1",
        )
        return pd.DataFrame(), [problem]
    problems = [
        Problem("ragged-row", f"It has {len(row)} cells and the header has {len(header)}.",
                "It is not known which cell belongs to which column.",
                "Add or remove commas; put text that holds a comma between double quotes.", table, str(line))
        for line, row in rows if len(row) != len(header)
    ]  # fmt: skip
    whole = [(line, row) for line, row in rows if len(row) == len(header)]
    frame = pd.DataFrame(
        [row for _, row in whole], columns=header, index=[line for line, _ in whole], dtype=object
    )
    return frame, problems
