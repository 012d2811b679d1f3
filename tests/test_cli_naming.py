"""What somebody means by a name: one id, several, or none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from small import small
from verdeling.cli.naming import found, meant
from verdeling.errors import VerdelingError

if TYPE_CHECKING:
    from verdeling.instance import Instance


@pytest.mark.parametrize("said", ["GM1", "gm1", "Losser", " losser "])
def test_by_id_or_name(said: str) -> None:
    """An id and a name mean the same municipality, in upper or lower case."""
    assert found(small(), "municipality", [said]) == ["GM1"]


@pytest.mark.parametrize("said", ["status", "Status holders", "statushouders"])
def test_in_both_languages(said: str) -> None:
    """A group goes by its name in either language."""
    assert meant(small(), "group", said) == ("status",)


def test_an_id_goes_before_a_name() -> None:
    """Where the id of one is the name of another, the id is meant."""
    assert meant(_named("GM2"), "municipality", "GM2") == ("GM2",)


def test_everything_unclear_at_once() -> None:
    """What is not there, and what is not one thing, is refused together with what may be meant."""
    with pytest.raises(VerdelingError) as caught:
        found(_named("Hengelo"), "municipality", ["Hengelo", "Aaltenn", "GM1"])
    twice, absent = caught.value.problems
    assert (twice.code, absent.code) == ("ambiguous-name", "unknown-id")
    assert "GM1, GM2" in twice.remedy
    assert "Aalten" in absent.remedy


def _named(name: str) -> Instance:
    """The small instance with another name for its first municipality."""
    instance = small()
    towns = instance.tables["municipalities"]
    towns.loc[towns["municipality"] == "GM1", "name"] = name
    return instance.replace(municipalities=towns)
