"""Dividing by a key alone: whole places that add up, with the effect of each step."""
