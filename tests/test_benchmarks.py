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


def test_cases_are_the_same_every_time(monkeypatch):
    """A case with the same seed is the same instance, with another seed another one."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    cases = runpy.run_path(str(BENCHMARKS / "cases.py"))["case"]
    assert cases("tiny", 1) == cases("tiny", 1)
    assert cases("tiny", 1) != cases("tiny", 2)
