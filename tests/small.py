"""Two towns and a village: a valid instance with every table, to change one thing of in a test."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pandas as pd
import pytest

from verdeling.errors import InstanceError, Problem
from verdeling.instance import Instance

ABOUT = {"name": "small", "title": "Two towns and a village", "years": [2027, 2028], "licence": "CC0-1.0"}

_TABLES = {
    "municipalities": """
        municipality,name,region,population,longitude,latitude,dwellings
        GM1,Losser,Twente,2000,7.0,52.3,900.5
        GM2,Hengelo,Twente,8000,,,3500
        GM3,Aalten,Achterhoek,3000,,,1300
        """,
    "groups": """
        group,name,name_nl,priority,urgent,support_hours,burden
        status,Status holders,Statushouders,1,yes,2,1
        regular,Regular seekers,Regulier,2,no,0,0
        """,
    "place_types": """
        place_type,name,name_nl,turnover,annual_cost
        social,Social rent,Sociale huur,0.1,10
        cluster,Clustered,Geclusterd,0,0
        """,
    "suitability": """
        group,place_type,preference
        status,social,2
        status,cluster,1
        regular,social,1
        """,
    "needs": """
        group,municipality,region,year,households,scenario
        status,,Twente,2027,4,
        status,GM1,,2027,2,low
        status,GM1,,2027,3,high
        status,GM2,,2028,5,
        regular,GM3,,2027,9,
        """,
    "supply": """
        municipality,place_type,year,supplier,places,certainty
        GM1,social,2027,Domijn,10,hard
        GM1,social,2028,Domijn,8,soft
        GM2,social,2027,,20,hard
        GM3,social,2027,,5,hard
        """,
    "projects": """
        project,municipality,place_type,year,max_places,min_places,cost_per_place,supplier
        kop,GM2,cluster,2028,12,6,1000,Domijn
        """,
    "support": """
        provider,municipality,region,year,hours
        care,,Twente,2027,12.5
        home,GM2,,2028,3
        """,
    "agreements": """
        agreement,text,municipality,group,place_type,supplier,year,measure,sense,value,strength
        quarter,At most a quarter to one group,*,*,social,,,share_of_supply,<=,0.25,hard
        homes,Ten homes in Hengelo,GM2,,,,,built,>=,10,2.5
        """,
    "fair_shares": """
        municipality,share
        GM1,1
        GM2,3
        GM3,1
        """,
    "distances": """
        origin,host,minutes
        GM1,GM2,25
        """,
}


def tables(**changes: str | pd.DataFrame | None) -> dict[str, pd.DataFrame | None]:
    """The tables as text, the first row on line 2; `changes` are CSV, a frame or `None` by table."""
    made: dict[str, pd.DataFrame | None] = {}
    for name, content in (_TABLES | changes).items():
        made[name] = _frame(content) if isinstance(content, str) else content
    return made


def edited(table: str, row: int, column: str, value: Any) -> dict[str, pd.DataFrame | None]:
    """The tables with one cell changed; a column that is absent is added, empty elsewhere."""
    changed = tables()
    frame = changed[table]
    assert frame is not None
    changed[table] = frame.assign(**{column: frame.get(column, "")}).astype(object)
    changed[table].loc[row, column] = value
    return changed


def added(table: str, **cells: Any) -> dict[str, pd.DataFrame | None]:
    """The tables with a row added below."""
    changed = tables()
    frame = changed[table]
    row = pd.DataFrame([cells], index=[len(frame) + 2])
    changed[table] = pd.concat([frame, row])
    return changed


def small(**changes: str | pd.DataFrame | None) -> Instance:
    """The instance of these tables."""
    return Instance.from_tables(tables(**changes), ABOUT)


def problems(changed: dict[str, Any], about: Any = ABOUT) -> list[Problem]:
    """What is wrong with tables that must be refused."""
    with pytest.raises(InstanceError) as caught:
        Instance.from_tables(changed, about)
    return list(caught.value.problems)


def only(changed: dict[str, Any], about: Any = ABOUT) -> Problem:
    """The one thing that is wrong."""
    (problem,) = problems(changed, about)
    return problem


def _frame(text: str) -> pd.DataFrame:
    lines = "\n".join(line.strip() for line in text.strip().splitlines())
    frame = pd.read_csv(StringIO(lines), dtype=str, keep_default_na=False)
    return frame.set_index(pd.RangeIndex(2, len(frame) + 2))
