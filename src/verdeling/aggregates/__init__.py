"""Aggregates: what it means to make a vector small, or one of which more is better large."""

from verdeling.aggregates import deviations, levels, ordered, sums
from verdeling.aggregates.registry import AGGREGATES, Aggregate, Stage

__all__ = ["AGGREGATES", "Aggregate", "Stage", "deviations", "levels", "ordered", "sums"]
