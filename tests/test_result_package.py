"""A written result: every claim of its schema is true, it is read back as it was, and no change slips in."""

from __future__ import annotations

import csv
import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import pandas as pd
import pytest

from hand_made import agreement, small
from verdeling.adapters import read_instance
from verdeling.comparing.comparison import compare
from verdeling.engine import solve, solve_each
from verdeling.errors import NoSolutionError, OutputError, RunError
from verdeling.explaining.explanation import explain
from verdeling.language import Language
from verdeling.output import write_solution
from verdeling.policy import read_policy
from verdeling.reporting.package import seal_of
from verdeling.reporting.reopening import read_result
from verdeling.reporting.result_tables import FIELDS, RESULT_TABLES
from verdeling.reporting.writing import write_report
from verdeling.texts import TEXTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from verdeling.solution import Solution

INSTANCES = Path(__file__).parents[1] / "instances"
NASTY = ["<script>alert(1)</script>", 'Hof "van", Twente', "=1+1\nnext line", "شرق" + "x" * 95]


def nasty() -> Solution:
    named = small(
        municipalities=f"""
        municipality,name,region,population
        GM1,{NASTY[0]},Twente,2000
        GM2,"{NASTY[1].replace('"', '""')}",Twente,8000
        GM3,{NASTY[3]},Achterhoek,3000
        """,
        agreements=agreement("built", ">=", 100, strength=1.0, text='a, "b" and ; c'),
    )
    return solve(named)


@pytest.fixture(scope="module")
def results() -> dict[str, Solution]:
    """Whole and fractional, with names that hurt, with ranges, and without a plan."""
    towns = read_instance(INSTANCES / "three-towns")
    (ranged,) = solve_each(towns, [read_policy("leximin")], room=True)
    assert not isinstance(ranged, Exception)
    return {
        "three-towns": solve(towns),
        "enschede": solve(read_instance(INSTANCES / "enschede"), scenario="high", whole=False),
        "ranged": ranged,
        "nasty": nasty(),
        "infeasible": solve(read_instance(INSTANCES / "impossible-agreements")),
    }


NAMES = ["three-towns", "enschede", "ranged", "nasty", "infeasible"]


# An independent reader: JSON and CSV alone


def opened(folder: Path) -> tuple[dict[str, Any], dict[str, list[dict[str, str]]]]:
    """The descriptor, and the rows of every resource as text."""
    package = json.loads((folder / "datapackage.json").read_text("utf-8"))
    rows = {}
    for resource in package["resources"]:
        with (folder / resource["path"]).open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            rows[resource["name"]] = list(reader)
            assert reader.fieldnames == [field["name"] for field in resource["schema"]["fields"]]
    return package, rows


CASTS: dict[str, Callable[[str], object]] = {
    "integer": int,
    "number": float,
    "string": str,
    "boolean": ["no", "yes"].index,
    "any": str,
}


def false_claims(folder: Path) -> Iterator[str]:
    """Everything that the descriptor says of the files and that is not so."""
    package, rows = opened(folder)
    for resource in package["resources"]:
        name, schema, content = resource["name"], resource["schema"], (folder / resource["path"]).read_bytes()
        if resource["hash"] != f"sha256:{hashlib.sha256(content).hexdigest()}":
            yield f"{name}: hash"
        if resource["bytes"] != len(content):
            yield f"{name}: bytes"
        for field in schema["fields"]:
            yield from (
                f"{name}.{field['name']}: {row[field['name']]!r} is no {field['type']}"
                for row in rows[name]
                if not fits(row[field["name"]], field)
            )
        key = schema.get("primaryKey", [])
        keys = [tuple(row[column] for column in key) for row in rows[name]]
        if key and len(set(keys)) < len(keys):
            yield f"{name}: key"
        yield from (
            f"{name}: {row[each['fields']]} is not in {each['reference']['resource']}"
            for each in schema.get("foreignKeys", [])
            for row in rows[name]
            if row[each["fields"]] not in known(rows, each["reference"])
        )


def fits(cell: str, field: dict[str, Any]) -> bool:
    """Whether a cell is what its field says."""
    if cell == "":
        return not field.get("constraints", {}).get("required")
    try:
        CASTS[field["type"]](cell)
    except ValueError:
        return False
    return True


def known(rows: dict[str, list[dict[str, str]]], reference: dict[str, str]) -> set[str]:
    """Ids that a cell can refer to; an empty one refers to nothing."""
    return {row[reference["fields"]] for row in rows[reference["resource"]]} | {""}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("lang", get_args(Language))
def test_every_claim_is_true(results: dict[str, Solution], name: str, lang: Language, tmp_path: Path) -> None:
    """Types, keys, references, required cells, sizes and digests are as the descriptor says."""
    write_solution(results[name], tmp_path / "result", lang=lang)
    assert list(false_claims(tmp_path / "result")) == []


