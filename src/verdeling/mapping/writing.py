"""A proposal as a mapping file: valid TOML in which comments say what is left to settle."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from openpyxl.utils import get_column_letter

from verdeling.adapters.dutch import in_dutch
from verdeling.cells import columns
from verdeling.language import say
from verdeling.mapping.lifted import AMOUNTS
from verdeling.mapping.resolving import DIMENSIONS, closest
from verdeling.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from verdeling.language import Language
    from verdeling.mapping.proposing import Proposal
    from verdeling.mapping.recognising import Part

_ROWS = {
    "municipalities": 'municipality = {id}, name = {name}, region = "…"',
    "groups": "group = {id}, name = {name}, name_nl = {name}",
    "place_types": "place_type = {id}, name = {name}, name_nl = {name}",
}
"""What can be said of something of which only the name is known."""


def mapping_text(proposal: Proposal, lang: Language) -> str:
    """Text of a mapping file.

    Parameters
    ----------
    proposal : Proposal
        What seems to fit.
    lang : {"nl", "en"}
        Language of the comments.

    Returns
    -------
    str
        TOML. Nothing that is not certain is stated; it stands in a comment, and reading refuses until
        somebody settles it.
    """
    lines = [_noted("map.head", lang), "", "[about]", f"title = {_toml(proposal.source.stem)}", ""]
    lines += [*_reading(proposal, lang), ""]
    for part in proposal.parts:
        lines += [*(_block(part, proposal, lang) if part.table else _unused(part, lang)), ""]
    filled = {part.table for part in proposal.parts}
    for table in TABLES:
        if TABLES[table].required and table not in filled:
            lines += [*_missing(table, proposal, lang), ""]
    lines += _names(proposal, lang)
    return "\n".join(lines).rstrip() + "\n"


def _noted(key: str, lang: Language, **values: object) -> str:
    """A text as a comment."""
    return f"# {say(key, lang, **values)}"


def _toml(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    return json.dumps(value, ensure_ascii=False)


def _key(column: str) -> str:
    """A name as a key in TOML."""
    return column if re.fullmatch(r"[A-Za-z0-9_-]+", column) else _toml(column)


def _reading(proposal: Proposal, lang: Language) -> Iterator[str]:
    reading = proposal.reading
    yield "[reading]"
    for name in ("notation", "encoding", "separator"):
        if (stated := getattr(reading, name)) is not None:
            yield f"{name} = {_toml(stated)}"
    if reading.notation is None:
        yield f'# notation = "dutch"  {_noted("map.notation", lang)}'
    marks = values_of(proposal, "not-a-number")
    if marks:
        yield "[reading.marks]"
        yield _noted("map.marks", lang)
        yield from (f'# {_toml(mark)} = "nothing"' for mark in marks)
    if any(problem.code == "empty-cell" for problem in proposal.problems):
        yield '# "" = "nothing"'


def _block(part: Part, proposal: Proposal, lang: Language) -> Iterator[str]:
    yield "[[table]]"
    yield f"fills = {_toml(part.table)}"
    if proposal.source.is_dir():
        yield f"file = {_toml(part.sheet.file)}"
    if part.sheet.name != part.sheet.file:
        yield f"sheet = {_toml(part.sheet.name)}"
    yield f"header = {_toml(part.header)}"
    if part.skip:
        yield f"skip = {_toml(part.skip)}"
    for column, name in part.columns.items():
        coded = column == "municipality" and part.coded
        yield f"columns.{_key(column)} = " + (
            f"{{column = {_toml(name)}, code = true}}" if coded else _toml(name)
        )
    if part.wide:
        yield f"wide = {{fills = {_toml(AMOUNTS[part.table])}, headings = {_toml(part.wide)}}}"
    yield from (f"# {line}" for line in _to_settle(part, lang))


def _to_settle(part: Part, lang: Language) -> Iterator[str]:
    """What is left to say of a sheet."""
    if part.of_persons:
        yield say("map.persons", lang)
    for column in part.absent:
        yield say("map.absent", lang, column=column) + f" {_meaning(part.table, column, lang)}"
    for name in part.unclear:
        place = get_column_letter(part.headings.index(name) + 1)
        yield say("map.unclear", lang, heading=name, place=place)
    if part.unclear:
        yield f"ignore = {_toml(part.unclear)}"


def _meaning(table: str, column: str, lang: Language) -> str:
    """What a column holds."""
    return in_dutch(table, column)[0] if lang == "nl" else columns(table)[column].description


def _unused(part: Part, lang: Language) -> Iterator[str]:
    yield _noted("map.no_table", lang, sheet=part.sheet.name)


def _missing(table: str, proposal: Proposal, lang: Language) -> Iterator[str]:
    """A table that no sheet seems to fill, with the names that other sheets use."""
    dimension = DIMENSIONS.get(table)
    names = values_of(proposal, "unknown-name", dimension) if dimension else []
    yield _noted("map.missing", lang, table=table)
    asked = TABLES[table].required_columns
    yield _noted("map.asks", lang, columns=", ".join(asked))
    mark = "" if names else "# "
    yield from (f"{mark}{line}" for line in ("[[table]]", f"fills = {_toml(table)}", "rows = ["))
    shape = _ROWS.get(table, "")
    for name in names:
        yield f"  {{{shape.format(id=_toml(_slug(name)), name=_toml(name))}}},"
    if not names:
        yield f"#   {{{', '.join(f'{column} = …' for column in asked)}}},"
    yield f"{mark}]"


def _names(proposal: Proposal, lang: Language) -> Iterator[str]:
    """Names that no table knows, with what they may be meant for."""
    for dimension, known in proposal.called.items():
        unknown = values_of(proposal, "unknown-name", dimension)
        if not known or not unknown:
            continue
        yield f"[names.{dimension}]"
        yield _noted("map.names", lang)
        strange = []
        for text in unknown:
            near = closest(text, known)
            told = "; ".join(say("map.near", lang, name=name, distance=away) for away, name in near)
            meant = known[near[0][1]] if near else "…"
            yield f"# {_toml(text)} = {_toml(meant)}  # " + (told or say("map.far", lang))
            strange += [] if near else [text]
        if strange and dimension == "municipality":
            yield _noted("map.merged", lang)
            yield "# [[merged]]"
            yield f"# old = {_toml(strange)}"
            yield '# into = "…"'


def values_of(proposal: Proposal, code: str, column: str | None = None) -> list[str]:
    """What stands in cells with a kind of problem, each once.

    Parameters
    ----------
    proposal : Proposal
        With its problems.
    code : str
        Of the problems.
    column : str, optional
        Only of this column of a table.
    """
    found: Iterable[str] = (
        problem.value for problem in proposal.problems
        if problem.code == code and column in (None, problem.column)
    )  # fmt: skip
    return list(dict.fromkeys(found))


def _slug(name: str) -> str:
    return re.sub(r"\W+", "_", name.casefold()).strip("_")
