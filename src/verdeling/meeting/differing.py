"""What was changed at the table against the instance as it was read, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from verdeling.amounts import asked
from verdeling.language import UNKNOWN, say, sentence
from verdeling.meeting.grids import GRIDS, Line, lines, shown
from verdeling.names import Names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from verdeling.instance import Instance
    from verdeling.language import Language

_TOLD = ("group", "municipality", "place_type", "supplier", "provider")
"""What a row of a grid is called by."""


def differences(before: Instance, after: Instance, lang: Language) -> list[str]:
    """Every number that is otherwise, and agreements that came, changed or went.

    Parameters
    ----------
    before, after : Instance
        Of the same scenario: as it was read, and with every edit.
    lang : {"nl", "en"}
        Language.
    """
    return [*_agreements(before, after, lang), *_amounts(before, after, lang)]


def _amounts(before: Instance, after: Instance, lang: Language) -> Iterator[str]:
    names = Names.of(after, lang)
    for table, kind in GRIDS.items():
        known = {tuple(line.key.values()): line for line in lines(before, table)}
        for line in lines(after, table):
            was = known.get(tuple(line.key.values()), Line(line.key, {}))
            about = [
                names.name(column, cell) for column, cell in line.key.items() if column in _TOLD and cell
            ]
            for column, amount in line.amounts.items():
                if amount != was.amounts.get(column):
                    what = say(f"at_table.field.{column}", lang) if kind.fields else str(column)
                    yield say(
                        "edit.otherwise",
                        lang,
                        about=", ".join([sentence(say(f"table.{table}", lang)), *about, what]),
                        value=shown(line, column, lang),
                        before=shown(was, column, lang) or UNKNOWN,
                    )


def _agreements(before: Instance, after: Instance, lang: Language) -> Iterator[str]:
    then, now = ({row["agreement"]: row for row in each.tables["agreements"].to_dict("records")}
                 for each in (before, after))  # fmt: skip
    for key, row in now.items():
        if key not in then:
            yield sentence(say("edit.agreement", lang, text=_text(row, lang)))
        elif row["value"] != then[key]["value"]:
            value, was = (asked(row["measure"], each["value"], lang) for each in (row, then[key]))
            yield say("edit.otherwise", lang, about=f"“{_text(then[key], lang)}”", value=value, before=was)
    for key in then.keys() - now.keys():
        yield sentence(say("edit.remove", lang, agreement=f"“{_text(then[key], lang)}”"))


def _text(row: dict[Any, Any], lang: Language) -> str:
    return str((row["text_nl"] if lang == "nl" else "") or row["text"])
