"""App keys: only a salted hash of each token is stored."""

from __future__ import annotations

from pydantic_core import from_json, to_json
from sqlalchemy import func, insert, select, update
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from placet.access.core.credentials import AppKey
from placet.database.tables import app_key_table

_columns = app_key_table.c


async def insert_key(connection: AsyncConnection, key: AppKey) -> None:
    """Store a new key."""
    await connection.execute(
        insert(app_key_table).values(
            account=key.account,
            app_key=key.app_key,
            label=key.label,
            salt=key.salt,
            token_hash=key.token_hash,
            permissions=to_json(sorted(key.permissions)).decode(),
            created_at=key.created_at,
            revoked_at=key.revoked_at,
        )
    )


async def load_key(connection: AsyncConnection, account: str, app_key: str) -> AppKey | None:
    """The key, revoked or not, or None."""
    query = select(app_key_table).where(_columns.account == account, _columns.app_key == app_key)
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else _key(row)


async def list_keys(connection: AsyncConnection, account: str | None) -> list[AppKey]:
    """The keys of one account, or of all, oldest first."""
    query = select(app_key_table).order_by(_columns.account, _columns.created_at, _columns.app_key)
    if account is not None:
        query = query.where(_columns.account == account)
    return [_key(row) for row in await connection.execute(query)]


async def any_key(connection: AsyncConnection) -> bool:
    """Whether the installation has a key at all, revoked ones included."""
    count = await connection.scalar(select(func.count()).select_from(app_key_table))
    return bool(count)


async def revoke_key(connection: AsyncConnection, account: str, app_key: str, now_ms: int) -> bool:
    """Revoke the key; false when there is no such key that was still good."""
    result = await connection.execute(
        update(app_key_table)
        .where(
            _columns.account == account,
            _columns.app_key == app_key,
            _columns.revoked_at.is_(None),
        )
        .values(revoked_at=now_ms)
    )
    return result.rowcount > 0


def _key(row: Row[tuple[object, ...]]) -> AppKey:
    fields = dict(row._mapping)
    fields["permissions"] = frozenset(from_json(fields["permissions"]))
    return AppKey(**fields)
