"""What the documents say is true: examples are solved, commands are there, links lead somewhere."""

from __future__ import annotations

import ast
import io
import re
import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from typer.main import get_command

from verdeling.aggregates import AGGREGATES
from verdeling.cli.app import app
from verdeling.engine import solve
from verdeling.formulation import FAMILIES
from verdeling.instance import Instance
from verdeling.measures import MEASURES
from verdeling.policy import Policy, policy_names, read_policy

if TYPE_CHECKING:
    from verdeling.solution import Solution

ROOT = Path(__file__).parents[1]
MODELS = ROOT / "models"
POLICIES = [
    *("alpha-fair", "equal-awards", "equal-coverage", "equal-losses", "gini", "go-alone"),
    *("kalai-smorodinsky", "leximin", "maximin", "mean-deviation", "nash", "own-first", "priority"),
    *("proportional", "status-quo", "talmud", "threshold", "utilitarian", "worse-than-average"),
    "worst-fifth",
]
FOLDERS = ["src", "models", "instances", "tests", "benchmarks"]
TIE_BREAKS = {"preference", "moves", "cost"}
NUMBERS = {"value", "load", "relative_load", "places"}
"""Columns of worked answers that hold numbers; the others say what a number is about."""
DOCUMENTS = [
    path
    for path in [*ROOT.glob("*.md"), *(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.md"))]
    if not any(part.startswith(".") for part in path.relative_to(ROOT).parts)
]


def text(path: str) -> str:
    return (ROOT / path).read_text("utf-8")


def blocks(document: str, language: str) -> list[tuple[str, str]]:
    """Fenced blocks in a language: what follows the language on the fence, and the lines inside."""
    found = re.findall(rf"^```{language}\b ?(.*)\n((?:.*\n)*?)```$", document, flags=re.MULTILINE)
    return [(name, lines) for name, lines in found]


def csv_blocks(document: str) -> dict[str, pd.DataFrame]:
    """The tables of a document: fenced blocks ``csv NAME``, cells as text."""
    return {
        name: pd.read_csv(io.StringIO(lines), dtype=str, keep_default_na=False)
        for name, lines in blocks(document, "csv")
    }


def markdown_table(document: str, first: str) -> pd.DataFrame:
    """The Markdown table whose first column has this heading, cells as text without code marks."""
    lines = document.split("\n")
    start = next(number for number, line in enumerate(lines) if line.startswith(f"| {first} |"))
    rows = []
    for line in lines[start:]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip().strip("`") for cell in line.strip("|").split("|")])
    return pd.DataFrame(rows[2:], columns=rows[0])


@cache
def example() -> Instance:
    """The three towns of models/example.md."""
    return Instance.from_tables(csv_blocks(text("models/example.md")))


@cache
def answer(policy: str) -> Solution:
    return solve(example(), policy)


# Policies


def test_every_policy_has_its_page() -> None:
    """A policy is a .toml with an .md beside it, and the README of models names each."""
    readme = text("models/README.md")
    assert policy_names() == POLICIES
    for name in POLICIES:
        policy = read_policy(name)
        page = text(f"models/{name}.md")
        assert page.startswith(f"# {policy.title} · {policy.title_nl}\n")
        assert f"> {policy.question}\n> {policy.question_nl}\n" in page
        assert f"| [{name}]({name}.md) | {policy.question} | {policy.question_nl} |" in readme
        headings = re.findall(r"^## (.*)$", page, flags=re.MULTILINE)
        assert headings == [
            "Intent", "Formula", "Whom it protects", "What it sacrifices", "Example", "Literature",
        ]  # fmt: skip


@pytest.mark.parametrize("name", POLICIES)
def test_policy_ends_with_tie_breaks(name: str) -> None:
    """Every policy settles preference, moves and cost, so that little is left arbitrary.

    One that begins with moves has settled them.
    """
    measures = [goal.measure for goal in read_policy(name).goal]
    first = {"moves"} & {measures[0]}
    assert set(measures[len(first) - 3 :]) | first == TIE_BREAKS


