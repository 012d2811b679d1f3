"""Benchmarks run, whatever they measure."""

import runpy
import sys
from pathlib import Path

import pandas as pd
import pytest

from verdeling.fairness import INDICATORS
from verdeling.policy import policy_names

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


def test_comparing(monkeypatch, capsys):
    """The benchmark of comparing prints a line per way."""
    arguments = ["comparing.py", "--instance", "three-towns", "--runs", "1"]
    monkeypatch.setattr(sys, "argv", arguments)
    runpy.run_path(str(BENCHMARKS / "comparing.py"), run_name="__main__")
    printed = capsys.readouterr().out
    ways = ("leximin alone", "one by one", "together", "with room", "compared", "all of it")
    assert [way for way in ways if way not in printed] == []


def test_explaining(monkeypatch, capsys):
    """The benchmark of explaining prints a line per part, their sum and what-if."""
    arguments = ["explaining.py", "--instance", "three-towns", "--limits", "2", "--runs", "1"]
    monkeypatch.setattr(sys, "argv", arguments)
    runpy.run_path(str(BENCHMARKS / "explaining.py"), run_name="__main__")
    parts = [line.rsplit(maxsplit=2)[0] for line in capsys.readouterr().out.splitlines()[2:]]
    assert parts == ["cold solve", "reopening", "limits", "paths", "room", "everything", "what if"]


def test_policies_are_told_apart(monkeypatch, capsys, tmp_path):
    """The suite of policies writes every indicator of every policy on a region, a picture and a count."""
    monkeypatch.syspath_prepend(str(BENCHMARKS / "policies"))
    monkeypatch.setattr(sys, "argv", ["run.py", "--only", "scarce", "--output", str(tmp_path)])
    runpy.run_path(str(BENCHMARKS / "policies" / "run.py"), run_name="__main__")
    results = pd.read_csv(tmp_path / "results.csv")
    assert set(results["policy"]) == set(policy_names())
    assert set(INDICATORS) <= set(results["indicator"])
    assert "scarce" in capsys.readouterr().out


def test_there_are_regions_of_every_character(monkeypatch):
    """At least a dozen regions can be divided, each with a character of its own."""
    monkeypatch.syspath_prepend(str(BENCHMARKS / "policies"))
    made = runpy.run_path(str(BENCHMARKS / "policies" / "characters.py"))
    assert len(made["CHARACTERS"]) >= 12
    digests = {made["region"](name).digest for name in made["CHARACTERS"]}
    assert len(digests) == len(made["CHARACTERS"])
    assert made["region"]("tight").digest == made["region"]("tight").digest


def test_reading(monkeypatch, capsys):
    """The benchmark of reading prints a line per case, with its municipalities and rows."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    monkeypatch.setattr(sys, "argv", ["reading.py", "--case", "tiny"])
    runpy.run_path(str(BENCHMARKS / "reading.py"), run_name="__main__")
    heading, line = capsys.readouterr().out.splitlines()
    assert heading.split()[:3] == ["case", "municipalities", "rows"]
    assert line.split()[:2] == ["tiny", "3"]
