"""Figures of Statistics Netherlands (CBS): municipal codes of any year, and tables by their code."""
