"""Position papers: on one page what a division means for one municipality, the same facts for each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from verdeling.comparing.words import ComparisonWords
from verdeling.language import counted, number, percent, rounded, say
from verdeling.reporting.documents.parts import Document, Heading, Points, Table, Text
from verdeling.reporting.documents.sections import conflict_parts, not_whole, subtitle, years_of

if TYPE_CHECKING:
    from verdeling.reporting.content import Content
    from verdeling.reporting.documents.parts import Part

_LIMITS = 4
"""So many sentences about limits fit on the page."""

_NOTHING = 0.005
"""Places below this do not show."""


def paper(content: Content, municipality: str) -> Document:
    """The position paper of a municipality.

    Parameters
    ----------
    content : Content
        What is told.
    municipality : str
        Its id.
    """
    lang, name = content.lang, content.municipalities[municipality]
    if content.possible:
        parts = (
            *_brief(content, municipality),
            *_groups(content, municipality),
            *_path(content, municipality),
            *_limits(content, municipality),
            *_room(content, municipality),
            *_policies(content, municipality),
            *_notes(content),
        )
    else:
        parts = (*conflict_parts(content), *_notes(content))
    title = say("paper.title" if content.possible else "paper.conflict_title", lang, name=name)
    return Document(title, subtitle(content), lang, parts, small=True)


def _brief(content: Content, municipality: str) -> tuple[Part, ...]:
    """What it delivers, beside its fair share."""
    lang, loads = content.lang, content.loads
    own = loads[loads["municipality"] == municipality].iloc[0]
    unit = f"unit.{content.load_unit}"
    shown = {
        "name": own["name"],
        "years": years_of(content),
        "places": counted("unit.places", own["places"], lang),
        "load": counted(unit, own["load"], lang),
        "fair": counted(unit, own["fair_load"], lang),
        "relative": number(own["relative_load"], lang, fixed=True),
    }
    empty = own["places"] < _NOTHING
    told = say("paper.nothing" if empty else "paper.brief", lang, **shown)
    built = say("paper.built", lang, built=counted("unit.places", own["built"], lang))
    return (Text(told, "lead"), Text(built), *not_whole(content))


def _groups(content: Content, municipality: str) -> tuple[Part, ...]:
    """Per group what the region needs, the fair share of that, and the places here."""
    lang = content.lang
    table = content.shares_by_group(municipality)
    rows = [
        (
            row["name"],
            number(row["needs"], lang, 0),
            number(row["fair"], lang, 1, fixed=True),
            number(row["places"], lang),
            percent(row["places"] / row["all_places"] if row["all_places"] else np.nan, lang, 1, fixed=True),
        )
        for row in table.to_dict("records")
    ]
    sums = table[["needs", "fair", "places", "all_places"]].sum()
    part = sums["places"] / sums["all_places"] if sums["all_places"] else np.nan
    total = (
        say("document.total", lang),
        number(sums["needs"], lang, 0),
        number(sums["fair"], lang, 1, fixed=True),
        number(sums["places"], lang),
        percent(part, lang, 1, fixed=True),
    )
    headings = ("group", "needs", "fair", "places", "part")
    caption = say("paper.groups", lang, name=content.municipalities[municipality])
    shown = tuple(say(f"paper.heading.{heading}", lang) for heading in headings)
    return (Table(caption, shown, (*rows, total), total=True),)


def _path(content: Content, municipality: str) -> tuple[Part, ...]:
    """From fair share to result, in a sentence and a table."""
    paths, lang = content.paths, content.lang
    if paths is None or paths.steps.empty:
        return ()
    path = paths.of(municipality)
    steps = path.steps[path.steps["total"].notna()]
    totals = steps["total"].map(rounded)
    changes = totals.diff().fillna(totals)
    rows = [
        (say(f"step.{step}", lang), number(change, lang), number(total, lang))
        for step, change, total in zip(steps["step"], changes, totals, strict=True)
        if step == "key" or number(change, lang) != "0"
    ]
    headings = tuple(content.words.heading(column) for column in ("step", "amount", "total"))
    return (
        Heading(say("paper.path", lang)),
        Text(path.sentence(lang)),
        Table(say("paper.path_table", lang, unit=content.words.unit(path.unit)), headings, tuple(rows)),
    )


def _limits(content: Content, municipality: str) -> tuple[Part, ...]:
    """What binds here, and what one more would change."""
    told = content.limits(municipality)[:_LIMITS] or [say("paper.no_limits", content.lang)]
    return (Heading(say("paper.limits", content.lang)), Points(tuple(told)))


def _room(content: Content, municipality: str) -> tuple[Part, ...]:
    """How far its load can move with every goal still met."""
    told = content.own_room(municipality)
    return (Heading(say("paper.room", content.lang)), Text(told)) if told else ()


def _policies(content: Content, municipality: str) -> tuple[Part, ...]:
    """How each policy treats it."""
    comparison, lang = content.comparison, content.lang
    if comparison is None:
        return ()
    words = ComparisonWords(comparison, lang)
    scenario = content.scenario_compared
    loads = comparison.loads
    own = loads[(loads["municipality"] == municipality) & (loads["scenario"] == scenario)]
    won = comparison.winners
    won = won[(won["municipality"] == municipality) & (won["scenario"] == scenario)]
    rows = [
        (words.labels[policy], number(load, lang, 1, fixed=True), relative, change)
        for policy, load, relative, change in zip(
            own["policy"], own["load"], words.relative_loads(own), words.changes(won, 1), strict=True
        )
    ]
    headings = [content.words.heading(column) for column in ("policy", "load", "relative_load")]
    headings.append(say("paper.heading.change", lang, whose=words.baseline))
    caption = say("paper.policies", lang, name=content.municipalities[municipality])
    notes = Text(" ".join(words.notes()), "note")
    return (Table(caption, tuple(headings), tuple(rows)), notes)


def _notes(content: Content) -> tuple[Part, ...]:
    """What is estimated, and that everybody is told the same."""
    return (Text(" ".join([*content.estimates, say("paper.same", content.lang)]), "note"),)
