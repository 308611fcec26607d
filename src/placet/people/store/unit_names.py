"""What an unknown unit's id may have been meant for, found in bounded steps."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from placet.database.tables import unit_table

_columns = unit_table.c
_MOST: Final = 400
# So many first characters are taken to be right in accounts with more units than are compared.
_PREFIX: Final = 2
_LAST_CHARACTER: Final = "\U0010ffff"


async def load_root_ids(connection: AsyncConnection, account: str, limit: int) -> list[str]:
    """The ids of at most `limit` topmost units; none only where the account has no units."""
    query = (
        select(_columns.unit_id)
        .where(_columns.account == account, _columns.parent_id.is_(None))
        .limit(limit)
    )
    return sorted(await connection.scalars(query))


async def load_near_ids(connection: AsyncConnection, account: str, unit_id: str) -> list[str]:
    """The units' ids that `unit_id` may be a slip of: those of a small account, in a large one
    those that begin alike as well.
    """
    own = select(_columns.unit_id).where(_columns.account == account)
    some = own.order_by(_columns.unit_id).limit(_MOST)
    found = list(await connection.scalars(some))
    if len(found) == _MOST:
        start = unit_id.strip()[:_PREFIX]
        alike = some.where(_columns.unit_id >= start, _columns.unit_id < start + _LAST_CHARACTER)
        found += await connection.scalars(alike)
    return found


async def load_id_named(connection: AsyncConnection, account: str, name: str) -> str | None:
    """The id of the first unit of this name, in any case; None where none is called so."""
    query = (
        select(_columns.unit_id)
        .where(_columns.account == account, _columns.name_folded == name.casefold())
        .order_by(_columns.unit_id)
        .limit(1)
    )
    found: str | None = await connection.scalar(query)
    return found
