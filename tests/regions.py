"""One region of an instance, as an instance."""

from __future__ import annotations

from verdeling.instance import Instance


def of_region(instance: Instance, region: str) -> Instance:
    """What an instance says about one of its regions."""
    tables = dict(instance.tables)
    tables["municipalities"] = tables["municipalities"].query("region == @region")
    for table in ("needs", "support"):
        tables[table] = tables[table].query("region == @region")
    for table in ("supply", "projects"):
        tables[table] = tables[table][
            tables[table]["municipality"].isin(tables["municipalities"]["municipality"])
        ]
    return Instance.from_tables(tables, instance.about)
