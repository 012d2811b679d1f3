"""A certificate with every solution: what proves its numbers, and who reads it without a solver."""
