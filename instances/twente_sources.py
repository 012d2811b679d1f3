"""The figures and assumptions behind the instances ``enschede`` and ``twente``.

The first part is published, and each table names its source. The rest is assumed, and each
assumption says why it is what it is. `twente_figures` only computes with what stands here: whoever
has better numbers changes this file and runs it again.
"""

from __future__ import annotations

import io

import pandas as pd


def _read(text: str) -> pd.DataFrame:
    """Read a table whose columns stand two or more spaces apart; the first column is the index."""
    cells = io.StringIO(text.strip())
    return pd.read_csv(cells, sep=r"\s{2,}", engine="python", index_col=0, keep_default_na=False)


YEARS = [2025, 2026, 2027, 2028, 2029, 2030]
SCENARIOS = ["low", "middle", "high"]

# --- Published figures ----------------------------------------------------------------------------

HOMES = _read("""
code    name            region    inhabitants  dwellings  association  plan_hard  plan_soft
GM0147  Borne           Enschede        24639      10105           22        932        100
GM1774  Dinkelland      Enschede        26739      11047           13        199        340
GM0153  Enschede        Enschede       161738      75925           37       1299       3700
GM0158  Haaksbergen     Enschede        24359      10571           22        104        387
GM0164  Hengelo         Enschede        83058      38903           31       1646       1354
GM1735  Hof van Twente  Enschede        35446      15279           20        347        475
GM0168  Losser          Enschede        23376       9863           20        358        439
GM0173  Oldenzaal       Enschede        31794      14662           29        256        600
GM0141  Almelo          Almelo          74317      33827           35       1512       1100
GM0163  Hellendoorn     Almelo          36264      14959           21        164        810
GM1742  Rijssen-Holten  Almelo          38675      14867           21        385        985
GM0183  Tubbergen       Almelo          21397       8720           12        151        410
GM1700  Twenterand      Almelo          34073      13847           26        242        770
GM0189  Wierden         Almelo          24931       9930           17        334        159
""")
"""Municipalities and homes.

inhabitants: CBS, 1 January 2024. dwellings: CBS, end of 2020. association: % of the dwellings that
housing associations own, CBS key figures of municipalities, whole percents. plan_hard, plan_soft: homes
in the inventory of plan capacity of 2021 as the province reported it (net, and not complete according
to its authors).
"""

TRAITS = _read("""
code    income  welfare  youth    old    land       x       y
GM0147   28600    13.10    9.4  22.14   26.00  247673  481203
GM1774   27800     7.89    6.4  22.35  175.71  259034  488119
GM0153   24700    41.19    9.9  17.98  140.83  256485  471651
GM0158   27300    12.38    9.2  24.80  104.82  250308  464574
GM0164   27100    28.25   10.9  20.40   60.84  251187  474838
GM1735   28100    11.99    8.7  25.53  212.56  235514  472751
GM0168   26200    12.67    9.2  24.07   98.76  264272  480500
GM0173   27300    15.46    9.2  23.82   21.55  258745  481138
GM0141   24400    38.29   11.8  20.09   67.27  241528  484788
GM0163   26400    10.85    8.9  22.61  137.91  227473  489332
GM1742   25300    10.47   10.3  19.16   94.13  226884  477888
GM0183   27400     6.57    7.2  19.92  147.00  249616  490971
GM1700   24100    14.24   10.6  19.50  106.17  239869  495342
GM0189   28000     8.56    7.8  21.64   94.63  233791  484644
""")
"""Other traits: CBS key figures of municipalities, the latest before 2021.

income: EUR per inhabitant. welfare: benefits per 1,000 inhabitants. youth: % of young people with youth care.
old: % aged 65 and over. land: km². x, y: a point inside the municipality in the national grid (RD, metres),
from the boundaries of CBS and Kadaster of 2022.
"""

INHABITANTS_NL = 17_942_942
"""CBS, 1 January 2024."""

HALF_YEARS = {"2021-II": 11_000, "2022-II": 13_500, "2023-I": 21_200}
"""Statushouders to house in the Netherlands per half-year, as announced (press; later revisions unknown)."""

PERSONS_PER_HOME = 3.4
"""Statushouders per home: Hengelo housed 426 of them in 125 homes in four years (Radio Hengelo TV)."""

WOONDEAL = {"Twente": 14_100, "Hof van Twente": 900}
"""Homes to build up to and including 2030: Woondeal Twente, 21 December 2022; Hof van Twente about."""

# --- Assumed: needs -------------------------------------------------------------------------------

