"""The whole country, region by region."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from regions import of_region
from verdeling.adapters import read_instance
from verdeling.engine import solve

FOLDER = Path(__file__).parents[2] / "instances" / "nl"
ROW = r"^\| ([^|]+) \| (\d+) \|.*\| ([\d.]+) \| ([\d.]+) \|$"


@pytest.mark.long
def test_every_region() -> None:
    """Every region has a plan, in which not all municipalities carry the same: the table of README.md."""
    instance = read_instance(FOLDER)
    rows = re.findall(ROW, (FOLDER / "README.md").read_text("utf-8"), flags=re.MULTILINE)
    assert sorted(region for region, *_ in rows) == sorted(set(instance["municipalities"]["region"]))
    for region, count, lightest, heaviest in rows:
        loads = solve(of_region(instance, region), "leximin", whole=False).loads["relative_load"]
        assert len(loads) == int(count)
        assert (loads.min(), loads.max()) == pytest.approx((float(lightest), float(heaviest)), abs=6e-4)
        assert float(lightest) < float(heaviest)
