"""What a variant gives: its instance, its policy, and the division; each found once and kept."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from verdeling.conflict import Known
from verdeling.dividing.key_files import read_key
from verdeling.engine import contradicted, solve
from verdeling.errors import NoSolutionError, PolicyError
from verdeling.explaining.asking.changing import Change, NewRow, changed
from verdeling.explaining.asking.desk import Desk
from verdeling.explaining.repairing.repairs import repair
from verdeling.meeting.state import AddRow, Edit, Remove, SetCell, Variant
from verdeling.policy import Keys, Policy, read_policy
from verdeling.reporting.content import Content

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from verdeling.engine import Progress
    from verdeling.explaining.repairing.repairs import Repairs
    from verdeling.instance import Instance
    from verdeling.language import Language
    from verdeling.solution import Solution

    T = TypeVar("T")

_KEPT, _DESKS = 60, 4
"""So many divisions, and so many programs that are ready for questions, are kept."""


@dataclass(frozen=True, eq=False)
class Outcome:
    """What a variant gives.

    Parameters
    ----------
    variant : Variant
        What was chosen.
    instance : Instance
        With every edit, of one scenario.
    solution : Solution
        Fractional unless the variant is whole; infeasible where its agreements contradict each other.
    """

    variant: Variant
    instance: Instance
    solution: Solution
    _contents: dict[Language, Content] = field(default_factory=dict, init=False, repr=False)

    def content(self, lang: Language) -> Content:
        """What can be told of the division, each part worked out once."""
        if lang not in self._contents:
            self._contents[lang] = Content.of(self.solution, lang=lang)
        return self._contents[lang]

    @property
    def possible(self) -> bool:
        """Whether there is a division."""
        return self.solution.has_numbers


class Reckoner:
    """Finds what variants of one instance give.

    A division is reckoned from that of the variant as it was when policy or scenario were last chosen,
    under the policy's own key, whose program is kept ready: so the answer to an edit or to another weight
    comes soon, and is the same whatever else was looked at in between. Safe to be asked from several threads;
    they wait for each other.

    Parameters
    ----------
    instance : Instance
        As it was read.
    """

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self._lock = threading.RLock()
        self._outcomes: OrderedDict[str, Outcome] = OrderedDict()
        self._chosen: OrderedDict[str, Instance] = OrderedDict()
        self._instances: OrderedDict[str, Instance] = OrderedDict()
        self._desks: OrderedDict[str, Desk | None] = OrderedDict()
        self._repairs: OrderedDict[str, Repairs] = OrderedDict()
        self._first: Desk | None = None

    def instance_of(self, variant: Variant) -> Instance:
        """The instance with every edit made, of the scenario.

        Raises
        ------
        InstanceError
            If an edit cannot be made, or the tables do not go together after it.
        """
        stated = variant.model_dump_json(include={"scenario", "edits"})
        with self._lock:
            chosen = _kept(self._chosen, variant.scenario, _DESKS, partial(self._in_scenario, variant))
            return _kept(self._instances, stated, _KEPT, partial(edited, chosen, variant))

    def _in_scenario(self, variant: Variant) -> Instance:
        """Kept, because what is read of its tables need not be read again for every edit."""
        return self.instance.in_scenario(variant.scenario or None)

    def outcome(self, variant: Variant) -> Outcome:
        """The division of a variant; of a whole one that was not reckoned yet this takes long.

        Raises
        ------
        InstanceError, PolicyError
            If an edit cannot be made, or the policy or key does not fit.
        """
        with self._lock:
            return _kept(self._outcomes, variant.token, _KEPT, partial(self._found, variant))

    def known(self, variant: Variant) -> bool:
        """Whether the division of a variant was found before."""
        return variant.token in self._outcomes

    def make_whole(self, variant: Variant, progress: Progress) -> Outcome:
        """The division of a variant in whole places; others are answered in the meantime."""
        whole = variant.model_copy(update={"whole": True})
        if not self.known(whole):
            instance = self.instance_of(whole)
            solution = solve(instance, policy_of(whole), progress=progress)
            self._outcomes[whole.token] = Outcome(whole, instance, solution)
        return self._outcomes[whole.token]

    def repairs(self, variant: Variant) -> Repairs:
        """The cheapest ways out, where agreements contradict each other; in fractional places."""
        instance, policy = self.instance_of(variant), policy_of(variant)
        if variant.token not in self._repairs:
            self._repairs[variant.token] = repair(instance, policy)
        return self._repairs[variant.token]

    def _found(self, variant: Variant) -> Outcome:
        instance, policy = self.instance_of(variant), policy_of(variant)
        if variant.whole:
            return Outcome(variant, instance, solve(instance, policy))
        desk = self._desk(variant)
        if desk is None:
            return Outcome(variant, instance, solve(instance, policy, whole=False))
        if len(variant.edits) == variant.settled and desk.policy.key == policy.key:
            return Outcome(variant, instance, desk.plan)
        started = desk.state(instance, policy.key)
        stated = started.pursuit.stand()
        answer = desk.ask_of(started)
        if answer is not None:
            return Outcome(variant, instance, desk.solution(started, answer))
        started.pursuit.rewind(stated)
        known = Known(started.model, desk.in_columns_of(started), desk.ray)
        return Outcome(variant, instance, contradicted(instance, policy, known=known))

    def _desk(self, variant: Variant) -> Desk | None:
        """The variant as it was when policy or scenario were chosen, under the policy's own key, ready."""
        start = variant.model_copy(
            update={"key": "", "components": (), "edits": variant.edits[: variant.settled], "whole": False}
        )

        def opened() -> Desk | None:
            try:
                desk = Desk(self.instance_of(start), policy_of(start), earlier=self._first)
            except (NoSolutionError, PolicyError):  # the policy's own key may not fit, where another does
                return None
            self._first = self._first or desk
            return desk

        return _kept(self._desks, start.token, _DESKS, opened)


