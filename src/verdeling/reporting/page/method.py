"""Where the numbers come from: what is estimated, how it was worked out, and how to do it again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from verdeling.language import number, say, sentence
from verdeling.phrases import titles
from verdeling.reporting.origins import command, meanings, provenance
from verdeling.reporting.page.parts import Command, Facts, Section, Sentences, Table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from verdeling.reporting.content import Content
    from verdeling.reporting.page.parts import Block


def estimates(content: Content) -> Section:
    """What is estimated, table by table, and where the numbers come from."""
    lang, counts = content.lang, content.estimate_counts
    rows = [
        [sentence(table), number(estimated, lang, 0), number(every, lang, 0)]
        for table, estimated, every in counts.itertuples(index=False, name=None)
        if every
    ]
    headings = [sentence(say(f"heading.{name}", lang)) for name in ("table", "estimates", "rows")]
    blocks: list[Block] = [Sentences(content.estimates)]
    if rows:
        blocks.append(Table(say("page.estimate_counts", lang), headings, rows))
    return Section("estimates", say("title.estimates", lang), blocks)


def method(content: Content) -> Section:
    """What the policy pursues, in which order, what was reached, and how to do it again."""
    lang = content.lang
    blocks: list[Block] = []
    if content.solution is not None:
        title, question = titles(content.solution.policy, lang)
        pursued = "page.policy" if content.possible else "page.sought"
        blocks.append(Sentences([say(pursued, lang, policy=title, question=question)], plain=True))
        if content.possible:
            blocks += [_goals(content), Sentences(meanings(content))]
    blocks.append(Section("provenance", say("title.provenance", lang), _provenance(content)))
    if content.sources:
        told = [f"{title} ({path})" if path else title for title, path in content.sources]
        blocks.append(Section("sources", say("page.sources", lang), [Sentences(told)]))
    return Section("method", say("page.method", lang), blocks)


def _goals(content: Content) -> Table:
    """What each goal reached, in their order."""
    lang, words = content.lang, content.words
    assert content.solution is not None
    goals = content.solution.goals
    rows = [_goal(row, content) for row in goals.to_dict("records")]
    names = ("goal", "value", "optimum", "loss", "gap", "unit")
    headings = [sentence(words.heading(name)) for name in names]
    note = " ".join([say("screen.goals", lang), say("screen.gap", lang)])
    return Table(say("title.goals", lang), headings, rows, words=(len(names) - 1,), note=note)


def _goal(row: Mapping[Any, Any], content: Content) -> list[str]:
    words, lang = content.words, content.lang
    name = f"{row['goal']}. {words.goal(row['measure'], row['aggregate'], row['stage'])}"
    decimals = 0 if row["unit"] == "EUR" else 2
    shown = [number(row[key], lang, decimals) for key in ("value", "optimum", "loss", "gap")]
    return [name, *shown, words.unit(row["unit"])]


def _provenance(content: Content) -> list[Block]:
    """Digests, versions, tolerance, seconds, and the command that does it again."""
    facts = [(sentence(word), value) for word, value in provenance(content)]
    told, again = say("page.again", content.lang, name=content.instance.about.name), command(content)
    repeat: list[Block] = [Sentences([told], plain=True), Command(again)] if again else []
    return [Facts(facts), *repeat]
