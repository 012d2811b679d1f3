"""What variants give at the table: the same as solving, whatever was looked at in between."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from openpyxl import load_workbook

import verdeling as vd
from pages import failings, read
from small import small
from verdeling.errors import InstanceError, PolicyError, VerdelingError
from verdeling.keys.data import Component
from verdeling.meeting.actions import (
    ChooseKey,
    ChoosePolicy,
    ChooseScenario,
    EditTables,
    Keep,
    MakeWhole,
    Open,
    Redo,
    Undo,
)
from verdeling.meeting.grids import GRIDS, edit_of, lines, shown, whole
from verdeling.meeting.log import Heading, Log, read_log
from verdeling.meeting.reckoning import Reckoner, edited, policy_of
from verdeling.meeting.session import Cancelled, Session
from verdeling.meeting.state import AddRow, Remove, SetCell, Variant
from verdeling.meeting.telling import changes, conflict, moved
from verdeling.meeting.terms import attributes, fitting_keys, offered, weighed
from verdeling.meeting.typed import typed_number
from verdeling.meeting.wishes import agreed, renumbered, taking

INSTANCES = Path(__file__).parents[1] / "instances"


@pytest.fixture(scope="module")
def towns():
    """Three towns, with an attribute beside their inhabitants."""
    instance = vd.read_instance(INSTANCES / "three-towns")
    return instance.replace(municipalities=instance["municipalities"].assign(homes=[10.0, 20.0, 30.0]))


@pytest.fixture
def session(towns):
    """A table about three towns."""
    return Session(towns, "leximin", None, "nl")


def supply(municipality, year, places):
    """An edit of what comes free."""
    row = {"municipality": municipality, "year": year}
    return EditTables(edits=(SetCell(table="supply", row=row, column="places", value=places),))


def same_as_solving(session):
    """Whether the table reaches what the engine reaches, for the same tables and policy."""
    found = session.outcome
    fresh = vd.solve(found.instance, policy_of(found.variant), whole=False)
    return np.allclose(found.solution.goals["value"], fresh.goals["value"], atol=1e-6)


WEIGHED = ChooseKey(components=(Component(attribute="population"), Component(attribute="homes", weight=2.0)))
STEPS = [
    supply("A", 2025, 12),
    ChoosePolicy(policy="utilitarian"),
    WEIGHED,
    supply("B", 2026, 9),
    ChoosePolicy(policy="equal-coverage"),
    Undo(),
    Undo(),
    Redo(),
]


def test_as_the_engine(session):
    """After every step all goals reach what `solve` gives for the same tables, policy and key."""
    for step in STEPS:
        session.do(step)
        assert same_as_solving(session)


def test_key_by_hand(session, towns):
    """Weights 1 and 2 of inhabitants (40, 40, 20%) and homes (1/6, 2/6, 3/6) give the shares by hand."""
    session.do(WEIGHED)
    shares = session.outcome.solution.loads.set_index("municipality")["fair_share"]
    assert shares[["A", "B", "C"]].tolist() == pytest.approx(
        [(0.4 + 1 / 3) / 3, (0.4 + 2 / 3) / 3, (0.2 + 1) / 3]
    )
    assert len(towns["municipalities"]) == 3


def test_detours_leave_no_trace(towns):
    """Who wandered about first has the same plan, to the last digit, as who went straight."""
    straight, wandering = (Session(towns, "leximin", None, "nl") for _ in range(2))
    for step in (*STEPS, *[Undo()] * 3):
        wandering.do(step)
    for each in (straight, wandering):
        for step in (supply("C", 2026, 4), WEIGHED, supply("B", 2025, 3)):
            each.do(step)
    wandering.do(Undo())
    while wandering.course.past:
        wandering.do(Undo())
    for step in (supply("C", 2026, 4), WEIGHED, supply("B", 2025, 3)):
        wandering.do(step)
    for table in ("placements", "loads", "waiting"):
        one, other = (each.outcome.solution.table(table) for each in (straight, wandering))
        pd.testing.assert_frame_equal(one, other, check_exact=True)


def test_log_gives_the_division(towns, tmp_path):
    """What a log says, done by another process of the same kind, gives the same plan to the last digit."""
    session = Session(towns, "leximin", None, "nl")
    session.log = Log(tmp_path / "log.jsonl", Heading.of(towns, Path("towns"), session.course))
    wish = agreed(session.outcome.instance, "places", ">=", 4, {"municipality": "C"})
    for step in (*STEPS, EditTables(edits=(wish,)), Keep(name="A"), Open(name="A"), MakeWhole()):
        session.do(step)
    again = Reckoner(towns).outcome(read_log(tmp_path / "log.jsonl").replayed(towns).sheet.variant)
    assert again.solution.whole
    pd.testing.assert_frame_equal(
        again.solution.placements, session.outcome.solution.placements, check_exact=True
    )


def test_refused_steps_change_nothing(session):
    """What cannot be done leaves sheet, division and log as they were, and says why."""
    before = (session.course, session.outcome, list(session.told))
    for step, error in (
        (supply("Z", 2025, 3), InstanceError),
        (supply("A", 2025, -3), InstanceError),
        (ChoosePolicy(policy="nobody"), PolicyError),
        (ChooseKey(components=(Component(attribute="nothing"),)), PolicyError),
        (ChooseScenario(scenario="absent"), InstanceError),
        (EditTables(edits=(Remove(agreement="absent"),)), InstanceError),
        (Undo(), VerdelingError),
    ):
        with pytest.raises(error):
            session.do(step)
        assert (session.course, session.outcome, session.told) == before


def test_conflict_and_repair(session):
    """A contradiction is told with its agreements; the last division stays, and a repair mends it."""
    possible = session.outcome
    wish = agreed(
        session.outcome.instance, "places", ">=", 4_000, {"municipality": "C", "group": "statushouders"}
    )
    session.do(EditTables(edits=(wish,)))
    assert not session.outcome.possible
    assert session.shown is possible
    assert changes(possible, session.outcome, "nl") == []
    assert "Minstens 4.000 plekken (Ceedijk, Statushouders)" in " ".join(conflict(session.outcome, "nl"))
    repairs = session.reckoner.repairs(session.sheet.variant)
    session.do(EditTables(edits=taking(repairs, 1), repair=True))
    assert session.outcome.possible
    (row,) = session.outcome.instance["agreements"].to_dict("records")
    number = f"{row['value']:g}".replace(".", ",")
    assert row["text_nl"] == f"Minstens {number} plekken (Ceedijk, Statushouders)"


def test_impossible_to_begin_with():
    """A table can begin with a contradiction, and a repair of it leads to the first division."""
    session = Session(vd.read_instance(INSTANCES / "impossible-agreements"), "leximin", None, "nl")
    assert (session.outcome.possible, session.shown) == (False, None)
    repairs = session.reckoner.repairs(session.sheet.variant)
    session.do(EditTables(edits=taking(repairs, 1), repair=True))
    assert session.shown is session.outcome
    assert same_as_solving(session)
    session.do(Undo())
    assert not session.outcome.possible


def test_agreement_that_goes():
    """An agreement that is taken off the table limits nothing any more."""
    instance = small().in_scenario("high")
    variant = Variant(scenario="high", edits=(Remove(agreement="quarter"),))
    assert edited(small(), variant)["agreements"]["agreement"].tolist() == ["homes"]
    assert set(instance["agreements"]["agreement"]) == {"quarter", "homes"}


def test_text_follows_number(towns):
    """A text that was made of its number follows it; one that people wrote stays."""
    made = edited(
        towns, Variant(edits=(agreed(towns, "share_of_supply", "<=", 0.25, {"municipality": "*"}),))
    )
    after = edited(made, Variant(edits=renumbered(made, "table_1", 0.4)))["agreements"].iloc[0]
    assert after["text_nl"] == "Hoogstens 40% van het aanbod (elke gemeente)"
    assert [edit.column for edit in renumbered(small(), "quarter", 0.5)] == ["value"]


def test_grid(towns):
    """Amounts in a grid are those of the table, and an edit puts one amount in its place."""
    for table, kind in GRIDS.items():
        found = lines(towns, table)
        assert sum(line.amounts[field] for line in found for field in kind.fields) == sum(
            towns[table][field].sum() for field in kind.fields
        )
        if kind.amount:
            assert sum(sum(line.amounts.values()) for line in found) == towns[table][kind.amount].sum()
    line = next(line for line in lines(towns, "supply") if line.key["municipality"] == "C")
    assert (shown(line, 2025, "nl"), shown(line, 2026, "nl")) == ("", "5")
    for year, kind in ((2025, AddRow), (2026, SetCell)):
        edit = edit_of(line, "supply", year, 1_234)
        assert isinstance(edit, kind)
        rows = edited(towns, Variant(edits=(edit,)))["supply"]
        assert rows.loc[(rows["municipality"] == "C") & (rows["year"] == year), "places"].tolist() == [1_234]


def test_grids_of_projects_and_support():
    """Fields of a project and hours of a provider are put in their place, and are checked as any number."""
    instance = small().in_scenario("high")
    (project, *_), (provider, *_) = lines(instance, "projects"), lines(instance, "support")
    year, hours = next(iter(provider.amounts.items()))
    edits = (
        edit_of(project, "projects", "cost_per_place", 1_250.5),
        edit_of(project, "projects", "min_places", 0),
        edit_of(provider, "support", year, hours + 0.5),
    )
    after = edited(small(), Variant(scenario="high", edits=edits))
    (again, *_), (given, *_) = lines(after, "projects"), lines(after, "support")
    assert again.amounts == project.amounts | {"cost_per_place": 1_250.5, "min_places": 0}
    assert given.amounts == provider.amounts | {year: hours + 0.5}
    assert (shown(project, "year", "nl"), shown(again, "cost_per_place", "nl")) == (
        str(project.amounts["year"]),
        "1.250,5",
    )
    assert not whole("projects", "cost_per_place")
    assert not whole("support", year)
    assert whole("projects", "max_places")
    too_many = edit_of(project, "projects", "min_places", project.amounts["max_places"] + 1)
    with pytest.raises(InstanceError, match="min_places"):
        edited(small(), Variant(scenario="high", edits=(too_many,)))


def test_soft_agreement_about_several(session):
    """A soft agreement about two municipalities together gives way at its penalty."""
    wish = agreed(session.outcome.instance, "places", ">=", 4_000, {"municipality": "B;C"}, strength=2.5)
    session.do(EditTables(edits=(wish,)))
    assert session.outcome.possible
    (row,) = session.outcome.solution.table("shortfalls").to_dict("records")
    placed = session.outcome.solution.placements.groupby("municipality")["places"].sum()
    assert row["short"] == pytest.approx(4_000 - placed[["B", "C"]].sum())
    assert row["penalty"] == pytest.approx(2.5 * row["short"])
    assert wish.cells["text_nl"] == "Minstens 4.000 plekken (Beedorp en Ceedijk)"
    assert same_as_solving(session)


def test_whole_places_can_be_cancelled(session):
    """Who cancels gets no whole places, keeps the division, and can ask again."""
    before = session.outcome
    with pytest.raises(Cancelled):
        session.make_whole(lambda phase, done, total: session.cancel())
    assert session.outcome is before
    assert not session.reckoner.known(before.variant.model_copy(update={"whole": True}))
    assert session.make_whole(lambda phase, done, total: None)


def test_differences(towns):
    """Each number that is otherwise now, with what it was; what was put back is no difference."""
    session = Session(towns, "leximin", None, "nl")
    assert session.differences == []
    wish = agreed(towns, "places", ">=", 4, {"municipality": "C"})
    session.do(EditTables(edits=(wish,)))
    session.do(EditTables(edits=renumbered(session.outcome.instance, "table_1", 3)))
    was = towns["supply"].set_index(["municipality", "year"])["places"]
    back = supply("B", 2026, int(was["B", 2026]))
    for step in (supply("A", 2025, 12), supply("B", 2026, 99), back, WEIGHED):
        session.do(step)
    assert session.differences == [
        "Sleutel gewogen: inwoners 33% en homes 67%",
        "Nieuwe afspraak: Minstens 3 plekken (Ceedijk)",
        f"Aanbod, Astad, Sociale huur, 2025: 12 (was {was['A', 2025]})",
    ]
    session.do(EditTables(edits=(Remove(agreement="table_1"),)))
    assert len(session.differences) == 2


def test_differences_of_agreements_that_were_there():
    """Agreements of the instance that go, or have another number, are told by their own words."""
    session = Session(small(), "leximin", "high", "en")
    row = small()["agreements"].set_index("agreement")["text"]
    session.do(EditTables(edits=(Remove(agreement="quarter"), *renumbered(small(), "homes", 1.0))))
    told = "\n".join(session.differences)
    assert row["quarter"] in told
    assert row["homes"] in told
    assert "was" in told


def test_the_report_tells_what_was_changed(session, tmp_path):
    """An exported page lists every change against the instance."""
    session.do(supply("A", 2025, 12))
    session.do(WEIGHED)
    page = read(session.export("report", tmp_path).read_text("utf-8"))
    (section,) = [each for each in page.all("section") if each.attributes.get("id") == "changes"]
    assert [item.text for item in section.all("li")] == session.differences
    assert len(session.differences) == 2
    assert failings(page) == []
    book = load_workbook(session.export("solution", tmp_path))
    told = [str(row[1]) for row in book.worksheets[0].iter_rows(values_only=True) if row[1:]]
    assert [line for line in told if line in session.differences] == session.differences


def test_terms(towns):
    """Every attribute is offered once, at zero where it does not count; rates count times inhabitants."""
    assert attributes(towns) == ["population", "homes"]
    points = offered(towns, Variant())
    assert sorted(points.values()) == [0.0, 100.0]
    population, homes = points
    moved_on = Variant(components=weighed({population: 0.0, homes: 30.0}))
    assert offered(towns, moved_on) == {population: 0.0, homes: 30.0}
    rates = small().replace(
        municipalities=small()["municipalities"].assign(
            share_old=[0.1, 0.2, 0.3], income_per_head=[1.0, 2.0, 3.0]
        )
    )
    bases = {each.attribute: each.base for each in offered(rates, Variant(scenario="high"))}
    assert (bases["share_old"], bases["income_per_head"], bases["dwellings"]) == (
        "population",
        "population",
        None,
    )


def test_fitting_keys(towns):
    """Only keys of which the attributes are there are offered."""
    assert fitting_keys(towns) == ["population", "statutory-refugee-target"]


def test_what_changed(session):
    """Who carries more and who waits less is told in words, and loads beside those before."""
    before = session.outcome
    session.do(supply("B", 2025, 12))
    told = " ".join(changes(before, session.outcome, "nl"))
    table = moved(before, session.outcome, "nl").set_index("municipality")
    assert table.loc["B", "change"] > 0
    assert "Beedorp draagt meer" in told
    assert changes(before, before, "en") == ["Nobody carries or waits noticeably more or less."]


def test_whole_places(session):
    """Whole places are made beside the table: if that went on meanwhile, they are not laid on it."""
    assert session.make_whole(lambda phase, done, total: None)
    assert session.outcome.solution.whole
    session.do(Undo())

    def meanwhile(phase, done, total):
        if not session.course.sheet.variant.edits:
            session.do(supply("A", 2025, 12))

    session.reckoner = Reckoner(session.reckoner.instance)
    assert not session.make_whole(meanwhile)
    assert not session.outcome.solution.whole


def test_export(session, tmp_path):
    """The variant is written as a workbook and as an instance, under its name, and nothing is replaced."""
    session.do(supply("A", 2025, 12))
    session.do(Keep(name="Plan É/1"))
    first, second = (session.export("instance", tmp_path / "out") for _ in range(2))
    assert (first.name, second.name) == ("instance-plan-e-1", "instance-plan-e-1-2")
    assert vd.read_instance(first)["supply"].equals(session.outcome.instance["supply"])
    assert session.export("solution", tmp_path / "out").suffix == ".xlsx"
    assert session.told[-1] == "geschreven: solution-plan-e-1.xlsx"


@pytest.mark.parametrize(
    ("text", "lang", "value"),
    [
        ("1.234,5", "nl", 1234.5),
        ("12,50", "nl", 12.5),
        ("1,234", "en", 1234),
        ("0", "nl", 0),
        (" 7 ", "en", 7),
    ],
)
def test_typed(text, lang, value):
    """Numbers are read in the notation of their language."""
    assert typed_number(text, lang) == value


@pytest.mark.parametrize(
    ("text", "lang", "said"),
    [
        ("veel", "nl", "geen getal"),
        ("", "nl", "geen getal"),
        ("1.5", "nl", "geen getal"),
        ("1,5", "en", "no number"),
        ("1e9", "nl", "geen getal"),
        ("nan", "en", "no number"),
        ("-3", "nl", "kleiner dan nul"),
        ("2,5", "nl", "geen geheel getal"),
        ("x" * 500, "en", "no number"),
    ],
)
def test_mistyped(text, lang, said):
    """What is no number, below zero or not whole is refused in words, and a point is never guessed."""
    with pytest.raises(VerdelingError, match=said) as caught:
        typed_number(text, lang, whole=True)
    assert len(str(caught.value)) < 400


def test_a_policy_whose_own_key_does_not_fit(session):
    """Under a key that fits, a policy is possible of whose own key the municipalities lack the attribute."""
    session.do(ChooseKey(key="population"))
    session.do(ChoosePolicy(policy="status-quo"))
    assert same_as_solving(session)
    with pytest.raises(PolicyError, match="key"):
        session.do(ChooseKey())
