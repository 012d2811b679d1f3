"""A division in words: what each step gives or takes, in good Dutch and English."""

from __future__ import annotations

from typing import Any, get_args

import numpy as np
import pandas as pd
import pytest

import verdeling as vd
from verdeling.dividing.division import Division, divide
from verdeling.dividing.key_files import key_names, read_key
from verdeling.dividing.words import DivisionWords, describe, title_of
from verdeling.errors import VerdelingError
from verdeling.keys.data import Key
from verdeling.keys.steps import AnyStep
from verdeling.keys.terms import Simple
from verdeling.language import Language
from verdeling.texts import TEXTS

TOWNS = pd.DataFrame(
    {
        "municipality": ["GM1", "GM2", "GM3"],
        "name": ["Borne", "Hengelo", "Losser"],
        "population": [410, 1000, 590],
        "gap": [1, 0, 1],
        "done": [0.0, 1.5, 0.0],
    }
)
BY = {"attribute": "population", "weight": 9, "name": "population", "name_nl": "inwoners"}
GAP = {"attribute": "gap", "weight": 1, "name": "stock gap", "name_nl": "tekort aan sociale huur"}


def key(*steps: dict[str, Any], components: tuple[dict[str, Any], ...] = (BY, GAP), **more: Any) -> Key:
    return Key.model_validate({"component": components, "step": steps, **more})


def divided(*steps: dict[str, Any], total: Any = 200, **more: Any) -> Division:
    return divide(total, TOWNS, key(*steps, **more))


CAP = {"do": "cap", "number": 45.6, "members": ["Borne"], "name": "cap", "name_nl": "bovengrens"}


def test_a_sentence_per_municipality() -> None:
    """A negotiator reads what each component gives, what each step adds or takes, and the places."""
    told = describe(divided(CAP))
    assert told == [
        "Borne: population gives 36.9, stock gap adds 10, cap takes 1.3, rounding takes 0.6: 45 places.",
        "Hengelo: population gives 90, cap adds 0.76, rounding adds 0.24: 91 places.",
        "Losser: population gives 53.1, stock gap adds 10, cap adds 0.54, rounding adds 0.36: 64 places.",
    ]


def test_a_sentence_in_dutch() -> None:
    """The same in Dutch, with the names that the key has in Dutch and numbers in Dutch notation."""
    told = describe(divided(CAP, total=2_000_000), "nl")
    assert told[0] == (
        "Borne: 369.000 door inwoners, 100.000 erbij door tekort aan sociale huur, "
        "468.954,4 eraf door bovengrens, 0,4 erbij door afronding: 46 plekken."
    )


def test_a_sentence_per_class() -> None:
    """Where there are classes each has its sentence; what rounds to zero is not said."""
    division = divide({"low": 20, "high": 0}, TOWNS, key(components=(BY,)))
    assert describe(division)[:2] == [
        "Borne, low: population gives 4.1, rounding takes 0.1: 4 places.",
        "Borne, high: 0 places.",
    ]
    assert describe(divide(1, TOWNS.iloc[:1], key(components=(BY,))), "nl") == [
        "Borne: 1 door inwoners: 1 plek."
    ]


@pytest.mark.parametrize("lang", get_args(Language))
def test_every_step_has_a_word(lang: Language) -> None:
    """Whatever a key can do has a name in both languages where the key gives it none."""
    kinds = {get_args(step.model_fields["do"].annotation)[0] for step in get_args(get_args(AnyStep)[0])}
    assert {f"step.{kind}" for kind in kinds | {"component", "rounding", "trade"}} <= set(TEXTS)
    assert {f"rule.{rule}" for rule in get_args(Simple)} <= set(TEXTS)
    assert DivisionWords(divided({"do": "floor", "number": 1}), lang).table().columns[3] == (
        "ondergrens" if lang == "nl" else "floor"
    )


