"""The sheets of an impossible task: what cannot hold together, and the ways out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verdeling.explaining.repairing.words import scope_word
from verdeling.language import say, things
from verdeling.reporting.sheets.sheet import Sheet
from verdeling.reporting.sheets.telling import filled
from verdeling.scopes import SCOPE
from verdeling.texts import TEXTS
from verdeling.workbooks.wording import in_words

if TYPE_CHECKING:
    from verdeling.language import Language
    from verdeling.reporting.content import Content


def conflict_sheets(content: Content) -> list[Sheet]:
    """Which agreements cannot hold together, and with an explanation the numbers with which they can."""
    solution = content.solution
    assert solution is not None
    text = "text_nl" if content.lang == "nl" else "text"
    conflict = solution.conflict
    tried = conflict.assign(text=conflict[text].where(conflict[text] != "", conflict["text"]))
    found = [Sheet("conflict", filled(tried[["text", "source", "in_conflict"]], content))]
    if content.explanation is None:
        return found
    ways = content.explanation.repairs.concessions
    units = [_unit_asked(*row, content.lang) for row in zip(ways["measure"], ways["unit"], strict=True)]
    ways = ways.assign(text=ways[text].where(ways[text] != "", ways["text"]))
    shares = ["share" if measure.startswith("share_of_") else "" for measure in ways["measure"]]
    about = {name: [scope_word(content.names, name, each) for each in ways[name]] for name in SCOPE}
    table = in_words(ways[["repair", "text", "sense", "from", "to"]], content.words).assign(**about)
    table.insert(5, "unit", units)
    return [*found, Sheet("concessions", filled(table, content), units=shares)]


def _unit_asked(measure: str, unit: str, lang: Language) -> str:
    """What the number of an agreement is counted in, or a part of."""
    key = f"repair.asked.{measure}"
    return say(key, lang, number="").strip() if key in TEXTS else things(f"unit.{unit}", lang)