def test_maximin_and_leximin_begin_alike() -> None:
    """Before the load maximin and leximin have the same goals and the same key."""
    maximin, leximin = read_policy("maximin"), read_policy("leximin")
    place = [goal.measure for goal in leximin.goal].index("relative_load")
    assert maximin.goal[:place] == leximin.goal[:place]
    assert maximin.key == leximin.key


def test_priority_is_leximin_after_the_urgent() -> None:
    """The policy priority is leximin with one goal before it."""
    assert read_policy("priority").goal[1:] == read_policy("leximin").goal


@pytest.mark.parametrize("name", POLICIES)
@pytest.mark.parametrize("table", ["goals", "loads", "placements"])
def test_worked_example(name: str, table: str) -> None:
    """The example in a policy's page has the answer that is worked out there, in full."""
    stated = csv_blocks(text(f"models/{name}.md"))[table]
    solution = answer(name)
    found = solution.goals if table == "goals" else solution.table(table)
    numbers = [column for column in stated if column in NUMBERS]
    words = [column for column in stated if column not in NUMBERS]
    assert solution.status == "optimal"
    assert _numbers(stated, words, numbers) == pytest.approx(_numbers(found, words, numbers), abs=1e-6)


def _numbers(table: pd.DataFrame, words: list[str], numbers: list[str]) -> dict[tuple[str, ...], float]:
    """Each number of a table under what it is about."""
    return {
        (*(str(row[word]) for word in words), number): float(row[number])
        for row in table.to_dict("records")
        for number in numbers
    }


@pytest.mark.parametrize("name", POLICIES)
def test_comparison(name: str) -> None:
    """The table in the README of models says what each policy makes of the example."""
    table = markdown_table(text("models/README.md").split("under every policy")[1], "policy")
    (row,) = table[table["policy"] == name].to_dict("records")
    solution = answer(name)
    loads = solution.loads.set_index("municipality")
    costs = solution.placements["place_type"].map(
        example()["place_types"].set_index("place_type")["annual_cost"]
    )
    moves = solution.goals.set_index("measure").loc["moves", "value"]
    found = loads["load"].to_dict() | {
        "heaviest": loads["relative_load"].max(),
        "waiting": solution.waiting["waiting"].sum(),
        "moves": moves,
        "cost": (costs * solution.placements["places"]).sum(),
    }
    assert {column: float(row[column]) for column in found} == pytest.approx(found)


def test_key_of_the_readme() -> None:
    """The key that the README of models shows can be used."""
    ((_, key),) = blocks(text("models/README.md").replace("\n   ", "\n"), "toml")
    policy = Policy.model_validate(read_policy("leximin").model_dump() | tomllib.loads(key))
    assert [(part.attribute, part.weight) for part in policy.key.component] == [
        ("population", 2),
        ("dwellings", 1),
    ]


# The mathematics


def test_families_are_described() -> None:
    """models/formulation.md has a heading for every family of rows, in order, and no other."""
    headings = re.findall(r"^### (.*)$", text("models/formulation.md"), flags=re.MULTILINE)
    assert headings == list(FAMILIES)


def test_measures_are_described() -> None:
    """models/measures.md has every measure with what it can be over, in order, and every aggregate."""
    document = text("models/measures.md")
    measures = markdown_table(document, "measure").set_index("measure")["over"]
    assert {name: tuple(over.split(", ")) for name, over in measures.items()} == {
        name: measure.over for name, measure in MEASURES.items()
    }
    assert set(markdown_table(document, "aggregate")["aggregate"]) == set(AGGREGATES)


def test_fields_are_described() -> None:
    """The README of models names every measure and aggregate that a goal can have."""
    fields = text("models/README.md").split("## What a policy file says")[1]
    rows = dict(re.findall(r"^\| `(.*?)` \| (.*) \|$", fields, flags=re.MULTILINE))
    assert set(re.findall(r"`(\w+)`", rows["measure"])) == set(MEASURES)
    assert set(re.findall(r"`(\w+)`", rows["aggregate"])) == set(AGGREGATES)


