"""The command line: every command, every exit code, and output that a person can read."""

from __future__ import annotations

import importlib
import json
import pkgutil
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from openpyxl import load_workbook
from rich.console import Console
from typer.main import get_command
from typer.testing import CliRunner

import verdeling.cli
from hand_made import small as by_hand
from small import small
from verdeling.adapters import read_instance, write_instance
from verdeling.cli import app as cli
from verdeling.cli import ending
from verdeling.cli import solve as solving
from verdeling.cli.display import Display
from verdeling.cli.interrupting import INTERRUPTED
from verdeling.cli.panels import PANELS
from verdeling.cli.progress import progress
from verdeling.cli.screen import Screen
from verdeling.engine import solve
from verdeling.errors import Problem, SolverError
from verdeling.policy import policy_names
from verdeling.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Callable

    from click.testing import Result

    from verdeling.instance import Instance
    from verdeling.solution import Solution

INSTANCES = Path(__file__).parents[1] / "instances"
TOWNS, IMPOSSIBLE = str(INSTANCES / "three-towns"), str(INSTANCES / "impossible-agreements")
COMMANDS = [name for names in PANELS.values() for name in names]
WIDTH = 100


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli.app, [str(argument) for argument in arguments])


def refused(result: Result) -> str:
    """What was said on standard error by a command that refused its input."""
    assert result.exit_code == ending.BAD_INPUT, result.output
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    assert "Why:" in result.stderr
    assert "Do:" in result.stderr
    return result.stderr


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A small instance as a folder, to break."""
    write_instance(small(), tmp_path / "small")
    return tmp_path / "small"


# Help


def test_help() -> None:
    """Every command stands once, under one of the headings, and the exit codes below them."""
    result = run("--help")
    assert result.exit_code == 0
    listed = re.findall(r"^(\w+):$|^  ([a-z][\w-]*) {2,}\w", result.stdout, re.MULTILINE)
    expected = [each for heading, names in PANELS.items() for each in (heading, *names)]
    assert [heading or name for heading, name in listed if heading != "Options"] == expected
    for code in (
        0,
        ending.UNEXPECTED,
        ending.BAD_INPUT,
        ending.INFEASIBLE,
        ending.TIME_LIMIT,
        INTERRUPTED,
    ):
        assert re.search(rf"^  +{code}  +\w", result.stdout, re.MULTILINE), code


def test_every_command_has_its_place() -> None:
    """What the modules of the command line offer stands under the headings, each with its module."""
    listed = {(name, home) for commands in PANELS.values() for name, home in commands.items()}
    modules = [each.name for each in pkgutil.iter_modules(verdeling.cli.__path__)]
    homes = {module: importlib.import_module(f"verdeling.cli.{module}") for module in modules}
    offered = {(name, module) for module, home in homes.items() for name in getattr(home, "COMMANDS", ())}
    assert listed == offered
    assert list(get_command(cli.app).commands) == COMMANDS  # type: ignore[attr-defined]


def test_a_command_that_is_not_there() -> None:
    """The one that was probably meant is named."""
    result = run("sovle", TOWNS)
    assert result.exit_code == ending.BAD_INPUT
    assert "Did you mean 'solve'?" in result.stderr


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_a_command(command: str) -> None:
    """Every command says what it does, with examples that name it."""
    result = run(command, "--help")
    assert result.exit_code == 0
    assert f"verdeling {command}" in result.stdout.partition("Examples:")[2] or command == "policies"


def test_version() -> None:
    """The version is that of the package."""
    result = run("--version")
    assert (result.exit_code, result.stdout) == (0, "verdeling 0.1.0\n")


def test_usage_errors() -> None:
    """No command, an unknown one and an unknown option end with code 2."""
    assert [run(*each).exit_code for each in ([], ["divide-by-zero"], ["solve", TOWNS, "--hurry"])] == [
        2,
        2,
        2,
    ]


# Check


@pytest.mark.parametrize(
    ("lang", "expected"), [("en", "households in need"), ("nl", "huishoudens in de opgave")]
)
def test_check(lang: str, expected: str) -> None:
    """A sound instance: its size, its scenarios, and how much of it is estimated."""
    result = run("check", INSTANCES / "enschede", "--lang", lang)
    assert result.exit_code == 0
    assert expected in result.stdout
    assert "high, low, middle*" in result.stdout
    assert ("All 1,206 numbers" if lang == "en" else "Alle 1.206 getallen") in result.stdout


def test_check_lists_all_problems(package: Path) -> None:
    """Everything that is wrong, also more than a few of a kind, each with table, row and column."""
    supply = pd.read_csv(package / "supply.csv", dtype=str, keep_default_na=False)
    needs = pd.read_csv(package / "needs.csv", dtype=str, keep_default_na=False)
    pd.concat([supply.assign(places="-1", year=str(2027 + more)) for more in range(3)]).to_csv(
        package / "supply.csv", index=False
    )
    needs.assign(group="nobody").to_csv(package / "needs.csv", index=False)
    told = refused(run("check", package))
    assert told.count("column places: '-1'") == 3 * len(supply)
    assert told.count("There is no") >= len(needs)
    assert "row 4, column places" in told


# Solve


@pytest.fixture(scope="module")
def real() -> Solution:
    return solve(read_instance(INSTANCES / "enschede"), scenario="high", whole=False)


def shown(solution: Solution, lang: Any, width: int = WIDTH) -> str:
    """What the screen shows of a solution."""
    console = Console(width=width, markup=False, highlight=False, emoji=False)
    with console.capture() as caught:
        Display(Screen(console), solution, lang).show()
    return caught.get()


def test_solve() -> None:
    """The division that three-towns' README works out, with status, policy and question."""
    result = run("solve", TOWNS)
    assert result.exit_code == 0
    assert result.stderr == ""
    assert "Policy Leximin. Whose load is heaviest, and can it be made lighter?" in result.stdout
    assert "Status: optimal, in whole places." in result.stdout
    assert re.search(r"Astad +30 +11 +40.0% +1.38", result.stdout)
    assert re.search(r"Recognised refugees +11 +6 +3 +20", result.stdout)
    assert re.search(r"Regular house seekers +40 +31 +78% +6 +9", result.stdout)


