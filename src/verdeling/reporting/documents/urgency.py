"""The document with the advice on urgency rules: what a by-law could say, and what it would do to whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from verdeling.amounts import estimated_needs
from verdeling.language import number, say, sentence
from verdeling.names import Names
from verdeling.phrases import titles
from verdeling.reporting.documents.parts import Document, Heading, Points, Table, Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from verdeling.explaining.urgency.study import UrgencyStudy
    from verdeling.language import Language
    from verdeling.reporting.documents.parts import Part


def urgency_advice(study: UrgencyStudy, lang: Language) -> Document:
    """The advice on urgency rules, with its evidence.

    Parameters
    ----------
    study : UrgencyStudy
        What rules do.
    lang : {"nl", "en"}
        Language.
    """
    lines = study.by_law(lang)
    about = study.instance.about
    policy = titles(study.policy, lang)[0]
    parts = (
        Text(say("advice_on.purpose", lang), "lead"),
        Text(say("urgency.opening", lang, policy=policy)),
        Heading(say("advice_on.brief", lang)),
        _advice_table(lines, lang),
        _effects_table(study, lines, lang),
        Text(say("advice_on.how_read", lang), "note"),
        *_proposal(study, lines, lang),
        Heading(say("advice_on.evidence", lang)),
        *(part for line in lines.to_dict("records") for part in _line(line, lang)),
        Heading(say("document.estimated", lang)),
        Text(_estimated(study, lang)),
        Text(say("urgency.dated", lang)),
    )
    told = [about.title]
    told += [say("document.scenario", lang, scenario=about.scenario)] if about.scenario else []
    told.append(say("document.policy", lang, policy=policy))
    return Document(say("advice_on.title", lang), " · ".join(told), lang, parts)


def _called(line: Mapping[Any, Any], lang: Language) -> str:
    """Who has a status by a line, and where or how far if that is not everywhere and entirely."""
    told = [line["group"]]
    told += [line["where"]] if line["where"] != say("urgency.everywhere", lang) else []
    told += [line["cap"]] if line["cap"] != say("urgency.no_cap", lang) else []
    return "; ".join(told)


def _advice_table(lines: pd.DataFrame, lang: Language) -> Table:
    """Every rule with its advice."""
    rows = tuple((_called(line, lang), sentence(line["advice"])) for line in lines.to_dict("records"))
    headings = (say("advice_on.heading.rule", lang), say("heading.advice", lang))
    return Table(say("advice_on.advice_table", lang), headings, rows, labels=2)


def _effects_table(study: UrgencyStudy, lines: pd.DataFrame, lang: Language) -> Table:
    """How long those with a status wait without and with it, and how much longer others do."""
    effects = study.effects()
    called = {line["rule"]: _called(line, lang) for line in lines.to_dict("records")}
    rows = tuple(
        (called[rule], *(number(value, lang) for value in values))
        for rule, *values in effects.itertuples(index=False, name=None)
    )
    columns = ("without_status", "with_status", "others_longer")
    headings = (say("advice_on.heading.rule", lang), *(say(f"heading.{column}", lang) for column in columns))
    return Table(say("title.rules", lang), headings, rows)


def _proposal(study: UrgencyStudy, lines: pd.DataFrame, lang: Language) -> tuple[Part, ...]:
    """Words for a by-law: the groups that the advice says to name."""
    advised = lines[lines["advice"] == say("advice.name", lang)]
    rules = [study.rules[rule] for rule in advised["rule"]]
    found = {group for rule in rules if not rule.municipalities and rule.cap is None for group in rule.groups}
    heading = Heading(say("advice_on.proposal", lang))
    if not found:
        return (heading, Text(say("advice_on.no_proposal", lang)))
    names = Names.of(study.instance, lang)
    groups = Points(tuple(names.name("group", key) for key in names.all("group") if key in found))
    return (heading, Text(say("advice_on.article", lang)), groups, Text(say("advice_on.members", lang)))


def _line(line: Mapping[Any, Any], lang: Language) -> tuple[Part, ...]:
    """One rule: the advice, what the law says, and what it does."""
    return (
        Heading(_called(line, lang), 2),
        Text(say("advice_on.advice", lang, advice=sentence(line["advice"]))),
        Text(say("advice_on.law", lang, law=line["law"])),
        Text(say("advice_on.does", lang, evidence=line["evidence"])),
        Text(line["estimates"], "note"),
    )


def _estimated(study: UrgencyStudy, lang: Language) -> str:
    """How much of the needs is estimated."""
    needs = study.instance.tables["needs"]
    return estimated_needs(int(needs["estimate"].sum()), len(needs), lang)
