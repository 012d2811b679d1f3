"""What the screen shows of a study of many draws, and of a building plan for several scenarios."""

from __future__ import annotations

from math import isinf
from typing import TYPE_CHECKING

from verdeling.amounts import amount
from verdeling.cli.solving import show_table
from verdeling.comparing.display import show_headline
from verdeling.comparing.words import INFINITE, measured, policy_labels
from verdeling.language import listed, number, percent, say, sentence, things
from verdeling.names import Names
from verdeling.phrases import Wording, titles

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    import pandas as pd

    from verdeling.cli.screen import Screen
    from verdeling.instance import Instance
    from verdeling.language import Language
    from verdeling.uncertainty.studies import Study
    from verdeling.uncertainty.two_stage import TwoStage

SHOWN = ("coverage", "waiting", "heaviest", "gini", "cost")
"""Indicators of which the spread is shown; the tables have all."""

SETTLED = ("optimal", "near_optimal")
"""Statuses of a division."""

NEAR = 1e-6
"""Less than this, relative to values above 1, is rounding."""

_SPREAD = ("mean", "p05", "p95", "worst")
_BUILT = 0.005
"""Less than this part of a project, or of a place, is not built."""

_SMALLEST = 0.01
"""What two decimals show."""

_MANY = 6
"""Scenarios that stand beside each other."""


def study_sentences(study: Study, lang: Language) -> list[str]:
    """What there is to say about a study: who fails where, and who is never regretted.

    Parameters
    ----------
    study : Study
        Policies in many runs.
    lang : {"nl", "en"}
        Language.

    Returns
    -------
    list of str
    """
    labels = policy_labels(study.policies, lang)
    failed = study.status[~study.status["status"].isin(SETTLED)]
    runs = number(len(study.runs), lang)
    told = [
        say(
            "study.fails",
            lang,
            policy=labels[str(name)],
            count=number(len(rows), lang),
            runs=runs,
        )
        for name, rows in failed.groupby("policy", sort=False)
    ]
    for indicator in SHOWN:
        rows = study.distribution[study.distribution["indicator"] == indicator]
        least = rows["largest_regret"].min()
        best = rows[rows["largest_regret"] <= least + NEAR * max(1.0, abs(least))]
        if len(best) and len(best) < len(labels):
            names = listed([labels[name] for name in best["policy"]], lang, most=len(best))
            values = {
                "indicator": say(f"indicator.{indicator}", lang),
                "names": names,
                "regret": _with_unit(float(least), str(best["unit"].iloc[0]), lang),
            }
            told.append(say("study.never" if least <= NEAR else "study.least", lang, **values))
    return told


def show_study(
    screen: Screen, study: Study, instance: Instance, told: Sequence[str], lang: Language, *, named: bool
) -> None:
    """Show the spread and regret of each policy.

    Parameters
    ----------
    screen : Screen
        Where it is shown.
    study : Study
        What is shown.
    instance : Instance
        Whose numbers were drawn.
    told : sequence of str
        What there is to say.
    lang : {"nl", "en"}
        Language.
    named : bool
        Whether the runs are named scenarios.
    """
    show_headline(screen, instance, "" if named else instance.about.scenario, lang)
    screen.line()
    screen.bullets(told)
    labels = policy_labels(study.policies, lang)
    for indicator in SHOWN:
        table = study.distribution[study.distribution["indicator"] == indicator]
        spreads = {labels[row["policy"]]: _spread(row, study, lang) for row in table.to_dict("records")}
        if spreads:
            alike = len(spreads) > 1 and len(set(map(tuple, spreads.values()))) == 1
            everybody = {say("study.all", lang): next(iter(spreads.values()))}
            rows = [[name, *cells] for name, cells in (everybody if alike else spreads).items()]
            unit = things(f"unit.{table['unit'].iloc[0]}", lang)
            name = sentence(say(f"indicator.{indicator}", lang))
            screen.line()
            screen.line(say("compare.of_unit", lang, name=name, unit=unit), "bold")
            columns = ("policy", *_SPREAD, "worst_run", "largest_regret", "best_in")
            screen.table([say(f"spread.{column}", lang) for column in columns], rows, total=False)
    screen.line(say("study.note", lang), "dim")


def two_stage_sentences(plan: TwoStage, instance: Instance, against: str, lang: Language) -> list[str]:
    """What there is to say about a building plan: for what, and what foresight is worth.

    Parameters
    ----------
    plan : TwoStage
        One building plan for all scenarios.
    instance : Instance
        What it is for.
    against : str
        The scenario of the plan that looks at no other; empty: the numbers as they are stated.
    lang : {"nl", "en"}
        Language.

    Returns
    -------
    list of str
    """
    alone = say("two_stage.one" if against else "two_stage.stated", lang, name=against)
    words = Wording(Names.of(instance, lang))
    told = [say(f"two_stage.{plan.criterion}", lang, scenarios=_scenarios(plan, lang))]
    if plan.builds.empty and plan.parts.empty:
        told.append(say("screen.nothing_built", lang))
    if len(plan.parts):
        told.append(_built(plan.parts["part"], lang))
    for kind in ("foresight", "information"):
        gains = plan.goals[plan.goals[kind] > NEAR * plan.goals["value"].abs().clip(lower=1.0)]
        if gains.empty:
            told.append(say(f"two_stage.no_{kind}", lang, alone=alone))
        else:
            first = gains.iloc[0]
            goal = words.goal(first["measure"], first["aggregate"], first["stage"])
            worth = first[kind]
            key = "two_stage.impossible" if isinf(worth) else f"two_stage.{kind}"
            size = _with_unit(float(worth), str(first["unit"]), lang)
            told.append(say(key, lang, goal=goal, amount=size, alone=alone))
    return told


