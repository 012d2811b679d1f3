"""What people call the things that tables know by their ids."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from verdeling.instance import Instance
    from verdeling.language import Language

_TABLES = {"municipality": "municipalities", "group": "groups", "place_type": "place_types"}
_ORDER = {"municipality": ["region"], "group": ["priority"], "place_type": []}


@dataclass(frozen=True)
class Names:
    """Names of municipalities, groups and place types; everything else is called by its id.

    Parameters
    ----------
    lang : str
        Language of the names.
    names : mapping of str to mapping
        Per dimension the name of each id: municipalities by region, groups by priority, then all by
        name.
    regions : int
        How many regions there are.
    """

    lang: Language
    names: Mapping[str, Mapping[str, str]]
    regions: int = 1

    @classmethod
    def of(cls, instance: Instance, lang: Language) -> Names:
        """Names of an instance; an id in brackets tells two of the same name apart."""
        found = {}
        for dimension, table in _TABLES.items():
            frame = instance.tables[table]
            column = "name_nl" if lang == "nl" and "name_nl" in frame else "name"
            twice = frame[column].duplicated(keep=False)
            shown = frame[column].where(~twice, frame[column] + " (" + frame[dimension] + ")")
            frame = frame.assign(shown=shown).sort_values([*_ORDER[dimension], "shown", dimension])
            found[dimension] = dict(zip(frame[dimension], frame["shown"], strict=True))
        return cls(lang, found, instance.tables["municipalities"]["region"].nunique())

    def name(self, dimension: str, key: str) -> str:
        """Name of an id, or of several with ``;`` between them."""
        known = self.names.get(dimension, {})
        return known.get(key) or "; ".join(known.get(each, each) for each in key.split("; "))

    def column(self, dimension: str, ids: pd.Series[str]) -> pd.Series[str]:
        """Names of a column of ids."""
        shown = {key: self.name(dimension, key) for key in ids.astype(str).unique()}
        return ids.astype(str).map(shown)

    def all(self, dimension: str) -> list[str]:
        """Every id of a dimension, in order."""
        return list(self.names[dimension])

    def in_words(self, frame: pd.DataFrame) -> pd.DataFrame:
        """A table with names in the place of ids."""
        named = {
            dimension: self.column(dimension, frame[dimension])
            for dimension in self.names
            if dimension in frame
        }
        return frame.assign(**named)
