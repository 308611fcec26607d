"""The questions that rules which wait ask, each once, and who may not decide which order."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from pydantic_core import from_json
from sqlalchemy import delete, distinct, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from placet.database.lists import among
from placet.database.many_rows import put_rows
from placet.kit.wire_model import canonical_json
from placet.orders.core.seats import Seat
from placet.orders.store.pending_approval_tables import (
    pending_approval_table,
    pending_barred_table,
    pending_seat_table,
)

_rows = pending_approval_table.c
_seats = pending_seat_table.c
_barred = pending_barred_table.c


@dataclass(frozen=True, slots=True)
class HeldSeat:
    """A seat and who acts for it according to the rows."""

    seat: Seat
    approver: str


def seat_digest(seat: Seat) -> str:
    """What rows call a seat by."""
    return hashlib.sha256(canonical_json(seat.to_document())).hexdigest()


async def put_seats(connection: AsyncConnection, account: str, seats: Iterable[HeldSeat]) -> None:
    """Keep these seats, new or with another approver; what is kept so already is left alone, as
    many orders ask for the same seat at the same time.
    """
    rows = {
        seat_digest(item.seat): (
            account,
            seat_digest(item.seat),
            canonical_json(item.seat.to_document()).decode(),
            item.approver,
        )
        for item in seats
    }
    query = select(_seats.seat, _seats.approver).where(
        _seats.account == account, among(_seats.seat, rows)
    )
    for digest, approver in await connection.execute(query):
        if rows[digest][-1] == approver:
            del rows[digest]
    columns = ("account", "seat", "document", "approver")
    await put_rows(connection, pending_seat_table, columns, [rows[key] for key in sorted(rows)])


async def load_seats(connection: AsyncConnection, account: str) -> dict[str, HeldSeat]:
    """The seats of an account, by digest."""
    query = select(_seats.seat, _seats.document, _seats.approver).where(_seats.account == account)
    return {
        row.seat: HeldSeat(Seat.from_document(from_json(row.document)), row.approver)
        for row in await connection.execute(query.order_by(_seats.seat))
    }


async def forget_unused_seats(connection: AsyncConnection, account: str) -> None:
    """Forget the seats that no row asks for any more."""
    # Not `EXISTS`, for which PostgreSQL would read every row of the account.
    user = (
        select(_rows.seat)
        .where(_rows.account == _seats.account, _rows.seat == _seats.seat)
        .limit(1)
        .scalar_subquery()
    )
    unused = delete(pending_seat_table).where(_seats.account == account, user.is_(None))
    await connection.execute(unused)


async def set_seat(
    connection: AsyncConnection, account: str, seats: Sequence[str], approver: str
) -> None:
    """Let `approver` act for these seats (digests) from now on."""
    for table in (pending_seat_table, pending_approval_table):
        await connection.execute(
            update(table)
            .where(table.c.account == account, among(table.c.seat, seats))
            .values(approver=approver)
        )


async def take_seat(
    connection: AsyncConnection, account: str, row: tuple[str, int], seat: HeldSeat
) -> None:
    """Let a row (authorization and entry) ask for this seat, which is kept."""
    authorization_id, entry = row
    await connection.execute(
        update(pending_approval_table)
        .where(
            _rows.account == account,
            _rows.authorization_id == authorization_id,
            _rows.entry == entry,
        )
        .values(seat=seat_digest(seat.seat), approver=seat.approver)
    )


async def count_orders(connection: AsyncConnection, account: str, seats: Collection[str]) -> int:
    """How many orders ask for any of these seats (digests)."""
    if not seats:
        return 0
    query = select(func.count(distinct(_rows.authorization_id))).where(
        _rows.account == account, among(_rows.seat, seats)
    )
    return await connection.scalar(query) or 0


async def note_barred(connection: AsyncConnection, people: Iterable[tuple[str, str, str]]) -> None:
    """Remember who (account, person, authorization) may not decide an order that waits."""
    columns = ("account", "person_id", "authorization_id")
    await put_rows(connection, pending_barred_table, columns, sorted(set(people)))


async def forget_barred(
    connection: AsyncConnection, authorizations: Mapping[str, Sequence[str]]
) -> None:
    """Forget who may not decide these orders (account → ids)."""
    for account in sorted(authorizations):
        await connection.execute(
            delete(pending_barred_table).where(
                _barred.account == account,
                among(_barred.authorization_id, authorizations[account]),
            )
        )


async def barred_rows(
    connection: AsyncConnection, account: str, people: Collection[str]
) -> list[tuple[str, int, frozenset[str], str]]:
    """The rows with a seat that any of these people may not have: authorization, entry, all who may
    not have it, and the digest of the seat.
    """
    if not people:
        return []
    orders = select(_barred.authorization_id).where(
        _barred.account == account, among(_barred.person_id, people)
    )
    ids = set(await connection.scalars(orders))
    query = select(_rows.authorization_id, _rows.entry, _rows.barred, _rows.seat).where(
        _rows.account == account, among(_rows.authorization_id, ids)
    )
    return [
        (row.authorization_id, row.entry, frozenset(from_json(row.barred)), row.seat)
        for row in await connection.execute(query)
        if row.seat is not None
    ]
