"""The commands of `cbs` as the guide shows them, and what they refuse."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from commands import INSTANCES, flat, refused, run, shown
from verdeling.cbs.codes import names_of

GUIDE = (INSTANCES / "README.md").read_text("utf-8").partition("## Figures of CBS")[2]


def block(name: str) -> str:
    """The fenced block of the guide with a name."""
    (found,) = re.findall(rf"^```\w+ {name}\n(.*?)^```$", GUIDE, flags=re.MULTILINE | re.DOTALL)
    return str(found)


@pytest.fixture(autouse=True)
def workplace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_commands_of_the_guide() -> None:
    """The commands without a network do what the guide says."""
    pd.DataFrame({"municipality": list(names_of(2021)), "households": 1}).to_csv("figures.csv", index=False)
    codes, move = re.findall(r"^    verdeling (cbs (?:codes|move) .*)$", GUIDE, flags=re.MULTILINE)
    assert "GM0370,Beemster,GM0439" in shown(*codes.split())
    assert "Land van Cuijk has the figures of" in shown(*move.split())
    moved = pd.read_csv("moved.csv").set_index("municipality")
    assert set(moved.index) == set(names_of(2024))
    assert (moved["households"].sum(), moved.loc["GM1982", "households"]) == (352, 5)
    assert set(moved["estimate"]) == {"no"}


def test_the_split_of_the_guide() -> None:
    """A municipality that was divided is split as the file of the guide says, and told in both languages."""
    Path("split.toml").write_text(block("split"), "utf-8")
    names = ["Haaren", "Boxtel", "Oisterwijk", "Tilburg", "Vught"]
    pd.DataFrame({"municipality": names, "households": 100}).to_csv("figures.csv", index=False)
    move = ["cbs", "move", "figures.csv", "--codes", 2020, "--map", 2024, "--amount", "households"]
    told = shown(*move, "--split", "split.toml", "--lang", "nl")
    assert "Haaren is verdeeld: Boxtel 15%, Oisterwijk 40%, Tilburg 10% en Vught 35%" in told
    assert "GM0757,115,made up for this example,yes" in told
    assert "[[split]]" in refused(*move)


@pytest.mark.parametrize(
    ("content", "arguments", "said"),
    [
        ("municipality,households\nGM0153,x\n", (), "'x' is no number"),
        ("municipality,persons\nGM0153,3\n", (), "There is no column households"),
        ("gemeente;households\nGM0153;3\n", (), "There is no column municipality"),
        ("municipality,households\nGM0153,3\nEnschede,4\n", (), "the same municipality, GM0153"),
        ("municipality,households\nGM0153,3\n", ("--codes", 2009), "from 2018 to 2026"),
        ("municipality,households\nGM0788,3\n", ("--codes", 2021), "in the lists from 2018 to 2020"),
        ("municipality,households\nGM0153,3\n", ("--split", "split.toml"), "split.0.into"),
    ],
)
def test_what_cannot_be_moved(content: str, arguments: tuple[object, ...], said: str) -> None:
    """What is wrong is said, and nothing is written."""
    Path("figures.csv").write_text(content, "utf-8")
    Path("split.toml").write_text('[[split]]\nold = "GM0788"\nsource = "x"\n', "utf-8")
    options = ("--codes", 2020, "--map", 2024, "--amount", "households", "-o", "moved.csv", *arguments)
    assert said in refused("cbs", "move", "figures.csv", *options)
    assert not Path("moved.csv").exists()


@pytest.mark.parametrize("command", ["codes", "move"])
def test_help(command: str) -> None:
    """Each command says what it does, with an example that names it."""
    result = run("cbs", command, "--help")
    assert result.exit_code == 0
    assert f"verdeling cbs {command}" in flat(result.stdout)
