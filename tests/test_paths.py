"""Paths and their differences as values and in words, in Dutch and English."""

from __future__ import annotations

import re
from itertools import accumulate

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hand_made import small
from verdeling.errors import InstanceError, VerdelingError
from verdeling.explaining.tracing.paths import STEPS, Path, Paths, why_different
from verdeling.policy import read_policy

LEXIMIN = read_policy("leximin")


def path(
    amounts: list[float],
    municipality: str = "GM1",
    policy: str = "leximin",
    group: str = "",
    free: bool = False,
) -> Path:
    """A path of these amounts; steps after them add nothing."""
    full = [*amounts, *[0.0] * (len(STEPS) - len(amounts))]
    steps = pd.DataFrame({"step": STEPS, "amount": full, "total": list(accumulate(full))})
    return Path(small(), read_policy(policy), municipality, group, free, steps)


EVERY = path([120, -14, 6, -2.5, 3, 0, -1.25, 0.5, 0.25])


def test_in_words() -> None:
    """Each step that does anything is named once, in its order, and verbs follow the number of things."""
    assert EVERY.sentence("en") == (
        "The fair share of Losser in the task is 120 places. Supply and suitability take 14 off, "
        "projects add 6, support takes 2.5 off, agreements add 3, the way of dividing takes 1.25 off, "
        "what the policy leaves open adds 0.5, whole places add 0.25: 112 places."
    )
    assert EVERY.sentence("nl") == (
        "Het eerlijk aandeel van Losser in de opgave is 120 plekken. Aanbod en geschiktheid halen er 14 af, "
        "bouwplannen voegen er 6 toe, begeleiding haalt er 2,5 af, afspraken voegen er 3 toe, "
        "de manier van verdelen haalt er 1,25 af, wat het verdeelprincipe openlaat voegt er 0,5 toe, "
        "hele plekken voegen er 0,25 toe: 112 plekken."
    )
    assert (EVERY.share, EVERY.result, EVERY.unit) == (120, 112, "places")


def test_nothing_happens() -> None:
    """A path without effects says so, and names the group that it is about."""
    straight = path([1], group="status", free=True)
    assert straight.sentence() == (
        "The fair share of Losser in the task for Status holders is 1 place, and that is what it carries."
    )
    assert "de opgave voor Statushouders is 1 plek, en" in straight.sentence("nl")


def test_order_free_is_said() -> None:
    """Whoever reads mean effects is told that they are means."""
    assert path([8, 1], free=True).sentence().endswith("Each effect is the mean over all orders.")
    assert (
        path([8, 1], free=True).sentence("nl").endswith("Elk effect is het gemiddelde over alle volgordes.")
    )


@given(st.lists(st.floats(-50, 50), min_size=2, max_size=len(STEPS)))
def test_what_is_read_adds_up(amounts: list[float]) -> None:
    """The numbers of a sentence, as they are read, add up to the last digit."""
    told = path([500, *amounts[1:]]).sentence()
    share, *_ = re.findall(r"is ([\d.]+) place", told)
    result = re.findall(r": ([\d.]+) place", told) or [share]
    added = sum(float(each) for each in re.findall(r"adds? ([\d.]+\d|\d)", told))
    taken = sum(float(each) for each in re.findall(r"takes? ([\d.]+) off", told))
    assert float(share) + added - taken == pytest.approx(float(result[0]), abs=1e-9)


def test_tables_in_words() -> None:
    """Steps and headings have names in both languages."""
    assert EVERY.in_words("nl").columns.tolist() == ["stap", "hoeveelheid", "totaal"]
    assert EVERY.in_words("en")["step"].tolist()[:3] == [
        "the fair share",
        "supply and suitability",
        "projects",
    ]
    assert len(EVERY.in_words("nl")) == len(STEPS)


def test_two_municipalities() -> None:
    """Municipalities are compared relative to their shares, in percentage points."""
    difference = why_different(path([80, -20, 0, 0, 0, 4]), path([40, 0, 0, 0, 0, 10], "GM2"))
    assert difference.relative
    assert difference.steps["amount"].tolist() == pytest.approx([0, -0.25, 0, 0, 0, -0.2, 0, 0, 0])
    assert difference.steps["total"].iloc[-1] == pytest.approx(64 / 80 - 50 / 40)
    assert difference.sentence("en") == (
        "Of the fair share in the task, Losser carries 80% and Hengelo 125%. Compared with Hengelo: "
        "supply and suitability take 25 off, earlier goals take 20 off: 45 percentage points less."
    )
    assert difference.sentence("nl") == (
        "Van het eerlijk aandeel in de opgave draagt Losser 80% en Hengelo 125%. Vergeleken met Hengelo: "
        "aanbod en geschiktheid halen er 25 af, eerdere doelen halen er 20 af: 45 procentpunt minder."
    )


def test_two_policies() -> None:
    """Policies are compared in places, their keys included."""
    difference = why_different(path([100, -20]), path([90, -20, 5], policy="proportional"))
    assert not difference.relative
    assert difference.steps["amount"].tolist()[:3] == [10, 0, -5]
    assert difference.sentence("en") == (
        "Of the task, Losser carries 80 places under Leximin and 75 places under Proportional. Compared with "
        "Proportional: the fair share adds 10, projects take 5 off: 5 places more."
    )
    assert difference.in_words("nl").columns.tolist() == ["stap", "hoeveelheid", "totaal"]


def test_no_difference() -> None:
    """Effects that cancel out are told; where there is nothing, nothing is compared."""
    told = why_different(path([10, 2]), path([12, 0], policy="proportional")).sentence("nl")
    assert told.endswith(
        "het eerlijk aandeel haalt er 2 af, aanbod en geschiktheid voegen er 2 toe: geen verschil."
    )
    assert "Compared" not in why_different(path([10]), path([10], policy="proportional")).sentence()


def test_paths_that_differ_in_kind() -> None:
    """What cannot be compared is told all at once."""
    with pytest.raises(InstanceError) as caught:
        why_different(path([0.0], group="status", free=True), path([1], "GM2"))
    codes = [problem.code for problem in caught.value.problems]
    assert codes == ["unlike-paths", "unlike-paths", "no-share"]


def test_path_of() -> None:
    """The path of a municipality out of all; an id that is not there is refused with those like it."""
    frames = [path([4, each]).steps.assign(municipality=f"GM{each}") for each in (1, 2, 3)]
    paths = Paths(small(), LEXIMIN, "", False, pd.concat(frames))
    assert paths.of("GM2").result == 6
    assert [text.split(" in ")[0] for text in paths.sentences()] == [
        f"The fair share of {name}" for name in ("Losser", "Hengelo", "Aalten")
    ]
    with pytest.raises(InstanceError) as caught:
        paths.of("GM11")
    assert "GM1" in caught.value.problems[0].remedy
    with pytest.raises(VerdelingError):
        EVERY.sentence("de")  # type: ignore[arg-type]


def test_shown() -> None:
    """What is seen of a path at a prompt."""
    assert repr(EVERY) == "<Path of GM1 under leximin: 120 → 112>"
    assert repr(path([1], group="status")) == "<Path of status in GM1 under leximin: 1 → 1>"
    assert repr(why_different(EVERY, path([7], policy="proportional"))).startswith(
        "<Difference of <Path of GM1"
    )
