"""What each municipality's load can be with every goal still met."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from verdeling.explaining.freedom.words import room_sentences
from verdeling.language import language, number, say, things
from verdeling.leeway import SHOWN
from verdeling.names import Names
from verdeling.pictures.labels import figure, municipality_names, plain, records
from verdeling.pictures.picture import charts, framed, held
from verdeling.pictures.shares import MOST_ROWS
from verdeling.pictures.theme import ABOVE, BELOW, INK, NEUTRAL, PAPER
from verdeling.statements import estimates

if TYPE_CHECKING:
    import pandas as pd

    from verdeling.explaining.explanation import Explanation
    from verdeling.language import Language
    from verdeling.pictures.picture import Picture


_FURTHEST = {"lowest": "least", "highest": "most"}
"""Up to where nothing is ruled out, beside what was found."""


def room(explanation: Explanation, lang: Language = "nl") -> Picture:
    """How far each municipality's load can move from the plan, and which loads are settled.

    Parameters
    ----------
    explanation : Explanation
        Of a solution with a plan.
    lang : {"nl", "en"}
        Language.

    Returns
    -------
    Picture
        Of the widest ranges first, and no more of them than a page holds.

    Raises
    ------
    NoSolutionError
        If there is no plan.
    VerdelingError
        If there is no such language, or what draws pictures is not installed.
    """
    table = range_table(explanation, language(lang))
    shown = table.head(MOST_ROWS)
    explained = say("picture.room.read", lang)
    if len(table) > len(shown):
        explained += " " + say("picture.room.part", lang, left=number(len(table) - len(shown), lang))
    unit = str(explanation.room.ranges["unit"].iloc[0]) if len(table) else "load"
    late = [] if explanation.room.complete else [say("room.unfinished", lang)]
    said = plain(" ".join(room_sentences(explanation.room, lang)))
    return framed(_ranges(shown, unit, lang), say("picture.room", lang), said, lang, explained=explained,
                  notes=[*late, *estimates(explanation.solution.instance, lang)])  # fmt: skip


def range_table(explanation: Explanation, lang: Language) -> pd.DataFrame:
    """What the picture shows, the widest range first.

    Returns
    -------
    DataFrame
        municipality, label, name, value, lowest, highest, least, most (nothing lies beyond; where that is
        not known, lowest and highest), freedom, told; down, up, floor, ceiling: the four ends less the value.
    """
    names = Names.of(explanation.solution.instance, lang)
    found = explanation.room.ranges
    found = found[~found["loosened"].astype(bool) & (found["group"] == "")].reset_index(drop=True)
    columns = ["municipality", "value", "lowest", "highest", "freedom"]
    table = found[columns].assign(
        label=found["municipality"].map(municipality_names(names)),
        name=names.column("municipality", found["municipality"]),
        least=found["lowest_possible"].fillna(found["lowest"]),
        most=found["highest_possible"].fillna(found["highest"]),
    )
    for column, end in {"down": "lowest", "up": "highest", "floor": "least", "ceiling": "most"}.items():
        change = (table[end] - table["value"]).astype(float)
        table[column] = change.where(change.abs() >= SHOWN, 0.0)
    unknown = table["freedom"] == "unknown"
    low, high = (table[end].where(~unknown, table[far]) for end, far in _FURTHEST.items())
    told = zip(table["freedom"], table["value"], low, high, strict=True)
    table["told"] = [_told(str(freedom), *ends, lang=lang) for freedom, *ends in told]
    width = np.round(table["up"] - table["down"], 6)
    order = table.assign(width=width).sort_values(["width", "name"], ascending=[False, True]).index
    return table.loc[order].reset_index(drop=True)


def _told(freedom: str, value: float, lowest: float, highest: float, *, lang: Language) -> str:
    """The value in the plan, and between what it can be."""
    plan = figure(value, lang)
    ends = {"lowest": figure(lowest, lang), "highest": figure(highest, lang)}
    known = ends["lowest"] == ends["highest"]
    between = "" if known and freedom != "free" else say("picture.room.between", lang, **ends)
    word = "" if freedom == "free" else say(f"value.{freedom}", lang)
    return f"{plan} ({'; '.join(filter(None, [word, between]))})"


def _ranges(table: pd.DataFrame, unit: str, lang: Language) -> Any:
    """Bars from what was found at one end to the other, thin lines as far as nothing is ruled out."""
    alt = charts()
    order = table["label"].tolist()
    y = alt.Y("label:N", sort=order, title=None)
    tooltip = [
        alt.Tooltip("name:N", title=say("heading.municipality", lang)),
        alt.Tooltip("told:N", title=say("heading.load", lang)),
    ]
    height = alt.Step(26 if len(order) <= 12 else 18)
    base = alt.Chart(held(records(table)), height=height).encode(y=y, tooltip=tooltip)
    far = max(1.0, float(table[["floor", "ceiling", "down", "up"]].abs().to_numpy().max(initial=0.0)) * 1.1)
    title = say("picture.room.axis", lang, unit=things(f"unit.{unit}", lang))
    scale = alt.Scale(domain=[-far, far], nice=False)
    x = alt.X("down:Q", title=title, scale=scale, axis=alt.Axis(tickCount=5))
    possible = base.mark_rule(color=NEUTRAL, strokeDash=[2, 3]).encode(x="floor:Q", x2="ceiling:Q")
    free = base.transform_filter(alt.datum.freedom != "settled")
    bars = free.mark_bar(color=BELOW, height={"band": 0.5}).encode(x=x, x2="up:Q")
    kinds = ["settled", "free", "unknown"]
    shape = alt.Scale(domain=kinds, range=["diamond", "circle", "cross"])
    ink = alt.Scale(domain=kinds, range=[INK, PAPER, ABOVE])
    plan = base.transform_calculate(plan="0").mark_point(filled=True, size=60, opacity=1, stroke=INK)
    points = plan.encode(
        x="plan:Q",
        shape=alt.Shape("freedom:N", scale=shape, legend=None),
        fill=alt.Fill("freedom:N", scale=ink, legend=None),
    )
    beside = alt.Y("label:N", sort=order, axis=None)
    told = base.mark_text(align="left").encode(x=alt.XValue(2), y=beside, text="told:N")
    picture = alt.layer(possible, bars, points).properties(width=330)
    return alt.hconcat(picture, told.properties(width=235), spacing=10)
