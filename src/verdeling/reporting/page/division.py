"""The division on the page: who carries what, and who is given a place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import verdeling.pictures as pictures
from verdeling.language import number, percent, say, sentence
from verdeling.reporting.origins import estimated_groups, rests_on_estimates
from verdeling.reporting.page.parts import Drawing, Facts, Figures, Section, Sentences
from verdeling.reporting.page.tables import Column, numbers

if TYPE_CHECKING:
    import pandas as pd

    from verdeling.reporting.content import Content
    from verdeling.reporting.page.parts import Block, Table

_WIDE = 12
"""So many municipalities stand beside each other at most."""

_MANY = 60
"""From so many municipalities on, a page tells of regions."""


def summary(content: Content) -> Section:
    """What to know first."""
    blocks: list[Block] = [Sentences(content.headlines, plain=True)] if content.headlines else []
    if content.possible:
        blocks.insert(0, Figures(_figures(content)))
    blocks.append(Facts([(sentence(word), value) for word, value in content.facts]))
    return Section(
        "summary", say("page.summary", content.lang), blocks, estimated=rests_on_estimates(content)
    )


def _figures(content: Content) -> list[tuple[str, str]]:
    """The few numbers to know first."""
    lang, queue = content.lang, content.queue
    needs, served, waiting = (queue[column].sum() for column in ("needs", "served", "waiting"))
    shown = [("needs", number(needs, lang, 0))]
    if needs:
        shown.append(("served", percent(served / needs, lang)))
    shown.append(("waiting", number(waiting, lang, 0)))
    if len(content.loads) > 1:
        shown.append(("highest", number(content.loads["relative_load"].max(), lang, fixed=True)))
    last = max(content.instance.about.years)
    return [(value, say(f"figure.{key}", lang, year=last)) for key, value in shown]


def changes(content: Content) -> Section:
    """What was changed against the instance as it was read."""
    lang = content.lang
    told = Sentences([say("page.changed", lang)], plain=True)
    return Section("changes", say("page.changes", lang), [told, Sentences(content.changes)])


def division(content: Content) -> Section:
    """Who carries what: of one region by municipality, of several by region."""
    lang, loads = content.lang, content.loads
    regions = loads["region"].unique()
    blocks: list[Block] = [Drawing(pictures.loads(content.plan, lang))]
    if len(regions) > 1:
        blocks.append(_region_table(content))
    if len(regions) == 1 or not many(content):
        blocks += [load_table(content, loads[loads["region"] == region]) for region in sorted(regions)]
    return Section("division", say("page.division", lang), blocks, estimated=rests_on_estimates(content))


def on_the_map(content: Content) -> Section:
    """Who carries what, where it is."""
    drawn = Drawing(pictures.map_of(content.plan, content.lang))
    title = say("page.map", content.lang)
    return Section("map", title, [drawn], estimated=rests_on_estimates(content))


def many(content: Content) -> bool:
    """Whether there are so many municipalities that a page tells of regions."""
    return len(content.municipalities) > _MANY


def load_table(content: Content, loads: pd.DataFrame) -> Table:
    """What each municipality of a region delivers, beside its fair share."""
    lang, years = content.lang, len(content.instance.about.years)
    caption = say("title.loads", lang)
    if len(set(content.loads["region"])) > 1:
        caption = say("screen.region", lang, title=caption, region=loads["region"].iloc[0])
    columns = [
        _counted(content, "places", loads),
        _counted(content, "load", loads),
        _counted(content, "fair_load", loads),
        Column(_heading(content, "relative_load"), loads["relative_load"].tolist(), "ratio", summed=False),
    ]
    if loads["built"].any():
        columns.append(_counted(content, "built", loads))
    if loads["support_hours"].any():
        means = (loads["support_hours"] / years).tolist()
        columns.append(Column(_heading(content, "support_mean"), means))
    return numbers(
        caption,
        _heading(content, "municipality"),
        loads["name"].tolist(),
        columns,
        lang,
        total=len(loads) > 1,
        note="" if many(content) else say("screen.loads", lang),
        estimated=rests_on_estimates(content),
    )


def _region_table(content: Content) -> Table:
    """What each region does, and how far apart its municipalities are."""
    lang, loads = content.lang, content.loads
    regions = loads.groupby("region", sort=True)
    sums = regions[["places", "load", "fair_load"]].sum()
    relative = regions["relative_load"].agg(["min", "max"])
    columns = [
        Column(say("page.municipalities_in", lang), regions.size().tolist()),
        *(_counted(content, name, sums) for name in map(str, sums)),
        Column(say("page.lightest", lang), relative["min"].tolist(), "ratio", summed=False),
        Column(say("page.heaviest", lang), relative["max"].tolist(), "ratio", summed=False),
    ]
    return numbers(
        say("page.regions_caption", lang),
        _heading(content, "region"),
        [str(region) for region in sums.index],
        columns,
        lang,
        total=True,
        note=say("page.regions_note", lang),
        estimated=rests_on_estimates(content),
    )


def groups(content: Content) -> Section:
    """Who is given a place, where and of what type, and who waits."""
    drawn = [pictures.groups(content.plan, content.lang), pictures.years(content.plan, content.lang)]
    blocks: list[Block] = [
        _queue_table(content),
        *map(Drawing, drawn),
        _places_table(content, "group"),
        _places_table(content, "place_type"),
    ]
    title = say("page.groups", content.lang)
    return Section("groups", title, blocks, estimated=rests_on_estimates(content))


def _queue_table(content: Content) -> Table:
    lang, queue = content.lang, content.queue
    coverage = (queue["served"] / queue["needs"].where(queue["needs"] > 0)).tolist()
    marked = estimated_groups(content)
    names = [
        f"{name} {say('page.mark', lang)}" if group in marked else name
        for group, name in zip(queue["group"], queue["name"], strict=True)
    ]
    last = max(content.instance.about.years)
    columns = [
        _counted(content, "needs", queue),
        _counted(content, "served", queue),
        Column(sentence(say("brief.coverage", lang)), coverage, "share", summed=False),
        Column(say("page.waiting_end", lang, year=last), queue["waiting"].tolist()),
    ]
    return numbers(
        say("page.queue", lang),
        _heading(content, "group"),
        names,
        columns,
        lang,
        total=True,
        note=say("page.mark_note", lang) if marked else "",
        estimated=rests_on_estimates(content),
    )


def _places_table(content: Content, by: str) -> Table:
    """Places of each group or type: in each municipality while these are few, otherwise in each year."""
    lang = content.lang
    across = "municipality" if by == "group" and len(content.municipalities) <= _WIDE else "year"
    table = content.placed(by, across)
    wide = table.pivot_table(index=by, columns=across, values="places", sort=False, fill_value=0)
    order = [*content.municipalities.values()] if across == "municipality" else content.instance.about.years
    columns = [
        Column(str(name), wide[name].tolist() if name in wide else [0.0] * len(wide)) for name in order
    ]
    columns.append(Column(_heading(content, "total"), wide.sum(axis=1).tolist()))
    return numbers(
        say(f"placed.{by}_{across}", lang),
        _heading(content, by),
        [str(name) for name in wide.index],
        columns,
        lang,
        total=True,
        estimated=rests_on_estimates(content),
    )


def _counted(content: Content, name: str, frame: pd.DataFrame) -> Column:
    return Column(_heading(content, name), frame[name].tolist())


def _heading(content: Content, name: str) -> str:
    return sentence(say(f"heading.{name}", content.lang))
