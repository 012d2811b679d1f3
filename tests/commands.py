"""Running a command of the command line, and reading what it shows."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from typer.testing import CliRunner

from verdeling.cli import ending
from verdeling.cli.app import app

if TYPE_CHECKING:
    from click.testing import Result

INSTANCES = Path(__file__).parents[1] / "instances"
TOWNS, IMPOSSIBLE = INSTANCES / "three-towns", INSTANCES / "impossible-agreements"


def run(*arguments: object) -> Result:
    """What comes of a command."""
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def shown(*arguments: object, code: int = 0) -> str:
    """What a command shows, on one line, where it ends with the code that is expected."""
    result = run(*arguments)
    assert result.exit_code == code, result.output
    return flat(result.stdout)


def refused(*arguments: object) -> str:
    """What is said by a command that refuses what it was asked, in three parts."""
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (ending.BAD_INPUT, ""), result.output
    assert "Why:" in result.stderr
    assert "Do:" in result.stderr
    return flat(result.stderr)


def flat(text: str) -> str:
    """A text on one line."""
    return " ".join(text.split())


def told(sentences: list[str], text: str) -> bool:
    """Whether every sentence stands in a text."""
    return bool(sentences) and all(flat(each.removeprefix("- ")) in text for each in sentences)
