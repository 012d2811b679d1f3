"""The guides to needs from figures and to building plans: their commands and files, as they stand there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import verdeling as vd
from commands import INSTANCES, shown

GUIDE = (INSTANCES / "README.md").read_text("utf-8")


def blocks(section: str, language: str) -> list[str]:
    """Fenced blocks of a section in a language."""
    body = GUIDE.partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    return re.findall(rf"^```{language}\n(.*?)^```$", body, flags=re.MULTILINE | re.DOTALL)


def carried_out(section: str) -> list[str]:
    """What the commands of a section show, in their order."""
    (commands,) = blocks(section, "bash")
    return [shown(*command.split()[1:]) for command in commands.splitlines()]


@pytest.fixture
def workplace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder from which the instances can be reached as in the guide."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "instances").symlink_to(INSTANCES)
    return tmp_path


@pytest.mark.usefixtures("workplace")
def test_needs_from_figures() -> None:
    """The figures of the guide become needs, and are divided in the scenario that it names."""
    (figures,) = blocks("Needs from figures", "csv")
    Path("figures.csv").write_text(figures, encoding="utf-8")
    told = carried_out("Needs from figures")
    assert "Recognised refugees: 14 households in 2025 to 2026, scenario high." in told[0]
    needs = vd.read_instance("with-needs").in_scenario("high")["needs"]
    assert needs["estimate"].tolist().count(False) == 1
    assert needs.groupby("year")["households"].sum().to_dict() == {2025: 34 + 7 + 8, 2026: 15 + 4 + 6}
