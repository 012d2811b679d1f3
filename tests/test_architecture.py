"""How the parts hang together: no cycles, nothing at import, names that exist, witnesses that stand apart."""

from __future__ import annotations

import ast
import graphlib
import importlib
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import verdeling

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src"
FILES = sorted((SOURCE / "verdeling").rglob("*.py"))
MODULES = ["verdeling", *(found.name for found in pkgutil.walk_packages(verdeling.__path__, "verdeling."))]

LAYERS = (
    {"errors", "tables", "instance", "about", "cells", "validation", "scopes", "checks", "schema"},
    {"adapters", "keys", "policy", "program", "numbering", "clauses", "plan", "attribution", "fairness"},
    {"formulation", "agreements", "measures"},
    {"solvers", "pursuit", "aggregates", "goals", "whole_places", "first_plan", "conflict", "verification"},
    {"statement", "solution", "reading", "engine"},
    {"statements"},
    {"cli"},
)
"""The main parts, from what knows nothing of the others to what knows all of them."""

THE_PROGRAM = {
    "program", "numbering", "clauses", "formulation", "agreements", "measures", "aggregates", "goals",
    "pursuit", "whole_places", "first_plan", "conflict", "statement", "engine", "reading", "solvers", "keys",
}  # fmt: skip
"""Code that states or solves programs."""


def name_of(path: Path) -> str:
    """Dotted name of a module of the package."""
    parts = path.relative_to(SOURCE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path, *, typing: bool = False) -> set[str]:
    """Modules that a file imports when it runs, also inside functions; those for types on request."""
    tree = ast.parse(path.read_text("utf-8"))
    hidden = {
        id(node)
        for guard in ast.walk(tree)
        if isinstance(guard, ast.If) and ast.unparse(guard.test) == "TYPE_CHECKING" and not typing
        for node in ast.walk(guard)
    }
    found: set[str] = set()
    for node in ast.walk(tree):
        if id(node) in hidden:
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom):
            found |= {node.module or ""}
            found |= {f"{node.module}.{alias.name}" for alias in node.names} & set(MODULES)
    return found


def own(path: Path, *, typing: bool = False) -> set[str]:
    """Modules of the package that a file imports."""
    return imports(path, typing=typing) & set(MODULES)


def test_no_cycles() -> None:
    """No module needs itself, however many modules lie between."""
    graph = {name_of(path): own(path) - {name_of(path)} for path in FILES}
    assert len(list(graphlib.TopologicalSorter(graph).static_order())) == len(MODULES)


def layer(module: str) -> int | None:
    """Number of the layer of a main part."""
    part = ([*module.split("."), ""])[1]
    return next((number for number, parts in enumerate(LAYERS) if part in parts), None)


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_imports_point_down(path: Path) -> None:
    """A main part imports nothing from a layer above its own."""
    here = layer(name_of(path))
    above = {module for module in own(path) if here is not None and (layer(module) or 0) > here}
    assert not above


def test_parts_are_there() -> None:
    """Every part that the layers name is a module or package."""
    parts = {module.split(".")[1] for module in MODULES if "." in module}
    assert set().union(*LAYERS) <= parts
    assert parts >= THE_PROGRAM


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_nothing_is_imported_from_the_root(path: Path) -> None:
    """Inside the package the root is imported by nothing: it is for users."""
    assert "verdeling" not in imports(path, typing=True)


def test_solvers_stand_in_one_room() -> None:
    """PuLP is known to its gateway only, and HiGHS to its own module."""
    users = {
        name: [
            name_of(path)
            for path in FILES
            if any(each.split(".")[0] == name for each in imports(path, typing=True))
        ]
        for name in ("pulp", "highspy")
    }
    assert users == {"pulp": ["verdeling.solvers.gateway"], "highspy": ["verdeling.solvers.mirror"]}


