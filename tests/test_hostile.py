"""Whatever somebody hands in: it is refused in words, at once, and nothing else happens."""

from __future__ import annotations

import random
import re
import sys
import tomllib
from functools import cache
from typing import TYPE_CHECKING

import pytest

import hostile
from fuzzing import DOORS, attack
from verdeling.cli.ending import BAD_INPUT
from verdeling.errors import Problem, harmless
from verdeling.incoming import read_toml

if TYPE_CHECKING:
    from pathlib import Path

USAGE = "Usage: "
"""How the command line itself begins to refuse what it cannot take as an option."""

posix = pytest.mark.skipif(sys.platform == "win32", reason="pipes and links are made otherwise")
SOME = sorted(hostile.CASES)[::4]


@cache
def goldens() -> dict[str, str]:
    """What is said of each bad input."""
    parts = re.split(r"^### ", hostile.GOLDEN.read_text("utf-8"), flags=re.MULTILINE)[1:]
    told = (part.partition("\n") for part in parts)
    return {head.rpartition(":")[0]: text.strip() for head, _, text in told}


def test_every_bad_input_has_its_message() -> None:
    """The catalogue and the messages are of the same bad inputs, more than three hundred."""
    assert goldens().keys() == hostile.CASES.keys()
    assert len(hostile.CASES) > 300


@pytest.mark.parametrize("name", sorted(hostile.CASES))
def test_what_is_said_of_it_has_three_parts(name: str) -> None:
    """What, why and what to do, of every bad input, in lines that a screen can show."""
    told = goldens()[name]
    if not told.startswith(USAGE):
        assert re.search(r"\n  Why: \S.*\n  Do:  \S", told)
    assert max(map(len, told.splitlines())) < 600
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", told)
    assert "Traceback" not in told


def check(name: str, folder: Path) -> None:
    """Hand in a bad input, and compare what is said with the golden."""
    code, told, unforeseen = hostile.message(name, folder)
    assert (code, unforeseen) == (BAD_INPUT, None)
    assert told.strip() == goldens()[name]


@posix
@pytest.mark.parametrize("name", SOME)
def test_a_bad_input(name: str, tmp_path: Path) -> None:
    """A quarter of the catalogue is refused with the words that are written down, and nothing else."""
    check(name, tmp_path)


@posix
@pytest.mark.long
@pytest.mark.parametrize("name", sorted(set(hostile.CASES) - set(SOME)))
def test_another_bad_input(name: str, tmp_path: Path) -> None:
    """The rest of the catalogue."""
    check(name, tmp_path)


@pytest.mark.parametrize("door", DOORS)
def test_fuzzing(door: str, tmp_path: Path) -> None:
    """What is changed at random is read or refused: no other error."""
    attack(door, tmp_path, random.Random(1), 15)


def test_a_problem_gives_a_terminal_no_commands() -> None:
    """Escape sequences of a file are shown by their codes, and long words are cut."""
    told = str(Problem("code", "\x1b]0;owned\x07 " + "9" * 5_000, "why", "do"))
    assert "\x1b" not in told
    assert len(told) < 200
    assert harmless("één “woord”\n\tmet tekens") == "één “woord”\n\tmet tekens"


@pytest.mark.parametrize("part", ["a", '"a b"', "'a.b'"])
def test_a_key_of_too_many_parts_is_refused_before_it_is_parsed(part: str, tmp_path: Path) -> None:
    """A dotted key of a hundred parts is read, and one more is refused, however its parts are written."""
    path = tmp_path / "policy.toml"
    for parts, before in ((100, ""), (100, "x = 1.5\n"), (101, ""), (101, "[x]\n"), (101, "y = {z = 1, ")):
        path.write_text(before + " . ".join([part] * parts) + " = 1" + "}" * before.count("{"))
        if parts == 100:
            assert read_toml(path)
        else:
            with pytest.raises(tomllib.TOMLDecodeError, match="nested too deeply"):
                read_toml(path)
