"""What is still free, in sentences: ranges, trades, and plans that are just as good."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from verdeling.language import counted, language, listed, number, say, things
from verdeling.leeway import SHOWN
from verdeling.names import Names
from verdeling.phrases import UNIT_OF_GOAL, Wording

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import pandas as pd

    from verdeling.explaining.freedom.room import Room
    from verdeling.explaining.freedom.variety import Alternatives
    from verdeling.language import Language

    Proof = Literal["proved", "within", "open"]

_MOST_PARTS = 12
"""So many ranges of groups are told, the widest; the tables have all."""

_MOST_CHANGES = 4
"""So many changes of an alternative are named, the largest first."""


def room_sentences(found: Room, lang: Language = "en") -> list[str]:
    """What is still free: what can move most first, what is settled, who can trade, and what time left open.

    Parameters
    ----------
    found : Room
        As `verdeling.explaining.freedom.room.room` gives it.
    lang : {"nl", "en"}
        Language.

    Returns
    -------
    list of str
    """
    words = _RoomWords(found, Names.of(found.solution.instance, language(lang)))
    told = [*words.loads(), *words.parts(), *words.trades(), *words.slack()]
    return told if found.complete else [*told, say("room.unfinished", lang)]


def alternative_sentences(found: Alternatives, lang: Language = "en") -> list[str]:
    """How each alternative differs from the solution, and whether a plan can differ more.

    Parameters
    ----------
    found : Alternatives
        As `verdeling.explaining.freedom.variety.alternatives` gives them.
    lang : {"nl", "en"}
        Language.

    Returns
    -------
    list of str
    """
    names = Names.of(found.solution.instance, language(lang))
    told = [_alternative(found, row, names) for row in found.differences.itertuples(index=False)]
    if not found.complete:
        return [*told, say("room.unfinished", lang)]
    return told if np.isnan(found.further) else [*told, _no_further(found, names)]


def _no_further(found: Alternatives, names: Names) -> str:
    """Why there are fewer plans than were asked for: there are none, or none was found."""
    lang = names.lang
    return say(
        _NO_FURTHER[bool(found.plans), found.further < SHOWN],
        lang,
        numbers=say("alternative.parts" if found.groups else "alternative.loads", lang),
        possible=counted(f"unit.{found.numbers['unit'].iloc[0]}", found.further, lang),
    )


_NO_FURTHER = {
    (False, True): "alternative.none",
    (False, False): "alternative.none_found",
    (True, True): "alternative.no_more",
    (True, False): "alternative.no_more_found",
}
"""By whether there are alternatives, and whether it is proved that there is no other."""


class _RoomWords:
    """Sentences about the tables of a room."""

    def __init__(self, found: Room, names: Names) -> None:
        self.found, self.names, self.lang = found, names, names.lang
        ranges = found.ranges.assign(width=found.ranges["highest"] - found.ranges["lowest"])
        ranges = ranges.sort_values("width", ascending=False, kind="stable")
        loosened = ranges["loosened"].astype(bool)
        self.exact, self.looser = ranges[~loosened], ranges[loosened]

    def loads(self) -> Iterator[str]:
        """Loads that are free, that are settled, and of which it is not known."""
        loads = self.exact[self.exact["group"] == ""]
        yield from self._free(loads, _OF_LOADS)
        settled = loads[loads["freedom"] == "settled"].sort_values("value", ascending=False, kind="stable")
        if len(settled):
            amounts = [
                say("room.amount", self.lang, **self._range(row)) for row in settled.to_dict("records")
            ]
            key = "room.all_settled" if len(settled) == len(loads) else "room.settled"
            yield say(key, self.lang, amounts=listed(amounts, self.lang, most=len(amounts)))
        for row in loads[loads["freedom"] == "unknown"].to_dict("records"):
            yield say(_OF_UNKNOWN[_proof(row)], self.lang, **self._range(row))

    def _free(self, ranges: pd.DataFrame, keys: Mapping[Proof, str]) -> Iterator[str]:
        """Ranges that are free, each with how far its ends are proved."""
        for row in ranges[ranges["freedom"] == "free"].to_dict("records"):
            yield say(keys[_proof(row)], self.lang, **self._range(row))

    def parts(self) -> Iterator[str]:
        """Places of groups that are free, how many are settled, and of how many it is not known."""
        parts = self.exact[self.exact["group"] != ""]
        free = parts[parts["freedom"] == "free"]
        yield from self._free(free.head(_MOST_PARTS), _OF_PARTS)
        if len(free) > _MOST_PARTS:
            yield say("room.more_parts", self.lang, count=number(len(free) - _MOST_PARTS, self.lang))
        for freedom, key in (("settled", "room.parts_settled"), ("unknown", "room.parts_unknown")):
            count = int((parts["freedom"] == freedom).sum())
            if count:
                counts = {"count": number(count, self.lang), "all": number(len(parts), self.lang)}
                yield say(key, self.lang, **counts)

    def trades(self) -> Iterator[str]:
        """Who can hand a place to whom."""
        unit = things(f"unit.{self._unit}", self.lang, one=True)
        for freedom, key in (("free", "room.trade"), ("unknown", "room.maybe_trade")):
            trades = self.found.trades[self.found.trades["freedom"] == freedom]
            among: dict[frozenset[str], list[str]] = {}
            for giver, pairs in trades.groupby("giver", sort=False):
                among.setdefault(frozenset([str(giver), *pairs["taker"]]), []).append(str(giver))
            for towns, givers in among.items():
                everybody = len(givers) == len(towns)
                yield say(
                    "room.trade_all" if everybody and freedom == "free" else key,
                    self.lang,
                    givers=self._towns(givers),
                    unit=unit,
                    takers=self._towns([town for town in towns if [town] != givers]),
                )

    def _towns(self, ids: Iterable[str]) -> str:
        """Names of municipalities, all of them, in order."""
        named = [self.names.name("municipality", town) for town in ids]
        return listed(sorted(named), self.lang, most=len(named))

    def slack(self) -> Iterator[str]:
        """What tie-breaks that are a little worse would free, and which these are."""
        if self.looser.empty:
            return
        words = Wording(self.names)
        ties = [
            say(
                "room.tie",
                self.lang,
                goal=words.goal(tie["measure"], "total", ""),
                allowance=counted(UNIT_OF_GOAL[tie["measure"]], tie["allowance"], self.lang),
            )
            for tie in self.found.loosened.to_dict("records")
        ]
        yield say("room.ties", self.lang, ties=listed(ties, self.lang))
        wider = self.looser.merge(self.exact, on=["municipality", "group"], suffixes=("", "_exact"))
        wider = wider[wider["width"] - wider["width_exact"] >= SHOWN]
        for row in wider.head(_MOST_PARTS).to_dict("records"):
            key = "room.looser_part" if row["group"] else "room.looser"
            yield say(key, self.lang, **self._range(row))
        if len(wider) > _MOST_PARTS:
            yield say("room.more_looser", self.lang, count=number(len(wider) - _MOST_PARTS, self.lang))
        if wider.empty:
            yield say("room.no_wider" if self._none_wider else "room.no_wider_found", self.lang)

    @property
    def _none_wider(self) -> bool:
        """Whether it is proved that looser tie-breaks widen no range."""
        both = self.looser.merge(self.exact, on=["municipality", "group"], suffixes=("", "_exact"))
        below = both["lowest_exact"] - both["lowest_possible"]
        beyond = both["highest_possible"] - both["highest_exact"]
        return len(both) == len(self.exact) and bool((below + beyond < SHOWN).all())

    @property
    def _unit(self) -> str:
        return str(self.exact["unit"].iloc[0]) if len(self.exact) else "places"

    def _range(self, row: Mapping[Any, Any]) -> dict[str, str]:
        shown = {
            name: number(row[name], self.lang)
            for name in ("lowest", "lowest_possible", "highest_possible", "value")
            if np.isfinite(row[name])
        }
        highest = counted(f"unit.{row['unit']}", row["highest"], self.lang)
        return {
            **shown,
            "highest": highest,
            "amount": counted(f"unit.{row['unit']}", row["value"], self.lang),
            "name": self.names.name("municipality", row["municipality"]),
            "group": self.names.name("group", row["group"]),
        }


def _proof(row: Mapping[Any, Any]) -> Proof:
    """Whether the ends of a range are those of all plans, lie within what is possible, or are open."""
    beyond = row["lowest"] - row["lowest_possible"] + row["highest_possible"] - row["highest"]
    if np.isnan(beyond):
        return "open"
    return "within" if beyond >= SHOWN else "proved"


_OF_LOADS: Mapping[Proof, str] = {
    "proved": "room.free",
    "within": "room.free_within",
    "open": "room.free_open",
}
_OF_PARTS: Mapping[Proof, str] = {
    "proved": "room.part",
    "within": "room.part_within",
    "open": "room.part_open",
}
_OF_UNKNOWN: Mapping[Proof, str] = {
    "proved": "room.unknown",
    "within": "room.unknown_within",
    "open": "room.unknown",
}
"""Texts of a range by how far its ends are proved."""


def _alternative(found: Alternatives, row: Any, names: Names) -> str:
    """A sentence about one alternative."""
    plan, lang = row.plan, names.lang
    own = found.numbers[found.numbers["plan"] == plan]
    changed = own[own["change"].abs() >= SHOWN]
    changed = changed.loc[changed["change"].abs().round(6).sort_values(ascending=False, kind="stable").index]
    changes = [_change(each, names) for each in changed.head(_MOST_CHANGES).to_dict("records")]
    left = len(changed) - len(changes)
    if left > 0:
        changes.append(say("alternative.others", lang, count=number(left, lang)))
    return say(
        "alternative.proved" if row.proved else "alternative.possible",
        lang,
        plan=plan,
        before=say("alternative.first" if plan == 1 else "alternative.later", lang),
        changes=listed(changes, lang, most=len(changes)),
        difference=counted(f"unit.{own['unit'].iloc[0]}", row.difference, lang),
        possible=number(row.possible, lang),
    )


def _change(row: Mapping[Any, Any], names: Names) -> str:
    change = float(row["change"])
    values = {
        "name": names.name("municipality", row["municipality"]),
        "group": names.name("group", row["group"]),
        "amount": counted(f"unit.{row['unit']}", abs(change), names.lang),
    }
    return say(_CHANGES[bool(row["group"]), change > 0], names.lang, **values)


_CHANGES = {
    (False, True): "alternative.more",
    (False, False): "alternative.less",
    (True, True): "alternative.part_more",
    (True, False): "alternative.part_less",
}
"""By whether it is about a group, and whether it is more."""
