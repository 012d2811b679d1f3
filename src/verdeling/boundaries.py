"""Outlines of municipalities, for maps, read from GeoJSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from verdeling.errors import Problem, nearest

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

Ring: TypeAlias = tuple[tuple[float, float], ...]
"""Longitude and latitude of each corner, the first again at the end."""

Shape: TypeAlias = tuple[tuple[Ring, ...], ...]
"""Polygons; of each the outer ring and then its holes."""

TABLE = "boundaries"

_FARTHEST = 1e300
"""What is larger is no number: infinite, or of hundreds of digits."""


@dataclass(frozen=True)
class Boundaries:
    """Outlines of municipalities. Nothing is divided by them: they are no part of what an instance says.

    Parameters
    ----------
    shapes : mapping of str to tuple
        By municipality, its polygons: rings of (longitude, latitude) in degrees (WGS84).
    """

    shapes: Mapping[str, Shape]

    def only(self, municipalities: Collection[str]) -> Boundaries:
        """Those of some municipalities."""
        return Boundaries({key: shape for key, shape in self.shapes.items() if key in municipalities})

    def geojson(self) -> dict[str, Any]:
        """A FeatureCollection of multipolygons with the property ``municipality``."""
        features = [
            {
                "type": "Feature",
                "properties": {"municipality": key},
                "geometry": {"type": "MultiPolygon", "coordinates": shape},
            }
            for key, shape in sorted(self.shapes.items())
        ]
        return {"type": "FeatureCollection", "features": features}


def read_boundaries(content: Any, municipalities: Collection[str]) -> tuple[Boundaries, list[Problem]]:
    """Outlines from GeoJSON (RFC 7946, doi:10.17487/RFC7946).

    Parameters
    ----------
    content : object
        A FeatureCollection, parsed. A feature says whose outline it is by the property ``municipality``,
        or by ``statcode``, as files of a whole country do: those of other municipalities are passed over.
    municipalities : collection of str
        Ids of the instance. Some may have no outline.

    Returns
    -------
    boundaries : Boundaries
        What could be read.
    problems : list of Problem
        Everything that is wrong, with the number of the feature, from 1, as the row.
    """
    features = content.get("features") if isinstance(content, dict) else None
    if not isinstance(features, list) or content.get("type") != "FeatureCollection":
        return Boundaries({}), [_problem("It is no FeatureCollection.", "")]
    shapes: dict[str, Shape] = {}
    problems: list[Problem] = []
    for number, feature in enumerate(features, 1):
        try:
            key, shape = _feature(feature, municipalities)
            if key in shapes:
                raise _Broken(f"{key} has an outline already.", "Keep one feature for each municipality.")
            if shape:
                shapes[key] = shape
        except _Broken as broken:
            problems.append(_problem(broken.what, str(number), broken.remedy))
    if not shapes and not problems:
        what = "No feature is that of a municipality of the instance."
        problems.append(_problem(what, "", "Name the id of a municipality in the property municipality."))
    return Boundaries(shapes), problems


class _Broken(Exception):
    """What is wrong with a feature, and what to do."""

    def __init__(self, what: str, remedy: str = "") -> None:
        super().__init__(what)
        self.what, self.remedy = what, remedy


def _problem(what: str, row: str, remedy: str = "") -> Problem:
    why = "A map draws each municipality by one outline in longitude and latitude."
    mend = remedy or "Export it again as GeoJSON with polygons in WGS84, or take the file away."
    return Problem("broken-boundary", what, why, mend, table=TABLE, row=row)


def _feature(feature: Any, municipalities: Collection[str]) -> tuple[str, Shape]:
    """Whose outline it is, and the outline; none of a municipality that the instance does not have."""
    if not isinstance(feature, dict) or not isinstance(feature.get("properties"), dict):
        raise _Broken("The feature has no properties.")
    named, code = (feature["properties"].get(name) for name in ("municipality", "statcode"))
    key = named if isinstance(named, str) else code
    if not isinstance(key, str):
        remedy = "Give it the property municipality, with an id of the table municipalities."
        raise _Broken("The feature does not say which municipality it is.", remedy)
    if key not in municipalities:
        if key == named:
            raise _Broken(f"There is no municipality {key}.", nearest(key, municipalities))
        return key, ()
    return key, tuple(_polygons(feature.get("geometry")))


def _polygons(geometry: Any) -> Iterator[tuple[Ring, ...]]:
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in ("Polygon", "MultiPolygon"):
        raise _Broken(f"The geometry is {kind or 'missing'}; only Polygon and MultiPolygon have an inside.")
    polygons = _list(geometry.get("coordinates"))
    for polygon in [polygons] if kind == "Polygon" else polygons:
        yield tuple(_ring(ring) for ring in _list(polygon))


def _ring(ring: Any) -> Ring:
    corners = tuple(_corner(corner) for corner in _list(ring))
    if len(corners) < 4 or corners[0] != corners[-1]:
        raise _Broken("A ring does not close: it has four corners at least, and the last is the first.")
    return corners


def _corner(corner: Any) -> tuple[float, float]:
    numbers = _list(corner)[:2]
    if len(numbers) < 2 or not all(type(each) in (int, float) and abs(each) <= _FARTHEST for each in numbers):
        raise _Broken(f"{_short(corner)} is no longitude and latitude.")
    longitude, latitude = map(float, numbers)
    if abs(longitude) > 180 or abs(latitude) > 90:
        remedy = "Convert it to longitude and latitude (WGS84, EPSG:4326), and export it again."
        raise _Broken(f"{_short(corner)} lies outside the range of degrees.", remedy)
    return longitude, latitude


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list) or not value:
        raise _Broken(f"The coordinates are {_short(value)} where a list of them is expected.")
    return value


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 40 else f"{text[:39]}…"
