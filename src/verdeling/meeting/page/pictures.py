"""Pictures of a division as plain HTML and SVG: they are made within milliseconds of a change."""

from __future__ import annotations

from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

from verdeling.language import number, say
from verdeling.meeting.telling import moved
from verdeling.pictures.labels import short
from verdeling.pictures.places import Frame, middle

if TYPE_CHECKING:
    import pandas as pd

    from verdeling.boundaries import Boundaries, Shape
    from verdeling.language import Language
    from verdeling.meeting.reckoning import Outcome

    Spot = tuple[float, float, float]
    Point = tuple[float, float]

_LEAST = 1.25
"""A bar chart goes at least so far beyond the fair share."""

_SHOWS = 0.005
_NAMED, _LARGE = 40, 16.0
"""Names are shown of so many municipalities at most, and loads in circles larger than this."""

_LETTER, _LINE = 7.2, 14.0
"""Width of a letter and height of a line on the map."""

_WIDE, _EDGE = 250.0, 58.0
"""Width of a map, and most of its height, in units of its own; and what lies beside it for names."""

_LETTERS = int(2 * _EDGE / _LETTER)
"""So many letters of a name stay within the edge."""


def bars(before: Outcome, after: Outcome, lang: Language) -> str:
    """Relative loads as bars against the fair share, with where they were before; a table for readers.

    Where municipalities are many, those whose load changed most stand first, and then the heaviest.
    """
    table = moved(before, after, lang)
    many = len(table) > _NAMED
    if many:
        table = _foremost(table)
    reach = max(_LEAST, 1.05 * float(table[["relative", "relative_before"]].to_numpy().max()))
    headings = [say(f"at_table.column.{name}", lang) for name in ("who", "load", "times", "places", "change")]
    head = "".join(f'<th scope="col">{escape(each)}</th>' for each in headings)
    rows = "".join(_bar(row, reach, lang) for row in table.to_dict("records"))
    caption = escape(say("meeting.bars", lang) + (" " + say("meeting.foremost", lang) if many else ""))
    fair = 100 / reach
    return (
        f'<table class="bars" style="--fair:{fair:.2f}%"><caption>{caption}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    )


def _foremost(table: pd.DataFrame) -> pd.DataFrame:
    change = table["change"].abs().round(6)
    ranked = table.assign(changed=change.where(change >= _SHOWS, 0.0), heavy=table["relative"].round(6))
    return ranked.sort_values(["changed", "heavy"], ascending=False, kind="stable")


def _bar(row: dict[object, object], reach: float, lang: Language) -> str:
    relative, then, change = (float(row[name]) for name in ("relative", "relative_before", "change"))  # type: ignore[arg-type]
    ghost = ""
    told = "·"
    if abs(change) >= _SHOWS:
        ghost = f'<i class="was" style="left:{100 * then / reach:.2f}%"></i>'
        told = f"{'▲' if change > 0 else '▼'} {number(abs(change), lang, fixed=True)}"
    return (
        f'<tr><th scope="row" title="{escape(str(row["name"]))}">{escape(str(row["name"]))}</th>'
        f'<td class="track"><span class="line">'
        f'<b class="{shade(relative)}" style="width:{100 * relative / reach:.2f}%"></b>'
        f'{ghost}<i class="fair"></i></span></td>'
        f"<td>{number(relative, lang, fixed=True)}</td>"
        f"<td>{number(float(row['places']), lang, 0)}</td>"  # type: ignore[arg-type]
        f'<td class="{"up" if change > 0 else "down"}">{told}</td></tr>'
    )


def map_of(outcome: Outcome, lang: Language) -> str:
    """Municipalities where they lie, as dark as their relative load.

    Outlines where the instance has them; otherwise circles as large as the places that they give. Empty
    where the instance does not say where they lie.
    """
    told, instance = outcome.content(lang), outcome.instance
    if instance.boundaries and instance.boundaries.shapes:
        return _outlined(told.loads, instance.boundaries, lang)
    spots = instance.tables["municipalities"].set_index("municipality")
    loads = told.loads.set_index("municipality").join(spots[["longitude", "latitude"]])
    loads = loads[loads["longitude"].notna() & loads["latitude"].notna()]
    if len(loads) < 2:
        return ""
    across, down, high = _places(loads)
    parts = np.sqrt(loads["places"].to_numpy() / max(float(loads["places"].max()), 1.0))
    sizes = np.maximum(parts * np.clip(75 / np.sqrt(len(loads)), 5, 30), 3.0).tolist()
    spots_of = list(zip(across, down, sizes, strict=True))
    circles = [
        _circle(row, *spot, lang) for row, spot in zip(loads.to_dict("records"), spots_of, strict=True)
    ]
    names = _names(loads, spots_of, lang) if len(loads) <= _NAMED else []
    return _map(
        [*circles, *names],
        f"{-_EDGE:.0f} -46 {_WIDE + 2 * _EDGE:.0f} {high + 96:.0f}",
        say("meeting.map", lang),
    )


def _map(parts: list[str], box: str, label: str) -> str:
    label = escape(label, quote=True)
    return (
        f'<svg class="map" viewBox="{box}" role="img" aria-label="{label}"><title>{label}</title>'
        f"{''.join(parts)}</svg>"
    )


def _outlined(loads: pd.DataFrame, boundaries: Boundaries, lang: Language) -> str:
    """Outlines as on the map of a report, with names where these do not hide each other."""
    rows = loads[loads["municipality"].isin(list(boundaries.shapes))].to_dict("records")
    outlines, frame = _drawn(tuple(boundaries.shapes.items()))
    wide = _WIDE + 2 * _EDGE
    scale = wide / frame.size[0]
    paths = "".join(
        f'<path class="{shade(row["relative_load"])}" d="{outlines[row["municipality"]][0]}">'
        f"<title>{_told(row, lang)}</title></path>"
        for row in rows
    )
    names: list[str] = []
    taken: list[Spot] = []
    for row in rows if len(rows) <= _NAMED else []:
        x, y = (scale * each for each in outlines[row["municipality"]][1])
        name = short(row["name"], _LETTERS)
        half = _LETTER * len(name) / 2
        x = min(max(x, half), wide - half)
        if not _hits((x, y, half), taken):
            taken.append((x, y, half))
            names.append(f'<text x="{x:.1f}" y="{y:.1f}">{escape(name)}</text>')
    box = f"0 0 {wide:.0f} {scale * frame.size[1]:.0f}"
    return _map(
        [f'<g transform="scale({scale:.4f})">{paths}</g>', *names], box, say("meeting.outlines", lang)
    )


@lru_cache(maxsize=4)
def _drawn(shapes: tuple[tuple[str, Shape], ...]) -> tuple[dict[str, tuple[str, Point]], Frame]:
    """The path of each outline and the middle of its largest part, by municipality."""
    corners = [corner for _, shape in shapes for polygon in shape for corner in polygon[0]]
    frame, found = Frame.around(np.array(corners)), {}
    for key, shape in shapes:
        rings = [ring for polygon in frame.outline(shape) for ring in polygon]
        path = "".join("M" + "L".join(f"{x:g} {y:g}" for x, y in ring) + "Z" for ring in rings)
        x, y = frame.pixels(np.array([middle(shape)]))[0].tolist()
        found[key] = path, (x, y)
    return found, frame


def _places(loads: pd.DataFrame) -> tuple[list[float], list[float], float]:
    """Where circles stand, and how high the map is."""
    middle = np.cos(np.deg2rad(loads["latitude"].mean()))
    east = (loads["longitude"] - loads["longitude"].min()).to_numpy() * middle
    south = (loads["latitude"].max() - loads["latitude"]).to_numpy()
    scale = _WIDE / max(float(east.max()), float(south.max()), 1e-9)
    return (scale * east).tolist(), (scale * south).tolist(), float(scale * south.max())


def _circle(row: dict[Any, Any], x: float, y: float, size: float, lang: Language) -> str:
    """A municipality, with its name and load for who points at it."""
    return (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{size:.1f}" class="{shade(row["relative_load"])}">'
        f"<title>{_told(row, lang)}</title></circle>"
    )


def _told(row: dict[Any, Any], lang: Language) -> str:
    return f"{escape(row['name'])}: {number(row['relative_load'], lang, fixed=True)}"


def _names(loads: pd.DataFrame, spots: list[Spot], lang: Language) -> list[str]:
    """Names below circles, or where they lie over no name or circle; loads in large circles.

    Large circles come first; a name that would lie over another one is left to who points at the circle.
    """
    taken: list[Spot] = []
    texts = []
    rows = zip(spots, loads.to_dict("records"), strict=True)
    for (x, y, size), row in sorted(rows, key=lambda pair: -pair[0][2]):
        name = short(row["name"], _LETTERS)
        half = _LETTER * len(name) / 2
        away = size + half + 7
        places = [
            (x, y + size + 12, half),
            (x, y - size - 5, half),
            (x - away, y + 4, half),
            (x + away, y + 4, half),
        ]
        inside = [each for each in places if half - _EDGE <= each[0] <= _WIDE + _EDGE - half]
        free = [each for each in inside if not _hits(each, taken)]
        clear = [each for each in free if not any(_covers(each, circle) for circle in spots)]
        for place in [*clear, *free][:1]:
            taken.append(place)
            texts.append(f'<text x="{place[0]:.1f}" y="{place[1]:.1f}">{escape(name)}</text>')
        if size > _LARGE:
            dark = " dark" if shade(row["relative_load"]).startswith("far") else ""
            shown = number(row["relative_load"], lang, fixed=True)
            texts.append(f'<text class="in{dark}" x="{x:.1f}" y="{y + 4:.1f}">{shown}</text>')
    return texts


def _hits(name: Spot, others: list[Spot]) -> bool:
    """Whether a name (middle, line, half its width) lies over one of the others."""
    return any(abs(name[0] - x) < name[2] + half and abs(name[1] - line) < _LINE for x, line, half in others)


def _covers(name: Spot, circle: Spot) -> bool:
    """Whether a name (middle, line, half its width) lies over a circle (middle and radius)."""
    x, y, radius = circle
    beside = max(abs(name[0] - x) - name[2], 0.0)
    above = max(name[1] - 11 - y, y - name[1] - 3, 0.0)
    return beside**2 + above**2 < radius**2


def shade(relative: float) -> str:
    """Class of a relative load, from far below the fair share to far above it."""
    steps = ((0.6, "far-below"), (0.9, "below"), (1.1, "near"), (1.4, "above"))
    return next((name for most, name in steps if round(relative, 2) < most), "far-above")


def beside(named: dict[str, Outcome], lang: Language) -> str:
    """Variants side by side: who is housed, and every load; the first one is what others differ from."""
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in named)
    rows = [
        _total(say(f"at_table.total.{column}", lang), column, named, lang) for column in ("served", "waiting")
    ]
    rows.append(_highest(named, lang))
    possible = [each for each in named.values() if each.possible]
    tables = [
        each.content(lang).loads.set_index("municipality") if each.possible else None
        for each in named.values()
    ]
    names = possible[0].content(lang).municipalities if possible else {}
    for municipality, name in names.items():
        cells = [None if table is None else float(table["relative_load"][municipality]) for table in tables]
        rows.append(_row(name, cells, lang, fixed=True))
    caption = escape(say("meeting.beside", lang))
    return (
        f'<table class="beside"><caption>{caption}</caption><thead><tr><td></td>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table>"
    )


