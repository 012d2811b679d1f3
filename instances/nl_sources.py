"""The figures and assumptions behind the instance ``nl``: all 342 municipalities of the Netherlands.

The figures of municipalities stand in ``nl_municipalities.csv`` and are published; what is assumed for
the country as a whole stands here, and what it shares with ``twente`` in `twente_sources`.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import twente_sources as twente

YEARS = list(range(2025, 2034))

# --- Published figures ----------------------------------------------------------------------------

TOWNS = pd.read_csv(Path(__file__).with_name("nl_municipalities.csv"), index_col="code")
"""Municipalities of 1 January 2024 by code.

region: labour-market region (arbeidsmarktregio), province: both of 2024 (CBS). inhabitants: CBS, 1 January
2024. dwellings: CBS, end of 2020. Key figures of municipalities (CBS, the latest before 2021): association,
% of the dwellings that housing associations own, whole percents; value, mean assessed value of a home in
EUR; income, EUR per inhabitant; welfare, benefits per 1,000 inhabitants; youth, % of young people with
youth care; old, % aged 65 and over; young, % aged 15 to 24; land, km². plan_hard, plan_soft, plan_all:
homes in the inventory of plan capacity of 2021 as provinces reported it; definitions differ between
provinces, parts are not always known and need not add up to all. x, y: a point in the national grid (RD,
metres), from the boundaries of CBS and Kadaster of 2022.

Figures from before a merger are added up; percentages and means are weighted by dwellings (association,
value) or inhabitants. Haaren, divided over four municipalities in 2021, is missing from their dwellings.
"""

# --- Assumed: needs -------------------------------------------------------------------------------

STUDENTS = {
    "name": "Students",
    "name_nl": "Studenten",
    "priority": 2,
    "urgent": "no",
    "persons": 1.0,
}
"""A group that the letter of 11 May 2022 names and that is not in ``twente``."""

GROUPS = pd.concat(
    [
        twente.GROUPS.drop(index="regular"),
        pd.DataFrame.from_dict({"students": STUDENTS}, orient="index"),
        twente.GROUPS.loc[["regular"]],
    ]
).rename_axis("group")

STUDENT_NEEDS = {
    "rate": 3,
    "spread": "young",
    "support_hours": 0,
    "support_years": 1,
    "method": "assumed rate",
}
NEEDS = pd.concat(
    [twente.NEEDS, pd.DataFrame.from_dict({"students": STUDENT_NEEDS}, orient="index")]
).rename_axis("group")
"""What each group needs: the rates of ``twente`` in the scenario middle, carried over to the country."""

GROWTH = {"older_people": 1.03, "labour_migrants": 1.01, "students": 0.99}
"""Yearly growth of a need against 2025; the other needs are the same every year. Guesses."""

# --- Assumed: places ------------------------------------------------------------------------------

STEP_FREE = {
    "name": "Step-free homes",
    "name_nl": "Nultredenwoningen",
    "turnover": 0.065,
    "annual_cost": 0,
    "to_build": 250_000,
}
PLACE_TYPES = pd.concat(
    [twente.PLACE_TYPES, pd.DataFrame.from_dict({"step_free": STEP_FREE}, orient="index")]
).rename_axis("place_type")

SUITABILITY = twente.SUITABILITY | {
    "older_people": ["clustered", "step_free", "social_rent"],
    "disability": ["supported_living", "clustered", "step_free"],
    "urgent": ["social_rent", "step_free", "clustered"],
    "students": ["shared", "flex"],
    "regular": ["social_rent", "step_free", "mid_rent"],
}
"""Place types that suit a group, the best first: as in ``twente``, with students and step-free homes."""

LETTINGS_LIMITS = (0.045, 0.085)
"""Least and most of the associations' homes that is let again in a year.

Where homes are dear people move less: 6.5% × √(mean value in the country ÷ value), within these limits. The
form is a guess; that few homes come free in the cities of the west is common knowledge.
"""

LETTINGS_MIX = {"clustered": 0.08, "step_free": 0.10}
"""Share of the lettings; the rest is shared (see SHARED) and social rent."""

SHARED = {"town": 0.06, "elsewhere": 0.03}
TOWN = 100_000
"""Share of the lettings that is shared, in towns of so many inhabitants and centres, and elsewhere."""

SUPPORTED_LIVING = 1.25
"""Supported places that come free in a year, per 10,000 inhabitants; as assumed around Enschede."""

# --- Assumed: building ----------------------------------------------------------------------------

PLAN_MIX = {"social_rent": 0.22, "clustered": 0.04, "step_free": 0.04, "mid_rent": 0.37, "market": 0.33}
"""Plans by place type: 30% social and two thirds affordable, the national aims of 2022."""

PACE = 0.0125
"""Most homes that can be built in a year, per dwelling: 100,000 a year for the whole country, the aim of
2022 (900,000 homes up to and including 2030). Plans of a municipality beyond that are left out."""

SCHEDULE = {"hard": (1.0, [2025, 2027]), "soft": (0.5, [2029, 2031])}
"""Part of the plans that can be built, in equal tranches from these years on."""

FLEX = 2.0
"""Homes of the flex site in the centre of each region, per 10,000 inhabitants: built whole or not at all."""

# --- Assumed: support -----------------------------------------------------------------------------

PROVIDERS = {
    "Beschermd wonen": ("region", 0.15),
    "Maatschappelijke opvang": ("centre", 0.30),
    "Ouderenzorg": ("region", 0.25),
    "Gehandicaptenzorg": ("region", 0.20),
    "Maatschappelijke begeleiding": ("region", 0.10),
}
"""Providers by kind, alike in every region: where they work and their part of the hours. Real ones are not
in the instance."""

SUPPORT_ROOM = 1.05
"""Hours that providers give, against what all households of the year and before (from 2025 on) ask."""
