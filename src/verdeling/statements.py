"""What can be said of a solution at once: the limits that bind and their prices, and what is estimated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from verdeling.amounts import estimated, estimated_needs
from verdeling.language import language, listed, number, percent, say, say_counted
from verdeling.limits import LIMIT_COLUMNS, apart, binding_limits, repeated, together
from verdeling.names import Names
from verdeling.phrases import Wording

if TYPE_CHECKING:
    from collections.abc import Mapping

    from verdeling.instance import Instance
    from verdeling.language import Language
    from verdeling.solution import Solution

_FEW = 6
"""So many sentences need no choice among them."""

_LIMITS = ["family", "agreement", "text", "region", "municipality", "group", "place_type", "year", "provider"]
_LIMITS += ["supplier", "project", "use", "sense", "limit", "unit", "tight", "short"]
_COLUMNS = [*_LIMITS, "priced", "goal", "price_of", "price", "price_unit"]

ASKED = ["one_more", "more_change", "more_until", "one_less", "less_change", "less_until", "whom"]
"""What may be known besides of limits, from solving again; see `verdeling.explaining.margins`."""


@dataclass(frozen=True)
class Statement:
    """A sentence about limits, and the goal in which they have a price.

    Parameters
    ----------
    goal : int or None
        Number of the goal; None for limits without a price.
    about : str
        Name of the goal or of the stage of it; empty without a price.
    family : str
        Family of the limits.
    text : str
        The sentence.
    limits : int
        How many limits it is about.
    """

    goal: int | None
    about: str
    family: str
    text: str
    limits: int


@dataclass(frozen=True, eq=False, repr=False)
class Statements:
    """What can be said of a solution without solving again.

    Parameters
    ----------
    solution : Solution
        What it is said of.
    limits : DataFrame
        Limits that bind, in ids; see `verdeling.limits.binding_limits`. It may have columns of
        `ASKED` as well.
    """

    solution: Solution
    limits: pd.DataFrame

    @classmethod
    def of(cls, solution: Solution) -> Statements:
        """What can be said of a solution; of an infeasible instance the table of limits is empty.

        Raises
        ------
        NoSolutionError
            If the solution is unsolved.
        """
        if solution.status == "infeasible":
            return cls(solution, pd.DataFrame(columns=LIMIT_COLUMNS))
        return cls(solution, binding_limits(solution))

    def in_words(self, lang: Language) -> pd.DataFrame:
        """Limits that are tight or have a price, with names in the place of ids.

        Parameters
        ----------
        lang : {"nl", "en"}
            Language of the names and of ``family``, ``price_of``, ``unit`` and ``price_unit``.

        Returns
        -------
        DataFrame
            family, agreement, text, region, municipality, group, place_type, year, provider,
            supplier, project; use, sense and limit in ``unit``; tight (in this plan); short (what a
            soft agreement is missed by); priced; goal, price_of, price and price_unit: the change of
            the goal per unit that the limit is relaxed, at the fractional optimum, never above
            zero; the columns of `ASKED` that ``limits`` has; row (position in ``solution.rows``). The
            most important first. A limit has a row for each price, and one with an empty price if it
            has none. Tight is not the same as priced: see README.md of the folder models.
        """
        words = Wording(Names.of(self.solution.instance, language(lang)))
        found = self.limits.sort_values(["rank", "price"], na_position="last", kind="stable")
        priced = found["price"].notna()
        stages = found[["measure", "aggregate", "stage"]].itertuples(index=False)
        told = words.table(found.assign(text=found["text_nl" if lang == "nl" else "text"])[_LIMITS]).assign(
            row=found["row"],
            price=found["price"],
            priced=priced,
            price_of=["" if stage[0] != stage[0] else words.goal(*stage) for stage in stages],
            price_unit=[
                words.price_unit(*each)
                for each in found[["measure", "aggregate", "unit"]].itertuples(index=False)
            ],
            goal=found["goal"].astype("Int64"),
        )
        asked = words.table(found[[column for column in ASKED if column in found]])
        return pd.concat([told[_COLUMNS], asked, told[["row"]]], axis=1).reset_index(drop=True)

    def statements(self, lang: Language, *, each: bool = False) -> list[Statement]:
        """Sentences about the limits, the most important first.

        Parameters
        ----------
        lang : {"nl", "en"}
            Language.
        each : bool
            A sentence for every limit and price; otherwise alike limits are put together, each
            under the most important goal that it has a price in, and those without a price only
            where they are agreements.

        Returns
        -------
        list of Statement
        """
        words = Wording(Names.of(self.solution.instance, language(lang)))
        told = apart(self.limits) if each else self.worth_telling()
        return [_statement(words, limit) for limit in told.to_dict("records")]

    def highlights(self, lang: Language, most: int = 4) -> list[Statement]:
        """The sentences to begin with: those about `foremost` limits.

        Parameters
        ----------
        lang : {"nl", "en"}
            Language.
        most : int
            At most so many a goal, or a stage of it.

        Returns
        -------
        list of Statement
        """
        words = Wording(Names.of(self.solution.instance, language(lang)))
        return [_statement(words, limit) for limit in self.foremost(most).to_dict("records")]

    def worth_telling(self) -> pd.DataFrame:
        """Alike limits together, without those that others repeat, and without a price agreements only."""
        limits = self.limits[~repeated(self.limits, self.solution.instance)]
        return together(limits[limits["price"].notna() | (limits["family"] == "agreement")])

    def foremost(self, most: int) -> pd.DataFrame:
        """Of what is worth telling, by goal the first about each family and agreement; few need no choice."""
        told = self.worth_telling()
        if len(told) <= _FEW:
            return told
        told = told[~told["family"].isin(["supplier", "supplier_rest"])]
        told = told.drop_duplicates(["rank", "family", "agreement"])
        return told.groupby("rank", sort=False, dropna=False).head(most)

    def sentences(self, lang: Language = "en") -> list[str]:
        """Everything there is to say, the most important first.

        Parameters
        ----------
        lang : {"nl", "en"}
            Language.

        Returns
        -------
        list of str
            For a solution: the limits that bind, how to read a price, what is tight without a
            price, and what is estimated. For an infeasible instance: the conflict.
        """
        if self.solution.status == "infeasible":
            return self.conflict(lang)
        return [statement.text for statement in self.statements(lang)] + self.notes(lang)

    def notes(self, lang: Language) -> list[str]:
        """How to read a price, what is tight without one, and what is estimated or not yet decided."""
        language(lang)
        told = [] if self.solution.status == "infeasible" else self._about_prices(lang)
        return told + estimates(self.solution.instance, lang) + self.soft(lang)

    def conflict(self, lang: Language) -> list[str]:
        """Which agreements cannot hold together, and which others were tried; empty without a conflict."""
        language(lang)
        tried = self.solution.conflict
        if self.solution.status != "infeasible":
            return []
        inside = tried["in_conflict"].astype(bool)
        if not inside.any():
            return [say("conflict.none", lang)]
        key = "conflict.one" if inside.sum() == 1 else "conflict.all"
        places = say("conflict.whole", lang) if self.solution.whole else ""
        told = [say(key, lang, count=inside.sum(), places=places)]
        names = Names.of(self.solution.instance, lang)
        told += [
            agreed(names, agreement, source)
            for agreement, source in tried.loc[inside, ["agreement", "source"]].itertuples(index=False)
        ]
        others = [names.name("agreement", agreement) for agreement in tried.loc[~inside, "agreement"]]
        if others:
            told.append(say("conflict.tried", lang, names=listed(others, lang, most=len(others))))
        return [*told, say("conflict.way_out", lang)]

    def _about_prices(self, lang: Language) -> list[str]:
        if self.limits.empty:
            return [say("note.free", lang)]
        priced = self.limits["price"].notna().any()
        return [say("note.margin" if priced else "note.unpriced", lang), *self.unpriced(lang)]

    def unpriced(self, lang: Language) -> list[str]:
        """How many limits, agreements aside, are tight without a price; nothing where none is."""
        tight = self.limits["price"].isna() & (self.limits["family"] != "agreement")
        return [say_counted("note.tight", int(tight.sum()), lang)] if tight.any() else []

    def soft(self, lang: Language) -> list[str]:
        """How much hangs on soft plans and on places that are an intention."""
        if not self.solution.has_numbers:
            return []
        supply = self.solution.instance.tables["supply"]
        told = []
        for key, frame in (("note.soft_building", self.solution.builds), ("note.soft_supply", supply)):
            total = frame["places"].sum()
            soft = frame.loc[frame["certainty"] == "soft", "places"].sum()
            if soft > 0:
                shown = {"places": number(total, lang), "share": percent(soft / total, lang)}
                told.append(say_counted(key, soft, lang, **shown))
        return told


def estimates(instance: Instance, lang: Language) -> list[str]:
    """How many numbers of the needs, and of the other tables, are estimates."""
    counts = estimated_rows(instance)
    told = [estimated_needs(*counts.pop("needs"), lang)]
    others = [
        say("note.rows", lang, part=estimated(count, rows, lang), table=say(f"table.{table}", lang))
        for table, (count, rows) in counts.items()
        if count
    ]
    return told + ([say("note.other_estimates", lang, tables=listed(others, lang))] if others else [])


def agreed(names: Names, agreement: str, source: str) -> str:
    """An agreement by its text, as a part of a sentence before it, with where it was made."""
    origin = say("of.source", names.lang, source=source) if source else ""
    return say("conflict.agreement", names.lang, agreement=names.name("agreement", agreement), source=origin)


def estimated_rows(instance: Instance) -> dict[str, tuple[int, int]]:
    """Rows that are marked as estimates, and all rows, of every table that marks them."""
    marked = {name: frame["estimate"] for name, frame in instance.tables.items() if "estimate" in frame}
    return {name: (int(column.sum()), len(column)) for name, column in marked.items()}


def _statement(words: Wording, limit: Mapping[Any, Any]) -> Statement:
    if limit["price"] != limit["price"]:
        return Statement(None, "", limit["family"], words.limit(limit), limit["limits"])
    about = words.goal(limit["measure"], limit["aggregate"], limit["stage"])
    return Statement(int(limit["goal"]), about, limit["family"], words.limit(limit), limit["limits"])