def test_a_false_claim_is_seen(results: dict[str, Solution], tmp_path: Path) -> None:
    """The check of claims can fail: a repeated row, an unknown id and a word for a number are found."""
    write_solution(results["three-towns"], tmp_path / "result")
    file = tmp_path / "result" / "placements.csv"
    lines = file.read_text("utf-8").splitlines()
    file.write_text("\n".join([*lines, lines[1], "X,statushouders,social_rent,soon,1"]) + "\n", "utf-8")
    found = " ".join(false_claims(tmp_path / "result"))
    for claim in ("hash", "bytes", "key", "X is not in municipalities", "'soon' is no integer"):
        assert claim in found


def test_the_package_says_what_it_is(results: dict[str, Solution], tmp_path: Path) -> None:
    """Title, years, scenario, policy, status, sources and licence stand in the descriptor."""
    solution = results["enschede"]
    write_solution(solution, tmp_path / "result", lang="nl")
    package, rows = opened(tmp_path / "result")
    about = solution.instance.about
    assert package["title"] == f"Resultaat van {about.title}"
    assert (package["years"], package["scenario"]) == (list(about.years), "high")
    assert (package["status"], package["whole_places"]) == ("optimal", False)
    assert package["policy"]["name"] == "leximin"
    assert package["licenses"] == [{"name": about.licence}]
    assert [each["title"] for each in package["sources"]] == [each.title for each in about.sources]
    assert sum(float(row["places"]) for row in rows["placements"]) == pytest.approx(
        solution.loads["places"].sum()
    )


def test_estimates_are_marked(tmp_path: Path) -> None:
    """Rows that follow from one number are marked by it, other tables say what they rest on."""
    towns = read_instance(INSTANCES / "three-towns")
    needs = towns["needs"]
    supply = towns["supply"].assign(estimate=False)
    towns = towns.replace(needs=needs.assign(estimate=needs["municipality"] == "B"), supply=supply)
    write_solution(solve(towns), tmp_path / "result", lang="nl")
    package, rows = opened(tmp_path / "result")
    assert {(row["municipality"], row["estimate"]) for row in rows["waiting"]} == {
        ("A", "no"), ("B", "yes"), ("C", "no")
    }  # fmt: skip
    by_name = {each["name"]: each for each in package["resources"]}
    assert by_name["placements"]["rests_on_estimates_in"] == ["needs"]
    assert by_name["placements"]["description"] == (
        "De plekken die gegeven worden. Rust op schattingen: 4 van de 12 getallen over opgave."
    )
    assert package["estimates"]["needs"] == {"estimates": 4, "rows": 12}


def test_every_column_is_described() -> None:
    """Every column of a written table has a type and words in both languages, and so has every table."""
    columns = {column for table in RESULT_TABLES.values() for column in table.columns}
    assert columns <= set(FIELDS)
    assert {f"{kind}.{column}" for column in FIELDS for kind in ("column", "heading")} <= set(TEXTS)
    assert {f"holds.{name}" for name in RESULT_TABLES} <= set(TEXTS)


# Reading it again


@pytest.mark.parametrize("name", NAMES)
def test_round_trip(results: dict[str, Solution], name: str, tmp_path: Path) -> None:
    """What is read is what was written: status, policy, instance, provenance, and every number exactly."""
    solution = results[name]
    write_solution(solution, tmp_path / "result")
    found = read_result(tmp_path / "result")
    assert (found.status, found.whole, found.policy) == (solution.status, solution.whole, solution.policy)
    assert found.instance == solution.instance
    assert found.provenance == solution.provenance
    assert set(found.tables) == set(solution.tables)
    for table, frame in solution.tables.items():
        read = found.table(table)
        pd.testing.assert_frame_equal(read, frame.astype(dict(read.dtypes)), check_exact=True)
    for read, frame in ((found.goals, solution.goals), (found.conflict, solution.conflict)):
        pd.testing.assert_frame_equal(read, frame.astype(dict(read.dtypes)), check_exact=True)


def test_written_twice(results: dict[str, Solution], tmp_path: Path) -> None:
    """What was read is written as the same files, and the input in it can be solved again."""
    write_solution(results["three-towns"], tmp_path / "one")
    write_solution(read_result(tmp_path / "one"), tmp_path / "two")
    for file in (tmp_path / "one").rglob("*.*"):
        again = tmp_path / "two" / file.relative_to(tmp_path / "one")
        assert file.is_dir() or again.read_bytes() == file.read_bytes(), file.name
    again = solve(read_instance(tmp_path / "one" / "instance"))
    pd.testing.assert_frame_equal(again.placements, results["three-towns"].placements)


def resealed(folder: Path, file: str) -> None:
    """Make the descriptor agree with a file that was changed."""
    package = json.loads((folder / "datapackage.json").read_text("utf-8"))
    for resource in package["resources"]:
        if resource["path"] == file:
            content = (folder / file).read_bytes()
            resource["hash"] = f"sha256:{hashlib.sha256(content).hexdigest()}"
            resource["bytes"] = len(content)
    (folder / "datapackage.json").write_text(json.dumps(package), "utf-8")


