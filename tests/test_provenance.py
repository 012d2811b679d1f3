"""Provenance: a solution and the same one reopened say alike how they came about."""

from __future__ import annotations

from hand_made import small
from verdeling.engine import solve
from verdeling.explaining.asking.desk import Desk


def test_a_reopened_solution_says_the_same() -> None:
    """Solving and reopening name the same data, policy, versions and solver, and each its own seconds."""
    solution = solve(small(), whole=False)
    stated, again = solution.provenance, Desk.of(solution).plan.provenance
    apart = {"seconds", "reduce"}
    assert {name: stated[name] for name in stated if name not in apart} == {
        name: again[name] for name in again if name not in apart
    }
    assert set(stated) == set(again)
    assert stated["seconds"]["solver"] >= 0 <= again["seconds"]["solver"]
    assert stated["versions"]["verdeling"]
