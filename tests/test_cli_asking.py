"""The commands that ask what would change: the answers of Python, names for ids, errors and files."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from openpyxl import load_workbook

from commands import IMPOSSIBLE, TOWNS, flat, refused, run, shown, told
from hand_made import agreement, small
from verdeling.adapters import read_instance, write_instance
from verdeling.cli import ending
from verdeling.engine import solve
from verdeling.explaining.asking.changing import Change
from verdeling.explaining.asking.one_more import one_more
from verdeling.explaining.asking.swings import tornado
from verdeling.explaining.asking.taking import what_would_it_take
from verdeling.explaining.asking.what_if import what_if
from verdeling.explaining.asking.wishes import why_not

if TYPE_CHECKING:
    from pathlib import Path

    from verdeling.solution import Solution

ASKING = {
    "one-more": [TOWNS],
    "what-if": [TOWNS, "--set", "supply:Beedorp,2025=5"],
    "tornado": [TOWNS],
    "why-not": [TOWNS, "Astad", "--places", 20],
    "what-would-it-take": [TOWNS, "Beedorp", "--coverage", 1],
}
"""Every command with a question."""


@cache
def optimum() -> Solution:
    return solve(read_instance(TOWNS), whole=False)


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_one_more(lang: str) -> None:
    """What one more changes is told as Python tells it, all that binds or only what is asked about."""
    text = shown("one-more", TOWNS, "--lang", lang)
    margins = one_more(optimum())
    assert told(margins.sentences(lang), text)
    limits = margins.limits
    there = limits.loc[limits["municipality"] == "C", "row"].tolist()
    some = shown("one-more", TOWNS, "--municipality", "ceedijk", "--lang", lang)
    assert told(one_more(optimum(), there).sentences(lang), some)
    assert "Astad" not in some


def test_one_more_of_few() -> None:
    """The limit with the largest price is told first, and how many there are besides."""
    text = shown("one-more", TOWNS, "--most", 1, "--lang", "nl")
    assert "Er zijn er nog 4" in text
    limits = one_more(optimum()).limits
    dearest = limits[(limits["municipality"] == "A") & (limits["year"] == "2025")]
    assert told(one_more(optimum(), dearest["row"].tolist()).sentences("nl"), text)
    assert text.count("Als Astad") == text.count("–") - 1 == 2


def test_one_more_of_nothing(tmp_path: Path) -> None:
    """Where nothing binds that is asked about, that is said; what is not there is refused."""
    loose = agreement("places", "<=", 1000)
    write_instance(small(agreements=loose), tmp_path / "region")
    (name,) = small(agreements=loose)["agreements"]["agreement"]
    text = shown("one-more", tmp_path / "region", "--agreement", name)
    assert "No limit that this is about binds." in text
    assert "capacity" in refused("one-more", TOWNS, "--family", "capacty")
    assert "no agreement mine" in refused("one-more", TOWNS, "--agreement", "mine")


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_what_if(lang: str) -> None:
    """A change by name is the change by id that Python makes, with the loads before and after."""
    text = shown("what-if", TOWNS, "--set", "supply:Beedorp,2025=5", "--lang", lang)
    change = Change("supply", {"municipality": "B", "year": 2025}, "places", 5)
    found = what_if(optimum(), [change])
    after = found.effect.loads.set_index("municipality")["after"]["A"]
    assert told([sentence.partition(")")[2] for sentence in found.sentences(lang)[:1]], text)
    assert f"{after:.2f}".replace(".", "," if lang == "nl" else ".") in text


def test_what_if_nothing_is_possible() -> None:
    """A change without a plan ends as an infeasible instance does, with the conflict."""
    text = shown("what-if", TOWNS, "--agree", "places >= 300: Astad", "--lang", "nl", code=ending.INFEASIBLE)
    assert "Als de afspraak “Minstens 300 plekken (Astad)” erbij kwam, dan zou geen plan zich nog aan" in text
    assert "Deze afspraak kan niet worden nagekomen." in text


def test_what_if_is_refused() -> None:
    """A negative number, and no change at all, are refused with what to do."""
    assert "greater than or equal to 0" in refused("what-if", TOWNS, "--set", "supply:Beedorp,2025=-5")
    assert "--set" in refused("what-if", TOWNS)


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_tornado(lang: str) -> None:
    """What moves most is told as Python tells it; fewer where that is asked."""
    assert told(tornado(optimum()).sentences(lang), shown("tornado", TOWNS, "--lang", lang))
    assert "--most" in shown("tornado", TOWNS, "--lang", lang, "--most", 1)
    assert "above 0" in refused("tornado", TOWNS, "--part", 2)


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_why_not(lang: str) -> None:
    """A wish is judged as Python judges it, with what is possible after each goal."""
    text = shown("why-not", TOWNS, "astad", "--places", 20, "--lang", lang)
    assert told(why_not(optimum(), "A", 20).sentences(lang), text)
    assert ("alleen de harde grenzen 0 30 ja" if lang == "nl" else "the hard limits alone 0 30 yes") in text


def test_wishes_are_refused() -> None:
    """An unknown town and a wish below nothing are refused with the nearest and with what to do."""
    assert "Did you mean Astad?" in refused("why-not", TOWNS, "Asstad", "--places", 5)
    assert "counted from zero" in refused("why-not", TOWNS, "Astad", "--places=-5")
    assert "from 0 to 1" in refused("what-would-it-take", TOWNS, "Astad", "--coverage", 90)


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_what_would_it_take(lang: str) -> None:
    """What it takes is told as Python tells it."""
    text = shown("what-would-it-take", TOWNS, "B", "--coverage", 1, "--lang", lang)
    assert told(what_would_it_take(optimum(), "B", 1.0).sentences(lang), text)


@pytest.mark.parametrize("command", ASKING)
def test_without_a_plan(command: str) -> None:
    """Where the limits contradict each other there is nothing to ask: the conflict is shown."""
    _, *rest = ASKING[command]
    result = run(command, IMPOSSIBLE, *rest)
    assert result.exit_code == ending.INFEASIBLE
    assert "Noorderwijk houses at least 8 households of statushouders" in flat(result.stdout)


def test_codes_have_words(tmp_path: Path) -> None:
    """In a workbook inputs and ways are called in the language of the reader."""
    for command, words in {
        "tornado": {"opgave", "aanbod"},
        "what-would-it-take": {"aanbod", "begeleiding", "afspraken", "plannen", "alles samen"},
    }.items():
        shown(command, *ASKING[command], "-o", tmp_path / f"{command}.xlsx", "--lang", "nl")
        book = load_workbook(tmp_path / f"{command}.xlsx", read_only=True)
        cells = {row[0].value for row in list(book.worksheets[1].rows)[1:]}
        book.close()
        assert cells == words


@pytest.mark.parametrize("command", ASKING)
def test_kept(command: str, tmp_path: Path) -> None:
    """An answer is kept for programs in ids, with what was asked, and for people in names and words."""
    folder, book = tmp_path / "answer", tmp_path / "answer.xlsx"
    text = shown(command, *ASKING[command], "-o", folder)
    sentences = pd.read_csv(folder / "sentences.csv")["sentence"]
    assert told(sentences.tolist(), text)
    assert '"asked"' in (folder / "provenance.json").read_text("utf-8")
    assert len(list(folder.glob("*.csv"))) >= 2
    shown(command, *ASKING[command], "-o", book, "--lang", "nl")
    sheets = load_workbook(book, read_only=True)
    first, *tables = sheets.worksheets
    assert "Drie gemeenten" in [cell.value for cell in next(iter(first.rows))]
    headings = [str(cell.value) for sheet in tables for cell in next(iter(sheet.rows))]
    assert not [heading for heading in headings if "_" in heading]
    sheets.close()
    assert "already" in flat(run(command, *ASKING[command], "-o", book).stderr)
