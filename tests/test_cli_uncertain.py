"""The commands for when it is not sure what comes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest

from commands import TOWNS, refused, run, shown
from hand_made import small
from verdeling.adapters import read_instance, write_instance
from verdeling.cli import ending
from verdeling.uncertainty.sampling import sample
from verdeling.uncertainty.studies import study
from verdeling.uncertainty.two_stage import solve_two_stage

if TYPE_CHECKING:
    from pathlib import Path

    from verdeling.instance import Instance

POLICIES = ["leximin", "utilitarian"]
BOTH = ["--policy", "leximin", "--policy", "utilitarian"]


def uncertain() -> Instance:
    """A region in which the needs can turn out low or high."""
    instance = small()
    needs = instance.tables["needs"]
    both = [needs.assign(scenario="low"), needs.assign(scenario="high", households=needs["households"] * 2)]
    return instance.replace(needs=pd.concat(both, ignore_index=True))


@pytest.fixture
def region(tmp_path: Path) -> Path:
    write_instance(uncertain(), tmp_path / "region")
    return tmp_path / "region"


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_study(tmp_path: Path, lang: str) -> None:
    """Spread and regret are those that Python finds in the same draws, and they are kept."""
    arguments = ["--samples", 3, "--seed", 5, *BOTH, "--jobs", 1]
    text = shown("study", TOWNS, *arguments, "--lang", lang, "-o", tmp_path / "study")
    found = study(sample(read_instance(TOWNS), 3, 5), POLICIES, executor=1)
    kept = pd.read_csv(tmp_path / "study" / "distribution.csv")
    assert kept["largest_regret"].tolist() == pytest.approx(found.distribution["largest_regret"], nan_ok=True)
    heaviest = found.distribution.set_index(["indicator", "policy"]).loc["heaviest"]
    for value in heaviest["worst"]:
        assert f"{value:.2f}".replace(".", "," if lang == "nl" else ".") in text
    assert ("alle even veel" if lang == "nl" else "all the same") in text


def test_study_of_scenarios(region: Path, tmp_path: Path) -> None:
    """Named scenarios take the place of draws, and the worst one goes by its name."""
    arguments = ["--scenarios", *BOTH, "--jobs", 1, "-o", tmp_path / "study.xlsx"]
    text = shown("study", region, *arguments, "--lang", "nl")
    assert "De 2 scenario's van de gegevens." in text
    assert "high" in text


@pytest.mark.parametrize("criterion", ["expected", "regret"])
def test_two_stage(region: Path, tmp_path: Path, criterion: str) -> None:
    """The building plan and the worth of foresight are those that Python finds."""
    chances = ["--chance", "high=0.25", "--chance", "low=0.75"]
    arguments = [*chances, "--criterion", criterion, "--reference", "low", "-o", tmp_path / "plan"]
    text = shown("two-stage", region, *arguments)
    found = solve_two_stage(
        uncertain(), "leximin", probabilities=[0.25, 0.75], criterion=criterion, reference="low"
    )
    assert "high (chance 25%) and low (chance 75%)" in text
    kept = pd.read_csv(tmp_path / "plan" / "goals.csv")
    assert kept["value"].tolist() == pytest.approx(found.goals["value"].tolist(), abs=1e-4)
    assert ("Foresight" in text) == bool((found.goals["foresight"] > 1e-6).any()) or "brings nothing" in text


def test_two_stage_of_draws(tmp_path: Path) -> None:
    """Draws take the place of scenarios and go by their numbers; without projects nothing is built."""
    text = shown("two-stage", TOWNS, "--samples", 2, "--lang", "nl", "-o", tmp_path / "plan.xlsx")
    assert "nr. 1 en nr. 2, met gelijke kansen" in text
    assert "Er wordt niets gebouwd." in text


def test_nothing_to_choose_between() -> None:
    """Without scenarios there is nothing to choose between, and it is said what to do."""
    assert "--samples" in refused("two-stage", TOWNS)
    assert "no named scenarios" in refused("study", TOWNS, "--scenarios")


@pytest.mark.parametrize("chance", ["low=1", "high", "high=much", "high=0.5;low=0.5"])
def test_chances_are_refused(region: Path, chance: str) -> None:
    """Chances that are not one for each scenario are refused."""
    assert "once for each of high, low" in refused("two-stage", region, "--chance", chance)


def test_a_criterion_that_is_not_there(region: Path) -> None:
    """A criterion that does not exist is refused."""
    result = run("two-stage", region, "--criterion", "average")
    assert result.exit_code == ending.BAD_INPUT
    assert "regret" in result.stderr
