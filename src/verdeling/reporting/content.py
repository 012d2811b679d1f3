"""What a report tells, in one language and whatever it is written as: the same facts for everybody."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd

from verdeling.errors import NoSolutionError, Problem
from verdeling.language import counted, language, listed, number, percent, rounded, say, span
from verdeling.names import Names, scenario_name
from verdeling.phrases import Wording, titles
from verdeling.reporting.subjects import together
from verdeling.reporting.sums import added_up, group_table, load_table, queue_table, support_table
from verdeling.statements import Statements, estimated_rows, estimates

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from verdeling.comparing.comparison import Comparison
    from verdeling.explaining.explanation import Explanation
    from verdeling.explaining.tracing.paths import Paths
    from verdeling.instance import Instance
    from verdeling.language import Language
    from verdeling.reporting.subjects import Subject
    from verdeling.solution import Solution


@dataclass(frozen=True, eq=False, repr=False)
class Content:
    """Everything a report can tell of a division, each part worked out when it is first asked for.

    Parameters
    ----------
    solution : Solution or None
        The division; None where policies are compared and no division is singled out.
    explanation : Explanation or None
        Why the division is what it is: with it a report has paths, what one more would do, and room.
    comparison : Comparison or None
        The same task under several policies.
    lang : {"nl", "en"}
        Language of everything.
    changes : tuple of str
        What was changed against the instance as it was read, in sentences, for every report to list.
    """

    solution: Solution | None
    explanation: Explanation | None
    comparison: Comparison | None
    lang: Language
    changes: tuple[str, ...] = ()

    @classmethod
    def of(cls, *subjects: Subject, lang: Language = "nl") -> Content:
        """What there is to tell of a solution, an explanation, a comparison, or several of them together.

        Parameters
        ----------
        *subjects : Solution, Explanation or Comparison
            At most one of each, of the same instance.
        lang : {"nl", "en"}
            Language.

        Raises
        ------
        VerdelingError
            If there is nothing, several of a kind, something else, or they are about different tasks.
        NoSolutionError
            If the solution is unsolved.
        """
        return cls(*together(subjects), language(lang))

    @property
    def instance(self) -> Instance:
        """The instance that was divided, in its scenario."""
        about = self.solution or self.comparison
        assert about is not None
        return about.instance

    @property
    def plan(self) -> Solution:
        """The division.

        Raises
        ------
        NoSolutionError
            If there is none: the agreements cannot hold together, or only policies are compared.
        """
        if self.solution is None:
            what = "The report is of a comparison, in which no division is singled out."
            remedy = "Give a solution or an explanation beside it."
            problem = Problem("no-division", what, "Papers and drafts are about one division.", remedy)
            raise NoSolutionError("There is no division to report.", [problem])
        self.solution.table("loads")
        return self.solution

    @property
    def possible(self) -> bool:
        """Whether there is a division with numbers."""
        return self.solution is not None and self.solution.has_numbers

    @cached_property
    def words(self) -> Wording:
        """Names and words in the language."""
        return Wording(Names.of(self.instance, self.lang))

    @property
    def names(self) -> Names:
        """What people call things."""
        return self.words.names

    @property
    def municipalities(self) -> Mapping[str, str]:
        """Name of each municipality by its id, in the order of reports."""
        return self.names.names["municipality"]

    @property
    def title(self) -> str:
        """What the report is called."""
        return self.instance.about.title

    @property
    def kind(self) -> str:
        """What it is a report of."""
        if self.solution is None:
            return say("report.of_policies", self.lang)
        return say("report.of_division" if self.possible else "report.of_conflict", self.lang)

    @property
    def scenario(self) -> str:
        """What the scenario is called; empty where there is one without a name."""
        return scenario_name(self.instance.about.scenario, self.lang)

    @cached_property
    def facts(self) -> list[tuple[str, str]]:
        """What was divided, how, and what came of it: words and values."""
        about, found = self.instance.about, []
        if self.solution is not None:
            title, question = titles(self.solution.policy, self.lang)
            kind = "value.whole" if self.solution.whole else "value.fractional"
            found = [
                ("status", say(f"status.{self.solution.status}", self.lang)),
                ("kind", say(kind, self.lang) if self.possible else ""),
                ("policy", title),
                ("question", question),
            ]
        found = [("years", span(about.years, self.lang)), ("scenario", self.scenario), *found]
        return [(say(f"fact.{key}", self.lang), value) for key, value in found if value]

    @cached_property
    def statements(self) -> Statements:
        """What can be said of the division at once."""
        assert self.solution is not None
        return self.explanation.statements if self.explanation else Statements.of(self.solution)

    @cached_property
    def headlines(self) -> list[str]:
        """What to know first: who is housed, who waits, and who carries most and least; or that nobody is."""
        if not self.possible:
            named = any(told.startswith("- ") for told in self.conflict)
            return [say("report.conflict", self.lang)] if named else self.conflict
        totals = self.queue[["needs", "served", "waiting"]].sum()
        shown = {str(key): number(float(value), self.lang, 0) for key, value in totals.items()}
        part = percent(float(totals["served"] / totals["needs"]) if totals["needs"] else 1.0, self.lang)
        last = str(max(self.instance.about.years))
        told = [say("report.housed", self.lang, **shown, part=part, last=last)]
        return [*told, *self._extremes()]

    def _extremes(self) -> list[str]:
        """Who carries most and least, as far as two decimals tell them apart."""
        relative = self.loads["relative_load"].map(rounded)
        shown = {
            key: number(float(value), self.lang, fixed=True)
            for key, value in {"highest": relative.max(), "lowest": relative.min()}.items()
        }
        if len(relative) < 2:
            return []
        if shown["highest"] == shown["lowest"]:
            return [say("report.even", self.lang, **shown)]
        most = listed(self.loads.loc[relative == relative.max(), "name"].tolist(), self.lang)
        least = listed(self.loads.loc[relative == relative.min(), "name"].tolist(), self.lang)
        return [say("report.loads", self.lang, most=most, least=least, **shown)]

    @cached_property
    def loads(self) -> pd.DataFrame:
        """Per municipality what it delivers, beside its fair share; see `reporting.sums.load_table`."""
        return load_table(self.plan, self.names)

    @cached_property
    def support(self) -> pd.DataFrame:
        """Support as it is read; see `reporting.sums.support_table`."""
        return support_table(self.plan)

    @cached_property
    def queue(self) -> pd.DataFrame:
        """Per group who is housed and who waits; see `reporting.sums.queue_table`."""
        return queue_table(self.plan, self.names)

    def placed(self, *by: str, municipality: str | None = None) -> pd.DataFrame:
        """Places added up, with names.

        Parameters
        ----------
        *by : str
            Some of municipality, group, place_type and year: the columns to keep.
        municipality : str, optional
            Only the places in this one.

        Returns
        -------
        DataFrame
            The columns of `by` with names in the place of ids, and places.
        """
        placements = self.plan.placements
        if municipality is not None:
            placements = placements[placements["municipality"] == municipality]
        return self.added_up(placements, by)

    def added_up(self, frame: pd.DataFrame, by: Sequence[str], amount: str = "places") -> pd.DataFrame:
        """An amount added up, with names; see `reporting.sums.added_up`."""
        return added_up(frame, by, self.names, amount)

    @cached_property
    def load_unit(self) -> str:
        """What a load is counted in: places, where every place that weighs weighs one."""
        return "places" if set(self.instance.tables["groups"]["burden"]) <= {0, 1} else "load"

    def shares_by_group(self, municipality: str) -> pd.DataFrame:
        """Per group fair share and places of a municipality; see `reporting.sums.group_table`."""
        return group_table(self.plan, self.names, municipality)

    @property
    def scenario_compared(self) -> str:
        """The scenario of the comparison that is the one divided; its first where none is."""
        assert self.comparison is not None
        own, scenarios = self.instance.about.scenario, self.comparison.scenarios
        return own if own in scenarios else scenarios[0]

    @property
    def paths(self) -> Paths | None:
        """How every municipality came to its load, where an explanation was given."""
        return self.explanation.paths if self.explanation and self.possible else None

    def path(self, municipality: str) -> str:
        """How a municipality came to its load, in a sentence; empty without an explanation."""
        paths = self.paths
        return "" if paths is None or paths.steps.empty else paths.of(municipality).sentence(self.lang)

    def own(self, municipality: str) -> list[str]:
        """What a municipality carries beside its fair share, how that came about, and how far it can move."""
        row = self.loads[self.loads["municipality"] == municipality].iloc[0].to_dict()
        told = say(
            "report.own",
            self.lang,
            name=row["name"],
            load=self._load(row["load"]),
            share=self._load(row["fair_load"]),
            relative=number(row["relative_load"], self.lang, fixed=True),
        )
        return [each for each in (told, self.path(municipality), self.own_room(municipality)) if each]

    def own_room(self, municipality: str) -> str:
        """How far the load of a municipality can move with every goal still met; empty where nobody asked."""
        own = self.ranges[self.ranges["municipality"] == municipality]
        if own.empty:
            return ""
        row = own.iloc[0]
        shown = {key: self._load(row[key]) for key in ("value", "lowest", "highest")}
        return say(f"own.{row['freedom']}", self.lang, name=self.municipalities[municipality], **shown)

    def _load(self, value: float) -> str:
        """A load as it is read aloud: in places, where each counts for one or for nothing."""
        return counted(f"unit.{self.load_unit}", rounded(float(value), 1), self.lang)

    def limits(self, municipality: str | None = None) -> list[str]:
        """What binds and what one more would change, the most important first.

        Of the region it is what an explanation found by dividing again where there is one, and otherwise
        what prices say; of a municipality what prices say of the limits that name it.
        """
        if municipality is None:
            if self.explanation:
                return self.explanation.part("limits", self.lang)
            return [statement.text for statement in self.statements.highlights(self.lang)]
        limits = self.statements.limits
        own = Statements(self.plan, limits[limits["municipality"] == municipality])
        return [statement.text for statement in own.highlights(self.lang, most=3)]

    def room(self) -> list[str]:
        """What is still free, in sentences; empty without an explanation."""
        return self.explanation.part("room", self.lang) if self.explanation and self.possible else []

    @cached_property
    def ranges(self) -> pd.DataFrame:
        """How far each load can move with every goal still met; without rows where nobody asked.

        Returns
        -------
        DataFrame
            The columns of `verdeling.explaining.freedom.room.Room.ranges`, loads alone, not loosened.
        """
        if self.explanation is None or not self.possible:
            return pd.DataFrame(columns=["municipality", "value", "lowest", "highest", "freedom", "unit"])
        ranges = self.explanation.room.ranges
        own = (ranges["group"] == "") & ~ranges["loosened"].astype(bool)
        return ranges[own].reset_index(drop=True)

    @property
    def estimates(self) -> list[str]:
        """What is estimated or soft, in sentences."""
        soft = self.statements.soft(self.lang) if self.solution is not None else []
        return estimates(self.instance, self.lang) + soft

    @cached_property
    def estimate_counts(self) -> pd.DataFrame:
        """Of every table that marks estimates: table (in words), estimates and rows."""
        counts = estimated_rows(self.instance)
        rows = [(say(f"table.{name}", self.lang), count, rows) for name, (count, rows) in counts.items()]
        return pd.DataFrame(rows, columns=["table", "estimates", "rows"])

    @property
    def sources(self) -> list[tuple[str, str]]:
        """Where the numbers come from: title and address, which may be empty."""
        return [(source.title, source.path) for source in self.instance.about.sources]

    @property
    def impossible(self) -> bool:
        """Whether it was found that the hard limits leave no division."""
        return self.solution is not None and self.solution.status == "infeasible"

    @property
    def conflict(self) -> list[str]:
        """Of an impossible task: which agreements cannot hold together."""
        return self.statements.conflict(self.lang) if self.impossible else []

    @property
    def repairs(self) -> list[str]:
        """Of an impossible task: the cheapest ways out; empty without an explanation."""
        return self.explanation.part("repairs", self.lang) if self.explanation and self.impossible else []

    @property
    def ways_out(self) -> list[str]:
        """Of an impossible task: which agreements cannot hold together, and the cheapest ways out."""
        return self.conflict + self.repairs