def test_the_table_of_effects() -> None:
    """The table has what each step gives or takes and the places, and each row adds up."""
    table = DivisionWords(divided(CAP, CAP | {"number": 40}), "nl").table()
    assert table.columns.tolist() == [
        "gemeente", "inwoners", "tekort aan sociale huur", "bovengrens", "bovengrens (2)", "afronding",
        "plekken",
    ]  # fmt: skip
    assert table["gemeente"].tolist() == ["Borne", "Hengelo", "Losser"]
    assert table.iloc[:, 1:-1].sum(axis=1).to_numpy() == pytest.approx(table["plekken"])


def test_a_step_that_is_called_like_a_column() -> None:
    """A step that is called as the places, the class or the municipality are gets a number."""
    component = BY | {"name": "places", "name_nl": None}
    division = divide(
        {"a": 1, "b": 2}, TOWNS, key({"do": "cap", "number": 3, "name": "class"}, components=(component,))
    )
    assert DivisionWords(division, "en").table().columns.tolist() == [
        "municipality", "class", "places (2)", "class (2)", "rounding", "places",
    ]  # fmt: skip


def test_same_names_are_told_apart() -> None:
    """Two municipalities of one name are called by their ids as well."""
    towns = TOWNS.assign(name=["Bergen", "Bergen", None])
    assert divide(2, towns, key()).names == ("Bergen (GM1)", "Bergen (GM2)", "GM3")


@pytest.mark.parametrize(
    ("steps", "more", "english", "dutch"),
    [
        ([], {"rounding": "up", "components": (GAP,), "total": 7},
         "Rounding up divides 8: 1 above the total of 7.",
         "Afronden naar boven verdeelt 8: 1 meer dan het totaal van 7."),
        ([], {"rounding": "down", "components": (GAP,), "total": {"low": 7}},
         "Rounding down divides 6 for low: 1 below the total of 7.",
         "Afronden naar beneden verdeelt 6 voor low: 1 minder dan het totaal van 7."),
        ([{"do": "correction", "add": ["gap"]}], {},
         "Corrections take the total from 200 to 202.", "Door correcties gaat het totaal van 200 naar 202."),
    ],
)  # fmt: skip
def test_notes(steps: list[dict[str, Any]], more: dict[str, Any], english: str, dutch: str) -> None:
    """What else to know is said in both languages, with by how much a total is missed."""
    division = divided(*steps, **more)
    assert describe(division)[len(division.names) :] == [english]
    assert describe(division, "nl")[len(division.names) :] == [dutch]


def test_a_total_that_is_no_whole_number() -> None:
    """Corrections by parts of a place are said, and so is what is divided."""
    notes = DivisionWords(divided({"do": "correction", "deduct": ["done"]}), "nl").notes()
    assert notes[0] == "Door correcties gaat het totaal van 200 naar 198,5."
    assert notes[1] == "Na correcties is het totaal 198,5; verdeeld wordt 198."


@pytest.mark.parametrize("name", key_names())
def test_keys_are_named_in_both_languages(name: str) -> None:
    """Every key that comes along, its components and its steps have a Dutch name."""
    stated = read_key(name)
    assert title_of(stated, "nl") != title_of(stated, "en") != ""
    assert all(part.name and part.name_nl for part in (*stated.component, *stated.step))


def test_an_unknown_language() -> None:
    """A language that is not there is refused."""
    with pytest.raises(VerdelingError, match="'de'"):
        vd.describe(divided(), "de")


def test_sentences_say_what_the_steps_are() -> None:
    """The amounts in the sentences are those of the table of steps."""
    division = divided(CAP, {"do": "floor", "number": 50, "members": ["Losser"]})
    said = " ".join(DivisionWords(division, "en").sentences())
    effects = division.steps["effect"].abs().round(2)
    assert all(f"{effect:g}" in said for effect in effects if effect)
    assert np.allclose(division.steps.groupby("municipality")["effect"].sum(), division.places.ravel())
