"""The agreements of the instances ``enschede`` and ``twente``, each with its source.

What is there "ter illustratie" is agreed nowhere that we know of; it is there because agreements of this
kind are made in practice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import twente_sources as source

if TYPE_CHECKING:
    from collections.abc import Iterator

WOONDEAL = "Woondeal Twente, 21 december 2022"
NEW_HOMES = "social_rent;clustered;mid_rent;market"
SOCIAL = "social_rent;clustered;flex"


def agreements(inhabitants: dict[str, int]) -> Iterator[dict[str, Any]]:
    """Agreements among regions with so many inhabitants."""
    yield from building(sum(inhabitants.values()) / source.HOMES["inhabitants"].sum())
    yield from houses()
    for region in inhabitants:
        hours = source.SUPPORT_CEILING[region]
        yield {
            "agreement": f"support_{region.lower()}",
            "text": f"The municipalities around {region} pay for at most {hours:,} hours of support a week.",
            "text_nl": f"De regio {region} betaalt hoogstens {dutch(hours)} uur begeleiding per week.",
            "region": region,
            "year": "*",
            "measure": "support_hours",
            "sense": "<=",
            "value": hours,
            "strength": "hard",
            "source": "ter illustratie",
        }


def dutch(count: int) -> str:
    """A whole number as it is written in Dutch."""
    return f"{count:,}".replace(",", ".")


def building(part: float) -> Iterator[dict[str, Any]]:
    """Agreements on building for a part of Twente; all of them soft, at 1 per home."""
    homes = round(source.WOONDEAL["Twente"] * part)
    estimated = ": 14.100 woningen in Twente; het deel van deze regio is geschat naar inwoners"
    origin = WOONDEAL if part == 1 else WOONDEAL + estimated
    soft = {"sense": ">=", "strength": 1, "source": WOONDEAL}
    yield soft | {
        "agreement": "woondeal",
        "text": f"At least {homes:,} homes are built up to and including 2030.",
        "text_nl": f"Tot en met 2030 worden er minstens {dutch(homes)} woningen gebouwd.",
        "place_type": NEW_HOMES,
        "measure": "built",
        "value": homes,
        "source": origin,
    }
    yield soft | {
        "agreement": "woondeal_hof_van_twente",
        "text": "About 900 of these homes are built in Hof van Twente.",
        "text_nl": "Ongeveer 900 van deze woningen worden in Hof van Twente gebouwd.",
        "municipality": "GM1735",
        "place_type": NEW_HOMES,
        "measure": "built",
        "value": source.WOONDEAL["Hof van Twente"],
    }
    yield soft | {
        "agreement": "social_building",
        "text": "At least 30% of the new homes in a region is social rent.",
        "text_nl": "Minstens 30% van de nieuwe woningen in een regio is sociale huur.",
        "region": "*",
        "place_type": SOCIAL,
        "measure": "share_of_built",
        "value": 0.3,
        "source": "landelijk doel van 2022",
    }
    yield soft | {
        "agreement": "affordable_building",
        "text": "At least 70% of the new homes in a region is affordable.",
        "text_nl": "Minstens 70% van de nieuwe woningen in een regio is betaalbaar.",
        "region": "*",
        "place_type": f"{SOCIAL};mid_rent",
        "measure": "share_of_built",
        "value": 0.7,
    }


def houses() -> Iterator[dict[str, Any]]:
    """Agreements on who is housed where."""
    yield {
        "agreement": "statushouders_at_most",
        "text": "At most 25% of the social homes let in a municipality goes to statushouders.",
        "text_nl": "Hoogstens 25% van de vrijkomende sociale huur in een gemeente gaat naar statushouders.",
        "municipality": "*",
        "group": "statushouders",
        "place_type": "social_rent",
        "year": "*",
        "measure": "share_of_supply",
        "sense": "<=",
        "value": 0.25,
        "strength": "hard",
        "source": "ter illustratie; prestatieafspraken elders kennen deze bovengrens",
    }
    yield {
        "agreement": "room_for_regular",
        "text": "At least 60% of the social homes let in a municipality goes to regular house seekers.",
        "text_nl": "Minstens 60% van de sociale huur in een gemeente gaat naar reguliere woningzoekenden.",
        "municipality": "*",
        "group": "regular",
        "place_type": "social_rent",
        "year": "*",
        "measure": "share_of_supply",
        "sense": ">=",
        "value": 0.6,
        "strength": "hard",
        "source": "ter illustratie",
    }
    yield {
        "agreement": "everybody_contributes",
        "text": "Each municipality carries at least 60% of its fair share.",
        "text_nl": "Elke gemeente draagt minstens 60% van haar eerlijke aandeel.",
        "municipality": "*",
        "measure": "share_of_fair_share",
        "sense": ">=",
        "value": 0.6,
        "strength": 1,
        "source": "ter illustratie",
    }
    yield {
        "agreement": "ons_huis_youth_care",
        "text": "Ons Huis lets at least 8 homes a year to young people who leave youth care.",
        "text_nl": "Ons Huis verhuurt elk jaar minstens 8 woningen aan jongeren die uit de jeugdzorg komen.",
        "municipality": "GM0153",
        "group": "youth_care",
        "supplier": "Ons Huis",
        "year": "*",
        "measure": "places",
        "sense": ">=",
        "value": 8,
        "strength": "hard",
        "source": "ter illustratie",
    }
