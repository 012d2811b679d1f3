"""The tables of a comparison as its pictures show them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from verdeling.comparing.words import OPEN, ComparisonWords, signed
from verdeling.errors import Problem, VerdelingError, nearest
from verdeling.language import language
from verdeling.names import Names
from verdeling.pictures.labels import municipality_names, parts, short_names
from verdeling.pictures.strips import side
from verdeling.statements import estimates

if TYPE_CHECKING:
    import pandas as pd

    from verdeling.comparing.comparison import Comparison
    from verdeling.language import Language

MOST_PANELS = 10
"""So many municipalities can stand beside each other on a page."""


@dataclass(frozen=True)
class Standing:
    """A comparison in one scenario.

    Parameters
    ----------
    comparison : Comparison
        What is compared.
    lang : {"nl", "en"}
        Language.
    scenario : str
        The scenario.
    """

    comparison: Comparison
    lang: Language
    scenario: str

    @classmethod
    def of(cls, comparison: Comparison, lang: str, scenario: str | None) -> Standing:
        """The comparison in a scenario, by default the first.

        Raises
        ------
        VerdelingError
            If there is no such language or scenario, or no policy has a plan in it.
        """
        return cls(comparison, language(lang), _scenario(comparison, scenario))

    @cached_property
    def words(self) -> ComparisonWords:
        """What policies are called."""
        return ComparisonWords(self.comparison, self.lang)

    @property
    def few(self) -> bool:
        """Whether every municipality has a column."""
        return len(self.columns) <= MOST_PANELS

    @property
    def notes(self) -> list[str]:
        """What is compared, and what is estimated."""
        instance = self.comparison.instance.in_scenario(self.scenario or None)
        return [*self.words.notes(), *estimates(instance, self.lang)]

    @cached_property
    def labels(self) -> dict[str, str]:
        """Short names of policies."""
        return short_names(self.words.labels, 26)

    @cached_property
    def rows(self) -> list[str]:
        """Policies, the one with the lightest heaviest load first."""
        heaviest = self.loads.groupby("row")["relative"].max().round(6).reset_index()
        return list(heaviest.sort_values(["relative", "row"])["row"])

    @cached_property
    def columns(self) -> list[str]:
        """Municipalities, the largest fair share first."""
        shares = self.loads.drop_duplicates("municipality")
        return list(shares.sort_values(["fair_load", "name"], ascending=[False, True])["label"])

    @cached_property
    def loads(self) -> pd.DataFrame:
        """The table ``loads`` of the comparison, and what is shown of it.

        Besides: row, policy_name, label, relative, low and high (its range), open, side, told.
        """
        found = self._named(self.comparison.loads)
        table = found.assign(
            relative=found["relative_load"].astype(float),
            low=_parts(found["lowest"], found["fair_load"]),
            high=_parts(found["highest"], found["fair_load"]),
            open=found["freedom"] != "settled",
            side=[side(value) for value in found["relative_load"]],
        )
        marks = [OPEN if each else "" for each in table["open"]]
        told = [parts(value, self.lang) for value in table["relative"]]
        return table.assign(told=[mark + each for mark, each in zip(marks, told, strict=True)])

    @cached_property
    def changes(self) -> pd.DataFrame:
        """The table ``winners`` of the comparison, and what is shown of it.

        Besides: row, policy_name, label, relative (the change in fair shares), low and high (its range),
        open, told (the change in load).
        """
        found = self._named(self.comparison.winners)
        keys = ["policy", "municipality"]
        shares = self.loads[[*keys, "fair_load"]]
        table = found.merge(shares, on=keys).rename(columns={"relative_change": "relative"})
        table = table.assign(
            relative=table["relative"].astype(float),
            low=_parts(table["lowest"], table["fair_load"]),
            high=_parts(table["highest"], table["fair_load"]),
            open=table["verdict"] == "open",
        )
        marks = [OPEN if each else "" for each in table["open"]]
        told = [signed(value, self.lang, 1) for value in table["change"]]
        return table.assign(told=[mark + each for mark, each in zip(marks, told, strict=True)])

    def _named(self, table: pd.DataFrame) -> pd.DataFrame:
        found = table[table["scenario"] == self.scenario].reset_index(drop=True)
        names = Names.of(self.comparison.instance, self.lang)
        return found.assign(
            row=found["policy"].map(self.labels),
            policy_name=found["policy"].map(self.words.labels),
            label=found["municipality"].map(municipality_names(names)),
            name=names.column("municipality", found["municipality"]),
        )


def _scenario(comparison: Comparison, scenario: str | None) -> str:
    """The scenario that is shown.

    Raises
    ------
    VerdelingError
        If it is not among those compared, or no policy has a plan in it.
    """
    chosen = comparison.scenarios[0] if scenario is None else scenario
    problems = []
    if chosen not in comparison.scenarios:
        why = "A picture shows one of the scenarios that were compared."
        problems.append(Problem("unknown-scenario", f"There is no scenario {chosen}.", why,
                                nearest(chosen, comparison.scenarios), value=chosen))  # fmt: skip
    elif not (comparison.loads["scenario"] == chosen).any():
        what = "No policy has a plan."
        remedy = "Read comparison.status for what went wrong with each."
        problems.append(Problem("no-numbers", what, "There are no loads to show.", remedy, value=chosen))
    if problems:
        raise VerdelingError("The picture cannot be made.", problems)
    return chosen


def _parts(ends: pd.Series[float], shares: pd.Series[float]) -> pd.Series[float]:
    """Ends of ranges in fair shares; none where they are not known."""
    return ends.astype(float).div(shares.where(shares > 0))
