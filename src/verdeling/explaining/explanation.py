"""Why a solution is what it is: one door to everything that can be told of it, asked when it is wanted."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from verdeling.drawn import Drawn
from verdeling.errors import NoSolutionError, Problem, VerdelingError
from verdeling.explaining.binding import ask_limits, beside_prices
from verdeling.explaining.clock import Clock, no_time
from verdeling.explaining.freedom.room import no_room, room_of
from verdeling.explaining.freedom.variety import alternatives_of, no_alternatives
from verdeling.explaining.reopened import Reopened
from verdeling.explaining.repairing.repairs import repair
from verdeling.explaining.telling import PARTS, USUAL, part_sentences, part_tables, refuse_part
from verdeling.explaining.tracing.paths import Paths
from verdeling.explaining.tracing.trace import trace_paths
from verdeling.explaining.trials import tried
from verdeling.language import language, listed, say
from verdeling.phrases import Wording
from verdeling.pursuit import OutOfTime
from verdeling.shown import Shown
from verdeling.solution import refuse_foreseen
from verdeling.statements import Statements

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    import pandas as pd

    from verdeling.explaining.asking.desk import Desk
    from verdeling.explaining.freedom.room import Room
    from verdeling.explaining.freedom.variety import Alternatives
    from verdeling.explaining.repairing.repairs import Repairs
    from verdeling.language import Language
    from verdeling.names import Names
    from verdeling.pictures.plots import ExplanationPlots
    from verdeling.solution import Solution


@dataclass(frozen=True, eq=False, repr=False)
class Explanation(Shown):
    """Why a solution is what it is. Each part is found when it is first asked for, and then kept.

    What one more of a limit changes is always that of the fractional optimum; everything else is of the
    kind of the solution. Room and alternatives take long where places are whole.

    Parameters
    ----------
    solution : Solution
        What is explained: settled, or infeasible.
    time_limit : float, optional
        Seconds for all parts together. What was found before is kept, and `unfinished` says what was not.
    """

    solution: Solution
    time_limit: float | None = None
    _clock: Clock = field(init=False)
    _reopened: Reopened = field(init=False)
    _late: list[str] = field(init=False, default_factory=list)
    _told: dict[tuple[str, Language, bool], list[str]] = field(init=False, default_factory=dict)

    plot: ClassVar[Drawn[ExplanationPlots]] = Drawn("ExplanationPlots")
    """Its pictures."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "_clock", Clock(self.time_limit))
        object.__setattr__(self, "_reopened", Reopened(self.solution, self._clock))

    @cached_property
    def statements(self) -> Statements:
        """What can be said at once: limits with their prices, and what is estimated."""
        return Statements.of(self.solution)

    @property
    def desk(self) -> Desk:
        """The solution reopened, ready for questions such as those of `verdeling.what_if`.

        Raises
        ------
        NoSolutionError
            If it is infeasible, or could not be reopened in time.
        """
        try:
            return self._reopened.desk
        except OutOfTime:
            raise NoSolutionError("The solution cannot be reopened in that time.", [_LATE]) from None

    @property
    def binding(self) -> pd.DataFrame:
        """Limits that bind with their prices, and what one more and one less would change; in English.

        See `in_words`. Every limit is asked about, up to ten times: on a large instance that takes
        minutes, and ``statements.in_words`` has the prices at once.
        """
        return self.in_words("en")

    def in_words(self, lang: Language) -> pd.DataFrame:
        """As `binding`, in a language.

        Parameters
        ----------
        lang : {"nl", "en"}
            Language of names and words.

        Returns
        -------
        DataFrame
            The columns of `verdeling.statements.Statements.in_words`, among them those of
            `verdeling.explaining.binding.beside_prices`.
        """
        return Statements(self.solution, self.answered).in_words(lang)

    @cached_property
    def paths(self) -> Paths:
        """How every municipality came from its fair share to its load, in the fixed order of steps.

        As far as time allowed; without a row where it ran out before.
        """
        found = Paths.none(self.solution)
        with suppress(OutOfTime), self._clock.running():
            found = trace_paths(self.solution, time_limit=self._clock.limit)
        self._note("paths", complete=found.complete and not found.steps.empty)
        return found

    @cached_property
    def room(self) -> Room:
        """How far each municipality's load can move with every goal still met."""
        found = no_room(self.solution)
        with suppress(OutOfTime), self._reopened.holding() as held:
            found = room_of(held)
        self._note("room", complete=found.complete)
        return found

    @property
    def trades(self) -> pd.DataFrame:
        """Who can hand a place to whom, all others carrying what they carry; see ``room.trades``."""
        return self.room.tables["trades"]

    @cached_property
    def alternatives(self) -> Alternatives:
        """Plans that are just as good, and as different as can be."""
        found = no_alternatives(self.solution)
        with suppress(OutOfTime), self._reopened.holding() as held:
            found = alternatives_of(held)
        self._note("alternatives", complete=found.complete)
        return found

    @property
    def conflict(self) -> pd.DataFrame:
        """Agreements that cannot hold together: agreement, text, text_nl, source; none with a plan."""
        tried_ones = self.solution.conflict
        inside = tried_ones[tried_ones["in_conflict"].astype(bool)]
        return inside.drop(columns="in_conflict").reset_index(drop=True)

    @cached_property
    def repairs(self) -> Repairs:
        """The cheapest changes of agreements with which there is a plan; none where there is one."""
        solution = self.solution
        whole = solution.whole and not solution.has_numbers
        with self._clock.running():
            found = repair(solution.instance, solution.policy, whole=whole, time_limit=self._clock.limit)
        self._note("repairs", complete=not found.missing)
        return found

    def sentences(
        self, lang: Language = "en", parts: Sequence[str] | None = None, *, every: bool = False
    ) -> list[str]:
        """What there is to say, the most important first, and what was not done in time.

        Parameters
        ----------
        lang : {"nl", "en"}
            Language.
        parts : sequence of str, optional
            Some of `PARTS` in `verdeling.explaining.telling`; by default those of `USUAL` there.
        every : bool
            Whether all limits are told about, instead of the most important ones.

        Returns
        -------
        list of str

        Raises
        ------
        VerdelingError
            If there is no such part, or no such language.
        NoSolutionError
            If a part is about a plan, and there is none.
        """
        usual = USUAL[self.solution.has_numbers]
        told = [text for part in parts or usual for text in self.part(part, lang, every=every)]
        return told + self.unfinished(lang)

    def part(self, part: str, lang: Language, *, every: bool = False) -> list[str]:
        """The sentences of one part; see `sentences`."""
        refuse_part(part, self.solution)
        asked = part, language(lang), every
        if asked not in self._told:
            self._told[asked] = part_sentences(self, part, language(lang), every=every)
        return list(self._told[asked])

    def tables(self, parts: Sequence[str] | None = None, *, every: bool = False) -> dict[str, pd.DataFrame]:
        """What is behind the sentences, in ids.

        Parameters
        ----------
        parts, every
            As for `sentences`; with `every`, limits have what one more and one less would change.

        Returns
        -------
        dict of str to DataFrame
            limits; steps (of the paths); ranges, trades and loosened (of the room); numbers (of the
            alternatives); conflict; concessions (of the repairs): those of the parts.
        """
        found: dict[str, pd.DataFrame] = {}
        for part in parts or USUAL[self.solution.has_numbers]:
            refuse_part(part, self.solution)
            found |= part_tables(self, part, every=every)
        return found

    def unfinished(self, lang: Language = "en") -> list[str]:
        """Which parts that were asked for were not finished in time; nothing where all were."""
        if not self._late:
            return []
        titles = [f"“{say(f'title.{part}', language(lang))}”" for part in PARTS if part in self._late]
        return [say("note.unfinished", lang, parts=listed(titles, lang))]

    @cached_property
    def answered(self) -> pd.DataFrame:
        """As `binding`, in ids; see `verdeling.explaining.binding.beside_prices`."""
        limits, answers = self.statements.limits, None
        if limits.empty:
            return beside_prices(self.solution, limits, None)
        with suppress(OutOfTime), self._reopened.asking() as desk:
            answers = ask_limits(self.solution, desk, limits)
        self._note("limits", complete=answers is not None and answers.complete)
        return beside_prices(self.solution, limits, answers)

    def tried(self, limit: Mapping[Any, Any], names: Names) -> str:
        """What alike limits are and, while there is time, what would change if they gave way.

        Parameters
        ----------
        limit : mapping
            A row of `verdeling.limits.together`.
        names : Names
            What people call things, in the language of the sentences.
        """
        try:
            with self._reopened.asking() as desk:
                return tried(desk, limit, self.statements.limits, names)
        except OutOfTime:
            self._note("limits", complete=False)
            return Wording(names).state(limit)

    def _note(self, part: str, *, complete: bool) -> None:
        """Remember that a part was not finished."""
        if not complete and part not in self._late:
            self._late.append(part)

    def __repr__(self) -> str:
        return f"<Explanation of {self.solution!r}>"