def show_two_stage(
    screen: Screen, plan: TwoStage, instance: Instance, told: Sequence[str], lang: Language
) -> None:
    """Show what to build, and what each goal comes to.

    Parameters
    ----------
    screen : Screen
        Where it is shown.
    plan : TwoStage
        One building plan for all scenarios.
    instance : Instance
        What it is for.
    told : sequence of str
        What there is to say.
    lang : {"nl", "en"}
        Language.
    """
    show_headline(screen, instance, "", lang)
    title, question = titles(plan.policy, lang)
    screen.line(say("screen.policy", lang, policy=title, question=question).strip())
    screen.line()
    screen.bullets(told)
    names = Names.of(instance, lang)
    built = [*_builds(plan, names)]
    show_table(screen, "title.build_now", ("project", "places", "year"), built, lang)
    parted = plan.parts[plan.parts["part"].between(_BUILT, 1 - _BUILT)]
    rows = [
        [_project(row["project"], names), percent(row["part"], lang)] for row in parted.to_dict("records")
    ]
    show_table(screen, "title.build_parts", ("project", "part"), rows, lang)
    words = Wording(names)
    goals = [_goal(row, ("value", "reference", "perfect"), words) for row in plan.goals.to_dict("records")]
    columns = ("goal", "value", "reference", "perfect", "unit")
    show_table(screen, f"title.{plan.criterion}", columns, goals, lang, unit=True)
    if len(plan.scenarios) <= _MANY:
        _show_outcomes(screen, plan, words)


def _show_outcomes(screen: Screen, plan: TwoStage, words: Wording) -> None:
    """Show what each goal comes to in each scenario, with this building plan."""
    scenarios = plan.scenarios["scenario"].tolist()
    wide = plan.outcomes.pivot_table(index=["goal", "stage"], columns="scenario", values="value", sort=False)
    about = plan.goals.set_index(["goal", "stage"])[["measure", "aggregate", "unit"]]
    rows = [
        _goal(row, scenarios, words) for row in wide[scenarios].join(about).reset_index().to_dict("records")
    ]
    screen.line()
    screen.line(say("title.outcomes", words.lang), "bold")
    called = [_called(name, plan, words.lang) for name in scenarios]
    headings = [words.heading("goal"), *called, words.heading("unit")]
    screen.table(headings, rows, total=False, unit=True)


def _builds(plan: TwoStage, names: Names) -> Iterator[list[str]]:
    """What is decided now of projects that are the same in every scenario."""
    for row in plan.builds[plan.builds["places"] >= _BUILT].to_dict("records"):
        yield [_project(row["project"], names), number(row["places"], names.lang), str(row["year"])]


def _project(project: str, names: Names) -> str:
    """What a project is called in a table."""
    return names.name("project", project).strip("“”")


def _goal(row: Mapping[Any, Any], columns: Sequence[str], words: Wording) -> list[str]:
    """A goal with its values in the notation of its unit."""
    decimals = 0 if row["unit"] == "EUR" else 2
    name = f"{row['goal']}. {words.goal(row['measure'], row['aggregate'], row['stage'])}"
    shown = [INFINITE if isinf(row[each]) else number(row[each], words.lang, decimals) for each in columns]
    return [name, *shown, words.unit(row["unit"])]


def _spread(row: Mapping[Any, Any], study: Study, lang: Language) -> list[str]:
    """The spread of an indicator under a policy, where it is worst, and how it does beside the others."""
    shown = [measured(row[column], row["unit"], lang) for column in _SPREAD]
    run = study.runs.set_index("run").loc[row["worst_run"]]
    draws = not run["scenario"] or not study.runs["scenario"].is_unique
    worst = say("study.draw", lang, number=row["worst_run"]) if draws else str(run["scenario"])
    regret = measured(row["largest_regret"], row["unit"], lang)
    return [*shown, worst, regret, percent(row["best_in"], lang)]


def _built(parts: pd.Series[float], lang: Language) -> str:
    """How many projects are built in full, in part and not at all."""
    whole, none = int((parts > 1 - _BUILT).sum()), int((parts < _BUILT).sum())
    counts = {"count": len(parts), "all": whole, "some": len(parts) - whole - none, "none": none}
    return say("two_stage.parts", lang, **{key: number(count, lang) for key, count in counts.items()})


def _scenarios(plan: TwoStage, lang: Language) -> str:
    """The scenarios with their chances."""
    names = [_called(name, plan, lang) for name in plan.scenarios["scenario"]]
    chances = plan.scenarios["probability"]
    if len(set(chances)) == 1:
        return say("two_stage.equal", lang, names=listed(names, lang, most=8))
    told = [
        say("two_stage.chance", lang, name=name, chance=percent(chance, lang))
        for name, chance in zip(names, chances, strict=True)
    ]
    return listed(told, lang, most=8)


def _called(scenario: str, plan: TwoStage, lang: Language) -> str:
    """A scenario by its name, a draw by its number."""
    names = plan.scenarios["scenario"].tolist()
    drawn = all(name.endswith(f"-sample-{number}") for number, name in enumerate(names, 1))
    return say("study.draw", lang, number=names.index(scenario) + 1) if drawn else scenario


def _with_unit(value: float, unit: str, lang: Language) -> str:
    """A value of an indicator or a goal with its unit, where that is more than a part."""
    if unit.startswith("of the "):
        return percent(value, lang, 1)
    if unit != "EUR" and 0 < value < _SMALLEST / 2:
        return say("effect.less", lang, amount=amount(_SMALLEST, unit, lang))
    return amount(value, unit, lang)
