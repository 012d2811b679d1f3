"""What the screen shows of an instance, of the policies and of a solution."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from verdeling.language import UNKNOWN, number, percent, say, span
from verdeling.names import Names
from verdeling.phrases import Wording, titles
from verdeling.policy import policy_names, read_policy
from verdeling.statements import Statements, estimates

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd

    from verdeling.cli.screen import Screen
    from verdeling.instance import Instance
    from verdeling.language import Language
    from verdeling.solution import Solution
    from verdeling.statements import Statement

_LOADS = ["places", "load", "fair_share", "relative_load", "built", "relative_built", "support_mean"]
_SUMMED = ["places", "load", "fair_share", "built", "support_mean"]
_RELATIVE = ("relative_load", "relative_built")


def show_summary(screen: Screen, instance: Instance, lang: Language) -> None:
    """Show what an instance holds.

    Parameters
    ----------
    screen : Screen
        Where it is shown.
    instance : Instance
        A sound one.
    lang : {"nl", "en"}
        Language.
    """
    tables, about = instance.tables, instance.about
    sizes = {name: len(tables[name]) for name in ("municipalities", "groups", "place_types", "agreements")}
    sizes["regions"] = tables["municipalities"]["region"].nunique()
    scenarios = [f"{name}*" if name == about.scenario else name for name in instance.scenarios]
    facts = [("years", span(about.years, lang))]
    facts += [(name, number(size, lang)) for name, size in sizes.items() if size]
    facts += [("scenarios", ", ".join(scenarios))] if scenarios else []
    needs = tables["needs"]
    for scenario in instance.scenarios or ("",):
        households = needs.loc[needs["scenario"].isin(["", scenario]), "households"].sum()
        facts.append(("needs", f"{number(households, lang)} {scenario}".strip()))
    screen.line(about.title, "bold")
    screen.pairs([(say(f"summary.{key}", lang), value) for key, value in facts])
    screen.bullets([*estimates(instance, lang), say("summary.sound", lang)])


def show_policies(screen: Screen, lang: Language) -> None:
    """Show every policy that comes with Verdeling, with its title and question."""
    screen.pairs([(name, *titles(read_policy(name), lang)) for name in policy_names()])


@dataclass(frozen=True)
class Display:
    """Shows a solution.

    Parameters
    ----------
    screen : Screen
        Where it is shown.
    solution : Solution
        What is shown.
    lang : {"nl", "en"}
        Language.
    """

    screen: Screen
    solution: Solution
    lang: Language

    @cached_property
    def words(self) -> Wording:
        """Words and names in the language."""
        return Wording(Names.of(self.solution.instance, self.lang))

    @cached_property
    def statements(self) -> Statements:
        """What can be said of the solution at once."""
        return Statements.of(self.solution)

    def show(self) -> None:
        """Show the division, or why there is none."""
        self.headline()
        if self.solution.has_numbers:
            self.loads()
            self._pivot("groups", self.solution.placements, "group", "municipality")
            self._pivot("place_types", self.solution.placements, "place_type", "year")
            self.builds()
            self.support()
            self.waiting()
            self.goals()
            self.highlights()
            self.notes()
        elif self.solution.status == "infeasible":
            self.conflict()
        else:
            self.screen.line(say("screen.unsolved", self.lang))

    def headline(self) -> None:
        """Show what was solved, under which policy, and with what status."""
        about, lang = self.solution.instance.about, self.lang
        known = str(about.years[0]) in about.title
        years = "" if known else say("screen.years", lang, years=span(about.years, lang))
        scenario = say("screen.scenario", lang, scenario=about.scenario) if about.scenario else ""
        self.screen.line(
            say("screen.headline", lang, title=about.title, years=years, scenario=scenario), "bold"
        )
        title, question = titles(self.solution.policy, lang)
        self.screen.line(say("screen.policy", lang, policy=title, question=question).strip())
        status = say(f"status.{self.solution.status}", lang)
        if self.solution.has_numbers:
            places = say("value.whole" if self.solution.whole else "value.fractional", lang)
            status = say("screen.places", lang, status=status, places=places)
        self.screen.line(say("screen.status", lang, status=status))

    def conflict(self) -> None:
        """Show which agreements cannot hold together."""
        first, *others = self.statements.conflict(self.lang)
        self.screen.line()
        self.screen.line(first, "bold")
        self.screen.bullets(others)
        self._seconds()

    def loads(self) -> None:
        """Show what each municipality does of each task."""
        loads = self.solution.loads.set_index("municipality")
        loads["support_mean"] = loads["support_hours"] / len(self.solution.instance.about.years)
        regions = sorted(set(loads["region"]))
        for region in regions:
            title = say("title.loads", self.lang)
            if len(regions) > 1:
                title = say("screen.region", self.lang, title=title, region=region)
            self.screen.line()
            self.screen.line(title, "bold")
            self._loads_of(loads[loads["region"] == region])
        self.screen.line(say("screen.loads", self.lang), "dim")

    def builds(self) -> None:
        """Show what is built by municipality and place type, and how much of it is soft."""
        builds = self.solution.builds
        if builds.empty:
            self.screen.title(say("title.builds", self.lang))
            self.screen.line(say("screen.nothing_built", self.lang))
            return
        soft = builds[builds["certainty"] == "soft"].groupby("municipality")["places"].sum()
        self._pivot("builds", builds, "municipality", "place_type", soft=soft)

    def support(self) -> None:
        """Show support by municipality and year."""
        given = self.solution.support
        if given.empty:
            self.screen.title(say("title.support", self.lang))
            self.screen.line(say("screen.no_support", self.lang))
            return
        self._pivot("support", given.rename(columns={"hours": "places"}), "municipality", "year", total=False)

    def waiting(self) -> None:
        """Show who is housed, and who waits at the end of each year."""
        waiting = self.solution.waiting
        ends = waiting.pivot_table(
            index="group", columns="year", values="waiting", aggfunc="sum", fill_value=0
        )
        table = waiting.groupby("group")[["needs", "served"]].sum().join(ends)
        table = table.loc[self._order("group", table.index)]
        table.loc[""] = table.sum()
        rows = [self._group(key, table.loc[key].to_list()) for key in table.index]
        brief = [say(f"brief.{name}", self.lang) for name in ("needs", "served", "coverage")]
        self.screen.title(say("title.waiting", self.lang))
        self.screen.table([*self._headings("group"), *brief, *map(str, ends.columns)], rows)

    def goals(self) -> None:
        """Show what each goal reached."""
        goals = self.solution.goals
        numbers = ["value", "optimum", "loss", *(["gap"] if (goals["gap"] > 0.005).any() else [])]
        self.screen.title(say("title.goals", self.lang))
        rows = [self._goal(row, numbers) for row in goals.to_dict("records")]
        self.screen.table(self._headings("goal", *numbers, "unit"), rows, total=False, unit=True)
        self.screen.line(say("screen.goals", self.lang), "dim")
        if "gap" in numbers:
            self.screen.line(say("screen.gap", self.lang), "dim")

    def highlights(self) -> None:
        """Show the most important limits that bind, and how many more there are."""
        shown, count = self.statements.highlights(self.lang), len(self.statements.worth_telling())
        if shown:
            self.screen.title(say("title.limits", self.lang))
            self._under_goals(shown)
        if count > len(shown):
            self.screen.line(say("screen.rest", self.lang, count=number(count, self.lang)), "dim")

    def notes(self) -> None:
        """Show how to read prices, what is estimated, and how long it took."""
        self.screen.title(say("title.notes", self.lang))
        self.screen.bullets(self.statements.notes(self.lang))
        self._seconds()

    def _under_goals(self, statements: Sequence[Statement]) -> None:
        """Show sentences under the goal that they have a price in."""
        shown: tuple[int | None, str] | None = None
        for statement in statements:
            here = (statement.goal, statement.about)
            if here != shown:
                key = "screen.no_price" if statement.goal is None else "screen.goal"
                self.screen.line(say(key, self.lang, goal=statement.goal, about=statement.about), "italic")
                shown = here
            self.screen.bullets([statement.text])

    def _seconds(self) -> None:
        seconds = dict(self.solution.provenance["seconds"])
        solver, name = seconds.pop("solver"), self.solution.provenance["solver"]
        total = sum(seconds.values())
        key = "screen.seconds" if solver <= total else "screen.seconds_apart"
        shown, ran = (number(each, self.lang, 1, fixed=True) for each in (total, solver))
        self.screen.line()
        self.screen.line(say(key, self.lang, seconds=shown, solver=ran, name=name), "dim")

    def _loads_of(self, loads: pd.DataFrame) -> None:
        keys = self._order("municipality", loads.index)
        rows = [
            [self._name("municipality", key), *(self._load(name, loads.loc[key, name]) for name in _LOADS)]
            for key in keys
        ]
        sums = [self._load(name, loads[name].sum()) if name in _SUMMED else "" for name in _LOADS]
        self.screen.table(self._headings("municipality", *_LOADS), [*rows, [self._name("", ""), *sums]])

    def _load(self, column: str, value: Any) -> str:
        if column == "fair_share":
            return percent(value, self.lang, 1, fixed=True)
        return number(value, self.lang, fixed=True) if column in _RELATIVE else self._count(value)

    def _goal(self, row: Mapping[Any, Any], numbers: Sequence[str]) -> list[str]:
        exact = all(abs(row[key] - round(row[key])) < 0.005 for key in numbers if row[key] == row[key])
        decimals = 0 if exact or row["unit"] == "EUR" else 2
        name = f"{row['goal']}. {self.words.goal(row['measure'], row['aggregate'], row['stage'])}"
        shown = [number(row[key], self.lang, decimals, fixed=True) for key in numbers]
        return [name, *shown, self.words.unit(row["unit"])]

    def _group(self, key: str, numbers: Sequence[float]) -> list[str]:
        needs, served, *ends = numbers
        coverage = percent(served / needs, self.lang) if needs else UNKNOWN
        return [
            self._name("group", key),
            self._count(needs),
            self._count(served),
            coverage,
            *map(self._count, ends),
        ]

    def _pivot(
        self, title: str, frame: pd.DataFrame, rows: str, columns: str, *,
        total: bool = True, soft: pd.Series[float] | None = None,
    ) -> None:  # fmt: skip
        """Show sums of places by two columns of a table."""
        table = frame.pivot_table(index=rows, columns=columns, values="places", aggfunc="sum", fill_value=0)
        table = table.loc[self._order(rows, table.index), self._order(columns, table.columns)]
        headings = [self._name(columns, key) for key in table.columns]
        if total:
            table["total"] = table.sum(axis=1)
        if soft is not None:
            table["soft"] = soft.reindex(table.index, fill_value=0)
        headings += self._headings(*[name for name in ("total", "soft") if name in table])
        table.loc[""] = table.sum()
        shown = [[self._name(rows, key), *map(self._count, table.loc[key].to_list())] for key in table.index]
        self.screen.title(say(f"title.{title}", self.lang))
        self.screen.table([*self._headings(rows), *headings], shown)

    def _headings(self, *columns: str) -> list[str]:
        return [self.words.heading(column) for column in columns]

    def _order(self, dimension: str, keys: Iterable[Any]) -> list[Any]:
        known, present = self.words.names.names.get(dimension), set(keys)
        return [key for key in known if key in present] if known else sorted(present)

    def _name(self, dimension: str, key: Any) -> str:
        return self.words.names.name(dimension, str(key)) if key else self.words.heading("total")

    def _count(self, value: Any) -> str:
        return number(value, self.lang, 0)
