"""What the project asks for and what it is checked with belong together."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
LOCKED = ROOT / ".ci" / "locked.txt"


def _asked() -> list[Requirement]:
    """Every requirement of the package and of its extras, without those that are extras of its own."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = [line for extra in project["optional-dependencies"].values() for line in extra]
    found = [Requirement(line) for line in [*project["dependencies"], *extras]]
    return [each for each in found if each.name != "verdeling"]


@pytest.mark.skipif(not LOCKED.exists(), reason="not a checkout")
def test_locked_versions_are_allowed() -> None:
    """Each requirement is locked at a version that it allows, and each locked version has a hash."""
    text = LOCKED.read_text("utf-8")
    entries = re.findall(r"^([\w.-]+)==(\S+)((?:[^\\\n]*\\\n)+.*)", text, flags=re.MULTILINE)
    locked = {canonicalize_name(name): version for name, version, _ in entries}
    missing = [each.name for each in _asked() if canonicalize_name(each.name) not in locked]
    refused = [
        str(each) for each in _asked() if not each.specifier.contains(locked[canonicalize_name(each.name)])
    ]
    assert (missing, refused) == ([], [])
    assert [name for name, _, hashes in entries if "--hash=sha256:" not in hashes] == []


def test_lowest_versions_are_named() -> None:
    """Each requirement of the package itself names its lowest version: the one that is tested."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert [line for line in project["dependencies"] if ">=" not in line] == []
