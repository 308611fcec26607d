"""Money on allocations: transactions, refunds and reservations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from placet.budgets.core.model import Direction, Entry, Reservation, ReservationStatus
from placet.budgets.core.operations import Cancel, Confirm, Post, Refund, Reserve
from placet.budgets.service.allocations import get_allocation
from placet.budgets.service.books import Books, enqueue
from placet.budgets.service.input import (
    MAX_ID,
    Context,
    Page,
    PageRequest,
    checked_client_id,
    checked_segment,
    checked_text,
    usable_id,
)
from placet.budgets.service.unit_visit import in_unit
from placet.budgets.store.statements import find_reservations, load_reservation, load_transaction
from placet.errors import NotFound
from placet.kit.ids import new_id
from placet.people.core.permissions import MANAGING_BUDGETS, VIEWING_BUDGETS

_REQUESTER: Final = 320
# A reservation that ran out counts as canceled for those who ask.
_SHOWN_AS: Final = {
    ReservationStatus.RESERVED: (ReservationStatus.RESERVED,),
    ReservationStatus.CONFIRMED: (ReservationStatus.CONFIRMED,),
    ReservationStatus.CANCELED: (ReservationStatus.CANCELED, ReservationStatus.EXPIRED),
}


@dataclass(frozen=True, slots=True)
class MovementInput:
    """A debit or credit as a caller describes it.

    `amount` is in 1/10,000 unit; its sign does not matter, the direction decides.
    """

    direction: Direction
    amount: int
    origin: str
    reference: str
    requested_by: str

    def __post_init__(self) -> None:
        checked_text("origin", self.origin, MAX_ID, empty=True)
        checked_text("reference", self.reference, MAX_ID, empty=True)
        checked_text("requestedBy", self.requested_by, _REQUESTER)


@in_unit(MANAGING_BUDGETS)
async def post_transaction(
    books: Books,
    context: Context,
    budget_id: str,
    allocation_id: str,
    movement: MovementInput,
    *,
    client_id: str | None = None,
) -> Entry:
    """Debit or credit an allocation at once. The usage of an allocation is adjusted like this too.

    Raises:
        NotFound: no such budget or allocation.
        Conflict: inactive, not started, ended, exceeding a HARD budget, or `client_id` was used for
            another request.
    """
    operation = Post(
        budget_id, allocation_id, movement.direction, abs(movement.amount), movement.origin,
        movement.reference, movement.requested_by, new_id(), checked_client_id(client_id),
    )  # fmt: skip
    entry: Entry = await enqueue(books, context, operation)
    return entry


@in_unit(MANAGING_BUDGETS)
async def refund_transaction(
    books: Books,
    context: Context,
    budget_id: str,
    allocation_id: str,
    transaction_id: str,
    *,
    requested_by: str,
    amount: int | None = None,
    client_id: str | None = None,
) -> Entry:
    """Give back a debit, or `amount` of it; the new credit.

    Raises:
        NotFound: no such budget, allocation or transaction.
        Conflict: not a debit, refunded already, or more than is left of it.
    """
    checked_text("requestedBy", requested_by, _REQUESTER)
    operation = Refund(
        budget_id, allocation_id, transaction_id, requested_by, new_id(),
        None if amount is None else abs(amount), checked_client_id(client_id),
    )  # fmt: skip
    entry: Entry = await enqueue(books, context, operation)
    return entry


@in_unit(VIEWING_BUDGETS)
async def get_transaction(
    books: Books,
    context: Context,
    budget_id: str,
    allocation_id: str,
    transaction_id: str,
) -> Entry:
    """One transaction. Raises NotFound."""
    await get_allocation.within(books, context, budget_id, allocation_id)
    entry = None
    if usable_id(transaction_id):
        async with books.database.read() as connection:
            entry = await load_transaction(connection, context.scope, allocation_id, transaction_id)
    if entry is None:
        message = f"the transaction `{transaction_id[:100]}` was not found"
        raise NotFound(message, code="transaction-not-found")
    return entry


@in_unit(MANAGING_BUDGETS)
async def reserve(
    books: Books,
    context: Context,
    budget_id: str,
    allocation_id: str,
    reservation_id: str,
    *,
    movement: MovementInput,
    expires_at: int | None = None,
) -> Reservation:
    """Set an amount aside under the client's own id; the same request again answers the same.

    Raises:
        InvalidRequest: an unusable id, or `expires_at` is in the past.
        NotFound: no such budget or allocation.
        Conflict: inactive, not started, ended, exceeding a HARD budget, or the id was used for
            another reservation.
    """
    operation = Reserve(
        budget_id, allocation_id, checked_segment("reservationId", reservation_id),
        movement.direction, abs(movement.amount), movement.origin, movement.reference,
        movement.requested_by, expires_at,
    )  # fmt: skip
    reservation: Reservation = await enqueue(books, context, operation)
    return reservation


@in_unit(VIEWING_BUDGETS)
async def get_reservation(
    books: Books,
    context: Context,
    budget_id: str,
    allocation_id: str,
    reservation_id: str,
) -> Reservation:
    """One reservation as it stands now. Raises NotFound."""
    await get_allocation.within(books, context, budget_id, allocation_id)
    reservation = None
    if usable_id(reservation_id):
        async with books.database.read() as connection:
            reservation = await load_reservation(
                connection, context.scope, budget_id, allocation_id, reservation_id
            )
    if reservation is None:
        message = f"the reservation `{reservation_id[:100]}` was not found"
        raise NotFound(message, code="reservation-not-found")
    return reservation


@in_unit(VIEWING_BUDGETS)
async def list_reservations(
    books: Books,
    context: Context,
    budget_id: str,
    allocation_id: str,
    page: PageRequest,
    *,
    status: ReservationStatus | None = None,
) -> Page[Reservation]:
    """A page of an allocation's reservations, newest first. Raises NotFound."""
    await get_allocation.within(books, context, budget_id, allocation_id)
    statuses = tuple(ReservationStatus) if status is None else _SHOWN_AS.get(status, (status,))
    async with books.database.read() as connection:
        items, results = await find_reservations(
            connection, context.scope, budget_id, allocation_id, statuses,
            offset=page.offset, limit=page.page_size,
        )  # fmt: skip
    return Page(items, page, results)


