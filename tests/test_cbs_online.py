"""Tables through a service that answers as CBS documents: every page, every failure, nothing half loaded."""

from __future__ import annotations

import gzip
import itertools
import sys
import tomllib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING

import pytest

from statline import (
    GROUPS,
    PERIODS,
    REGIONS,
    SETS,
    TABLE,
    Statline,
    body,
    endless,
    half,
    send,
    serving,
    status,
    value,
)  # fmt: skip
from verdeling.cbs.asking import Patience
from verdeling.cbs.datasets import Dataset, Stands
from verdeling.cbs.figures import read_table
from verdeling.cbs.keeping import cache_folder
from verdeling.cbs.online import Online
from verdeling.cbs.proposing import dataset_text
from verdeling.errors import FiguresError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from verdeling.cbs.figures import Figures

DATASET = Dataset(
    table=TABLE,
    measures={"households": "Huishoudens", "persons": "M2"},
    columns={"municipality": "RegioS", "group": "Aandachtsgroep", "year": "Perioden"},
    only={"Kenmerk": "Huishoudens totaal"},
    values={"group": {"Statushouders": "statushouders", "A02": "daklozen"}},
    codes=2024,
    suppressed=Stands(estimate=2),
)
GIVEN = {"A01": "statushouders", "A02": "daklozen"}
MUNICIPALITIES = ["GM0147", "GM0153", "GM0168"]


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[Statline]:
    """A service on this machine; no proxy stands between."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    with serving(Statline()) as running:
        yield running


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    """A folder for answers, which is not there yet."""
    return tmp_path / "answers"


def patience(pauses: list[float]) -> Patience:
    """One that notes how long it would wait."""
    return Patience(attempts=3, timeout=5, pause=pauses.append)


def read(service: Statline, cache: Path, dataset: Dataset = DATASET, **settings: object) -> Figures:
    """Figures from the service."""
    chosen = {"patience": patience([]), "address": service.address, **settings}
    return read_table(Online(dataset.table, cache, **chosen), dataset)  # type: ignore[arg-type]


def refused(service: Statline, cache: Path, dataset: Dataset = DATASET, **settings: object) -> FiguresError:
    """What is said where figures cannot be had; nothing was kept."""
    with pytest.raises(FiguresError) as error:
        read(service, cache, dataset, **settings)
    assert not cache.exists()
    return error.value


def test_every_figure_is_that_of_its_cell(service: Statline, cache: Path) -> None:
    """Of the cells that are selected each is in the figures, under its codes, and no other."""
    figures = read(service, cache)
    found = {
        (row["municipality"], row["group"], row["year"]): (row["households"], row["persons"], row["estimate"])
        for row in figures.table.to_dict("records")
    }
    expected = {}
    for code, (group, name), period in itertools.product(MUNICIPALITIES, GIVEN.items(), PERIODS):
        cells = [value(measure, group, "K1", code, period) for measure in ("M1", "M2")]
        known = [2.0 if cell is None else cell for cell in cells]
        expected[code, name, int(period[:4])] = (*known, None in cells)
    assert found == expected
    assert figures.table["households"].dtype == "int64"
    assert figures.suppressed == 2


def test_what_the_source_says(service: Statline, cache: Path) -> None:
    """A figure says the table, its title and date, when it was read, and what stands for no number."""
    table = read(service, cache, DATASET.model_copy(update={"note": "rounded to 5"})).table
    (counted,) = set(table[~table["estimate"]]["source"])
    (stood,) = set(table[table["estimate"]]["source"])
    today = datetime.now().date()
    assert counted == (
        f"CBS {TABLE} (Groepen; regio, 2024-05-06); {service.address}/{TABLE}, {today}; rounded to 5"
    )
    assert stood == f"{counted}; no number at CBS: 2"


def test_only_what_is_selected_is_asked(service: Statline, cache: Path) -> None:
    """The filter leaves groups, regions and measures out that are not used; the service applies it."""
    read(service, cache)
    (question,) = {each.partition("&$skip")[0] for each in service.asked if "/Observations" in each}
    plain = question.replace("+", " ")
    assert "$filter=(Measure eq 'M1' or Measure eq 'M2') and Kenmerk eq 'K1'" in plain
    assert "(Groep eq 'A01' or Groep eq 'A02') and contains(RegioS,'GM')" in plain
    assert "$select=Measure,ValueAttribute,Value,RegioS,Groep,Perioden,Kenmerk" in plain


@pytest.mark.parametrize("page", [1, 7, 1000])
def test_pages(service: Statline, cache: Path, page: int) -> None:
    """Figures are the same however many rows a page has."""
    service.page = page
    whole = read(service, cache).table
    assert len(whole) == len(MUNICIPALITIES) * len(GIVEN) * len(PERIODS)
    assert sum("/Observations" in each for each in service.asked) == -(-32 // page)


def test_a_second_run_asks_nothing(service: Statline, cache: Path) -> None:
    """What was read once is answered from disk, also where the service is gone; fresh asks again."""
    first = read(service, cache)
    asked = len(service.asked)
    assert read(service, cache).table.equals(first.table)
    assert len(service.asked) == asked
    read(service, cache, fresh=True)
    assert len(service.asked) == 2 * asked


@pytest.mark.parametrize(
    ("platform", "named", "expected"),
    [
        ("linux", {"XDG_CACHE_HOME": "/kept"}, "/kept/verdeling/cbs"),
        ("linux", {}, "/home/me/.cache/verdeling/cbs"),
        ("darwin", {"XDG_CACHE_HOME": "/kept"}, "/home/me/Library/Caches/verdeling/cbs"),
        ("win32", {"LOCALAPPDATA": "/local"}, "/local/verdeling/cbs"),
        ("win32", {}, "/home/me/AppData/Local/verdeling/cbs"),
    ],
)
def test_where_answers_are_kept(
    monkeypatch: pytest.MonkeyPatch, platform: str, named: dict[str, str], expected: str
) -> None:
    """In the user's own folder for what can be asked for again, which has another name on every system."""
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    for name, folder in {"HOME": "/home/me", **named}.items():
        monkeypatch.setenv(name, folder)
    monkeypatch.setattr(sys, "platform", platform)
    assert cache_folder().as_posix() == expected


