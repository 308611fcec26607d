"""The table by which is found out what became of a commit."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, String, Table

from placet.database.tables import metadata

# The one table without account: a transaction may be of several.
commit_mark_table: Final = Table(
    "commit_marks",
    metadata,
    Column("mark_id", String(36), primary_key=True),
)
