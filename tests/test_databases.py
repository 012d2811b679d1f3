"""Instances in databases and Parquet files: the same instance back, or nothing; no password is told."""

from __future__ import annotations

import sqlite3
import sys
import tempfile
from contextlib import closing
from typing import TYPE_CHECKING

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings

from small import small
from strategies import instances
from verdeling.adapters import parquet, read_instance, sql, write_instance
from verdeling.errors import InstanceError, OutputError, Problem

if TYPE_CHECKING:
    from pathlib import Path

    from verdeling.instance import Instance

KINDS = ["duckdb", "sqlite"]


def place(kind: str, folder: Path | str) -> str:
    """Where a database of a kind is."""
    return f"sqlite:///{folder}/store.db" if kind == "sqlite" else f"{folder}/store.{kind}"


def run(kind: str, folder: Path, *statements: str) -> None:
    """Change a database without Verdeling."""
    if kind == "duckdb":
        with duckdb.connect(place(kind, folder)) as connection:
            for statement in statements:
                connection.execute(statement)
    else:
        with closing(sqlite3.connect(folder / "store.db")) as connection, connection:
            for statement in statements:
                connection.execute(statement)


def refused(path: object) -> list[Problem]:
    """What is wrong with a source that must be refused."""
    with pytest.raises(InstanceError) as caught:
        read_instance(str(path))
    return list(caught.value.problems)


@pytest.mark.parametrize("kind", [*KINDS, "parquet"])
@settings(max_examples=5)
@given(instance=instances(municipalities=3, groups=3, years=2))
def test_round_trip(kind: str, instance: Instance) -> None:
    """An instance that is written to a database and read is the same instance."""
    with tempfile.TemporaryDirectory() as folder:
        write_instance(instance, place(kind, folder))
        assert read_instance(place(kind, folder)) == instance


@pytest.mark.parametrize("kind", [*KINDS, "parquet"])
def test_text_stays_text(kind: str, tmp_path: Path) -> None:
    """Text that looks like a number, quotes, odd attributes and sources come back as they were."""
    source = small()
    towns = source["municipalities"]
    towns['50% "huur": a;b'] = [0.1, 2.0, 3e-9][: len(towns)]
    needs = source["needs"].assign(source=["0147", "Súdwest'; DROP TABLE needs; --", "1e5", "", "NULL"])
    about = {"title": "ẞ 漢", "name": "x", "years": source.about.years, "licence": "CC0-1.0",
             "sources": ["b", {"title": "a", "path": "https://example.org"}]}  # fmt: skip
    instance = source.replace(municipalities=towns, needs=needs, about=about)
    write_instance(instance, place(kind, tmp_path))
    assert read_instance(place(kind, tmp_path)) == instance


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_overwritten_unasked(kind: str, tmp_path: Path) -> None:
    """An instance that is there stays unless it may be replaced; other tables of the database always do."""
    run(kind, tmp_path, "CREATE TABLE budget (euro INTEGER)", "INSERT INTO budget VALUES (3)")
    write_instance(small(), place(kind, tmp_path))
    with pytest.raises(OutputError, match="There are tables about"):
        write_instance(small(distances=None), place(kind, tmp_path))
    assert read_instance(place(kind, tmp_path)) == small()
    write_instance(small(distances=None), place(kind, tmp_path), overwrite=True)
    assert read_instance(place(kind, tmp_path)) == small(distances=None)
    run(kind, tmp_path, "UPDATE budget SET euro = 4")


@pytest.mark.parametrize("kind", KINDS)
def test_a_failure_changes_nothing(kind: str, tmp_path: Path) -> None:
    """When writing fails halfway, what was there is still there, and a new file is not."""
    instance, broken = small(), small()
    write_instance(instance, place(kind, tmp_path))
    object.__setattr__(broken, "tables", broken.tables.replaced({"support": _unwritable()}))
    with pytest.raises((OutputError, TypeError, pa.ArrowException)):
        write_instance(broken, place(kind, tmp_path), overwrite=True)
    assert read_instance(place(kind, tmp_path)) == instance
    (tmp_path / "new").mkdir()
    with pytest.raises((OutputError, TypeError, pa.ArrowException)):
        write_instance(broken, place(kind, tmp_path / "new"))
    assert not list((tmp_path / "new").iterdir())


def _unwritable() -> pd.DataFrame:
    """A table with a cell that no database takes."""
    row = {"provider": "a", "region": "Twente", "municipality": "", "year": 2027, "hours": object()}
    return pd.DataFrame([row | {"source": "", "estimate": False}])


@pytest.mark.parametrize("kind", KINDS)
def test_rows_are_called_after_their_key(kind: str, tmp_path: Path) -> None:
    """A cell that is wrong is told with its table, its column and the key of its row."""
    write_instance(small(), place(kind, tmp_path))
    run(kind, tmp_path, "ALTER TABLE needs RENAME TO counted",
        "CREATE VIEW needs AS SELECT \"group\", municipality, year, 'many' AS households FROM counted "
        "WHERE municipality IS NOT NULL",
        "CREATE TABLE suply (a INTEGER)", "ALTER TABLE supply RENAME TO aanbod")  # fmt: skip
    found = {
        (problem.code, problem.table, problem.row, problem.column)
        for problem in refused(place(kind, tmp_path))
    }
    assert ("not-a-number", "needs", "regular · GM3 · 2027", "households") in found
    assert ("unknown-table", "suply", "", "") in found


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_to_read(kind: str, tmp_path: Path) -> None:
    """A database that is not there is not made, and one without the tables, or no database, is refused."""
    (problem,) = refused(place(kind, tmp_path))
    assert "not there" in problem.what
    assert not list(tmp_path.iterdir())
    run(kind, tmp_path, "CREATE TABLE budget (euro INTEGER)")
    assert [problem.code for problem in refused(place(kind, tmp_path))] == ["no-tables"]
    (file,) = tmp_path.iterdir()
    file.write_bytes(b"no database" * 1000)
    assert refused(place(kind, tmp_path))[0].code in ("unreadable-file", "unreadable-database")


