"""The regional document: a skeleton of what a region agrees, with the division as its annex."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verdeling.comparing.words import ComparisonWords
from verdeling.language import listed, number, percent, say
from verdeling.phrases import titles
from verdeling.pictures.shares import loads
from verdeling.reporting.documents.figures import by_year, laid_out
from verdeling.reporting.documents.parties import bounds, parties
from verdeling.reporting.documents.parts import (
    Document,
    Heading,
    Picture,
    Points,
    Signatures,
    Table,
    Text,
    Turn,
)
from verdeling.reporting.documents.sections import (
    agreements_table,
    conflict_parts,
    estimated_parts,
    not_whole,
    source_parts,
    subtitle,
    together,
    years_of,
)

if TYPE_CHECKING:
    import pandas as pd

    from verdeling.reporting.content import Content
    from verdeling.reporting.documents.parts import Part

_PICTURED = 60
"""So many municipalities can be told apart in a picture on a page."""

_ARTICLES = ("division", "building", "support", "urgency", "exchange", "monitoring", "adjusting")
"""What a region agrees, in order."""


def regional(content: Content) -> Document:
    """The regional document.

    Parameters
    ----------
    content : Content
        What is told; of an impossible task the document is about the conflict.
    """
    lang = content.lang
    if content.possible:
        parts = [
            *_opening(content),
            *_articles(content),
            *_loads(content),
            *_limits(content),
            *_policies(content),
            *_agreed(content),
            *estimated_parts(content),
            *source_parts(content),
            *_signing(content),
            *_annexes(content),
        ]
    elif content.solution is not None:
        parts = [
            *conflict_parts(content),
            *_tried(content),
            *estimated_parts(content),
            *source_parts(content),
        ]
    else:
        parts = [*_policies(content), *estimated_parts(content), *source_parts(content)]
    title = say("regional.title" if content.possible else "regional.title_without", lang)
    return Document(title, subtitle(content), lang, tuple(parts), draft=content.possible)


def _opening(content: Content) -> tuple[Part, ...]:
    """What it is about, and the headlines."""
    lang = content.lang
    policy, question = titles(content.plan.policy, lang)
    purpose = say("regional.purpose", lang, years=years_of(content), policy=policy, question=question)
    return (
        Text(purpose, "lead"),
        *not_whole(content),
        Heading(say("regional.headlines", lang)),
        Points(tuple(content.headlines)),
    )


def _articles(content: Content) -> list[Part]:
    """The skeleton of what is agreed."""
    lang = content.lang
    groups = content.instance.tables["groups"]
    urgent = content.names.column("group", groups.loc[groups["urgent"], "group"]).tolist()
    shown = {
        "years": years_of(content),
        "urgent": together(urgent, content) or say("regional.nobody_urgent", lang),
        "municipalities": listed(list(content.municipalities.values()), lang, most=12),
    }
    parts: list[Part] = [Heading(say("regional.agreed", lang))]
    for position, article in enumerate(_ARTICLES, start=1):
        heading = say(f"regional.article.{article}", lang)
        parts.append(Heading(say("regional.article", lang, number=position, title=heading), 2))
        parts.append(Text(say(f"regional.text.{article}", lang, **shown)))
    return parts


def _loads(content: Content) -> tuple[Part, ...]:
    """What every municipality delivers beside its fair share."""
    lang, names = content.lang, content.names
    several = names.regions > 1
    rows = [
        (
            row["name"],
            *((names.name("region", row["region"]),) if several else ()),
            number(row["places"], lang),
            number(row["load"], lang),
            number(row["fair_load"], lang, 1, fixed=True),
            number(row["relative_load"], lang, fixed=True),
            number(row["built"], lang),
        )
        for row in content.loads.to_dict("records")
    ]
    sums = content.loads[["places", "load", "fair_load", "built"]].sum()
    total = (
        say("document.total", lang),
        *(("",) if several else ()),
        number(sums["places"], lang),
        number(sums["load"], lang),
        number(sums["fair_load"], lang, 1, fixed=True),
        "",
        number(sums["built"], lang),
    )
    of_whom = ("municipality", "region") if several else ("municipality",)
    columns = (*of_whom, "places", "load", "fair_load", "relative_load", "built")
    headings = tuple(content.words.heading(column) for column in columns)
    table = Table(say("regional.loads", lang), headings, (*rows, total), labels=len(of_whom), total=True)
    return (
        Heading(say("regional.division", lang)),
        Text(say("regional.how_read", lang)),
        table,
        *_pictured(content),
        _queue(content),
    )


def _pictured(content: Content) -> tuple[Part, ...]:
    """The loads in a picture, where that can be read."""
    if len(content.municipalities) > _PICTURED:
        return ()
    picture = loads(content.plan, content.lang)
    return (Picture(picture.png(), picture.title, picture.description),)


def _queue(content: Content) -> Table:
    """Who is housed and who waits."""
    lang = content.lang
    rows = [
        (
            row["name"],
            number(row["needs"], lang, 0),
            number(row["served"], lang),
            percent(row["served"] / row["needs"] if row["needs"] else 1.0, lang),
            number(row["waiting"], lang),
        )
        for row in content.queue.to_dict("records")
    ]
    sums = content.queue[["needs", "served", "waiting"]].sum()
    part = sums["served"] / sums["needs"] if sums["needs"] else 1.0
    total = (
        say("document.total", lang),
        number(sums["needs"], lang, 0),
        number(sums["served"], lang),
        percent(part, lang),
        number(sums["waiting"], lang),
    )
    headings = [content.words.heading(column) for column in ("group", "needs", "served", "coverage")]
    headings.append(say("regional.waiting_at_end", lang, year=content.instance.about.years[-1]))
    return Table(say("regional.queue", lang), tuple(headings), (*rows, total), total=True)


def _limits(content: Content) -> tuple[Part, ...]:
    """What binds the region, and what is still free."""
    lang = content.lang
    binds = (Heading(say("regional.limits", lang)), Points(tuple(content.limits())))
    room = content.room()
    return (*binds, Heading(say("regional.room", lang)), Points(tuple(room))) if room else binds


def _policies(content: Content) -> tuple[Part, ...]:
    """Policies side by side: the relative load of every municipality under each."""
    comparison, lang = content.comparison, content.lang
    if comparison is None:
        return ()
    words, scenario = ComparisonWords(comparison, lang), content.scenario_compared
    loads = comparison.loads[comparison.loads["scenario"] == scenario]
    policies = words.plans(scenario)
    shown = {policy: words.relative_loads(loads[loads["policy"] == policy]) for policy in policies}
    keys = loads.loc[loads["policy"] == policies[0], "municipality"].tolist() if policies else []
    rows = [
        (content.municipalities[key], *(shown[policy][position] for policy in policies))
        for position, key in enumerate(keys)
    ]
    headings = (content.words.heading("municipality"), *(words.labels[policy] for policy in policies))
    told = [*words.failures(scenario), *words.notes()]
    return (
        Heading(say("regional.policies", lang)),
        *laid_out(Table(say("regional.policies_table", lang), headings, tuple(rows))),
        Text(" ".join(told), "note"),
    )


def _agreed(content: Content) -> tuple[Part, ...]:
    """Every agreement, with what comes of it and where it was made."""
    found, lang = bounds(content), content.lang
    heading = Heading(say("regional.sources", lang))
    return (
        heading,
        agreements_table(found, content) if found else Text(say("regional.nothing_agreed", lang)),
    )


def _tried(content: Content) -> tuple[Part, ...]:
    """The hard agreements of a task that cannot be divided, with where they were made."""
    lang = content.lang
    assert content.solution is not None
    conflict = content.solution.conflict
    rows = [
        (
            content.names.name("agreement", row["agreement"]),
            say("value.True" if row["in_conflict"] else "value.False", lang),
            row["source"] or say("bound.sourceless", lang),
        )
        for row in conflict.to_dict("records")
    ]
    headings = (
        say("bound.heading.agreement", lang),
        content.words.heading("in_conflict"),
        say("bound.heading.source", lang),
    )
    return (Table(say("regional.tried", lang), headings, tuple(rows), labels=3),) if rows else ()


def _many(content: Content) -> bool:
    """Whether there are more municipalities than one reads of one by one."""
    return len(content.municipalities) > _PICTURED and content.names.regions > 1


def _regions(content: Content) -> pd.Series[str]:
    """Region of each municipality, by id."""
    return content.instance.tables["municipalities"].set_index("municipality")["region"]


def _signing(content: Content) -> tuple[Part, ...]:
    """Blanks for every municipality; of many municipalities for every region."""
    lang = content.lang
    names = tuple(each.name for each in parties(content.names) if each.kind == "municipality")
    if _many(content):
        regions = sorted(set(_regions(content)))
        names = tuple(content.names.name("region", region) for region in regions)
    return (Heading(say("draft.signing", lang)), Text(say("draft.signed", lang)), Signatures(names))


def _annexes(content: Content) -> list[Part]:
    """The division in full; of several regions without place types, of many municipalities by region."""
    lang, plan = content.lang, content.plan
    detailed, many = content.names.regions == 1, _many(content)
    by = ["municipality", "group", "place_type"] if detailed else ["municipality", "group"]
    shown = [
        ("places", plan.suppliers, by, "places"),
        ("suppliers", plan.suppliers, ["supplier", "municipality"], "places"),
    ]
    built = plan.builds.assign(certainty=[say(f"value.{code}", lang) for code in plan.builds["certainty"]])
    shown += [("building", built, ["municipality", "place_type", "certainty"], "places")]
    shown += [("support", content.support, ["provider", "municipality"], "hours")]
    parts: list[Part] = [Turn(wide=True)]
    parts += [Text(say("regional.by_region", lang), "lead")] if many else []
    for letter, (annex, frame, columns, amount) in zip("ABCD", shown, strict=True):
        title = say(f"regional.annex.{annex}", lang)
        parts.append(Heading(say("regional.annex", lang, letter=letter, title=title)))
        caption = say(f"regional.annex_table.{annex}", lang)
        if many:
            caption = say(f"regional.annex_of_regions.{annex}", lang)
            frame = frame.assign(region=frame["municipality"].map(_regions(content)))
            columns = [{"municipality": "region"}.get(column, column) for column in columns]
            columns = ["region", *(column for column in columns if column not in ("region", "certainty"))]
        empty = frame[amount].sum() <= 0
        parts.append(
            Text(say("regional.annex_empty", lang))
            if empty
            else by_year(content, frame, columns, caption, amount)
        )
    return parts
