"""Tables of a division in words, as they stand on sheets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from verdeling.language import say
from verdeling.workbooks.wording import in_words

if TYPE_CHECKING:
    from verdeling.reporting.content import Content
    from verdeling.statements import Statements


_NOT_TOLD = ["agreement", "priced", "row", "goal", "sense", "short"]
"""What limits have that another column or the sheet of missed agreements says."""


def told(content: Content, table: pd.DataFrame) -> pd.DataFrame:
    """A table in words, without what says nothing: empty columns, and one region or scenario."""
    named = in_words(table, content.words)
    if "agreement" in named:
        named["agreement"] = [
            content.names.name("agreement", key) if key else "" for key in named["agreement"]
        ]
    if "project" in named:
        named["project"] = content.names.column("project", named["project"])
    return filled(named.drop(columns=["name"], errors="ignore"), content)


def filled(table: pd.DataFrame, content: Content) -> pd.DataFrame:
    """A table in which truths are words, without columns that say nothing."""
    truths = [str(column) for column in table if pd.api.types.infer_dtype(table[column]) == "boolean"]
    words = {column: [say(f"value.{truth}", content.lang) for truth in table[column]] for column in truths}
    found = table.assign(**words)
    words_in = [str(column) for column in found if found[column].dtype.kind not in "fiub"]
    idle = [column for column in found if found[column].isna().all()]
    idle += [column for column in words_in if (found[column] == "").all()]
    idle += ["region"] if "region" in found and content.names.regions == 1 else []
    return found.drop(columns=idle)


def limits_told(content: Content, statements: Statements) -> pd.DataFrame:
    """Limits with their prices; agreements by their texts."""
    table = statements.in_words(content.lang)
    table["project"] = content.names.column("project", table["project"])
    return filled(table.drop(columns=_NOT_TOLD), content)
