"""Why it is so on the page: what binds, what is free, what cannot be, and each municipality's own story."""

from __future__ import annotations

from typing import TYPE_CHECKING

import verdeling.pictures as pictures
from verdeling.language import say, sentence
from verdeling.reporting.origins import rests_on_estimates
from verdeling.reporting.page.division import load_table, many
from verdeling.reporting.page.parts import Drawing, Section, Sentences, Table
from verdeling.reporting.page.tables import Column, numbers

if TYPE_CHECKING:
    import pandas as pd

    from verdeling.reporting.content import Content
    from verdeling.reporting.page.parts import Block

_FEW = 12
"""Up to so many municipalities, each has a picture of its path."""


def places_of_their_own(content: Content) -> Section:
    """What there is to tell of each municipality or, where these are many, of each region."""
    lang = content.lang
    if many(content):
        regions = sorted(content.loads["region"].unique())
        told = [_region(content, str(region), at) for at, region in enumerate(regions, 1)]
        note = Sentences([say("screen.loads", lang)], plain=True)
        return Section("regions", say("page.regions", lang), [note, *told])
    blocks: list[Block] = [
        _municipality(content, key, at) for at, key in enumerate(content.municipalities, 1)
    ]
    return Section("municipalities", say("page.municipalities", lang), blocks)


def _region(content: Content, region: str, at: int) -> Section:
    loads = content.loads[content.loads["region"] == region]
    return Section(
        f"region-{at}", region, [load_table(content, loads)], estimated=rests_on_estimates(content)
    )


def _municipality(content: Content, municipality: str, at: int) -> Section:
    """Its load, how it came about, what binds there, what is free, and whom it houses."""
    lang, name = content.lang, content.municipalities[municipality]
    blocks: list[Block] = [Sentences(content.own(municipality), plain=True)]
    if content.explanation and content.path(municipality) and len(content.municipalities) <= _FEW:
        blocks.append(Drawing(pictures.path(content.explanation, municipality, lang)))
    limits = content.limits(municipality)
    if limits:
        blocks.append(Sentences([say("page.own_limits", lang), *(f"- {told}" for told in limits)]))
    placed = content.placed("group", "place_type", municipality=municipality)
    if len(placed):
        blocks.append(_own_places(content, name, placed))
    return Section(f"municipality-{at}", name, blocks, estimated=rests_on_estimates(content))


def _own_places(content: Content, name: str, placed: pd.DataFrame) -> Table:
    wide = placed.pivot_table(index="group", columns="place_type", values="places", sort=False, fill_value=0)
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
    title, marked = say("page.limits", content.lang), rests_on_estimates(content)
    return Section("limits", title, [Sentences(content.limits())], estimated=marked)


def room(content: Content) -> Section:
    """How far the numbers can move with every goal still met."""
    lang, ranges = content.lang, content.ranges
    assert content.explanation is not None
    drawn = Drawing(pictures.room(content.explanation, lang))
    headings = {
        "value": sentence(say("heading.load", lang)),
        "lowest": say("page.lowest", lang),
        "highest": say("page.highest", lang),
    }
    columns = [Column(heading, ranges[name].tolist()) for name, heading in headings.items()]
    table = numbers(
        say("page.ranges", lang),
        sentence(say("heading.municipality", lang)),
        [content.municipalities[key] for key in ranges["municipality"]],
        columns,
        lang,
        words={sentence(say("heading.freedom", lang)): _freedom(content)},
        estimated=rests_on_estimates(content),
    )
    return Section(
        "room",
        say("title.room", lang),
        [drawn, Sentences(content.room()), table],
        estimated=rests_on_estimates(content),
    )


def _freedom(content: Content) -> list[str]:
    """Whether each load can be otherwise, in words."""
    return [say(f"value.{freedom}", content.lang) for freedom in content.ranges["freedom"]]


def conflict(content: Content) -> Section:
    """Which agreements cannot hold together."""
    return Section("conflict", say("title.conflict", content.lang), [Sentences(content.conflict)])


def repairs(content: Content) -> Section:
    """The cheapest ways out."""
    return Section("repairs", say("title.repairs", content.lang), [Sentences(content.repairs)])
