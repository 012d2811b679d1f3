"""What was found in somebody's files, and what was repaired, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verdeling.language import listed, number, say
from verdeling.mapping.lifted import AMOUNTS
from verdeling.mapping.writing import values_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from verdeling.language import Language
    from verdeling.mapping.listing import Listed
    from verdeling.mapping.proposing import Proposal
    from verdeling.mapping.reading import Mapped
    from verdeling.mapping.recognising import Part
    from verdeling.mapping.sources import Notice

_EXAMPLES = 4


def repair_sentences(mapped: Mapped | Listed, lang: Language) -> list[str]:
    """Say what was repaired: each kind with how many cells and the first of them.

    Parameters
    ----------
    mapped : Mapped or Listed
        What was read; its table `repairs` has every cell.
    lang : {"nl", "en"}
        Language of the sentences.

    Returns
    -------
    list of str
        In the order in which the kinds first occur.
    """
    told = []
    for why, rows in mapped.repairs.groupby("why", sort=False):
        cells = zip(rows["sheet"], rows["cell"], rows["stood"], rows["became"], strict=True)
        examples = listed([_changed(*cell) for cell in cells], lang, most=_EXAMPLES)
        count, kind = number(len(rows), lang), say(f"mended.{why}", lang)
        told.append(say("map.repaired", lang, count=count, why=kind, cells=examples))
    return told


def notice_sentences(notices: Iterable[Notice], lang: Language) -> list[str]:
    """Say what was there and was not used, how files were read, and which totals differ."""
    return [say(f"notice.{each.kind}", lang, what=each.where, detail=each.detail) for each in notices]


def preview_sentences(proposal: Proposal, lang: Language) -> list[str]:
    """Say which sheet and column is what, and what is left to settle.

    Parameters
    ----------
    proposal : Proposal
        What seems to fit.
    lang : {"nl", "en"}
        Language of the sentences.

    Returns
    -------
    list of str
        Of each sheet one, and its columns below it, each beginning with a dash; then of the cells.
    """
    lines = [line for part in proposal.parts for line in _of_part(part, lang)]
    lines += notice_sentences(proposal.notices, lang)
    if proposal.reading.notation:
        lines.append(say(f"notation.{proposal.reading.notation}", lang))
    if unknown := values_of(proposal, "unknown-name", "municipality"):
        lines.append(say("map.unknown_names", lang, names=_quoted(unknown, lang)))
    if marks := values_of(proposal, "not-a-number"):
        lines.append(say("map.unknown_marks", lang, marks=_quoted(marks, lang)))
    if ambiguous := values_of(proposal, "ambiguous-number"):
        lines.append(say("map.ambiguous", lang, numbers=listed(ambiguous, lang)))
    return lines


def _of_part(part: Part, lang: Language) -> Iterator[str]:
    if not part.table:
        yield say("map.no_table", lang, sheet=part.sheet.name)
        return
    rows = "+".join(map(str, part.header))
    yield say("map.is", lang, sheet=part.sheet.name, table=say(f"table.{part.table}", lang), rows=rows)
    for column, name in part.columns.items():
        yield _below("map.column", lang, heading=name, column=column)
    if part.wide:
        yield _below("map.wide", lang, pattern=part.wide, column=AMOUNTS[part.table])
    if part.skip:
        yield _below("map.skip", lang, texts=listed(part.skip, lang))
    if part.absent:
        yield _below("map.lacks", lang, columns=listed(part.absent, lang))
    if part.unclear:
        yield _below("map.what_is", lang, headings=listed(part.unclear, lang))


def _below(key: str, lang: Language, **values: object) -> str:
    """A text that is a part of the one before it."""
    return f"- {say(key, lang, **values)}"


def _changed(sheet: str, cell: str, stood: str, became: str) -> str:
    """A cell, what stood in it, and what it became."""
    return f"{sheet}!{cell} “{stood}”" + (f" → {became}" if became else "")


def _quoted(texts: Iterable[str], lang: Language) -> str:
    return listed([f"“{text}”" for text in texts], lang)
