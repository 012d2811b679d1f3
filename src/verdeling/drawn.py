"""What shows itself in pictures, which are made in a room above the one where it stands."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Generic, Self, TypeVar, overload

Pictures = TypeVar("Pictures")


class Drawn(Generic[Pictures]):
    """A property that gives the pictures of what it is asked of.

    The room is found when a picture is first asked for, so that nothing below it imports it.

    Parameters
    ----------
    name : str
        Name of a class in `verdeling.pictures.plots`, made of the thing itself.
    """

    def __init__(self, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, thing: None, kind: type) -> Self: ...

    @overload
    def __get__(self, thing: object, kind: type) -> Pictures: ...

    def __get__(self, thing: object | None, kind: type) -> Any:
        """Pictures of a thing; of its class, the property itself."""
        if thing is None:
            return self
        return getattr(import_module("verdeling.pictures.plots"), self.name)(thing)