def explain(solution: Solution, *, time_limit: float | None = None) -> Explanation:
    """Explain a solution.

    Nothing is computed yet: each part of the explanation is found when it is first asked for.

    Parameters
    ----------
    solution : Solution
        Settled, or infeasible.
    time_limit : float, optional
        Seconds for everything that is asked of the explanation; what was not done in time is said.

    Returns
    -------
    Explanation

    Raises
    ------
    NoSolutionError
        If a time limit came before the solution was settled, or it is one of several scenarios.
    VerdelingError
        If the time limit is not above zero.

    Examples
    --------
    >>> from verdeling.adapters import read_instance
    >>> from verdeling.engine import solve
    >>> explanation = explain(solve(read_instance("instances/three-towns"), whole=False))
    >>> limit, change = explanation.sentences("en", ["limits"])[1].split(". ")
    >>> limit
    'In all 3 municipalities all 30 places (Social rent) in 2026 are taken'
    >>> change[:63]
    'If Beedorp had 1 place more in 2026 (Social rent), waiting time'
    """
    refuse_foreseen(solution)
    problems = [*no_time(time_limit)]
    if solution.status in ("unsolved", "time_limit"):
        what = f"The status of the solution is {solution.status}."
        why = "Goals that were not settled give no reasons: with more time every number may be another."
        remedy = "Solve again with a longer time_limit, or in fractional places (whole=False)."
        raise NoSolutionError(
            "The solution cannot be explained.", [Problem("not-settled", what, why, remedy), *problems]
        )
    if problems:
        raise VerdelingError("The solution cannot be explained in that time.", problems)
    return Explanation(solution, time_limit)


_LATE = Problem(
    "out-of-time",
    "Time ran out before its goals were settled again.",
    "Without that nothing can be asked of it.",
    "Explain it again with a longer time_limit, or none.",
)
