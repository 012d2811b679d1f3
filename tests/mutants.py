"""Code changed at random: `python tests/mutants.py COUNT SEED` says which changes no test notices.

Of the modules in `TESTS` so many places are drawn; each time one of them is changed in a copy of the
checkout, and the tests that are named beside the module are run on that. What they notice is killed.
"""

from __future__ import annotations

import ast
import os
import random
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Change = tuple[ast.AST, str, Callable[[], None]]

ROOT = Path(__file__).parents[1]
PACKAGE = Path("src/verdeling")
LEFT_OUT = (".git", ".venv", "build", "dist", ".hypothesis", ".*_cache", "__pycache__")
LONGEST = 180
"""Seconds after which tests that go on are taken for ones that notice."""

OF_GOALS = ["test_goals", "laws/test_other_goals"]
OF_CURVES = ["test_curves", "test_curved", "laws/test_other_goals"]
OF_KEYS = ["test_keys", "test_key_steps", "test_division"]
TESTS = {
    "formulation.py": ["test_formulation", "test_flows", "test_verification", "laws/test_leximin_oracle"],
    "agreements.py": ["test_agreements", "test_verification", "laws/test_leximin_oracle", "test_repairs"],
    "goals.py": [*OF_GOALS, "test_claims_goals", "test_whole_places", "test_instances"],
    "pursuit.py": ["test_aggregates", *OF_GOALS, "test_ordered", "test_mcloone", "test_whole_places",
                   "test_instances"],
    "vectors.py": ["test_measures", "test_aggregates", *OF_GOALS],
    "measures.py": ["test_measures", "test_formulation", *OF_GOALS],
    "claims.py": ["test_claims"],
    "aggregates/sums.py": OF_GOALS,
    "aggregates/levels.py": ["test_aggregates", "laws/test_leximin_oracle", "test_whole_places", *OF_GOALS],
    "aggregates/deviations.py": ["test_aggregates", "test_ordered", *OF_GOALS],
    "aggregates/regions.py": ["test_aggregates", "test_ordered", *OF_GOALS],
    "aggregates/ordered.py": ["test_ordered", *OF_GOALS],
    "aggregates/ideals.py": ["test_bargaining", "test_thresholds", *OF_CURVES],
    "aggregates/claims.py": ["test_claims_goals"],
    "aggregates/curves.py": OF_CURVES,
    "aggregates/curved.py": OF_CURVES,
    "aggregates/bargaining.py": ["test_bargaining"],
    "aggregates/thresholds.py": ["test_thresholds"],
    "aggregates/mcloone.py": ["test_mcloone"],
    **{f"keys/{name}.py": OF_KEYS for name in
       ("__init__", "adjustments", "attributes", "classes", "data", "limits", "reckoning", "stages", "steps",
        "weighing")},
    **{f"fairness/{name}.py": ["test_inequality", "test_fairness"] for name in
       ("__init__", "inequality", "locality", "measuring", "outcome")},
}  # fmt: skip
"""Tests of each module, those that take least first."""

SWAPPED: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.Mod: ast.Mult,
    ast.FloorDiv: ast.Div, ast.Pow: ast.Mult, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd,
    ast.And: ast.Or, ast.Or: ast.And,
}  # fmt: skip
CALLED = {"minimum": "maximum", "min": "max", "any": "all", "floor": "ceil", "argmax": "argmin"}
CALLED |= {other: name for name, other in CALLED.items()}
RUN = ast.Call | ast.Yield | ast.YieldFrom
TELLING = ("Problem", "PolicyError", "SolverError", "InstanceError", "KeyError", "ValueError")
"""What only says something: another word in it is no other answer."""


@dataclass(frozen=True)
class Mutant:
    """One change of one module."""

    module: str
    number: int
    line: int
    about: str

    def source(self) -> str:
        """The module with the change."""
        tree = ast.parse((ROOT / PACKAGE / self.module).read_text("utf-8"))
        [*changes(tree)][self.number][2]()
        return ast.unparse(ast.fix_missing_locations(tree))


def changes(tree: ast.AST) -> Iterator[Change]:
    """Every change of a module: where, what it is, and how it is made."""
    for node in visited(tree):
        yield from _of_signs(node)
        yield from _of_values(node)
        yield from _of_statements(node)


def visited(node: ast.AST) -> Iterator[ast.AST]:
    """What runs: no types, and nothing that only says something."""
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") in TELLING:
        return
    types = isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)
    if types or isinstance(node, ast.JoinedStr):
        return
    yield node
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield from visited(child)


