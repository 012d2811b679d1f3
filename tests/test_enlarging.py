"""More places and support: enough for every agreement as it is, and no less would do."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from hand_made import agreement, small
from test_conflict import feasible, impossible
from tired import tire
from verdeling.adapters import read_instance
from verdeling.engine import solve
from verdeling.explaining.repairing import enlarging
from verdeling.explaining.repairing.enlarging import enlarge

if TYPE_CHECKING:
    from verdeling.solvers.protocol import Outcome, Solver

INSTANCES = Path(__file__).parents[1] / "instances"


def test_the_way_out_of_the_readme() -> None:
    """Two homes short, four more needed: half of every extra home is kept for regular house seekers."""
    found = enlarge(read_instance(INSTANCES / "impossible-agreements"))
    (change,) = found.changes.to_dict("records")
    assert (change["municipality"], change["from"], change["to"]) == ("N", 20, 24)
    assert change["cost"] == pytest.approx(0.2)
    assert solve(found.enlarged()).has_numbers
    assert found.sentences("en")[1] == "- Noorderwijk, Social rent, 2025: 24 places instead of 20."
    assert found.sentences("nl")[1] == "- Noorderwijk, Sociale huur, 2025: 24 plekken in plaats van 20."


@pytest.mark.parametrize("number", range(10))
def test_enough_and_no_less(number: int) -> None:
    """There is a plan with the growth; with one place or a tenth of an hour less there is none."""
    instance = impossible()[number]
    found = enlarge(instance)
    names = instance["agreements"]["agreement"].tolist()
    if found.status == "none":
        supply, support = instance["supply"], instance["support"]
        ample = instance.replace(
            supply=supply.assign(places=supply["places"] + 100), support=support.assign(hours=1e4)
        )
        measures = set(instance["agreements"]["measure"])
        assert "share_of_supply" in measures or not feasible(ample, names)
        return
    enlarged = found.enlarged()
    assert feasible(enlarged, names)
    for table, column, step in (("supply", "places", 1), ("support", "hours", 0.1)):
        before, after = instance[table], enlarged[table]
        for row in before.index[before[column] != after[column]]:
            less = after.copy()
            less.loc[row, column] -= min(step, after.loc[row, column] - before.loc[row, column])
            assert not feasible(enlarged.replace(**{table: less}), names)


def test_nothing_helps() -> None:
    """Agreements that contradict each other by themselves need more than places."""
    most = agreement("places", "<=", 1, agreement="most", municipality="GM1")
    least = agreement("places", ">=", 2, agreement="least", municipality="GM1")
    found = enlarge(small(agreements=pd.concat([most, least])))
    assert (found.status, len(found.changes)) == ("none", 0)
    assert "contradict" in found.sentences("en")[0]


def test_nothing_needed_and_out_of_time() -> None:
    """An instance with a plan needs nothing; without time nothing is claimed."""
    assert enlarge(small()).status == "needless"
    late = enlarge(read_instance(INSTANCES / "impossible-agreements"), time_limit=0.0)
    assert late.status == "time_limit"
    assert late.sentences("nl")[0].startswith("De tijd was op")


def test_enough_but_not_proved(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is enough is given when time runs out, and it is said that less may do; *none* needs a proof."""

    class Hurried:
        """Knows a plan, and not that it is the best."""

        name, tolerance, seconds = "hurried", 1e-7, 0.0

        def __init__(self, solver: Solver) -> None:
            self.solver = solver

        def minimise(self, *args: Any, **kwargs: Any) -> Outcome:
            outcome = self.solver.minimise(*args, **kwargs)
            return replace(outcome, status="time_limit") if outcome.point is not None else outcome

    instance = read_instance(INSTANCES / "impossible-agreements")
    find = enlarging.find_solver
    monkeypatch.setattr(enlarging, "find_solver", lambda name: Hurried(find(name)))
    found = enlarge(instance)
    assert found.status == "unproved"
    assert solve(found.enlarged()).has_numbers
    assert "not proved" in found.sentences("en")[0]
    monkeypatch.undo()
    most = agreement("places", "<=", 1, agreement="most", municipality="GM1")
    least = agreement("places", ">=", 2, agreement="least", municipality="GM1")
    tire(monkeypatch, enlarging, 1)
    assert enlarge(small(agreements=pd.concat([most, least]))).status == "time_limit"