@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize("width", [WIDTH, 70])
def test_nothing_is_cut_off(real: Solution, lang: str, width: int) -> None:
    """Lines fit the screen, no name or number is broken, and every municipality's total is there."""
    told = shown(real, lang, width)
    assert max(map(len, told.splitlines())) <= width
    assert "…" not in told
    for name in ("Dinkelland", "Haaksbergen", "Oldenzaal"):
        assert name in told
    totals = [f"{round(total):,}" for total in real.placements.groupby("municipality")["places"].sum()]
    for total in totals:
        assert (total.replace(",", ".") if lang == "nl" else total) in told


def test_dutch_is_dutch(real: Solution) -> None:
    """With --lang nl only names and quoted agreements are in another language."""
    told = re.sub(r"“[^”]*”", "", shown(real, "nl"))
    told = told.replace(real.instance.about.title, "")
    for project in real.builds["project"]:
        told = told.replace(project, "")
    words = set(re.findall(r"[a-z]+", told.lower()))
    english = "the and places place homes built load share fair support waiting goal price limit needs year"
    assert words & set(english.split()) == set()
    assert "1.981.477" in told


@pytest.mark.parametrize("output", ["result", "result.xlsx"])
def test_solve_writes(output: str, tmp_path: Path) -> None:
    """The result is written where it was asked for, and said to be."""
    result = run("solve", TOWNS, "-o", tmp_path / output, "--lang", "nl")
    assert result.exit_code == 0
    assert f"Geschreven: {tmp_path / output}" in result.stdout
    assert (tmp_path / output).exists()
    assert run("solve", TOWNS, "-o", tmp_path / output, "--overwrite").exit_code == 0


