"""The page of a report: everybody can read it, it needs nothing else, and a Dutch page is Dutch."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import pytest

from commands import IMPOSSIBLE, TOWNS
from hand_made import TABLES, agreement, small, table
from pages import failings, read
from verdeling.adapters import read_instance
from verdeling.comparing.comparison import compare
from verdeling.engine import solve
from verdeling.explaining.explanation import explain
from verdeling.generation import Size, generate
from verdeling.policy import policy_names, read_policy
from verdeling.reporting.content import Content
from verdeling.reporting.page.html import page
from verdeling.texts import TEXTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pages import Element
    from verdeling.instance import Instance
    from verdeling.language import Language
    from verdeling.reporting.subjects import Subject

LONG = "Langgemeente " + "lang" * 21 + "en"
NAMES = ["<script>alert('1')</script>", LONG, 'אבג & "de rest" <b>']
"""Names that would break a page that trusts them: code, the longest that may be, right to left, quotes."""

ENGLISH_NUMBER = re.compile(r"\d,\d{3}[.,]|\d\.\d{1,2}(?!\d)")
CODE = re.compile(r"\b(True|False|None|nan|NaN|NaT|inf|[a-z]+_[a-z_]+)\b")


def told(*subjects: Subject, lang: Language = "nl") -> Element:
    """A page, read."""
    return read(page(Content.of(*subjects, lang=lang)))


def hostile() -> Instance:
    """Municipalities, groups and an agreement with names that nobody should trust."""
    towns, groups = table(TABLES["municipalities"]), table(TABLES["groups"])
    shown = agreement(
        "places", "<=", 3, group="regular", municipality="GM2", text="</style><img src=x onerror=alert(1)>"
    )
    frames = {"municipalities": towns.assign(name=NAMES), "agreements": shown}
    return small(**frames, groups=groups.assign(name=NAMES[:2], name_nl=NAMES[:2]))


@cache
def subjects(kind: str) -> list[Subject]:
    """What a page is about, of each kind."""
    towns = read_instance(TOWNS)
    match kind:
        case "everything":
            return [explain(solve(towns)), compare(towns, ["leximin", "utilitarian", "proportional"])]
        case "comparison":
            return [compare(towns, ["leximin", "utilitarian"])]
        case "impossible":
            return [explain(solve(read_instance(IMPOSSIBLE)))]
        case "several regions":
            return [explain(solve(small()))]
        case "hostile":
            return [explain(solve(hostile()))]
        case "many regions":
            return [solve(made_up(), whole=False)]
        case "out of time":
            return [replace(solve(towns), status="time_limit")]
    return [solve(towns)]


def made_up() -> Instance:
    """More municipalities than a page tells of one by one."""
    return generate(Size(regions=13, municipalities=5, groups=3, place_types=2, years=2))


@cache
def shown(kind: str, lang: Language = "nl") -> Element:
    """A page of a kind."""
    return told(*subjects(kind), lang=lang)


KINDS = ["everything", "division", "comparison", "impossible", "several regions", "hostile", "many regions"]
KINDS += ["out of time"]


@pytest.mark.parametrize("kind", KINDS)
def test_everybody_can_read_it(kind: str) -> None:
    """Headings in order, names for pictures and tables, scopes, unique ids, and links that lead somewhere."""
    assert failings(shown(kind)) == []


def test_names_from_the_right_stay_in_their_place() -> None:
    """In running text a name that is read from the right is isolated (UAX #9): no number is moved by it."""
    told = shown("hostile").all("li", "p", "caption", "desc")
    named = [text for text in (each.text for each in told if not each.all("li")) if "אבג" in text]
    left = [re.sub("\u2068[^\u2068\u2069]*\u2069", "", text) for text in named if text != NAMES[2]]
    assert len(left) > 5
    assert [text for text in left if "אבג" in text] == []


@pytest.mark.parametrize("kind", ["impossible", "division"])
def test_no_table_is_empty(kind: str) -> None:
    """A table that has nothing to say is left out, as that of goals where nothing could be divided."""
    assert [each.text for each in shown(kind).all("table") if len(each.all("tr")) < 2] == []


def test_of_a_conflict_it_says_that_nothing_is_divided() -> None:
    """The page of an impossible task says so on top, and nowhere that something was divided."""
    text = shown("impossible").text
    assert "Rapport van een opgave die zo niet kan" in text
    assert "Er is geen verdeling: niet alle afspraken kunnen samen worden nagekomen." in text
    for said in ("Verdeeld is", "Rapport van een verdeling", "deelbare plekken Verdeelprincipe", "Plannen 0"):
        assert said not in text, said


def test_in_english() -> None:
    """An English page says so, and can be read by everybody as well."""
    english_page = shown("everything", "en")
    assert failings(english_page) == []
    assert english_page.all("html")[0].attributes["lang"] == "en"
    assert "Policies side by side" in english_page.text


MISTAKES = {
    "h3 after h1": ("<h2>", "<h3>", "</h2>", "</h3>"),
    "id a twice": ('id="b"', 'id="a"'),
    "nothing is called b": ('id="b"', ""),
    "a table without a caption": ("<caption>c</caption>", ""),
    "x has no scope": (' scope="col"', ""),
    "svg without a text": ("<desc>d</desc>", ""),
    "html without a language": (' lang="nl"', ""),
    "a without a name": (">there<", "><"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_the_check_finds(mistake: str) -> None:
    """The check of pages finds each mistake in a page that has none other."""
    sound = (
        '<html lang="nl"><nav></nav><main><h1 id="a">1</h1><h2>2</h2><p id="b"></p><a href="#b">there</a>'
        '<svg role="img"><title>t</title><desc>d</desc></svg><table><caption>c</caption>'
        '<tr><th scope="col">x</th></tr><tr><th scope="row">y</th></tr></table></main></html>'
    )
    assert failings(read(sound)) == []
    broken, changes = sound, iter(MISTAKES[mistake])
    for old, new in zip(changes, changes, strict=True):
        broken = broken.replace(old, new)
    assert mistake in failings(read(broken))


@pytest.mark.parametrize("kind", KINDS)
def test_it_needs_nothing_else(kind: str) -> None:
    """No script, no frame, no file and no address is fetched: the page works from a memory stick."""
    found = shown(kind)
    assert not found.all("script", "iframe", "link", "img", "object", "form")
    for each in found.all():
        handlers = [name for name in each.attributes if name.startswith("on") or name == "src"]
        links = [each.attributes[name] for name in ("href", "xlink:href") if name in each.attributes]
        assert not handlers
        assert all(link.startswith("#") for link in links)
    style = " ".join(each.text for each in found.all("style"))
    assert not re.search(r"@import|url\(", style)
    assert any("default-src 'none'" in each.attributes.get("content", "") for each in found.all("meta"))


def prose(element: Element) -> Iterator[str]:
    """What is read on a page, without commands, digests and sources, which have no language."""
    if element.tag in ("style", "code", "footer") or element.attributes.get("id") in (
        "provenance",
        "sources",
    ):
        return
    yield from element.texts
    for child in element.children:
        yield from prose(child)


def words(text: str) -> set[str]:
    """Words in small letters."""
    return set(re.findall(r"[a-zà-ÿ]+", text.lower()))


def english() -> set[str]:
    """Words of English texts that no Dutch text has."""
    plain = [[re.sub(r"{\w+}", " ", half) for half in text] for text in TEXTS.values()]
    dutch = set().union(*(words(half[0]) for half in plain))
    return set().union(*(words(half[1]) for half in plain)) - dutch


def of_the_data() -> set[str]:
    """Words of instances, and of policies in Dutch: what a page only passes on."""
    instances = [read_instance(TOWNS), read_instance(IMPOSSIBLE), small(), hostile(), made_up()]
    frames = [frame for instance in instances for frame in instance.tables.values()]
    given = " ".join(
        str(cell) for frame in frames for cell in frame.to_numpy().ravel() if isinstance(cell, str)
    )
    policies = [read_policy(name) for name in policy_names()]
    named = " ".join(f"{each.title_nl} {each.question_nl}" for each in policies)
    titles = " ".join(instance.about.title for instance in instances)
    return words(
        f"{given} {named} {titles} Generated Instance Municipality Region Group Regular seekers Place"
    )


@pytest.mark.parametrize("kind", KINDS)
def test_a_dutch_page_is_dutch(kind: str) -> None:
    """No English word, no id, no word of a program and no number in English notation."""
    text = " ".join(prose(shown(kind)))
    assert words(text) & (english() - of_the_data()) == set()
    for name in NAMES:
        text = text.replace(name, "")
    assert ENGLISH_NUMBER.findall(text) == []
    assert CODE.findall(text) == []


def test_the_check_of_language_finds() -> None:
    """The words, numbers and ids that must not be on a Dutch page are found where they are."""
    assert {"policies", "about", "added"} <= english() - of_the_data()
    for number in ("1,234.5", "12,345,678", "0.5", "1.25"):
        assert ENGLISH_NUMBER.search(number)
    for number in ("1.234", "1.234,5", "0,125", "2,5"):
        assert not ENGLISH_NUMBER.search(number)
    assert CODE.search("social_rent")
    assert not CODE.search("sociale huur")


def test_names_are_names() -> None:
    """Code, quotes, long names and names from right to left stand on the page as they are."""
    found = shown("hostile")
    titles = [each.text for each in found.all("h3")]
    assert set(NAMES) <= set(titles)
    assert "onerror=alert(1)" in found.text


def test_sections_in_order() -> None:
    """The division first, where numbers come from last; of an impossible task the conflict and ways out."""

    def anchors(kind: str) -> list[str]:
        main = shown(kind).all("main")[0]
        return [each.attributes["id"] for each in main.children if each.tag == "section"]

    first = ["summary", "division", "map", "groups"]
    everything = ["municipalities", "limits", "policies", "room", "estimates", "method"]
    assert anchors("everything") == [*first, *everything]
    assert anchors("division") == [*first, "municipalities", "limits", "estimates", "method"]
    nowhere = ["summary", "division", "groups", "regions", "limits", "estimates", "method"]
    assert anchors("many regions") == nowhere
    assert anchors("impossible") == ["summary", "conflict", "repairs", "estimates", "method"]
    assert anchors("comparison") == ["summary", "policies", "estimates", "method"]


def test_what_rests_on_estimates_says_so() -> None:
    """Where needs are estimates, sections lead to what is estimated; where nothing is, none does."""
    marked = [each for each in shown("division").all("a") if "schatting" in each.text]
    assert len(marked) >= 4
    assert {each.attributes["href"] for each in marked} == {"#estimates"}
    assert not [each for each in shown("several regions").all("a") if "rust op" in each.text]


def test_a_municipality_without_places() -> None:
    """Who has nothing to give has its own section, with zeros."""
    supply = table(TABLES["supply"])
    projects = table(TABLES["projects"])
    bare = small(
        supply=supply[supply["municipality"] != "GM1"], projects=projects[projects["municipality"] != "GM1"]
    )
    found = told(solve(bare))
    assert failings(found) == []
    own = next(each for each in found.all("section") if each.attributes["id"] == "municipality-3")
    assert "draagt 0 plekken" in own.text


def test_it_adds_up() -> None:
    """The table of loads has a row for each municipality, and its last row is their sum."""
    tables = shown("division", "en").all("table")
    rows = [[cell.text for cell in row.children] for row in tables[0].all("tr")]
    places = [int(row[1]) for row in rows[1:]]
    assert [row[0] for row in rows] == ["Municipality", "Astad", "Beedorp", "Ceedijk", "Total"]
    assert sum(places[:-1]) == places[-1] == 51


def test_policies_side_by_side_name_regions() -> None:
    """Where there are several regions, a row of a municipality under each policy says which is its own."""
    compared = compare(generate(Size(2, 3, 2, 1, 1), seed=1), ["leximin", "utilitarian"], room=False)
    told = read(page(Content.of(compared, lang="nl")))
    towns = compared.instance["municipalities"].set_index("name")["region"].to_dict()
    tables = [each for each in told.all("table") if each.all("tr")[0].children[1].text == "Regio"]
    assert len(tables) == 2
    for each in tables:
        rows = [[cell.text for cell in row.children] for row in each.all("tr")[1:]]
        assert {name: region for name, region, *_ in rows} == towns
