"""Who had a hand in which order."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Create the list of people by order, and fill it from the histories."""
    op.create_table(
        "authorization_people",
        sa.Column("account", sa.String(100), nullable=False),
        sa.Column("person_id", sa.String(250), nullable=False),
        sa.Column("authorization_id", sa.String(36), nullable=False),
        sa.PrimaryKeyConstraint(
            "account", "person_id", "authorization_id", name="pk_authorization_people"
        ),
    )
    for field in ("actorId", "onBehalfOf"):
        op.execute(_people_named(field))


def _people_named(field: str) -> str:
    kind, person = _text("actorKind"), _text(field)
    return (
        "INSERT INTO authorization_people (account, person_id, authorization_id)"  # noqa: S608
        f" SELECT DISTINCT events.account, {person}, events.authorization_id"
        " FROM authorization_events AS events JOIN authorizations AS orders"
        " ON orders.account = events.account"
        " AND orders.authorization_id = events.authorization_id"
        f" WHERE {kind} = 'user' AND {person} IS NOT NULL"
        f" AND {person} <> COALESCE(orders.user_profile_id, '')"
        " ON CONFLICT DO NOTHING"
    )


def _text(field: str) -> str:
    """A field of an event; older SQLite has no `->>`."""
    if op.get_bind().dialect.name == "postgresql":
        return f"events.document::json ->> '{field}'"
    return f"json_extract(events.document, '$.{field}')"
