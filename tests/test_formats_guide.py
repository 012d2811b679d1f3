"""Instances and results in every format by the command line, as the guide to formats shows it."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

import duckdb
from typer.main import get_command

from commands import IMPOSSIBLE, TOWNS, refused, run, shown
from messy import by_hand, write_messy
from test_mapping_guide import GUIDE as README
from test_mapping_guide import SECTION as MAPPING
from verdeling.adapters import read_instance
from verdeling.cli.app import app

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

SECTION = README.partition("## Formats")[2].partition("\n## ")[0]


def blocks(language: str) -> list[str]:
    """Fenced blocks of the guide in a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", SECTION, flags=re.MULTILINE | re.DOTALL)


def test_commands_of_the_guide(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every command does what the guide says, and the query gives the table below it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "instances").symlink_to(TOWNS.parent)
    for line in "".join(blocks("bash")).splitlines():
        shown(*shlex.split(line)[1:])
    towns = read_instance(TOWNS)
    for place in ("towns.duckdb", "sqlite:///towns.db", "towns.parquet"):
        assert read_instance(place) == towns
    (query,) = blocks("sql")
    with duckdb.connect("study.duckdb") as connection:
        found = connection.execute(query).fetchall()
    table = SECTION.partition("| policy | heaviest | load |\n|---|---|---|\n")[2].partition("\n\n")[0]
    rows = [line.strip("| ").split(" | ") for line in table.splitlines()]
    assert [(policy, float(heaviest), float(load)) for policy, heaviest, load in rows] == found


def test_every_command_takes_a_mapping() -> None:
    """Whatever reads an instance reads one's own file by a mapping as well."""
    commands = get_command(app).commands  # type: ignore[attr-defined]
    options = {name: {each.name for each in commands[name].params} for name in commands}
    without = {name for name, names in options.items() if "path" in names and "mapping" not in names}
    assert without == {"template", "generate"}
    assert sum("mapping" in names for names in options.values()) >= 25


def test_own_file_by_a_mapping(tmp_path: Path) -> None:
    """A file of one's own is divided at once; how much of it was mended is said beside the answer."""
    book, mapping, out = tmp_path / "own.xlsx", tmp_path / "mapping.toml", tmp_path / "own.json"
    write_messy(book)
    (content,) = re.findall(r"^```toml\n(.*?)^```$", MAPPING, flags=re.MULTILINE | re.DOTALL)
    mapping.write_text(content, encoding="utf-8")
    told = run("convert", book, out, "--mapping", mapping)
    assert (told.exit_code, read_instance(out)) == (0, by_hand())
    assert "cells mended" in told.stderr
    assert "999 ≠ 632" in told.stderr
    assert "Regio Drieland" in shown("check", book, "--mapping", mapping, "--lang", "nl")
    assert "format that is not known" not in refused("check", book)


def test_what_is_refused_leaves_nothing(tmp_path: Path) -> None:
    """A format that is not known, something that is there, a run that is there: nothing is written."""
    out = tmp_path / "out.duckdb"
    assert "ending .txt is not known" in refused("convert", TOWNS, tmp_path / "out.txt")
    shown("convert", TOWNS, out)
    assert "already" in refused("convert", IMPOSSIBLE, out)
    assert read_instance(out) == read_instance(TOWNS)
    shown("convert", IMPOSSIBLE, out, "--overwrite")
    assert read_instance(out) == read_instance(IMPOSSIBLE)
    assert "geheim" not in refused("solve", "postgresql://an:geheim@host.invalid/x")
    assert "geheim" not in refused("solve", TOWNS, "-o", "mysql://an:geheim@host.invalid/x")
    assert [each.name for each in tmp_path.iterdir()] == ["out.duckdb"]


def test_commands_write_to_a_database(tmp_path: Path) -> None:
    """What writes an instance writes it to the URL of a database as well."""
    target = f"sqlite:///{tmp_path}/invented.db"
    shown("generate", target, "--municipalities", 2)
    assert len(read_instance(target)["municipalities"]) == 2
