"""Questions to a solution: one more, what if, why not, what would it take."""
