"""Numbers and names in running text read the same everywhere, whatever a solver left and whoever is named."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from io import StringIO
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from verdeling.cli.screen import Screen
from verdeling.language import apart, listed, number, rounded

if TYPE_CHECKING:
    from verdeling.language import Language

HEBREW, ARABIC = "רמלה", "الرملة"
TURNED = re.compile("[א-ת\u0600-\u06ff]")


@pytest.mark.parametrize("below", [0.0, 3e-9, 2e-10])
def test_a_half_that_a_solver_moved(below: float) -> None:
    """1.875 is 1,88 on either side of the digits that solvers leave."""
    assert {number(1.875 + side * below, "nl") for side in (-1, 1)} == {"1,88"}


@given(st.integers(-(10**6), 10**6), st.integers(0, 3), st.floats(-1e-10, 1e-10))
def test_rounding_is_that_of_decimals(thousandths: int, decimals: int, noise: float) -> None:
    """What is a decimal number but for rounding of a solver is rounded as that decimal number is."""
    exact = Decimal(thousandths).scaleb(-3)
    expected = exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    assert rounded(float(exact) * (1 + noise), decimals) == float(expected)


@pytest.mark.parametrize("large", [29_720_123_456.0, 123_456_789_012.0, 1e300])
def test_large_numbers_keep_their_digits(large: float) -> None:
    """An amount of billions is told to the euro."""
    assert number(large, "en", 0) == f"{large:,.0f}"


@given(st.text(st.sampled_from(f"{HEBREW}{ARABIC}ab1 ,"), min_size=1))
def test_what_is_isolated_is_left_alone(text: str) -> None:
    """Isolating twice is isolating once, and other texts stay as they are."""
    assert apart(apart(text)) == apart(text)
    assert (apart(text) == text) == (TURNED.search(text) is None)


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_names_in_a_row(lang: Language) -> None:
    """Of names beside each other each one is isolated, so that they stay in order."""
    assert listed([HEBREW, "Borne", ARABIC], lang).count("\u2068") == 2


def test_rows_on_a_screen() -> None:
    """In a row of a terminal, which is one line to it, a number stays in the column it is in."""
    console = Console(file=StringIO(), width=60)
    Screen(console).table(["gemeente", "plekken"], [[HEBREW, "12"], ["Borne", "3"]], total=False)
    assert f"\u2068{HEBREW}\u2069" in console.file.getvalue()  # type: ignore[attr-defined]
