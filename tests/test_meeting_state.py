"""Steps at the table: what they do to the sheet, back and again; a log from which they are done again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verdeling.adapters import read_instance
from verdeling.errors import OutputError, VerdelingError
from verdeling.keys.data import Component
from verdeling.meeting.actions import (
    ChooseKey,
    ChoosePolicy,
    ChooseScenario,
    Drop,
    EditTables,
    Export,
    Keep,
    MakeWhole,
    Open,
    Redo,
    Undo,
    begun,
    read_action,
)
from verdeling.meeting.log import Heading, Log, read_log
from verdeling.meeting.state import AddRow, Remove, SetCell
from verdeling.names import Names

TOWNS = Path(__file__).parents[1] / "instances" / "three-towns"
INSTANCE = read_instance(TOWNS)

names = st.sampled_from(["A", "meer naar voorraad", "<script>", "naam met “aanhaling”\\"])
cells = st.builds(
    SetCell,
    table=st.just("supply"),
    row=st.sampled_from([{"municipality": "A", "year": 2025}, {"municipality": "B", "year": 2026}]),
    column=st.just("places"),
    value=st.integers(0, 40),
)
rows = st.builds(
    AddRow, table=st.just("agreements"), cells=st.just({"agreement": "x", "text": "é", "value": 0.5})
)
edits = st.lists(st.one_of(cells, rows, st.builds(Remove, agreement=names)), min_size=1, max_size=3).map(
    tuple
)
terms = st.builds(Component, attribute=st.sampled_from(["population", "homes"]), weight=st.floats(0.5, 100))
actions = st.one_of(
    st.builds(ChoosePolicy, policy=st.sampled_from(["leximin", "utilitarian"])),
    st.builds(
        ChooseKey, key=st.sampled_from(["", "population"]), components=st.lists(terms, max_size=2).map(tuple)
    ),
    st.builds(ChooseScenario, scenario=st.sampled_from(["low", "high"])),
    st.builds(EditTables, edits=edits, repair=st.booleans()),
    st.builds(Keep, name=names),
    st.builds(Open, name=names),
    st.builds(Drop, name=names),
    st.just(MakeWhole()),
    st.just(Undo()),
    st.just(Redo()),
    st.just(Export(what="report", file="report.html")),
)
several = st.lists(actions, max_size=12)


def done(sequence, course=None):
    """The course after what can be done of a sequence, and what was done of it."""
    course, made = course or begun(INSTANCE), []
    for action in sequence:
        try:
            course = action.on(course)
        except VerdelingError:
            continue
        made.append(action)
    return course, made


@given(several)
def test_undo_all(sequence):
    """After any sequence, undoing everything leads back to the start, and redoing it to the end."""
    course, _ = done(sequence)
    back = course
    while back.past:
        back = Undo().on(back)
    assert back.sheet == begun(INSTANCE).sheet
    again = back
    for _ in course.past:
        again = Redo().on(again)
    assert (again.sheet, again.past) == (course.sheet, course.past)


@given(several)
def test_earlier_sheets_stay(sequence):
    """A step changes no sheet that is there already."""
    course, _ = done(sequence)
    before = [repr(sheet) for sheet in (*course.past, course.sheet)]
    further, _ = done(sequence, course)
    kept = [repr(sheet) for sheet in (*further.past, further.sheet, *further.future)]
    assert [each for each in before if each not in kept] == [] or any(
        isinstance(each, Undo) for each in sequence
    )


@given(several)
def test_log_replays(sequence):
    """A log that was written line by line, and read again, leads to the same table."""
    course, made = done(sequence)
    lines = [json.loads(json.dumps(each.model_dump(mode="json", exclude_none=True))) for each in made]
    again, _ = done([read_action(line) for line in lines])
    assert again == course


@given(actions)
def test_words(action):
    """Every action has words in both languages, which hold no key of a text."""
    for lang in ("nl", "en"):
        words = action.words(Names.of(INSTANCE, lang))
        assert words
        assert "act." not in words


def test_at_the_ends():
    """There is nothing to take back at the start, and nothing to do again at the end."""
    course = begun(INSTANCE)
    for action in (Undo(), Redo(), Open(name="A"), Drop(name="A")):
        with pytest.raises(VerdelingError):
            action.on(course)


def test_what_changes_nothing_is_no_step():
    """Choosing what is chosen, or writing a report, leaves nothing to take back."""
    course = begun(INSTANCE, "leximin")
    for action in (ChoosePolicy(policy="leximin"), Export(what="report", file="report.html")):
        assert action.on(course) is course


def test_whole_until_something_changes():
    """Whole places are of one variant: another number makes the division provisional again."""
    course, _ = done([MakeWhole()])
    assert course.sheet.variant.whole
    edit = SetCell(table="supply", row={"municipality": "A", "year": 2025}, column="places", value=3)
    assert not EditTables(edits=(edit,)).on(course).sheet.variant.whole


def written(path, sequence):
    """A log of a sequence."""
    course = begun(INSTANCE)
    log = Log(path, Heading.of(INSTANCE, TOWNS, course))
    for action in sequence:
        log.add(action, action.words(Names.of(INSTANCE, "nl")))
    return path


def test_log_file(tmp_path):
    """A log is lines that can be read by people and programs, and tells when everything was done."""
    sequence = [ChoosePolicy(policy="utilitarian"), Keep(name="Voorstel één"), Undo(), Redo()]
    path = written(tmp_path / "folder" / "log.jsonl", sequence)
    story = read_log(path)
    assert story.actions == tuple(sequence)
    assert story.words[1] == "bewaard als “Voorstel één”"
    assert story.replayed(INSTANCE).sheet.kept["Voorstel één"].policy == "utilitarian"
    for line in path.read_text("utf-8").splitlines()[1:]:
        assert "T" in json.loads(line)["at"]


def test_log_of_something_else(tmp_path):
    """A log is not replayed on another instance: the same actions would give other numbers."""
    story = read_log(written(tmp_path / "log.jsonl", [Undo()]))
    other = read_instance(TOWNS.parent / "impossible-agreements")
    with pytest.raises(VerdelingError, match="not as it was"):
        story.replayed(other)


def test_broken_log(tmp_path):
    """Every line that says nothing that can be done is told at once, with its number."""
    path = written(tmp_path / "log.jsonl", [Undo()])
    path.write_text(path.read_text("utf-8") + 'nonsense\n{"act": "fly"}\n{"act": "keep"}\n[1]\n')
    with pytest.raises(VerdelingError) as caught:
        read_log(path)
    assert [problem.row for problem in caught.value.problems] == ["3", "4", "5", "6"]


def test_no_log(tmp_path):
    """A log that is not there, or empty, is refused."""
    (tmp_path / "empty.jsonl").write_text("")
    for name in ("empty.jsonl", "absent.jsonl"):
        with pytest.raises(VerdelingError, match="cannot be read"):
            read_log(tmp_path / name)


def test_log_is_never_written_over(tmp_path):
    """A log that is there stays as it is; one in which nothing was done is not there."""
    assert not written(tmp_path / "log.jsonl", []).exists()
    path = written(tmp_path / "log.jsonl", [Undo()])
    content = path.read_text("utf-8")
    with pytest.raises(OutputError, match="cannot be written"):
        written(path, [Redo()])
    assert path.read_text("utf-8") == content
