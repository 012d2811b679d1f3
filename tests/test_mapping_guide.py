"""The guide from one's own workbook to a division: its commands and its mapping, as they stand there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from commands import flat, run, shown
from messy import by_hand, write_messy
from verdeling.adapters import read_instance
from verdeling.mapping.reading import read_mapped

if TYPE_CHECKING:
    from verdeling.mapping.reading import Mapped

GUIDE = (Path(__file__).parents[1] / "instances" / "README.md").read_text("utf-8")
SECTION = GUIDE.partition("## From your own workbook")[2].partition("\n## ")[0]


def blocks(language: str) -> list[str]:
    """Fenced blocks of the guide in a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", SECTION, flags=re.MULTILINE | re.DOTALL)


@pytest.fixture
def workplace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the workbook and the mapping of the guide."""
    monkeypatch.chdir(tmp_path)
    write_messy(Path("own.xlsx"))
    (mapping,) = blocks("toml")
    Path("mapping.toml").write_text(mapping, encoding="utf-8")
    return tmp_path


@pytest.fixture
def mapped(workplace: Path) -> Mapped:
    """What the workbook becomes with the mapping of the guide."""
    return read_mapped(workplace / "own.xlsx", workplace / "mapping.toml")


def test_equal_to_what_was_written_by_hand(mapped: Mapped) -> None:
    """The workbook becomes the instance that was written without it."""
    assert mapped.instance == by_hand()


def test_what_else_is_told(mapped: Mapped) -> None:
    """The one total that is wrong is told, and so is the sheet that was not used."""
    assert mapped.notices == [("total", "Aanbod 2025!C6", "999 ≠ 632"), ("unused", "Toelichting", "")]


def test_commands_of_the_guide(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every command of the guide does what the guide says, in its order."""
    monkeypatch.chdir(tmp_path)
    made, used = (block.splitlines() for block in blocks("bash"))
    assert made[0] == "python tests/messy.py own.xlsx"
    write_messy(Path("own.xlsx"))
    for command in made[1:]:
        shown(*command.split()[1:])
    (mapping,) = blocks("toml")
    Path("mapping.toml").write_text(mapping, encoding="utf-8")
    told = [shown(*command.split()[1:]) for command in used]
    assert "1 × estimate that the mapping states: Opgave personen!C7 “<5” → 2." in told[0]
    assert read_instance("own") == by_hand()
    assert len(pd.read_csv("repairs.csv")) > 20


def test_the_proposal_is_refused_until_it_is_settled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the mapping as it is proposed nothing is loaded: what is left to settle is told with its cell."""
    monkeypatch.chdir(tmp_path)
    write_messy(Path("own.xlsx"))
    shown("map", "own.xlsx", "-o", "mapping.toml")
    result = run("map", "own.xlsx", "--mapping", "mapping.toml", "-o", "own")
    said = flat(result.stderr)
    assert (result.exit_code, Path("own").exists()) == (2, False)
    for part in ("Opgave personen!G4", "The mapping does not say what the column Opmerking is", "place_type"):
        assert part in said
