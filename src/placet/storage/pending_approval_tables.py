"""The table of what waits for whom: derived from the authorizations, written with them."""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Table, Text

from placet.storage.tables import metadata

__all__ = ["pending_approval_table"]

# `approver` is whom a person's inbox is searched by: `user ID`, `unit ID`, `anyone` or `nobody`.
# `listed_unit_id` is the authorizer unit that led there, and `above` says that its parent is meant;
# `barred` are the people, a JSON array of ids, whom that unit was not to consist of.
pending_approval_table: Final = Table(
    "pending_approvals",
    metadata,
    Column("account", String(100), primary_key=True),
    Column("authorization_id", String(36), primary_key=True),
    Column("entry", Integer, primary_key=True),
    Column("dimension_id", String(250), nullable=False),
    Column("rule_id", String(250), nullable=False),
    Column("level", Integer),
    Column("since", BigInteger, nullable=False),
    Column("approver", String(260), nullable=False),
    Column("listed_unit_id", String(250)),
    Column("above", Boolean(create_constraint=False), nullable=False),
    Column("barred", Text, nullable=False),
    Index(None, "account", "approver", "authorization_id"),
    Index(None, "account", "listed_unit_id", "above", "approver"),
)
