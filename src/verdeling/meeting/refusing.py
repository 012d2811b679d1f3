"""Why something cannot be done, in the language of the page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from verdeling.language import said, say
from verdeling.texts import TEXTS

if TYPE_CHECKING:
    from verdeling.errors import Problem, VerdelingError
    from verdeling.language import Language

TYPED = "bad-number"
"""Code of what was said in the language of the page when it was found (`verdeling.meeting.typed`)."""

_MEANT = re.compile(r"Did you mean (.+)\?$")
_KNOWN = re.compile(r"Known: (.+?)(?: and (\d+) more)?\.$")


def refusal(error: VerdelingError, lang: Language) -> list[str]:
    """What cannot be done and what to do, line by line; the first problem alone, and how many there are.

    Parameters
    ----------
    error : VerdelingError
        Its problems have codes, by which they have a text in each language; one that has none is quoted.
    lang : {"nl", "en"}
        Of the page.
    """
    first, *others = error.problems
    if first.code == TYPED:
        return [first.what, first.why, first.remedy]
    lines = [say("refused.headline", lang), _told(first, lang)]
    return [*lines, say("refused.others", lang, count=len(others))] if others else lines


def _told(problem: Problem, lang: Language) -> str:
    for key in (f"refused.{problem.code}.{problem.column}", f"refused.{problem.code}"):
        if key in TEXTS:
            return say(
                key,
                lang,
                where=_where(problem, lang),
                value=problem.value,
                column=said(f"attribute.{problem.column}", lang, problem.column),
                known=_known(problem.remedy, lang),
            ).strip()
    return say("refused.untold", lang, what=f"{problem.what} {problem.remedy}")


def _where(problem: Problem, lang: Language) -> str:
    """Table and column as people call them."""
    table = said(f"table.{problem.table}", lang, problem.table)
    column = said(f"heading.{problem.column}", lang, problem.column)
    if table and column:
        return say("refused.column", lang, table=table.capitalize(), column=column)
    return (table or column).capitalize()


def _known(remedy: str, lang: Language) -> str:
    """The names that a remedy ends with (`verdeling.errors.nearest`)."""
    if found := _MEANT.search(remedy):
        return say("refused.nearest", lang, names=found[1].replace(" or ", " / "))
    if not (found := _KNOWN.search(remedy)):
        return ""
    if found[1] == "none":
        return say("refused.nothing_known", lang)
    if found[2]:
        return say("refused.known_more", lang, names=found[1], count=found[2])
    return say("refused.known", lang, names=found[1])
