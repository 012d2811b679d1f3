"""A policy is data: read from a file, refused where it says what a policy cannot say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from verdeling.errors import PolicyError
from verdeling.policy import Policy, models_folder, policy_names, read_policy

if TYPE_CHECKING:
    from pathlib import Path

TEXT = """
title = "Only the waiting"
[[key.component]]
attribute = "population"
[[goal]]
measure = "waiting"
aggregate = "total"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A policy in a file."""
    path = tmp_path / "mine.toml"
    path.write_text(TEXT, "utf-8")
    return path


def test_names() -> None:
    """The policies that come with the package can be named and read."""
    assert {"leximin", "maximin", "priority", "proportional", "utilitarian"} <= set(policy_names())
    for name in policy_names():
        assert read_policy(name).name == name


def test_a_file(file: Path) -> None:
    """A path of a .toml is read, and what it does not say has a default."""
    policy = read_policy(file)
    assert (policy.name, policy.title, policy.title_nl) == ("mine", "Only the waiting", "")
    assert policy.goal[0].over == ""
    assert policy.key.component[0].weight == 1.0
    assert policy.tolerance == 1e-9
    assert policy.key.building is None


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    """A typing error is met with the name that was meant."""
    with pytest.raises(PolicyError, match="leximin"):
        read_policy("leximim")


@pytest.mark.parametrize("name", ["../models/leximin", "keys/population", ""])
def test_a_name_is_no_path(name: str) -> None:
    """A name cannot climb out of the folder with policies."""
    with pytest.raises(PolicyError):
        read_policy(name)


@pytest.mark.parametrize(
    ("old", "new", "part"),
    [
        ('title = "Only the waiting"', "", "title"),
        ('title = "Only the waiting"', 'titel = "x"\ntitle = "y"', "titel"),
        ('aggregate = "total"', "", "aggregate"),
        ('attribute = "population"', 'attribute = "population"\nweight = -1', "weight"),
        ('attribute = "population"', 'attribute = "population"\nweight = nan', "weight"),
        ("[[goal]]", "[[goals]]", "goal"),
        ('title = "Only the waiting"', 'title = "x"\ntolerance = 1', "tolerance"),
    ],
)
def test_what_a_policy_cannot_say(file: Path, old: str, new: str, part: str) -> None:
    """A field that is missing, unknown or out of range is named in the error."""
    file.write_text(TEXT.replace(old, new), "utf-8")
    with pytest.raises(PolicyError) as caught:
        read_policy(file)
    assert any(part in problem.what for problem in caught.value.problems)


@pytest.mark.parametrize("content", [b"title =", b"\xff\xfe\x00", None])
def test_no_toml(file: Path, content: bytes | None) -> None:
    """A file that is no TOML, or is not there, is an error of three parts."""
    file.unlink() if content is None else file.write_bytes(content)
    with pytest.raises(PolicyError, match="cannot be read"):
        read_policy(file)


def test_the_digest_is_of_everything_that_is_said(file: Path) -> None:
    """The same policy has the same digest, and one word more another one."""
    policy = read_policy(file)
    assert policy.digest == read_policy(file).digest
    assert policy.digest != policy.model_copy(update={"question": "Why?"}).digest
    assert Policy.model_validate(policy.model_dump()).digest == policy.digest


def test_a_policy_does_not_change() -> None:
    """A policy is frozen: what was solved under its name stays what it was."""
    with pytest.raises(ValueError, match="frozen"):
        read_policy("leximin").title = "Other"


def test_the_folder_with_models() -> None:
    """The folder holds the formulation beside the policies."""
    assert (models_folder() / "formulation.md").is_file()
