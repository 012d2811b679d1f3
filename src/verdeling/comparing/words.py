"""Policies side by side in words: what they are called, how each number is written, and sentences."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from verdeling.comparing.dominance import ranked
from verdeling.comparing.side_by_side import THE_KEY
from verdeling.language import UNKNOWN, listed, number, percent, say, sentence, things
from verdeling.leeway import SHOWN
from verdeling.names import Names
from verdeling.phrases import Wording, titles

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from verdeling.comparing.comparison import Comparison
    from verdeling.comparing.tradeoff import Frontier
    from verdeling.language import Language
    from verdeling.policy import Policy

_DECIMALS = {"EUR": 0, "municipalities": 0, "index": 3, "× fair share": 2}
"""Decimals by unit; parts of a whole are percentages, and all else has one."""

_TOLD = ("household-years", "EUR", "× fair share")
"""Units that stand beside what is counted in them."""

SELECTION = (
    "coverage",
    "waiting",
    "moves",
    "cost",
    "price_of_fairness",
    "heaviest",
    "lightest",
    "envy",
    "gini",
    "key_distance",
)
"""Indicators that are shown unless all are asked for."""

INFINITE = "∞"

BEST = "*"
"""What stands before the best value of a row."""

OPEN = "~"
"""What stands before a number of which it is not proved that it is settled."""


def policy_labels(policies: Sequence[Policy], lang: Language) -> dict[str, str]:
    """What policies are called, by name: their titles, or their names where titles are alike."""
    called = {policy.name: titles(policy, lang)[0] for policy in policies}
    count = Counter(called.values())
    return {name: title if count[title] == 1 else name for name, title in called.items()}


def measured(value: float, unit: str, lang: Language) -> str:
    """A value of an indicator in the notation of its unit.

    Examples
    --------
    >>> measured(0.125, "of the households", "nl"), measured(0.0166, "index", "en")
    ('12,5%', '0.017')
    """
    if not np.isfinite(value):
        return UNKNOWN if np.isnan(value) else INFINITE
    if unit.startswith("of the "):
        return percent(value, lang, 1, fixed=True)
    return number(value, lang, _DECIMALS.get(unit, 1), fixed=True)


def goal_headings(found: Frontier, lang: Language) -> list[str]:
    """What the goals of a frontier are called, with their units."""
    wording = Wording(Names.of(found.instance, lang))
    goals = zip((found.efficiency, found.fairness), found.units, strict=True)
    return [
        say(
            "compare.of_unit",
            lang,
            name=wording.goal(goal.measure, goal.aggregate, ""),
            unit=things(f"unit.{unit}", lang),
        )
        for goal, unit in goals
    ]


def signed(value: float, lang: Language, decimals: int = 0) -> str:
    """A change with its sign; nothing at all is 0.

    Examples
    --------
    >>> signed(12.6, "nl"), signed(-0.2, "nl"), signed(-1234.0, "en")
    ('+13', '0', '-1,234')
    """
    shown = number(value, lang, decimals)
    return f"+{shown}" if value > 0 and shown != "0" else shown


def failures(status: pd.DataFrame, labels: Mapping[str, str], names: Names) -> list[str]:
    """Policies without an optimum, and why: those with the same reason in one sentence.

    Parameters
    ----------
    status : DataFrame
        policy, status, message.
    labels : mapping of str to str
        What policies are called, by name.
    names : Names
        What people call things, in the language of the sentences: reasons are agreements.
    """
    rows, lang = status[~status["status"].isin(["optimal", "near_optimal"])], names.lang
    return [
        say(
            "compare.message" if message else "compare.status",
            lang,
            policy=everything([labels[name] for name in part["policy"].unique()], lang),
            status=say(f"status.{code}", lang),
            message=names.name("agreement", str(message)) if code == "infeasible" else message,
        )
        for (code, message), part in rows.groupby(["status", "message"], sort=False)
    ]


def everything(names: list[str], lang: Language) -> str:
    """All names in a row, however many."""
    return listed(names, lang, most=len(names))


@dataclass(frozen=True)
class ComparisonWords:
    """Puts a comparison in words.

    Parameters
    ----------
    comparison : Comparison
        Policies side by side.
    lang : {"nl", "en"}
        The language.
    """

    comparison: Comparison
    lang: Language

    @cached_property
    def labels(self) -> dict[str, str]:
        """What each policy is called, by name."""
        return policy_labels(self.comparison.policies, self.lang)

    @property
    def baseline(self) -> str:
        """What gains and losses are counted from."""
        name = self.comparison.baseline
        if name == THE_KEY:
            return say("compare.key", self.lang)
        return say("compare.under", self.lang, policy=self.labels[name])

    def plans(self, scenario: str) -> list[str]:
        """Names of the policies that have a plan in a scenario, in order."""
        loads = self.comparison.loads
        return loads.loc[loads["scenario"] == scenario, "policy"].drop_duplicates().tolist()

    def about(self) -> str:
        """What is compared, and by what it is measured."""
        kind = say("value.whole" if self.comparison.whole else "value.fractional", self.lang)
        key = self.labels.get(self.comparison.yardstick, UNKNOWN)
        return say("compare.about", self.lang, kind=kind, whose=key)

    def notes(self) -> list[str]:
        """What is compared, and of how many plans the numbers are."""
        told = [self.about(), say("compare.open" if self.asked else "compare.not_asked", self.lang)]
        late = [self.labels[name] for name in self.unasked] if self.asked else []
        return [*told, say("compare.late", self.lang, policies=everything(late, self.lang))] if late else told

    @property
    def unasked(self) -> list[str]:
        """Policies with a plan of which it was not asked which numbers are settled, because time ran out."""
        found = [table[["policy", "scenario"]] for table in (self.comparison.loads, self.comparison.ranges)]
        plans, asked = (set(table.itertuples(index=False, name=None)) for table in found)
        return list(dict.fromkeys(policy for policy, _ in sorted(plans - asked)))

    def failures(self, scenario: str) -> list[str]:
        """Policies without an optimum in a scenario, and why: those with the same reason together."""
        rows = self.comparison.status[self.comparison.status["scenario"] == scenario]
        return failures(rows, self.labels, Names.of(self.comparison.instance, self.lang))

    def indicators(self, scenario: str, names: Sequence[str] | None = None) -> list[list[str]]:
        """A row for each indicator: its name, its value under each policy, the best marked."""
        table = self.comparison.indicators
        table = table[(table["scenario"] == scenario) & table["indicator"].isin(names or table["indicator"])]
        return [self._indicator(str(name), part) for name, part in table.groupby("indicator", sort=False)]

    def _indicator(self, name: str, part: pd.DataFrame) -> list[str]:
        values, (unit, better) = part["value"].to_numpy(float), part[["unit", "better"]].iloc[0]
        ranks = ranked(values * {"lower": 1.0, "higher": -1.0, "neither": np.nan}[better])
        best = (ranks == 0) & (ranks > 0).any()
        shown = [
            f"{OPEN if moves else BEST if first else ''}{measured(value, unit, self.lang)}"
            for value, first, moves in zip(values, best, self.open(part["freedom"]), strict=True)
        ]
        return [self.of_unit(self.indicator(name), unit), *shown]

    def open(self, freedom: pd.Series[str]) -> list[bool]:
        """Of which numbers it was asked whether they are settled, and not proved that they are."""
        return [self.asked and each != "settled" for each in freedom]

    @property
    def asked(self) -> bool:
        """Whether it was asked which numbers are settled."""
        return len(self.comparison.ranges) > 0

    def relative_loads(self, loads: pd.DataFrame) -> list[str]:
        """Relative loads, those that are not settled marked."""
        told = [measured(value, "× fair share", self.lang) for value in loads["relative_load"]]
        return [
            f"{OPEN if moves else ''}{each}"
            for each, moves in zip(told, self.open(loads["freedom"]), strict=True)
        ]

    def changes(self, winners: pd.DataFrame, decimals: int) -> list[str]:
        """Gains and losses with their sign; open where even that is not settled."""
        apart = winners["highest"] - winners["lowest"]
        return [
            say("value.open", self.lang)
            if verdict == "open"
            else f"{OPEN if width >= SHOWN else ''}{signed(change, self.lang, decimals)}"
            for change, verdict, width in zip(winners["change"], winners["verdict"], apart, strict=True)
        ]

    def of_unit(self, name: str, unit: str) -> str:
        """What is counted, with its unit where the one does not say the other."""
        if unit not in _TOLD:
            return name
        return say("compare.of_unit", self.lang, name=name, unit=things(f"unit.{unit}", self.lang))

    def indicator(self, name: str) -> str:
        """What an indicator is called."""
        return say(f"indicator.{name}", self.lang)

    def dominance(self, scenario: str) -> list[str]:
        """A sentence for policies that are at least as good as the same others on everything."""
        table = self.comparison.dominance
        found: dict[str, list[str]] = {}
        for policy, part in table[table["scenario"] == scenario].groupby("policy", sort=False):
            found.setdefault(self._dominated(part), []).append(self.labels[str(policy)])
        return [
            say(
                "compare.dominates", self.lang, others=others, names=listed(names, self.lang, most=len(names))
            )
            for others, names in found.items()
        ] or [say("compare.no_dominance", self.lang)]

    def undecided(self, scenario: str) -> list[str]:
        """A sentence for policies that leave numbers open, of which dominance says nothing."""
        table = self.comparison.indicators
        free = table[(table["scenario"] == scenario) & (table["freedom"] == "free")]["policy"].unique()
        names = everything([self.labels[name] for name in free], self.lang)
        return [say("compare.undecided", self.lang, names=names)] if len(free) else []

    def _dominated(self, part: pd.DataFrame) -> str:
        """Policies that are dominated, those on the same indicators together."""
        told = []
        for better_on, alike in part.groupby("better_on", sort=False):
            on = listed([self.indicator(name) for name in str(better_on).split("; ")], self.lang, most=3)
            names = everything(alike["dominated"].map(self.labels).tolist(), self.lang)
            told.append(say("compare.dominated", self.lang, policy=names, on=on))
        return everything(told, self.lang)

    def same(self, scenario: str) -> list[str]:
        """A sentence for policies that give the same division, and for those that give the same loads."""
        table = self.comparison.same
        table = table[table["scenario"] == scenario]
        found: list[tuple[list[str], str]] = []
        settled = ~np.array(self.open(table["freedom"]), dtype=bool)
        divisions = table["same"] == "division"
        pairs_by_key = {
            "compare.same_division": table[divisions & settled],
            "compare.same_loads": table[settled],
            "compare.same_here": table,
        }
        for key, pairs in pairs_by_key.items():
            for group in _groups(pairs, self.plans(scenario)):
                if not any(set(group) <= set(other) for other, _ in found):
                    names = everything([self.labels[name] for name in group], self.lang)
                    found.append((group, sentence(say(key, self.lang, names=names))))
        return [told for _, told in found] or [say("compare.all_differ", self.lang)]


def _groups(pairs: pd.DataFrame, order: Sequence[str]) -> list[list[str]]:
    """Policies that pairs hold together, in order."""
    group = {name: {name} for name in order}
    for one, other in pairs[["policy", "other"]].itertuples(index=False, name=None):
        together = group[one] | group[other]
        group |= dict.fromkeys(together, together)
    several = dict.fromkeys(frozenset(names) for names in group.values() if len(names) > 1)
    return [[name for name in order if name in names] for names in several]
