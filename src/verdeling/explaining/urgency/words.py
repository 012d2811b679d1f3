"""Urgency rules in words: lines for a housing by-law, each with what the law says and its evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from verdeling.amounts import estimated_needs, from_to
from verdeling.language import counted, listed, percent, say, sentence
from verdeling.names import Names
from verdeling.phrases import titles

if TYPE_CHECKING:
    from collections.abc import Mapping

    from verdeling.explaining.urgency.rule import UrgencyRule
    from verdeling.explaining.urgency.study import UrgencyStudy
    from verdeling.language import Language

LAW = {
    "care": "law.care",
    "leaving": "law.leaving",
    "medical": "law.medical",
    "permit": "law.permit",
    "violence": "law.violence",
    "none": "law.none",
}
"""What the law says about each category of groups; the texts name law, article and date."""

CATEGORIES = {
    "detention": "leaving",
    "domestic_violence": "violence",
    "homeless": "leaving",
    "informal_care": "care",
    "mental_health": "leaving",
    "sex_workers": "leaving",
    "sheltered_housing": "leaving",
    "statushouders": "permit",
    "trafficking": "violence",
    "urgent": "medical",
    "youth_care": "leaving",
}
"""Category by id of a group, where nothing else is stated."""

_NAMED = ("care", "leaving", "medical", "violence")
"""Categories that a law or a bill names."""

_TOLD = 3
"""So many groups or municipalities are told that wait longer."""

_VISIBLE = 0.005
"""Changes below this are nothing in two decimals."""


def study_sentences(study: UrgencyStudy, lang: Language, categories: Mapping[str, str]) -> list[str]:
    """What was compared, and a sentence for each line of a by-law."""
    opening = say("urgency.opening", lang, policy=titles(study.policy, lang)[0])
    lines = by_law_table(study, lang, categories)
    told = [
        say(
            "urgency.line",
            lang,
            **{str(name): str(value) for name, value in row.items()} | {"advice": sentence(row["advice"])},
        )
        for row in lines.drop(columns="rule").to_dict("records")
    ]
    return [opening, *told, say("urgency.dated", lang)]


def by_law_table(study: UrgencyStudy, lang: Language, categories: Mapping[str, str]) -> pd.DataFrame:
    """A line for each rule that gives somebody a status, in words."""
    names = Names.of(study.instance, lang)
    known = CATEGORIES | dict(categories)
    rows = [
        _line(study, position, rule, names, known) for position, rule in enumerate(study.rules) if rule.groups
    ]
    columns = ["rule", "group", "where", "cap", "law", "advice", "evidence", "estimates"]
    return pd.DataFrame(rows, columns=columns)


def _line(
    study: UrgencyStudy, position: int, rule: UrgencyRule, names: Names, categories: Mapping[str, str]
) -> dict[str, object]:
    lang = names.lang
    found = sorted({categories.get(group, "none") for group in rule.groups})
    status = study.status["status"].iloc[position]
    possible = status == "optimal"
    unknown = "urgency.late" if status == "time_limit" else "urgency.no_plan"
    group = listed([names.name("group", each) for each in rule.groups], lang, most=len(rule.groups))
    where = listed([names.name("municipality", each) for each in rule.municipalities], lang, most=99)
    return {
        "rule": position,
        "group": group,
        "where": where or say("urgency.everywhere", lang),
        "cap": say("urgency.no_cap", lang) if rule.cap is None else _capped(rule.cap, lang),
        "law": " ".join(say(LAW[category], lang) for category in found),
        "advice": _advice(study, position, found, lang)
        if possible
        else say("advice.late" if status == "time_limit" else "advice.cannot", lang),
        "evidence": _evidence(study, position, rule, names) if possible else say(unknown, lang),
        "estimates": _estimates(study, rule, lang),
    }


def _capped(cap: float, lang: Language) -> str:
    return say("urgency.capped", lang, share=percent(cap, lang, 1))


def _advice(study: UrgencyStudy, position: int, found: list[str], lang: Language) -> str:
    """What follows from harm, then from the law, and otherwise from the evidence."""
    own, _ = _apart(study, position, position)
    gained = -own["waiting_change"].sum()
    if gained <= -_VISIBLE:
        return say("advice.harms", lang)
    if all(category in _NAMED for category in found):
        return say("advice.name", lang)
    if "permit" in found:
        return say("advice.ask", lang)
    return say("advice.weigh" if gained >= _VISIBLE else "advice.needless", lang)


def _evidence(study: UrgencyStudy, position: int, rule: UrgencyRule, names: Names) -> str:
    """What the status gives those who have it, and what it takes from the others."""
    lang = names.lang
    before, after = (_summed(_apart(study, position, which)[0]) for which in (0, position))
    told = [
        say(
            "urgency.gain",
            lang,
            coverage=_moved(from_to(before[0], after[0], "share", lang), percent(after[0], lang, 1), lang),
            waiting=_moved(
                from_to(before[1], after[1], "household-years", lang),
                counted("unit.household-years", after[1], lang),
                lang,
            ),
        )
    ]
    _, others = _apart(study, position, position)
    called = {
        group: names.name("group", group) + (say("urgency.elsewhere", lang) if group in rule.groups else "")
        for group in others["group"].unique()
    }
    changes = others.groupby("group")["waiting_change"].sum()
    longer, shorter = changes[changes >= _VISIBLE], changes[changes <= -_VISIBLE]
    if len(longer):
        told.append(say("urgency.longer", lang, who=_who(longer, called, lang)))
    else:
        told.append(say("urgency.nobody", lang))
    told += _from(others[others["group"].isin(longer.index)], names)
    if len(shorter):
        told.append(say("urgency.shorter", lang, who=_who(shorter, called, lang)))
    return " ".join(told)


def _moved(sides: Mapping[str, str], after: str, lang: Language) -> str:
    """From what to what something goes, or that it stays."""
    return say("urgency.moves", lang, **sides) if sides else say("urgency.stays", lang, after=after)


def _from(longer: pd.DataFrame, names: Names) -> list[str]:
    """From which municipalities those are who wait longer."""
    change = longer[longer["municipality"] != ""].groupby("municipality")["waiting_change"].sum()
    change = change[change >= _VISIBLE]
    if change.empty:
        return []
    return [say("urgency.from", names.lang, who=_who(change, names.names["municipality"], names.lang))]


def _who(changes: pd.Series[float], called: Mapping[str, str], lang: Language) -> str:
    """The largest changes with who has them."""
    alike = changes.abs().round(6)  # rounding of the solver is no order
    largest = alike.sort_values(ascending=False, kind="stable").head(_TOLD).index
    told = [
        say(
            "urgency.change",
            lang,
            who=called[str(each)],
            amount=counted("unit.household-years", abs(changes[each]), lang),
        )
        for each in largest
    ]
    hidden = [""] * (len(changes) - len(largest))
    return listed([*told, *hidden], lang, most=_TOLD + 1)


def _apart(study: UrgencyStudy, position: int, which: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Who has the status of a rule and who has not, in what another rule does."""
    rule, table = study.rules[position], study.municipalities
    table = table[table["rule"] == which]
    own = table["group"].isin(rule.groups)
    if rule.municipalities:
        own &= table["municipality"].isin(rule.municipalities)
    return table[own], table[~own]


def _summed(table: pd.DataFrame) -> tuple[float, float]:
    """Coverage and waiting together."""
    needs = table["needs"].sum()
    return (table["served"].sum() / needs if needs else 1.0), table["waiting"].sum()


def _estimates(study: UrgencyStudy, rule: UrgencyRule, lang: Language) -> str:
    """How much of the needs behind a line is estimated."""
    needs = study.instance.tables["needs"]
    own = needs[needs["group"].isin(rule.groups)]
    count = int(own["estimate"].sum())
    return estimated_needs(count, len(own), lang, theirs=True)