@in_unit(MANAGING_BUDGETS)
async def confirm_reservation(
    books: Books,
    context: Context,
    budget_id: str,
    allocation_id: str,
    reservation_id: str,
    *,
    requested_by: str,
    amount: int | None = None,
) -> Reservation:
    """Turn a reservation, or `amount` of it, into a transaction; the rest is released.

    Raises:
        NotFound: no such budget, allocation or reservation.
        Conflict: it is over, or holds less than `amount`.
    """
    checked_text("requestedBy", requested_by, _REQUESTER)
    operation = Confirm(
        budget_id, allocation_id, _known_id(reservation_id), requested_by, new_id(),
        None if amount is None else abs(amount),
    )  # fmt: skip
    reservation: Reservation = await enqueue(books, context, operation)
    return reservation


@in_unit(MANAGING_BUDGETS)
async def cancel_reservation(
    books: Books,
    context: Context,
    budget_id: str,
    allocation_id: str,
    reservation_id: str,
    *,
    requested_by: str,
) -> Reservation:
    """Release a reservation; releasing it again answers the same.

    Raises:
        NotFound: no such budget, allocation or reservation.
        Conflict: it was confirmed.
    """
    checked_text("requestedBy", requested_by, _REQUESTER)
    operation = Cancel(budget_id, allocation_id, _known_id(reservation_id), requested_by)
    reservation: Reservation = await enqueue(books, context, operation)
    return reservation


def _known_id(reservation_id: str) -> str:
    if not usable_id(reservation_id):
        message = f"the reservation `{reservation_id[:100]}` was not found"
        raise NotFound(message, code="reservation-not-found")
    return reservation_id
