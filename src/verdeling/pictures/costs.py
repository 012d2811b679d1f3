"""What fairness costs: the best that one goal can be for every value of another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verdeling.comparing.words import goal_headings
from verdeling.language import language, number, say, sentence
from verdeling.pictures.labels import figure, records
from verdeling.pictures.picture import charts, framed, held
from verdeling.pictures.theme import BELOW, GRID
from verdeling.statements import estimates

if TYPE_CHECKING:
    import pandas as pd

    from verdeling.comparing.tradeoff import Frontier
    from verdeling.language import Language
    from verdeling.pictures.picture import Picture


def frontier(found: Frontier, lang: Language = "nl") -> Picture:
    """Every point of a frontier, from the most efficient to the fairest.

    Parameters
    ----------
    found : Frontier
        As `verdeling.frontier` gives it.
    lang : {"nl", "en"}
        Language.

    Returns
    -------
    Picture

    Raises
    ------
    VerdelingError
        If there is no such language, or what draws pictures is not installed.
    """
    headings = goal_headings(found, language(lang))
    table = point_table(found, lang)
    alt = charts()
    tooltip = [
        alt.Tooltip("fair:N", title=headings[1]),
        alt.Tooltip("efficient:N", title=headings[0]),
    ]
    axis = alt.Axis(tickCount=6)
    x = alt.X("fairness:Q", title=sentence(headings[1]), scale=alt.Scale(zero=False, padding=24), axis=axis)
    y = alt.Y("efficiency:Q", title=sentence(headings[0]), scale=alt.Scale(zero=False, padding=24),
              axis=alt.Axis(grid=True, gridColor=GRID, tickCount=6))  # fmt: skip
    base = alt.Chart(held(records(table)), width=600, height=300).encode(x=x, y=y, tooltip=tooltip)
    line = base.mark_line(color=BELOW, strokeWidth=2)
    points = base.mark_point(color=BELOW, filled=True, size=70, opacity=1)
    named = [
        base.transform_filter(alt.datum.end == end).mark_text(align=align, dx=dx, dy=dy)
        for end, align, dx, dy in (("efficient", "right", -8, 14), ("fair", "left", -4, -12))
    ]
    chart = alt.layer(line, points, *(each.encode(text="name:N") for each in named))
    said = _told(table, headings, lang)
    explained = say("picture.frontier.read", lang) if len(table) > 1 else said
    notes = estimates(found.instance, lang)
    return framed(chart, say("picture.frontier", lang), said, lang, explained=explained, notes=notes)


def point_table(found: Frontier, lang: Language) -> pd.DataFrame:
    """What the picture shows, the most efficient point first.

    Returns
    -------
    DataFrame
        point, efficiency, fairness, efficient and fair (both in words), end (``efficient`` for the first
        point, ``fair`` for the last, otherwise empty, as of an only point), name (of the end).
    """
    table = found.points.reset_index(drop=True)
    ends = ["" for _ in range(len(table))]
    if len(ends) > 1:
        ends[0], ends[-1] = "efficient", "fair"
    named = [say(f"picture.frontier.{end}", lang) if end else "" for end in ends]
    return table.assign(
        efficient=[figure(value, lang) for value in table["efficiency"]],
        fair=[number(value, lang, 3) for value in table["fairness"]],
        end=ends,
        name=named,
    )


def _told(table: pd.DataFrame, headings: list[str], lang: Language) -> str:
    """Both ends."""
    first, last = table.iloc[0], table.iloc[-1]
    if len(table) == 1:
        return say("compare.one_point", lang)
    return say(
        "picture.frontier.described",
        lang,
        count=number(len(table), lang),
        efficiency=headings[0],
        fairness=headings[1],
        first=first["efficient"],
        first_fair=first["fair"],
        last=last["efficient"],
        last_fair=last["fair"],
    )
