"""The table of needs from figures, ready to join an instance."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from verdeling.cells import tidy
from verdeling.errors import InstanceError, Problem
from verdeling.estimating import judging
from verdeling.estimating.by_key import Who, divide_region
from verdeling.estimating.method import formula, sourced
from verdeling.estimating.stock_flow import SCENARIOS, Step, steps, whole
from verdeling.language import language
from verdeling.mapping.beside import beside
from verdeling.mapping.listing import read_list
from verdeling.tables import TABLES

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator, Mapping, Sequence

    from verdeling.instance import Instance
    from verdeling.language import Language
    from verdeling.mapping.beside import Beside
    from verdeling.mapping.format import Mapping as ListMapping
    from verdeling.mapping.listing import Entry, Listed

    Found = Mapping[str, Sequence[Step]]


@dataclass(frozen=True, eq=False)
class BuiltNeeds:
    """Needs that were made of figures.

    Parameters
    ----------
    needs : DataFrame
        The columns of the table needs. ``source`` has the method, ``estimate`` is false only where a
        number is made of counts of its own year alone. Scenarios stand where assumptions differ.
    replaced : DataFrame
        group, rows, households: what stood in the instance about these groups.
    missing : DataFrame
        group, place (a municipality, or a region): where a group had needs and there are no figures of it,
        so that it has none now.
    listed : Listed
        How the figures were read.
    beside : Beside
        The instance they are for.
    """

    needs: pd.DataFrame
    replaced: pd.DataFrame
    missing: pd.DataFrame
    listed: Listed
    beside: Beside

    @cached_property
    def instance(self) -> Instance:
        """The instance with these needs in the place of those of the same groups.

        Raises
        ------
        InstanceError
            If it is not complete otherwise, or has other scenarios than low, middle and high.
        """
        there = self.beside.tables.get("needs")
        tables = [self.needs]
        if there is not None and "group" in there:
            tables.insert(0, there[~there["group"].map(tidy).isin(set(self.needs["group"]))])
        scenarios = set(self.needs["scenario"]) - {""}
        other = self.beside.scenarios - set(SCENARIOS)
        if scenarios and other:
            raise InstanceError("The needs cannot join the instance.", [_other_scenarios(sorted(other))])
        chosen = {"scenario": "middle"} if scenarios and not self.beside.about.get("scenario") else {}
        return self.beside.joined({"needs": pd.concat([each for each in tables if len(each)])}, chosen)


def build_needs(
    figures: str | os.PathLike[str],
    into: Instance | str | os.PathLike[str],
    mapping: ListMapping | str | os.PathLike[str] | None = None,
    *,
    years: Sequence[int] | None = None,
    lang: str = "en",
) -> BuiltNeeds:
    """Make needs of figures: waiting lists, inflow and outflow, or totals that a key divides.

    Parameters
    ----------
    figures : path-like
        A CSV file or workbook with the columns of `verdeling.lists.Figure`, or any other with a mapping.
    into : Instance or path-like
        The instance that the needs are for; it may have no needs yet.
    mapping : Mapping or path-like, optional
        Says which column is what, as for `read_mapped`, with ``fills = "figures"``.
    years : sequence of int, optional
        The horizon, where the instance states none.
    lang : {"en", "nl"}
        Language of the methods.

    Returns
    -------
    BuiltNeeds

    Raises
    ------
    InstanceError
        If anything cannot be read, or figures give fewer than no households; with every problem.
    PolicyError
        If a key cannot be read or does not fit the municipalities.
    """
    spoken, base = language(lang), beside(into, years)
    return needs_of(read_list("figures", figures, mapping, base), base, Path(figures).name, spoken)


def needs_of(listed: Listed, base: Beside, name: str, spoken: Language) -> BuiltNeeds:
    """Make needs of figures that were read.

    Parameters
    ----------
    listed : Listed
        The figures.
    base : Beside
        The instance that the needs are for.
    name : str
        What the figures are called in problems.
    spoken : {"nl", "en"}
        Language of the methods.

    Raises
    ------
    InstanceError, PolicyError
        As `build_needs`.
    """
    by_who = _by_who(listed.entries, base)
    problems = [each for entry in listed.entries for each in judging.place_problems(entry, base)]
    found: dict[Who, Found] = {}
    for who, rows in by_who.items():
        wrong = list(judging.year_problems(rows, base.years))
        if not wrong:
            found[who] = _scenarios(rows, base.years)
            wrong = [*judging.negative_problems(found[who]), *judging.order_problems(found[who])]
        problems += wrong
    problems += _overlaps(by_who)
    if problems:
        raise InstanceError(f"{name} gives no needs.", problems)
    made = [row for who, series in found.items() for row in _rows(who, series, base, spoken)]
    needs = pd.DataFrame(made, columns=TABLES["needs"].columns)
    return BuiltNeeds(needs, _replaced(needs, base), _missing(needs, base), listed, base)


def _by_who(entries: Sequence[Entry], base: Beside) -> dict[Who, list[Entry]]:
    """Figures of each group in each place, in the order of their years."""
    only = base.regions[0] if len(base.regions) == 1 else ""
    found: dict[Who, list[Entry]] = defaultdict(list)
    for entry in entries:
        home = entry.cells["municipality"]
        region = "" if home else entry.cells["region"] or only
        found[Who(entry.cells["group"], home, region)].append(entry)
    return {who: sorted(found[who], key=lambda entry: entry.cells["year"]) for who in sorted(found)}


def _scenarios(rows: Sequence[Entry], years: Sequence[int]) -> Found:
    """Steps by scenario; one without a name where no assumption has other values."""
    found = {scenario: steps(rows, years, scenario) for scenario in SCENARIOS}
    if all(found[scenario] == found["middle"] for scenario in SCENARIOS):
        return {"": found["middle"]}
    return found


def _overlaps(by_who: Mapping[Who, Sequence[Entry]]) -> Iterator[Problem]:
    divided = {who.group for who, rows in by_who.items() if rows[0].cells["key"]}
    for who, rows in by_who.items():
        if who.group in divided and who.municipality:
            yield Problem("figures-overlap", f"A key divides {who.group} over the municipalities as well.",
                          "The municipality would have its needs twice.",
                          "Leave the row out, or the key.", "figures", rows[0].place, "municipality",
                          who.municipality)  # fmt: skip


def _rows(who: Who, found: Found, base: Beside, lang: Language) -> Iterator[dict[str, Any]]:
    for scenario, series in found.items():
        numbers = whole([step.exact for step in series])
        divided = divide_region(who, series, numbers, base) if series[0].entry.cells["key"] else {}
        for step, amount in zip(series, numbers, strict=True):
            method = formula(step, amount, lang)
            for share in divided.get(step.year, ()):
                told = sourced(share.method(amount, method, lang), step, scenario, lang)
                home = Who(who.group, share.municipality, "")
                yield _row(home, step, share.households, scenario, told, counted=False)
            if not divided:
                counted = step.counted and not scenario and step.exact == amount
                told = sourced(method, step, scenario, lang)
                yield _row(who, step, amount, scenario, told, counted=counted)


def _row(who: Who, step: Step, amount: int, scenario: str, source: str, *, counted: bool) -> dict[str, Any]:
    return {
        **who._asdict(),
        "year": step.year,
        "households": amount,
        "scenario": scenario,
        "source": source,
        "estimate": not counted,
    }


def _replaced(needs: pd.DataFrame, base: Beside) -> pd.DataFrame:
    there = base.typed["needs"]
    gone = there[there["group"].isin(set(needs["group"]))]
    counts = gone.groupby("group")["households"].agg(["size", "sum"]).reset_index()
    return counts.set_axis(["group", "rows", "households"], axis=1)


def _missing(needs: pd.DataFrame, base: Beside) -> pd.DataFrame:
    """Places where a group had needs, of which there are no figures: neither of them nor of their region."""
    there, towns = base.typed["needs"], base.typed["municipalities"]
    groups = set(needs["group"])
    lies_in = dict(zip(towns["municipality"], towns["region"], strict=True))
    only = base.regions[0] if len(base.regions) == 1 else ""
    places = needs["municipality"].where(needs["municipality"] != "", needs["region"])
    stated = set(zip(needs["group"], places, strict=True))
    had = {
        (group, home, lies_in.get(home) or region or only)
        for group, home, region in zip(there["group"], there["municipality"], there["region"], strict=True)
        if group in groups
    }
    gone = {(group, home or region) for group, home, region in had
            if not {(group, home), (group, region)} & stated}  # fmt: skip
    return pd.DataFrame(sorted(gone), columns=["group", "place"])


def _other_scenarios(names: Sequence[str]) -> Problem:
    return Problem("other-scenarios", f"The instance has the scenarios {', '.join(names)}.",
                   "In these the groups would have no needs.",
                   "Call them low, middle and high, or give every assumption one value.", "needs",
                   column="scenario")  # fmt: skip
