"""Policies side by side on the page: what each reaches, who carries what, and who gains."""

from __future__ import annotations

from typing import TYPE_CHECKING

import verdeling.pictures as pictures
from verdeling.comparing.words import SELECTION, ComparisonWords
from verdeling.language import say, sentence
from verdeling.names import Names, scenario_name
from verdeling.phrases import titles
from verdeling.reporting.origins import rests_on_estimates
from verdeling.reporting.page.parts import Drawing, Section, Sentences, Table

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from verdeling.reporting.content import Content
    from verdeling.reporting.page.parts import Block

_LARGE = 100
"""From this change of load on, changes are shown without decimals."""


def policies(content: Content) -> Section:
    """Every scenario of a comparison."""
    comparison = content.comparison
    assert comparison is not None
    words = ComparisonWords(comparison, content.lang)
    blocks: list[Block] = [Sentences(words.notes(), plain=True)]
    several = len(comparison.scenarios) > 1
    for at, scenario in enumerate(comparison.scenarios, 1):
        told = _scenario(content, words, scenario)
        if several:
            title = say("page.scenario", content.lang, scenario=scenario_name(scenario, content.lang))
            blocks.append(Section(f"scenario-{at}", title, told, estimated=rests_on_estimates(content)))
        else:
            blocks += told
    return Section(
        "policies", say("page.policies", content.lang), blocks, estimated=rests_on_estimates(content)
    )


def _scenario(content: Content, words: ComparisonWords, scenario: str) -> list[Block]:
    """What the policies do in a scenario; of those without a plan, why."""
    told: list[Block] = [Sentences(words.failures(scenario))] if words.failures(scenario) else []
    if not words.plans(scenario):
        return told
    alike = [*words.dominance(scenario), *words.undecided(scenario), *words.same(scenario)]
    drawn = [
        picture(words.comparison, words.lang, scenario)
        for picture in (pictures.indicators, pictures.policies, pictures.winners)
    ]
    return [
        *told,
        _questions(words, scenario),
        *map(Drawing, drawn),
        _indicators(words, scenario, content),
        _loads(words, scenario, content),
        _winners(words, scenario, content),
        Sentences(alike),
    ]


def _questions(words: ComparisonWords, scenario: str) -> Table:
    """What each policy is after, in a question."""
    plans = words.plans(scenario)
    asked = {policy.name: titles(policy, words.lang)[1] for policy in words.comparison.policies}
    headings = [sentence(say(f"heading.{name}", words.lang)) for name in ("policy", "question")]
    rows = [[words.labels[name], asked[name]] for name in plans]
    return Table(say("page.questions", words.lang), headings, rows, words=(1,))


def _indicators(words: ComparisonWords, scenario: str, content: Content) -> Table:
    """What each policy reaches."""
    rows = [[sentence(row[0]), *row[1:]] for row in words.indicators(scenario, SELECTION)]
    return _table(words, scenario, "indicators", "indicator", rows, say("compare.best", words.lang), content)


def _loads(words: ComparisonWords, scenario: str, content: Content) -> Table:
    """The relative load of each municipality under each policy."""
    rows = _by_municipality(words, scenario, words.comparison.loads, words.relative_loads)
    note = say("compare.loads", words.lang)
    return _table(words, scenario, "relative_loads", "municipality", rows, note, content)


def _winners(words: ComparisonWords, scenario: str, content: Content) -> Table:
    """Who carries more and who carries less than under the baseline."""
    winners = words.comparison.winners
    decimals = 0 if winners["change"].abs().max() >= _LARGE else 1
    rows = _by_municipality(words, scenario, winners, lambda table: words.changes(table, decimals))
    note = say("compare.winners", words.lang)
    return _table(words, scenario, "winners", "municipality", rows, note, content)


def _table(
    words: ComparisonWords,
    scenario: str,
    title: str,
    heading: str,
    rows: list[list[str]],
    note: str,
    content: Content,
) -> Table:
    """A table with a column for each policy; of municipalities of several regions with their regions."""
    headings = [sentence(say(f"heading.{heading}", words.lang))]
    regions = heading == "municipality" and content.names.regions > 1
    if regions:
        headings.append(sentence(say("heading.region", words.lang)))
    headings += [words.labels[name] for name in words.plans(scenario)]
    caption = say(f"title.{title}", words.lang, baseline=words.baseline)
    columns = (1,) if regions else ()
    return Table(caption, headings, rows, columns, note=note, estimated=rests_on_estimates(content))


def _by_municipality(
    words: ComparisonWords,
    scenario: str,
    table: pd.DataFrame,
    told: Callable[[pd.DataFrame], list[str]],
) -> list[list[str]]:
    """What is told of each municipality under each policy, in the order of names."""
    part = table[table["scenario"] == scenario]
    wide = part.assign(cell=told(part)).pivot_table(
        index="municipality", columns="policy", values="cell", aggfunc="first", fill_value=""
    )
    cells = wide[words.plans(scenario)].to_dict("index")
    names, towns = (
        Names.of(words.comparison.instance, words.lang),
        words.comparison.instance["municipalities"],
    )
    region_of = towns.set_index("municipality")["region"].to_dict()
    return [
        [name, *([region_of[key]] if names.regions > 1 else []), *map(str, cells[key].values())]
        for key, name in names.names["municipality"].items()
        if key in cells
    ]
