"""Maps: everything is where it is, names do not overlap, and what has no place is named."""

from __future__ import annotations

from itertools import combinations
from math import pi

import numpy as np
import pytest

from test_pictures_shares import drawn, many, rows, strange, towns
from verdeling.errors import VerdelingError
from verdeling.pictures.places import Frame, middle, placed_names, radii


def test_frame_keeps_shape() -> None:
    """North is above, east to the right, and a small square stays a square."""
    side = 0.01
    tall = side * np.cos(np.radians(52.0))
    corners = np.array([[6.0, 52.0], [6.0 + side, 52.0], [6.0, 52.0 + tall], [6.0 + side, 52.0 + tall]])
    pixels = Frame.around(corners).pixels(corners)
    across, along = pixels[1, 0] - pixels[0, 0], pixels[0, 1] - pixels[2, 1]
    assert across == pytest.approx(along, rel=1e-3)
    assert across > 0


def test_one_place() -> None:
    """A map of one point has a size."""
    frame = Frame.around(np.array([[6.0, 52.0]]))
    assert frame.pixels(np.array([[6.0, 52.0]]))[0] == pytest.approx(np.array(frame.size) / 2)


def test_middle() -> None:
    """The middle of an L is that of its two rectangles, weighed, whichever way round it is stated."""
    ring = ((0.0, 0.0), (4.0, 0.0), (4.0, 1.0), (1.0, 1.0), (1.0, 3.0), (0.0, 3.0), (0.0, 0.0))
    expected = ((4 * 2.0 + 2 * 0.5) / 6, (4 * 0.5 + 2 * 2.0) / 6)
    island = ((9.0, 9.0), (9.1, 9.0), (9.1, 9.1), (9.0, 9.0))
    assert middle(((ring,), (island,))) == pytest.approx(expected)
    assert middle(((tuple(reversed(ring)),),)) == pytest.approx(expected)


def test_areas_are_as_amounts() -> None:
    """Four times the amount has twice the radius; nothing is drawn too small to see or too large."""
    found = radii(np.array([400.0, 100.0, 0.0]), (660, 700))
    assert found[0] / found[1] == pytest.approx(2)
    assert found[0] <= 60
    assert found[2] > 0
    assert radii(np.zeros(2), (660, 700)).min() > 0


def test_names_do_not_overlap() -> None:
    """No two of a hundred names overlap, none covers another mark, and all stay on the map."""
    rng = np.random.default_rng(1)
    points, reach = rng.uniform(40, 600, (100, 2)), rng.uniform(3, 12, 100)
    found = placed_names(points, reach, {at: ["A long name", "100,0%"] for at in range(100)}, (660, 700))
    assert len(found) > 30
    for one, other in combinations(found.values(), 2):
        apart = [
            one.box[2] <= other.box[0], other.box[2] <= one.box[0],
            one.box[3] <= other.box[1], other.box[3] <= one.box[1],
        ]  # fmt: skip
        assert any(apart)
    for at, spot in found.items():
        left, top, right, bottom = spot.box
        assert min(left, top) >= 0
        assert max(right - 660, bottom - 700) <= 0
        for other in set(range(100)) - {at}:
            x, y = points[other]
            inside = left < x < right and top < y < bottom
            assert not inside


def test_circles_carry_the_loads() -> None:
    """Areas of circles are as loads; who carries more than its share has the heavy edge."""
    shown = {row["municipality"]: row for row in rows(strange().plot.map(), "area", "heavy")}
    loads = strange().loads.set_index("municipality")
    ratio = shown["B"]["area"] / shown["A"]["area"]
    assert ratio == pytest.approx(loads.loc["B", "load"] / loads.loc["A", "load"], rel=1e-4)
    assert {key: row["heavy"] for key, row in shown.items()} == {
        key: value > 1.0005 for key, value in loads["relative_load"].items()
    }
    assert shown["E"]["area"] == pytest.approx(2.5**2 * pi)


def test_outlines() -> None:
    """With outlines each municipality is a shape with its number; without one it is named below."""
    picture = towns().plot.map()
    features = rows(picture, "geometry")
    assert {feature["municipality"] for feature in features} == {"A", "B", "C"}
    assert "137,5%" in drawn(picture)
    instance = towns().instance
    assert instance.boundaries is not None
    object.__setattr__(instance, "boundaries", instance.boundaries.only(["A", "B"]))
    try:
        assert "Van 1 gemeente is geen grens bekend" in drawn(towns().plot.map())
    finally:
        towns.cache_clear()


def test_nowhere() -> None:
    """Without outlines and positions the error says what to add."""
    with pytest.raises(VerdelingError, match=r"boundaries\.geojson"):
        many().plot.map()


def test_map_of_an_instance() -> None:
    """A map of an instance says how many people live where."""
    assert "100.000 inwoners" in towns().instance.plot.map().description
