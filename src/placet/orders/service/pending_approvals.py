"""Keeping the rows of what waits for whom in step with authorizations, people and units.

A row says who acts for a seat: who is listed, or those who stand in while nobody listed can decide
the order. `follow_directory` brings that up to date after people or units have changed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncConnection

from placet.orders.core.model import Authorization
from placet.orders.core.pending import PendingApproval, pending_approvals
from placet.orders.core.reach import Reach
from placet.orders.core.seats import HolderKind, Seat, SeatKind
from placet.orders.service.directory import seat_reach
from placet.orders.store.pending_approvals import (
    ANYONE,
    NOBODY,
    NOBODY_ABOVE,
    PendingRow,
    approver_of_unit,
    approver_of_user,
    insert_pending,
    remove_pending,
)
from placet.orders.store.pending_seats import (
    HeldSeat,
    barred_rows,
    count_orders,
    forget_barred,
    forget_unused_seats,
    load_seats,
    note_barred,
    put_seats,
    seat_digest,
    set_seat,
    take_seat,
)
from placet.people.core.ability import why_unable
from placet.people.core.fallen import NOTHING_FELL, Fallen
from placet.people.store.accounts import share_accounts
from placet.people.store.users import load_users
from placet.policies.core.compiled import Policy
from placet.policies.core.model import AuthorizerType


@dataclass(frozen=True, slots=True)
class Stored:
    """An authorization as it is stored now, and as it was `before` (None: it is new)."""

    before: Authorization | None
    authorization: Authorization


@dataclass(frozen=True, slots=True)
class Waiting:
    """One entry of whom an authorization waits for, with its row."""

    authorization: Authorization
    pending: PendingApproval
    row: PendingRow


async def keep_pending(
    connection: AsyncConnection, kept: Sequence[Stored], policies: Mapping[str, Policy]
) -> list[Waiting]:
    """Write the rows of authorizations in the transaction that stores them; the same as entries.

    `policies` holds, by digest, the policy of every one of them that is pending.
    """
    entries = [
        (item.authorization, number, entry)
        for item in kept
        if any(item.authorization.waiting())
        for number, entry in enumerate(
            pending_approvals(item.authorization, policies[item.authorization.policy])
        )
    ]
    seats: dict[str, set[Seat]] = {}
    for authorization, _, entry in entries:
        if entry.seat is not None:
            seats.setdefault(authorization.account, set()).add(entry.seat)
    # A change of people or units waits until these rows are there, and then brings them up to date.
    await share_accounts(connection, seats)
    known = {account: await _held(connection, account, seats[account]) for account in sorted(seats)}
    waiting = [
        Waiting(authorization, entry, _row(authorization, number, entry, known))
        for authorization, number, entry in entries
    ]
    gone: dict[str, list[str]] = {}
    for item in kept:
        if item.before is not None:
            gone.setdefault(item.authorization.account, []).append(item.authorization.id)
    await remove_pending(connection, gone)
    await forget_barred(connection, gone)
    await insert_pending(connection, [item.row for item in waiting])
    await note_barred(
        connection,
        (
            (item.row.account, person, item.row.authorization_id)
            for item in waiting
            if item.row.seat is not None
            for person in item.row.barred
        ),
    )
    for account in sorted(known):
        await put_seats(connection, account, known[account].values())
    return waiting


async def follow_directory(
    connection: AsyncConnection, account: str, people: Collection[str] = ()
) -> Fallen:
    """Bring the rows of an account up to date, in the transaction that has changed who may approve
    or where a unit is; `people` are those whose roles or state have changed.

    The cost grows with how many different questions are asked, and with the orders whose answer
    changes, not with the orders that wait nor with the units.
    """
    await _bar(connection, account, people)
    await forget_unused_seats(connection, account)
    seats = await load_seats(connection, account)
    if not seats:
        return NOTHING_FELL
    reach = await _reach(connection, account, [item.seat for item in seats.values()])
    moved: dict[str, list[str]] = {}
    for digest, item in seats.items():
        approver = _approver_of(item.seat, reach)
        if approver != item.approver:
            moved.setdefault(approver, []).append(digest)
    for approver in sorted(moved):
        await set_seat(connection, account, moved[approver], approver)
    changed = {digest for digests in moved.values() for digest in digests}
    left = {digest for digest in changed if not _is_back(seats[digest], reach)}
    empty = left.intersection(moved.get(NOBODY, ()))
    return Fallen(
        await count_orders(connection, account, left),
        await count_orders(connection, account, empty),
        frozenset(left - empty),
    )


def _is_back(item: HeldSeat, reach: Reach) -> bool:
    """Whether a seat has gone to who is listed, or had nobody before: nobody is missed then."""
    holder = item.seat.holder(reach).authorizer
    back = holder is not None and holder == item.seat.authorizer
    return back or item.approver in (NOBODY, NOBODY_ABOVE) or item.seat.kind is SeatKind.ABOVE


async def _bar(connection: AsyncConnection, account: str, people: Collection[str]) -> None:
    """Let the seats of orders that these people may not decide say so, if they can approve now.

    Seats leave out those who are barred but cannot approve anyway, or every buyer would make seats
    of its own.
    """
    users = await load_users(connection, account, people)
    able = {user_id for user_id, user in users.items() if why_unable(user) is None}
    rows = await barred_rows(connection, account, able)
    if not rows:
        return
    seats = {digest: item.seat for digest, item in (await load_seats(connection, account)).items()}
    wanted = {
        (authorization_id, entry): replace(seats[digest], barred=seats[digest].barred | new)
        for authorization_id, entry, barred, digest in rows
        if (new := barred & able) - seats[digest].barred
    }
    if wanted:
        reach = await _reach(connection, account, set(wanted.values()))
        kept = {seat: HeldSeat(seat, _approver_of(seat, reach)) for seat in wanted.values()}
        await put_seats(connection, account, kept.values())
        for row, seat in sorted(wanted.items(), key=lambda item: item[0]):
            await take_seat(connection, account, row, kept[seat])


async def _held(
    connection: AsyncConnection, account: str, seats: Collection[Seat]
) -> dict[Seat, HeldSeat]:
    """Each of these seats as it is kept, with who acts for it now."""
    barred = frozenset[str]().union(*(seat.barred for seat in seats))
    users = await load_users(connection, account, barred)
    able = {user_id for user_id, user in users.items() if why_unable(user) is None}
    kept = {seat: replace(seat, barred=_that_count(seat, able)) for seat in seats}
    reach = await _reach(connection, account, set(kept.values()))
    return {seat: HeldSeat(item, _approver_of(item, reach)) for seat, item in kept.items()}


def _that_count(seat: Seat, able: Collection[str]) -> frozenset[str]:
    return frozenset(person for person in seat.barred if person in able)


async def _reach(connection: AsyncConnection, account: str, seats: Collection[Seat]) -> Reach:
    enough = 1 + max(len(seat.barred) for seat in seats)
    return await seat_reach(connection, account, seats, enough=enough)


def _row(
    authorization: Authorization,
    number: int,
    entry: PendingApproval,
    known: Mapping[str, Mapping[Seat, HeldSeat]],
) -> PendingRow:
    row = PendingRow(
        account=authorization.account,
        authorization_id=authorization.id,
        entry=number,
        dimension_id=entry.dimension_id,
        rule_id=entry.rule_id,
        level=entry.level,
        since=entry.since,
        approver=approver_of_unit(entry.approver_id),
    )
    if entry.seat is None:
        return row
    kept, listed = known[authorization.account][entry.seat], entry.seat.authorizer
    of_unit = listed is not None and listed.type is AuthorizerType.UNIT
    return replace(
        row,
        approver=kept.approver,
        seat=seat_digest(kept.seat),
        listed_unit_id=listed.id if listed is not None and of_unit else None,
        barred=tuple(sorted(entry.seat.barred)),
    )


def _approver_of(seat: Seat, reach: Reach) -> str:
    holder = seat.holder(reach)
    match holder.kind:
        case HolderKind.USER:
            return approver_of_user(holder.id)
        case HolderKind.UNIT:
            return approver_of_unit(holder.id)
        case HolderKind.ANYONE:
            return ANYONE
        case HolderKind.NOBODY:
            return NOBODY_ABOVE if seat.kind is SeatKind.ABOVE else NOBODY
