"""A region small enough to check by hand, and a plan for it that just keeps every limit."""

from __future__ import annotations

from io import StringIO

import pandas as pd

from verdeling.instance import Instance

TABLES = {
    "municipalities": """
        municipality,name,region,population
        GM1,Losser,Twente,2000
        GM2,Hengelo,Twente,8000
        GM3,Aalten,Achterhoek,3000
        """,
    "groups": """
        group,name,name_nl,priority,burden,support_hours,support_years
        status,Status holders,Statushouders,1,1,2,1.5
        regular,Regular seekers,Regulier,2,0,0,1
        """,
    "place_types": """
        place_type,name,name_nl,turnover,annual_cost
        social,Social rent,Sociale huur,0.1,10
        cluster,Clustered,Geclusterd,0.5,20
        """,
    "suitability": """
        group,place_type
        status,social
        status,cluster
        regular,social
        """,
    "needs": """
        group,municipality,region,year,households
        status,,Twente,2027,4
        status,GM1,,2027,2
        status,GM2,,2028,5
        status,GM3,,2027,2
        regular,GM2,,2027,9
        """,
    "supply": """
        municipality,place_type,year,supplier,places
        GM1,social,2027,Domijn,3
        GM1,social,2027,Welbions,1
        GM1,social,2028,Domijn,2
        GM2,social,2027,Welbions,8
        GM2,social,2028,Welbions,2
        GM3,social,2027,,2
        """,
    "projects": """
        project,municipality,place_type,year,max_places,min_places,cost_per_place,supplier
        park,GM1,cluster,2027,6,2,1000,Domijn
        late,GM2,social,2028,3,0,500,Welbions
        """,
    "support": """
        provider,municipality,region,year,hours
        Aveleijn,GM1,,2027,8
        Aveleijn,,Twente,2027,4
        Aveleijn,GM1,,2028,10
        Aveleijn,,Twente,2028,6
        JP,GM3,,2027,4
        JP,GM3,,2028,2
        """,
    "distances": """
        origin,host,minutes
        GM1,GM2,20
        GM2,GM1,25
        """,
}
"""By hand: the plan below uses 10 hours in Losser in 2027 (8 + 2 of the region's), 2 in Hengelo (2),
and in 2028 half of these plus what is new: 5 + 6 in Losser (10 + 1), 1 + 4 in Hengelo (5)."""

PLACEMENTS = """
    municipality,group,place_type,year,places
    GM1,status,social,2027,3
    GM1,regular,social,2027,1
    GM1,status,cluster,2027,2
    GM1,status,social,2028,2
    GM1,status,cluster,2028,1
    GM2,status,social,2027,1
    GM2,regular,social,2027,7
    GM2,status,social,2028,2
    GM2,regular,social,2028,1
    GM3,status,social,2027,2
    """

BUILDS = """
    project,year,places
    park,2027,2
    late,2028,1
    """

SUPPORT = """
    provider,municipality,year,hours
    Aveleijn,GM1,2027,10
    Aveleijn,GM2,2027,2
    Aveleijn,GM1,2028,11
    Aveleijn,GM2,2028,5
    JP,GM3,2027,4
    JP,GM3,2028,2
    """

ATTRIBUTION = """
    municipality,supplier,group,place_type,year,places
    GM1,Domijn,status,social,2027,2
    GM1,Domijn,regular,social,2027,1
    GM1,Welbions,status,social,2027,1
    GM1,Domijn,status,cluster,2027,2
    GM1,Domijn,status,social,2028,2
    GM1,Domijn,status,cluster,2028,1
    GM2,Welbions,status,social,2027,1
    GM2,Welbions,regular,social,2027,7
    GM2,Welbions,status,social,2028,2
    GM2,Welbions,regular,social,2028,1
    GM3,,status,social,2027,2
    """

SHARES = pd.Series({"GM1": 0.2, "GM2": 0.8, "GM3": 1.0})


def table(text: str) -> pd.DataFrame:
    """Table of a text with commas; an empty cell is an empty text."""
    return pd.read_csv(StringIO(text), skipinitialspace=True, keep_default_na=False)


def small(**tables: str | pd.DataFrame) -> Instance:
    """Small instance, with other or further tables where they are given."""
    texts = TABLES | tables
    frames = {name: table(text) if isinstance(text, str) else text for name, text in texts.items()}
    return Instance.from_tables(frames)


def agreement(measure: str, sense: str, value: float, **cells: object) -> pd.DataFrame:
    """Table with one agreement; its scope and strength in further cells."""
    stated = {"agreement": "A", "text": "As agreed", "measure": measure, "sense": sense, "value": value}
    return pd.DataFrame([stated | cells])


def more(text: str, places: float = 1, amount: str = "places", **keys: object) -> pd.DataFrame:
    """Plan table of a text with something added to (or taken from) one row, which may be new."""
    frame = table(text)
    at = (frame[list(keys)] == pd.Series(keys)).all(axis=1)
    if not at.any():
        return pd.concat([frame, pd.DataFrame([{**keys, amount: places}])], ignore_index=True)
    frame[amount] = frame[amount].astype(float).where(~at, frame[amount] + places)
    return frame
