"""Benchmarks run, whatever they measure."""

import json
import os
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


def test_scenarios(monkeypatch, capsys):
    """The benchmark of scenarios prints a line per way, with its efficiency and the work it costs."""
    pytest.importorskip("psutil")
    arguments = ["--instance", "three-towns", "--blocks", "2", "--size", "1", "--way", "one process"]
    monkeypatch.setattr(sys, "argv", ["scenarios.py", *arguments])
    monkeypatch.setattr(os, "environ", dict(os.environ))
    runpy.run_path(str(BENCHMARKS / "scenarios.py"), run_name="__main__")
    line = capsys.readouterr().out.splitlines()[-1].split()
    assert line[:2] == ["one", "process"]
    assert line[-4:] == ["1.00"] * 4


def test_methods(monkeypatch, capsys):
    """The benchmark of methods prints a line per way, all with one value, and of all goals by two methods."""
    size = ["--towns", "3", "--size", "3", "2", "2", "--chain"]
    monkeypatch.setattr(sys, "argv", ["methods.py", *size])
    runpy.run_path(str(BENCHMARKS / "methods.py"), run_name="__main__")
    lines = [line.split() for line in capsys.readouterr().out.splitlines()[1:]]
    assert len(lines) == 8
    values = [float(line[-2]) for line in lines[:6]]
    assert values == pytest.approx([values[0]] * 6, rel=1e-4)
    assert float(lines[6][-1]) == pytest.approx(float(lines[7][-1]))


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


def test_peers(monkeypatch, capsys):
    """The benchmark of peers prints a line per peer: what it costs, or that it is not installed."""
    monkeypatch.setattr(sys, "argv", ["run.py", "--case", "tiny", "--task", "leximin", "--runs", "1"])
    peers = runpy.run_path(str(BENCHMARKS / "peers" / "run.py"), run_name="__main__")["PEERS"]["leximin"]
    printed = capsys.readouterr().out.splitlines()
    for peer in peers:
        (line,) = [line for line in printed if line.strip().startswith(peer.name)]
        ended = line.removeprefix(f"  {peer.name}").split()
        assert len(ended) == 6 or ended == ["not", "installed"]


@pytest.fixture(scope="module")
def peers(tmp_path_factory):
    """The benchmark of peers, the folder of the tiny case, and the goals that Verdeling reaches by task."""
    run = runpy.run_path(str(BENCHMARKS / "peers" / "run.py"))
    folder = run["written"]("tiny", 1, tmp_path_factory.mktemp("cases"))
    return run, folder, {task: _goals(run, run["OURS"], folder, task) for task in run["PEERS"]}


def _goals(run, peer, folder, task):
    _, _, printed = run["spent"](run["command"](peer, folder, task), 300)
    return json.loads(printed)["goals"]


@pytest.mark.parametrize(
    ("task", "name"),
    [
        ("waiting", "PuLP, CBC"),
        ("waiting", "PuLP, HiGHS"),
        ("waiting", "linopy, HiGHS"),
        ("waiting", "cvxpy, HiGHS"),
        ("waiting", "Pyomo, HiGHS"),
        ("waiting", "OR-Tools, GLOP"),
        ("leximin", "plain loop, PuLP, HiGHS"),
        ("leximin", "cvxpy-leximin, ordered outcomes"),
        ("leximin", "cvxpy-leximin, saturation"),
    ],
)
def test_a_peer_reaches_the_same(task, name, peers):
    """A peer that is installed reaches what Verdeling reaches."""
    run, folder, ours = peers
    (peer,) = [peer for peer in run["PEERS"][task] if peer.name == name]
    if not run["installed"](peer):
        pytest.skip(f"{peer.name} is not installed")
    assert run["agree"](ours[task], _goals(run, peer, folder, task))


def test_a_peer_that_reaches_another_value_is_told(peers, capsys):
    """A value that differs by more than a millionth is said in the line of the peer, and the run fails."""
    run, *_ = peers
    reached = {
        "Verdeling": [100.0, 0.5],
        "close": [100.00001, 0.5],
        "off": [100.0, 0.500002],
        "short": [100.0],
    }
    measured = {name: run["Measured"]([1.0], [1.0], [0.5], goals) for name, goals in reached.items()}
    assert not run["report"](measured)
    told = {line.split()[0]: "ANOTHER VALUE" in line for line in capsys.readouterr().out.splitlines()}
    assert told == {"Verdeling": False, "close": False, "off": True, "short": True}