# The README of the project


def test_two_set_up_commands() -> None:
    """The README has exactly two set-up commands, each one line, each making its own environment."""
    commands = [lines.splitlines() for _, lines in blocks(text("README.md"), "bash")]
    assert [len(lines) for lines in commands] == [1, 1]
    assert all(line.startswith("python3 -m venv .venv && ") for (line,) in commands)
    assert "verdeling solve instances/enschede" in commands[0][0]
    assert "pytest" in commands[1][0]


def test_first_use_from_python(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """The Python example of the README prints what the README says."""
    ((_, program),) = blocks(text("README.md"), "python")
    ((_, printed),) = blocks(text("README.md"), "text")
    monkeypatch.chdir(ROOT)
    exec(compile(program, "README.md", "exec"), {})
    assert capsys.readouterr().out == printed


def test_commands() -> None:
    """The README has a row for every command of the command line, and for no other."""
    rows = re.findall(r"^\| `verdeling ([\w-]+)", text("README.md"), flags=re.MULTILINE)
    assert sorted(rows) == sorted(get_command(app).commands)  # type: ignore[attr-defined]


def test_exit_codes() -> None:
    """The exit codes of the README are those that the command line states."""
    rows = re.findall(r"^\| (\d+) \|", text("README.md"), flags=re.MULTILINE)
    assert rows == re.findall(r"^ *(\d+) ", str(app.info.epilog), flags=re.MULTILINE)


# All documents


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_folder_says_what_it_is(folder: str) -> None:
    """Each top-level folder has a README with a title."""
    assert text(f"{folder}/README.md").startswith("# ")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(document: Path) -> None:
    """A link to a file of the repository leads to a file, and one to a heading leads to a heading."""
    prose = re.sub(r"^```.*?^```$", "", document.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", prose):
        if "://" in target:
            continue
        path, _, anchor = target.partition("#")
        file = (document.parent / path).resolve() if path else document
        assert file.exists(), target
        assert not anchor or anchor in _anchors(file), target


def _anchors(file: Path) -> set[str]:
    headings = re.findall(r"^#+ (.*)$", file.read_text("utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-") for heading in headings}


# The architecture


def test_layers() -> None:
    """ARCHITECTURE.md lists every module once, and a module imports only from those before it."""
    (listed,) = [lines for name, lines in blocks(text("ARCHITECTURE.md"), "text") if name == "layers"]
    order = [name.strip() for line in listed.splitlines() for name in line[18:].split(",")]
    package = ROOT / "src" / "verdeling"
    modules = {_module(path.relative_to(package)): path for path in package.rglob("*.py")}
    assert sorted(order) == sorted(modules.keys() - {""})
    for name in order:
        allowed = set(order[: order.index(name)])
        assert _imported(modules[name], modules) <= allowed, name


def _module(path: Path) -> str:
    """Name of a module below the package; the root of the package is empty."""
    return ".".join(path.with_suffix("").parts).removesuffix("__init__").removesuffix(".")


def _imported(file: Path, modules: dict[str, Path]) -> set[str]:
    """Modules of the package that a module imports when it runs, below the root."""
    tree = ast.parse(file.read_text("utf-8"))
    unused = {
        id(node)
        for branch in ast.walk(tree)
        if isinstance(branch, ast.If) and "TYPE_CHECKING" in ast.dump(branch.test)
        for node in ast.walk(branch)
    }
    found = set()
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.ImportFrom)
            and (node.module or "").startswith("verdeling")
            and id(node) not in unused
        ):
            source = (node.module or "").removeprefix("verdeling").removeprefix(".")
            names = {f"{source}.{alias.name}".removeprefix(".") for alias in node.names}
            found |= {name if name in modules else source for name in names}
    return found
