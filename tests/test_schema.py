"""Schemas: generated from the models, complete, and true of what is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given

from small import small
from strategies import instances
from verdeling.adapters.raw import plain
from verdeling.schema import data_package, json_schema, table_schema
from verdeling.tables import TABLES

if TYPE_CHECKING:
    from verdeling.instance import Instance

KINDS = {"string": str, "integer": int, "number": int | float, "boolean": bool, "any": object}


@pytest.mark.parametrize("table", TABLES)
def test_every_column_is_described(table: str) -> None:
    """Each column has a type and a description, and a required one says so."""
    fields = {field["name"]: field for field in table_schema(table)["fields"]}
    assert list(fields) == TABLES[table].columns
    assert all(field["type"] in KINDS and field["description"] for field in fields.values())
    required = [name for name, field in fields.items() if field.get("constraints", {}).get("required")]
    assert sorted(required) == sorted(TABLES[table].required_columns)


def test_keys() -> None:
    """Keys and references are those of the table, as far as the columns are there."""
    schema = table_schema("needs")
    assert schema["primaryKey"] == ["group", "municipality", "region", "year", "scenario"]
    assert {"fields": "group", "reference": {"resource": "groups", "fields": "group"}} in schema[
        "foreignKeys"
    ]
    assert table_schema("needs", ["group", "year"])["primaryKey"] == ["group", "year"]
    assert "foreignKeys" not in table_schema("groups")


def test_constraints() -> None:
    """Limits and words of the models are in the schema."""
    fields = {field["name"]: field for table in TABLES for field in table_schema(table)["fields"]}
    assert fields["population"]["constraints"] == {"required": True, "minimum": 1, "maximum": 10**9}
    assert fields["sense"]["constraints"]["enum"] == ["<=", ">=", "="]
    assert fields["turnover"]["constraints"] == {"minimum": 0, "maximum": 1}
    assert fields["longitude"]["type"] == "number"
    assert fields["strength"]["type"] == "any"
    assert fields["estimate"]["trueValues"] == ["yes"]


def test_attributes_are_numbers() -> None:
    """A column that the model does not know is a number in every row."""
    (field,) = table_schema("municipalities", ["dwellings"])["fields"]
    assert (field["type"], field["constraints"]) == ("number", {"required": True})


def test_data_package() -> None:
    """The descriptor says what the instance is about and lists a file for each table."""
    about = small().about.model_copy(update={"scenario": "high"})
    package = data_package(about, {"needs": ["group", "year", "households"]})
    assert {name: package[name] for name in ("name", "years", "scenario", "licenses")} == {
        "name": "small",
        "years": [2027, 2028],
        "scenario": "high",
        "licenses": [{"name": "CC0-1.0"}],
    }
    assert [(resource["path"], resource["profile"]) for resource in package["resources"]] == [
        ("needs.csv", "tabular-data-resource")
    ]


@given(instances())
def test_written_cells_fit_their_schema(instance: Instance) -> None:
    """What is written has the type that the schema states, and no required cell is blank."""
    for table, frame in plain(instance).items():
        for field in table_schema(table, frame.columns)["fields"]:
            cells = frame[field["name"]].tolist()
            assert all(cell is None or isinstance(cell, KINDS[field["type"]]) for cell in cells)
            if field.get("constraints", {}).get("required"):
                assert None not in cells


def test_json_schema() -> None:
    """The schema of one JSON file knows every table, and every reference in it leads somewhere."""
    schema = json_schema()
    tables = schema["properties"]["tables"]
    assert list(tables["properties"]) == list(TABLES)
    assert tables["required"] == [name for name, kind in TABLES.items() if kind.required]
    assert schema["$defs"]["Municipality"]["additionalProperties"] == {"type": "number"}
    assert _references(schema) == {f"#/$defs/{name}" for name in schema["$defs"]}


def _references(part: Any) -> set[str]:
    parts = part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
    found = {part["$ref"]} if isinstance(part, dict) and "$ref" in part else set()
    return found.union(*map(_references, parts))
