"""The steps of a key as data: floors, caps, corrections, class mixes, phase-in and rounding on the way."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from verdeling.keys.terms import Name, NamePerClass, Rule, Size, SizePerClass, Stated


class Step(Stated):
    """One change of the amounts, in the order that the key states.

    Parameters
    ----------
    name, name_nl : str, optional
        What the explanation calls it in English and Dutch.
    classes : tuple of str
        Classes that it changes; empty: all.
    """

    name: Name | None = None
    name_nl: Name | None = None
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


class Round(Step):
    """Rounding on the way, before later steps."""

    do: Literal["round"]
    rule: Rule = "largest_remainder"
    residue_to: Name | None = None


AnyStep = Annotated[Floor | Cap | Correction | Shift | PhaseIn | Round, Field(discriminator="do")]