def test_solve_refuses_early(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing can be written, nothing is computed."""
    monkeypatch.setattr(solving, "solve_instance", lambda *args, **kwargs: pytest.fail("It solved."))
    (tmp_path / "result").mkdir()
    assert "already" in refused(run("solve", TOWNS, "-o", tmp_path / "result"))
    assert ".pdf" in refused(run("solve", TOWNS, "-o", tmp_path / "result.pdf"))
    assert ".lp or .mps" in refused(run("solve", TOWNS, "--lp", tmp_path / "program.txt"))


@pytest.mark.parametrize("suffix", [".lp", ".mps"])
def test_solve_writes_the_program(suffix: str, tmp_path: Path) -> None:
    """The stated program, with whole places unless fractions were asked for."""
    result = run("solve", TOWNS, "--lp", tmp_path / f"program{suffix}")
    assert result.exit_code == 0
    assert "capacity_" in (tmp_path / f"program{suffix}").read_text()
    assert run("solve", TOWNS, "--lp", tmp_path / f"program{suffix}").exit_code == ending.BAD_INPUT


def test_solve_with_another_solver() -> None:
    """Any solver that PuLP has, with the same division."""
    result = run("solve", TOWNS, "--solver", "PULP_CBC_CMD", "--fractional")
    assert result.exit_code == 0
    assert "PULP_CBC_CMD" in result.stdout
    assert re.search(r"Astad +30 +11 +40.0% +1.38", result.stdout)


# Exit codes


@pytest.mark.parametrize(("lang", "names"), [("en", "Tried as well"), ("nl", "Ook geprobeerd")])
def test_infeasible(lang: str, names: str, tmp_path: Path) -> None:
    """Infeasible is an answer: the agreements that cannot hold together, and those that were tried."""
    result = run("solve", IMPOSSIBLE, "--lang", lang, "-o", tmp_path / "result")
    assert result.exit_code == ending.INFEASIBLE
    assert "Noorderwijk" in result.stdout
    assert f"{names}" in result.stdout
    assert (tmp_path / "result" / "conflict.csv").exists()


def test_out_of_time(tmp_path: Path) -> None:
    """Without any answer nothing is written, and it is said what to do."""
    result = run("solve", TOWNS, "--time-limit", "0.001", "-o", tmp_path / "result")
    assert result.exit_code == ending.TIME_LIMIT
    assert "Time ran out before a plan was found." in result.stdout
    assert not (tmp_path / "result").exists()


def answering(change: Callable[[Solution], Solution]) -> Callable[..., Solution]:
    return lambda *args, **kwargs: change(solve(*args, **kwargs))


def test_the_best_answer_so_far(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An answer that is not proved is shown and written as what it is."""
    monkeypatch.setattr(
        solving, "solve_instance", answering(lambda found: replace(found, status="time_limit"))
    )
    result = run("solve", TOWNS, "-o", tmp_path / "result")
    assert result.exit_code == ending.TIME_LIMIT
    assert "this is the best answer so far" in result.stdout
    assert json.loads((tmp_path / "result" / "datapackage.json").read_text())["status"] == "time_limit"


def test_near_optimal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whole places within a stated gap are a solution, and the gap is shown."""
    monkeypatch.setattr(
        solving,
        "solve_instance",
        answering(lambda found: replace(found, status="near_optimal", goals=found.goals.assign(gap=0.5))),
    )
    result = run("solve", TOWNS, "--lang", "nl")
    assert result.exit_code == 0
    assert "bijna optimaal" in result.stdout
    assert re.search(r"onbewezen", result.stdout)


def test_interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C ends with a line and no traceback."""

    def interrupt(*args: object, **kwargs: object) -> Solution:
        raise KeyboardInterrupt

    monkeypatch.setattr(solving, "solve_instance", interrupt)
    result = run("solve", TOWNS)
    assert result.exit_code == INTERRUPTED
    assert result.stderr.startswith("Interrupted")
    assert len(result.stderr.splitlines()) == 1


def test_a_solver_that_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """What no better input prevents ends with code 1."""

    def fail(*args: object, **kwargs: object) -> Solution:
        raise SolverError("It failed.", [Problem("solver-failed", "what", "why", "do")])

    monkeypatch.setattr(solving, "solve_instance", fail)
    result = run("solve", TOWNS)
    assert result.exit_code == ending.UNEXPECTED
    assert "Why: why" in result.stderr


@pytest.mark.parametrize(
    ("option", "value", "told"),
    [
        ("--policy", "leksimin", "leximin"),
        ("--policy", "nowhere.toml", "nowhere.toml"),
        ("--scenario", "highest", "high"),
        ("--solver", "NOBODY", "HiGHS"),
    ],
)
def test_choices_that_do_not_exist(option: str, value: str, told: str, tmp_path: Path) -> None:
    """A policy, scenario or solver that is not there: what is meant, or which there are."""
    result = run("solve", INSTANCES / "enschede", option, value, "-o", tmp_path / "result")
    assert told in refused(result)
    assert list(tmp_path.iterdir()) == []


# Bad input


def edit(file: str, change: Callable[[pd.DataFrame], pd.DataFrame]) -> Callable[[Path], None]:
    """Breaks a table of a package."""

    def broken(package: Path) -> None:
        frame = pd.read_csv(package / file, dtype=str, keep_default_na=False)
        change(frame).to_csv(package / file, index=False)

    return broken


def cell(file: str, column: str, value: str) -> Callable[[Path], None]:
    """Puts a value in the second row of a table."""

    def changed(frame: pd.DataFrame) -> pd.DataFrame:
        frame = frame if column in frame else frame.assign(**{column: ""})
        frame.loc[1, column] = value
        return frame

    return edit(file, changed)


def text(file: str, content: str) -> Callable[[Path], None]:
    return lambda package: (package / file).write_text(content, encoding="utf-8") and None


BROKEN: dict[str, tuple[Callable[[Path], None], list[str]]] = {
    "missing column": (
        edit("needs.csv", lambda frame: frame.drop(columns="households")),
        ["table needs", "households"],
    ),
    "unknown column": (
        edit("groups.csv", lambda frame: frame.assign(colour="red")),
        ["table groups", "colour"],
    ),
    "unknown id": (cell("needs.csv", "group", "nobody"), ["table needs, row 3, column group", "nobody"]),
    "duplicate key": (
        edit("groups.csv", lambda frame: pd.concat([frame, frame.head(1)])),
        ["table groups, row 4"],
    ),
    "negative": (cell("supply.csv", "places", "-3"), ["table supply, row 3, column places"]),
    "not a number": (cell("supply.csv", "places", "NaN"), ["table supply, row 3, column places"]),
    "not a year": (cell("needs.csv", "year", "soon"), ["table needs, row 3, column year"]),
    "a year outside the horizon": (cell("needs.csv", "year", "1999"), ["table needs, row 3, column year"]),
    "about nothing": (
        edit("agreements.csv", lambda frame: frame.assign(municipality="GM3")),
        ["table agreements, row 2", "about nothing"],
    ),
    "suits nothing": (
        edit("suitability.csv", lambda frame: frame[frame["group"] != "regular"]),
        ["table groups", "regular"],
    ),
    "empty table": (edit("needs.csv", lambda frame: frame.head(0)), ["table needs"]),
    "no descriptor": (lambda package: (package / "datapackage.json").unlink(), ["datapackage.json"]),
    "no file": (lambda package: (package / "supply.csv").unlink(), ["table supply", "supply.csv"]),
    "no UTF-8": (lambda package: (package / "needs.csv").write_bytes(b"\xff\xfe\x00") and None, ["UTF-8"]),
    "broken JSON": (text("datapackage.json", "{"), ["datapackage.json"]),
}


@pytest.mark.parametrize("command", ["check", "solve"])
@pytest.mark.parametrize("name", BROKEN)
def test_bad_input(package: Path, name: str, command: str, tmp_path: Path) -> None:
    """What is wrong with a table is said with its place, ends with code 2, and nothing is written."""
    broken, places = BROKEN[name]
    broken(package)
    extra = ["-o", tmp_path / "result", "--scenario", "low"] if command == "solve" else []
    told = refused(run(command, package, *extra))
    for place in places:
        assert place in told
    assert not (tmp_path / "result").exists()


def test_bad_input_all_at_once(package: Path) -> None:
    """Several things that are wrong are said in one go."""
    for name in ("negative", "unknown column", "unknown id"):
        BROKEN[name][0](package)
    told = refused(run("check", package))
    assert all(place in told for name in ("negative", "unknown column") for place in BROKEN[name][1])


@pytest.mark.parametrize("name", ["text.xlsx", "text.json", "text.csv", "absent.xlsx"])
def test_not_what_the_suffix_says(name: str, tmp_path: Path) -> None:
    """A file that is no workbook, no JSON, of another kind, or not there."""
    if not name.startswith("absent"):
        (tmp_path / name).write_text("needs; groups")
    assert name in refused(run("check", tmp_path / name))


# The other commands


def test_policies() -> None:
    """Every policy with its question in the language."""
    result = run("policies", "--lang", "nl")
    assert result.exit_code == 0
    assert all(name in result.stdout for name in policy_names())
    assert "Wie draagt het zwaarst, en kan dat lichter?" in result.stdout


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_template(lang: str, tmp_path: Path) -> None:
    """A workbook for the years that were asked for, never over another one unasked."""
    path = tmp_path / "own.xlsx"
    assert run("template", path, "--years", "2026-2028", "--lang", lang).exit_code == 0
    book = load_workbook(path)
    assert [cell.value for cell in book["about"][3]][1:4] == [2026, 2027, 2028]
    book.close()
    assert "already" in refused(run("template", path))
    assert run("template", path, "--overwrite", "--years", "2026").exit_code == 0


@pytest.mark.parametrize("years", ["soon", "2030-2025", "2025-", "-2025", "1500-1501", "2025,2026", "202²"])
def test_template_for_no_years(years: str, tmp_path: Path) -> None:
    """Years that are none are refused, and nothing is written."""
    result = run("template", tmp_path / "own.xlsx", f"--years={years}")
    assert result.exit_code == (0 if years == "2025-" else ending.BAD_INPUT)
    assert (tmp_path / "own.xlsx").exists() == (years == "2025-")


def test_template_is_a_workbook(tmp_path: Path) -> None:
    """Another ending is refused."""
    assert "xlsx" in refused(run("template", tmp_path / "own.csv"))


def test_generate(tmp_path: Path) -> None:
    """An instance of the size that was asked for, the same for the same seed, that can be checked."""
    size = ["--regions", 2, "--municipalities", 3, "--groups", 4, "--place-types", 2, "--years", 2]
    for name, seed in (("one", 7), ("two.json", 7), ("three.xlsx", 8)):
        assert run("generate", tmp_path / name, *size, "--seed", seed, "--tightness", 1.2).exit_code == 0
    one, two, three = (read_instance(tmp_path / name) for name in ("one", "two.json", "three.xlsx"))
    assert one == two != three
    assert [len(one[table]) for table in ("municipalities", "groups", "place_types")] == [6, 4, 2]
    assert run("check", tmp_path / "one").exit_code == 0
    assert "already" in refused(run("generate", tmp_path / "one", *size))


@pytest.mark.parametrize("size", [["--groups", 1], ["--years", 0], ["--tightness", 0]])
def test_generate_nothing(size: list[object], tmp_path: Path) -> None:
    """A size that is none is refused, and nothing is written."""
    assert run("generate", tmp_path / "out", *size).exit_code == ending.BAD_INPUT
    assert list(tmp_path.iterdir()) == []


def test_schema(tmp_path: Path) -> None:
    """JSON of a table, or of a whole instance, on the screen or in a file."""
    assert json.loads(run("schema", "needs").stdout)["fields"][0]["name"] == "group"
    assert set(json.loads(run("schema").stdout)["properties"]["tables"]["properties"]) == set(TABLES)
    assert run("schema", "-o", tmp_path / "schema.json").exit_code == 0
    assert json.loads((tmp_path / "schema.json").read_text("utf-8"))["type"] == "object"
    assert "needs" in refused(run("schema", "nees"))


# What the screen does with what it is given


def test_text_is_shown_as_it_is() -> None:
    """Brackets in a name are no markup."""
    instance = by_hand(
        municipalities="""
        municipality,name,region,population
        GM1,[bold]Losser[/bold],Twente,2000
        GM2,Hengelo :smile:,Twente,8000
        GM3,Aalten,Achterhoek,3000
        """
    )
    told = shown(solve(instance), "en")
    assert "[bold]Losser[/bold]" in told
    assert ":smile:" in told


def test_regions_apart(tmp_path: Path) -> None:
    """Of two regions the municipalities stand together."""
    run("generate", tmp_path / "two", "--regions", 2, "--municipalities", 2, "--years", 1, "--groups", 2)
    instance: Instance = read_instance(tmp_path / "two")
    assert instance["municipalities"]["region"].nunique() == 2
    told = shown(solve(instance, whole=False), "nl")
    first, _, second = told.partition("De verdeling over de gemeenten van regio Region 2")
    assert "Municipality 2" in first
    assert "Municipality 4" not in first
    assert "Municipality 4" in second


def test_progress_is_silent_unless_somebody_watches(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is written to standard error that is no terminal."""
    with progress() as listener:
        listener("optimum", 1, 3)
    assert capsys.readouterr() == ("", "")


def test_progress_on_a_terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """On a terminal the phases are shown on standard error, and only there."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    with progress() as listener:
        for phase in ("state", "optimum", "whole", "read"):
            listener(phase, 1, 2)
    told = capsys.readouterr()
    assert told.out == ""
    assert "reading the answer" in told.err


@pytest.mark.parametrize(
    ("asked", "most", "kept"),
    [([], 60, True), ([], 0, False), (["--certify"], 0, True), (["--no-certify"], 60, False)],
)
def test_a_certificate_where_it_does_not_take_long(
    asked: list[str], most: int, kept: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder holds a certificate unless it is not wanted or, which is told, there are many towns."""
    monkeypatch.setattr(solving, "CERTIFIED", most)
    result = run("solve", INSTANCES / "two-towns-tied", "-o", tmp_path / "result", *asked)
    assert result.exit_code == 0
    assert (tmp_path / "result" / "certificate.json").exists() == kept
    assert ("Without a certificate" in result.output) == (not asked and not kept)
