"""How an answer came about: of what it was made, by what, how exactly, and how long that took."""

from __future__ import annotations

import platform
from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from verdeling.instance import Instance
    from verdeling.policy import Policy


def provenance(
    instance: Instance,
    policy: Policy,
    *,
    solver: str,
    tolerance: float,
    scaling: float,
    reduce: bool,
    seconds: Mapping[str, float],
) -> dict[str, Any]:
    """What ``provenance`` of a `verdeling.solution.Solution` says."""
    return {
        "instance": instance.about.name,
        "instance_digest": instance.digest,
        "scenario": instance.about.scenario,
        "policy": policy.name,
        "policy_digest": policy.digest,
        "tolerance": tolerance,
        "scaling": scaling,
        "reduce": reduce,
        "solver": solver,
        "versions": dict(_versions()),
        "seconds": dict(seconds),
    }


@cache
def _versions() -> tuple[tuple[str, str], ...]:
    """Versions of what an answer depends on, by name."""
    names = ("verdeling", "highspy", "pulp", "pandas", "numpy")
    return (("python", platform.python_version()), *((name, version(name)) for name in names))
