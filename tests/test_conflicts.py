"""Conflicts without an agreement in common: each a smallest one, and nothing left when they are gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest

from hand_made import agreement, small
from longer import in_long_runs
from test_conflict import feasible, impossible
from tired import tire
from verdeling.errors import SolverError
from verdeling.explaining.repairing import conflicts
from verdeling.explaining.repairing.conflicts import conflicts_apart
from verdeling.solvers.protocol import Outcome

if TYPE_CHECKING:
    from verdeling.language import Language


def two_at_once() -> pd.DataFrame:
    """Two agreements that nobody can keep, in municipalities that have nothing to do with each other."""
    first = agreement("places", ">=", 500, agreement="one", municipality="GM1")
    second = agreement("places", ">=", 500, agreement="two", municipality="GM3")
    harmless = agreement("places", ">=", 0, agreement="three", municipality="GM2")
    return pd.concat([first, second, harmless], ignore_index=True)


def test_two_reasons() -> None:
    """An instance that is impossible for two reasons is told both."""
    found = conflicts_apart(small(agreements=two_at_once()))
    assert found.complete
    assert found.members["conflict"].tolist() == [1, 2]
    assert set(found.members["agreement"]) == {"one", "two"}
    assert found.sentences("nl")[-1] == "Alle andere afspraken kunnen samen worden nagekomen."


@pytest.mark.parametrize("number", [*range(4), *in_long_runs(range(4, 8))])
def test_disjoint_irreducible_and_complete(number: int) -> None:
    """No agreement twice; each conflict is a smallest one; the rest holds together, says other code."""
    instance = impossible()[number]
    found = conflicts_apart(instance, whole=False)
    assert found.count >= 1
    assert not found.members["agreement"].duplicated().any()
    for _, members in found.members.groupby("conflict")["agreement"]:
        names = members.tolist()
        assert not feasible(instance, names)
        assert all(feasible(instance, [name for name in names if name != each]) for each in names)
    rest = set(instance["agreements"]["agreement"]) - set(found.members["agreement"])
    assert feasible(instance, sorted(rest))


def halves() -> pd.DataFrame:
    return agreement("places", "=", 2.5, municipality="GM1")


def test_in_whole_places_only() -> None:
    """Two and a half places are a conflict of whole places, and none of fractional ones."""
    instance = small(agreements=halves())
    assert conflicts_apart(instance).members["in_whole_places"].tolist() == [True]
    assert conflicts_apart(instance, whole=False).count == 0
    assert "in whole places" in conflicts_apart(instance).sentences("en")[0]


def test_whole_places_need_a_second_solver(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the second solver finds a plan nothing is called impossible."""

    class Optimist:
        name, tolerance, seconds = "optimist", 1e-7, 0.0

        def minimise(self, *_: object, **__: object) -> Outcome:
            return Outcome("optimal")

    find = conflicts.find_solver
    monkeypatch.setattr(
        conflicts, "find_solver", lambda name: Optimist() if name == conflicts.SECOND else find(name)
    )
    with pytest.raises(SolverError, match="disagree"):
        conflicts_apart(small(agreements=halves()))


def test_nothing_to_tell() -> None:
    """An instance with a plan has no conflicts, and says so."""
    found = conflicts_apart(small())
    assert (found.count, found.complete) == (0, True)
    assert found.sentences("en") == ["Nothing needs to change: all agreements can be kept together."]


def test_out_of_time() -> None:
    """Without time nothing is claimed: there may be more."""
    found = conflicts_apart(small(agreements=two_at_once()), time_limit=0.0)
    assert not found.complete
    assert found.sentences("en") == ["Time ran out: there may be more conflicts."]


@pytest.mark.parametrize("answers", [0, 1, 3, 6, 9, 14, *in_long_runs([2, 4, 5, 7, 8, 20])])
def test_nothing_is_claimed_that_time_did_not_prove(monkeypatch: pytest.MonkeyPatch, answers: int) -> None:
    """Whenever time runs out: what is said to be a conflict is one, and smallest and complete are true."""
    instance = impossible()[4]
    tire(monkeypatch, conflicts, answers)
    found = conflicts_apart(instance, whole=False)
    for _, members in found.members.groupby("conflict"):
        names = members["agreement"].tolist()
        assert not feasible(instance, names)
        if members["smallest"].all():
            assert all(feasible(instance, [name for name in names if name != each]) for each in names)
    rest = set(instance["agreements"]["agreement"]) - set(found.members["agreement"])
    assert found.complete <= feasible(instance, sorted(rest))
    assert found.complete or "ime ran out" in " ".join(found.sentences("en"))


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_cut_off_in_words(monkeypatch: pytest.MonkeyPatch, lang: Language) -> None:
    """A conflict that was not reduced, and one that nobody else confirmed, are told as such."""
    tire(monkeypatch, conflicts, 1)
    told = conflicts_apart(small(agreements=two_at_once()), whole=False).sentences(lang)
    assert ("kleiner conflict" if lang == "nl" else "smaller conflict") in told[0]
    tire(monkeypatch, conflicts, 4)
    monkeypatch.setattr(conflicts, "SECOND", "HiGHS")
    found = conflicts_apart(small(agreements=halves()))
    assert found.members["in_whole_places"].all()
