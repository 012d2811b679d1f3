"""The beginning of a dataset file for a table of CBS: what is in it, for somebody to choose from."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from verdeling.language import say

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from verdeling.cbs.contents import Contents, Dimension
    from verdeling.language import Language

_PERIOD = re.compile(r"\d{4}[A-Z]{2}\d{2}|\d{8}")
_MOST = 200
"""Codes of one dimension that are written."""


def dataset_text(contents: Contents, lang: Language) -> str:
    """A TOML file in which everything that is left to settle stands behind a ``#``.

    Parameters
    ----------
    contents : Contents
        What is in the table.
    lang : {"nl", "en"}
        Language of the comments.
    """
    return "\n".join(_lines(contents, lang)) + "\n"


def _lines(contents: Contents, lang: Language) -> Iterator[str]:
    yield f"# {contents.title or contents.table}"
    yield "# " + say("cbs.head", lang)
    yield f"table = {_quoted(contents.table)}"
    yield "# codes = 2024  # " + say("cbs.codes", lang)
    yield 'suppressed = "refuse"  # ' + say("cbs.suppressed_means", lang)
    yield from ("", "[measures]")
    yield from _listed(contents.measures, "households = ")
    yield from ("", "[columns]")
    known = {name: _column(dimension) for name, dimension in contents.dimensions.items()}
    for name, column in known.items():
        title = contents.dimensions[name].title
        yield f"{column} = {_quoted(name)}  # {title}" if column else f"# group = {_quoted(name)}  # {title}"
    open_ones = {name: contents.dimensions[name] for name, column in known.items() if not column}
    if open_ones:
        yield from ("", "[only]", "# " + say("cbs.only", lang))
    for name, dimension in open_ones.items():
        yield from _listed(dimension.codes, f"{_key(name)} = ")


def _listed(codes: Mapping[str, str], before: str) -> Iterator[str]:
    for code, title in list(codes.items())[:_MOST]:
        yield f"# {before}{_quoted(code)}  # {title}"
    if len(codes) > _MOST:
        yield f"# … {len(codes) - _MOST}"


def _column(dimension: Dimension) -> str:
    """The column that a dimension fills, where its codes leave no doubt."""
    if any(code.startswith("GM") for code in dimension.codes):
        return "municipality"
    return "year" if dimension.codes and all(map(_PERIOD.fullmatch, dimension.codes)) else ""


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _quoted(name)
