"""Writing in one step: whoever is killed leaves the old or the new, wherever that can be had."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from verdeling.adapters.placing import change_places

ELSEWHERE = "verdeling.adapters.placing._exchanged"


def folders(tmp_path: Path) -> tuple[Path, Path]:
    """A folder that was made, and one that is there."""
    made, target = tmp_path / "made", tmp_path / "target"
    for each in (made, target):
        each.mkdir()
        (each / "name").write_text(each.name, "utf-8")
    return made, target


@pytest.mark.parametrize("system", ["here", "elsewhere"])
def test_what_was_made_takes_the_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, system: str) -> None:
    """Whether or not the system lets two folders change places, the target is what was made."""
    if system == "elsewhere":
        monkeypatch.setattr(ELSEWHERE, lambda made, target: False)
    made, target = folders(tmp_path)
    change_places(made, target)
    assert (target / "name").read_text("utf-8") == "made"
    (old,) = (each for each in tmp_path.iterdir() if each != target)
    assert (old / "name").read_text("utf-8") == "target"


def test_the_old_one_comes_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the new one cannot take its place, the old one is there again, and the error is told."""
    monkeypatch.setattr(ELSEWHERE, lambda made, target: False)
    made, target = folders(tmp_path)
    replace = os.replace

    def failing(source: Path, to: Path) -> None:
        if Path(source) == made:
            raise OSError("the disk is full")
        replace(source, to)

    monkeypatch.setattr(os, "replace", failing)
    with pytest.raises(OSError, match="the disk is full"):
        change_places(made, target)
    assert (target / "name").read_text("utf-8") == "target"
    assert (made / "name").read_text("utf-8") == "made"
