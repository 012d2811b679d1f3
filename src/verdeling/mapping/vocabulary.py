"""Words by which Dutch analysts call tables and columns."""

from __future__ import annotations

import re

from verdeling.tables import TABLES

SHEETS = {
    "municipalities": ("gemeenten", "gemeente", "kerncijfers"),
    "groups": ("doelgroepen", "aandachtsgroepen", "groepen"),
    "place_types": ("woonvormen", "woningtypen", "woningtypes"),
    "suitability": ("passend", "geschikt"),
    "needs": ("opgave", "behoefte", "vraag", "woningbehoefte"),
    "supply": ("aanbod", "vrijkomend", "mutatie", "verhuring"),
    "projects": ("project", "plannen", "bouw", "plancapaciteit"),
    "support": ("begeleiding", "ondersteuning", "zorg"),
    "agreements": ("afspra",),
    "fair_shares": ("sleutel", "aandeel"),
    "distances": ("afstand", "reistijd"),
}
"""Parts of the names of sheets and files, by table."""

CODE = ("gemeentecode", "gem.code", "gemcode", "cbs-code", "cbs code", "gm-code", "gm code", "code")
"""Headings of a column with codes of municipalities."""

_COLUMNS = {
    "municipality": ("gemeente", "gemeentenaam", "naam gemeente", "gem."),
    "group": ("doelgroep", "aandachtsgroep", "groep"),
    "place_type": ("woonvorm", "woningtype", "type woning", "soort woning", "type"),
    "year": ("jaar", "jaartal", "peiljaar", "opleverjaar", "jaar oplevering", "verwachte oplevering"),
    "households": ("huishoudens", "aantal huishoudens", "opgave", "behoefte", "aantal"),
    "places": ("plekken", "aantal plekken", "aanbod", "woningen", "aantal woningen", "verhuringen", "aantal"),
    "max_places": ("plekken", "aantal plekken", "woningen", "aantal woningen", "max. plekken", "aantal"),
    "min_places": ("minimum", "min. plekken"),
    "cost_per_place": ("kosten per plek", "kosten per woning", "bouwkosten"),
    "hours": ("uren", "uren per week", "aantal uren"),
    "population": ("inwoners", "aantal inwoners", "inwonertal", "bevolking"),
    "region": ("regio", "woningmarktregio", "subregio"),
    "supplier": ("corporatie", "woningcorporatie", "verhuurder", "eigenaar"),
    "provider": ("aanbieder", "zorgaanbieder"),
    "project": ("project", "projectnaam", "plan", "plannaam"),
    "certainty": ("zekerheid", "hard/zacht", "planstatus"),
    "priority": ("prioriteit", "voorrang", "volgorde"),
    "urgent": ("urgent", "urgentie"),
    "persons_per_household": (
        "personen per huishouden",
        "huishoudensgrootte",
        "gemiddelde huishoudensgrootte",
    ),
    "support_hours": ("uren begeleiding", "begeleiding (uren per week)"),
    "burden": ("gewicht", "belasting"),
    "name_nl": ("naam", "omschrijving"),
    "source": ("bron",),
    "estimate": ("schatting", "geschat"),
    "scenario": ("scenario",),
    "share": ("aandeel", "sleutel", "gewicht"),
    "minutes": ("minuten", "reistijd"),
    "origin": ("van",),
    "host": ("naar",),
    "preference": ("voorkeur",),
}

TOTALS = re.compile(r"(sub)?tota+l.*|som|gemiddelde?|regio( .*|totaal)?|bron:?.*|toelichting.*|noot:?.*|\*.*")
"""First cells of rows that are no data: totals and notes, in small letters."""


def called(table: str, column: str, heading: str) -> bool:
    """Whether a column of a table may be called so.

    Examples
    --------
    >>> called("needs", "group", "Doelgroep"), called("supply", "places", "Aantal woningen")
    (True, True)
    """
    name = heading.casefold().strip(" :*")
    if column not in TABLES[table].columns:
        return False
    if column == "municipality" and name in CODE:
        return True
    return name in (column, column.replace("_", " "), *_COLUMNS.get(column, ()))


def about(table: str, name: str) -> bool:
    """Whether a sheet or file of this name may hold a table."""
    lowered = name.casefold()
    return lowered.startswith(table) or any(word in lowered for word in SHEETS[table])
