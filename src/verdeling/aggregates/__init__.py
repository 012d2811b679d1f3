"""Aggregates: what it means to make a vector small, or one of which more is better large."""

from verdeling.aggregates import (
    bargaining,
    claims,
    curved,
    deviations,
    levels,
    mcloone,
    ordered,
    sums,
    thresholds,
)
from verdeling.aggregates.registry import AGGREGATES, Aggregate, Stage

__all__ = [
    "AGGREGATES",
    "Aggregate",
    "Stage",
    "bargaining",
    "claims",
    "curved",
    "deviations",
    "levels",
    "mcloone",
    "ordered",
    "sums",
    "thresholds",
]
