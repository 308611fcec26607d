"""What an order really has of the money it once reserved, whoever moved it since."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from placet.budgets.core.model import ReservationStatus
from placet.budgets.store.tables import ledger_refund_table, reservation_table
from placet.database.lists import among

_reservations = reservation_table.c
_refunds = ledger_refund_table.c


class Held(NamedTuple):
    """What a reservation still holds, and what of its debit is not refunded, in 1/10,000 unit."""

    held: int
    used: int


NOTHING_KEPT: Final = Held(0, 0)


async def find_kept(
    connection: AsyncConnection, account: str, contexts: Collection[str], reservation_id: str
) -> dict[str, Held]:
    """What is left of the reservations with this id in the contexts, by allocation id."""
    query = select(
        _reservations.context_id,
        _reservations.allocation_id,
        _reservations.status,
        _reservations.amount,
        _reservations.confirmed,
        _reservations.transaction_id,
    ).where(
        _reservations.account == account,
        among(_reservations.context_id, contexts),
        _reservations.reservation_id == reservation_id,
    )
    rows = (await connection.execute(query)).all()
    debits = {row.transaction_id for row in rows if row.transaction_id is not None}
    refunded = await _refunded(connection, account, contexts, debits)
    kept = {}
    for row in rows:
        if row.status == ReservationStatus.RESERVED:
            kept[row.allocation_id] = Held(row.amount, 0)
        elif row.status == ReservationStatus.CONFIRMED:
            rest = row.confirmed - refunded.get((row.context_id, row.transaction_id), 0)
            kept[row.allocation_id] = Held(0, rest)
    return kept


async def _refunded(
    connection: AsyncConnection, account: str, contexts: Collection[str], debits: Collection[str]
) -> dict[tuple[str, str], int]:
    """The sums of the refunds by context id and id of the debit."""
    if not debits:
        return {}
    query = (
        select(_refunds.context_id, _refunds.original_id, func.sum(_refunds.amount))
        .where(_refunds.account == account, among(_refunds.context_id, contexts))
        .where(among(_refunds.original_id, debits))
        .group_by(_refunds.context_id, _refunds.original_id)
    )
    rows = await connection.execute(query)
    return {(context_id, debit): int(total) for context_id, debit, total in rows}
