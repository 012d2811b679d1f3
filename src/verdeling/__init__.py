"""Verdeling divides a regional housing task over municipalities: optimal, fair, whole, explained.

``instance = vd.read_instance("instances/enschede")``, ``solution = vd.solve(instance, "leximin")``,
``print(solution.loads)``.
"""

from __future__ import annotations

import logging
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from verdeling.adapters import read_instance, write_instance
    from verdeling.certifying.proving import certify
    from verdeling.certifying.verifying import verify_result
    from verdeling.comparing.comparison import Comparison, compare
    from verdeling.comparing.consensus import common_ground
    from verdeling.comparing.incentives import manipulation
    from verdeling.comparing.sheets import write_comparison
    from verdeling.comparing.tradeoff import frontier
    from verdeling.dividing.division import divide
    from verdeling.dividing.key_files import read_key
    from verdeling.dividing.words import describe
    from verdeling.dividing.years import divide_years
    from verdeling.engine import solve
    from verdeling.errors import VerdelingError
    from verdeling.estimating.needs import BuiltNeeds, build_needs
    from verdeling.explaining.asking.one_more import one_more
    from verdeling.explaining.asking.swings import tornado
    from verdeling.explaining.asking.taking import what_would_it_take
    from verdeling.explaining.asking.what_if import what_if
    from verdeling.explaining.asking.wishes import why_not
    from verdeling.explaining.explanation import Explanation, explain
    from verdeling.explaining.freedom.room import room
    from verdeling.explaining.freedom.variety import alternatives
    from verdeling.explaining.freedom.words import alternative_sentences, room_sentences
    from verdeling.explaining.judging.judgement import judge
    from verdeling.explaining.repairing.conflicts import conflicts_apart
    from verdeling.explaining.repairing.enlarging import enlarge
    from verdeling.explaining.repairing.reaching import reach
    from verdeling.explaining.repairing.repairs import repair
    from verdeling.explaining.tracing.paths import why_different
    from verdeling.explaining.tracing.trace import trace_paths, why
    from verdeling.explaining.urgency.study import study_urgency
    from verdeling.generation import Size, generate
    from verdeling.instance import Instance
    from verdeling.mapping.reading import Mapped, read_mapped
    from verdeling.output import write_solution
    from verdeling.planlists.plans import BuildingPlans, build_plans
    from verdeling.policy import Goal, Policy, policy_names, read_policy
    from verdeling.reporting.documents.writing import write_drafts, write_papers, write_urgency_advice
    from verdeling.reporting.reopening import read_result
    from verdeling.reporting.rereading import read_run, read_runs
    from verdeling.reporting.runs import write_runs
    from verdeling.reporting.writing import write_report
    from verdeling.rolling.rollup import Rollup, rollup
    from verdeling.rolling.written import write_rollup
    from verdeling.solution import Solution
    from verdeling.uncertainty.sampling import Variation, sample
    from verdeling.uncertainty.studies import Study, study
    from verdeling.uncertainty.two_stage import TwoStage, solve_two_stage
    from verdeling.verification import verify

__all__ = [
    "BuildingPlans",
    "BuiltNeeds",
    "Comparison",
    "Explanation",
    "Goal",
    "Instance",
    "Mapped",
    "Policy",
    "Rollup",
    "Size",
    "Solution",
    "Study",
    "TwoStage",
    "Variation",
    "VerdelingError",
    "alternative_sentences",
    "alternatives",
    "build_needs",
    "build_plans",
    "certify",
    "common_ground",
    "compare",
    "conflicts_apart",
    "describe",
    "divide",
    "divide_years",
    "enlarge",
    "explain",
    "frontier",
    "generate",
    "judge",
    "manipulation",
    "one_more",
    "policy_names",
    "reach",
    "read_instance",
    "read_key",
    "read_mapped",
    "read_policy",
    "read_result",
    "read_run",
    "read_runs",
    "repair",
    "rollup",
    "room",
    "room_sentences",
    "sample",
    "solve",
    "solve_two_stage",
    "study",
    "study_urgency",
    "tornado",
    "trace_paths",
    "verify",
    "verify_result",
    "what_if",
    "what_would_it_take",
    "why",
    "why_different",
    "why_not",
    "write_comparison",
    "write_drafts",
    "write_instance",
    "write_papers",
    "write_report",
    "write_rollup",
    "write_runs",
    "write_solution",
    "write_urgency_advice",
]

_HOMES = {
    "adapters": ("read_instance", "write_instance"),
    "certifying.proving": ("certify",),
    "certifying.verifying": ("verify_result",),
    "comparing.comparison": ("Comparison", "compare"),
    "comparing.consensus": ("common_ground",),
    "comparing.incentives": ("manipulation",),
    "comparing.sheets": ("write_comparison",),
    "comparing.tradeoff": ("frontier",),
    "dividing.division": ("divide",),
    "dividing.key_files": ("read_key",),
    "dividing.words": ("describe",),
    "dividing.years": ("divide_years",),
    "engine": ("solve",),
    "errors": ("VerdelingError",),
    "estimating.needs": ("BuiltNeeds", "build_needs"),
    "explaining.asking.one_more": ("one_more",),
    "explaining.asking.swings": ("tornado",),
    "explaining.asking.taking": ("what_would_it_take",),
    "explaining.asking.what_if": ("what_if",),
    "explaining.asking.wishes": ("why_not",),
    "explaining.explanation": ("Explanation", "explain"),
    "explaining.freedom.room": ("room",),
    "explaining.freedom.variety": ("alternatives",),
    "explaining.freedom.words": ("alternative_sentences", "room_sentences"),
    "explaining.judging.judgement": ("judge",),
    "explaining.repairing.conflicts": ("conflicts_apart",),
    "explaining.repairing.enlarging": ("enlarge",),
    "explaining.repairing.reaching": ("reach",),
    "explaining.repairing.repairs": ("repair",),
    "explaining.tracing.paths": ("why_different",),
    "explaining.tracing.trace": ("trace_paths", "why"),
    "explaining.urgency.study": ("study_urgency",),
    "generation": ("Size", "generate"),
    "instance": ("Instance",),
    "mapping.reading": ("Mapped", "read_mapped"),
    "output": ("write_solution",),
    "planlists.plans": ("BuildingPlans", "build_plans"),
    "policy": ("Goal", "Policy", "policy_names", "read_policy"),
    "reporting.reopening": ("read_result",),
    "reporting.rereading": ("read_run", "read_runs"),
    "reporting.runs": ("write_runs",),
    "reporting.writing": ("write_report",),
    "rolling.rollup": ("Rollup", "rollup"),
    "rolling.written": ("write_rollup",),
    "reporting.documents.writing": ("write_drafts", "write_papers", "write_urgency_advice"),
    "solution": ("Solution",),
    "uncertainty.sampling": ("Variation", "sample"),
    "uncertainty.studies": ("Study", "study"),
    "uncertainty.two_stage": ("TwoStage", "solve_two_stage"),
    "verification": ("verify",),
}
"""Module of each public name, below the root. One is imported when a name of it is first asked for:
all of them together take longer than a small region takes to solve."""

_HOME = {name: home for home, names in _HOMES.items() for name in names}

if not TYPE_CHECKING:

    def __getattr__(name):
        """A public name, from the module where it is defined."""
        if name not in _HOME:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        found = globals()[name] = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
        return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


logging.getLogger("verdeling").addHandler(logging.NullHandler())
