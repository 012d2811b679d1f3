"""A result as a data package: every table with its schema, the input it rests on, and where it comes from."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import pandas as pd

from verdeling.adapters import write_instance
from verdeling.adapters.dutch import TABLES_IN_DUTCH, in_dutch
from verdeling.adapters.package import BOUNDARIES, DESCRIPTOR
from verdeling.adapters.raw import plain
from verdeling.amounts import estimated
from verdeling.certifying.certificate import FILE as CERTIFICATE
from verdeling.fairness import indicators
from verdeling.language import language, listed, say
from verdeling.phrases import titles
from verdeling.plainfiles import write_csv, write_json
from verdeling.reporting.result_tables import RESULT_TABLES, kind_of, table_schema
from verdeling.schema import data_package
from verdeling.statements import Statements, estimated_rows
from verdeling.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from verdeling.certifying.certificate import Certificate
    from verdeling.instance import Instance
    from verdeling.language import Language
    from verdeling.reporting.result_tables import ResultTable
    from verdeling.solution import Solution

FORMAT = 1
"""Number of the form of a written result; another form is refused when it is read."""

INPUT = "instance"
"""Folder inside a result with the instance that was solved, restricted to its scenario."""

RENAMED = {"support": "support_offered"}
"""Resources of the input that a table of the result has the name of."""


def write_package(
    solution: Solution, folder: Path, lang: Language, certificate: Certificate | None = None
) -> None:
    """Fill an empty folder with a Frictionless data package of a result.

    It has a CSV file for each table of `RESULT_TABLES` that there is, the input in the folder
    ``instance`` (a data package of its own, which `read_instance` reads), and ``datapackage.json``:
    title, years, scenario, policy, status, sources, licence, provenance, estimates, and of each file
    its schema, size and SHA-256. It is sealed itself (`seal_of`).

    Parameters
    ----------
    solution : Solution
        Solved, or infeasible: then there are no tables of a plan.
    folder : Path
        An empty folder.
    lang : {"en", "nl"}
        Language of titles, descriptions and sentences; ids and names of columns have none.
    certificate : Certificate, optional
        What proves its goals; a file of its own.

    Raises
    ------
    NoSolutionError
        If the solution is unsolved.
    """
    lang, tables = language(lang), _tables(solution, lang)
    for name, frame in tables.items():
        write_csv(frame, folder / f"{name}.csv")
    write_instance(solution.instance, folder / INPUT)
    own = _own_resources(solution, tables, lang)
    if certificate is not None:
        write_json(certificate.content, folder / CERTIFICATE)
        own.append(_certificate_resource(lang))
    resources = [sealed(folder, each) for each in [*own, *_input_resources(solution.instance, lang)]]
    descriptor = _descriptor(solution, resources, lang)
    write_json({**descriptor, "seal": seal_of(descriptor)}, folder / DESCRIPTOR)


def seal_of(descriptor: Mapping[str, Any]) -> str:
    """SHA-256 of all that a descriptor says, but for the seal itself; no file says that of the descriptor."""
    content = {name: value for name, value in descriptor.items() if name != "seal"}
    text = json.dumps(content, ensure_ascii=False, sort_keys=True)
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def _certificate_resource(lang: Language) -> dict[str, Any]:
    """The certificate as a resource that is no table."""
    return {
        "name": "certificate",
        "path": CERTIFICATE,
        "profile": "data-resource",
        "description": say("certify.about", lang),
        "format": "json",
        "mediatype": "application/json",
        "encoding": "utf-8",
    }


def result_files() -> set[str]:
    """Every file and folder that a written result can have, by path."""
    inside = {DESCRIPTOR, BOUNDARIES, *(f"{name}.csv" for name in TABLES)}
    own = {DESCRIPTOR, INPUT, CERTIFICATE, *(f"{name}.csv" for name in RESULT_TABLES)}
    return own | {f"{INPUT}/{name}" for name in inside}


def sealed(folder: Path, resource: dict[str, Any]) -> dict[str, Any]:
    """A resource with the size and SHA-256 of its file, so that a change shows."""
    content = (folder / resource["path"]).read_bytes()
    seal = f"sha256:{hashlib.sha256(content).hexdigest()}"
    return {**resource, "bytes": len(content), "hash": seal}


def result_tables(solution: Solution, *, whole: bool) -> dict[str, pd.DataFrame]:
    """The tables of a result in numbers, with the columns of `RESULT_TABLES`; ``explanation`` is words.

    Parameters
    ----------
    solution : Solution
        Any; without a plan it has only its goals and its conflict.
    whole : bool
        Whether places are written as whole numbers.
    """
    tables = dict(solution.tables)
    if solution.has_numbers:
        shares = solution.loads.set_index("municipality")["fair_share"]
        found = indicators(solution.instance, solution.placements, shares, builds=solution.builds)
        tables["indicators"] = found[found["value"].notna()]  # there is no plan to compare with
        tables |= marked(solution)
    tables |= {"goals": solution.goals, "conflict": solution.conflict}
    return {
        name: typed(tables[name], table, whole=whole)
        for name, table in RESULT_TABLES.items()
        if name in tables
    }


def _tables(solution: Solution, lang: Language) -> dict[str, pd.DataFrame]:
    """Every table of a result."""
    told = Statements.of(solution).sentences(lang)
    explanation = pd.DataFrame({"sentence": told}, dtype="str")
    return {**result_tables(solution, whole=solution.whole), "explanation": explanation}


def typed(frame: pd.DataFrame, table: ResultTable, *, whole: bool) -> pd.DataFrame:
    """The columns of a table in their order, numbers as numbers: without decimals where they are whole."""
    kinds = {column: kind_of(table, column, whole=whole) for column in table.columns}
    dtypes = {"integer": "int64", "number": "float64"}
    numbers = {column: dtypes[kind] for column, kind in kinds.items() if kind in dtypes}
    return frame[list(table.columns)].astype(numbers)


def marked(solution: Solution) -> dict[str, pd.DataFrame]:
    """The tables whose rows follow from single rows of the input, with a mark where these are estimates.

    Returns
    -------
    dict of str to DataFrame
        ``waiting``, ``builds`` and ``support`` with the column ``estimate``.
    """
    sources = {
        "waiting": ("needs", ["group", "region", "municipality", "year"]),
        "builds": ("projects", ["project"]),
        "support": ("support", ["provider", "year"]),
    }
    found = {}
    for name, (source, keys) in sources.items():
        frame, given = solution.table(name), solution.instance[source]
        guessed = set(given.loc[given["estimate"], keys].itertuples(index=False, name=None))
        rows = frame[keys].itertuples(index=False, name=None)
        found[name] = frame.assign(estimate=pd.Series([row in guessed for row in rows], dtype=bool))
    return found


def _own_resources(
    solution: Solution, tables: Mapping[str, pd.DataFrame], lang: Language
) -> list[dict[str, Any]]:
    present = {*tables, *plain(solution.instance)}
    guessed = {name: each for name, each in estimated_rows(solution.instance).items() if each[0]}
    found = []
    for name in tables:
        rests = {table: guessed[table] for table in RESULT_TABLES[name].rests_on if table in guessed}
        resource = file_resource(name, _holds(name, rests, lang))
        resource["schema"] = table_schema(name, RESULT_TABLES, present, lang, whole=solution.whole)
        if rests:
            resource["rests_on_estimates_in"] = [RENAMED.get(table, table) for table in rests]
        found.append(resource)
    return found


def file_resource(name: str, description: str, path: str = "") -> dict[str, Any]:
    """A tabular resource of a data package, without its schema."""
    return {
        "name": name,
        "path": path or f"{name}.csv",
        "profile": "tabular-data-resource",
        "description": description,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
    }


def _holds(name: str, rests: Mapping[str, tuple[int, int]], lang: Language) -> str:
    """What a table holds, and on which estimates it rests."""
    told = say(f"holds.{name}", lang)
    if not rests:
        return told
    parts = [
        say("note.rows", lang, part=estimated(*counts, lang), table=say(f"table.{table}", lang))
        for table, counts in rests.items()
    ]
    return say("holds.rests", lang, table=told, parts=listed(parts, lang))


def _input_resources(instance: Instance, lang: Language) -> list[dict[str, Any]]:
    """Resources of the input, described as in its own package, under names that are free."""
    columns = {name: list(map(str, frame)) for name, frame in plain(instance).items()}
    found = []
    for resource in data_package(instance.about, columns)["resources"]:
        table = resource["name"]
        told = {"name": RENAMED.get(table, table), "path": f"{INPUT}/{resource['path']}"}
        if lang == "nl":
            told["description"] = TABLES_IN_DUTCH[table]
            for field in resource["schema"]["fields"]:
                field["description"] = _in_dutch(table, field["name"])
        found.append(resource | told)
    return found


def _in_dutch(table: str, column: str) -> str:
    known = column in TABLES[table].columns
    return in_dutch(table, column)[0] if known else say("column.attribute", "nl")


def _descriptor(solution: Solution, resources: list[dict[str, Any]], lang: Language) -> dict[str, Any]:
    about, policy = solution.instance.about, solution.policy
    status = say(f"status.{solution.status}", lang)
    stated = data_package(about, {})
    counts = estimated_rows(solution.instance)
    return {
        "profile": "tabular-data-package",
        "name": f"{about.name}-result",
        "title": say("result.title", lang, title=about.title),
        "description": say("result.about", lang, policy=titles(policy, lang)[0], status=status),
        **{name: stated[name] for name in ("licenses", "sources", "years") if name in stated},
        "verdeling": {"kind": "result", "format": FORMAT, "lang": lang},
        "scenario": about.scenario,
        "status": solution.status,
        "whole_places": solution.whole,
        "policy": policy.model_dump(mode="json"),
        "provenance": dict(solution.provenance),
        "estimates": {name: {"estimates": count, "rows": rows} for name, (count, rows) in counts.items()},
        "resources": resources,
    }
