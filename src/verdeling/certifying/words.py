"""What was found of a result, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from verdeling.language import number, say, say_counted
from verdeling.names import Names
from verdeling.phrases import Wording

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from verdeling.certifying.contradiction import Contradiction
    from verdeling.certifying.faults import Fault
    from verdeling.certifying.verifying import ResultVerification
    from verdeling.instance import Instance
    from verdeling.language import Language
    from verdeling.policy import Policy

SHOWN = 20
"""Faults that are told one by one."""

_SMALL = 1e-6


@dataclass(frozen=True)
class Telling:
    """Puts what was found of a result in words.

    Parameters
    ----------
    found : ResultVerification
        What was found.
    instance : Instance
        With the names.
    policy : Policy
        With the goals.
    lang : {"nl", "en"}
        Language.
    """

    found: ResultVerification
    instance: Instance
    policy: Policy
    lang: Language

    def limits(self) -> tuple[list[str], list[list[str]]]:
        """Headings and cells of what was compared."""
        heads = [say(f"certify.{name}", self.lang) for name in ("limits", "compared", "most_missed", "how")]
        rows = [
            [
                say(f"family.{row['family']}", self.lang),
                number(row["rows"], self.lang),
                _precise(row["excess"], self.lang),
                say(f"certify.{row['how']}", self.lang),
            ]
            for row in self.found.limits.to_dict("records")
        ]
        return heads, rows

    def goals(self) -> tuple[list[str], list[list[str]]]:
        """Headings and cells of what is proved of each goal."""
        heads = [say(f"certify.{name}", self.lang) for name in ("goal", "value", "bound", "gap", "how")]
        rows = [
            [
                self.goal(row),
                *(number(row[name], self.lang, 4) for name in ("value", "bound")),
                _precise(row["gap"], self.lang),
                say(f"certify.{_how(row)}", self.lang),
            ]
            for row in self.found.goals.to_dict("records")
        ]
        return heads, rows

    def faults(self) -> Iterator[str]:
        """What is wrong and where, one by one."""
        for fault in self.found.faults[:SHOWN]:
            yield self._fault(fault)
        if len(self.found.faults) > SHOWN:
            yield say("certify.more", self.lang, count=number(len(self.found.faults) - SHOWN, self.lang))

    def verdict(self) -> str:
        """Whether the result holds."""
        if not self.found.ok:
            return say_counted("certify.fails", len(self.found.faults), self.lang)
        reason = self.found.contradiction
        if reason is None:
            return say("certify.holds", self.lang)
        return say("certify.no_plan" if reason.how == "solver" else "certify.impossible", self.lang)

    def taken(self) -> Iterator[str]:
        """What is proved, how, and what is taken on the solver's word."""
        if self.found.contradiction is not None:
            yield from self._reason(self.found.contradiction)
            return
        exact = (self.found.limits["how"] == "exact").any()
        yield say("certify.all_exact" if exact else "certify.all_rounded", self.lang)
        goals = self.found.goals
        if goals["bound"].notna().any():
            yield say("certify.bounds", self.lang)
            yield say("certify.stated", self.lang)
            unbound = [self.goal(row) for row in goals[goals["bound"].isna()].to_dict("records")]
            if unbound:
                yield say_counted("certify.no_bound", len(unbound), self.lang, goals="; ".join(unbound))
        else:
            yield say("certify.no_certificate", self.lang)
        if (goals["stage"] == "worth").any():
            yield say("certify.worths", self.lang)
        searched = [self.goal(row) for row in goals.to_dict("records") if _how(row).endswith("_gap")]
        if searched:
            yield say("certify.searched", self.lang, goals="; ".join(searched))
        yield say("certify.prices", self.lang)

    def _reason(self, reason: Contradiction) -> Iterator[str]:
        """Which agreements cannot hold together, how that is known, and what is a solver's word."""
        names = Names.of(self.instance, self.lang)
        told = [names.name("agreement", each) for each in reason.members]
        yield say("certify.together" if told else "certify.anyway", self.lang, agreements="; ".join(told))
        if reason.how != "solver":
            yield say(f"certify.ruled_out_{reason.how}", self.lang)
            yield say("certify.stated", self.lang)
        else:
            yield say("certify.only_whole" if reason.whole else "certify.not_ruled_out", self.lang)
        if told:
            yield say("certify.needed" if reason.needed else "certify.without_one", self.lang)

    def goal(self, row: Mapping[Any, Any]) -> str:
        """Number and name of a goal, of a stage of it, or of a level of that."""
        number_ = int(row["goal"])
        if not 1 <= number_ <= len(self.policy.goal):
            return str(number_)
        goal = self.policy.goal[number_ - 1]
        words = Wording(Names.of(self.instance, self.lang))
        name = f"{number_}. {words.goal(goal.measure, goal.aggregate, str(row['stage']))}"
        if row["stage"] == "worth":
            return say("certify.of_set", self.lang, goal=name, level=int(row["level"]))
        if int(row["level"]) == 1:
            return name
        return say("certify.at_level", self.lang, goal=name, level=int(row["level"]))

    def _fault(self, fault: Fault) -> str:
        about = {name: self._told(value) for name, value in fault.about.items()}
        if "family" in about:
            about["family"] = say(f"family.{fault.about['family']}", self.lang)
            about["unit"] = say_counted(f"unit.{fault.about['unit']}", 2, self.lang)
        if "goal" in about:
            about["goal"] = self.goal(fault.about)
        place = [fault.file]
        place += [say("fault.row", self.lang, row=fault.row)] if fault.row else []
        place += [say("fault.column", self.lang, column=fault.column)] if fault.column else []
        what = say(f"fault.{fault.code}", self.lang, **about)
        where = ", ".join(each for each in place if each)
        return f"{where}: {what}" if where else what

    def _told(self, value: object) -> str:
        if isinstance(value, float | np.floating):
            return number(float(value), self.lang, 9)
        return "–" if value is None else str(value)


def _how(row: Mapping[Any, Any]) -> str:
    """How a goal is known: by a bound, by one that leaves more of a gap than is stated, or by no bound."""
    return str(row["how"]) if row["proved"] or row["how"] == "solver" else f"{row['how']}_gap"


def _precise(value: float, lang: Language) -> str:
    """A difference, in a power of ten where it is small."""
    if 0 < abs(value) < _SMALL:
        return f"< 10^{int(np.ceil(np.log10(abs(value))))}"
    return number(value, lang, 6)
