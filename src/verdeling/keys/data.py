"""A key as data: what a key file, or the ``[key]`` of a policy, can say."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, ConfigDict, Field, model_validator

from verdeling.keys.steps import AnyStep, Correction, Limit
from verdeling.keys.terms import Finite, Name, Rule, Simple, Size, Stated, Units, WeightPerClass


class Derived(Stated):
    """An attribute reckoned from others: (Σ factor × attribute) ÷ `per`, kept within `least` and `most`.

    Parameters
    ----------
    name : str
        Name under which components, steps and later derived attributes can use it.
    sum : dict of str to float
        Factor by attribute.
    per : str, optional
        Attribute to divide by; above zero everywhere.
    least, most : float, optional
        Bounds of the outcome.
    """

    name: Name
    sum: Annotated[dict[Name, Finite], Field(min_length=1)]
    per: Name | None = None
    least: Finite | None = None
    most: Finite | None = None


class Component(Stated):
    """A part of the task divided by one attribute of the municipalities.

    Parameters
    ----------
    attribute : str
        Numeric column of the municipalities, a derived attribute, or ``fair_share`` for the table
        ``fair_shares``.
    weight : float or dict of str to float
        Weight of this component beside the others, or by class; weights are scaled to sum to 1.
        A component without a weight for a class has no part in it.
    scale : str
        ``share``: as it is. ``inverse``: 1 ÷ attribute. ``range``: from the smallest to the largest
        value, stretched to `bounds`. ``factor``: relative to the mean (weighted by `base`), kept
        within `bounds`.
    bounds : tuple of two floats, optional
        For ``range`` and ``factor``.
    base : str, optional
        Attribute that the scaled value multiplies; without it everybody has 1.
    rounding : str, optional
        ``up``, ``nearest`` or ``down``: amounts of this component are rounded before they are added.
    name, name_nl : str, optional
        What the explanation calls it in English and Dutch; the attribute unless stated.
    """

    attribute: Name
    weight: WeightPerClass = 1.0
    scale: Literal["share", "inverse", "range", "factor"] = "share"
    bounds: tuple[Size, Size] | None = None
    base: Name | None = None
    rounding: Simple | None = None
    name: Name | None = None
    name_nl: Name | None = None

    @model_validator(mode="after")
    def _bounds_belong(self) -> Component:
        bounded = self.scale in ("range", "factor")
        if bounded != (self.bounds is not None):
            said = "needs bounds" if bounded else "has no bounds"
            raise ValueError(f"scale {self.scale!r} {said}")
        if self.bounds and not self.bounds[0] <= self.bounds[1] > 0:
            raise ValueError("bounds go from low to high, and the high one is above zero")
        return self

    @property
    def label(self) -> str:
        """What the explanation calls it."""
        return self.name or self.attribute


class Rounding(Stated):
    """How fractions become whole places.

    Parameters
    ----------
    rule : str
        ``up``, ``nearest`` and ``down`` round each number and may miss the total; the others keep it.
    residue_to : str, optional
        For ``residue``: who takes what rounding leaves, by id or name; the largest unless stated.
    margins : str
        ``classes``: the total of each class is kept. ``both``: also what each municipality gets over
        all classes is within one of its fraction, and the classes add up to it (controlled rounding);
        where there are no classes and several years are divided, the same over the years.
    """

    rule: Rule = "largest_remainder"
    residue_to: Name | None = None
    margins: Literal["classes", "both"] = "classes"

    @model_validator(mode="after")
    def _residue_belongs(self) -> Rounding:
        if self.residue_to is not None and self.rule != "residue":
            raise ValueError("residue_to belongs to the rule 'residue'")
        if self.margins == "both" and self.rule != "largest_remainder":
            raise ValueError("margins 'both' is a rule by itself: leave out the rule")
        return self


class Trade(Stated):
    """Municipalities exchange parts of their targets; the sum stays the same.

    Parameters
    ----------
    name : str
        The agreement in words.
    name_nl : str, optional
        The same in Dutch.
    changes : dict of str to int
        Places more or less, by id or name; they add up to zero.
    class_ : str
        The class whose places are traded (``class`` in a file); empty where there is one.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    name: Name
    name_nl: Name | None = None
    changes: Annotated[dict[Name, int], Field(min_length=2)]
    class_: str = Field("", alias="class")


def _rounding(value: object) -> object:
    return {"rule": value} if isinstance(value, str) else value


class Key(Stated):
    """How much of a task is fairly whose: weighted components, then steps in order, then rounding.

    Parameters
    ----------
    title, title_nl, source : str
        What it is called in English and Dutch, and where it is written down.
    total : int, optional
        Places to divide, where the call does not say.
    classes : dict of str to int
        Places to divide by class, where the task has classes.
    derived : tuple of Derived
        Attributes reckoned from others.
    component : tuple of Component
        At least one.
    step : tuple of Step
        Changes in the order in which they are made.
    rounding : Rounding
        How places are made whole; a rule alone is enough.
    trade : tuple of Trade
        Exchanges on top.
    """

    title: str = ""
    title_nl: str = ""
    source: str = ""
    total: Units | None = None
    classes: dict[Name, Units] = Field(default_factory=dict)
    derived: tuple[Derived, ...] = ()
    component: tuple[Component, ...] = Field(min_length=1)
    step: tuple[AnyStep, ...] = ()
    rounding: Annotated[Rounding, BeforeValidator(_rounding)] = Rounding()
    trade: tuple[Trade, ...] = ()

    @property
    def absolute(self) -> tuple[str, ...]:
        """Labels of what is stated in places, and so has no meaning without a total."""
        sized = [
            step.label
            for step in self.step
            if isinstance(step, Correction) or (isinstance(step, Limit) and _in_places(step))
        ]
        return (*sized, *(trade.name for trade in self.trade))


def _in_places(limit: Limit) -> bool:
    return limit.attribute is not None or limit.number not in (None, 0.0)


class Keys(Key):
    """The key of a policy, and those for building and for support where they differ."""

    building: Key | None = None
    support: Key | None = None
