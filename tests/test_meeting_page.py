"""The table in a real browser: weigh, disagree, take a repair, keep, compare, write; two at once; offline."""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from table_page import chromium, served
from verdeling.adapters import read_instance
from verdeling.meeting.log import read_log
from verdeling.meeting.reckoning import Reckoner
from verdeling.pictures.theme import contrast

if TYPE_CHECKING:
    from collections.abc import Iterator

ENSCHEDE = Path(__file__).parents[1] / "instances" / "enschede"

pytest.importorskip("nicegui", reason="the page needs verdeling[table]")
api = pytest.importorskip("playwright.sync_api", reason="the page is tested with playwright")
pytestmark = pytest.mark.skipif(chromium() is None, reason="there is no Chromium on the PATH")

WAIT = 300_000
"""Milliseconds to wait for a division on a busy machine."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the table writes."""
    return tmp_path_factory.mktemp("table")


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    """Of a table about Enschede."""
    with served(str(ENSCHEDE), "--scenario", "high", "--folder", str(folder)) as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A real one."""
    with api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        yield opened
        opened.close()


def opened(browser: Any, address: str, asked: set[str]) -> Any:
    """The page in a window of its own; hosts that are asked are noted, and all but this machine refused."""
    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="nl-NL")

    def judge(route: Any) -> None:
        host = urlsplit(route.request.url).hostname or ""
        asked.add(host)
        if host == "127.0.0.1":
            route.continue_()
        else:
            route.abort()

    context.set_default_timeout(WAIT)
    context.route("**/*", judge)
    page = context.new_page()
    page.on("websocket", lambda socket: asked.add(urlsplit(socket.url).hostname or ""))
    page.goto(address)
    page.locator("table.bars").wait_for()
    return page


def loads(page: Any) -> dict[str, str]:
    """Relative load of each municipality, as it is shown."""
    rows = page.locator("table.bars tbody tr").all()
    return {row.locator("th").inner_text(): row.locator("td").nth(1).inner_text() for row in rows}


def until_moved(page: Any, before: dict[str, str]) -> dict[str, str]:
    """Loads after they have changed."""
    for _ in range(WAIT // 100):
        if page.locator("table.bars tbody tr").count() and (now := loads(page)) != before:
            return now
        page.wait_for_timeout(100)
    raise AssertionError("the division did not change")


def notice_can_be_read(page: Any, said: str) -> None:
    """Text and button of a notice stand out from it (WCAG 2.1, 1.4.3: 4.5 to 1)."""
    notice = page.locator(".q-notification").filter(has_text=said).first
    for part in (notice.get_by_text(said).first, notice.locator(".q-btn").first):
        shades = part.evaluate(
            "part => [part, part.closest('.q-notification')].map((each, at) =>"
            " getComputedStyle(each)[at ? 'backgroundColor' : 'color'])"
        )
        text, ground = (
            "#" + "".join(f"{int(part):02x}" for part in re.findall(r"\d+", each)[:3]) for each in shades
        )
        assert contrast(text, ground) >= 4.5, (said, shades)


def test_a_meeting(browser: Any, address: str, folder: Path) -> None:
    """From the first division to what is taken home, and the log gives the same division again."""
    asked: set[str] = set()
    page = opened(browser, address, asked)
    other = opened(browser, address, asked)
    assert page.locator("h1").count() == 1
    assert page.locator("html").get_attribute("lang") == "nl"
    assert page.get_by_role("combobox", name="Scenario").input_value() == "hoog"
    first = loads(page)

    page.get_by_role("slider", name="corporatiewoningen").focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    weighed = until_moved(page, first)
    page.locator(".q-spinner").first.wait_for(state="hidden")
    weighed = loads(page)
    assert loads(other) == first, "a browser sees nothing of another one"

    page.get_by_role("tab", name="Cijfers").click()
    page.get_by_role("tab", name="Aanbod").click()
    page.locator(".ag-row[row-index='0'] [col-id='place_type']:visible").wait_for()
    page.locator(".ag-row[row-index='0'] [col-id='group']:visible").wait_for(state="hidden")
    cell = page.locator(".ag-row[row-index='0'] [col-id='2026']:visible")
    known = cell.inner_text()
    for typed, said in (("-5", "kleiner dan nul"), ("veel", "geen getal")):
        cell.click()
        page.keyboard.press("Control+A")
        page.keyboard.type(typed)
        page.keyboard.press("Enter")
        page.locator(".q-notification").get_by_text(said).wait_for()
        notice_can_be_read(page, said)
    assert cell.inner_text() == known
    assert loads(page) == weighed

    page.get_by_role("tab", name="Varianten").click()
    page.get_by_label("Naam van de variant").fill('<script>alert("x")</script> A')
    page.get_by_role("button", name="Bewaar").click()
    page.locator(".variant").wait_for()
    assert '<script>alert("x")</script> A' in page.locator("table.beside thead").inner_text()

    page.get_by_role("tab", name="Afspraken").click()
    page.get_by_text("Nieuwe afspraak").click()
    page.get_by_label("Getal").fill("5.000")
    page.locator(".form .q-select").filter(has_text="Gemeente").click()
    page.get_by_role("option", name="Losser").click()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Leg op tafel").click()
    page.get_by_role("alert").get_by_text("Deze wensen gaan niet samen").wait_for()
    assert loads(page) == weighed, "the last division that was possible stays visible"
    assert page.get_by_text("De laatste verdeling die kon").is_visible()
    page.get_by_role("button", name="Kies uitweg 1").click(timeout=WAIT)
    page.locator(".clash-box").wait_for(state="hidden")
    assert page.get_by_text(re.compile(r"Minstens 1\.1\d\d(,\d+)? plekken \(Losser\)")).count()

    page.get_by_role("tab", name="Varianten").click()
    page.get_by_role("button", name="map met gegevens").click()
    page.locator(".q-notification").get_by_text("Geschreven:").wait_for()
    notice_can_be_read(page, "Geschreven:")
    ended = loads(page)

    assert asked == {"127.0.0.1"}
    assert loads(other) == first
    page.context.close()
    other.context.close()
    (log,) = [path for path in folder.glob("*.jsonl") if len(path.read_text("utf-8").splitlines()) > 2]
    check_log(log, ended)
    (written,) = [path for path in folder.iterdir() if path.is_dir()]
    assert "table_1" in set(read_instance(written)["agreements"]["agreement"])


def check_log(log: Path, ended: dict[str, str]) -> None:
    """A log gives the loads that the page showed last, and its lines are words."""
    story = read_log(log)
    assert all(story.words)
    assert [json.loads(line)["act"] for line in log.read_text("utf-8").splitlines()[-3:]] == [
        "edit",
        "edit",
        "export",
    ]
    instance = read_instance(ENSCHEDE)
    outcome = Reckoner(instance).outcome(story.replayed(instance).sheet.variant)
    found = outcome.solution.loads.set_index("name")["relative_load"]
    assert {name: f"{value:.2f}".replace(".", ",") for name, value in found.items()} == ended


def test_whole_places_in_english(browser: Any, tmp_path: Path) -> None:
    """Whole places are made beside the page, here in English; undoing them is a step as any."""
    towns = str(ENSCHEDE.parent / "three-towns")
    with served(towns, "--lang", "en", "--folder", str(tmp_path)) as address:
        page = opened(browser, address, set())
        assert (page.locator("html").get_attribute("lang") or "").startswith("en")
        page.get_by_text("Provisional: in fractional places").wait_for()
        page.get_by_role("button", name="Make whole places").click()
        page.get_by_text("In whole places").wait_for()
        page.get_by_role("button", name="Undo").click()
        page.get_by_text("Provisional: in fractional places").wait_for()
        page.context.close()


@pytest.mark.parametrize("headers", [{"Host": "evil.example"}, {"Origin": "http://evil.example"}])
def test_other_sites(address: str, headers: dict[str, str]) -> None:
    """A request in the name of another site, or from one, is refused."""
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(urllib.request.Request(address, headers=headers))
