"""From a list of building plans to projects and supply of an instance, with what became of every plan."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from verdeling.errors import InstanceError, Problem, nearest
from verdeling.language import language
from verdeling.mapping.beside import beside
from verdeling.mapping.format import read_mapping
from verdeling.mapping.heading import like
from verdeling.mapping.listing import as_it_stands, checked, lift_list, opened_as
from verdeling.mapping.reading import directories_of
from verdeling.planlists.diwi import as_export, lift_export
from verdeling.planlists.fates import judge
from verdeling.planlists.joining import joined_projects, joined_supply, projects, supply, twice
from verdeling.planlists.rules import PlanMapping
from verdeling.planlists.words import fate_sentence

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence

    from verdeling.instance import Instance
    from verdeling.mapping.beside import Beside
    from verdeling.mapping.lifted import Lifted
    from verdeling.mapping.listing import Listed
    from verdeling.mapping.sources import Opened
    from verdeling.planlists.fates import Fate
    from verdeling.planlists.rules import Rules

_REPORT = ["row", "plan", "municipality", "homes", "tenure", "certainty", "phase", "delivery", "became",
           "reason", "place_type", "year", "rate", "places", "told"]  # fmt: skip


@dataclass(frozen=True, eq=False)
class BuildingPlans:
    """What was made of a list of building plans.

    Parameters
    ----------
    projects, supply : DataFrame
        Rows of these tables that the plans are. ``source`` names plan, homes and the rule of their class;
        ``estimate`` is true where a rate made the number.
    report : DataFrame
        Every row of the list: row (where it stands), plan, municipality, homes, tenure, certainty (its
        class), phase, delivery, became (``project``, ``supply`` or ``nothing``), reason, place_type, year,
        rate, places, told (the same in a sentence). Homes of the list are places, what rates take off, and
        what is left out.
    rules : Rules
        What plans become.
    listed : Listed
        How the list was read.
    beside : Beside
        The instance that they are for.
    """

    projects: pd.DataFrame
    supply: pd.DataFrame
    report: pd.DataFrame
    rules: Rules
    listed: Listed
    beside: Beside

    @cached_property
    def instance(self) -> Instance:
        """The instance with these projects, and this supply added to what comes free already.

        Raises
        ------
        InstanceError
            If it is not complete otherwise.
        """
        both = joined_projects(self.projects, self.beside)
        tables = {"supply": joined_supply(self.supply, self.beside)} if len(self.supply) else {}
        return self.beside.joined({**({"projects": both} if len(both) else {}), **tables})


def build_plans(
    plans: str | os.PathLike[str],
    into: Instance | str | os.PathLike[str],
    mapping: PlanMapping | str | os.PathLike[str] | None = None,
    *,
    years: Sequence[int] | None = None,
    lang: str = "en",
) -> BuildingPlans:
    """Make projects and supply of building plans.

    Parameters
    ----------
    plans : path-like
        A list with the columns of `verdeling.lists.Plan`, any other with a mapping, or an export of DIWI.
    into : Instance or path-like
        The instance that they are for.
    mapping : PlanMapping or path-like, optional
        Which column is what, as for `read_mapped` with ``fills = "plans"``, and the section ``plans``:
        rates, classes and place types. Of an export of DIWI only the latter.
    years : sequence of int, optional
        The horizon, where the instance states none.
    lang : {"en", "nl"}
        Language of sources and report.

    Returns
    -------
    BuildingPlans

    Raises
    ------
    InstanceError
        If anything cannot be read or understood; it carries every problem with the address of its cell.
    """
    spoken, base, source = language(lang), beside(into, years), Path(plans)
    stated = read_mapping(mapping, PlanMapping) if mapping is not None else PlanMapping()
    rules = stated.plans
    listed = _listed(source, stated, base)
    fates, problems = judge(listed.entries, rules, base)
    problems += _unknown_types(rules, base)
    built = [fate for fate in fates if not fate.reason and fate.built]
    planned = [fate for fate in fates if not fate.reason and not fate.built]
    made = projects(planned, rules, spoken)
    problems += twice(made, base, [fate.entry.place for fate in planned])
    if problems:
        raise InstanceError(f"{source.name} cannot be used as building plans.", problems)
    report = pd.DataFrame([_told(fate, rules, fate_sentence(fate, rules, spoken)) for fate in fates],
                          columns=_REPORT)  # fmt: skip
    report["year"] = report["year"].astype("Int64")
    return BuildingPlans(made, supply(built, rules, base, spoken), report, rules, listed, base)


def _listed(source: Path, mapping: PlanMapping, base: Beside) -> Listed:
    opened = opened_as(source, mapping)
    lifted, used = _lifted(opened, mapping, base)
    outside = mapping.plans.outside
    lifted.problems[:] = [
        each for each in lifted.problems
        if not (each.code == "unknown-name" and each.column == "municipality" and like(each.value, outside))
    ]  # fmt: skip
    return checked("plans", source, opened, lifted, used)


def _lifted(opened: Opened, mapping: PlanMapping, base: Beside) -> tuple[Lifted, set[str]]:
    if not mapping.table:
        for sheet in opened.sheets:
            if export := as_export(sheet):
                day = mapping.plans.as_of or datetime.date(base.years[0], 1, 1)
                directory = directories_of(mapping, base.known)["municipality"]
                return lift_export(export, directory, day), {sheet.label}
        mapping = mapping.model_copy(update={"table": as_it_stands("plans", opened)})
    return lift_list("plans", opened, mapping, base)


def _unknown_types(rules: Rules, base: Beside) -> list[Problem]:
    known = set(base.typed["place_types"]["place_type"])
    return [
        Problem("unknown-id", f"There is no place type {each.place_type}.", "Plans become places of a type.",
                f"Correct it under [[plans.becomes]]. {nearest(each.place_type, known)}", "plans",
                column="place_type", value=each.place_type)
        for each in rules.becomes if each.place_type not in known
    ]  # fmt: skip


def _told(fate: Fate, rules: Rules, sentence: str) -> list[object]:
    cells = fate.entry.cells
    became = "nothing" if fate.reason else "supply" if fate.built else "project"
    rate = rules.rate(fate.certainty).rate if fate.certainty else None
    return [fate.entry.place, fate.plan, fate.municipality, fate.homes, cells["tenure"], fate.certainty,
            cells["phase"], cells["delivery"], became, fate.reason, fate.place_type, fate.year, rate,
            fate.places, sentence]  # fmt: skip
