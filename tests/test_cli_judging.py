"""The commands on plans of one's own and on who goes first."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from commands import TOWNS, refused, shown, told
from verdeling.adapters import read_instance
from verdeling.engine import solve
from verdeling.explaining.judging.judgement import judge
from verdeling.explaining.urgency.study import study_urgency
from verdeling.language import number

if TYPE_CHECKING:
    from pathlib import Path


@cache
def too_many() -> pd.DataFrame:
    """The best plan with three places more in Astad than there are."""
    placements = solve(read_instance(TOWNS)).placements
    more = placements["municipality"].eq("A") & placements["group"].eq("regular")
    first = more.idxmax()
    placements.loc[first, "places"] += 3
    return placements


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_judge(tmp_path: Path, lang: str) -> None:
    """A plan with names is judged as Python judges the one with ids; with semicolons, too."""
    plan = tmp_path / "ours.csv"
    names = {"A": "Astad", "B": "beedorp", "C": "Ceedijk"}
    written = too_many().assign(municipality=too_many()["municipality"].map(names))
    written.to_csv(plan, index=False, sep=";" if lang == "nl" else ",")
    found = judge(read_instance(TOWNS), "leximin", too_many())
    assert not found.ok
    text = shown("judge", TOWNS, plan, "--lang", lang)
    assert told(found.sentences(lang), text)


def test_judge_a_folder(tmp_path: Path) -> None:
    """What solve wrote is judged as a plan that keeps every rule, and the verdict is kept."""
    shown("solve", TOWNS, "-o", tmp_path / "plan")
    text = shown("judge", TOWNS, tmp_path / "plan", "-o", tmp_path / "verdict", "--lang", "nl")
    assert "Het plan houdt zich aan elke regel." in text
    assert "Elk doel van “Leximin” wordt zo goed gehaald als kan." in text
    assert pd.read_csv(tmp_path / "verdict" / "violations.csv").empty
    shown("judge", TOWNS, tmp_path / "plan", "-o", tmp_path / "verdict.xlsx", "--lang", "nl")


def test_judge_is_refused(tmp_path: Path) -> None:
    """A file that is not there, and a town that is not there, are refused in their place."""
    assert "gone.csv" in refused("judge", TOWNS, tmp_path / "gone.csv")
    plan = tmp_path / "ours.csv"
    too_many().replace({"municipality": {"A": "Asstad"}}).to_csv(plan, index=False)
    assert "table placements, row 2, column municipality" in refused("judge", TOWNS, plan)
    plan.write_bytes(b"\xff\xfe\x00")
    assert "ours.csv" in refused("judge", TOWNS, plan)


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_urgency(tmp_path: Path, lang: str) -> None:
    """Rules are studied as Python studies them, for a group by its name, and kept."""
    arguments = ["--group", "Statushouders", "--municipality", "Astad", "--cap", 0.5]
    text = shown("urgency", TOWNS, *arguments, "--lang", lang, "-o", tmp_path / "study.xlsx")
    found = study_urgency(read_instance(TOWNS), groups=["statushouders"], municipalities=["A"], caps=[0.5])
    assert told(found.sentences(lang), text)


def test_waiting_with_a_status() -> None:
    """A status that helps shows how long the group waits without it and with it, and who pays."""
    text = shown("urgency", TOWNS, "--group", "regular", "--lang", "nl")
    found = study_urgency(read_instance(TOWNS), groups=["regular"])
    waits = found.groups.set_index(["rule", "group"])["waiting"]
    changes = found.groups.set_index(["rule", "group"])["waiting_change"]
    numbers = [waits[0, "regular"], waits[1, "regular"], changes[1, "statushouders"]]
    assert numbers[0] > numbers[1]
    shown_numbers = " ".join(number(value, "nl") for value in numbers)
    assert f"Reguliere woningzoekenden; alle gemeenten; geen bovengrens {shown_numbers}" in text


def test_urgency_is_refused() -> None:
    """A group that is not there is refused with the nearest, and a policy that looks at no urgency too."""
    assert "Recognised refugees" in refused("urgency", TOWNS, "--group", "Recognised refuges")
    assert "priority" in refused("urgency", TOWNS, "--policy", "proportional")
