"""What became of plans, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verdeling.language import listed, number, say, say_counted
from verdeling.planlists.rules import DEFAULT_RATES

if TYPE_CHECKING:
    from verdeling.language import Language
    from verdeling.planlists.fates import Fate
    from verdeling.planlists.plans import BuildingPlans
    from verdeling.planlists.rules import Rules


def fate_sentence(fate: Fate, rules: Rules, lang: Language) -> str:
    """Say what became of one row of a list.

    Parameters
    ----------
    fate : Fate
        What became of it.
    rules : Rules
        Say the rate of its class.
    lang : {"nl", "en"}
        Language.
    """
    homes = number(fate.homes, lang)
    if fate.reason:
        return say("plans.left_out", lang, homes=homes, why=say(f"left_out.{fate.reason}", lang))
    kind = say("became.supply" if fate.built else "became.project", lang)
    rate = number(rules.rate(fate.certainty).rate, lang, 4)
    return say("plans.became", lang, homes=homes, rate=rate, places=number(fate.places, lang), kind=kind,
               certainty=fate.certainty, year=fate.year)  # fmt: skip


def plan_sentences(plans: BuildingPlans, lang: Language) -> list[str]:
    """Say what became of the plans together, by which rates, and what was left out and why.

    Parameters
    ----------
    plans : BuildingPlans
        What was made.
    lang : {"nl", "en"}
        Language of the sentences.

    Returns
    -------
    list of str
        What became, the rule of each class that occurs, each reason with its homes and examples.
    """
    report, classes = plans.report, plans.rules.all_classes
    told = []
    for became, rows in report[report["became"] != "nothing"].groupby("became", sort=True):
        homes, places = (number(rows[name].sum(), lang) for name in ("homes", "places"))
        kind = say(f"became.{became}", lang)
        told.append(say_counted("plans.sum", len(rows), lang, homes=homes, places=places, kind=kind))
    told += [_rule(name, plans.rules, lang) for name in classes if (report["certainty"] == name).any()]
    for reason, rows in report[report["homes"].gt(0) & (report["reason"] != "")].groupby(
        "reason", sort=False
    ):
        examples = listed(list(dict.fromkeys(rows["plan"])), lang, most=4)
        why, homes = say(f"left_out.{reason}", lang), number(rows["homes"].sum(), lang)
        told.append(say("plans.without", lang, homes=homes, why=why, plans=examples))
    if (alike := report.drop(columns="row").duplicated()).any():
        examples = listed(list(dict.fromkeys(report.loc[alike, "plan"])), lang, most=4)
        told.append(say_counted("plans.alike", int(alike.sum()), lang, plans=examples))
    if len(there := plans.beside.typed["projects"]):
        told.append(say("plans.there", lang, count=number(len(there), lang)))
    return told


def _rule(name: str, rules: Rules, lang: Language) -> str:
    rate = rules.rate(name)
    key = "plans.default_rule" if name not in rules.rates else "plans.rule"
    source = rate.source or say("plans.own_rate" if name in rules.rates else "plans.no_source", lang)
    if name == "hard" and rate == DEFAULT_RATES["hard"]:
        source = say("plans.decided", lang)
    return say(key, lang, certainty=name, rate=number(rate.rate, lang, 4), source=source)
