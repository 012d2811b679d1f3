"""Explaining a result: what if, what is impossible, what is still free, and why."""