GROUPS = _read("""
group              name                          name_nl                        priority  urgent  persons
statushouders      Recognised refugees           Statushouders                         1  no          3.4
sheltered_housing  Leaving sheltered housing     Uitstroom beschermd wonen             1  yes         1.0
homeless           Homeless people               Dak- en thuislozen                    1  yes         1.1
youth_care         Leaving youth care            Uitstroom jeugdzorg                   1  yes         1.0
detention          Leaving detention             Uitstroom detentie                    1  yes         1.0
domestic_violence  Victims of domestic violence  Slachtoffers huiselijk geweld         1  yes         2.2
urgent             Social or medical urgency     Sociale of medische urgentie          1  yes         2.0
older_people       Older people who need care    Ouderen met een zorgvraag             2  no          1.3
disability         People with a disability      Mensen met een beperking              2  no          1.1
labour_migrants    Labour migrants               Arbeidsmigranten                      2  no          1.2
regular            Regular house seekers         Reguliere woningzoekenden             3  no          1.8
""")
"""urgent: the groups that the bill Wet versterking regie volkshuisvesting names. persons: per household."""

NEEDS = _read("""
group              rate   low  high  spread       support_hours  support_years  method
statushouders         0     0     0  inhabitants            1.5            1.5  statutory formula
sheltered_housing   2.9  0.85  1.25  centre                   5              3  120 a year in 8 municipalities
homeless            4.0  0.85  1.25  region                   7              1  a fifth of 36,000 (CBS 2020)
youth_care          1.2  0.85  1.25  youth                    4              2  assumed rate
detention           1.2  0.85  1.25  welfare                  3              1  assumed rate
domestic_violence   1.0  0.85  1.25  region                   2              1  assumed rate
urgent              3.0  0.85  1.25  inhabitants            0.5              1  assumed rate
older_people        5.0  0.85  1.25  old                      2              3  assumed rate
disability          1.5  0.85  1.25  inhabitants              5              6  assumed rate
labour_migrants     3.5  0.85  1.25  inhabitants              0              1  assumed rate
regular              92  0.90  1.10  region                   0              1  assumed rate
""")
"""What each group needs.

rate: households a year per 10,000 inhabitants of the region in the scenario middle; low, high: times that.
spread, where they look from: nowhere in particular (region), half in the centre municipality and half by
inhabitants (centre), or by inhabitants × a trait. support_hours a week during support_years.

statushouders have their own formula. sheltered_housing: as many leave in a year as were waiting for
sheltered housing in the 8 municipalities around Enschede in February 2021 (more than 120, RTV Oost).
homeless: 36,000 people in the Netherlands in 2020 (CBS), of whom one in five finds a home in a year; 7
hours a week for one year is what Humanitas Onder Dak states for Housing First Twente. regular: about as
many as the homes let in a year. The other rates, and the other hours and years, are round guesses.
"""

STATUSHOUDERS_HALF_YEAR = {"low": 11_000, "middle": 15_233, "high": 21_200}
"""Persons per half-year in the Netherlands, every year alike: the lowest, mean and highest of HALF_YEARS."""

CENTRES = {"Enschede": "GM0153", "Almelo": "GM0141"}
"""Centre municipality of each region for sheltered housing and shelter."""

# --- Assumed: places ------------------------------------------------------------------------------

PLACE_TYPES = _read("""
place_type        name                          name_nl                      turnover  annual_cost  to_build
social_rent       Social rent                   Sociale huur                    0.065            0    240000
clustered         Clustered, care at hand       Geclusterd, zorggeschikt        0.080          500    270000
supported_living  Supported living              Beschut en begeleid wonen       0.150        12000    200000
shared            Rooms and shared homes        Onzelfstandige eenheden         0.200            0     90000
flex              Flex homes                    Flexwoningen                    0.150         1000    130000
mid_rent          Mid-rent and affordable sale  Middenhuur, betaalbare koop     0.050            0    290000
market            Other new homes               Duurdere huur en koop           0.000            0    400000
""")
"""turnover: share of built places that comes free again in a later year. Costs in EUR a place, guesses."""

SUITABILITY = {
    "statushouders": ["social_rent", "flex", "shared"],
    "sheltered_housing": ["social_rent", "supported_living", "clustered"],
    "homeless": ["social_rent", "shared", "supported_living", "flex"],
    "youth_care": ["shared", "social_rent", "supported_living"],
    "detention": ["social_rent", "shared", "flex"],
    "domestic_violence": ["social_rent", "flex"],
    "urgent": ["social_rent", "clustered"],
    "older_people": ["clustered", "social_rent"],
    "disability": ["supported_living", "clustered"],
    "labour_migrants": ["shared", "flex"],
    "regular": ["social_rent", "mid_rent"],
}
"""Place types that suit a group, the best first. Other new homes suit no group: they count as built."""

