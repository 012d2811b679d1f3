"""The commands on agreements that cannot hold together, and ways out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest

from commands import IMPOSSIBLE, TOWNS, refused, shown, told
from verdeling.adapters import read_instance
from verdeling.explaining.repairing.conflicts import conflicts_apart
from verdeling.explaining.repairing.enlarging import enlarge
from verdeling.explaining.repairing.reaching import reach

if TYPE_CHECKING:
    from pathlib import Path


def test_repair() -> None:
    """Three ways out of the impossible agreements are told; where nothing is impossible that is said."""
    assert shown("repair", IMPOSSIBLE, "--lang", "nl").count("Uitweg") == 3
    assert "Way out" not in shown("repair", TOWNS)


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_reach(tmp_path: Path, lang: str) -> None:
    """How far everybody can come is told as Python tells it, and kept."""
    text = shown("reach", IMPOSSIBLE, "--lang", lang, "-o", tmp_path / "reach")
    found = reach(read_instance(IMPOSSIBLE))
    assert told(found.sentences(lang), text)
    assert len(pd.read_csv(tmp_path / "reach" / "bounds.csv")) == len(found.bounds)
    shown("reach", IMPOSSIBLE, "--lang", lang, "-o", tmp_path / "reach.xlsx")


def test_reach_of_nothing() -> None:
    """Without an agreement for each of several there is nothing to tell; an unknown one is refused."""
    assert "name one with --agreement" in shown("reach", TOWNS)
    assert "half_for_regular" in refused("reach", IMPOSSIBLE, "--agreement", "half_for_reglar")


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_conflicts(lang: str) -> None:
    """Every separate conflict is told as Python tells it."""
    text = shown("conflicts", IMPOSSIBLE, "--lang", lang)
    assert told(conflicts_apart(read_instance(IMPOSSIBLE)).sentences(lang), text)


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_enlarge(tmp_path: Path, lang: str) -> None:
    """The least growth is told as Python tells it, and kept."""
    text = shown("enlarge", IMPOSSIBLE, "--lang", lang, "-o", tmp_path / "growth")
    found = enlarge(read_instance(IMPOSSIBLE))
    assert told(found.sentences(lang), text)
    assert pd.read_csv(tmp_path / "growth" / "changes.csv")["to"].tolist() == found.changes["to"].tolist()
    shown("enlarge", IMPOSSIBLE, "--lang", lang, "-o", tmp_path / "growth.xlsx")
