"""What was done to figures, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verdeling.cbs.codes import names_of
from verdeling.language import listed, percent, say

if TYPE_CHECKING:
    import pandas as pd

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
