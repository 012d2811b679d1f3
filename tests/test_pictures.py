"""Pictures in general: well-formed, labelled, escaped, in one language, saved whole."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest

from verdeling.adapters import read_instance
from verdeling.engine import solve
from verdeling.errors import OutputError, VerdelingError
from verdeling.pictures import picture as module
from verdeling.pictures.labels import short, short_names

if TYPE_CHECKING:
    from pathlib import Path

    from verdeling.solution import Solution

SVG = "{http://www.w3.org/2000/svg}"


@cache
def towns() -> Solution:
    return solve(read_instance("instances/three-towns"), whole=False)


def test_svg_is_labelled_xml() -> None:
    """A picture is one element with a title and a description that it refers to, and no word of Vega."""
    picture = towns().plot.loads()
    root = ElementTree.fromstring(picture.svg())
    ids = {each.get("id"): each.text for each in root if each.get("id")}
    assert root.tag == f"{SVG}svg"
    assert root.get("role") == "img"
    assert ids[root.get("aria-labelledby")] == picture.title
    assert ids[root.get("aria-describedby")] == picture.description
    assert "graphics" not in picture.svg()
    assert "http" not in picture.svg().replace("http://www.w3.org", "")


def test_ids_are_apart() -> None:
    """Two pictures in one page share no id, and each refers to its own."""
    ids = [
        set(re.findall(r'\bid="([^"]+)"', each.svg()))
        for each in (towns().plot.loads(), towns().plot.groups())
    ]
    assert all(ids)
    assert not ids[0] & ids[1]


def test_saved_whole_or_not_at_all(tmp_path: Path) -> None:
    """Each ending is written in its format; nothing is overwritten unasked, and no other ending is known."""
    picture = towns().plot.loads()
    begins = {"svg": b"<svg", "png": b"\x89PNG", "json": b"{", "html": b"<!doctype html>"}
    for ending, start in begins.items():
        picture.save(tmp_path / f"loads.{ending}")
        assert (tmp_path / f"loads.{ending}").read_bytes().startswith(start)
    with pytest.raises(OutputError):
        picture.save(tmp_path / "loads.svg")
    with pytest.raises(OutputError):
        picture.save(tmp_path / "loads.gif")


def test_missing_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without what draws, the error says what to install."""

    def missing(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr(module, "import_module", missing)
    with pytest.raises(VerdelingError, match=r"pip install 'verdeling\[report\]'"):
        towns().plot.loads()


def test_short_names_stay_apart() -> None:
    """Long names that begin alike are told apart, whatever their ids."""
    names = {f"GM{number}": "Samenwerkende gemeenten van de streek " + "x" * number for number in range(200)}
    found = short_names(names)
    assert len(set(found.values())) == len(names)
    assert max(map(len, found.values())) <= 32
    assert short("x" * 200) == "x" * 27 + "…"
