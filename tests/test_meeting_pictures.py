"""Pictures of the table, as text: what they say, how long bars are, and that names are names."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from pathlib import Path

import pytest

import verdeling as vd
from verdeling.generation import Size, generate
from verdeling.meeting.actions import EditTables
from verdeling.meeting.session import Session
from verdeling.meeting.state import SetCell
from verdeling.meeting.wishes import agreed

pictures = pytest.importorskip("verdeling.meeting.page.pictures", reason="the page needs verdeling[table]")

TOWNS = Path(__file__).parents[1] / "instances" / "three-towns"
NASTY = '<script>alert("x")</script>'


@pytest.fixture(scope="module")
def session():
    """Three towns, one of which has a nasty name, at places on the map."""
    instance = vd.read_instance(TOWNS)
    towns = instance["municipalities"].assign(
        name=["Astad", NASTY, "Ceedijk"], longitude=[6.5, 6.51, 6.9], latitude=[52.1, 52.1, 52.4]
    )
    placed = replace(instance.replace(municipalities=towns), boundaries=None)
    made = Session(placed, "leximin", None, "nl")
    cell = SetCell(table="supply", row={"municipality": "B", "year": 2025}, column="places", value=8)
    made.do(EditTables(edits=(cell,)))
    return made


def test_bars(session):
    """A bar is as long as its load beside the line of the fair share, and names its change."""
    drawn = pictures.bars(session.before, session.shown, "nl")
    fair = float(re.search(r"--fair:([\d.]+)%", drawn)[1])
    widths = [float(each) for each in re.findall(r"width:([\d.]+)%", drawn)]
    loads = session.shown.content("nl").loads["relative_load"]
    assert [width / fair for width in widths] == pytest.approx(loads.tolist(), abs=1e-3)
    assert drawn.count("▲") + drawn.count("▼") == drawn.count('class="was"') > 0


def test_many_bars(monkeypatch):
    """Where municipalities are many, who changes most stands first, and then who carries most."""
    monkeypatch.setattr(pictures, "_NAMED", 2)
    made = Session(vd.read_instance(TOWNS), "leximin", None, "nl")
    cell = SetCell(table="supply", row={"municipality": "B", "year": 2025}, column="places", value=8)
    made.do(EditTables(edits=(cell,)))
    drawn = pictures.bars(made.before, made.shown, "nl")
    now, then = (
        each.content("nl").loads.set_index("name")["relative_load"] for each in (made.shown, made.before)
    )
    apart = (now - then).abs().round(6)
    names = re.findall(r'<th scope="row" title="(.*?)"', drawn)
    assert names == sorted(names, key=lambda name: (-apart[name] if apart[name] >= 0.005 else 0, -now[name]))
    assert "Bovenaan wie het meest verandert" in drawn


def test_names_are_text(session):
    """No name is taken for a tag, in bars, on the map or side by side."""
    shown = session.shown
    for drawn in (
        pictures.bars(session.before, shown, "nl"),
        pictures.map_of(shown, "nl"),
        pictures.beside({NASTY: shown, "A": session.before}, "nl"),
    ):
        assert "<script" not in drawn
        assert "&lt;script&gt;" in drawn


def test_map(session):
    """Names that would lie over each other stand above and below; without places there is no map."""
    drawn = pictures.map_of(session.shown, "nl")
    assert drawn.count("<circle") == 3
    names = re.findall(r'<text x="([\d.-]+)" y="([\d.-]+)">(.*?)</text>', drawn)
    lines = {name: float(line) for _, line, name in names}
    assert abs(lines["Astad"] - lines["&lt;script&gt;alert(&quot;…"]) > 10
    unplaced = Session(replace(vd.read_instance(TOWNS), boundaries=None), "leximin", None, "nl")
    assert pictures.map_of(unplaced.shown, "nl") == ""


def test_names_on_the_map():
    """A name lies on no circle, of its own or of another, and stays on the map however long it is."""
    instance = vd.read_instance(TOWNS)
    towns = instance["municipalities"].assign(
        name=["Hengelo", "Enschede", "Langenamergemeente aan den Bovenmeersche Overloop"],
        longitude=[6.60, 6.68, 6.10],
        latitude=[52.233, 52.18, 52.60],
    )
    for boundaries in (None, instance.boundaries):
        placed = replace(instance.replace(municipalities=towns), boundaries=boundaries)
        drawn = pictures.map_of(Session(placed, "leximin", None, "nl").shown, "nl")
        left, _, wide, _ = (float(each) for each in re.search(r'viewBox="(.*?)"', drawn)[1].split())
        found = re.findall(r'<text x="([\d.-]+)" y="([\d.-]+)">(.*?)</text>', drawn)
        names = [(float(x), float(y), 3.6 * len(name)) for x, y, name in found]
        circles = re.findall(r'<circle cx="([\d.-]+)" cy="([\d.-]+)" r="([\d.]+)"', drawn)
        assert len(names) == 3
        assert all(left <= x - half and x + half <= left + wide for x, _, half in names)
        for x, y, half in names:
            for across, down, radius in (tuple(map(float, each)) for each in circles):
                beside = max(abs(x - across) - half, 0)
                over = max(y - 11 - down, down - y - 3, 0)
                assert beside**2 + over**2 >= radius**2


def test_outlines():
    """Where an instance has outlines each has its shade, and its corners lie as its longitudes do."""
    made = Session(vd.read_instance(TOWNS), "leximin", None, "nl")
    drawn = pictures.map_of(made.shown, "nl")
    shades = re.findall(r'<path class="([a-z-]+)" d="(.*?)"><title>(.*?): ([\d,]+)</title>', drawn)
    assert [(name, pictures.shade(float(load.replace(",", ".")))) for _, _, name, load in shades] == [
        (name, shade) for shade, _, name, _ in shades
    ]
    towns = made.shown.instance["municipalities"].set_index("name")["municipality"]
    shapes = made.shown.instance.boundaries.shapes
    west = {
        name: min(corner[0] for polygon in shapes[key] for corner in polygon[0])
        for name, key in towns.items()
    }
    left = {
        name: min(float(x) for x, _ in re.findall(r"([\d.]+) ([\d.]+)", path)) for _, path, name, _ in shades
    }
    assert sorted(left, key=left.get) == sorted(west, key=west.get)
    assert len(left) == 3
    assert "<circle" not in drawn


def test_side_by_side(session):
    """A variant stands beside the first one with what differs, and one that cannot be is told so."""
    wish = agreed(session.outcome.instance, "places", ">=", 9_999, {"municipality": "C"})
    impossible = Session(session.reckoner.instance, "leximin", None, "nl")
    impossible.do(EditTables(edits=(wish,)))
    drawn = pictures.beside({"nu": session.shown, "toen": session.before, "nooit": impossible.outcome}, "nl")
    rows = re.findall(r"<tr><th scope=\"row\">(.*?)</th>(.*?)</tr>", drawn)
    assert len(rows) == 3 + 3
    assert all("kan niet" in cells for _, cells in rows)
    assert "<small>" in drawn


@pytest.mark.parametrize(
    ("load", "name"),
    [
        (0.0, "far-below"),
        (0.599, "below"),
        (0.9, "near"),
        (1.1, "above"),
        (1.4, "far-above"),
        (9.0, "far-above"),
    ],
)
def test_shades(load, name):
    """A load has the shade of the number that is shown."""
    assert pictures.shade(load) == name


def test_names_that_would_hide_each_other_are_left_out():
    """Of towns that lie on top of each other some are named; each can still be pointed at."""
    instance = generate(Size(regions=1, municipalities=10, groups=2, place_types=1, years=1))
    towns = instance["municipalities"]
    close = 6.0 + 1e-3 * (towns.index == 0)
    placed = instance.replace(municipalities=towns.assign(longitude=close, latitude=52.0))
    drawn = pictures.map_of(Session(placed, "leximin", None, "nl").shown, "nl")
    found = re.findall(r'<text x="([\d.-]+)" y="([\d.-]+)">(.*?)</text>', drawn)
    names = [(float(x), float(y), 3.6 * len(name)) for x, y, name in found]
    assert 1 < len(names) < 10
    for one, other in itertools.combinations(names, 2):
        beside = abs(one[0] - other[0]) >= one[2] + other[2]
        assert beside or abs(one[1] - other[1]) >= 14
    assert drawn.count("<title>") == 1 + len(towns)
