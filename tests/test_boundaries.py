"""Outlines of municipalities: read, refused with the number of the feature, kept and written back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from verdeling.adapters import read_instance, write_instance
from verdeling.boundaries import read_boundaries
from verdeling.errors import InstanceError

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[1]
TOWNS = ROOT / "instances" / "three-towns"
SQUARE = [[6.0, 52.0], [6.1, 52.0], [6.1, 52.1], [6.0, 52.1], [6.0, 52.0]]


def feature(
    key: Any = "A", kind: str = "Polygon", coordinates: Any = None, name: str = "municipality"
) -> Any:
    geometry = {"type": kind, "coordinates": [SQUARE] if coordinates is None else coordinates}
    return {"type": "Feature", "properties": {name: key}, "geometry": geometry}


def collection(*features: Any) -> Any:
    return {"type": "FeatureCollection", "features": list(features)}


def test_read() -> None:
    """Polygons and multipolygons by either property; a third number is a height and is left out."""
    high = [[*corner, 12.5] for corner in SQUARE]
    content = collection(feature(), feature("B", "MultiPolygon", [[high], [SQUARE]], "statcode"))
    found, problems = read_boundaries(content, ["A", "B"])
    ring = tuple(map(tuple, SQUARE))
    assert (problems, found.shapes) == ([], {"A": ((ring,),), "B": ((ring,), (ring,))})


def test_a_country_holds_others() -> None:
    """A code of a municipality elsewhere is passed over; a name that nobody has is refused."""
    content = collection(feature(), feature("GM9999", name="statcode"))
    assert read_boundaries(content, ["A"])[1] == []
    assert read_boundaries(collection(feature(), feature("a")), ["A"])[1][0].row == "2"
    assert read_boundaries(collection(feature("GM9999", name="statcode")), ["A"])[1]


@pytest.mark.parametrize(
    "broken",
    [
        feature(coordinates=[SQUARE[:3]]),
        feature(coordinates=[[*SQUARE[:4], [7.0, 52.0]]]),
        feature(coordinates=[[[255000.0, 470000.0], *SQUARE[1:4], [255000.0, 470000.0]]]),
        feature(coordinates=[[[float("nan"), 52.0], *SQUARE[1:]]]),
        feature(coordinates=[[["6", "52"], *SQUARE[1:]]]),
        feature(coordinates=[[[True, 52.0], *SQUARE[1:]]]),
        feature(coordinates=[]),
        feature(coordinates="x" * 500),
        feature(kind="Point", coordinates=[6.0, 52.0]),
        feature(key=7),
        feature(key="<script>"),
        {"type": "Feature", "properties": {"municipality": "A"}, "geometry": None},
        {"type": "Feature", "properties": None},
        None,
        [],
    ],
)
def test_broken_features(broken: Any) -> None:
    """Each broken feature is a problem with its number; all are told at once, also a second outline."""
    found, problems = read_boundaries(collection(feature("B"), broken, feature("B")), ["A", "B"])
    assert [problem.row for problem in problems] == ["2", "3"]
    assert all(problem.what and problem.why and problem.remedy for problem in problems)
    assert set(found.shapes) == {"B"}


@pytest.mark.parametrize("content", [None, [], {}, {"type": "FeatureCollection", "features": {}}, "x", 1])
def test_no_collection(content: Any) -> None:
    """Something else than a collection is refused as a whole."""
    assert read_boundaries(content, ["A"])[1][0].code == "broken-boundary"


def test_kept_and_written_back(tmp_path: Path) -> None:
    """A folder gives its outlines back; they are no content, and follow the municipalities."""
    instance = read_instance(TOWNS)
    assert instance.boundaries is not None
    write_instance(instance, tmp_path / "again")
    again = read_instance(tmp_path / "again")
    bare = instance.from_tables(instance.tables, instance.about)
    assert again.boundaries == instance.boundaries
    assert bare.boundaries is None
    assert bare == instance
    write_instance(bare, tmp_path / "again", overwrite=True)
    assert read_instance(tmp_path / "again").boundaries is None
    assert instance.replace(about={"title": "Other"}).boundaries == instance.boundaries
    assert instance.in_scenario().boundaries == instance.boundaries


def text(content: str) -> Callable[[Path], object]:
    return lambda path: path.write_text(content, "utf-8")


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (text("{"), "unreadable-file"),
        (text("[" * 100_000), "unreadable-file"),
        (text("null"), "broken-boundary"),
        (text(json.dumps(collection(feature("Z")))), "broken-boundary"),
        (lambda path: path.write_bytes(b"\xff\xfe\x00"), "unreadable-file"),
        (lambda path: (path.unlink(), path.mkdir()), "unreadable-file"),
    ],
)
def test_broken_file(tmp_path: Path, spoil: Callable[[Path], object], code: str) -> None:
    """A file that cannot be read is an error with three parts, and not a map without outlines."""
    write_instance(read_instance(TOWNS), tmp_path / "towns")
    spoil(tmp_path / "towns" / "boundaries.geojson")
    with pytest.raises(InstanceError) as caught:
        read_instance(tmp_path / "towns")
    assert [problem.code for problem in caught.value.problems] == [code]
    assert caught.value.problems[0].table == "boundaries"
