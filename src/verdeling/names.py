"""What people call the things that tables know by their ids."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from verdeling.language import said, say

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from verdeling.instance import Instance
    from verdeling.language import Language

_TABLES = {"municipality": "municipalities", "group": "groups", "place_type": "place_types"}
_ORDER = {"municipality": ["region"], "group": ["priority"], "place_type": []}


@dataclass(frozen=True)
class Names:
    """What people call things: who has no name, such as a supplier, is called by its id.

    An agreement goes by its text, and a project by what is built where and from when.

    Parameters
    ----------
    lang : str
        Language of the names.
    names : mapping of str to mapping
        Per dimension the name of each id: municipalities by region, groups by priority, then all by
        name.
    regions : int
        How many regions there are.
    instance : Instance
        Where agreements and projects are, which are called by what they say and by what they build.
    """

    lang: Language
    names: Mapping[str, Mapping[str, str]]
    regions: int
    instance: Instance = field(repr=False, compare=False)

    @classmethod
    @lru_cache(maxsize=8)
    def of(cls, instance: Instance, lang: Language) -> Names:
        """Names of an instance; an id in brackets tells two of the same name apart."""
        found = {}
        for dimension, table in _TABLES.items():
            frame = instance.tables[table]
            column = "name_nl" if lang == "nl" and "name_nl" in frame else "name"
            frame = frame.assign(shown=_apart(frame[column], frame[dimension]))
            frame = frame.sort_values([*_ORDER[dimension], "shown", dimension])
            found[dimension] = dict(zip(frame[dimension], frame["shown"], strict=True))
        return cls(lang, found, instance.tables["municipalities"]["region"].nunique(), instance)

    def name(self, dimension: str, key: str) -> str:
        """Name of an id, or of several with ``;`` between them."""
        known = self._known(dimension)
        return known.get(key) or "; ".join(known.get(each, each) for each in key.split("; "))

    def _known(self, dimension: str) -> Mapping[str, str]:
        """Names of a dimension, by id."""
        match dimension:
            case "agreement":
                return self.agreements
            case "project":
                return self.projects
        return self.names.get(dimension, {})

    @cached_property
    def agreements(self) -> Mapping[str, str]:
        """Text of each agreement between quotation marks, by id; one without Dutch is as it is."""
        table = self.instance.tables["agreements"]
        texts = table["text"]
        if self.lang == "nl":
            texts = table["text_nl"].where(table["text_nl"] != "", texts)
        told = "“" + texts.str.rstrip(" .") + "”"
        return dict(zip(table["agreement"], _apart(told, table["agreement"]), strict=True))

    @cached_property
    def projects(self) -> Mapping[str, str]:
        """What each project builds, where, and from which year, between quotation marks, by id."""
        if self.instance.tables["projects"].empty:
            return {}  # what is made of no rows is no text where texts are kept by Arrow
        table = self.instance.tables["projects"].drop_duplicates("project").sort_values("project")
        if table.empty:
            return {}
        told = "“" + self.column("place_type", table["place_type"]) + say("in.place", self.lang, names="")
        told += self.column("municipality", table["municipality"])
        told += table["year"].map(lambda year: say("since.year", self.lang, year=year))
        certainty = table["certainty"].map(lambda code: say(f"value.{code}", self.lang))
        told = told.where(~told.duplicated(keep=False), told + ", " + certainty)
        nth = (told.groupby(told).cumcount() + 1).map(lambda number: say("nth", self.lang, number=number))
        told = told.where(~told.duplicated(keep=False), told + nth)
        return dict(zip(table["project"], told + "”", strict=True))

    def column(self, dimension: str, ids: pd.Series[str]) -> pd.Series[str]:
        """Names of a column of ids."""
        shown = {key: self.name(dimension, key) for key in ids.astype(str).unique()}
        return ids.astype(str).map(shown)

    def all(self, dimension: str) -> list[str]:
        """Every id of a dimension, in order."""
        return list(self.names[dimension])

    def ranked(self, priority: int) -> list[str]:
        """Ids of the groups of a priority, in order."""
        of_group = self.instance.tables["groups"].set_index("group")["priority"].to_dict()
        return [group for group in self.all("group") if of_group[group] == priority]

    def in_words(self, frame: pd.DataFrame) -> pd.DataFrame:
        """A table with names in the place of ids."""
        named = {
            dimension: self.column(dimension, frame[dimension])
            for dimension in self.names
            if dimension in frame
        }
        return frame.assign(**named)


def scenario_name(scenario: str, lang: Language) -> str:
    """What people call a scenario: low, middle and high in their language, any other as it is.

    Examples
    --------
    >>> scenario_name("middle", "nl"), scenario_name("late", "nl")
    ('midden', 'late')
    """
    return said(f"scenario.{scenario}", lang, scenario)


def _apart(names: pd.Series[str], ids: pd.Series[str]) -> pd.Series[str]:
    """Names with the id in brackets where two things have the same."""
    twice = names.duplicated(keep=False)
    return names.where(~twice, names + " (" + ids + ")")