def test_witnesses_stand_apart() -> None:
    """Verification, indicators and the oracle import nothing of the code that they judge."""
    judges = [
        path for room in ("verification", "fairness") for path in (SOURCE / "verdeling" / room).glob("*.py")
    ]
    judges += [
        SOURCE / "verdeling" / "plan.py",
        SOURCE / "verdeling" / "attribution.py",
        ROOT / "tests" / "oracle.py",
    ]
    for path in judges:
        parts = {module.split(".")[1] for module in own(path) if "." in module}
        assert not parts & THE_PROGRAM, path
    assert own(ROOT / "tests" / "oracle.py", typing=True) == {"verdeling.instance"}
    assert not own(ROOT / "tests" / "oracle.py")


IMPORTS = """
import logging, sys
before = list(logging.root.handlers), logging.root.level
import verdeling
assert (list(logging.root.handlers), logging.root.level) == before
print([type(handler).__name__ for handler in logging.getLogger("verdeling").handlers])
print(sorted({"pandas", "pulp", "openpyxl"} & set(sys.modules)))
"""


def test_importing_does_nothing() -> None:
    """Importing prints nothing, sets up no handler but one that is silent, and loads nothing else."""
    command = [sys.executable, "-W", "error", "-c", IMPORTS]
    answer = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT / "tests")
    handlers, loaded = answer.stdout.splitlines()
    assert handlers == "['NullHandler']"
    assert loaded == "[]"
    assert answer.stderr == ""


SOLVES = """
import sys
import verdeling as vd
vd.solve(vd.read_instance(sys.argv[1]), whole=False)
print(sorted({"pulp", "openpyxl", "matplotlib", "scipy"} & set(sys.modules)))
"""


def test_a_solve_loads_what_it_uses() -> None:
    """Solving an instance from CSV files loads no workbooks, no PuLP and no SciPy."""
    command = [sys.executable, "-W", "error", "-c", SOLVES, str(ROOT / "instances" / "three-towns")]
    answer = subprocess.run(command, capture_output=True, text=True, check=True)
    assert answer.stdout == "[]\n"


@pytest.mark.parametrize("module", MODULES)
def test_public_names_exist(module: str) -> None:
    """Every name in an __all__ is there, once, in order, and has words that say what it is."""
    found = importlib.import_module(module)
    names = getattr(found, "__all__", [])
    assert sorted(set(names)) == sorted(names)
    assert all(hasattr(found, name) for name in names)
    assert found.__doc__


def test_the_root_finds_each_name_where_tools_do() -> None:
    """The table of homes, the imports for type checkers and ``__all__`` have the same names and modules."""
    tree = ast.parse((SOURCE / "verdeling" / "__init__.py").read_text("utf-8"))
    (typed,) = (
        node for node in tree.body if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
    )
    imported = {
        alias.name: node.module
        for node in typed.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    homes = {name: f"verdeling.{home}" for home, names in vars(verdeling)["_HOMES"].items() for name in names}
    assert homes == imported
    assert sorted(homes) == verdeling.__all__
    assert not homes.keys() & {module.split(".")[1] for module in MODULES if "." in module}
    assert set(verdeling.__all__) <= set(dir(verdeling))
    with pytest.raises(AttributeError, match="no attribute 'sovle'"):
        verdeling.sovle  # noqa: B018


def test_the_root_says_what_it_offers() -> None:
    """Everything at the root is documented, and nothing else is public but modules."""
    for name in verdeling.__all__:
        assert getattr(verdeling, name).__doc__, name
    extra = {name for name in vars(verdeling) if not name.startswith("_")} - set(verdeling.__all__)
    assert {name for name in extra if f"verdeling.{name}" not in MODULES} <= {
        "TYPE_CHECKING",
        "annotations",
        "import_module",
        "logging",
    }


def test_every_folder_has_a_readme() -> None:
    """Whoever opens a top-level folder reads first what it is."""
    command = ["git", "ls-files", "-z"]
    listed = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    if listed.returncode:
        pytest.skip("not a checkout")
    folders = {path.split("/")[0] for path in listed.stdout.split("\0") if "/" in path}
    assert all((ROOT / folder / "README.md").is_file() for folder in folders if not folder.startswith("."))
