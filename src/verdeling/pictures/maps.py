"""Municipalities on a map: outlines where the instance has them, otherwise circles."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from verdeling.errors import Problem, VerdelingError
from verdeling.instance import Instance
from verdeling.language import language, listed, number, say, say_counted
from verdeling.names import Names
from verdeling.pictures.cells import classes
from verdeling.pictures.labels import figure, load_title, municipality_names, records, spoken
from verdeling.pictures.picture import charts, framed, held
from verdeling.pictures.places import Frame, middle, placed_names, radii
from verdeling.pictures.shares import load_table, refuse_region, told_loads
from verdeling.pictures.theme import INK, LAND, NEUTRAL, PAPER, SCALE, SMALL
from verdeling.statements import estimates

if TYPE_CHECKING:
    from collections.abc import Mapping

    from verdeling.boundaries import Shape
    from verdeling.language import Language
    from verdeling.pictures.picture import Picture
    from verdeling.pictures.places import Spot
    from verdeling.program import Floats
    from verdeling.solution import Solution

_BOUNDS = (0.5, 0.8, 0.95, 1.05, 1.25, 1.5)
"""Where one class of relative loads ends and the next begins."""

_ALL_NAMED = 60
"""So many municipalities are all named where there is room; of more, the largest and both ends."""

_ENDS, _LARGEST = 6, 12


def located(instance: Instance) -> bool:
    """Whether anything says where a municipality is."""
    return not set(_positions(instance)).isdisjoint(instance.tables["municipalities"]["municipality"])


def map_of(shown: Solution | Instance, lang: Language = "nl", region: str | None = None) -> Picture:
    """Municipalities on a map, with what each carries beside its fair share.

    Parameters
    ----------
    shown : Solution or Instance
        Of an instance, where its municipalities are and how many people live there.
    lang : {"nl", "en"}
        Language.
    region : str, optional
        Only its municipalities.

    Returns
    -------
    Picture
        Filled outlines where the instance has them. Otherwise a circle for each municipality, of which the
        area is what it carries.

    Raises
    ------
    NoSolutionError
        If a solution has no plan.
    VerdelingError
        If nothing says where any municipality is, there is no such language or region, or what draws
        pictures is not installed.
    """
    language(lang)
    notes: list[str] = []
    if isinstance(shown, Instance):
        instance, kind, table = shown, "instance", _of_instance(shown, lang, region)
        said = _people_told(table, lang)
    else:
        instance, kind, table = shown.instance, "solution", _of_solution(shown, lang, region)
        said, notes = told_loads(instance, table, lang), estimates(instance, lang)
    known = table["municipality"].isin(list(_positions(instance)))
    if not known.any():
        raise _nowhere()
    chart = _drawn(table[known].reset_index(drop=True), instance, kind, lang)
    form = "shapes" if instance.boundaries else "circles"
    explained = say(f"picture.map.{kind}.{form}", lang, unit=load_title(instance, lang))
    missing = [spoken(name) for name in table.loc[~known, "name"]]
    if missing:
        names = listed(missing, lang)
        notes = [say_counted(f"picture.map.missing.{form}", len(missing), lang, names=names), *notes]
    return framed(chart, say(f"picture.map.{kind}", lang), said, lang, explained=explained, notes=notes)


def _nowhere() -> VerdelingError:
    problem = Problem(
        "no-places",
        "Nothing says where any municipality is.",
        "A map needs outlines or positions.",
        "Fill in longitude and latitude in the table municipalities, or add boundaries.geojson.",
    )
    return VerdelingError("The map cannot be made.", [problem])


def _of_solution(solution: Solution, lang: Language, region: str | None) -> pd.DataFrame:
    """As `load_table`, with amount (the load), written (what stands beside the name) and shade."""
    table = load_table(solution, lang, region)
    names = classes(_BOUNDS, lang)
    shade = [names[int(np.searchsorted(_BOUNDS, round(value, 6), "right"))] for value in table["relative"]]
    return table.assign(amount=table["load"], written=table["told"], shade=shade)


def _of_instance(instance: Instance, lang: Language, region: str | None) -> pd.DataFrame:
    """municipality, name, label, amount (inhabitants), written, shade and side (of which there is one)."""
    towns = instance.tables["municipalities"]
    if region is not None:
        refuse_region(instance, region)
        towns = towns[towns["region"] == region]
    names = Names.of(instance, lang)
    table = pd.DataFrame(
        {
            "municipality": towns["municipality"],
            "name": names.column("municipality", towns["municipality"]),
            "label": towns["municipality"].map(municipality_names(names)),
            "amount": towns["population"].astype(float),
            "shade": "",
            "side": "at",
        }
    )
    table["written"] = [figure(value, lang) for value in table["amount"]]
    return table.sort_values(["amount", "name"], ascending=[False, True]).reset_index(drop=True)


def _positions(instance: Instance) -> dict[str, tuple[float, float]]:
    """Longitude and latitude of each municipality that has an outline, or of each that has a position."""
    if instance.boundaries:
        return {key: middle(shape) for key, shape in instance.boundaries.shapes.items()}
    towns = instance.tables["municipalities"].dropna(subset=["longitude", "latitude"])
    spots = towns[["municipality", "longitude", "latitude"]].itertuples(index=False)
    return {str(key): (float(longitude), float(latitude)) for key, longitude, latitude in spots}


def _drawn(table: pd.DataFrame, instance: Instance, kind: str, lang: Language) -> Any:
    """Marks and, above them, the names that find a place."""
    alt = charts()
    positions = _positions(instance)
    spots = np.array([positions[key] for key in table["municipality"]])
    shapes = instance.boundaries.only(table["municipality"].tolist()).shapes if instance.boundaries else {}
    corners = [np.asarray(ring) for shape in shapes.values() for polygon in shape for ring in polygon]
    frame = Frame.around(np.concatenate([*corners, spots]))
    points = frame.pixels(spots)
    reach = np.zeros(len(table)) if shapes else radii(table["amount"].to_numpy(np.float64), frame.size)
    heavy = table["side"] == "above"
    table = table.assign(x=points[:, 0], y=points[:, 1], area=np.pi * reach**2, heavy=heavy)
    tooltip = [
        alt.Tooltip("name:N", title=say("heading.municipality", lang)),
        alt.Tooltip("written:N", title=say(f"picture.map.{kind}.told", lang)),
    ]
    marks = _outlines(table, shapes, frame) if shapes else _circles(table)
    marks = marks.encode(color=_colour(kind, lang), tooltip=tooltip)
    width, height = frame.size
    return alt.layer(marks, *_names(table, points, reach, frame)).properties(width=width, height=height)


def _colour(kind: str, lang: Language) -> Any:
    """Of a solution the class of the relative load; of an instance one colour."""
    alt = charts()
    if kind == "instance":
        return alt.value(LAND)
    scale = alt.Scale(domain=classes(_BOUNDS, lang), range=SCALE)
    legend = alt.Legend(orient="bottom", columns=len(SCALE), symbolType="square", symbolStrokeColor=INK)
    return alt.Color("shade:N", scale=scale, title=say("heading.relative_load", lang), legend=legend)


def _edge() -> dict[str, Any]:
    """Who carries more than its share has a thick, dark edge."""
    alt = charts()
    return {
        "stroke": alt.condition(alt.datum.heavy, alt.value(INK), alt.value(NEUTRAL)),
        "strokeWidth": alt.condition(alt.datum.heavy, alt.value(2.4), alt.value(0.8)),
    }


def _outlines(table: pd.DataFrame, shapes: Mapping[str, Shape], frame: Frame) -> Any:
    """Outlines in pixels, which need no projection any more; the heavy ones last, above the others."""
    alt = charts()
    features = []
    for row in records(table.sort_values("heavy", kind="stable")):
        geometry = {"type": "MultiPolygon", "coordinates": frame.outline(shapes[row["municipality"]])}
        features.append({**row, "type": "Feature", "geometry": geometry})
    chart = alt.Chart(held(features)).mark_geoshape()
    return chart.project(type="identity", scale=1, translate=[0, 0]).encode(**_edge())


def _circles(table: pd.DataFrame) -> Any:
    """Circles, the small above the large."""
    alt = charts()
    rows = records(table.sort_values("area", ascending=False, kind="stable"))
    circles = alt.Chart(held(rows)).mark_point(filled=True, opacity=1, shape="circle")
    return circles.encode(**_pixels(), **_edge(), size=alt.Size("area:Q", scale=None, legend=None))


def _pixels() -> dict[str, Any]:
    alt = charts()
    return {"x": alt.X("x:Q", scale=None, axis=None), "y": alt.Y("y:Q", scale=None, axis=None)}


def _names(table: pd.DataFrame, points: Floats, reach: Floats, frame: Frame) -> list[Any]:
    """Names and numbers, with an edge of paper so that they stand out, and lines to those further away."""
    alt = charts()
    lines = {at: [table["label"].iloc[at], table["written"].iloc[at]] for at in _foremost(table)}
    found = placed_names(points, reach, lines, frame.size)
    rows = [
        {"x": round(spot.x, 1), "y": round(spot.y + step, 1), "text": text}
        for at, spot in found.items()
        for text, step in zip(lines[at], (-6.5, 7.0), strict=True)
    ]
    leads = [_lead(points[at], float(reach[at]), spot) for at, spot in found.items() if spot.away]
    drawn = alt.Chart(held(leads)).mark_rule(color=NEUTRAL)
    base = alt.Chart(held(rows)).encode(**_pixels(), text="text:N")
    halo = base.mark_text(fontSize=SMALL, stroke=PAPER, strokeWidth=3, strokeOpacity=0.85, strokeJoin="round")
    return [drawn.encode(**_pixels(), x2="x2:Q", y2="y2:Q"), halo, base.mark_text(fontSize=SMALL)]


def _lead(point: Floats, reach: float, spot: Spot) -> dict[str, float]:
    """A line from the edge of a mark to the nearest edge of its name."""
    x, y = float(point[0]), float(point[1])
    left, top, right, bottom = spot.box
    end = (min(max(x, left), right), min(max(y, top), bottom))
    part = reach / max(math.hypot(end[0] - x, end[1] - y), 1.0)
    start = (x + part * (end[0] - x), y + part * (end[1] - y))
    return {"x": round(start[0], 1), "y": round(start[1], 1), "x2": round(end[0], 1), "y2": round(end[1], 1)}


def _foremost(table: pd.DataFrame) -> list[int]:
    """Rows to be named, the most important first: of many, both ends of the table and the largest."""
    by_size = [int(at) for at in table["amount"].to_numpy(np.float64).argsort(kind="stable")[::-1]]
    if len(table) <= _ALL_NAMED:
        return by_size
    last = len(table) - 1
    ends = [at for step in range(_ENDS) for at in (step, last - step)]
    return list(dict.fromkeys([*ends, *by_size[:_LARGEST]]))


def _people_told(table: pd.DataFrame, lang: Language) -> str:
    """How many people live in all municipalities, and where most and least do."""
    return say(
        "picture.map.described",
        lang,
        count=number(len(table), lang),
        people=figure(float(table["amount"].sum()), lang),
        largest=spoken(table["name"].iloc[0]),
        most=table["written"].iloc[0],
        smallest=spoken(table["name"].iloc[-1]),
        least=table["written"].iloc[-1],
    )
