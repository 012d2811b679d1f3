"""Colours of pictures: read by everybody, and told apart by readers who see fewer of them."""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import pytest

from verdeling.pictures.theme import (
    ABOVE,
    BELOW,
    INK,
    NEUTRAL,
    PAPER,
    QUIET,
    SCALE,
    STRENGTH,
    contrast,
    ink_on,
)

SEEN = {
    "all colours": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
"""What is seen of linear RGB: G. Machado, M. Oliveira and L. Fernandes, A physiologically-based model for
simulation of color vision deficiency (2009), doi:10.1109/TVCG.2009.113, at full severity."""


def lab(colour: str, seen: np.ndarray) -> np.ndarray:
    """A colour as it is seen, in CIELAB (D65)."""
    parts = np.array([int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)])
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    linear = np.clip(seen @ linear, 0, 1)
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    x, y, z = np.cbrt(to_xyz @ linear / np.array([0.95047, 1.0, 1.08883]))
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def apart(one: str, other: str, seen: np.ndarray) -> float:
    """Distance of two colours as they are seen; from about 2 on, people see that they differ."""
    return float(np.linalg.norm(lab(one, seen) - lab(other, seen)))


@pytest.mark.parametrize("seen", SEEN.values(), ids=SEEN)
def test_told_apart(seen: np.ndarray) -> None:
    """Marks of different meaning differ much, and each class of a scale differs from the next."""
    assert min(apart(*pair, seen) for pair in combinations([ABOVE, BELOW, INK], 2)) > 30
    assert min(apart(NEUTRAL, other, seen) for other in (ABOVE, BELOW)) > 20
    assert min(apart(*pair, seen) for scale in (SCALE, STRENGTH) for pair in pairwise(scale)) > 10
    mirrored = zip(SCALE[:3], SCALE[:3:-1], strict=True)
    assert min(apart(low, high, seen) for low, high in mirrored) > 15


def test_text_and_marks_stand_out() -> None:
    """Text stands out from its ground by 4.5:1, and marks from paper by 3:1 (WCAG 2.2, AA)."""
    assert min(contrast(text, PAPER) for text in (INK, QUIET)) >= 4.5
    assert min(contrast(mark, PAPER) for mark in (ABOVE, BELOW, NEUTRAL)) >= 3
    assert min(contrast(ink_on(cell), cell) for cell in (*SCALE, *STRENGTH)) >= 4.5
