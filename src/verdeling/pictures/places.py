"""Where municipalities are on a map: outlines and middles in pixels, and names that do not overlap."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from verdeling.boundaries import Ring, Shape
    from verdeling.program import Floats

    Box = tuple[float, float, float, float]

WIDTH, HEIGHT = 660, 700
"""Pixels that a map has at most."""

_MARGIN = 40
_LETTER, _LINE = 6.2, 14.0
"""Pixels a letter is wide, and a line high."""

_SMALLEST, _LARGEST = 2.5, 60.0
"""Radii of circles."""

_FURTHER = (0.0, 12.0, 30.0, 55.0, 90.0)
"""Pixels that a name may stand from its mark."""

_TURNS = ((1, 0), (-1, 0), (0, -1), (0, 1), (0.8, -0.8), (-0.8, -0.8), (0.8, 0.8), (-0.8, 0.8))
"""Directions in which a name may stand, in the order in which they are tried."""


@dataclass(frozen=True)
class Frame:
    """From degrees to pixels, by Mercator's projection, so that angles are those of the land.

    Parameters
    ----------
    west, north : float
        Corner of the map, in radians on the projection.
    scale : float
        Pixels a radian.
    left, top : float
        Pixels beside and above it.
    size : tuple of float
        Width and height in pixels.
    """

    west: float
    north: float
    scale: float
    left: float
    top: float
    size: tuple[float, float]

    @classmethod
    def around(cls, positions: Floats) -> Frame:
        """The largest map that holds some positions (longitude, latitude)."""
        x, y = _mercator(positions)
        across, along = float(np.ptp(x)), float(np.ptp(y))
        inner = (WIDTH - 2 * _MARGIN, HEIGHT - 2 * _MARGIN)
        scales = [room / length for room, length in zip(inner, (across, along), strict=True) if length > 0]
        scale = min(scales, default=1.0)
        height = max(along * scale + 2 * _MARGIN, 160.0)
        left, top = (WIDTH - across * scale) / 2, (height - along * scale) / 2
        return cls(float(x.min()), float(y.max()), scale, left, top, (WIDTH, height))

    def pixels(self, positions: Floats) -> Floats:
        """Positions in pixels from the upper left corner."""
        x, y = _mercator(positions)
        across, along = (x - self.west) * self.scale, (self.north - y) * self.scale
        return np.column_stack([self.left + across, self.top + along])

    def outline(self, shape: Shape) -> list[list[list[list[float]]]]:
        """Polygons in tenths of pixels, without corners that would be drawn on each other."""
        rings = [[self._ring(ring) for ring in polygon] for polygon in shape]
        return [polygon for polygon in rings if len(polygon[0]) >= 4]

    def _ring(self, ring: Ring) -> list[list[float]]:
        drawn = np.round(self.pixels(np.asarray(ring)), 1)
        kept = np.append(True, np.any(np.diff(drawn, axis=0) != 0, axis=1))
        return [[float(x), float(y)] for x, y in drawn[kept]]


def _mercator(positions: Floats) -> tuple[Floats, Floats]:
    """Mercator's projection in radians; what lies at a pole is drawn at 85 degrees."""
    longitude, latitude = np.radians(positions[:, 0]), np.radians(np.clip(positions[:, 1], -85.0, 85.0))
    return longitude, np.log(np.tan(math.pi / 4 + latitude / 2))


def middle(shape: Shape) -> tuple[float, float]:
    """Centroid of the largest polygon; of one without an inside, the mean of its corners.

    Examples
    --------
    >>> middle(((((0.0, 0.0), (4.0, 0.0), (4.0, 2.0), (0.0, 2.0), (0.0, 0.0)),),))
    (2.0, 1.0)
    """
    best, place = -1.0, (0.0, 0.0)
    for polygon in shape:
        corners = np.asarray(polygon[0])
        shifted = corners - corners[0]
        x, y = shifted[:, 0], shifted[:, 1]
        cross = x[:-1] * y[1:] - x[1:] * y[:-1]
        area = float(cross.sum()) / 2
        if abs(area) > best:
            best = abs(area)
            mean = shifted.mean(axis=0)
            if area:
                sums = [((each[:-1] + each[1:]) * cross).sum() for each in (x, y)]
                mean = np.array(sums) / (6 * area)
            place = (float(mean[0] + corners[0, 0]), float(mean[1] + corners[0, 1]))
    return place


def radii(amounts: Floats, size: tuple[float, float]) -> Floats:
    """Radii of circles of which the areas are as the amounts, all together an eighth of a map at most.

    Those that would be too small to see are drawn a little larger.
    """
    roots = np.sqrt(np.clip(amounts, 0.0, None))
    total, largest = float((roots**2).sum()), float(roots.max(initial=0.0))
    if not total:
        return np.full(len(amounts), _SMALLEST)
    scale = min(np.sqrt(size[0] * size[1] / 8 / math.pi / total), _LARGEST / largest)
    found: Floats = np.maximum(roots * scale, _SMALLEST)
    return found


@dataclass(frozen=True)
class Spot:
    """Where a name stands.

    Parameters
    ----------
    x, y : float
        Its middle in pixels.
    box : tuple of float
        Left, top, right and bottom.
    away : bool
        Whether it stands so far from its mark that a line must lead there.
    """

    x: float
    y: float
    box: Box
    away: bool


def placed_names(
    points: Floats, reach: Floats, lines: Mapping[int, Sequence[str]], size: tuple[float, float]
) -> dict[int, Spot]:
    """Where names can stand so that no two overlap and none covers another mark; some may find no place.

    Parameters
    ----------
    points : array
        Middles in pixels, a row each.
    reach : array of float
        Radius of what is drawn at each; zero where nothing is.
    lines : mapping of int to sequence of str
        Of the points to be named, the most important first: the lines of the name.
    size : tuple of float
        Of the map.

    Returns
    -------
    dict of int to Spot
        Of each name that found a place.
    """
    found: dict[int, Spot] = {}
    for number, text in lines.items():
        half = (max(map(len, text)) * _LETTER / 2 + 2, len(text) * _LINE / 2)
        others = np.arange(len(points)) != number
        for spot in _around(points[number], float(reach[number]), half):
            inside = min(spot.box[:2]) >= 0 and spot.box[2] <= size[0] and spot.box[3] <= size[1]
            free = inside and not any(_overlap(spot.box, other.box) for other in found.values())
            if free and not _covers(spot.box, points[others], reach[others]):
                found[number] = spot
                break
    return found


def _around(point: Floats, reach: float, half: tuple[float, float]) -> Iterator[Spot]:
    """Places for a name: on the mark where it fits, then around it, ever further."""
    x, y = float(point[0]), float(point[1])
    if reach == 0 or math.hypot(*half) <= reach:
        yield _spot(x, y, half, away=False)
    for further in _FURTHER:
        across, along = reach + half[0] + 2 + further, reach + half[1] + 2 + further
        for turn_x, turn_y in _TURNS:
            yield _spot(x + turn_x * across, y + turn_y * along, half, away=further > 0)


def _spot(x: float, y: float, half: tuple[float, float], *, away: bool) -> Spot:
    return Spot(x, y, (x - half[0], y - half[1], x + half[0], y + half[1]), away)


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _covers(box: Box, points: Floats, reach: Floats) -> bool:
    """Whether a box covers a circle."""
    near = np.column_stack([np.clip(points[:, 0], box[0], box[2]), np.clip(points[:, 1], box[1], box[3])])
    return bool(np.any((np.hypot(*(points - near).T) < reach) & (reach > 0)))
