"""A judgement in words: what is broken, what was chosen, what each goal costs, and what mends it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verdeling.amounts import amount
from verdeling.language import counted, listed, number, say, sentence
from verdeling.names import Names
from verdeling.phrases import Wording, titles

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pandas as pd

    from verdeling.explaining.judging.judgement import Judgement
    from verdeling.explaining.judging.own_plan import Repair
    from verdeling.language import Language

WORST = 3
"""So many broken limits of a family, or of a soft agreement, are told, the worst; the tables have all."""

SHOWN = 12
"""So many changes are told, the largest; the tables have all."""


def judgement_sentences(judgement: Judgement, lang: Language) -> list[str]:
    """Everything there is to say about a plan, in one language."""
    return [
        *_broken(judgement, lang),
        *_chosen(judgement, lang),
        *_costs(judgement, lang),
        *_repaired(judgement, lang),
    ]


def _broken(judgement: Judgement, lang: Language) -> Iterator[str]:
    """Each limit that is broken, and by how much."""
    table = judgement.violations
    if table.empty:
        yield say("judge.keeps", lang)
    else:
        yield say("judge.breaks", lang, limits=counted("judge.limits", len(table), lang))
    for _, alike in table.groupby("family", sort=False):
        yield from _worst(alike, "excess", _limit, lang)
    for _, alike in judgement.shortfalls.groupby("agreement", sort=False):
        yield from _worst(alike, "short", _missed, lang)
    if judgement.unjudged:
        called = Names.of(judgement.solution.instance, lang)
        names = [called.name("agreement", agreement) for agreement in judgement.unjudged]
        yield say("judge.unjudged", lang, names=listed(names, lang, most=len(names)))


def _limit(row: pd.Series, lang: Language) -> str:
    """A broken limit in words."""
    unit = f"unit.{row['unit']}"
    many = row["activity"] > row["limit"]
    return say(
        "judge.too_many" if many else "judge.too_few",
        lang,
        family=sentence(say(f"family.{row['family']}", lang)),
        scope=row["scope_nl" if lang == "nl" else "scope"],
        activity=counted(unit, row["activity"], lang),
        limit=counted(unit, row["limit"], lang),
        excess=number(row["excess"], lang),
    )


def _worst(
    alike: pd.DataFrame, by: str, told: Callable[[pd.Series, Language], str], lang: Language
) -> Iterator[str]:
    """The worst of what is alike, and how many more there are."""
    worst = alike.sort_values(by, ascending=False, kind="stable").head(WORST)
    yield from (told(row, lang) for _, row in worst.iterrows())
    if len(alike) > WORST:
        yield say("judge.more", lang, count=number(len(alike) - WORST, lang))


def _missed(row: pd.Series, lang: Language) -> str:
    """A soft agreement that is missed in words."""
    end = "_nl" if lang == "nl" else ""
    many = row["activity"] > row["limit"]
    unit = f"unit.{row['unit']}"
    return say(
        "judge.soft_too_many" if many else "judge.soft_too_few",
        lang,
        agreement=row[f"agreement{end}"],
        scope=row[f"scope{end}"],
        activity=counted(unit, row["activity"], lang),
        limit=counted(unit, row["limit"], lang),
        excess=number(row["short"], lang),
    )


def _chosen(judgement: Judgement, lang: Language) -> Iterator[str]:
    """What the plan left open."""
    for table in judgement.chosen:
        yield say("judge.chose_builds" if table == "builds" else "judge.chose_support", lang)


def _costs(judgement: Judgement, lang: Language) -> Iterator[str]:
    """What each goal reaches beside the best plan."""
    solution = judgement.solution
    if not solution.has_numbers:
        yield say("judge.no_best", lang, status=say(f"status.{solution.status}", lang))
        return
    words = Wording(Names.of(solution.instance, lang))
    policy = titles(solution.policy, lang)[0]
    better = "judge.better" if judgement.ok else "judge.on_paper"
    for _, row in judgement.goals.iterrows():
        value, optimum = (amount(row[column], row["unit"], lang) for column in ("value", "optimum"))
        if value == optimum:
            continue
        yield say(
            "judge.worse" if row["cost"] > 0 else better,
            lang,
            goal=sentence(words.goal(row["measure"], row["aggregate"], row["stage"])),
            value=value,
            optimum=optimum,
            policy=policy,
        )
    if (judgement.goals["cost"] == 0).all():
        yield say("judge.as_good", lang, policy=policy)


def _repaired(judgement: Judgement, lang: Language) -> Iterator[str]:
    """The smallest change that mends the plan."""
    repair = judgement.repair
    if judgement.ok:
        return
    if repair is None:
        yield say("judge.no_repair" if judgement.repair_known else "judge.late", lang)
        return
    total = counted("unit.places", repair.total, lang)
    proved = say("judge.proved", lang)
    if repair.gap > 1e-6:
        proved = say("judge.unproved", lang, gap=counted("unit.places", repair.gap, lang))
    yield say("judge.repair", lang, total=total, proved=proved)
    yield from _changes(repair, Names.of(judgement.solution.instance, lang))


def _changes(repair: Repair, names: Names) -> Iterator[str]:
    """Each place more or less."""
    lang = names.lang
    largest = repair.changes["change"].abs().round(6).sort_values(ascending=False, kind="stable").index
    for _, row in repair.changes.loc[largest[:SHOWN]].iterrows():
        yield say(
            "judge.add" if row["change"] > 0 else "judge.remove",
            lang,
            amount=counted("unit.places", abs(row["change"]), lang),
            group=names.name("group", row["group"]),
            place_type=names.name("place_type", row["place_type"]),
            municipality=names.name("municipality", row["municipality"]),
            year=row["year"],
            planned=number(row["planned"], lang),
            repaired=number(row["repaired"], lang),
        )
    if len(repair.changes) > SHOWN:
        yield say("judge.more_changes", lang, count=number(len(repair.changes) - SHOWN, lang))
