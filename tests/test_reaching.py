"""Reach: how far each bound comes, by code that knows nothing of the formulation."""

from __future__ import annotations

import pandas as pd
import pytest

from hand_made import agreement, small
from longer import in_long_runs
from test_conflict import feasible, impossible
from tired import tire
from verdeling.engine import solve
from verdeling.errors import VerdelingError
from verdeling.explaining.repairing import reaching
from verdeling.explaining.repairing.reaching import reach

CLOSER = 1e-4


@pytest.mark.parametrize("number", [*range(4), *in_long_runs(range(4, 8))])
def test_what_is_reached_can_be_kept_and_no_more(number: int) -> None:
    """With the number that is reached for the one agreed there is a plan, beyond it there is none."""
    instance = impossible()[number]
    agreements = instance["agreements"]
    for name in agreements.query("strength == 'hard' and sense != '='")["agreement"]:
        bounds = reach(instance, name).bounds
        own = agreements["agreement"] == name
        if len(bounds) > 1 or bounds["together"].isna().any():
            continue
        found, sense = bounds["together"].item(), bounds["sense"].item()
        outward = 1 if sense == ">=" else -1
        for step, kept in ((-CLOSER, True), (CLOSER, False)):
            value = found + outward * step * max(1.0, abs(found))
            if value < 0:
                continue
            agreements.loc[own, "value"] = value
            changed = instance.replace(agreements=agreements)
            assert feasible(changed, changed["agreements"]["agreement"].tolist()) == kept


@pytest.mark.parametrize("number", [*range(4), *in_long_runs(range(4, 8))])
def test_dropping_more_reaches_further(number: int) -> None:
    """Without the other rows of the agreement no bound comes less far, and without any agreement neither."""
    bounds = reach(impossible()[number]).bounds.query("sense == '>='")
    for less, more in (("together", "alone"), ("alone", "free")):
        both = bounds.dropna(subset=[less, more])
        assert (both[less] <= both[more] + 1e-6).all()


def test_a_share_of_what_is_built_in_each_municipality() -> None:
    """One has plans for social homes only, another none: the first reaches all, the second nothing."""
    share = agreement("share_of_built", ">=", 0.3, agreement="thirty", place_type="social", municipality="*")
    projects = """
        project,municipality,place_type,year,max_places
        P1,GM1,social,2027,5
        P2,GM2,cluster,2027,5
        P3,GM3,social,2027,1
        P4,GM3,cluster,2027,9
        """
    found = reach(small(agreements=share, projects=projects), "thirty")
    bounds = found.bounds.set_index("municipality")
    assert bounds["free"].to_dict() == pytest.approx({"GM1": 1.0, "GM2": 0.0, "GM3": 1.0})
    assert found.unreachable["municipality"].tolist() == ["GM2"]
    assert bounds.loc["GM2", "short"] == pytest.approx(0.3)
    assert "0%" in " ".join(found.sentences("nl"))


def test_soft_agreements_have_a_reach_too() -> None:
    """What a soft agreement misses does not count as reached."""
    wish = agreement("places", ">=", 500, municipality="*", strength=1.0)
    instance = small(agreements=wish)
    reached = reach(instance).bounds.set_index("municipality")["free"]
    places = solve(instance, whole=False).loads.set_index("municipality")["places"]
    assert (places <= reached[places.index] + 1e-6).all()
    assert (reached < 500).all()


def test_unknown_agreement() -> None:
    """An agreement that is not there is refused with the nearest name."""
    with pytest.raises(VerdelingError, match="There is no agreement a"):
        reach(small(agreements=agreement("places", ">=", 1)), "a")


@pytest.mark.parametrize("answers", [0, 1, 5, 12])
def test_out_of_time(monkeypatch: pytest.MonkeyPatch, answers: int) -> None:
    """What is known when time runs out is what it is with all time; the rest is told as not known."""
    wish = agreement("places", ">=", 500, municipality="*", strength=1.0)
    whole = reach(small(agreements=wish)).bounds
    tire(monkeypatch, reaching, answers)
    late = reach(small(agreements=wish))
    known = late.bounds["status"] == "known"
    assert not known.all()
    columns = ["together", "alone", "free", "short"]
    pd.testing.assert_frame_equal(late.bounds.loc[known, columns], whole.loc[known, columns])
    assert late.bounds.loc[~known, "short"].isna().all()
    assert set(late.unreachable["municipality"]) <= set(late.bounds.loc[known, "municipality"])
    assert "time ran out" in late.sentences("en")[-1]
    assert "de tijd was op" in late.sentences("nl")[-1]