def _total(name: str, column: str, named: dict[str, Outcome], lang: Language) -> str:
    values = [
        float(each.content(lang).queue[column].sum()) if each.possible else None for each in named.values()
    ]
    return _row(name, values, lang)


def _highest(named: dict[str, Outcome], lang: Language) -> str:
    values = [
        float(each.content(lang).loads["relative_load"].max()) if each.possible else None
        for each in named.values()
    ]
    return _row(say("at_table.total.highest", lang), values, lang, fixed=True)


def _row(name: str, values: list[float | None], lang: Language, *, fixed: bool = False) -> str:
    first = values[0]
    cells = []
    for value in values:
        if value is None:
            cells.append(f'<td class="none">{escape(say("meeting.impossible", lang))}</td>')
            continue
        decimals = 2 if fixed else 0
        apart = 0.0 if first is None else round(value, decimals) - round(first, decimals)
        told = number(value, lang, decimals, fixed=fixed)
        sign = f"{'+' if apart > 0 else '−'}{number(abs(apart), lang, decimals, fixed=fixed)}"
        beside_it = f"<small>{sign}</small>" if abs(apart) >= _SHOWS else ""
        cells.append(f"<td>{beside_it}{told}</td>")
    return f'<tr><th scope="row">{escape(name)}</th>{"".join(cells)}</tr>'
