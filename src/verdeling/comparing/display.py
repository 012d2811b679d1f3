"""What the screen shows of policies side by side."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING

from verdeling.comparing.words import SELECTION, ComparisonWords
from verdeling.language import percent, say, span
from verdeling.names import Names
from verdeling.statements import estimates

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from verdeling.cli.screen import Screen
    from verdeling.comparing.comparison import Comparison
    from verdeling.instance import Instance
    from verdeling.language import Language

_MANY = 6
"""Policies that stand beside each other; more stand below each other."""

_LARGE = 100
"""From this change of load on, changes are shown without decimals."""


def show_headline(screen: Screen, instance: Instance, scenario: str, lang: Language) -> None:
    """Show what an instance is about: its title, years and scenario."""
    about = instance.about
    years = (
        "" if str(about.years[0]) in about.title else say("screen.years", lang, years=span(about.years, lang))
    )
    shown = say("screen.scenario", lang, scenario=scenario) if scenario else ""
    screen.line(say("screen.headline", lang, title=about.title, years=years, scenario=shown), "bold")


def show_notes(screen: Screen, instance: Instance, lang: Language, *notes: str) -> None:
    """Show what else to know, and what is estimated."""
    screen.title(say("title.notes", lang))
    screen.bullets([*notes, *estimates(instance, lang)])


@dataclass(frozen=True)
class ComparisonDisplay:
    """Shows a comparison.

    Parameters
    ----------
    screen : Screen
        Where it is shown.
    comparison : Comparison
        What is shown.
    lang : {"nl", "en"}
        Language.
    """

    screen: Screen
    comparison: Comparison
    lang: Language

    @cached_property
    def words(self) -> ComparisonWords:
        """The comparison in words."""
        return ComparisonWords(self.comparison, self.lang)

    def show(self, *, every: bool = False) -> None:
        """Show each scenario: what policies reach, who carries what, and which are alike.

        Parameters
        ----------
        every : bool
            Every indicator, and not only a selection.
        """
        for place, scenario in enumerate(self.comparison.scenarios):
            if place:
                self.screen.line()
            self.headline(scenario)
            if self.words.plans(scenario):
                self.indicators(scenario, every=every)
                self.loads(scenario)
                self.winners(scenario)
                self.screen.title(say("title.alike", self.lang))
                told = (
                    self.words.dominance(scenario),
                    self.words.undecided(scenario),
                    self.words.same(scenario),
                )
                self.screen.bullets([*chain.from_iterable(told)])
        show_notes(self.screen, self.comparison.instance, self.lang, *self.words.notes())

    def headline(self, scenario: str) -> None:
        """Show what was compared, and which policies have no division."""
        show_headline(self.screen, self.comparison.instance, scenario, self.lang)
        failures = self.words.failures(scenario)
        if failures:
            self.screen.bullets(failures)

    def indicators(self, scenario: str, *, every: bool = False) -> None:
        """Show what each policy reaches."""
        self.screen.title(say("title.indicators", self.lang))
        rows = self.words.indicators(scenario, None if every else SELECTION)
        headings = [say("heading.indicator", self.lang), *self._policies(scenario)]
        self._table(headings, rows)
        self.screen.line(say("compare.best", self.lang), "dim")
        if not every:
            self.screen.line(say("compare.rest", self.lang), "dim")

    def loads(self, scenario: str) -> None:
        """Show the relative load of each municipality under each policy."""
        self.screen.title(say("title.relative_loads", self.lang))
        self._per_municipality(scenario, self.comparison.loads, self.words.relative_loads)
        self.screen.line(say("compare.loads", self.lang), "dim")

    def winners(self, scenario: str) -> None:
        """Show who carries more and who carries less than under the baseline."""
        self.screen.title(say("title.winners", self.lang, baseline=self.words.baseline))
        winners = self.comparison.winners
        decimals = 0 if winners["change"].abs().max() >= _LARGE else 1
        self._per_municipality(scenario, winners, lambda table: self.words.changes(table, decimals))
        self.screen.line(say("compare.winners", self.lang), "dim")

    def _per_municipality(
        self, scenario: str, table: pd.DataFrame, told: Callable[[pd.DataFrame], list[str]]
    ) -> None:
        """What is told for each municipality, with its fair share, under each policy."""
        names = Names.of(self.comparison.instance, self.lang).names["municipality"]
        part = table[table["scenario"] == scenario]
        wide = part.assign(told=told(part)).set_index(["municipality", "policy"])["told"].unstack()  # noqa: PD010
        wide = wide.loc[[key for key in names if key in wide.index], self.words.plans(scenario)]
        shares = self.comparison.loads.drop_duplicates("municipality").set_index("municipality")["fair_share"]
        rows = [
            [names[key], percent(shares[key], self.lang, 1, fixed=True), *values]
            for key, values in zip(wide.index, wide.fillna("").to_numpy().tolist(), strict=True)
        ]
        fair_share = say("heading.fair_share", self.lang)
        self._table([say("heading.municipality", self.lang), fair_share, *self._policies(scenario)], rows)

    def _table(self, headings: list[str], rows: list[list[str]]) -> None:
        """A table with policies as columns, or as rows where they are many."""
        if len(self.comparison.policies) > _MANY:
            headings, *rows = map(list, zip(headings, *rows, strict=True))
            headings[0] = say("heading.policy", self.lang)
        self.screen.table(headings, rows, total=False)

    def _policies(self, scenario: str) -> list[str]:
        return [self.words.labels[name] for name in self.words.plans(scenario)]