def test_other_questions_are_asked(service: Statline, cache: Path) -> None:
    """What was kept answers the question it was kept for, and no other."""
    read(service, cache)
    other = DATASET.model_copy(update={"only": {"Kenmerk": "K2"}})
    found = read(service, cache, other).table.set_index(["municipality", "group", "year"])
    assert found.loc[("GM0153", "daklozen", 2021), "households"] == value(
        "M1", "A02", "K2", "GM0153", "2021JJ00"
    )


@pytest.mark.parametrize("spoil", ["cut", "number", "empty"])
def test_a_spoiled_answer_is_asked_again(service: Statline, cache: Path, spoil: str) -> None:
    """A kept answer that was cut off or changed is not used."""
    first, asked = read(service, cache), len(service.asked)
    for file in cache.iterdir():
        content = file.read_bytes()
        if spoil == "number":
            changed = gzip.compress(gzip.decompress(content).replace(b"5.0", b"6.0"))
        else:
            changed = content[: len(content) // 2] if spoil == "cut" else b""
        file.write_bytes(changed)
    assert read(service, cache).table.equals(first.table)
    assert len(service.asked) > asked


@pytest.mark.parametrize(
    ("name", "turn", "waited"),
    [
        ("Observations", status(503), [1.0]),
        ("Observations", status(429, Retry_After="7"), [7.0]),
        ("Observations", status(429, Retry_After="99999"), [60.0]),
        ("Observations", status(502, Retry_After="soon"), [1.0]),
        ("Observations", half, [1.0]),
        ("Observations", body(b'{"value": [{"Id": 1, '), [1.0]),
        ("GroepCodes", body(b""), [1.0]),
        ("Properties", half, [1.0]),
    ],
)
def test_a_failure_and_then_an_answer(
    service: Statline, cache: Path, name: str, turn: object, waited: list[float]
) -> None:
    """An answer that fails once is asked for again, after the pause that the service asks for."""
    service.instead(name, turn)
    pauses: list[float] = []
    assert len(read(service, cache, patience=patience(pauses)).table) == 12
    assert pauses == waited


def test_a_failure_on_the_second_page(service: Statline, cache: Path) -> None:
    """The page that fails is asked for again, and none is there twice."""
    whole = read(service, cache / "whole").table
    service.page = 10
    service.instead("Observations", lambda handler: service_page(service, handler), half)
    assert read(service, cache / "pages").table.equals(whole)


def service_page(service: Statline, handler: object) -> None:
    """The answer that would have come."""
    turns = service.turns.pop("Observations")
    service.answer(handler)  # type: ignore[arg-type]
    service.turns["Observations"] = turns


def test_a_pause_until_a_date(service: Statline, cache: Path) -> None:
    """A service may say when to come back in place of how long to wait."""
    until = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    service.instead("Observations", status(503, Retry_After=until))
    pauses: list[float] = []
    read(service, cache, patience=patience(pauses))
    assert len(pauses) == 1
    assert 25 < pauses[0] <= 30


@pytest.mark.parametrize("turn", [status(500), half, body(b"[1, 2")])
def test_a_failure_for_good(service: Statline, cache: Path, turn: object) -> None:
    """After the last attempt it is said what went wrong, and nothing is kept."""
    service.instead("Observations", turn, turn, turn)
    pauses: list[float] = []
    (problem,) = refused(service, cache, patience=patience(pauses)).problems
    assert (problem.code, pauses) == ("no-answer", [1.0, 2.0])
    assert "--from" in problem.remedy


def test_a_failure_half_way_keeps_nothing(service: Statline, cache: Path) -> None:
    """Where the last page does not come, neither the first page nor the codes are kept."""
    service.page = 20
    service.instead("Observations", lambda handler: service_page(service, handler), *[status(503)] * 3)
    assert refused(service, cache).problems[0].code == "no-answer"
    assert len(read(service, cache).table) == 12


def test_no_network(cache: Path) -> None:
    """Where nobody listens it is said, with the other way to the figures."""
    with serving(Statline()) as gone:
        pass
    (problem,) = refused(gone, cache).problems
    assert problem.code == "no-answer"
    assert "ConnectError" in problem.what


@pytest.mark.parametrize(
    ("name", "turn", "code", "said"),
    [
        ("Properties", status(404), "unknown-table", "capitals count"),
        ("Observations", status(400), "refused-question", 'answered 400: {"error": "busy"}'),
        ("Observations", status(302, Location="https://else.example/x"), "moved-service", "else.example"),
        ("Observations", body(b"[]"), "changed-answer", "list"),
        ("Observations", body(b'{"rows": [], "count": 0}'), "changed-answer", "there is: count, rows"),
        ("Observations", body(b'{"value": [1]}'), "changed-answer", "value"),
        ("RegioSCodes", body(b'{"value": [{"Key": "GM0153", "Title": ""}]}'), "changed-column", "Identifier"),
        ("Observations", body(b'{"value": [{"Measure": "", "Value": 1}]}'), "changed-column", "is: Measure"),
        ("Observations", body(b'{"value": [], "@odata.nextLink": "http://elsewhere.example/x"}'),
         "strange-page", "elsewhere.example"),
    ],
)  # fmt: skip
def test_an_answer_that_is_refused(
    service: Statline, cache: Path, name: str, turn: object, code: str, said: str
) -> None:
    """What asking again does not mend is refused at once: it says what is missing and what is there."""
    service.instead(name, turn)
    pauses: list[float] = []
    (problem,) = refused(service, cache, patience=patience(pauses)).problems
    assert (problem.code, pauses) == (code, [])
    assert said in str(problem)


def test_a_page_that_leads_to_itself(service: Statline, cache: Path) -> None:
    """A service that gives the same page for ever is not followed."""
    service.instead("MeasureCodes", lambda handler: send(handler, {
        "value": [], "@odata.nextLink": f"{service.address}/{TABLE}/MeasureCodes"}))  # fmt: skip
    assert refused(service, cache).problems[0].code == "strange-page"


def test_an_answer_without_end(service: Statline, cache: Path) -> None:
    """An answer of gigabytes is left when it passes the limit, and so are pages that do so together."""
    service.instead("Observations", endless)
    small = replace(patience([]), most_bytes=2**20)
    assert refused(service, cache, patience=small).problems[0].code == "too-large"
    service.page = 1
    together = replace(patience([]), most_in_all=5000)
    assert refused(service, cache, patience=together).problems[0].code == "too-large"


def test_the_columns_of_the_table_changed(service: Statline, cache: Path) -> None:
    """A dimension that has another name now is named, with those that are there."""
    service.sets["Dimensions"] = [{**row, "Identifier": row["Identifier"].replace("Groep", "Doelgroep"),
                                   "Title": row["Title"].replace("Aandachtsgroep", "Doelgroepen")}
                                  for row in SETS["Dimensions"]]  # fmt: skip
    service.sets["DoelgroepCodes"] = SETS["GroepCodes"]
    problems = {problem.code: problem for problem in refused(service, cache).problems}
    assert set(problems) == {"missing-dimension", "open-dimension"}
    assert problems["missing-dimension"].value == "Aandachtsgroep"
    assert "Doelgroepen (Doelgroep)" in problems["missing-dimension"].remedy


@pytest.mark.parametrize(
    ("change", "code", "said"),
    [
        ({"measures": {"households": "Woonruimten"}}, "missing-measure", "Huishoudens (M1)"),
        ({"only": {}}, "open-dimension", "Kenmerk van het huishouden"),
        ({"only": {"Kenmerk": "K9"}}, "missing-code", "Huishoudens totaal (K1)"),
        ({"values": {"group": {"A9": "x"}}}, "missing-code", "Statushouders (A01)"),
        ({"suppressed": "refuse"}, "suppressed", "GM0147"),
        ({"codes": 2020, "suppressed": "refuse"}, "suppressed", "GM0788"),
        ({"values": {"group": {"A01": "x", "A02": "x"}}}, "duplicate-key", "GM0153"),
        ({"values": {"municipality": {"NL01": "GM9999"}}, "codes": 2024}, "unknown-code", "GM9999"),
        ({"constants": {"trend": {"daklozen": 0.1}}}, "missing-constant", "statushouders"),
    ],
)
def test_a_dataset_that_does_not_fit(
    service: Statline, cache: Path, change: dict[str, object], code: str, said: str
) -> None:
    """What a dataset names and the table does not have, or leaves open, is refused, and nothing is kept."""
    problems = refused(service, cache, DATASET.model_copy(update=change)).problems
    assert {problem.code for problem in problems} == {code}
    assert said in str(problems[0])


def test_cells_without_a_number(service: Statline, cache: Path) -> None:
    """They fall away, are zero, or have an estimate: as is stated, and marked where they stay."""
    nothing = read(service, cache, DATASET.model_copy(update={"suppressed": "nothing"})).table
    zero = read(service, cache, DATASET.model_copy(update={"suppressed": "zero"})).table
    assert len(nothing) == len(zero) - 1
    assert not nothing["estimate"].any()
    (stood,) = zero[zero["estimate"]].to_dict("records")
    assert (stood["municipality"], stood["group"], stood["year"]) == ("GM0147", "daklozen", 2022)
    assert (stood["households"], stood["persons"]) == (0, 0)


def test_what_was_not_used(service: Statline, cache: Path) -> None:
    """Regions that are no municipality are left out, by the service or here."""
    everywhere = DATASET.model_copy(update={"values": {}, "codes": None, "suppressed": "nothing"})
    figures = read(service, cache, everywhere)
    assert set(figures.table["municipality"]) == set(MUNICIPALITIES)
    assert set(figures.table["group"]) == set(GROUPS.values())
    assert set(figures.table["municipality"]) < set(REGIONS)


def test_a_title_over_several_lines(service: Statline, cache: Path) -> None:
    """A title that has line breaks stays one line, so that nothing of it becomes a line of a file."""
    row = {"Identifier": "M1", "Title": "Huishoudens\ntable = 1"}
    service.sets["MeasureCodes"] = [row, *SETS["MeasureCodes"][1:]]
    source = Online(TABLE, cache, address=service.address)
    text = dataset_text(source.contents(), "en")
    source.close()
    assert "Huishoudens table = 1" in text
    assert tomllib.loads(text)["table"] == TABLE
