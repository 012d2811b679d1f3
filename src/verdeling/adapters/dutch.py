"""The tables and columns in Dutch, with a unit and an example, for the template workbook."""

from __future__ import annotations

TABLES_IN_DUTCH = {
    "municipalities": "De gemeenten die de opgave verdelen.",
    "groups": "De aandachtsgroepen; gewone woningzoekenden zijn er ook een.",
    "place_types": "De woonvormen.",
    "suitability": "Welke woonvorm bij welke groep past; een paar dat er niet staat, kan niet.",
    "needs": "De opgave: huishoudens van een groep die in een jaar gaan zoeken.",
    "supply": "Het aanbod: plekken die in een jaar vrijkomen, zonder nieuwbouw.",
    "projects": "Plekken die gebouwd kunnen worden.",
    "support": "De begeleiding die een aanbieder in een jaar kan geven.",
    "agreements": "Afspraken en eisen.",
    "fair_shares": "Een gepubliceerde of afgesproken verdeelsleutel.",
    "distances": "Reistijd tussen gemeenten.",
}
"""What each table holds."""

_SCOPE = "Bereik: leeg is alles samen, * is elk apart, a;b is deze samen."

COLUMNS_IN_DUTCH = {
    "municipality": ("Een gemeente uit het blad municipalities.", "", "GM0153"),
    "region": ("Regio; alleen nodig als er meer dan één is en er geen gemeente staat.", "", "Twente"),
    "group": ("Een groep uit het blad groups.", "", "statushouders"),
    "place_type": ("Een woonvorm uit het blad place_types.", "", "sociale_huur"),
    "year": ("Een jaar uit het blad about.", "jaar", "2027"),
    "name": ("Naam in het Engels.", "", "Status holders"),
    "name_nl": ("Naam in het Nederlands.", "", "Statushouders"),
    "source": ("Waar het getal vandaan komt, of hoe het geschat is.", "", "CBS StatLine 85644NED"),
    "estimate": ("yes als het getal een schatting is en geen telling of besluit.", "yes/no", "no"),
    "scenario": ("Scenario waar de rij bij hoort; leeg: elk scenario.", "", "hoog"),
    "certainty": ("hard: zeker of besloten; soft: een voornemen.", "hard/soft", "hard"),
    "supplier": ("Wie verhuurt (of bouwt), bijvoorbeeld een woningcorporatie.", "", "Domijn"),
    "municipalities.municipality": ("Code van de gemeente, bijvoorbeeld die van het CBS.", "", "GM0153"),
    "municipalities.name": ("Naam van de gemeente.", "", "Enschede"),
    "municipalities.region": ("Regio waarbinnen de gemeenten de opgave verdelen.", "", "Twente"),
    "municipalities.population": ("Inwoners.", "inwoners", "161738"),
    "municipalities.longitude": ("Graden oosterlengte (WGS 84).", "graden", "6.894"),
    "municipalities.latitude": ("Graden noorderbreedte (WGS 84).", "graden", "52.221"),
    "groups.group": ("Korte code van de groep.", "", "statushouders"),
    "groups.priority": ("Volgorde van voorrang; 1 gaat voor.", "rangnummer", "1"),
    "groups.urgent": ("yes als de groep een urgentie heeft.", "yes/no", "yes"),
    "groups.persons_per_household": ("Personen in een gemiddeld huishouden.", "personen", "1.8"),
    "groups.support_hours": ("Begeleiding die een huishouden nodig heeft.", "uren per week", "4"),
    "groups.support_years": ("Hoe lang een huishouden begeleiding nodig heeft.", "jaren", "1.5"),
    "groups.burden": ("Gewicht van één plek voor deze groep in de belasting.", "gewicht", "1"),
    "place_types.place_type": ("Korte code van de woonvorm.", "", "sociale_huur"),
    "place_types.name": ("Naam in het Engels.", "", "Social rent"),
    "place_types.name_nl": ("Naam in het Nederlands.", "", "Sociale huur"),
    "place_types.turnover": ("Deel van gebouwde plekken dat elk later jaar vrijkomt.", "deel van 1", "0.06"),
    "place_types.annual_cost": ("Kosten van een plek in het jaar van plaatsing.", "EUR per plek", "900"),
    "suitability.preference": ("Volgorde van voorkeur; 1 is het best.", "rangnummer", "1"),
    "needs.municipality": ("Gemeente van waaruit zij zoeken; leeg: de opgave van de regio.", "", "GM0153"),
    "needs.households": ("Huishoudens die in het jaar gaan zoeken.", "huishoudens", "125"),
    "supply.places": ("Plekken die in het jaar vrijkomen.", "plekken", "430"),
    "projects.project": ("Korte code van het project.", "", "kop-boulevard"),
    "projects.year": ("Eerste jaar waarin plekken klaar kunnen zijn.", "jaar", "2028"),
    "projects.max_places": ("Het grootste aantal plekken, over alle jaren samen.", "plekken", "80"),
    "projects.min_places": ("Het kleinste aantal, áls er gebouwd wordt.", "plekken", "0"),
    "projects.cost_per_place": ("Bouwkosten van één plek.", "EUR per plek", "210000"),
    "support.provider": ("Wie de begeleiding geeft.", "", "zorgaanbieder A"),
    "support.municipality": ("Waar die gegeven kan worden; leeg: overal in de regio.", "", "GM0153"),
    "support.hours": ("Uren die beschikbaar zijn.", "uren per week", "120"),
    "agreements.agreement": ("Korte code van de afspraak.", "", "max-kwart"),
    "agreements.text_nl": ("Hetzelfde in het Nederlands; leeg: de tekst staat er zoals hij is.", "", ""),
    "agreements.text": ("De afspraak in woorden.", "", "Hoogstens 25% naar één groep"),
    "agreements.region": (_SCOPE, "", ""),
    "agreements.municipality": (_SCOPE, "", "*"),
    "agreements.group": (_SCOPE, "", "*"),
    "agreements.place_type": (_SCOPE, "", "sociale_huur"),
    "agreements.supplier": (_SCOPE, "", "Domijn;De Woonplaats"),
    "agreements.year": (_SCOPE, "jaar", "*"),
    "agreements.measure": ("Wat begrensd wordt.", "een woord uit de lijst", "share_of_supply"),
    "agreements.sense": ("<= hoogstens, >= minstens, = precies.", "een teken uit de lijst", "<="),
    "agreements.value": ("De grens; een aandeel is een deel van 1.", "zie measure", "0.25"),
    "agreements.strength": ("hard, of de boete per eenheid tekort.", "hard of boete", "hard"),
    "agreements.source": ("Waar het is afgesproken.", "", "Regionale woonvisie 2026"),
    "fair_shares.share": ("Gewicht; per regio wordt de som op 1 gebracht.", "gewicht", "0.18"),
    "distances.origin": ("Gemeente van vertrek.", "", "GM0153"),
    "distances.host": ("Gemeente van aankomst.", "", "GM0164"),
    "distances.minutes": ("Reistijd.", "minuten", "14"),
}  # fmt: skip
"""Meaning, unit and example of a column by ``table.column``, or by ``column`` where tables agree."""


def in_dutch(table: str, column: str) -> tuple[str, str, str]:
    """Meaning, unit and example of a column.

    Parameters
    ----------
    table, column : str
        Of the models in `tables.py`.

    Returns
    -------
    tuple of str
        Meaning in Dutch, unit (empty for text) and an example.
    """
    return COLUMNS_IN_DUTCH.get(f"{table}.{column}") or COLUMNS_IN_DUTCH[column]
