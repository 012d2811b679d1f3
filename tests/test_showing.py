"""Cards in a notebook and a terminal: true, escaped, accessible, quick, and in both languages."""

from __future__ import annotations

import io
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any, get_args

import pytest
from rich.console import Console

from commands import INSTANCES
from hand_made import small
from verdeling.adapters import read_instance
from verdeling.comparing.comparison import compare
from verdeling.comparing.tradeoff import frontier
from verdeling.engine import solve
from verdeling.errors import VerdelingError
from verdeling.explaining.explanation import explain
from verdeling.explaining.freedom.room import room
from verdeling.explaining.repairing.repairs import repair
from verdeling.explaining.tracing.trace import trace_paths
from verdeling.generation import Size, generate
from verdeling.language import Language
from verdeling.rolling.rollup import rollup
from verdeling.showing.card import MOST
from verdeling.texts import TEXTS

if TYPE_CHECKING:
    from verdeling.shown import Shown

NASTY = ["<script>alert(1)</script>", "[bold]Hof & “van” Twente[/bold]", "شرق" + "x" * 95]
KINDS = ["Instance", "Solution", "Explanation", "Comparison", "Frontier", "Room", "Paths", "Rollup"]
KINDS += ["Repairs", "infeasible"]


@pytest.fixture(scope="module")
def things() -> dict[str, Shown]:
    """One of every kind that shows itself."""
    towns, impossible = (read_instance(INSTANCES / name) for name in ("three-towns", "impossible-agreements"))
    solution = solve(towns, whole=False)
    return {
        "Instance": towns,
        "Solution": solution,
        "Explanation": explain(solution),
        "Comparison": compare(towns, ["leximin", "proportional"], room=False),
        "Frontier": frontier(towns),
        "Room": room(solution),
        "Paths": trace_paths(solution),
        "Rollup": rollup([solution]),
        "Repairs": repair(impossible),
        "infeasible": solve(impossible),
    }


class Page(HTMLParser):
    """Tags in order with their attributes, text, and whether every tag is closed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += f" {data}"

    def count(self, tag: str) -> int:
        return sum(name == tag for name, _ in self.tags)


def on_a_terminal(thing: object, width: int = 100) -> str:
    """What a terminal shows."""
    out = io.StringIO()
    Console(file=out, width=width).print(thing)
    return out.getvalue()


@pytest.mark.parametrize("lang", get_args(Language))
@pytest.mark.parametrize("kind", KINDS)
def test_a_card_in_a_notebook(things: dict[str, Shown], kind: str, lang: Language) -> None:
    """A card is a closed piece of HTML: named, in its language, tables with caption and scopes, no script."""
    html = things[kind].card(lang)._repr_html_()
    page = Page(html)
    assert page.open == []
    first, about = page.tags[0]
    assert (first, about["lang"]) == ("section", lang)
    assert about["aria-label"]
    assert not {"script", "img", "link", "iframe"} & {tag for tag, _ in page.tags}
    assert "http" not in html
    assert page.count("caption") == page.count("table") <= 1
    assert all(each.get("scope") in ("col", "row") for tag, each in page.tags if tag == "th")
    assert len(html) < 12_000


@pytest.mark.parametrize("kind", KINDS)
def test_a_card_speaks_one_language(things: dict[str, Shown], kind: str) -> None:
    """What a card says in Dutch and in English has the same shape, and no sentence is the same."""
    dutch, english = things[kind].card("nl"), things[kind].card("en")
    assert len(dutch.lines) == len(english.lines)
    assert [len(row) for row in dutch.rows] == [len(row) for row in english.rows]
    assert not set(dutch.lines) & set(english.lines)
    assert all(TEXTS[f"show.{key}"] for _, key in dutch.calls)


@pytest.mark.parametrize("kind", KINDS)
def test_a_card_on_a_terminal(things: dict[str, Shown], kind: str) -> None:
    """A terminal shows the same title, lines and cells."""
    card, told = things[kind].card(), " ".join(on_a_terminal(things[kind]).split())
    assert " ".join(card.title.split()) in told
    assert all(" ".join(line.split())[:40] in told for line in card.lines)
    assert all(cell in told for row in card.rows for cell in row)
    assert "\n" not in repr(things[kind])


def test_the_numbers_are_those_of_the_tables(things: dict[str, Any]) -> None:
    """A solution shows who carries what, the heaviest first, as its table says."""
    loads = things["Solution"].loads.sort_values("relative_load", ascending=False)
    rows = things["Solution"].card("en").rows
    assert [row[0] for row in rows] == loads["name"].tolist()
    assert [float(row[1].replace(",", "")) for row in rows] == pytest.approx(
        loads["places"].tolist(), abs=0.05
    )
    assert [float(row[4]) for row in rows] == pytest.approx(loads["relative_load"].tolist(), abs=0.005)


def test_names_that_hurt() -> None:
    """Names with tags, mark-up and another direction are text, in a notebook and in a terminal."""
    instance = small(
        municipalities=f"""
        municipality,name,region,population
        GM1,{NASTY[0]},Twente,2000
        GM2,{NASTY[1]},Twente,8000
        GM3,{NASTY[2]},Achterhoek,3000
        """
    )
    for thing in (instance, solve(instance, whole=False)):
        page = Page(thing._repr_html_())
        assert "script" not in {tag for tag, _ in page.tags}
        assert all(name in page.text for name in NASTY)
        told = on_a_terminal(thing, 300)
        assert all(name in told for name in NASTY[:2])


def test_many_municipalities() -> None:
    """Of many municipalities the first are shown, and how many there are besides."""
    instance = generate(Size(3, 10, 2, 2, 1), seed=1)
    card = solve(instance, whole=False).card("nl")
    assert len(card.rows) == MOST
    assert card.rest == f"En nog {30 - MOST} rijen."
    assert card.rest in Page(card._repr_html_()).text


def test_a_card_asks_no_solver(things: dict[str, Any]) -> None:
    """Showing an explanation computes none of what takes time."""
    fresh = explain(things["Solution"])
    fresh.card()
    assert not {"paths", "room", "alternatives", "answered"} & set(vars(fresh))


def test_an_infeasible_card_says_why(things: dict[str, Shown]) -> None:
    """Without a plan the card has the conflict and the call for ways out."""
    card = things["infeasible"].card("nl")
    assert any("kunnen niet samen" in line for line in card.lines)
    assert "vd.repair(instance)" in dict(card.calls)
    assert card.rows == ()


def test_unknown_language(things: dict[str, Shown]) -> None:
    """A language that is not there is refused."""
    with pytest.raises(VerdelingError, match="no such language"):
        things["Solution"].card("de")  # type: ignore[arg-type]
