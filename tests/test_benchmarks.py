"""Benchmarks run, whatever they measure."""

import runpy
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).resolve().parents[1] / "benchmarks"


@pytest.mark.parametrize("script", ["overhead.py"])
def test_a_benchmark_prints_its_table(script, monkeypatch, capsys):
    """Each benchmark runs on the tiny case and prints a line about it."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    monkeypatch.setattr(sys, "argv", [script, "--case", "tiny", "--runs", "1", "--whole"])
    runpy.run_path(str(BENCHMARKS / script), run_name="__main__")
    assert capsys.readouterr().out.count("tiny") == 2


@pytest.mark.parametrize("margins", ["both", "classes"])
def test_divisions(margins, monkeypatch, capsys):
    """The benchmark of divisions prints a line per size, and the exponent of growth."""
    monkeypatch.setattr(
        sys, "argv", ["division.py", "--members", "20", "--members", "50", "--margins", margins]
    )
    runpy.run_path(str(BENCHMARKS / "division.py"), run_name="__main__")
    printed = capsys.readouterr().out.splitlines()
    assert [line.split()[:2] for line in printed[1:]][:2] == [["20", "200"], ["50", "500"]]
    assert printed[-1].split()[0] == "growth"


def test_rounding(monkeypatch, capsys):
    """The benchmark of rounding prints a line per way of rounding and case."""
    monkeypatch.setattr(sys, "argv", ["rounding.py", "--case", "tiny", "--runs", "1"])
    runpy.run_path(str(BENCHMARKS / "rounding.py"), run_name="__main__")
    ways = [line.split()[0] for line in capsys.readouterr().out.splitlines()[1:]]
    assert sorted(ways) == ["dhondt", "largest_remainder", "residue", "table", "webster"]


def test_cases_are_the_same_every_time(monkeypatch):
    """A case with the same seed is the same instance, with another seed another one."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    cases = runpy.run_path(str(BENCHMARKS / "cases.py"))["case"]
    assert cases("tiny", 1) == cases("tiny", 1)
    assert cases("tiny", 1) != cases("tiny", 2)
