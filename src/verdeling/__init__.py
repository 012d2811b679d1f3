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
from verdeling.explanation import Explanation, explain
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
    "common_ground",
    "compare",
    "describe",
    "divide",
    "divide_years",
    "explain",
    "frontier",
    "generate",
    "manipulation",
    "policy_names",
    "read_instance",
    "read_key",
    "read_policy",
    "sample",
    "solve",
    "solve_two_stage",
    "study",
    "verify",
    "write_comparison",
    "write_instance",
    "write_solution",
]
