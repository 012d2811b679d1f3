"""The guides to needs from figures and to building plans: their commands and files, as they stand there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import verdeling as vd
from commands import INSTANCES, shown
from diwi_export import write_export

GUIDE = (INSTANCES / "README.md").read_text("utf-8")


def blocks(section: str, language: str) -> list[str]:
    """Fenced blocks of a section in a language."""
    body = GUIDE.partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    return re.findall(rf"^```{language}\n(.*?)^```$", body, flags=re.MULTILINE | re.DOTALL)


def carried_out(section: str) -> list[str]:
    """What the commands of a section show, in their order."""
    (commands,) = blocks(section, "bash")
    return [shown(*line.split()[1:]) for line in commands.splitlines() if line.startswith("verdeling ")]


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


@pytest.mark.usefixtures("workplace")
def test_building_plans() -> None:
    """The list of the guide and an export of DIWI become what the guide says of them."""
    (plans,) = blocks("Building plans", "csv")
    for name, content in zip(("plans", "diwi"), blocks("Building plans", "toml"), strict=True):
        Path(f"{name}.toml").write_text(content, encoding="utf-8")
    Path("plans.csv").write_text(plans, encoding="utf-8")
    write_export(Path("diwi.xlsx"))
    told = carried_out("Building plans")
    assert "3 rows with 62 homes become 55 places as a project." in told[0]
    assert "Class soft: × 0.7 (regional agreement on plan capacity)." in told[0]
    assert "20 homes are left out: outside the region (Havenkwartier)." in told[0]
    instance = vd.read_instance("with-plans")
    assert instance["projects"]["max_places"].tolist() == [8, 7, 40]
    added = (
        instance["supply"]["places"].sum()
        - vd.read_instance(INSTANCES / "three-towns")["supply"]["places"].sum()
    )
    assert added == 12
    assert "Class soft: × 0.77, because nothing else is stated (assumption: 1 ÷ 1.3" in told[-1]
