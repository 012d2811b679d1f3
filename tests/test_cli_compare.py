"""The commands that compare: what they print, refuse and write, in both languages."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from verdeling.cli import app as cli
from verdeling.cli import ending

if TYPE_CHECKING:
    from click.testing import Result

INSTANCES = Path(__file__).parents[1] / "instances"
TOWNS, IMPOSSIBLE = str(INSTANCES / "three-towns"), str(INSTANCES / "impossible-agreements")
TWO = ("--policy", "leximin", "--policy", "utilitarian")
WIDTH = 100


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli.app, [str(argument) for argument in arguments])


def lines(result: Result) -> list[list[str]]:
    """Words of each line."""
    assert result.exit_code == 0, result.output
    assert max(map(len, result.stdout.splitlines())) <= WIDTH
    return [line.split() for line in result.stdout.splitlines()]


@pytest.mark.parametrize("command", ["compare", "frontier", "manipulation"])
def test_help(command: str) -> None:
    """Each command says what it does, with examples that name it."""
    result = run(command, "--help")
    assert result.exit_code == 0
    assert f"verdeling {command}" in result.stdout.partition("Examples:")[2]


def test_compare() -> None:
    """Indicators, loads, winners and what is alike, in English."""
    told = lines(run("compare", TOWNS, *TWO))
    assert ["indicator", "Leximin", "Utilitarian"] in told
    assert ["coverage", "85.0%", "85.0%"] in told
    assert ["moves", "to", "another", "municipality", "~12.0", "~9.0"] in told
    assert ["Astad", "40.0%", "1.38", "~1.13"] in told
    assert ["Astad", "40.0%", "+3", "open"] in told
    assert ["Theil", "index"] not in [line[:2] for line in told]


def test_compare_in_dutch() -> None:
    """Numbers and words in Dutch."""
    told = lines(run("compare", TOWNS, *TWO, "--lang", "nl", "--all"))
    assert ["indicator", "Leximin", "Utilitaristisch"] in told
    assert ["dekking", "85,0%", "85,0%"] in told
    assert ["Astad", "40,0%", "+3", "open"] in told
    assert ["Theil-index"] in [line[:1] for line in told]


def test_many_policies_stand_below_each_other() -> None:
    """All policies have a row, with the municipalities beside each other."""
    told = lines(run("compare", TOWNS))
    assert ["policy", "Astad", "Beedorp", "Ceedijk"] in told
    assert ["Leximin", "1.38", "0.75", "0.75"] in told


def test_a_baseline() -> None:
    """Against leximin itself nobody gains; what utilitarian takes from Astad, here 2, is open."""
    result = run("compare", TOWNS, *TWO, "--baseline", "leximin")
    assert "than under Leximin" in result.stdout
    assert ["Astad", "40.0%", "0", "open"] in lines(result)
    result = run("compare", TOWNS, *TWO, "--baseline", "leximin", "--no-room")
    assert ["Astad", "40.0%", "0", "-2"] in lines(result)
    assert "It was not asked" in result.stdout


def test_common_ground() -> None:
    """What is agreed by municipality, and the largest differences."""
    result = run("compare", TOWNS, *TWO, "--common-ground")
    told = lines(result)
    assert "All policies agree on 94% of the places." in result.stdout
    assert ["Astad", "~28", "~30", "~30", "~93%"] in told
    assert any(line[:1] == ["Astad"] and line[-2:] == ["9", "11"] for line in told)


def test_written(tmp_path: Path) -> None:
    """A workbook has what was shown; a path that is taken is refused before anything is solved."""
    target = tmp_path / "c.xlsx"
    lines(run("compare", TOWNS, *TWO, "--common-ground", "-o", target))
    assert {"policies", "indicators", "winners and losers", "agree now"} <= set(
        load_workbook(target).sheetnames
    )
    again = run("compare", TOWNS, *TWO, "-o", target)
    assert (again.exit_code, again.stdout) == (ending.BAD_INPUT, "")


def test_refused() -> None:
    """Everything that is wrong with what is asked is told, with the nearest names."""
    result = run("compare", TOWNS, "--policy", "leximn", "--policy", "utilitarin", "--scenario", "dry")
    assert (result.exit_code, result.stdout) == (ending.BAD_INPUT, "")
    assert all(name in result.stderr for name in ("leximin", "utilitarian", "dry"))
    assert result.stderr.count("Why:") == 3


def test_nothing_to_show() -> None:
    """Without any division the exit code is that of the reason, and the reason is shown."""
    result = run("compare", IMPOSSIBLE, *TWO, "--common-ground")
    assert result.exit_code == ending.INFEASIBLE
    assert "Leximin and Utilitarian: impossible" in result.stdout


def test_frontier(tmp_path: Path) -> None:
    """From 9 moves and 1.75 to 12 moves and 1.375, as three-towns is worked out."""
    goals = ("--efficiency", "moves", "--fairness", "relative_load:maximum", "--points", 4)
    result = run("frontier", TOWNS, *goals, "--lang", "nl", "-o", tmp_path / "f")
    told = lines(result)
    for row in (
        ["1", "9,00", "1,750"],
        ["2", "10,00", "1,625"],
        ["3", "11,00", "1,500"],
        ["4", "12,00", "1,375"],
    ):
        assert row in told
    assert (tmp_path / "f" / "points.csv").is_file()


def test_a_frontier_of_one_point() -> None:
    """Where both goals are best together, that is said."""
    result = run("frontier", TOWNS)
    assert result.exit_code == 0
    assert "here fairness costs nothing" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--efficiency", "movs"), "Did you mean moves?"),
        (("--fairness", "relative_load:maximun"), "Did you mean maximum?"),
        (("--fairness", "relative_load:leximax"), "not one linear number"),
        (("--policy", "leximn"), "leximin"),
    ],
)
def test_frontier_refused(arguments: tuple[str, ...], told: str) -> None:
    """Goals that cannot be weighed are refused with what can."""
    result = run("frontier", TOWNS, *arguments)
    assert (result.exit_code, result.stdout) == (ending.BAD_INPUT, "")
    assert told in result.stderr


def test_manipulation(tmp_path: Path) -> None:
    """Under leximin only Beedorp gains, a little, by hiding a tenth of its places."""
    result = run("manipulation", TOWNS, "--policy", "leximin", "-o", tmp_path / "g.xlsx")
    told = lines(result)
    assert ["Leximin", "1:", "Beedorp", "0.1", "-", "-"] in told
    assert ["Leximin", "-", "-", "-"] in told
    assert (tmp_path / "g.xlsx").is_file()
    impossible = run("manipulation", IMPOSSIBLE, "--policy", "leximin")
    assert impossible.exit_code == ending.INFEASIBLE
    assert "Leximin: impossible" in impossible.stdout
    refused = run("manipulation", TOWNS, "--part", 2)
    assert (refused.exit_code, refused.stdout) == (ending.BAD_INPUT, "")
