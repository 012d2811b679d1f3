"""Whatever is said can be read aloud in a meeting: names, units, few decimals, and one language."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import pytest

from hand_made import PLACEMENTS, small, table
from verdeling.adapters import read_instance
from verdeling.engine import solve
from verdeling.explaining.asking.changing import Change, NewRow, Scaling
from verdeling.explaining.asking.desk import Desk
from verdeling.explaining.asking.one_more import one_more
from verdeling.explaining.asking.swings import tornado
from verdeling.explaining.asking.taking import what_would_it_take
from verdeling.explaining.asking.what_if import what_if
from verdeling.explaining.asking.wishes import why_not
from verdeling.explaining.explanation import explain
from verdeling.explaining.judging.judgement import judge
from verdeling.explaining.repairing.conflicts import conflicts_apart
from verdeling.explaining.repairing.enlarging import enlarge
from verdeling.explaining.repairing.reaching import reach
from verdeling.explaining.repairing.repairs import repair
from verdeling.language import Language, counted
from verdeling.texts import TEXTS

if TYPE_CHECKING:
    from verdeling.instance import Instance

GOLDEN = sorted(path for path in (Path(__file__).parent / "golden").glob("*.txt") if path.stem != "hostile")
"""What people are told; messages about bad files quote what stands in them."""
INSTANCES = Path(__file__).parents[1] / "instances"

SOLVER_WORDS = {
    "nl": "rij rijen duaal dual slack basis simplex doelfunctie oplosser variabele restrictie nan inf none",
    "en": "row rows bound bounds dual slack basis simplex objective solver infeasible variable constraint "
    "nan inf none",
}
"""Words that only those know who solve programs."""

FOREIGN = {
    "nl": "the would with places place and if year goal goals needs supply agreement load strength",
    "en": "het een zou plekken plek jaar doelen opgave afspraak belasting als niet",
}
"""Words of the other language that are none of this one."""

NUMBER = {"nl": r"\d{1,3}(?:\.\d{3})*(?:,\d+)?", "en": r"\d{1,3}(?:,\d{3})*(?:\.\d+)?"}
"""Numbers in the notation of each language."""

BESIDE = {
    "nl": r"in plaats van|in dit plan|minder dan|meer dan|heeft er|aantal verhuizingen[^,;.]* met",
    "en": r"instead of|in this plan|less than|more than|has|number of moves[^,;.]* by",
}
"""What stands before a number whose unit was just said, or is said at once."""

PAIRED = {
    "nl": (r"van|tussen|haalt er|halen er|voegt er|voegen er|:", r"naar|en|af|toe|te weinig|te veel|van de"),
    "en": (r"from|between|takes?|adds?|:", r"to|and|off|[,:;]|too few|too many|of the"),
}
"""What stands before and after a number of which the unit is said with another one."""

COUNTED = {
    "nl": "gemeenten, plannen, aantallen, getallen, grenzen, woonvormen, afspraken, van dezelfde soort",
    "en": "municipalities, projects, numbers, limits, place, agreements, more, other",
}
"""What is counted besides what has a unit."""

NUMBERED = r"(prioriteit|priority|Uitweg|Way out|Conflict|Alternatief|Alternative|artikel|article) \d+"
"""What is called by a number."""


def bare(text: str) -> str:
    """A sentence without what others wrote: texts of agreements and projects, and sources."""
    return re.sub(r"“[^”]*”|\((bron|source): .*\)", "", text)


def units(lang: Language) -> str:
    """Whatever can be counted, as a pattern."""
    own = COUNTED[lang].split(", ")
    for key, said in TEXTS.items():
        if key.startswith(("unit.", "times.", "judge.limits")):
            own += said[lang == "en"].split("|")
    return "|".join(re.escape(unit) for unit in sorted(set(own), key=len, reverse=True))


def without_unit(text: str, lang: Language) -> list[str]:
    """Numbers in a sentence that are of nothing."""
    number = NUMBER[lang]
    said = re.sub(r"(Huisvestingswet|Parliamentary|Kamerstukken|Papers)[^.;]*", "", bare(text))
    said = re.sub(rf"{NUMBERED}|\b(19|20)\d\d\b|EUR {number}|{number}%", "", said)
    said = re.sub(rf"\b{number}(?= ({units(lang)}))", "", said)
    said = re.sub(rf"({BESIDE[lang]}) {number}|\b{number}(?= (van de|of the) )", "", said)
    said = re.sub(rf"(van|from) {number} (naar|to) {number}\.$", "", said)
    before, after = PAIRED[lang]
    said = re.sub(rf"({before}) {number}(?= ?({after}))", "", said)
    return re.findall(rf"\b{number}\b", said)


def check(text: str, lang: Language) -> None:
    """A sentence that can be read aloud."""
    words = set(re.findall(r"\w+", bare(text).lower()))
    assert not words & set(SOLVER_WORDS[lang].split()), text
    assert not words & set(FOREIGN[lang].split()), text
    assert not re.search(r"\w_\w|\bGM\d|\{|\b\w+-\w+-(hard|soft)-\d", text), text
    decimal, thousands = (",", r"\.") if lang == "nl" else (r"\.", ",")
    assert not re.search(rf"\d{decimal}\d{{3}}", bare(text)), text
    assert not re.search(rf"\d{thousands}\d{{1,2}}(?!\d)", bare(text)), text
    assert not re.search(r"\b1 (plekken|huishoudens|places|households|limits|afspraken)\b", text), text
    assert without_unit(text, lang) == [], text


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_golden_files(path: Path) -> None:
    """Every sentence that is kept can be read aloud."""
    lang: Language = "nl" if path.suffixes[0] == ".nl" or ".nl." in path.name else "en"
    for text in path.read_text("utf-8").splitlines():
        check(text, lang)


@cache
def agreed() -> Instance:
    """A small region with agreements of every kind, hard and soft, that a plan can keep."""
    return small(
        agreements="""
        agreement,text,text_nl,municipality,group,measure,sense,value,strength
        least_a,At least so many,Minstens zoveel,GM1,status,places,>=,2,hard
        most_b,Not too many,Niet te veel,GM3,,places,<=,1,2
        built_c,Enough is built,Genoeg wordt gebouwd,,,built,>=,9,1
        share_d,Half is housed,De helft krijgt een plek,,status,share_of_need,>=,0.5,hard
        """
    )


@cache
def asked() -> dict[Language, list[str]]:
    """Everything that is answered about it."""
    instance = agreed()
    solution = solve(instance, whole=False)
    desk, whole = Desk.of(solution), solve(instance)
    changes = [
        Change("agreements", {"agreement": "least_a"}, "value", 3),
        Change("agreements", {"agreement": "most_b"}, "strength", "hard"),
        Change("projects", {"project": "park"}, "max_places", 5),
        Change("supply", {"municipality": "GM3", "year": 2027}, "places", 1),
        Scaling("needs", {"group": "status"}, "households", 1.5),
        NewRow("suitability", {"group": "regular", "place_type": "cluster"}),
    ]
    plan = table(PLACEMENTS).assign(places=lambda rows: rows["places"] + 1)
    answers = [
        one_more(solution, desk=desk),
        *(what_if(solution, [each], desk) for each in changes),
        tornado(solution, 0.5, desk),
        why_not(solution, "GM3", 1, desk),
        why_not(solution, "GM1", 50, desk),
        what_would_it_take(solution, "GM2", 1.0, desk),
        judge(instance, "leximin", plan),
        reach(instance, "least_a"),
        reach(instance, "built_c"),
    ]
    told: dict[Language, list[str]] = {}
    for lang in get_args(Language):
        told[lang] = [text for each in answers for text in each.sentences(lang)]
        for each in (solution, whole):
            told[lang] += explain(each).sentences(lang, ["limits", "paths", "room", "notes"], every=True)
    return told


@pytest.mark.parametrize("lang", get_args(Language))
def test_every_answer(lang: Language) -> None:
    """Each answer about a region with projects, suppliers, support and agreements can be read aloud."""
    told = asked()[lang]
    assert len(told) > 60
    for text in told:
        check(text, lang)
        assert not re.search(r"\b(park|late|least_a|most_b|built_c|share_d|cluster)\b", text), text


@pytest.mark.parametrize("lang", get_args(Language))
def test_every_way_out(lang: Language) -> None:
    """So can what is said where agreements contradict each other, in whole places too."""
    instance = read_instance(INSTANCES / "impossible-agreements")
    told = [*conflicts_apart(instance).sentences(lang), *enlarge(instance).sentences(lang)]
    told += repair(instance, whole=True).sentences(lang)
    assert len(told) > 8
    for text in told:
        check(text, lang)


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("nl", "Plan borne-market-hard-1: alle 5 plekken worden gebouwd."),
        ("nl", "half_for_regular kan niet worden nagekomen."),
        ("nl", "Dan daalt het wachten van 1.5 naar 1 huishouden-jaar."),
        ("nl", "Dan daalt het wachten met 1,125 huishouden-jaar."),
        ("nl", "Dan zijn er 1 plekken."),
        ("nl", "Dan is het 12."),
        ("nl", "3 van de 4 rijen opgave zijn schattingen."),
        ("nl", "Als strength 2 uur per week was."),
        ("en", "Then waiting falls by 1,5 households."),
        ("en", "This is infeasible."),
        ("en", "Then it is 12."),
    ],
)
def test_what_would_be_found(lang: Language, text: str) -> None:
    """What was once said wrong is found."""
    with pytest.raises(AssertionError):
        check(text, lang)


def test_one_and_several() -> None:
    """Every unit of which one and several differ is said rightly of one."""
    for key, (dutch, english) in TEXTS.items():
        if key.startswith("unit."):
            for lang, said in (("nl", dutch), ("en", english)):
                one, several = said.split("|")
                for value, form in ((1, one), (2, several), (1.5, several)):
                    assert form in counted(key, value, lang)  # type: ignore[arg-type]
