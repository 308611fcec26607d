"""Finding people by what they may do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy.ext.asyncio import AsyncConnection

from placet.application.permissions import Permission
from placet.application.roles import roles_with
from placet.storage.units import load_fallbacks

__all__ = ["fallbacks"]


async def fallbacks(
    connection: AsyncConnection, account: str, unit_ids: Iterable[str]
) -> Mapping[str, str]:
    """Who decides where nobody can: unit → the nearest ancestor with somebody.

    Listed are those of the units that have no active member with `ApproveOrders`, each with the
    nearest unit above that has one; a unit without such an ancestor, and one that the tree does not
    know, is left out. The cost grows with the depth of these units, not with the size of the tree.
    """
    return await load_fallbacks(
        connection, account, sorted(set(unit_ids)), roles_with(Permission.APPROVE_ORDERS)
    )
