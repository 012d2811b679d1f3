"""Why it is so on the page: what binds, what is free, what cannot be, and each municipality's own story."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verdeling.language import say, sentence
from verdeling.reporting.origins import rests_on_estimates
from verdeling.reporting.page.division import load_table
from verdeling.reporting.page.parts import Section, Sentences, Table
from verdeling.reporting.page.tables import Column, numbers

if TYPE_CHECKING:
    import pandas as pd

    from verdeling.reporting.content import Content
    from verdeling.reporting.page.parts import Block

_MANY = 60
"""From so many municipalities on, a page tells of regions."""


def places_of_their_own(content: Content) -> Section:
    """What there is to tell of each municipality or, where these are many, of each region."""
    lang = content.lang
    if len(content.municipalities) > _MANY:
        blocks = [_region(content, str(region)) for region in sorted(content.loads["region"].unique())]
        return Section("regions", say("page.regions", lang), blocks)
    blocks = [_municipality(content, key, at) for at, key in enumerate(content.municipalities, 1)]
    return Section("municipalities", say("page.municipalities", lang), blocks)


def _region(content: Content, region: str) -> Section:
    loads = content.loads[content.loads["region"] == region]
    at = sorted(content.loads["region"].unique()).index(region) + 1
    title = say("page.region", content.lang, region=region)
    caption = say("screen.region", content.lang, title=say("title.loads", content.lang), region=region)
    return Section(
        f"region-{at}", title, [load_table(content, loads, caption)], estimated=rests_on_estimates(content)
    )


def _municipality(content: Content, municipality: str, at: int) -> Section:
    """Its load, how it came about, what binds there, what is free, and whom it houses."""
    lang, name = content.lang, content.municipalities[municipality]
    blocks: list[Block] = [Sentences(content.own(municipality), plain=True)]
    limits = content.limits(municipality)
    if limits:
        blocks.append(Sentences([say("page.own_limits", lang), *(f"- {told}" for told in limits)]))
    placed = content.placed("group", "place_type", municipality=municipality)
    if len(placed):
        blocks.append(_own_places(content, name, placed))
    return Section(f"municipality-{at}", name, blocks, estimated=rests_on_estimates(content))


def _own_places(content: Content, name: str, placed: pd.DataFrame) -> Table:
    wide = placed.pivot_table(
        index="group", columns="place_type", values="places", sort=False, fill_value=0.0
    )
    columns = [Column(str(kind), wide[kind].tolist()) for kind in wide]
    columns.append(Column(sentence(say("heading.total", content.lang)), wide.sum(axis=1).tolist()))
    return numbers(
        say("page.own_places", content.lang, municipality=name),
        sentence(say("heading.group", content.lang)),
        [str(group) for group in wide.index],
        columns,
        content.lang,
        total=len(wide) > 1,
        estimated=rests_on_estimates(content),
    )


def limits(content: Content) -> Section:
    """What binds, and what one more would do."""
    return Section("limits", say("page.limits", content.lang), [Sentences(content.limits())])


def room(content: Content) -> Section:
    """How far the numbers can move with every goal still met."""
    lang, ranges = content.lang, content.ranges
    columns = [Column(sentence(say("heading.load", lang)), ranges["value"].tolist())]
    for end, heading in (("lowest", say("page.lowest", lang)), ("highest", say("page.highest", lang))):
        columns.append(Column(heading, ranges[end].astype(float).tolist()))
    names = [content.municipalities[key] for key in ranges["municipality"]]
    table = numbers(
        say("page.ranges", lang), sentence(say("heading.municipality", lang)), names, columns, lang
    )
    return Section("room", say("page.room", lang), [Sentences(content.room()), table])


def conflict(content: Content) -> Section:
    """Which agreements cannot hold together."""
    return Section("conflict", say("page.conflict", content.lang), [Sentences(content.conflict)])


def repairs(content: Content) -> Section:
    """The cheapest ways out."""
    return Section("repairs", say("page.repairs", content.lang), [Sentences(content.repairs)])
