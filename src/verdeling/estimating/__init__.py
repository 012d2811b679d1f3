"""Needs from figures: who wait, come and go, made into the households that start looking in each year."""
