"""A policy as data: a key and goals in order, read from a TOML file."""

from __future__ import annotations

import difflib
import hashlib
import os
import tomllib
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, ValidationError

from verdeling.errors import PolicyError, Problem, complaint
from verdeling.incoming import read_toml
from verdeling.keys.data import Component, Key, Keys
from verdeling.keys.terms import Name, Size, Stated

__all__ = [
    "Component",
    "Goal",
    "Key",
    "Keys",
    "Policy",
    "models_folder",
    "policy_names",
    "read_policy",
]


PARAMETERS = ("alpha", "part", "threshold", "weights")
"""What a goal may state beside its measure and aggregate."""


class Goal(Stated):
    """What to optimise, with all earlier goals held at what they reached.

    Parameters
    ----------
    measure, over, aggregate : str
        Names of functions in `verdeling.measures` and `verdeling.aggregates`; ``over`` is empty
        for the measure's own index.
    alpha : float, optional
        For ``alpha_fair``: 0 is the total, 1 proportional fairness, larger nearer to leximin.
    part : float, optional
        For ``worst_part``: which part of everybody is meant, above 0 and up to 1.
    threshold : float, optional
        For criteria with a threshold: the difference, in the unit of the measure, at which one
        concern takes the place of the other.
    weights : tuple of float, optional
        For ``ordered``: weight of the worst-off, the next, …; none above the one before it.
    """

    measure: Name
    over: str = ""
    aggregate: Name
    alpha: Annotated[float, Field(ge=0, le=50)] | None = None
    part: Annotated[float, Field(gt=0, le=1)] | None = None
    threshold: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None
    weights: Annotated[tuple[Size, ...], Field(min_length=1)] | None = None

    @property
    def parameters(self) -> tuple[str, ...]:
        """Names of the parameters that it states."""
        return tuple(name for name in PARAMETERS if getattr(self, name) is not None)


class Policy(Stated):
    """A key and ordered goals: the thing that people disagree about.

    Parameters
    ----------
    name : str
        Name of the file without its suffix.
    title, title_nl, question, question_nl : str
        Title, and the question that the policy asks, in English and Dutch.
    key : Keys
        The fair shares.
    goal : tuple of Goal
        At least one, the most important first.
    tolerance : float
        How far, relative to ``max(1, |value|)``, a later goal may worsen an earlier one.
    """

    name: Name
    title: Name
    title_nl: str = ""
    question: str = ""
    question_nl: str = ""
    key: Keys
    goal: tuple[Goal, ...] = Field(min_length=1)
    tolerance: Annotated[float, Field(ge=1e-10, le=1e-4)] = 1e-9

    @property
    def digest(self) -> str:
        """SHA-256 of everything that the policy says."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()


def models_folder() -> Path:
    """Folder with the policies: beside the package in a checkout, inside it when installed.

    Raises
    ------
    PolicyError
        If neither is there.
    """
    package = Path(__file__).resolve().parent
    candidates = [package / "models", package.parents[1] / "models"]
    for folder in candidates:
        if (folder / "formulation.md").is_file():
            return folder
    raise PolicyError(
        "The folder with policies is missing.",
        [
            Problem(
                "no-models",
                f"Neither {candidates[0]} nor {candidates[1]} holds the policies.",
                "The installation is incomplete.",
                "Install verdeling again, or give the path of a policy file.",
            )
        ],
    )


def policy_names() -> list[str]:
    """Names of the policies that come with Verdeling, in alphabetical order."""
    return sorted(path.stem for path in models_folder().glob("*.toml"))


def read_policy(source: str | Path) -> Policy:
    """Read a policy.

    Parameters
    ----------
    source : str or Path
        A name in ``models/``, such as ``"leximin"``, or the path of a ``.toml`` file.

    Returns
    -------
    Policy

    Raises
    ------
    PolicyError
        If there is no such policy, it is no TOML, or it says something a policy cannot say.

    Examples
    --------
    >>> read_policy("leximin").goal[0].measure
    'waiting'
    """
    path = _policy_path(source)
    try:
        stated = read_toml(path)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise PolicyError(
            f"Policy {path} cannot be read.",
            [
                Problem(
                    "no-toml",
                    str(error),
                    "A policy is a TOML file.",
                    "Mend the file; models/leximin.toml is an example.",
                )
            ],
        ) from error
    return _policy({"name": path.stem, **stated}, path)


def _policy_path(source: str | Path) -> Path:
    path = Path(source)
    if path.suffix == ".toml":
        return path
    named = models_folder() / f"{source}.toml"
    if os.path.isfile(named) and path.name == str(source):
        return named
    near = difflib.get_close_matches(str(source), policy_names(), n=3) or policy_names()
    raise PolicyError(
        f"There is no policy {str(source)!r}.",
        [
            Problem(
                "no-policy",
                f"models/ holds no {source}.toml.",
                "A policy is a name in models/ or a path to a .toml.",
                f"Choose one of: {', '.join(near)}.",
            )
        ],
    )


def _policy(stated: dict[str, Any], path: Path) -> Policy:
    try:
        return Policy.model_validate(stated)
    except ValidationError as error:
        problems = [
            Problem(
                "bad-policy",
                f"{'.'.join(str(part) for part in detail['loc'])}: {complaint(detail['msg'])}.",
                "The policy would mean something else than its author thinks.",
                "See models/README.md for what a policy can say.",
                value=str(detail["input"])[:80],
            )
            for detail in error.errors()
        ]
        raise PolicyError(f"Policy {path} cannot be used.", problems) from error
