"""The tables of a written result: what their columns hold, in which unit, and what they refer to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from verdeling.language import say, sentence

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from verdeling.language import Language

COUNT = "count"
"""Type of numbers that are whole where places are, and parts otherwise."""

_TEXT = dict.fromkeys(
    (
        *("municipality", "name", "region", "group", "place_type", "project", "supplier", "provider"),
        *("certainty", "family", "agreement", "sense", "unit", "stage", "measure", "over", "aggregate"),
        *("status", "text", "text_nl", "source", "sentence", "indicator", "better", "range", "number"),
        *("level", "area", "province", "result", "title", "scenario", "policy", "name_nl"),
    ),
    ("string", ""),
)

FIELDS: dict[str, tuple[str, str]] = {
    **_TEXT,
    "year": ("integer", "year"),
    "row": ("integer", ""),
    "goal": ("integer", ""),
    "places": (COUNT, "places"),
    "built": ("number", "places"),
    "load": ("number", "load"),
    "fair_share": ("number", "share"),
    "relative_load": ("number", "× fair share"),
    "fair_share_built": ("number", "share"),
    "relative_built": ("number", "× fair share"),
    "support_hours": ("number", "hours per week, summed over the years"),
    "fair_share_support": ("number", "share"),
    "relative_support": ("number", "× fair share"),
    "needs": (COUNT, "households"),
    "served": (COUNT, "households"),
    "waiting": (COUNT, "households"),
    "cost": ("number", "EUR"),
    "hours": ("number", "hours per week"),
    "use": ("number", "as in unit"),
    "limit": ("number", "as in unit"),
    "tight": ("boolean", ""),
    "price": ("number", "change of the goal per unit"),
    "short": ("number", "as agreed"),
    "penalty": ("number", "penalty points"),
    "optimum": ("number", "as in unit"),
    "value": ("number", "as in unit"),
    "loss": ("number", "as in unit"),
    "gap": ("number", "as in unit"),
    "in_conflict": ("boolean", ""),
    "lowest": ("number", "load"),
    "highest": ("number", "load"),
    "estimate": ("boolean", ""),
    "whole_places": ("boolean", ""),
    "priority": ("integer", ""),
    "burden": ("number", "load per place"),
    "municipalities": ("integer", "municipalities"),
    "population": ("integer", "inhabitants"),
    "estimates": ("integer", "rows"),
    "rows": ("integer", "rows"),
}
"""Type and unit of a column by its name; ``whole`` and ``yes`` and ``no`` mean the same in every table."""

_SCOPE = ("region", "municipality", "group", "place_type", "supplier", "year", "provider")


@dataclass(frozen=True)
class ResultTable:
    """What a table of a result is.

    Parameters
    ----------
    columns : tuple of str
        In the order of the file.
    key : tuple of str
        Columns that together tell rows apart; empty where rows are only in order.
    references : tuple of str
        Columns whose cells are ids of a table of the instance, or empty.
    rests_on : tuple of str
        Tables of the instance whose estimates the numbers rest on.
    texts : tuple of str
        Columns that are text here though they are numbers elsewhere.
    """

    columns: tuple[str, ...]
    key: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    rests_on: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()


_ALL = ("needs", "supply", "projects", "support")
_PLACED = ("municipality", "group", "place_type")

RESULT_TABLES: dict[str, ResultTable] = {
    "placements": ResultTable(
        (*_PLACED, "year", "places"), (*_PLACED, "year"), _PLACED, _ALL
    ),
    "loads": ResultTable(
        ("municipality", "name", "region", "places", "load", "fair_share", "relative_load", "built",
         "fair_share_built", "relative_built", "support_hours", "fair_share_support", "relative_support"),
        ("municipality",), ("municipality",), _ALL,
    ),
    "waiting": ResultTable(
        ("group", "region", "municipality", "year", "needs", "served", "waiting", "estimate"),
        ("group", "region", "municipality", "year"), ("group", "municipality"), _ALL,
    ),
    "builds": ResultTable(
        ("project", "municipality", "place_type", "year", "places", "cost", "supplier", "certainty",
         "estimate"),
        ("project", "year"), ("project", "municipality", "place_type"), ("projects", "needs"),
    ),
    "support": ResultTable(
        ("provider", "municipality", "year", "hours", "estimate"),
        ("provider", "municipality", "year"), ("municipality",), ("support", "needs"),
    ),
    "suppliers": ResultTable(
        ("municipality", "supplier", "group", "place_type", "year", "places"),
        ("municipality", "supplier", "group", "place_type", "year"), _PLACED, _ALL,
    ),
    "rows": ResultTable(
        ("row", "family", "agreement", "region", "municipality", "group", "place_type", "supplier", "year",
         "provider", "project", "use", "sense", "limit", "unit", "tight"),
        ("row",), ("agreement",), _ALL, ("year",),
    ),
    "prices": ResultTable(("row", "goal", "stage", "price"), ("row", "goal", "stage"), (), _ALL),
    "shortfalls": ResultTable(
        ("agreement", *_SCOPE, "short", "penalty"), ("agreement", *_SCOPE), ("agreement",), _ALL, ("year",)
    ),
    "ranges": ResultTable(
        ("number", "region", "municipality", "lowest", "highest"),
        ("number", "region", "municipality"), ("municipality",), _ALL,
    ),
    "goals": ResultTable(
        ("goal", "stage", "measure", "over", "aggregate", "optimum", "value", "loss", "gap", "unit",
         "status"),
        ("goal", "stage"), (), _ALL,
    ),
    "indicators": ResultTable(
        ("indicator", "value", "unit", "better", "range"), ("indicator",), (), _ALL
    ),
    "conflict": ResultTable(
        ("agreement", "text", "text_nl", "source", "in_conflict"), ("agreement",), ("agreement",), _ALL
    ),
    "explanation": ResultTable(("sentence",), (), (), _ALL),
}  # fmt: skip
"""Every table that a result can have, by name."""

HOMES = {
    "municipality": "municipalities",
    "group": "groups",
    "place_type": "place_types",
    "project": "projects",
    "agreement": "agreements",
}
"""Table of the instance that a column refers to."""

BESIDE = {"prices": [("row", "rows")]}
"""Columns that refer to another table of the result."""


def kind_of(table: ResultTable, column: str, *, whole: bool) -> str:
    """Type of a column as a table schema says it: string, integer, number or boolean."""
    kind = "string" if column in table.texts else FIELDS[column][0]
    if kind != COUNT:
        return kind
    return "integer" if whole else "number"


def table_schema(
    name: str, tables: Mapping[str, ResultTable], present: Collection[str], lang: Language, *, whole: bool
) -> dict[str, Any]:
    """Frictionless table schema of a table of a result.

    Parameters
    ----------
    name : str
        One of `tables`.
    tables : mapping of str to ResultTable
        For instance `RESULT_TABLES`.
    present : collection of str
        Names of all resources of the package; nothing refers to one that is not there.
    lang : {"nl", "en"}
        Language of titles and descriptions.
    whole : bool
        Whether places are whole numbers.

    Returns
    -------
    dict
        ``fields`` with name, type, title, description and ``unit`` (a property of our own),
        ``primaryKey``, ``foreignKeys`` and ``missingValues``.
    """
    table = tables[name]
    schema: dict[str, Any] = {
        "fields": [_field(table, column, lang, whole=whole) for column in table.columns],
        "missingValues": [""],
    }
    if table.key:
        schema["primaryKey"] = list(table.key)
    pairs = [(column, HOMES[column], column) for column in table.references]
    pairs += [(column, other, column) for column, other in BESIDE.get(name, [])]
    keys = [
        {"fields": column, "reference": {"resource": other, "fields": target}}
        for column, other, target in pairs
        if other in present
    ]
    return schema | ({"foreignKeys": keys} if keys else {})


def _field(table: ResultTable, column: str, lang: Language, *, whole: bool) -> dict[str, Any]:
    field: dict[str, Any] = {
        "name": column,
        "type": kind_of(table, column, whole=whole),
        "title": sentence(say(f"heading.{column}", lang)),
        "description": say(f"column.{column}", lang),
    }
    if column not in table.texts and FIELDS[column][1]:
        field["unit"] = FIELDS[column][1]
    if field["type"] == "boolean":
        field |= {"trueValues": ["yes"], "falseValues": ["no"]}
    required = column in table.key and column not in _BLANK
    return field | ({"constraints": {"required": True}} if required else {})


_BLANK = (*_SCOPE, "stage", "area")
"""Columns of keys that may be empty: everywhere, everybody, all areas, or the only stage."""
