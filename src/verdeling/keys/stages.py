"""Amounts on their way through a key: what each stage was, and what it left."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from verdeling.keys.data import Component

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from verdeling.keys.data import Trade
    from verdeling.keys.steps import AnyStep

    Matrix = npt.NDArray[np.float64]


class Stage(NamedTuple):
    """Amounts after a component, step, rounding or trade.

    Parameters
    ----------
    kind : str
        ``component``, what a step does, ``rounding`` or ``trade``.
    name, name_nl : str
        What the key calls it in English and Dutch; empty where it does not say.
    amounts : array
        By municipality and class.
    """

    kind: str
    name: str
    name_nl: str
    amounts: Matrix

    @property
    def label(self) -> str:
        """Its name, or what it is."""
        return self.name or self.kind.replace("_", " ")

    @classmethod
    def of(cls, kind: str, stated: Component | AnyStep | Trade, amounts: Matrix) -> Stage:
        """After something that a key states."""
        name = stated.label if isinstance(stated, Component) else stated.name
        return cls(kind, name or "", stated.name_nl or "", amounts)
