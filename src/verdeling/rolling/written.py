"""Regions added up, as a data package for programs or a workbook for people."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from verdeling.adapters.package import DESCRIPTOR
from verdeling.adapters.placing import placed
from verdeling.language import language, say
from verdeling.names import Names
from verdeling.output import check_target, put_folder
from verdeling.phrases import Wording
from verdeling.plainfiles import write_csv, write_json
from verdeling.reporting.package import FORMAT, file_resource, sealed, typed
from verdeling.reporting.result_tables import RESULT_TABLES, ResultTable, table_schema

if TYPE_CHECKING:
    import os

    from verdeling.language import Language
    from verdeling.rolling.rollup import Rollup

_AREA = ("level", "area")
_SUMS = ("municipalities", "population", "needs", "served", "waiting", "places", "load", "built", "cost")

ROLLUP_TABLES: dict[str, ResultTable] = {
    "results": ResultTable(
        ("region", "province", "result", "title", "status", "whole_places", "scenario", "policy"), ("region",)
    ),
    "areas": ResultTable((*_AREA, *_SUMS, "support_hours", "estimates", "rows"), _AREA),
    "indicators": ResultTable(
        (*_AREA, "indicator", "value", "unit", "better", "range"), (*_AREA, "indicator")
    ),
    "by_group": ResultTable(
        (*_AREA, "group", "year", "needs", "served", "waiting", "estimate"),
        (*_AREA, "group", "year"), ("group",),
    ),
    "by_place_type": ResultTable(
        (*_AREA, "group", "place_type", "year", "places"),
        (*_AREA, "group", "place_type", "year"), ("group", "place_type"),
    ),
    "loads": RESULT_TABLES["loads"],
    "placements": RESULT_TABLES["placements"],
    "waiting": RESULT_TABLES["waiting"],
    "builds": ResultTable(
        ("region", "project", "municipality", "place_type", "year", "places", "cost", "supplier",
         "certainty", "estimate"),
        ("region", "project", "year"), ("municipality", "place_type"),
    ),
    "support": ResultTable(
        ("region", "provider", "municipality", "year", "hours", "estimate"),
        ("region", "provider", "municipality", "year"), ("municipality",),
    ),
    "municipalities": ResultTable(
        ("municipality", "name", "region", "province", "population"), ("municipality",)
    ),
    "groups": ResultTable(("group", "name", "name_nl", "priority", "burden"), ("group",)),
    "place_types": ResultTable(("place_type", "name", "name_nl"), ("place_type",)),
}  # fmt: skip
"""Every table of regions added up, by name; what has no description of its own is that of a result."""

_OWN = {"indicators": "measured"}
_SHEETS = ("areas", "indicators", "results", "loads", "by_group", "by_place_type", "builds", "support")
_CODED = {"level": "level", "indicator": "indicator", "better": "value", "status": "status"}
_HEADINGS = {"value": "score"}
"""Columns that are called otherwise than in a table of goals, where a value is what is reached."""

_SHOWN = 6
"""Decimals in a workbook; what is finer is rounding of a solver."""


def write_rollup(
    found: Rollup, path: str | os.PathLike[str], *, lang: Language = "en", overwrite: bool = False
) -> None:
    """Write regions added up; the file or folder appears whole or not at all.

    Parameters
    ----------
    found : Rollup
        As `verdeling.rollup` gives it.
    path : path-like
        Ending in ``.xlsx`` for a workbook with names and headings in `lang`, or without an ending for a
        folder: a Frictionless data package with a CSV file for each of `ROLLUP_TABLES` and ids in it.
    lang : {"en", "nl"}
        Language of what people read.
    overwrite : bool
        Whether a rollup that is there already may be replaced.

    Raises
    ------
    OutputError
        As `verdeling.output.write_solution`.
    """
    target = Path(path)
    check_rollup_target(target, overwrite=overwrite)
    if target.suffix.lower() == ".xlsx" and not target.is_dir():
        with placed(target, overwrite=overwrite) as made:
            _write_workbook(found, made, language(lang))
    else:
        put_folder(target, lambda folder: _write_folder(found, folder, language(lang)))


def check_rollup_target(path: str | os.PathLike[str], *, overwrite: bool) -> None:
    """Refuse a path to which a rollup cannot be written, before anything is computed; see `check_target`."""
    files = {DESCRIPTOR, *(f"{name}.csv" for name in ROLLUP_TABLES)}
    check_target(path, overwrite=overwrite, files=files)


def _write_folder(found: Rollup, folder: Path, lang: Language) -> None:
    resources = []
    for name, table in ROLLUP_TABLES.items():
        frame = typed(found.tables[name], table, whole=found.whole)
        write_csv(frame, folder / f"{name}.csv")
        schema = table_schema(name, ROLLUP_TABLES, ROLLUP_TABLES, lang, whole=found.whole)
        described = file_resource(name, say(f"holds.{_OWN.get(name, name)}", lang))
        resources.append(sealed(folder, described | {"schema": schema}))
    write_json(_descriptor(found, resources, lang), folder / DESCRIPTOR)


def _descriptor(found: Rollup, resources: list[dict[str, Any]], lang: Language) -> dict[str, Any]:
    total = found.tables["areas"].iloc[0]
    return {
        "profile": "tabular-data-package",
        "name": "rollup",
        "title": say("rollup.title", lang),
        "description": " ".join(found.sentences(lang)),
        "years": list(found.instance.about.years),
        "verdeling": {"kind": "rollup", "format": FORMAT, "lang": lang, "version": version("verdeling")},
        "estimates": {"needs": {"estimates": int(total["estimates"]), "rows": int(total["rows"])}},
        "resources": resources,
    }


def _write_workbook(found: Rollup, path: Path, lang: Language) -> None:
    """What is said first, then the tables with names in the place of ids."""
    from openpyxl import Workbook  # what writes workbooks takes 0.1 s to load

    from verdeling.workbooks.tables import append_sheet

    wording, book = Wording(Names.of(found.instance, lang)), Workbook(write_only=True)
    said = {say("heading.sentence", lang): found.sentences(lang)}
    append_sheet(book.create_sheet(say("sheet.about", lang)), pd.DataFrame(said), [say("rollup.title", lang)])
    for name in _SHEETS:
        told = in_words(found.tables[name][list(ROLLUP_TABLES[name].columns)], wording)
        sheet = book.create_sheet(say(f"sheet.{name}", lang))
        columns = list(map(str, told))
        headings = [wording.heading(_HEADINGS.get(column, column)) for column in columns]
        notes = [say(f"column.{column}", lang) for column in columns]
        units = found.tables[name]["unit"].tolist() if "unit" in columns else []
        append_sheet(sheet, told.set_axis(headings, axis=1), columns=columns, notes=notes, units=units)
    book.save(path)
    book.close()


def in_words(table: pd.DataFrame, wording: Wording) -> pd.DataFrame:
    """A table with names in the place of ids and words in the place of codes."""
    lang = wording.lang
    coded = {
        column: [say(f"{kind}.{code}", lang) for code in table[column]]
        for column, kind in _CODED.items()
        if column in table
    }
    if "range" in table:
        coded["range"] = [say(f"range.{values}", lang) for values in table["range"]]
    if "unit" in table:
        coded["unit"] = [wording.unit(unit) for unit in table["unit"]]
    for column in table.select_dtypes("bool"):
        coded[str(column)] = [say(f"value.{truth}", lang) for truth in table[column]]
    told = wording.names.in_words(table).assign(**coded)
    numbers = list(told.select_dtypes("float"))
    return told.assign(**{str(column): told[column].round(_SHOWN) for column in numbers})
