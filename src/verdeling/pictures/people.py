"""Who the places are for: per group and municipality, and per group over the years."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from verdeling.language import language, say, sentence, span
from verdeling.names import Names
from verdeling.pictures.cells import class_names, class_of, grid, shades
from verdeling.pictures.labels import (
    amount,
    figure,
    municipality_names,
    parts,
    plain,
    records,
    short_names,
    spoken,
)
from verdeling.pictures.picture import charts, framed, held
from verdeling.pictures.shares import MOST_ROWS, refuse_region
from verdeling.pictures.theme import ABOVE, BELOW, INK
from verdeling.statements import estimates

if TYPE_CHECKING:
    import pandas as pd

    from verdeling.language import Language
    from verdeling.pictures.picture import Picture
    from verdeling.solution import Solution


def groups(solution: Solution, lang: Language = "nl", region: str | None = None) -> Picture:
    """Places for each group in each municipality, and where that is more than the fair share.

    Parameters
    ----------
    solution : Solution
        With a plan.
    lang : {"nl", "en"}
        Language.
    region : str, optional
        Only its municipalities. Without it, and with more municipalities than a page holds, a row is a
        region, measured by its inhabitants.

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
    table = group_table(solution, language(lang), region)
    alt = charts()
    kind = "municipality" if "municipality" in table else "region"
    names = class_names(lang)
    cells = table.assign(
        told=[figure(each, lang) for each in table["places"]],
        shade=[names[class_of(each)] for each in table["relative"]],
        part=[parts(each, lang) for each in table["relative"]],
    )
    tooltip = [alt.Tooltip("name:N", title=say(f"heading.{kind}", lang)),
               alt.Tooltip("group_name:N", title=say("heading.group", lang)),
               alt.Tooltip("told:N", title=say("heading.places", lang)),
               alt.Tooltip("part:N", title=say(f"picture.even.{kind}", lang))]  # fmt: skip
    cells = cells.rename(columns={"group_label": "column"})
    chart = grid(cells, shades(lang), say(f"picture.even.{kind}", lang), tooltip)
    title = say("title.groups" if kind == "municipality" else "picture.groups.regions", lang)
    explained = say(f"picture.groups.{kind}", lang)
    if region is not None:
        title = f"{title}: {plain(region)}"
    return framed(chart, title, _groups_told(table, lang), lang, explained=explained,
                  notes=estimates(solution.instance, lang))  # fmt: skip


def group_table(solution: Solution, lang: Language, region: str | None = None) -> pd.DataFrame:
    """What the picture shows, in the order of its rows and columns.

    Returns
    -------
    DataFrame
        row, group_label (short names), name, group_name (in full), municipality (absent where rows are
        regions), group, places, relative: places ÷ what the row would have if the places of the group
        followed the fair shares within the region (of rows that are regions: the inhabitants of all).
    """
    names = Names.of(solution.instance, lang)
    towns = solution.instance.tables["municipalities"]
    if region is not None:
        refuse_region(solution.instance, region)
        towns = towns[towns["region"] == region]
    by_region = len(towns) > MOST_ROWS and len(set(towns["region"])) > 1
    given = _given(solution, towns["municipality"].tolist(), names.all("group"))
    shares = solution.loads.set_index("municipality")["fair_share"].reindex(given.index)
    regions = towns.set_index("municipality")["region"].reindex(given.index)
    if by_region:
        given = given.groupby(regions).sum()
        people = towns.groupby("region")["population"].sum().reindex(given.index)
        expected = np.outer(people / people.sum(), given.sum())
        labels = short_names({each: each for each in given.index})
        full = {each: plain(each) for each in given.index}
    else:
        expected = given.groupby(regions).transform("sum").mul(shares, axis=0).to_numpy()
        labels, full = municipality_names(names, 24), dict(names.names["municipality"])
    order = sorted(given.index, key=lambda key: full[key])
    called = short_names(names.names["group"], 34)
    relative = np.divide(given, expected, out=np.full(given.shape, np.nan), where=expected > 0)
    long = (
        given.melt(ignore_index=False, var_name="group", value_name="places").rename_axis("key").reset_index()
    )
    long["relative"] = relative.to_numpy().ravel(order="F")
    long = long.assign(
        row=long["key"].map(labels), name=long["key"].map(full), group_label=long["group"].map(called),
        group_name=long["group"].map(names.names["group"]), rank=long["key"].map(order.index),
    )  # fmt: skip
    ordered = long.sort_values("rank", kind="stable").drop(columns="rank").reset_index(drop=True)
    return ordered.rename(columns={"key": "region" if by_region else "municipality"})


def _given(solution: Solution, towns: list[str], groups: list[str]) -> pd.DataFrame:
    """Places by municipality and group, also where there is none."""
    found = solution.placements.pivot_table("places", "municipality", "group", aggfunc="sum", fill_value=0)
    return found.reindex(index=towns, columns=groups, fill_value=0)


