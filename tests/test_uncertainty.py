"""A study says how sure a comparison is: spreads, worst cases and regret, counted a second time here."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from hand_made import agreement, small
from seeded import seeded
from verdeling.comparing.comparison import compare
from verdeling.errors import InstanceError, PolicyError
from verdeling.texts import TEXTS
from verdeling.uncertainty.sampling import sample
from verdeling.uncertainty.studies import QUANTILES, Study, study

if TYPE_CHECKING:
    from pathlib import Path

    from verdeling.instance import Instance

POLICIES = ["leximin", "utilitarian", "proportional"]


@cache
def samples() -> list[Instance]:
    """Five instances drawn from the one that was made by hand."""
    return sample(small(), 5, 3, needs=0.4, supply=0.3)


@cache
def studied() -> Study:
    """What three policies come to in them."""
    return study(samples(), POLICIES, executor=1)


def series(policy: str, indicator: str) -> pd.DataFrame:
    """Values of an indicator by run."""
    table = studied().indicators
    chosen = table[(table["policy"] == policy) & (table["indicator"] == indicator)]
    return chosen.set_index("run").sort_index()


def test_values_are_those_of_comparing_each_instance() -> None:
    """The indicators of a run are those of a comparison of that instance alone."""
    for run, each in enumerate(samples(), 1):
        alone = compare(each, POLICIES).indicators.set_index(["policy", "indicator"])["value"]
        found = studied().indicators
        here = found[found["run"] == run].set_index(["policy", "indicator"])["value"]
        pd.testing.assert_series_equal(here.sort_index(), alone.astype(float).sort_index(), atol=1e-6)


def test_regret_by_hand() -> None:
    """Regret is the distance to the best policy of the run, in the direction that is worse."""
    for indicator, sign in (("waiting", 1), ("coverage", -1), ("gini", 1)):
        values = pd.DataFrame({policy: series(policy, indicator)["value"] * sign for policy in POLICIES})
        for policy in POLICIES:
            expected = values[policy] - values.min(axis=1)
            assert series(policy, indicator)["regret"].to_numpy() == pytest.approx(expected, abs=2e-6)
    assert studied().indicators["regret"].min() >= 0
    assert (studied().indicators["regret"] > 1e-3).any()


def test_every_run_has_a_best_policy() -> None:
    """In each run and for each indicator that has a direction, somebody regrets nothing."""
    table = studied().indicators.dropna(subset=["regret"])
    assert (table.groupby(["run", "indicator"])["regret"].min() == 0).all()
    assert set(table["better"]) == {"lower", "higher"}


def test_distribution_by_numpy() -> None:
    """Mean, deviation, quantiles, worst case and regrets agree with numpy on the values of the runs."""
    table = studied().distribution.set_index(["policy", "indicator"])
    assert len(table) == len(studied().indicators) / 5
    for policy in POLICIES:
        for indicator, worst in (("waiting", np.argmax), ("coverage", np.argmin), ("heaviest", np.argmax)):
            values, row = series(policy, indicator)["value"].to_numpy(), table.loc[(policy, indicator)]
            regret = series(policy, indicator)["regret"].to_numpy()
            assert row["mean"] == pytest.approx(np.mean(values))
            assert row["deviation"] == pytest.approx(np.std(values))
            assert row[list(QUANTILES)].tolist() == pytest.approx(
                np.quantile(values, list(QUANTILES.values()))
            )
            assert (row["worst"], row["worst_run"]) == (values[worst(values)], worst(values) + 1)
            assert (row["mean_regret"], row["largest_regret"]) == (np.mean(regret), np.max(regret))
            assert row["best_in"] == np.mean(regret == 0)


def test_an_indicator_without_a_direction() -> None:
    """Where neither is better there is a spread, and no worst case or regret."""
    row = studied().distribution.set_index(["policy", "indicator"]).loc[("leximin", "median")]
    assert row["runs"] == 5
    assert row[["worst", "worst_run", "mean_regret", "best_in"]].isna().all()


def test_loads() -> None:
    """The spread of each municipality's load is told too."""
    loads = studied().loads
    assert len(loads) == 3 * 3
    assert (loads["p05"] <= loads["median"]).all()
    assert set(loads["runs"]) == {5}


def test_runs_are_named() -> None:
    """Each run has its number, the name and the digest of its instance."""
    runs = studied().runs
    assert runs["run"].tolist() == [1, 2, 3, 4, 5]
    assert runs["digest"].tolist() == [each.digest for each in samples()]
    assert runs["instance"].iloc[4] == "untitled-sample-5"


def test_tables_are_copies() -> None:
    """What is done to a table changes no study."""
    runs = studied().tables["runs"]
    runs["run"] = 0
    assert set(studied().tables) == {"runs", "status", "indicators", "distribution", "loads"}
    assert studied().runs["run"].min() == 1


def test_named_scenarios() -> None:
    """Of one instance its named scenarios are the runs."""
    rows = small()["needs"]
    both = small(needs=pd.concat([rows.assign(scenario="low"), rows.assign(scenario="high", households=9)]))
    found = study(both, ["leximin"], executor=1)
    assert found.runs["scenario"].tolist() == ["high", "low"]
    assert study(small(), ["leximin"], executor=1).runs["scenario"].tolist() == [""]


def test_a_run_without_a_plan() -> None:
    """A run in which nothing is possible stands in status, and in no number."""
    impossible = small(agreements=agreement("places", ">=", 500, municipality="GM1"))
    found = study([small(), impossible], ["leximin", "utilitarian"], executor=1)
    assert found.status["status"].tolist() == ["optimal", "infeasible"] * 2
    assert found.status["message"].tolist() == ["", "A"] * 2
    assert set(found.indicators["run"]) == {1}
    assert set(found.distribution["runs"]) == {1}


def test_no_plan_at_all() -> None:
    """Where no run has a plan the tables of numbers are empty, with their columns."""
    found = study(small(agreements=agreement("places", ">=", 500, municipality="GM1")), ["leximin"])
    assert found.status["status"].tolist() == ["infeasible"]
    for name in ("indicators", "distribution", "loads"):
        assert list(found.tables[name]) == list(studied().tables[name])
        assert found.tables[name].empty


def test_a_study_in_processes_resumes(tmp_path: Path) -> None:
    """Processes give the same study as this one, and what was kept is taken from the folder."""
    for executor in (2, 1):
        found = study(samples(), POLICIES, executor=executor, folder=tmp_path)
        for name, table in found.tables.items():
            pd.testing.assert_frame_equal(table, studied().tables[name])
    assert len(list(tmp_path.iterdir())) == 5


def test_what_cannot_be_studied() -> None:
    """No instance, other municipalities and policies that are not known are refused before solving."""
    with pytest.raises(InstanceError, match="no instance"):
        study([], POLICIES)
    with pytest.raises(InstanceError, match="other municipalities"):
        study([small(), seeded("tied", 1)], POLICIES)
    with pytest.raises(PolicyError):
        study([small()], ["no-such-policy"])


def test_every_column_has_a_heading() -> None:
    """What a reader sees of a study has words in both languages."""
    columns = {column for table in studied().tables.values() for column in table}
    assert {f"heading.{column}" for column in columns} <= set(TEXTS)
