"""Drafts of local agreements: what a municipality, a housing association or a provider would sign."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verdeling.errors import NoSolutionError, Problem
from verdeling.language import counted, number, say
from verdeling.phrases import titles
from verdeling.reporting.documents.figures import by_year, laid_out
from verdeling.reporting.documents.parties import bounds, towns
from verdeling.reporting.documents.parts import Document, Heading, Points, Signatures, Table, Text
from verdeling.reporting.documents.sections import (
    agreements_table,
    estimated_parts,
    source_parts,
    subtitle,
    together,
    years_of,
)
from verdeling.statements import Statements

if TYPE_CHECKING:
    import pandas as pd

    from verdeling.reporting.content import Content
    from verdeling.reporting.documents.parties import Party
    from verdeling.reporting.documents.parts import Part

_BY = {
    "municipality": ["group", "place_type"],
    "supplier": ["municipality", "group", "place_type"],
}
"""What the rows of a table of places are."""


def refuse_unsigned(content: Content) -> None:
    """Refuse drafts of what cannot be signed.

    Raises
    ------
    NoSolutionError
        If there is no division, or its places are not whole.
    """
    solution = content.solution
    if solution is not None and solution.status == "infeasible":
        conflict = solution.conflict
        inside = conflict.loc[conflict["in_conflict"].astype(bool), "agreement"]
        named = "; ".join(content.names.name("agreement", key) for key in inside)
        what = (
            f"These agreements cannot all be kept: {named}." if named else "The limits contradict each other."
        )
        why = "An agreement can be drafted only of a division, and there is none."
        remedy = "Change one of them; `verdeling repair` names the cheapest ways out."
        problem = Problem("infeasible", what, why, remedy)
        raise NoSolutionError("There is nothing to draft agreements of.", [problem])
    if not content.plan.whole:
        what = "The division is in fractional places."
        why = "Nobody can sign for a part of a place."
        problem = Problem(
            "not-whole", what, why, "Solve in whole places (the default of solve) and draft again."
        )
        raise NoSolutionError("Agreements cannot be drafted of parts of places.", [problem])


def draft(content: Content, party: Party) -> Document:
    """The draft of the agreement with somebody.

    Parameters
    ----------
    content : Content
        What is told: a division in whole places; with an explanation also how it came about.
    party : Party
        Who signs.
    """
    lang = content.lang
    articles = [
        *_parties(content, party),
        *_given(content, party),
        *_built(content, party),
        *_support(content, party),
        *_bounds(content, party),
        *_reasons(content, party),
        *estimated_parts(content),
        Text(say("draft.corrected", lang)),
        *_later(content),
        *source_parts(content),
        Heading(say("draft.signing", lang)),
        Text(say("draft.signed", lang)),
        Signatures(tuple(_signing(content, party))),
    ]
    title = say(f"draft.title.{party.kind}", lang, name=party.name)
    return Document(title, subtitle(content), lang, tuple(articles), draft=True)


def _signing(content: Content, party: Party) -> list[str]:
    """Who signs: the municipality with those who let, build and support there, or the other way round."""
    if party.kind != "municipality":
        return [party.name, *(content.municipalities[key] for key in towns(content, party))]
    plan = content.plan
    found: set[str] = set()
    for frame, column in (
        (plan.suppliers, "supplier"),
        (plan.builds, "supplier"),
        (plan.support, "provider"),
    ):
        found |= set(_own(frame, party)[column])
    return [party.name, *sorted(found - {""}, key=str.casefold)]


def _own(frame: pd.DataFrame, party: Party) -> pd.DataFrame:
    """The rows of a table that are about somebody."""
    return frame[frame[party.kind] == party.key]


def _parties(content: Content, party: Party) -> tuple[Part, ...]:
    """Who agrees with whom, and on what it rests."""
    lang = content.lang
    _, *others = _signing(content, party)
    with_whom = (
        say("draft.with", lang, names=together(others, content)) if others else say("draft.alone", lang)
    )
    policy, question = titles(content.plan.policy, lang)
    rests = say("draft.rests", lang, policy=policy, question=question, title=content.title)
    return (
        Text(say(f"draft.purpose.{party.kind}", lang, name=party.name, years=years_of(content)), "lead"),
        Text(with_whom),
        Text(rests),
    )


def _given(content: Content, party: Party) -> tuple[Part, ...]:
    """The places of a municipality or a housing association, and of whom they are."""
    lang, suppliers = content.lang, content.plan.suppliers
    if party.kind == "provider":
        return ()
    own = _own(suppliers, party)
    heading = Heading(say("draft.places", lang))
    if own.empty:
        return (heading, Text(say("draft.no_places", lang, name=party.name)))
    caption = say("draft.places_table", lang, name=party.name)
    weighing = content.instance.tables["groups"].set_index("group")["burden"]
    counting = own.loc[own["group"].map(weighing) > 0, "places"].sum()
    told = say(
        "draft.gives",
        lang,
        name=party.name,
        years=years_of(content),
        places=counted("unit.places", own["places"].sum(), lang),
        counting=number(counting, lang),
    )
    parts = [heading, Text(told), *laid_out(by_year(content, own, _BY[party.kind], caption))]
    if party.kind == "municipality":
        caption = say("draft.suppliers_table", lang, name=party.name)
        parts.append(by_year(content, own, ["supplier"], caption))
    else:
        caption = say("draft.towns_table", lang, name=party.name)
        parts.append(by_year(content, own, ["municipality"], caption))
    return tuple(parts)


def _built(content: Content, party: Party) -> tuple[Part, ...]:
    """What is built by or in it."""
    lang = content.lang
    if party.kind == "provider":
        return ()
    own = _own(content.plan.builds, party)
    heading = Heading(say("draft.building", lang))
    if own.empty:
        return (heading, Text(say("draft.nothing_built", lang, name=party.name)))
    other = "supplier" if party.kind == "municipality" else "municipality"
    named = own.assign(certainty=[say(f"value.{code}", lang) for code in own["certainty"]])
    caption = say("draft.built_table", lang, name=party.name)
    return (heading, *laid_out(by_year(content, named, [other, "place_type", "certainty"], caption)))


def _support(content: Content, party: Party) -> tuple[Part, ...]:
    """The support that goes with the places: what households need, and who gives it."""
    lang, plan = content.lang, content.plan
    parts: list[Part] = [Heading(say("draft.support", lang))]
    where = towns(content, party)
    if party.kind == "provider":
        own = _own(content.support, party)
        if own.empty:
            return (*parts, Text(say("draft.no_hours", lang, name=party.name)))
        caption = say("draft.hours_table", lang, name=party.name)
        parts.append(by_year(content, own, ["municipality"], caption, "hours"))
    placed = plan.suppliers
    placed = _own(placed, party) if party.kind == "supplier" else placed[placed["municipality"].isin(where)]
    parts += _needed(content, placed, party)
    if party.kind == "municipality":
        hours = _own(content.support, party)
        if not hours.empty:
            caption = say("draft.hours_table", lang, name=party.name)
            parts.append(by_year(content, hours, ["provider"], caption, "hours"))
    return tuple(parts)


def _needed(content: Content, placed: pd.DataFrame, party: Party) -> list[Part]:
    """Support that a household of each group needs."""
    lang = content.lang
    groups = content.instance.tables["groups"].set_index("group")
    helped = placed[placed["group"].map(groups["support_hours"]) > 0]
    if helped.empty:
        return [Text(say("draft.no_support", lang))]
    keys = dict(zip(content.names.column("group", groups.index.to_series()), groups.index, strict=True))
    rows = [
        (
            name,
            number(places, lang),
            number(groups.loc[keys[name], "support_hours"], lang),
            number(groups.loc[keys[name], "support_years"], lang),
        )
        for name, places in content.added_up(helped, ["group"]).itertuples(index=False, name=None)
    ]
    headings = tuple(say(f"draft.heading.{key}", lang) for key in ("group", "places", "hours", "years"))
    return [Table(say(f"draft.needed_table.{party.kind}", lang, name=party.name), headings, tuple(rows))]


def _bounds(content: Content, party: Party) -> tuple[Part, ...]:
    """The agreements that it is held to."""
    found = bounds(content, party)
    heading = Heading(say("draft.bounds", content.lang))
    if not found:
        return (heading, Text(say("draft.no_bounds", content.lang, name=party.name)))
    return (heading, agreements_table(found, content))


def _reasons(content: Content, party: Party) -> tuple[Part, ...]:
    """How these numbers came about."""
    lang = content.lang
    parts: list[Part] = [Heading(say("draft.reasons", lang))]
    if party.kind == "municipality":
        told = [content.path(party.key) or say("draft.unexplained", lang)]
        limits = content.limits(party.key)
    else:
        told = [say(f"draft.attributed.{party.kind}", lang)]
        told += [content.path(key) for key in towns(content, party)] if party.kind == "supplier" else []
        known = content.statements.limits
        own = Statements(content.plan, known[known[party.kind] == party.key])
        limits = [statement.text for statement in own.highlights(lang, most=3)]
    parts += [Text(text) for text in told if text]
    return (*parts, Points(tuple(limits))) if limits else tuple(parts)


def _later(content: Content) -> tuple[Part, ...]:
    """How they keep an eye on it."""
    lang = content.lang
    points = tuple(say(f"draft.monitoring.{which}", lang) for which in ("yearly", "behind", "change"))
    return (Heading(say("draft.monitoring", lang)), Points(points))