def _groups_told(table: pd.DataFrame, lang: Language) -> str:
    """Of each group how many places there are, and where most of them are."""
    told = []
    for name, part in table.groupby("group_name", sort=False):
        group, places, where = spoken(str(name)), part["places"].to_numpy(), part["name"].tolist()
        at, most, total = int(places.argmax()), float(places.max()), float(places.sum())
        if not total:
            told.append(say("picture.groups.none", lang, group=group))
            continue
        shown = {"places": amount(total, "places", lang), "most": figure(most, lang)}
        told.append(say("picture.groups.one", lang, group=group, where=spoken(where[at]), **shown))
    return " ".join(sentence(each) for each in told)


def years(solution: Solution, lang: Language = "nl", region: str | None = None) -> Picture:
    """Households of each group that begin to look, that are housed and that still wait, year after year.

    Parameters
    ----------
    solution : Solution
        With a plan.
    lang : {"nl", "en"}
        Language.
    region : str, optional
        Only its households.

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
    table = year_table(solution, language(lang), region)
    alt = charts()
    order = table["group_label"].drop_duplicates().tolist()
    kinds = {key: say(f"picture.people.{key}", lang) for key in ("needs", "served", "waiting")}
    first, last = table["year"].min(), table["year"].max()
    x = alt.X("year:O", title=None, axis=alt.Axis(labelAngle=0, labelOverlap=True, labelSeparation=5))
    scale = alt.Scale(domain=list(kinds.values()), range=[INK, BELOW, ABOVE])
    colour = {key: alt.Color(f"is_{key}:N", scale=scale, title=None) for key in kinds}
    data = held(records(table.assign(**{f"is_{key}": name for key, name in kinds.items()})))
    tooltip = [alt.Tooltip("group_name:N", title=say("heading.group", lang)),
               alt.Tooltip("year:O", title=say("heading.year", lang)),
               *(alt.Tooltip(f"{key}:Q", title=kinds[key], format=",.1f") for key in kinds)]  # fmt: skip

    def y(key: str) -> Any:
        return alt.Y(f"{key}:Q", title=None, axis=alt.Axis(tickCount=3, grid=True, minExtent=44))

    base = alt.Chart(width=190, height=100).encode(x=x, tooltip=tooltip)
    bars = base.mark_bar(width={"band": 0.65}).encode(y=y("served"), color=colour["served"])
    ticks = base.mark_tick(thickness=2.5, opacity=1, width={"band": 0.9}).encode(
        y=y("needs"), color=colour["needs"]
    )
    line = base.mark_line(point={"size": 36, "filled": True}).encode(y=y("waiting"), color=colour["waiting"])
    facet = alt.Facet("group_label:N", sort=order, title=None,
                      header=alt.Header(labelAnchor="start", labelFontWeight="bold"))  # fmt: skip
    chart = alt.layer(bars, ticks, line).facet(facet, data=data, columns=3)
    chart = chart.resolve_scale(y="independent").resolve_axis(x="independent")
    title = say("picture.years", lang, span=span(list(range(first, last + 1)), lang))
    if region is not None:
        title = f"{title}: {plain(region)}"
    return framed(chart, title, _years_told(table, lang), lang, explained=say("picture.years.read", lang),
                  notes=estimates(solution.instance, lang))  # fmt: skip


def year_table(solution: Solution, lang: Language, region: str | None = None) -> pd.DataFrame:
    """What the picture shows, by priority of groups.

    Returns
    -------
    DataFrame
        group, group_label (short), group_name, year, needs, served, waiting (households; waiting at the
        end of the year).
    """
    names = Names.of(solution.instance, lang)
    found = solution.waiting
    if region is not None:
        refuse_region(solution.instance, region)
        found = found[found["region"] == region]
    table = found.groupby(["group", "year"])[["needs", "served", "waiting"]].sum().reset_index()
    table["rank"] = table["group"].map(names.all("group").index)
    table = table.sort_values(["rank", "year"]).drop(columns="rank").reset_index(drop=True)
    called = short_names(names.names["group"], 30)
    return table.assign(
        group_label=table["group"].map(called), group_name=table["group"].map(names.names["group"])
    )


def _years_told(table: pd.DataFrame, lang: Language) -> str:
    """Of each group what is asked, what is housed, and how many still wait at the end."""
    told = []
    for name, part in table.groupby("group_name", sort=False):
        asked, housed = float(part["needs"].sum()), float(part["served"].sum())
        shown = {
            "needs": amount(asked, "households", lang),
            "served": figure(housed, lang),
            "share": parts(housed / asked if asked else np.nan, lang),
            "waiting": figure(float(part["waiting"].iloc[-1]), lang),
        }
        year = part["year"].iloc[-1]
        told.append(say("picture.years.one", lang, group=spoken(str(name)), year=year, **shown))
    return " ".join(sentence(each) for each in told)