def edited(instance: Instance, variant: Variant) -> Instance:
    """An instance in the scenario of a variant, with its edits.

    Raises
    ------
    InstanceError
        If an edit cannot be made, or the tables do not go together after it.
    """
    chosen = instance.in_scenario(variant.scenario or None)
    waiting: list[Change | NewRow] = []
    for edit in variant.edits:
        if isinstance(edit, Remove):
            chosen = _without(_made(chosen, waiting), edit)
            waiting = []
        else:
            waiting.append(_as_change(edit))
    made = _made(chosen, waiting)
    if variant.edits and isinstance(variant.edits[-1], AddRow) and variant.edits[-1].table == "agreements":
        _refuse_idle(made, variant.edits[-1])
    return made


def _refuse_idle(instance: Instance, edit: AddRow) -> None:
    """Refuse a new agreement that is about nothing.

    In an instance that was narrowed to a scenario, others may be about projects of another scenario.

    Raises
    ------
    InstanceError
        If it is about nothing.
    """
    agreements = instance.tables["agreements"]
    own = agreements[agreements["agreement"] == edit.cells["agreement"]]
    instance.replace(about=instance.about.model_copy(update={"scenario": None}), agreements=own)


def policy_of(variant: Variant) -> Policy:
    """The policy of a variant, with the key that was chosen.

    Raises
    ------
    PolicyError
        If the policy or the key is not there.
    """
    policy = read_policy(variant.policy)
    if not (variant.key or variant.components):
        return policy
    stated = dict(read_key(variant.key)) if variant.key else dict(policy.key)
    apart = {"building": policy.key.building, "support": policy.key.support}
    terms = {"component": variant.components} if variant.components else {}
    return policy.model_copy(update={"key": Keys(**{**stated, **apart, **terms})})


def _made(instance: Instance, changes: Sequence[Change | NewRow]) -> Instance:
    return changed(instance, changes) if changes else instance


def _without(instance: Instance, edit: Remove) -> Instance:
    """An instance without an agreement.

    Raises
    ------
    InstanceError
        If it is not there.
    """
    changed(instance, [Change("agreements", {"agreement": edit.agreement}, "source", "")])
    agreements = instance.tables["agreements"]
    return instance.replace(agreements=agreements[agreements["agreement"] != edit.agreement])


def _as_change(edit: Edit) -> Change | NewRow:
    if isinstance(edit, SetCell):
        return Change(edit.table, edit.row, edit.column, edit.value)
    assert isinstance(edit, AddRow)
    return NewRow(edit.table, edit.cells)


def _kept(store: OrderedDict[str, T], name: str, most: int, find: Callable[[], T]) -> T:
    """What a store has under a name, found where it is not there; what was not asked for longest goes."""
    if name not in store:
        store[name] = find()
    store.move_to_end(name)
    while len(store) > most:
        store.popitem(last=False)
    return store[name]
