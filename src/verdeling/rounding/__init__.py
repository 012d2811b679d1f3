"""Whole numbers from parts: rules of rounding by name, and two-way tables."""

from verdeling.rounding.controlled import round_table
from verdeling.rounding.rules import RULES, Rule, round_parts

__all__ = ["RULES", "Rule", "round_parts", "round_table"]
