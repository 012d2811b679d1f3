"""The commands `judge` and `urgency`: a plan of one's own, and rules on who goes first."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from verdeling.cli.ending import OF_STATUS, refusing
from verdeling.cli.keeping import Answer, check_place
from verdeling.cli.naming import found
from verdeling.cli.options import InstancePath, Lang, LangOption, Output, Overwrite, PolicyName, ScenarioName
from verdeling.cli.own_plans import read_own_plan
from verdeling.cli.progress import progress
from verdeling.cli.screen import Screen
from verdeling.cli.solving import show_answer, show_table
from verdeling.comparing.display import show_headline
from verdeling.comparing.words import SELECTION, measured
from verdeling.explaining.judging.judgement import judge
from verdeling.explaining.urgency.study import study_urgency
from verdeling.language import number, say, things
from verdeling.output import check_file
from verdeling.reporting.documents.writing import write_urgency_advice

if TYPE_CHECKING:
    import pandas as pd

    from verdeling.explaining.judging.judgement import Judgement
    from verdeling.explaining.urgency.study import UrgencyStudy
    from verdeling.language import Language

Plan = Annotated[
    Path, typer.Argument(metavar="PLAN", help="A .csv of placements, or a folder that solve wrote.")
]
Builds = Annotated[
    Path | None, typer.Option("--builds", metavar="CSV", help="What is built: project, year, places.")
]
Support = Annotated[
    Path | None,
    typer.Option("--support", metavar="CSV", help="Who helps where: provider, municipality, year, hours."),
]
Fractional = Annotated[bool, typer.Option("--fractional", help="Places need not be whole.")]
Groups = Annotated[
    list[str] | None,
    typer.Option("--group", metavar="NAME", help="By id or name; by default all that weigh in a load."),
]
Together = Annotated[int, typer.Option("--together", metavar="N", min=1, help="Also so many groups at once.")]
Towns = Annotated[
    list[str] | None,
    typer.Option("--municipality", metavar="NAME", help="Also a status for households from here alone."),
]
Caps = Annotated[
    list[float] | None,
    typer.Option("--cap", metavar="PART", help="Also with at most this part of the lettings, such as 0.3."),
]


def show_judgement(
    path: InstancePath,
    plan: Plan,
    builds: Builds = None,
    support: Support = None,
    fractional: Fractional = False,
    policy: PolicyName = "leximin",
    scenario: ScenarioName = None,
    lang: LangOption = Lang.en,
    output: Output = None,
    overwrite: Overwrite = False,
) -> None:
    """Judge a plan of one's own: what it breaks, what it costs beside the best plan, and what mends it.

    Placements have the columns municipality, group, place_type, year and places, with ids or names;
    what has no row is zero. What is built and who gives support is chosen where it is not said.

    \b
    Examples:
      verdeling judge instances/enschede ours.csv --lang nl
      verdeling judge instances/enschede ours.csv --builds built.csv --policy proportional -o verdict.xlsx
      verdeling judge instances/enschede last-year --scenario high
    """  # noqa: D301
    with refusing():
        check_place(output, overwrite=overwrite)
        instance = path.read().in_scenario(scenario)
        given = read_own_plan(instance, plan, builds, support)
        with progress(lang.language) as listener:
            verdict = judge(
                instance,
                policy,
                given["placements"],
                given.get("builds"),
                given.get("support"),
                whole=not fractional,
                progress=listener,
            )
        told = verdict.sentences(lang.language)
        screen = show_answer(verdict.solution, told, lang.language)
        _show_indicators(screen, verdict, lang.language)
        answer = Answer(
            instance,
            (verdict.solution.policy,),
            "title.judge",
            told,
            _tables(verdict, lang.language),
            {"plan": plan.name, "whole_places": not fractional},
        )
        answer.keep(output, lang.language, overwrite=overwrite)
        raise typer.Exit(OF_STATUS.get(verdict.solution.status, 0))


def show_urgency(
    path: InstancePath,
    group: Groups = None,
    together: Together = 1,
    municipality: Towns = None,
    cap: Caps = None,
    policy: PolicyName = "priority",
    scenario: ScenarioName = None,
    lang: LangOption = Lang.en,
    output: Output = None,
    overwrite: Overwrite = False,
) -> None:
    """Study urgency rules: what a status does for a group, and to everybody else.

    Each group alone, and those that are urgent now, compared with nobody urgent; with what the law
    says, as lines for a housing by-law. With -o advice.docx: a document with the advice and its evidence.

    \b
    Examples:
      verdeling urgency instances/enschede --scenario high --lang nl
      verdeling urgency instances/enschede --group statushouders --group youth_care --together 2
      verdeling urgency instances/enschede --group homeless --municipality Hengelo --cap 0.3 -o urgency.xlsx
      verdeling urgency instances/enschede --lang nl -o advice.docx
    """  # noqa: D301
    with refusing():
        document = output is not None and output.suffix.lower() == ".docx" and not output.is_dir()
        if output is not None and document:
            check_file(output, (".docx",), overwrite=overwrite)
        else:
            check_place(output, overwrite=overwrite)
        instance = path.read().in_scenario(scenario)
        groups = found(instance, "group", group or [])
        towns = found(instance, "municipality", municipality or [])
        with progress(lang.language) as listener:
            study = study_urgency(
                instance,
                policy,
                groups=groups or None,
                together=together,
                municipalities=towns,
                caps=cap or [],
                progress=listener,
            )
        told = study.sentences(lang.language)
        screen = Screen()
        show_headline(screen, instance, instance.about.scenario, lang.language)
        screen.line()
        screen.bullets(told)
        _show_rules(screen, study, lang.language)
        if output is not None and document:
            write_urgency_advice(study, output, lang=lang.language, overwrite=overwrite)
            typer.echo(say("screen.written", lang.language, path=output))
            return
        asked = {"groups": groups, "together": together, "municipalities": towns, "caps": cap or []}
        tables = _urgency_tables(study, lang.language)
        answer = Answer(instance, (study.policy,), "title.urgency", told, tables, asked)
        answer.keep(output, lang.language, overwrite=overwrite)


def _show_indicators(screen: Screen, verdict: Judgement, lang: Language) -> None:
    """Show what the plan and the best plan come to."""
    table = verdict.indicators[verdict.indicators["indicator"].isin(SELECTION)]
    rows = [
        [
            say("compare.of_unit", lang, name=say(f"indicator.{row['indicator']}", lang),
                unit=things(f"unit.{row['unit']}", lang)),
            *(measured(row[side], row["unit"], lang) for side in ("plan", "optimum")),
        ]
        for row in table.dropna(subset=["plan"]).to_dict("records")
    ]  # fmt: skip
    show_table(screen, "title.indicators_of_plan", ("indicator", "own_plan", "best_plan"), rows, lang)


def _tables(verdict: Judgement, lang: Language) -> dict[str, pd.DataFrame]:
    """Every table of a judgement; what is about something has it in one language."""
    end = "_nl" if lang == "nl" else ""
    violations = verdict.violations.assign(scope=verdict.violations[f"scope{end}"]).drop(columns="scope_nl")
    missed = verdict.shortfalls.assign(
        **{name: verdict.shortfalls[f"{name}{end}"] for name in ("agreement", "scope")}
    ).drop(columns=["agreement_nl", "scope_nl"])
    changes = {} if verdict.repair is None else {"repair": verdict.repair.changes}
    return {
        "violations": violations,
        "shortfalls": missed,
        "goals": verdict.goals,
        "indicators": verdict.indicators.drop(columns="range"),
        **changes,
        "placements": verdict.placements,
        "builds": verdict.builds,
        "support": verdict.support,
    }


def _show_rules(screen: Screen, study: UrgencyStudy, lang: Language) -> None:
    """Show how long those with a status wait without and with it, and how much longer others do."""
    effects = study.effects().set_index("rule")
    rows = [
        [
            "; ".join([line["group"], line["where"], line["cap"]]),
            *(number(value, lang) for value in effects.loc[line["rule"]]),
        ]
        for line in study.by_law(lang).to_dict("records")
        if line["rule"] in effects.index
    ]
    columns = ("rule", "without_status", "with_status", "others_longer")
    show_table(screen, "title.rules", columns, rows, lang)


def _urgency_tables(study: UrgencyStudy, lang: Language) -> dict[str, pd.DataFrame]:
    return {
        "lines": study.by_law(lang),
        "status": study.status,
        "groups": study.groups,
        "municipalities": study.municipalities,
    }


COMMANDS = {
    "judge": show_judgement,
    "urgency": show_urgency,
}
