"""The commands that explain: paths, room and alternatives, in both languages, with their exit codes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from verdeling.adapters import read_instance
from verdeling.cli import app as cli
from verdeling.cli import ending
from verdeling.engine import solve
from verdeling.explaining.freedom.variety import alternatives
from verdeling.explaining.freedom.words import alternative_sentences
from verdeling.explaining.tracing.trace import trace_paths

if TYPE_CHECKING:
    from click.testing import Result

INSTANCES = Path(__file__).parents[1] / "instances"
TOWNS = INSTANCES / "three-towns"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli.app, [str(argument) for argument in arguments])


def flat(text: str) -> str:
    """What is shown, on one line."""
    return " ".join(text.split())


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_why_says_every_path(lang: str) -> None:
    """Without a municipality the path of each is said, as Python says it."""
    result = run("why", TOWNS, "--lang", lang)
    assert result.exit_code == 0, result.output
    told = trace_paths(solve(read_instance(TOWNS), whole=False)).sentences(lang)
    assert len(told) == 3
    assert all(flat(sentence) in flat(result.output) for sentence in told)


def test_why_of_one_municipality() -> None:
    """One municipality has one sentence; one that is not there is answered with the nearest name."""
    instance = read_instance(TOWNS)
    first, second, _ = instance["municipalities"]["municipality"]
    names = instance["municipalities"].set_index("municipality")["name"]
    result = run("why", TOWNS, first, "--order-free")
    assert result.exit_code == 0
    assert names[first] in result.output
    assert names[second] not in result.output
    wrong = run("why", TOWNS, first + "x")
    assert wrong.exit_code == ending.BAD_INPUT
    assert first in wrong.output


def test_room() -> None:
    """The room of a policy that settles little is shown in Dutch, with and without groups."""
    few = run("room", TOWNS, "--policy", "utilitarian", "--lang", "nl")
    more = run("room", TOWNS, "--policy", "utilitarian", "--lang", "nl", "--groups")
    assert few.exit_code == more.exit_code == 0
    assert len(more.output) > len(few.output) > 100


def test_alternatives(tmp_path: Path) -> None:
    """Other plans that are as good are told as Python tells them, in names, and kept."""
    arguments = ["alternatives", TOWNS, "--policy", "utilitarian", "--count", 1, "--lang", "nl"]
    result = run(*arguments, "-o", tmp_path / "others.xlsx")
    assert result.exit_code == 0, result.output
    others = alternatives(solve(read_instance(TOWNS), "utilitarian", whole=False), 1)
    (sentence,) = alternative_sentences(others, "nl")
    assert flat(sentence) in flat(result.output)
    assert (tmp_path / "others.xlsx").exists()
