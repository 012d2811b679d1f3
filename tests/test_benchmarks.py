"""Benchmarks run, whatever they measure."""

import json
import os
import runpy
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from verdeling.fairness import INDICATORS
from verdeling.policy import policy_names

BENCHMARKS = Path(__file__).resolve().parents[1] / "benchmarks"


SPEED = BENCHMARKS / "speed"


@pytest.fixture
def speed(monkeypatch):
    """A function that gives the names of a script or module of the benchmark of speed."""
    monkeypatch.syspath_prepend(str(SPEED))
    return lambda name, **options: runpy.run_path(str(SPEED / f"{name}.py"), **options)


@pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")
def test_speed(speed, monkeypatch, capsys, tmp_path):
    """The benchmark of speed solves a case in phases and by the command line, and keeps what it found."""
    monkeypatch.setattr(sys, "argv", ["run.py", "--case", "tiny", "--whole", "--output", str(tmp_path)])
    speed("run", run_name="__main__")
    assert "| tiny | whole | 95 |" in capsys.readouterr().out
    (row,) = pd.read_csv(tmp_path / "results.csv").to_dict("records")
    assert (row["municipalities"], row["columns"], row["status"]) == (3, 95, "optimal")
    phases = ["import", "read", "state", "pass", "solver", "pursue", "whole", "read back", "explain", "write"]
    assert all(row[phase] > 0 for phase in phases)
    assert row["total"] == pytest.approx(sum(row[phase] for phase in phases), abs=1e-3)
    assert row["peak MB"] >= row["solved MB"] > 30
    assert row["command MB"] > 30
    assert row["command s"] > 0


def test_each_second_counts_once(speed, monkeypatch):
    """A phase within another is counted for the inner one, but in whole places for those."""
    ticks = iter(range(100))
    monkeypatch.setattr("time.process_time", lambda: next(ticks))
    clock = speed("clock")["Clock"]()
    with clock.phase("pursue"):
        with clock.phase("pass"), clock.phase("solver"):
            pass
        with clock.phase("whole"), clock.phase("pass"), clock.phase("solver"):
            pass
    assert clock.seconds == {"pursue": 3, "pass": 2, "solver": 1, "whole": 5}


@pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")
def test_a_process_that_fails_or_is_late_is_told(speed):
    """Why it failed is what it said last; whoever is not ready within the limit is ended."""
    spawn = speed("spawning")["spawn"]
    assert spawn([sys.executable, "-c", "print('a'); print('b')"], 300).last == "b"
    assert spawn([sys.executable, "-c", "raise SystemExit('too large')"], 300).failed == "too large"
    assert spawn([sys.executable, "-c", "import time; time.sleep(600)"], 0.5).failed == "not ready in 0.5 s"


def test_growth(speed, tmp_path):
    """Exponents are those of the promised sizes, fractional, without what starting takes; and are drawn."""
    growth = speed("growth")
    size = [10**power for power in range(3, 8)]
    rows = pd.DataFrame({"case": growth["LADDER"], "places": "fractional", "columns": size, "import": 1.0})
    for cost, power in {"total": 1.1, "solver": 1.2, "state": 0.9, "solved MB": 0.8}.items():
        rows[cost] = np.power(size, power, dtype=float)
    rows = rows.assign(
        total=rows["total"] + 1.0, municipalities=size, **dict.fromkeys(growth["_OUTSIDE"][1:], 0.0)
    )
    rows.loc[3, "total"] = 1e9  # beyond what is promised
    found = growth["exponents"](pd.concat([rows, rows.iloc[:1].assign(places="whole")]))
    assert [*found.values()] == pytest.approx([1.1, 1.2, 0.9, 0.8])
    assert growth["exponents"](rows.iloc[:1]) == {}
    pytest.importorskip("matplotlib")
    growth["draw"](rows, tmp_path / "growth.png")
    assert (tmp_path / "growth.png").stat().st_size > 10_000


def test_leximin_beside_maximin(speed, monkeypatch, capsys):
    """Both are solved, and their ratio is the last line."""
    monkeypatch.setattr(sys, "argv", ["leximin.py", "--case", "tiny", "--runs", "1"])
    speed("leximin", run_name="__main__")
    assert capsys.readouterr().out.splitlines()[-1].startswith("leximin ÷ maximin")


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


def test_rounds(monkeypatch, capsys):
    """The benchmark of rounds prints a line per measure, with at least one linear program."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    monkeypatch.setattr(sys, "argv", ["rounds.py", "--case", "tiny", "--runs", "1"])
    runpy.run_path(str(BENCHMARKS / "rounds.py"), run_name="__main__")
    lines = [line.split() for line in capsys.readouterr().out.splitlines()[1:]]
    assert len(lines) == 7
    assert all(int(line[-1]) >= 1 for line in lines)


def test_cases_are_the_same_every_time(monkeypatch):
    """A case with the same seed is the same instance, with another seed another one."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    cases = runpy.run_path(str(BENCHMARKS / "cases.py"))["case"]
    assert cases("tiny", 1) == cases("tiny", 1)
    assert cases("tiny", 1) != cases("tiny", 2)


def test_comparing(monkeypatch, capsys):
    """The benchmark of comparing prints a line per way."""
    arguments = ["comparing.py", "--instance", "three-towns", "--policies", "classic", "--runs", "1"]
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
    assert parts == [
        "cold solve",
        "reopening",
        "limits",
        "paths",
        "room",
        "everything",
        "what if, median",
        "what if, mean",
        "its tables, median",
        "its tables, mean",
    ]


def test_reports(monkeypatch, capsys):
    """The benchmark of reports prints a line per part, and how large the page is."""
    monkeypatch.setattr(sys, "argv", ["reports.py", "--instance", "three-towns"])
    runpy.run_path(str(BENCHMARKS / "reports.py"), run_name="__main__")
    parts = [line.split("  ")[0] for line in capsys.readouterr().out.splitlines()[2:]]
    assert parts == ["solve", "explain", "compare", "first page", "next page", "kilobytes"]


def test_meeting(monkeypatch, capsys):
    """The benchmark of the table prints a line for each kind of change that can be made."""
    pytest.importorskip("nicegui", reason="the page needs verdeling[table]")
    monkeypatch.setattr(sys, "argv", ["meeting.py", "--instance", "three-towns", "--turns", "1"])
    runpy.run_path(str(BENCHMARKS / "meeting.py"), run_name="__main__")
    rows = [line.split(" | ") for line in capsys.readouterr().out.splitlines()[2:]]
    kinds = ["weight in the key", "policy", "needs", "supply", "new agreement", "contradiction"]
    assert [row[0].removeprefix("| ") for row in rows] == kinds
    assert all(0 < float(row[1]) <= float(row[3]) for row in rows)


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


def test_loading(monkeypatch, capsys):
    """The benchmark of loading reads what it wrote in every format, and prints a line for each."""
    monkeypatch.setattr(sys, "argv", ["loading.py", "--municipalities", "3", "--runs", "1"])
    runpy.run_path(str(BENCHMARKS / "loading.py"), run_name="__main__")
    first, _, *lines = capsys.readouterr().out.splitlines()
    assert first == "450 needs, 60 supply"
    assert [line.split()[0] for line in lines] == ["csv", "json", "xlsx", "parquet", "duckdb", "sqlite"]
