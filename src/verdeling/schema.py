"""Descriptions of an instance for other programs, generated from the models and never from data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter
from pydantic.json_schema import models_json_schema

from verdeling.about import About
from verdeling.tables import TABLES, Attribute, Row

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pydantic import BaseModel

_LIMITS = ("minimum", "maximum", "maxLength", "enum")


def table_schema(table: str, columns: Iterable[str] | None = None) -> dict[str, Any]:
    """Frictionless table schema of a table.

    Parameters
    ----------
    table : str
        Name of a table.
    columns : iterable of str, optional
        Columns that are there; one that the model does not know is an attribute, a number in every
        row. By default all columns of the model.

    Returns
    -------
    dict
        ``fields`` with type, description and constraints, ``primaryKey``, ``foreignKeys`` and
        ``missingValues``.
    """
    kind = TABLES[table]
    properties = kind.row.model_json_schema()["properties"]
    required = kind.required_columns
    names = kind.columns if columns is None else list(columns)
    schema: dict[str, Any] = {
        "fields": [
            _field(name, properties[name], name in required)
            if name in properties
            else _field(name, TypeAdapter(Attribute).json_schema(), True)
            for name in names
        ],
        "primaryKey": [name for name in kind.key if name in names],
        "missingValues": [""],
    }
    references = {name: target for name, target in kind.references.items() if name in names}
    if references:
        schema["foreignKeys"] = [
            {"fields": name, "reference": {"resource": target, "fields": TABLES[target].key[0]}}
            for name, target in references.items()
        ]
    return schema


def data_package(about: About, columns: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Content of ``datapackage.json``: a Frictionless tabular data package.

    Parameters
    ----------
    about : About
        What the instance is about; ``years`` and ``scenario`` are properties of our own.
    columns : mapping of str to sequence of str
        The columns of each table that is there, in order.

    Returns
    -------
    dict
        The descriptor, with a resource ``<table>.csv`` for each table.
    """
    package: dict[str, Any] = {
        "profile": "tabular-data-package",
        "name": about.name,
        "title": about.title,
        "description": about.description,
        "licenses": [{"name": about.licence}] if about.licence else [],
        "sources": [source.model_dump(exclude_defaults=True) for source in about.sources],
        "years": list(about.years),
        "scenario": about.scenario,
        "resources": [_resource(table, columns[table]) for table in TABLES if table in columns],
    }
    return {name: value for name, value in package.items() if value}


def json_schema() -> dict[str, Any]:
    """JSON Schema of a whole instance in one JSON file: ``about`` and ``tables``.

    Returns
    -------
    dict
        The schema; each row of a table is an object.
    """
    models: list[type[BaseModel]] = [About, *(kind.row for kind in TABLES.values())]
    references, definitions = models_json_schema([(model, "validation") for model in models])
    for kind in TABLES.values():
        if kind.attributes:
            definitions["$defs"][kind.row.__name__]["additionalProperties"] = {"type": "number"}
    rows = {
        name: {
            "type": "array",
            "description": _sentence(kind.row),
            "items": references[kind.row, "validation"],
            "minItems": int(kind.required),
        }
        for name, kind in TABLES.items()
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "An instance of Verdeling",
        "type": "object",
        "properties": {
            "about": references[About, "validation"],
            "tables": {
                "type": "object",
                "properties": rows,
                "required": [name for name, kind in TABLES.items() if kind.required],
                "additionalProperties": False,
            },
        },
        "required": ["about", "tables"],
        "additionalProperties": False,
        "$defs": definitions["$defs"],
    }


def _sentence(row: type[Row]) -> str:
    return (row.__doc__ or "").strip().partition("\n")[0]


def _resource(table: str, columns: Sequence[str]) -> dict[str, Any]:
    return {
        "name": table,
        "path": f"{table}.csv",
        "profile": "tabular-data-resource",
        "description": _sentence(TABLES[table].row),
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": table_schema(table, columns),
    }


def _field(name: str, described: Mapping[str, Any], required: bool) -> dict[str, Any]:
    """One field of a table schema; where words and numbers mix its type is ``any``."""
    kinds = [kind for kind in described.get("anyOf", [described]) if kind["type"] != "null"]
    field = {"name": name, "type": kinds[0]["type"] if len(kinds) == 1 else "any"}
    field["description"] = described["description"]
    if field["type"] == "boolean":
        field |= {"trueValues": ["yes"], "falseValues": ["no"]}
    constraints: dict[str, Any] = {"required": True} if required else {}
    if len(kinds) == 1:
        constraints |= {limit: kinds[0][limit] for limit in _LIMITS if limit in kinds[0]}
        constraints |= _above(kinds[0])
    return field | {"constraints": constraints} if constraints else field


def _above(kind: Mapping[str, Any]) -> dict[str, Any]:
    """Lower limit in the words of a table schema, which knows no exclusive limits."""
    if "exclusiveMinimum" not in kind:
        return {}
    return {"minimum": kind["exclusiveMinimum"] + (1 if kind["type"] == "integer" else 0)}
