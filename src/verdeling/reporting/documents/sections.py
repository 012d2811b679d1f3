"""Sections that several documents have: what was divided, agreements with sources, what is estimated."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from verdeling.language import listed, say, span
from verdeling.phrases import titles
from verdeling.reporting.documents.parts import Heading, Points, Table, Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from verdeling.reporting.content import Content
    from verdeling.reporting.documents.parties import Bound
    from verdeling.reporting.documents.parts import Part


def subtitle(content: Content) -> str:
    """The task, its years and scenario, and the policy."""
    about, lang = content.instance.about, content.lang
    told = [content.title]
    years = span(about.years, lang)
    told += [years] if str(about.years[0]) not in content.title else []
    told += [say("document.scenario", lang, scenario=content.scenario)] if about.scenario else []
    if content.solution is not None:
        told.append(say("document.policy", lang, policy=titles(content.solution.policy, lang)[0]))
    return " · ".join(told)


def years_of(content: Content) -> str:
    """The years of the task, as the beginning of a sentence or in it: from … to …."""
    years, lang = content.instance.about.years, content.lang
    if len(years) == 1:
        return say("document.in_year", lang, year=years[0])
    return say("document.from_to", lang, first=years[0], last=years[-1])


def agreements_table(found: Sequence[Bound], content: Content) -> Table:
    """Agreements with whom they name, how hard they are, what comes of them, and where they were made."""
    lang = content.lang
    headings = ("agreement", "about", "strength", "asked", "outcome", "source")
    unknown = say("bound.sourceless", lang)
    rows = [
        (each.text, each.about, each.strength, each.asked, each.outcome, each.source or unknown)
        for each in found
    ]
    shown = tuple(say(f"bound.heading.{heading}", lang) for heading in headings)
    return Table(say("bound.caption", lang), shown, tuple(rows), labels=len(headings))


def estimated_parts(content: Content, level: int = 1) -> tuple[Part, ...]:
    """What is estimated, under its heading."""
    return (Heading(say("document.estimated", content.lang), level), Points(tuple(content.estimates)))


def source_parts(content: Content) -> tuple[Part, ...]:
    """Where the numbers come from, and by what they were made."""
    lang = content.lang
    told = [f"{title} ({path})" if path else title for title, path in content.sources]
    parts: list[Part] = []
    if content.changes:
        parts += [
            Heading(say("page.changes", lang)),
            Text(say("page.changed", lang)),
            Points(content.changes),
        ]
    parts.append(Heading(say("document.sources", lang)))
    parts += [Points(tuple(told))] if told else []
    if content.solution is not None:
        made = content.solution.provenance
        parts.append(
            Text(
                say(
                    "document.made_by",
                    lang,
                    version=made["versions"]["verdeling"],
                    instance=made["instance_digest"][:12],
                    policy=made["policy_digest"][:12],
                ),
                "note",
            )
        )
    return tuple(parts)


def conflict_parts(content: Content) -> tuple[Part, ...]:
    """Of a task that cannot be divided: which agreements contradict each other, and ways out."""
    lang = content.lang
    parts: list[Part] = [Text(" ".join(content.headlines), "lead")]
    for title, told in (("title.conflict", content.conflict), ("title.repairs", content.repairs)):
        if told:
            parts += [Heading(say(title, lang)), *_listed(told)]
    return tuple(parts)


def _listed(told: Sequence[str]) -> list[Part]:
    """Sentences, of which those that begin with a hyphen are points of the one before."""
    parts: list[Part] = []
    for point, several in groupby(told, key=lambda text: text.startswith("- ")):
        found = [text.removeprefix("- ") for text in several]
        parts += [Points(tuple(found))] if point else map(Text, found)
    return parts


def not_whole(content: Content) -> tuple[Part, ...]:
    """That places are not whole yet, where they are not."""
    if content.solution is None or content.solution.whole:
        return ()
    return (Text(say("document.fractional", content.lang), "note"),)


def together(names: Sequence[str], content: Content) -> str:
    """All names in a row."""
    return listed(names, content.lang, most=len(names))