def test_views_of_other_files_are_not_followed(tmp_path: Path) -> None:
    """A view in a DuckDB file that somebody sent reads nothing outside it."""
    write_instance(small(), tmp_path / "store.duckdb")
    (tmp_path / "other.csv").write_text("municipality,name,region,population\nX,X,X,1\n", encoding="utf-8")
    run("duckdb", tmp_path, "DROP TABLE municipalities",
        f"CREATE VIEW municipalities AS SELECT * FROM '{tmp_path}/other.csv'")  # fmt: skip
    assert "disabled" in refused(tmp_path / "store.duckdb")[0].what


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("postgresql://an:geheim@localhost:1/x?sslpassword=geheim2", "psycopg"),
        ("postgresql://an:geheim@localhost:geheim2/x", "cannot be understood"),
        ("https://an:geheim@example.org/geheim2.xlsx?key=geheim2", "Can't load plugin"),
        ("sqlite:////geheimless/x.db?timeout=geheim2", ""),
    ],
)
def test_no_password_is_told(url: str, told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A URL that cannot be used is refused without what is secret in it, in words and in what caused it."""
    monkeypatch.setitem(sys.modules, "psycopg", None)
    for ask in (read_instance, lambda url: write_instance(small(), url)):
        with pytest.raises((InstanceError, OutputError)) as caught:
            ask(url)
        assert told in caught.value.problems[0].what
        said = str(caught.value).replace("geheimless", "")
        assert "geheim" not in said.replace("example.org/geheim2.xlsx", "")
        assert caught.value.__cause__ is None
        assert caught.value.__suppress_context__


def test_errors_of_drivers_are_cleaned() -> None:
    """A driver that repeats the password or an option is not repeated."""
    base = sql.Database("postgresql://an:geheim@host/x?passfile=/home/an/geheim2")
    assert "geheim" not in base._told(OSError("cannot log in with geheim from /home/an/geheim2"))  # noqa: SLF001
    assert "geheim" not in repr(base)
    assert base.name == "postgresql://host/x"


@pytest.mark.parametrize("url", ["mysql+pymysql://h/x", "sqlite://", "oracle://h/x"])
def test_half_written_is_refused(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database in which an error could leave half an instance, or that is gone at once, is not written."""
    with pytest.raises(OutputError) as caught:
        write_instance(small(), url)
    assert caught.value.problems[0].code == "cannot-write"


@pytest.mark.parametrize(
    ("package", "module", "name"),
    [
        ("duckdb", "duck", "store.duckdb"),
        ("sqlalchemy", "sql", "sqlite:///store.db"),
    ],
)
def test_a_package_that_is_absent(
    package: str, module: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What to install is said where a format needs a package that is not there; nothing is written."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delitem(sys.modules, f"verdeling.adapters.{module}", raising=False)
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(InstanceError, match=r"pip install 'verdeling\[(duckdb|sql)\]'"):
        write_instance(small(), name)
    assert not list(tmp_path.iterdir())


# Parquet


def test_parquet_alone(tmp_path: Path) -> None:
    """Parquet files need no descriptor; types of columns do not matter, only what cells hold."""
    folder = tmp_path / "any"
    write_instance(small(), tmp_path / "small.parquet")
    (tmp_path / "small.parquet").rename(folder)
    (folder / "datapackage.json").unlink()
    for name in ("needs", "supply"):
        frame = pd.read_parquet(folder / f"{name}.parquet")
        frame.astype({"year": "int16"}).astype({"year": "category"}).to_parquet(folder / f"{name}.parquet")
    read = read_instance(folder)
    assert read == small().replace(about={"title": "any", "years": [2027]} | {"years": read.about.years})
    assert [*read.about.years] == sorted(set(small()["needs"]["year"]))


@pytest.mark.parametrize("content", [b"", b"no parquet", b"PAR1" + bytes(100) + b"PAR1"])
def test_not_parquet(tmp_path: Path, content: bytes) -> None:
    """A file that only has the name of Parquet is refused."""
    write_instance(small(), tmp_path / "small.parquet")
    (tmp_path / "small.parquet" / "needs.parquet").write_bytes(content)
    (problem,) = refused(tmp_path / "small.parquet")
    assert (problem.code, problem.table) == ("unreadable-file", "needs")


def test_nested_cells(tmp_path: Path) -> None:
    """A cell of lists or dates in a column of numbers is told with its row."""
    write_instance(small(), tmp_path / "small.parquet")
    path = tmp_path / "small.parquet" / "needs.parquet"
    table = pq.read_table(path)
    for cells in ([["a"]] * len(table), [pd.Timestamp("2027-01-01")] * len(table), [b"1"] * len(table)):
        pq.write_table(
            table.set_column(table.column_names.index("households"), "households", pa.array(cells)), path
        )
        assert {(problem.code, problem.row) for problem in refused(path.parent)} >= {("not-a-number", "1")}


def test_parquet_that_unpacks_to_gigabytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A small file that says it holds too many cells is not unpacked."""
    write_instance(small(), tmp_path / "small.parquet")
    monkeypatch.setattr(parquet, "MOST_CELLS", 19)
    problems = refused(tmp_path / "small.parquet")
    assert ("large-file", "needs") in {(problem.code, problem.table) for problem in problems}
    assert {problem.code for problem in problems} == {"large-file"}
