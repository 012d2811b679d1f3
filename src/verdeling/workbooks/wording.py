"""Tables in words: names in the place of ids, words in the place of codes and truths."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from verdeling.comparing.words import INFINITE
from verdeling.language import say

if TYPE_CHECKING:
    from verdeling.phrases import Wording

SHOWN = 6
"""Decimals in a workbook; what is finer is rounding of a solver."""

_CODED = {"input": "table", "table": "table", "outcome": "value", "way": "way", "freedom": "value"}
"""Columns that hold codes, and what the keys of their words begin with."""


def in_words(table: pd.DataFrame, wording: Wording) -> pd.DataFrame:
    """A table with names in the place of ids and words in the place of codes."""
    lang = wording.lang
    coded = {
        column: [say(f"{kind}.{code}", lang) if code else "" for code in table[column]]
        for column, kind in _CODED.items()
        if column in table
    }
    truths = [str(column) for column in table if pd.api.types.infer_dtype(table[column]) == "boolean"]
    coded |= {column: [say(f"value.{truth}", lang) for truth in table[column]] for column in truths}
    told = wording.table(table).assign(**coded)
    parts = list(map(str, told.select_dtypes("float")))
    shown = {name: told[name].round(SHOWN).astype(object) for name in parts}
    return told.assign(**{name: shown[name].mask(np.isinf(told[name]), INFINITE) for name in parts})
