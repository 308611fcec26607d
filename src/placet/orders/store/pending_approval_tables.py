"""The tables of what waits for whom: derived from the authorizations, written with them."""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text

from placet.database.tables import metadata

# `approver` is whom a person's inbox is searched by: `user ID`, `unit ID`, `anyone`, `nobody` or
# `nobody above`. `seat` is the question that it answers, by the digest of the question's document;
# none where the members of a unit are meant whatever happens. `listed_unit_id` is the authorizer
# unit that the seat names; `barred` are the people, a JSON array of ids, who may not have the seat,
# whether they could have it or not.
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
    Column("seat", String(64)),
    Column("barred", Text, nullable=False),
    Index(None, "account", "approver", "authorization_id"),
    Index(None, "account", "listed_unit_id", "authorization_id"),
    Index(None, "account", "seat", "authorization_id"),
)

# Every question once, however many orders ask it: what a change of people or units looks through.
pending_seat_table: Final = Table(
    "pending_seats",
    metadata,
    Column("account", String(100), primary_key=True),
    Column("seat", String(64), primary_key=True),
    Column("document", Text, nullable=False),
    Column("approver", String(260), nullable=False),
)

# Who may not decide which order that waits: found when such a person becomes an approver.
pending_barred_table: Final = Table(
    "pending_barred",
    metadata,
    Column("account", String(100), primary_key=True),
    Column("person_id", String(250), primary_key=True),
    Column("authorization_id", String(36), primary_key=True),
    Index(None, "account", "authorization_id"),
)
