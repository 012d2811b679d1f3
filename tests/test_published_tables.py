"""Published divisions come out of key files to the last unit."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from verdeling.dividing.division import divide
from verdeling.dividing.key_files import read_key
from verdeling.dividing.words import describe

DATA = Path(__file__).parent / "data"
CLASSES = ["VLI", "LI", "MOD", "MOD+"]


def table(name: str) -> pd.DataFrame:
    return pd.read_csv(DATA / f"{name}.csv")


def wide(division: pd.DataFrame) -> pd.DataFrame:
    return division.set_index(["municipality", "class"])["places"].unstack()  # noqa: PD010


def test_bay_area() -> None:
    """All 109 × 4 published cells of the Bay Area's 6th cycle follow from the key file."""
    published = table("rhna_abag_6").set_index("municipality")[CLASSES]
    division = divide(441_176, table("rhna_abag_6"), "rhna-abag-6")
    divided = wide(division.table).loc[published.index, CLASSES]
    assert published.shape == (109, 4)
    assert (divided.to_numpy() == published.to_numpy()).all()
    assert division.notes == ()


def test_bay_area_in_another_order() -> None:
    """The order of the rows of the table changes no cell of the Bay Area's division."""
    rows = table("rhna_abag_6")
    shuffled = divide(None, rows.sample(frac=1, random_state=1), "rhna-abag-6")
    assert wide(shuffled.table).equals(wide(divide(None, rows, "rhna-abag-6").table))


def test_bay_area_fractions() -> None:
    """The fair share of San Francisco under the key of the Bay Area is near its published share."""
    from verdeling.keys import fair_shares

    rows = table("rhna_abag_6").assign(region="Bay Area")
    shares = fair_shares(rows, read_key("rhna-abag-6"))
    published = rows[CLASSES].sum(axis=1) / 441_176
    assert shares.sum() == pytest.approx(1)
    assert (shares - published).abs().max() < 1e-4


@pytest.mark.parametrize("row", range(2))
def test_refugee_targets(row: int) -> None:
    """The half-year targets of Hof van Twente of 2022 follow from inhabitants, to the nearest."""
    target = table("refugee_targets").iloc[row]
    rest = target["population_nl"] - target["population"]
    rows = pd.DataFrame(
        {"municipality": ["Hof van Twente", "rest"], "population": [target["population"], rest]}
    )
    divided = divide(int(target["total"]), rows, "statutory-refugee-target").table
    assert divided["places"][0] == target["published"]


def test_rounding_up_nationally() -> None:
    """Rounding every target up divides 180 more than the total of 13,500, and the division says so."""
    key = read_key("statutory-refugee-target").model_validate(
        read_key("statutory-refugee-target").model_dump() | {"rounding": "up"}
    )
    division = divide(13_500, table("inhabitants_nl_2021"), key)
    assert division.excess == {"": 180}
    assert describe(division)[-1] == "Rounding up divides 13,680: 180 above the total of 13,500."
    assert describe(division, "nl")[-1].endswith("13.680: 180 meer dan het totaal van 13.500.")


def test_rounding_to_nearest_nationally() -> None:
    """Rounding every target to the nearest divides 8 more than the total of 13,500."""
    division = divide(13_500, table("inhabitants_nl_2021"), "statutory-refugee-target")
    assert division.excess == {"": 8}
    hof_van_twente = division.table.set_index("municipality")["places"]["GM1735"]
    assert hof_van_twente == 27


def test_koenigstein() -> None:
    """Two thirds tax and one third inhabitants give the published Königstein shares of 2016."""
    states = table("koenigstein_2016")
    key = read_key("population").model_validate(
        {"component": [{"attribute": "tax_implied", "weight": 2}, {"attribute": "population", "weight": 1}]}
    )
    places = divide(10_000, states, key).table["places"]
    assert (places - states["key_2016"] * 100).abs().max() < 1.5
    assert places.sum() == 10_000


def test_dispersal() -> None:
    """Inhabitants times the factor that a published number implies give that number back."""
    rows = table("dispersal_2024")
    rows["factor"] = rows["published"] / rows["population"]
    assert (
        divide(int(rows["published"].sum()), rows, "dispersal-act").table["places"].tolist()
        == rows["published"].tolist()
    )
