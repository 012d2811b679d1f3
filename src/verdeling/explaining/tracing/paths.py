"""From its share of the task to its result: what each family of limits and goals adds for a municipality."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from verdeling.errors import InstanceError, Problem, nearest
from verdeling.explaining.tracing.coalitions import PARTS
from verdeling.explaining.tracing.words import difference_sentence, path_sentence
from verdeling.language import language, say
from verdeling.shown import Shown

if TYPE_CHECKING:
    from verdeling.instance import Instance
    from verdeling.language import Language
    from verdeling.policy import Policy
    from verdeling.solution import Solution

STEPS = ("key", *PARTS, "open", "whole")
"""Steps of a path: the share, what each family adds, what the policy leaves open, and whole places."""

REST = "rest"
"""A last step where time ran out: what steps that are not known add together."""


@dataclass(frozen=True, eq=False, repr=False)
class Path:
    """How a municipality came from its fair share to its result.

    Parameters
    ----------
    instance : Instance
        Restricted to the scenario that was solved.
    policy : Policy
        Under which it was solved.
    municipality, group : str
        Ids; the group is empty where the path is about the load.
    order_free : bool
        Whether each family has its mean effect over all orders, instead of its effect in the fixed one.
    steps : DataFrame
        step (see `STEPS`), amount (what the step adds) and total (where the path then is), in places
        of the group, or in load. The amounts add up to the result. Where time ran out, amounts that are
        not known are NaN, and the last step is `REST`.
    """

    instance: Instance
    policy: Policy
    municipality: str
    group: str
    order_free: bool
    steps: pd.DataFrame

    @property
    def share(self) -> float:
        """Its fair share of what is asked, where the path begins."""
        return float(self.steps["total"].iloc[0])

    @property
    def result(self) -> float:
        """What the solution gives, where the path ends."""
        return float(self.steps["total"].iloc[-1])

    @property
    def unknown(self) -> list[str]:
        """Steps that were not told apart before time ran out."""
        return self.steps.loc[self.steps["amount"].isna(), "step"].tolist()

    @property
    def unit(self) -> str:
        """``places`` where each counts for one in what is followed, otherwise ``load``."""
        burden = set(self.instance.tables["groups"]["burden"])
        return "places" if self.group or burden <= {0, 1} else "load"

    def sentence(self, lang: Language = "en") -> str:
        """The path in words; what rounds to nothing is left out, and amounts add up as they are shown."""
        return path_sentence(self, language(lang))

    def in_words(self, lang: Language = "en") -> pd.DataFrame:
        """The steps with names, and headings in the language."""
        return _in_words(self.steps, language(lang))

    def __repr__(self) -> str:
        whose = f"{self.group} in {self.municipality}" if self.group else self.municipality
        return f"<Path of {whose} under {self.policy.name}: {self.share:g} → {self.result:g}>"


@dataclass(frozen=True, eq=False, repr=False)
class Difference:
    """Where two paths part.

    Parameters
    ----------
    one, other : Path
        Of two municipalities, or of one municipality under two policies.
    relative : bool
        Whether amounts are parts of the shares of the two, as between municipalities, instead of amounts.
    steps : DataFrame
        step, amount (what the step adds for the one less what it adds for the other) and total. The
        amounts add up to the difference of the results.
    """

    one: Path
    other: Path
    relative: bool
    steps: pd.DataFrame

    def sentence(self, lang: Language = "en") -> str:
        """The difference in words, in percentage points of the shares where it is relative."""
        return difference_sentence(self, language(lang))

    def in_words(self, lang: Language = "en") -> pd.DataFrame:
        """The steps with names, and headings in the language."""
        return _in_words(self.steps, language(lang))

    def __repr__(self) -> str:
        return f"<Difference of {self.one!r} and {self.other!r}>"


@dataclass(frozen=True, eq=False, repr=False)
class Paths(Shown):
    """The paths of all municipalities.

    Parameters
    ----------
    instance, policy, group, order_free
        As of `Path`.
    steps : DataFrame
        municipality, step, amount, total; all zero for a municipality where nothing is asked. NaN as of
        `Path` where time ran out.
    """

    instance: Instance
    policy: Policy
    group: str
    order_free: bool
    steps: pd.DataFrame

    @classmethod
    def none(cls, solution: Solution) -> Paths:
        """No path, where time ran out before any was begun."""
        steps = pd.DataFrame(columns=["municipality", "step", "amount", "total"])
        return cls(solution.instance, solution.policy, "", order_free=False, steps=steps)

    @property
    def complete(self) -> bool:
        """Whether every step of every path is known."""
        return not self.steps.empty and bool(self.steps["amount"].notna().all())

    def of(self, municipality: str) -> Path:
        """The path of a municipality.

        Raises
        ------
        InstanceError
            If there is no such municipality.
        """
        problems = unknown_ids(self.instance, municipality=municipality)
        if problems:
            raise InstanceError("There is no such path.", problems)
        own = self.steps[self.steps["municipality"] == municipality]
        steps = own.drop(columns="municipality").reset_index(drop=True)
        return Path(self.instance, self.policy, municipality, self.group, self.order_free, steps)

    def sentences(self, lang: Language = "en") -> list[str]:
        """Every path in words."""
        return [self.of(municipality).sentence(lang) for municipality in self.steps["municipality"].unique()]

    def __repr__(self) -> str:
        return f"<Paths of {self.steps['municipality'].nunique()} municipalities under {self.policy.name}>"


def why_different(one: Path, other: Path) -> Difference:
    """Say where the difference between two paths comes from.

    Parameters
    ----------
    one, other : Path
        Of two municipalities: compared relative to their shares. Of one municipality under two policies:
        in load or places.

    Returns
    -------
    Difference

    Raises
    ------
    InstanceError
        If the paths are about different things, one has no share to be relative to, or a step of one is
        not known.

    Examples
    --------
    >>> from verdeling.adapters import read_instance
    >>> from verdeling.engine import solve
    >>> from verdeling.explaining.tracing.trace import trace_paths
    >>> paths = trace_paths(solve(read_instance("instances/three-towns")))
    >>> _, compared = why_different(paths.of("A"), paths.of("C")).sentence().split(". ")
    >>> compared
    'Compared with Ceedijk: earlier goals add 62.5: 62.5 percentage points more.'
    """
    relative = one.municipality != other.municipality
    problems = [*_unlike(one, other), *(_cut_off(path) for path in (one, other) if path.unknown)]
    if relative:
        problems += [_shareless(path) for path in (one, other) if not path.share]
    if problems:
        raise InstanceError("The paths cannot be compared.", problems)
    sides = [
        (path.steps.set_index("step")[["amount", "total"]] / (path.share if relative else 1.0))
        for path in (one, other)
    ]
    steps = (sides[0] - sides[1]).reset_index()
    return Difference(one, other, relative, steps)


def _in_words(steps: pd.DataFrame, lang: Language) -> pd.DataFrame:
    named = steps.assign(step=[say(f"step.{step}", lang) for step in steps["step"]])
    return named.rename(columns={column: say(f"heading.{column}", lang) for column in named})


_NAMES = {"municipality": "municipalities", "group": "groups"}


def unknown_ids(instance: Instance, **wanted: str) -> list[Problem]:
    """Ids that nobody has, with those that look like them and what they are called."""
    problems = []
    for kind, key in wanted.items():
        table = instance.tables[_NAMES[kind]]
        called = dict(zip(table["name"], table[kind], strict=True))
        if key not in set(called.values()):
            meant = f"Use its id, {called[key]}." if key in called else nearest(key, called.values())
            what, why_ = f"There is no {kind} {key!r}.", f"A path is that of a {kind} of the instance."
            problems.append(Problem("unknown-id", what, why_, meant, table=_NAMES[kind], value=key))
    return problems


def _unlike(one: Path, other: Path) -> list[Problem]:
    """What makes two paths paths of different things."""
    kinds = [
        (one.group == other.group, "The paths are about different groups."),
        (one.unit == other.unit, "The paths are in different units."),
        (one.order_free == other.order_free, "Only one of the paths is free of an order."),
    ]
    why_, remedy = "Their steps do not stand for the same.", "Trace both for the same group, in the same way."
    return [Problem("unlike-paths", what, why_, remedy) for alike, what in kinds if not alike]


def _cut_off(path: Path) -> Problem:
    return Problem(
        "path-cut-off",
        f"Time ran out before every step of the path of {path.municipality} was known.",
        "Paths are compared step by step.",
        "Trace it again with a longer time_limit, or none.",
        value=path.municipality,
    )


def _shareless(path: Path) -> Problem:
    return Problem(
        "no-share",
        f"Nothing is asked in the region of {path.municipality}.",
        "Municipalities are compared relative to their shares of what is asked.",
        "Compare municipalities of regions where something is asked.",
        value=path.municipality,
    )
