"""Urgency rules: what a status gives a group, what it takes from the others, and what a by-law may say."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import pandas as pd
import pytest

from hand_made import agreement, table
from seeded import KINDS, seeded
from verdeling.adapters import read_instance
from verdeling.engine import solve
from verdeling.errors import InstanceError, NoSolutionError, PolicyError
from verdeling.explaining.urgency.rule import STATUS, UrgencyRule, under_rule
from verdeling.explaining.urgency.study import NOBODY, UrgencyStudy, study_urgency
from verdeling.explaining.urgency.words import CATEGORIES, LAW
from verdeling.instance import Instance
from verdeling.language import Language

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).parents[1]


def scarce(**tables: pd.DataFrame) -> Instance:
    """Two groups of the same priority and regular seekers look for four places in two towns."""
    frames = {
        "municipalities": table("""
            municipality,name,region,population
            A,Astad,R,1000
            B,Beedorp,R,1000
            """),
        "groups": table("""
            group,name,name_nl,priority,burden
            one,One,Een,1,1
            two,Two,Twee,1,1
            rest,Regular,Regulier,2,0
            """),
        "place_types": table("place_type,name,name_nl\nk,K,K"),
        "suitability": table("group,place_type\none,k\ntwo,k\nrest,k"),
        "needs": table("""
            group,municipality,year,households,estimate
            one,A,2027,2,yes
            one,B,2027,2,no
            two,A,2027,2,no
            two,B,2027,2,no
            rest,B,2027,3,no
            """),
        "supply": table("municipality,place_type,year,places\nA,k,2027,2\nB,k,2027,2"),
    }
    return Instance.from_tables(frames | tables)


def waits(study: UrgencyStudy, rule: UrgencyRule) -> dict[str, float]:
    """Household-years of waiting by group under a rule."""
    at = study.groups[study.groups["rule"] == study.rules.index(rule)]
    return {group: round(wait, 6) for group, wait in zip(at["group"], at["waiting"], strict=True)}


@cache
def by_hand() -> UrgencyStudy:
    return study_urgency(scarce(), together=2, municipalities=("A",), caps=(0.25,))


def test_by_hand() -> None:
    """Four places, eight households of equal priority: who has the status gets them, otherwise they share."""
    study = by_hand()
    assert waits(study, NOBODY) == {"one": 2, "two": 2, "rest": 3}
    assert waits(study, UrgencyRule(("one",))) == {"one": 0, "two": 4, "rest": 3}
    assert waits(study, UrgencyRule(("two",))) == {"one": 4, "two": 0, "rest": 3}
    assert waits(study, UrgencyRule(("one", "two"))) == {"one": 2, "two": 2, "rest": 3}


def test_for_some_municipalities() -> None:
    """Two households from Astad go first; the three other twos of that priority share the two places left."""
    study = by_hand()
    rule = UrgencyRule(("one",), ("A",))
    assert waits(study, rule) == pytest.approx({"one": 4 / 3, "two": 8 / 3, "rest": 3}, abs=1e-5)
    at = study.municipalities[study.municipalities["rule"] == study.rules.index(rule)]
    there = at.set_index(["group", "municipality"])["waiting"].to_dict()
    others = dict.fromkeys([("one", "B"), ("two", "A"), ("two", "B")], 4 / 3)
    assert there == pytest.approx({("one", "A"): 0, ("rest", "B"): 3} | others, abs=1e-5)


def test_with_a_cap() -> None:
    """With a quarter of the lettings, half a place in each town, one of four urgent households is housed."""
    assert waits(by_hand(), UrgencyRule(("one",), cap=0.25)) == {"one": 3, "two": 1, "rest": 3}


def test_present_and_repeated_rules() -> None:
    """The rule of the instance itself is studied and marked; no rule is studied twice."""
    groups = scarce()["groups"].assign(urgent=[True, False, False])
    study = study_urgency(scarce(groups=groups), groups=["one", "two"])
    assert study.rules == (NOBODY, UrgencyRule(("one",)), UrgencyRule(("two",)))
    assert study.status.query("present")["groups"].tolist() == ["one"]


@pytest.mark.parametrize("kind", ["scarce", "building", "starved"])
@pytest.mark.parametrize("seed", [1, 2])
def test_a_status_never_lets_wait_longer(kind: str, seed: int) -> None:
    """With a status added, alone or to others, no group waits longer than without it."""
    study = study_urgency(instance := seeded(KINDS[kind], seed), together=2)
    waited = {frozenset(rule.groups): waits(study, rule) for rule in study.rules}
    compared = 0
    for some, waiting in waited.items():
        for group in some:
            if (without := some - {group}) in waited:
                compared += 1
                assert waiting[group] <= waited[without][group] + 1e-5
    assert compared >= len(instance["groups"]) - 1


@pytest.mark.parametrize("seed", [1, 2])
def test_the_same_as_solved_apart(seed: int) -> None:
    """Rules solved one after another give the waiting that a program stated anew gives, goal by goal."""
    instance = seeded("scarce", seed)
    study = study_urgency(instance, together=2)
    for number, rule in enumerate(study.rules):
        groups = instance["groups"].assign(urgent=instance["groups"]["group"].isin(rule.groups))
        alone = solve(instance.replace(groups=groups), "priority", whole=False, solver="PULP_CBC_CMD")
        found = study.groups[study.groups["rule"] == number].set_index("group")["waiting"]
        told = alone.goals.query("stage == 'urgent'")["value"].iloc[0]
        assert found.reindex(list(rule.groups)).sum() == pytest.approx(told, abs=1e-5)
        rest = alone.goals.query("stage == 'others'")["value"].iloc[0]
        assert found.drop(list(rule.groups)).sum() == pytest.approx(rest, abs=1e-5)


def test_sums() -> None:
    """Groups are the sums of their municipalities, and changes are against nobody."""
    study = by_hand()
    sums = study.municipalities.groupby(["rule", "group"])[
        ["needs", "served", "waiting", "waiting_change"]
    ].sum()
    groups = study.groups.set_index(["rule", "group"])
    pd.testing.assert_frame_equal(sums, groups[sums.columns].sort_index(), atol=1e-5, check_dtype=False)
    asked = (groups["served"] + groups["waiting"]).to_numpy()
    assert asked == pytest.approx(groups["needs"].to_numpy(), abs=1e-5), "one year"
    before = waits(study, NOBODY)
    for number, rule in enumerate(study.rules):
        change = study.groups[study.groups["rule"] == number].set_index("group")["waiting_change"].to_dict()
        after = waits(study, rule)
        assert change == pytest.approx({group: after[group] - before[group] for group in before}, abs=1e-4)


def test_split_changes_nothing_by_itself() -> None:
    """A group that is split is one group to every agreement, also to those that are about each group."""
    bounds = pd.concat(
        [
            agreement("places", "<=", 1, group="*", agreement="each"),
            agreement("places", ">=", 1, group="one", agreement="own"),
            agreement("places", "<=", 3, group="one;two", agreement="both"),
        ]
    )
    instance = scarce(agreements=bounds)
    split = under_rule(instance, UrgencyRule(("one",), ("A",)))
    scopes = split["agreements"].set_index("agreement")["group"].to_dict()
    assert scopes == {
        "each (one)": f"one;one{STATUS}",
        "each (rest)": "rest",
        "each (two)": "two",
        "own": f"one;one{STATUS}",
        "both": f"one;one{STATUS};two",
    }
    whole, parts = solve(instance, "leximin", whole=False), solve(split, "leximin", whole=False)
    assert parts.goals["value"].to_numpy() == pytest.approx(whole.goals["value"].to_numpy(), abs=1e-6)


def test_a_cap_that_cannot_be() -> None:
    """A cap that contradicts a hard agreement has no numbers, and its line says why."""
    promised = agreement("places", ">=", 4, group="one")
    study = study_urgency(scarce(agreements=promised), groups=["one"], caps=(0.25,))
    assert study.status["status"].tolist() == ["optimal", "optimal", "infeasible"]
    assert set(study.groups["rule"]) == {0, 1}
    line = study.by_law("en").iloc[-1]
    assert line["advice"] == "cannot be done"
    assert "contradict" in line["evidence"]


def golden(lang: str) -> Sequence[str]:
    """The lines for a by-law that a study of three-towns gives."""
    instance = read_instance(ROOT / "instances" / "three-towns")
    study = study_urgency(
        instance, groups=["regular", "statushouders"], together=2, municipalities=("A",), caps=(0.25,)
    )
    return study.sentences(lang)


@pytest.mark.parametrize("lang", get_args(Language))
def test_by_law_reads_well(lang: Language) -> None:
    """The lines for a by-law of three-towns are those that were read aloud."""
    path = ROOT / "tests" / "golden" / f"urgency-three-towns.{lang}.txt"
    assert "\n".join(golden(lang)) + "\n" == path.read_text("utf-8")


@pytest.mark.parametrize("lang", get_args(Language))
def test_advice(lang: Language) -> None:
    """What the law names is advised; what it does not name is weighed where it changes anything."""
    study = by_hand()
    named = study.by_law(lang, {"one": "violence", "two": "permit"})
    both = study.by_law(lang)
    advice = named.set_index("rule")["advice"]
    assert advice[1].startswith({"nl": "opnemen", "en": "name in the by-law"}[lang])
    assert advice[2] == {"nl": "niet zonder juridisch advies", "en": "not without legal advice"}[lang]
    assert both.set_index("rule")["advice"][1].startswith({"nl": "afwegen", "en": "weigh"}[lang])
    assert both.set_index("rule")["advice"][3].startswith({"nl": "niet nodig", "en": "not needed"}[lang])
    assert {"nl": "1 van de 2", "en": "1 of the 2"}[lang] in both["estimates"].iloc[0]


def test_categories_are_known() -> None:
    """Every group that is known by its id has a category that the law speaks of."""
    assert set(CATEGORIES.values()) <= set(LAW)


def test_refusals() -> None:
    """Unknown groups and towns and caps that are no share are refused together; so is a blind policy."""
    with pytest.raises(InstanceError) as caught:
        study_urgency(scarce(), groups=["three"], municipalities=("Z",), caps=(1.5,))
    assert {problem.value for problem in caught.value.problems} == {"three", "Z", "1.5"}
    with pytest.raises(PolicyError) as blind:
        study_urgency(scarce(), "leximin")
    assert blind.value.problems[0].code == "no-urgency"
    with pytest.raises(NoSolutionError):
        study_urgency(scarce(agreements=agreement("places", ">=", 9)))


def test_progress_and_repr() -> None:
    """Each rule is reported; a study says what it is of."""
    seen: list[tuple[str, int, int]] = []
    study = study_urgency(scarce(), progress=lambda *step: seen.append(step))
    assert seen == [("urgency", done, 3) for done in (1, 2, 3)]
    assert repr(study).endswith("× priority: 3 rules>")
    assert all(before < after for before, after in pairwise(step[1] for step in seen))


@pytest.mark.parametrize("lang", get_args(Language))
def test_out_of_time(lang: Language) -> None:
    """Nobody is always studied; of rules that were not, nothing is said but that."""
    study = study_urgency(scarce(), caps=(0.25,), time_limit=0.0)
    assert study.status["status"].tolist() == ["optimal"] + ["time_limit"] * (len(study.rules) - 1)
    assert set(study.groups["rule"]) == {0}
    lines = study.by_law(lang)
    late = "De tijd was op" if lang == "nl" else "Time ran out"
    assert lines["evidence"].str.startswith(late).all()
    assert len(lines) == len(study.rules) - 1


def test_parts_of_places_are_told() -> None:
    """The sentences say that the evidence is in divisible places."""
    study = study_urgency(scarce())
    assert "in deelbare plekken" in study.sentences("nl")[0]
    assert "fractional places" in study.sentences("en")[0]
