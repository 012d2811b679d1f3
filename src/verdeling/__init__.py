"""Verdeling divides a regional housing task over municipalities: optimal, fair, whole, explained.

``instance = vd.read_instance("instances/enschede")``, ``solution = vd.solve(instance, "leximin")``,
``print(solution.loads)``.
"""

from __future__ import annotations

import logging

from verdeling.adapters import read_instance, write_instance
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
from verdeling.output import write_solution
from verdeling.policy import Goal, Policy, policy_names, read_policy
from verdeling.solution import Solution
from verdeling.uncertainty.sampling import Variation, sample
from verdeling.uncertainty.studies import Study, study
from verdeling.uncertainty.two_stage import TwoStage, solve_two_stage
from verdeling.verification import verify

logging.getLogger("verdeling").addHandler(logging.NullHandler())

__all__ = [
    "Comparison",
    "Explanation",
    "Goal",
    "Instance",
    "Policy",
    "Size",
    "Solution",
    "Study",
    "TwoStage",
    "Variation",
    "VerdelingError",
    "alternative_sentences",
    "alternatives",
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
    "read_policy",
    "repair",
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
    "what_if",
    "what_would_it_take",
    "why",
    "why_different",
    "why_not",
    "write_comparison",
    "write_instance",
    "write_solution",
]