def _of_signs(node: ast.AST) -> Iterator[Change]:
    """Another sign between two things."""
    if isinstance(node, ast.Compare):
        for at, sign in enumerate(node.ops):
            if (other := SWAPPED.get(type(sign))) is not None:
                yield node, _swap(sign), partial(node.ops.__setitem__, at, other())
    elif isinstance(node, ast.BinOp | ast.AugAssign | ast.BoolOp) and type(node.op) in SWAPPED:
        yield node, _swap(node.op), lambda: setattr(node, "op", SWAPPED[type(node.op)]())


def _of_values(node: ast.AST) -> Iterator[Change]:
    """Another number, another truth, no minus, another function."""
    if isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield node, f"{node.value} turned", lambda: setattr(node, "value", not node.value)
    elif isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        yield node, f"{node.value} plus one", lambda: setattr(node, "value", node.value + 1)
    elif isinstance(node, ast.UnaryOp):
        twice = ast.UnaryOp(node.op, node.operand)
        yield node, f"without {type(node.op).__name__}", lambda: setattr(node, "operand", twice)
    elif isinstance(node, ast.Attribute) and node.attr in CALLED:
        yield node, f"{node.attr} to {CALLED[node.attr]}", lambda: setattr(node, "attr", CALLED[node.attr])
    elif isinstance(node, ast.Name) and node.id in CALLED:
        yield node, f"{node.id} to {CALLED[node.id]}", lambda: setattr(node, "id", CALLED[node.id])


def _of_statements(node: ast.AST) -> Iterator[Change]:
    """A question turned round, or a statement left out."""
    if isinstance(node, ast.If | ast.IfExp | ast.While):
        yield node, "question turned", lambda: setattr(node, "test", ast.UnaryOp(ast.Not(), node.test))
    for body in (getattr(node, name, []) for name in ("body", "orelse")):
        for at, each in enumerate(body if isinstance(body, list) else []):
            calls = isinstance(each, ast.Expr) and isinstance(each.value, RUN)
            if calls or isinstance(each, ast.AugAssign):
                yield each, "left out", partial(body.__setitem__, at, ast.Pass())


def _swap(sign: ast.AST) -> str:
    return f"{type(sign).__name__} to {SWAPPED[type(sign)].__name__}"


def mutants() -> list[Mutant]:
    """Every change of every module."""
    found = []
    for module in TESTS:
        tree = ast.parse((ROOT / PACKAGE / module).read_text("utf-8"))
        for number, (node, about, _) in enumerate(changes(tree)):
            told = f"{about}: {ast.unparse(node)[:90]}"
            found.append(Mutant(module, number, getattr(node, "lineno", 0), told))
    return found


def killed(mutant: Mutant, copy: Path) -> bool:
    """Whether a test of the module notices."""
    file = copy / PACKAGE / mutant.module
    original = file.read_text("utf-8")
    file.write_text(mutant.source(), "utf-8")
    try:
        return any(fails(copy, name) for name in TESTS[mutant.module])
    finally:
        file.write_text(original, "utf-8")


def fails(copy: Path, name: str) -> bool:
    """Whether a test of a file fails, or goes on too long."""
    how = ("-qx", "-p", "no:cacheprovider", "-p", "no:xdist", "-m", "not long")
    command = [sys.executable, "-m", "pytest", *how, f"tests/{name}.py"]
    about = {**os.environ, "PYTHONPATH": str(copy / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        answer = subprocess.run(
            command, cwd=copy, env=about, capture_output=True, timeout=LONGEST, check=False
        )
    except subprocess.TimeoutExpired:
        return True
    return answer.returncode != 0


def main(count: int, seed: int) -> None:
    """Say of each mutant that is drawn whether it is killed, and how many are."""
    drawn = random.Random(seed).sample(mutants(), count)
    survived = 0
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy"
        shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(*LEFT_OUT))
        broken = {name for tests in TESTS.values() for name in tests if fails(copy, name)}
        if broken:
            sys.exit(f"Without any change these fail: {', '.join(sorted(broken))}")
        for number, mutant in enumerate(drawn, 1):
            alive = not killed(mutant, copy)
            survived += alive
            told = f"{mutant.module}:{mutant.line} {mutant.about}"
            print(number, "SURVIVED" if alive else "killed", told, flush=True)
    print(f"{count - survived} of {count} killed, of {len(mutants())} that there are; seed {seed}")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