def codes(folder: Path) -> list[str]:
    """Codes of what is wrong with a result, each with its three parts."""
    with pytest.raises(RunError) as caught:
        read_result(folder)
    assert all(problem.what and problem.why and problem.remedy for problem in caught.value.problems)
    return [problem.code for problem in caught.value.problems]


def test_changed_and_missing_files(results: dict[str, Solution], tmp_path: Path) -> None:
    """A number that was changed and files that are gone are refused together."""
    folder = tmp_path / "result"
    write_solution(results["three-towns"], folder)
    text = (folder / "placements.csv").read_text("utf-8")
    (folder / "placements.csv").write_text(text.replace(",11\n", ",12\n"), "utf-8")
    (folder / "loads.csv").unlink()
    (folder / "instance" / "needs.csv").unlink()
    assert sorted(codes(folder)) == ["changed-file", "missing-file", "missing-file"]


def test_another_input(results: dict[str, Solution], tmp_path: Path) -> None:
    """An input or a policy that was not solved is refused, also when its digest was made to fit."""
    folder = tmp_path / "result"
    write_solution(results["three-towns"], folder)
    file = folder / "instance" / "groups.csv"
    file.write_text(file.read_text("utf-8").replace("Recognised refugees", "Others"), "utf-8")
    resealed(folder, "instance/groups.csv")
    package = json.loads((folder / "datapackage.json").read_text("utf-8"))
    package["policy"]["tolerance"] = 1e-8
    package["seal"] = seal_of(package)
    (folder / "datapackage.json").write_text(json.dumps(package), "utf-8")
    assert codes(folder) == ["changed-file", "changed-file"]


@pytest.mark.parametrize(
    ("was", "becomes", "code"),
    [
        ('"unit": "places"', '"unit": "beds"', "other-columns"),
        ('"format": 1', '"format": 2', "no-result"),
        ('"kind": "result"', '"kind": "other"', "no-result"),
        ('"path": "loads.csv"', '"path": "../loads.csv"', "path-outside"),
        ('"status": "optimal",\n  "whole', '"status": "perfect",\n  "whole', "no-result"),
    ],
)
def test_another_descriptor(
    results: dict[str, Solution], was: str, becomes: str, code: str, tmp_path: Path
) -> None:
    """Other units, another form and paths that lead elsewhere are refused."""
    folder = tmp_path / "result"
    write_solution(results["three-towns"], folder)
    text = (folder / "datapackage.json").read_text("utf-8")
    assert was in text
    (folder / "datapackage.json").write_text(text.replace(was, becomes), "utf-8")
    assert code in codes(folder)


def test_not_a_result(tmp_path: Path) -> None:
    """An instance, an empty folder and nothing at all are no results."""
    assert codes(INSTANCES / "three-towns") == ["no-result"]
    assert codes(tmp_path) == ["no-result"]
    assert codes(tmp_path / "nowhere") == ["no-result"]


@pytest.mark.parametrize("name", ["three-towns", "infeasible"])
def test_a_report_without_an_ending(results: dict[str, Solution], name: str, tmp_path: Path) -> None:
    """A report in a folder is the data package of its division; a comparison alone has none."""
    write_solution(results[name], tmp_path / "one", lang="nl")
    write_report(explain(results[name]), tmp_path / "two")
    for file in (tmp_path / "one").rglob("*.*"):
        assert (tmp_path / "two" / file.relative_to(tmp_path / "one")).read_bytes() == file.read_bytes()
    with pytest.raises(OutputError):
        write_report(results[name], tmp_path / "two")
    towns = read_instance(INSTANCES / "three-towns")
    with pytest.raises(NoSolutionError, match="no division"):
        write_report(compare(towns, ["leximin"], room=False), tmp_path / "three")
    assert not (tmp_path / "three").exists()


def test_a_time_limited_result(results: dict[str, Solution], tmp_path: Path) -> None:
    """The best answer so far stays only that when it is read."""
    write_solution(replace(results["three-towns"], status="time_limit"), tmp_path / "result")
    assert read_result(tmp_path / "result").status == "time_limit"


def test_a_result_with_outlines_is_replaced(results: dict[str, Solution], tmp_path: Path) -> None:
    """Outlines of municipalities belong to what a result holds, and do not keep it from being replaced."""
    write_solution(results["three-towns"], tmp_path / "result")
    assert (tmp_path / "result" / "instance" / "boundaries.geojson").is_file()
    write_solution(results["three-towns"], tmp_path / "result", overwrite=True)


def test_an_input_with_files_of_somebody_else_is_left_alone(
    results: dict[str, Solution], tmp_path: Path
) -> None:
    """Overwriting a result never takes along a file that somebody put into it."""
    write_solution(results["three-towns"], tmp_path / "result")
    (tmp_path / "result" / "instance" / "notes.txt").write_text("mine")
    with pytest.raises(Exception, match=r"notes\.txt"):
        write_solution(results["three-towns"], tmp_path / "result", overwrite=True)
