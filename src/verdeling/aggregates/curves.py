"""Curves: what an amount is worth when more of it is worth less and less."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from verdeling.program import Floats

STEEPEST = 1e4
"""How much steeper than at the fractional optimum a curve may get before it goes on straight."""


@dataclass(frozen=True)
class Curve:
    """Worth of amounts with a constant aversion to inequality.

    An amount x, counted in a unit, is worth (x^(1−alpha) − 1) ÷ (1−alpha), and log x for alpha = 1
    (Atkinson 1970, doi:10.1016/0022-0531(70)90039-6). Below a floor the curve goes on as the straight
    line that touches it there. Where amounts have steps the worth between two steps is on the
    straight line between theirs: in whole numbers nothing is lost by that.

    Parameters
    ----------
    alpha : float
        0: an amount is worth itself; the larger, the more the worst-off count.
    share : array
        Weight of each element; they sum to 1.
    unit : float
        What amounts are counted in, in the unit of the measure; it changes the numbers and no choice.
    floor : array
        Per element, in the unit of the measure.
    step : array
        Per element, in the unit of the measure; NaN where amounts have no steps.
    """

    alpha: float
    share: Floats
    unit: float
    floor: Floats
    step: Floats

    def worth(self, amounts: Floats) -> Floats:
        """Worth of the amount of each element; minus infinity for nothing at a curve that falls to that."""
        slope, constant = self.line(amounts)
        stepped = ~np.isnan(self.step)
        straight = stepped | (amounts < self.floor)
        with np.errstate(invalid="ignore"):
            return np.where(straight, slope * amounts + constant, self._power(amounts))

    def line(self, amounts: Floats) -> tuple[Floats, Floats]:
        """Slope and constant, per element, of a line that meets the curve at its amount, never below it."""
        low = np.floor(amounts / self.step + 1e-6) * self.step
        high = low + self.step
        at = np.maximum(amounts, self.floor)
        with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
            touching = (at / self.unit) ** -self.alpha / self.unit
            chord = (self._straight(high) - self._straight(low)) / self.step
            slope = np.where(np.isnan(self.step), touching, chord)
            through = np.where(
                np.isnan(self.step), self._power(at) - slope * at, self._straight(low) - slope * low
            )
        return slope, through

    def steepest(self, amounts: Floats) -> Floats:
        """Amounts at which the curve is `STEEPEST` times as steep, or less where it hardly bends."""
        factor: float = STEEPEST ** (-1 / max(self.alpha, 1.0))
        return amounts * factor

    def total(self, amounts: Floats) -> float:
        """Weighted mean of the worths."""
        return float(self.share @ self.worth(amounts))

    def amount(self, worth: Floats) -> Floats:
        """Amounts above the floor that have these worths."""
        bent = 1.0 - self.alpha
        with np.errstate(divide="ignore"):
            logs = np.log1p(np.maximum(bent * worth, -1.0)) / bent if bent else worth
        return np.asarray(self.unit * np.exp(logs), dtype=np.float64)

    def equivalent(self, amounts: Floats) -> float:
        """Amount that, given to everyone, would be worth as much as these are on average.

        Counted in the smallest one where that weighs most, so that no digits are lost.
        """
        smallest = amounts.min()
        counted = replace(self, unit=float(smallest)) if self.alpha > 1 and smallest > 0 else self
        return float(counted.amount(np.asarray(counted.total(amounts))))

    def _straight(self, amounts: Floats) -> Floats:
        """Worth without steps: on the line that touches the curve at its floor for what is below it."""
        at = np.maximum(amounts, self.floor)
        slope = (at / self.unit) ** -self.alpha / self.unit
        return np.where(amounts < self.floor, self._power(at) + slope * (amounts - at), self._power(at))

    def _power(self, amounts: Floats) -> Floats:
        bent = 1.0 - self.alpha
        with np.errstate(divide="ignore", over="ignore"):
            logs = np.log(amounts / self.unit)
            return np.asarray(np.expm1(bent * logs) / bent if bent else logs, dtype=np.float64)
