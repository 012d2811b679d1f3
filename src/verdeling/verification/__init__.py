"""The independent witness of whether a plan keeps every limit of its instance.

It knows the families of `models/formulation.md` by name and states each of them a second time, on
finished numbers. It never uses the code that states them to a solver.
"""

from verdeling.verification.verdict import Verification, verify

__all__ = ["Verification", "verify"]
