"""What was done to figures, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verdeling.cbs.codes import names_of
from verdeling.cbs.datasets import Stands
from verdeling.estimating.words import need_sentences
from verdeling.language import counted, listed, number, percent, say

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from verdeling.cbs.contents import Contents
    from verdeling.cbs.datasets import Dataset
    from verdeling.cbs.figures import Figures
    from verdeling.cbs.filling import Filled
    from verdeling.language import Language

_MOST = 12
"""Municipalities that are named in one sentence."""


def moved_sentences(moved: pd.DataFrame, codes: int, onto: int, lang: Language) -> list[str]:
    """Say where the figures of municipalities that are no longer there went.

    Parameters
    ----------
    moved : DataFrame
        As `carry` tells it.
    codes, onto : int
        The year of the codes, and of the map.
    lang : {"nl", "en"}
        Language.
    """
    old, new = names_of(codes), names_of(onto)
    divided = moved.duplicated("old", keep=False)
    told = [
        say(
            "cbs.merged",
            lang,
            new=new[str(target)],
            old=listed([old[each] for each in rows["old"]], lang, _MOST),
        )
        for target, rows in moved[~divided].groupby("new", sort=False)
    ]
    for code, rows in moved[divided].groupby("old", sort=False):
        shares = zip(rows["new"], rows["part"], strict=True)
        parts = listed([f"{new[each]} {percent(float(part), lang, 1)}" for each, part in shares], lang, _MOST)
        told.append(say("cbs.split", lang, old=old[str(code)], parts=parts, source=rows["source"].iloc[0]))
    return told


def contents_sentences(contents: Contents, lang: Language) -> list[str]:
    """Say what is in a table: its measures, and its dimensions with the first of their codes."""
    title = ", ".join(filter(None, (contents.title, contents.modified))) or contents.table
    told = [
        say("cbs.table", lang, table=contents.table, title=title),
        say("cbs.read", lang, read=contents.read),
        say("cbs.measures", lang, count=len(contents.measures), names=_codes(contents.measures, lang)),
    ]
    for name, dimension in contents.dimensions.items():
        count, codes = number(len(dimension.codes), lang), _codes(dimension.codes, lang)
        told.append(say("cbs.dimension", lang, name=name, title=dimension.title, count=count, codes=codes))
    return told


def figures_sentences(figures: Figures, dataset: Dataset, lang: Language) -> list[str]:
    """Say where figures are from, what stands for cells without a number, and what was not used."""
    told = [say("cbs.read", lang, read=figures.contents.read)]
    if figures.suppressed:
        count, chosen = number(figures.suppressed, lang), dataset.suppressed
        if isinstance(chosen, Stands):
            told.append(
                say("cbs.suppressed_estimate", lang, count=count, value=number(chosen.estimate, lang))
            )
        else:
            key = "cbs.suppressed_zero" if chosen == "zero" else "cbs.suppressed_nothing"
            told.append(say(key, lang, count=count))
    for column, titles in figures.left_out.items():
        told.append(say("cbs.left_out", lang, column=column, names=listed(titles, lang)))
    return told


def filled_sentences(filled: Filled, dataset: Dataset, lang: Language) -> list[str]:
    """Say what figures became in an instance, what they take the place of, and what is not there."""
    told = []
    if filled.built is not None:
        told += need_sentences(filled.built, lang)
    elif dataset.fills == "supply":
        places, replaced = (
            counted("unit.places", frame["places"].sum(), lang) for frame in (filled.rows, filled.replaced)
        )
        told.append(say("cbs.filled_supply", lang, places=places, replaced=replaced))
    else:
        count, named = number(len(filled.rows), lang), listed(list(dataset.measures), lang)
        told.append(say("cbs.filled_municipalities", lang, count=count, columns=named))
    if filled.absent:
        told.append(say("cbs.absent", lang, names=listed(filled.absent, lang, _MOST)))
    return told


def _codes(codes: Mapping[str, str], lang: Language) -> str:
    return listed(
        [f"{code} = {title}" if code != title else code for code, title in codes.items()], lang, _MOST
    )
