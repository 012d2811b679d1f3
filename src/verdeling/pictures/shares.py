"""The division in one picture: what each municipality carries beside its fair share."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from verdeling.errors import Problem, VerdelingError, nearest
from verdeling.language import language, number, say, say_counted, sentence
from verdeling.names import Names
from verdeling.pictures.labels import (
    amount,
    figure,
    load_title,
    municipality_names,
    parts,
    plain,
    records,
    short_names,
    spoken,
    unit_of_load,
)
from verdeling.pictures.picture import charts, framed, held
from verdeling.pictures.strips import share_line, side, sides, strips
from verdeling.pictures.theme import GRID, INK, PAPER
from verdeling.statements import estimates

if TYPE_CHECKING:
    from verdeling.instance import Instance
    from verdeling.language import Language
    from verdeling.pictures.picture import Picture
    from verdeling.solution import Solution

MOST_ROWS = 60
"""So many municipalities can stand below each other on a page."""

_FEW = 12
"""So many municipalities are all told about in words."""

_ENDS = 20
"""Of more than that in one region, so many are shown at each end."""


def loads(solution: Solution, lang: Language = "nl", region: str | None = None) -> Picture:
    """What each municipality carries beside its fair share, and how many times that share it is.

    Parameters
    ----------
    solution : Solution
        With a plan.
    lang : {"nl", "en"}
        Language.
    region : str, optional
        Only its municipalities. Without it, and with more municipalities than a page holds, there is a
        row for each region with all its municipalities on one line.

    Returns
    -------
    Picture

    Raises
    ------
    NoSolutionError
        If there is no plan.
    VerdelingError
        If there is no such language or region, or what draws pictures is not installed.
    """
    table = load_table(solution, language(lang), region)
    title = (
        say("picture.loads", lang) if region is None else say("picture.loads.of", lang, region=plain(region))
    )
    said = told_loads(solution.instance, table, lang)
    notes = estimates(solution.instance, lang)
    if len(table) <= MOST_ROWS:
        chart = _bars(table, solution.instance, lang)
        explained = say("picture.loads.bars", lang)
    elif len(set(table["region"])) > 1:
        chart, explained = _strips(table, lang), say("picture.loads.strips", lang)
    else:
        left = len(table) - 2 * _ENDS
        ends = pd.concat([table.head(_ENDS), table.tail(_ENDS)])
        chart = _bars(ends, solution.instance, lang)
        explained = say("picture.loads.bars", lang) + " " + say(
            "picture.loads.ends", lang, ends=_ENDS, left=number(left, lang)
        )  # fmt: skip
    return framed(chart, title, said, lang, explained=explained, notes=notes)


def load_table(solution: Solution, lang: Language, region: str | None = None) -> pd.DataFrame:
    """What the picture shows, the highest relative load first.

    Parameters
    ----------
    solution : Solution
        With a plan.
    lang : {"nl", "en"}
        Language of what stands in the picture.
    region : str, optional
        Only its municipalities.

    Returns
    -------
    DataFrame
        municipality, name (in full), label (short, one of its kind), region, load, fair_load, relative
        (load ÷ fair_load), side (``above``, ``below`` or ``at`` the fair share, to a thousandth), told
        (the relative load in words).

    Raises
    ------
    VerdelingError
        If there is no such region.
    """
    found = solution.loads
    if region is not None:
        refuse_region(solution.instance, region)
        found = found[found["region"] == region]
    names = Names.of(solution.instance, lang)
    tasks = found["region"].map(tasks_of(solution.instance)).astype(float)
    table = pd.DataFrame(
        {
            "municipality": found["municipality"],
            "name": names.column("municipality", found["municipality"]),
            "label": found["municipality"].map(municipality_names(names)),
            "region": found["region"],
            "load": found["load"].astype(float),
            "fair_load": found["fair_share"] * tasks,
            "relative": found["relative_load"].astype(float),
        }
    )
    table["side"] = [side(value) for value in table["relative"]]
    table["told"] = [parts(value, lang) for value in table["relative"]]
    exact = table["relative"].round(6)  # what rounding of the solver tells apart is the same
    order = table.assign(exact=exact).sort_values(["exact", "name"], ascending=[False, True]).index
    return table.loc[order].reset_index(drop=True)


def refuse_region(instance: Instance, region: str) -> None:
    """Refuse a region that is not there.

    Raises
    ------
    VerdelingError
        If it is not.
    """
    known = sorted(instance.tables["municipalities"]["region"].unique())
    if region not in known:
        why = "A picture of one region shows the municipalities in it."
        problem = Problem("unknown-region", f"There is no region {region}.", why, nearest(region, known),
                          value=region)  # fmt: skip
        raise VerdelingError("The picture cannot be made.", [problem])


def tasks_of(instance: Instance) -> dict[str, float]:
    """Load of all needs, by region: what the fair shares are shares of."""
    needs = instance.tables["needs"]
    weight = needs["households"] * needs["group"].map(instance.tables["groups"].set_index("group")["burden"])
    regions = instance.tables["municipalities"]["region"].unique()
    found = weight.groupby(needs["region"]).sum().reindex(regions, fill_value=0.0)
    return {str(region): float(task) for region, task in found.items()}


def _marks(top: float) -> list[float]:
    """What an axis of relative loads is marked with: few numbers, and 1 among them unless all are far above.

    Examples
    --------
    >>> _marks(1.2), _marks(3.4), _marks(9.0)
    ([0.0, 0.5, 1.0], [0.0, 1.0, 2.0, 3.0], [0.0, 2.0, 4.0, 6.0, 8.0])
    """
    step = 0.5 if top < 2 else math.ceil(top / 5)
    return np.arange(0.0, top, step).tolist()


def _bars(table: pd.DataFrame, instance: Instance, lang: Language) -> Any:
    """Two columns side by side: amounts with the fair share as a tick, and how many times the share."""
    alt = charts()
    data = held(records(table.drop(columns="region")))
    order = table["label"].tolist()
    height = alt.Step(26 if len(table) <= 12 else 18)
    y = alt.Y("label:N", sort=order, title=None)
    tooltip = [
        alt.Tooltip("name:N", title=say("heading.municipality", lang)),
        alt.Tooltip("load:Q", title=say("heading.load", lang), format=",.1f"),
        alt.Tooltip("fair_load:Q", title=say("heading.fair_share", lang), format=",.1f"),
        alt.Tooltip("relative:Q", title=say("heading.relative_load", lang), format=".1%"),
    ]
    base = alt.Chart(data, height=height)
    colour = alt.Color("side:N", scale=sides(), legend=None)
    amounts = base.encode(y=y, tooltip=tooltip)
    bars = amounts.mark_bar(height={"band": 0.62}).encode(
        x=alt.X("load:Q", title=load_title(instance, lang), axis=alt.Axis(tickCount=5)), color=colour
    )
    ticks = amounts.mark_tick(color=INK, thickness=2.5, opacity=1, height={"band": 0.95}).encode(
        x="fair_load:Q"
    )
    bare = base.encode(y=alt.Y("label:N", sort=order, axis=None), tooltip=tooltip)
    top = max(1.1, float(table["relative"].max()) * 1.18)
    x = alt.X("relative:Q", title=say("heading.relative_load", lang), scale=alt.Scale(domain=[0, top]),
              axis=alt.Axis(format="%", values=_marks(top), labelFlush=False))  # fmt: skip
    stems = bare.mark_rule(color=GRID, strokeWidth=2).encode(x=x, x2=alt.X2Datum(1.0))
    dots = bare.mark_point(filled=True, size=70, opacity=1).encode(
        x=x, color=colour, shape=alt.Shape("side:N", scale=shapes(), legend=None)
    )
    right = (alt.datum.side != "below") | (alt.datum.relative < top / 4)
    halo = {"stroke": PAPER, "strokeWidth": 4, "strokeJoin": "round"}  # where a stem runs below a number
    told = [
        bare.transform_filter(where).mark_text(align=align, dx=dx, **style).encode(x=x, text="told:N")
        for style in (halo, {})
        for where, align, dx in ((right, "left", 8), (~right, "right", -8))
    ]
    return alt.hconcat(
        alt.layer(bars, ticks).properties(width=310),
        alt.layer(share_line(), stems, dots, *told).properties(width=210),
        spacing=24,
    )  # fmt: skip


def shapes() -> Any:
    """Shapes of the same, so that the colour says nothing alone."""
    return charts().Scale(
        domain=["above", "below", "at"], range=["triangle-right", "triangle-left", "circle"]
    )


def _strips(table: pd.DataFrame, lang: Language) -> Any:
    """A line for each region, the highest relative load above."""
    labels = short_names({each: each for each in table["region"].unique()})
    shown = table.assign(row=table["region"].map(labels))
    highest = shown.groupby("row")["relative"].max().reset_index()
    order = highest.sort_values(["relative", "row"], ascending=[False, True])["row"].tolist()
    return strips(shown, order, lang)


def told_loads(instance: Instance, table: pd.DataFrame, lang: Language) -> str:
    """What a picture of loads says in words: how many are above, who is highest and lowest, and by how much.

    Parameters
    ----------
    instance : Instance
        Of the solution.
    table : DataFrame
        As of `load_table`.
    lang : {"nl", "en"}
        Language.
    """
    unit = unit_of_load(instance)
    few = table if len(table) <= _FEW else pd.concat([table.head(3), table.tail(3)])
    each = [
        say("picture.loads.one", lang, name=spoken(name), told=told, load=amount(load, unit, lang),
            share=figure(share, lang))
        for name, told, load, share in few[["name", "told", "load", "fair_load"]].itertuples(index=False)
    ]  # fmt: skip
    above = int((table["side"] == "above").sum())
    first, last = table.iloc[0], table.iloc[-1]
    begun = say(
        "picture.loads.even" if first["told"] == last["told"] else "picture.loads.described",
        lang,
        count=number(len(table), lang),
        above=say_counted("picture.above", above, lang),
        load=amount(float(table["load"].sum()), unit, lang),
        task=figure(float(table["fair_load"].sum()), lang),
        highest=spoken(first["name"]),
        most=first["told"],
        lowest=spoken(last["name"]),
        least=last["told"],
    )
    return " ".join([begun, *(sentence(told) for told in each)])