LETTINGS = 0.065
"""Share of the associations' homes that is let again in a year; 6 to 7% is usual for social rent."""

RECENT = 0.3
"""Share of the lettings that went to these groups in recent years: assumed, and alike everywhere."""

CLUSTERED = 0.08
"""Share of the lettings that is clustered."""

SHARED = {"GM0153": 0.06, "GM0141": 0.06, "GM0164": 0.04, "": 0.03}
"""Share of the lettings that is shared: in the three towns, and elsewhere."""

SUPPORTED_LIVING = {
    "GM0147": 3, "GM1774": 3, "GM0153": 40, "GM0158": 3, "GM0164": 18, "GM1735": 4, "GM0168": 4, "GM0173": 6,
    "GM0141": 32, "GM0163": 7, "GM1742": 8, "GM0183": 3, "GM1700": 6, "GM0189": 4,
}  # fmt: skip
"""Supported places that come free in a year: most in and around the centre municipalities."""

SUPPLIERS = {
    "GM0147": {"Welbions": 1},
    "GM1774": {"Mijande Wonen": 1},
    "GM0153": {"Domijn": 0.40, "De Woonplaats": 0.40, "Ons Huis": 0.20},
    "GM0158": {"Domijn": 1},
    "GM0164": {"Welbions": 1},
    "GM1735": {"Viverion": 0.74, "Wonen Delden": 0.26},
    "GM0168": {"Domijn": 1},
    "GM0173": {"WBO Wonen": 1},
    "GM0141": {"Beter Wonen": 0.58, "Sint Joseph": 0.42},
    "GM0163": {"Reggewoon": 1},
    "GM1742": {"Viverion": 0.70, "De Goede Woning": 0.30},
    "GM0183": {"Woningstichting Tubbergen": 1},
    "GM1700": {"Mijande Wonen": 1},
    "GM0189": {"Reggewoon": 1},
}
"""Housing associations and their share of the lettings; who works where is public, the shares are estimates.

Wonen Delden has about 800 homes and Sint Joseph about 4,900 (press); the other shares are round guesses.
Smaller landlords are left out, and so are mergers after 2023.
"""

# --- Assumed: building ----------------------------------------------------------------------------

PLAN_MIX = {"social_rent": 0.30, "mid_rent": 0.40, "market": 0.30}
"""Plans by place type: 30% social (national aim) and 70% affordable (Woondeal Twente)."""

SCHEDULE = {
    ("low", "hard"): (1.0, [2025, 2026, 2027]),
    ("low", "soft"): (1.0, [2028, 2029, 2030]),
    ("middle", "hard"): (1.0, [2025, 2026, 2027]),
    ("middle", "soft"): (0.7, [2028, 2029, 2030]),
    ("high", "hard"): (0.8, [2026, 2027, 2028]),
    ("high", "soft"): (0.3, [2029, 2030]),
}
"""Part of the plans that can be built, in equal tranches from these years on; slower in the scenario high."""

SITES = _read("""
project              municipality  place_type  year  places
flex-enschede        GM0153        flex        2026      80
flex-hengelo         GM0164        flex        2027      50
clustered-oldenzaal  GM0173        clustered   2028      36
flex-almelo          GM0141        flex        2026      60
clustered-rijssen    GM1742        clustered   2028      30
""")
"""Illustrations of projects that are built whole or not at all; clustered ones are among the soft plans."""

# --- Assumed: support -----------------------------------------------------------------------------

PROVIDERS = _read("""
provider                    home    Enschede  Almelo
RIBW Groep Overijssel       region       640     360
Humanitas Onder Dak Twente  region       620     340
Leger des Heils             centre       420     240
Tactus                      region       280     160
JP van den Bent             region       340     200
Aveleijn                    region       280     180
VluchtelingenWerk           region       320     180
Kadera                      region       100      60
Carintreggeland             region       300       0
Livio                       centre       200       0
ZorgAccent                  region         0     230
""")
"""Care providers: who works here is public; the hours a week in 2025, per region, are made to fit.

Together they have some 7% more than the scenario middle asks. home: the whole region or only the centre.
"""

SUPPORT_GROWTH = {2025: 1.0, 2026: 1.5, 2027: 1.9, 2028: 2.0, 2029: 2.1, 2030: 2.2}
"""Hours against 2025. They are for households housed since 2025, and grow as earlier support ends."""

SUPPORT_CEILING = {"Enschede": 7_400, "Almelo": 4_150}
"""Hours a week that the municipalities of a region pay for: a little less than 2030 offers."""
