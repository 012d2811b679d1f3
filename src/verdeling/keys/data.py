"""A key as data: what a key file, or the ``[key]`` of a policy, can say."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    model_validator,
)

Name = Annotated[str, Field(min_length=1, max_length=200)]
Weight = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Finite = Annotated[float, Field(allow_inf_nan=False)]
Size = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Units = Annotated[int, Field(ge=0, le=10**12)]
Simple = Literal["up", "nearest", "down"]
Rule = Literal["up", "nearest", "down", "largest_remainder", "webster", "dhondt", "residue"]


def _kind(value: object) -> str:
    return "each" if isinstance(value, dict) else "all"


WeightPerClass = Annotated[
    Annotated[Weight, Tag("all")] | Annotated[dict[Name, Weight], Field(min_length=1), Tag("each")],
    Discriminator(_kind),
]
SizePerClass = Annotated[
    Annotated[Size, Tag("all")] | Annotated[dict[Name, Size], Field(min_length=1), Tag("each")],
    Discriminator(_kind),
]
NamePerClass = Annotated[
    Annotated[Name, Tag("all")] | Annotated[dict[Name, Name], Field(min_length=1), Tag("each")],
    Discriminator(_kind),
]


class Stated(BaseModel):
    """A part of a policy or key; what is not a field is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


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
    name : str, optional
        What the explanation calls it; the attribute unless stated.
    """

    attribute: Name
    weight: WeightPerClass = 1.0
    scale: Literal["share", "inverse", "range", "factor"] = "share"
    bounds: tuple[Size, Size] | None = None
    base: Name | None = None
    rounding: Simple | None = None
    name: Name | None = None

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


class Step(Stated):
    """One change of the amounts, in the order that the key states.

    Parameters
    ----------
    name : str, optional
        What the explanation calls it.
    classes : tuple of str
        Classes that it changes; empty: all.
    """

    name: Name | None = None
    classes: tuple[Name, ...] = ()

    @property
    def label(self) -> str:
        """What the explanation calls it."""
        return self.name or str(getattr(self, "do", "step")).replace("_", " ")


class Limit(Step):
    """A floor or cap; what it takes or frees is shared pro rata among those not bound.

    Parameters
    ----------
    number : float or dict of str to float, optional
        The limit as a number.
    attribute : str or dict of str to str, optional
        The limit as `times` an attribute.
    share_of : str or dict of str to str, optional
        The limit as `times` the share in this attribute, of the total of the class.
    times : float or dict of str to float
        Multiple of the attribute or share.
    members : tuple of str
        Who it holds for, by id or name; empty: everybody.
    where : str, optional
        Attribute that is not zero for those it holds for.
    exempt : tuple of str
        Who it does not hold for, by id or name.
    exempt_where : str, optional
        Attribute that is not zero for those it does not hold for.
    balance : str
        Who takes or gives what it costs or frees: ``all`` who are not bound, or only the ``others``
        for whom it does not hold.
    over : str
        ``class``: a limit in each class; ``all``: on the sum over the classes.
    """

    number: SizePerClass | None = None
    attribute: NamePerClass | None = None
    share_of: NamePerClass | None = None
    times: SizePerClass = 1.0
    members: tuple[Name, ...] = ()
    where: Name | None = None
    exempt: tuple[Name, ...] = ()
    exempt_where: Name | None = None
    balance: Literal["all", "others"] = "all"
    over: Literal["class", "all"] = "class"

    @model_validator(mode="after")
    def _one_limit(self) -> Limit:
        stated = [self.number, self.attribute, self.share_of]
        if sum(each is not None for each in stated) != 1:
            raise ValueError("state one of number, attribute and share_of")
        per_class = [each for each in (*stated, self.times) if isinstance(each, dict)]
        if self.over == "all" and (per_class or self.classes):
            raise ValueError("a limit over all classes has no limit per class")
        return self


class Floor(Limit):
    """No less than this."""

    do: Literal["floor"]


class Cap(Limit):
    """No more than this."""

    do: Literal["cap"]


class Correction(Step):
    """What was left undone is added, what was already done is deducted.

    Parameters
    ----------
    add, deduct : tuple of str
        Attributes in places, at least one. Where there are several classes, `classes` names one.
    total : str
        ``changes``: the corrections come on top, and the total changes by their sum. ``kept``: the
        sum stays; what the corrections add up to is shared pro rata, so that what was done counts.
    """

    do: Literal["correction"]
    add: tuple[Name, ...] = ()
    deduct: tuple[Name, ...] = ()
    total: Literal["changes", "kept"] = "changes"

    @model_validator(mode="after")
    def _something(self) -> Correction:
        if not self.add and not self.deduct:
            raise ValueError("state what to add or to deduct")
        return self


class Shift(Step):
    """A mix of classes per municipality, moved towards the region's; both margins are kept.

    Parameters
    ----------
    mix : dict of str to str
        By class the attribute that holds today's number or share.
    factor : float
        p' = p + factor × (regional − p): 0 keeps today's mix, 1 is the region's, 1.75 goes beyond.
    """

    do: Literal["shift"]
    mix: Annotated[dict[Name, Name], Field(min_length=2)]
    factor: Size = 1.0


class PhaseIn(Step):
    """From today's shares to the key's in equal steps.

    Parameters
    ----------
    today : str or dict of str to str
        Attribute with today's amount or share.
    years : int
        After so many years the key holds in full.
    year : int, optional
        The year that is divided: 0 is today, `years` (unless stated) the key in full.
    """

    do: Literal["phase_in"]
    today: NamePerClass
    years: Annotated[int, Field(ge=1, le=200)]
    year: Annotated[int, Field(ge=0, le=200)] | None = None


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
        all classes is within one of its fraction, and the classes add up to it (controlled rounding).
    """

    rule: Rule = "largest_remainder"
    residue_to: Name | None = None
    margins: Literal["classes", "both"] = "classes"

    @model_validator(mode="after")
    def _residue_belongs(self) -> Rounding:
        if self.residue_to is not None and self.rule != "residue":
            raise ValueError("residue_to belongs to the rule 'residue'")
        return self


class Round(Step):
    """Rounding on the way, before later steps."""

    do: Literal["round"]
    rule: Rule = "largest_remainder"
    residue_to: Name | None = None


AnyStep = Annotated[Floor | Cap | Correction | Shift | PhaseIn | Round, Field(discriminator="do")]


class Trade(Stated):
    """Municipalities exchange parts of their targets; the sum stays the same.

    Parameters
    ----------
    name : str
        The agreement in words.
    changes : dict of str to int
        Places more or less, by id or name; they add up to zero.
    class_ : str
        The class whose places are traded (``class`` in a file); empty where there is one.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    name: Name
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
