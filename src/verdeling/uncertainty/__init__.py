"""Needs and supply that are not known for sure: samples, studies, and decisions taken beforehand."""
