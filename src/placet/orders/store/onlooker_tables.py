"""The table of who had a hand in which order of somebody else."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, String, Table

from placet.database.tables import metadata

# Read by person, newest order first; a buyer's own orders are found by their buyer.
authorization_person_table: Final = Table(
    "authorization_people",
    metadata,
    Column("account", String(100), primary_key=True),
    Column("person_id", String(250), primary_key=True),
    Column("authorization_id", String(36), primary_key=True),
)
