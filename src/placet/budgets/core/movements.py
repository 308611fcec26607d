"""Money moves: debits, credits, refunds, and reservations from first to last.

What is refused is refused in one order everywhere: an amount that is none, a client id used for
something else, what is not there, what is over, what is inactive, the wrong time, an amount that
the currency does not have, too much.
"""

from __future__ import annotations

from dataclasses import replace

from placet.budgets.core.book import Book, Remembered, ReservationKey
from placet.budgets.core.currency import check_decimals
from placet.budgets.core.facts import Enforcement
from placet.budgets.core.model import (
    Allocation,
    Budget,
    Direction,
    Entry,
    EntryKind,
    Reservation,
    ReservationStatus,
    Status,
    Transaction,
)
from placet.budgets.core.operations import Cancel, Confirm, Post, Refund, Reserve, fingerprint
from placet.budgets.core.pacing import check_pace, check_running
from placet.errors import Conflict, InvalidRequest, NotFound
from placet.kit.instants import instant_text
from placet.kit.money import amount_text

_KINDS = {Direction.DEBIT: EntryKind.DEBIT, Direction.CREDIT: EntryKind.CREDIT}


def post(book: Book, operation: Post, now: int) -> Entry:
    """Debit or credit an allocation; the entry of the new (or the repeated) transaction."""
    amount = _positive(operation.amount)
    print_ = None
    if operation.client_id is not None:
        print_ = fingerprint(operation)
        known = remembered_answer(book, operation.client_id, print_)
        if known is not None:
            return _transaction(book, known).entry
    budget, allocation = _open(book, operation, now)
    check_decimals(amount, budget.facts.currency)
    debit = operation.direction is Direction.DEBIT
    if debit:
        check_fits(book, budget, allocation, amount, now)
    entry = book.write(
        _KINDS[operation.direction], budget, allocation, now, amount=amount,
        used_delta=amount if debit else -amount, id=operation.id, origin=operation.origin,
        reference=operation.reference, requested_by=operation.requested_by,
    )  # fmt: skip
    if print_ is not None and operation.client_id is not None:
        book.remembered.put(operation.client_id, Remembered(print_, operation.id))
    return entry


def refund(book: Book, operation: Refund, now: int) -> Entry:
    """Give back a debit in the current period, in whole or in part; the entry of the new credit.

    A refund of a deleted allocation falls back to the budget.
    """
    if operation.amount is not None:
        _positive(operation.amount)
    print_ = fingerprint(operation)
    if operation.client_id is not None:
        known = remembered_answer(book, operation.client_id, print_)
        if known is not None:
            return _transaction(book, known).entry
    budget = book.budget(operation.budget_id)
    allocation = book.allocation(budget.id, operation.allocation_id, deleted=True)
    original = _transaction(book, operation.transaction_id)
    amount = _refundable(original, allocation, operation.amount)
    if amount != original.entry.amount - original.refunded:
        check_decimals(amount, budget.facts.currency)
    entry = book.write(
        EntryKind.CREDIT, budget, allocation, now, amount=amount, used_delta=-amount,
        id=operation.id, origin=original.entry.origin, reference=original.entry.reference,
        requested_by=operation.requested_by, original_id=operation.transaction_id,
        spent_at=original.spent_at,
    )  # fmt: skip
    if allocation.status is Status.DELETED:
        book.write(
            EntryKind.AMOUNT, budget, allocation, now, amount=0, amount_delta=-amount,
            requested_by=operation.requested_by,
        )  # fmt: skip
    book.refunds.append(entry)
    book.transactions.put(
        operation.transaction_id, original._replace(refunded=original.refunded + amount)
    )
    if operation.client_id is not None:
        book.remembered.put(operation.client_id, Remembered(print_, operation.id))
    return entry


def reserve(book: Book, operation: Reserve, now: int) -> Reservation:
    """Hold an amount under the client's id; the new (or the repeated) reservation."""
    _positive(operation.amount)
    print_ = fingerprint(operation)
    key = ReservationKey(operation.allocation_id, operation.reservation_id)
    existing = book.reservations.values.get(key)
    if existing is not None and existing.budget_id == operation.budget_id:
        if existing.fingerprint == print_:
            return existing
        raise _reused(operation.reservation_id)
    budget, allocation = _open(book, operation, now)
    check_decimals(operation.amount, budget.facts.currency)
    if operation.expires_at is not None and operation.expires_at <= now:
        raise InvalidRequest("`expiresAt` is in the past")
    reservation = Reservation(
        operation.reservation_id, budget.id, allocation.id, operation.direction, operation.amount,
        ReservationStatus.RESERVED, operation.origin, operation.reference, operation.requested_by,
        print_, budget.period.number, now, operation.expires_at,
    )  # fmt: skip
    if reservation.held:
        check_fits(book, budget, allocation, reservation.held, now)
    book.write(
        EntryKind.RESERVE, budget, allocation, now, amount=operation.amount,
        held_delta=reservation.held, origin=operation.origin, reference=operation.reference,
        requested_by=operation.requested_by, reservation_id=reservation.id,
    )  # fmt: skip
    book.reservations.put(key, reservation)
    expires_at = operation.expires_at
    if expires_at is not None and (budget.due_at is None or expires_at < budget.due_at):
        current = book.budgets.values[budget.id]
        book.budgets.put(budget.id, replace(current, due_at=expires_at))
    return reservation


def confirm(book: Book, operation: Confirm, now: int) -> Reservation:
    """Turn a reservation into a transaction of the current period; the closed reservation."""
    if operation.amount is not None:
        _positive(operation.amount)
    budget, allocation, reservation = _reserved(book, operation)
    amount = reservation.amount if operation.amount is None else operation.amount
    if reservation.status is ReservationStatus.CONFIRMED and reservation.confirmed == amount:
        return reservation
    if reservation.status is not ReservationStatus.RESERVED:
        raise _over(reservation)
    if amount > reservation.amount:
        reserved = amount_text(reservation.amount)
        raise Conflict(
            f"`{amount_text(amount)}` is more than the `{reserved}` reserved",
            code="exceeds-reservation",
        )
    if amount != reservation.amount:
        check_decimals(amount, budget.facts.currency)
    debit = reservation.direction is Direction.DEBIT
    book.write(
        _KINDS[reservation.direction], budget, allocation, now, amount=amount,
        used_delta=amount if debit else -amount, held_delta=-reservation.held, id=operation.id,
        origin=reservation.origin, reference=reservation.reference,
        requested_by=operation.requested_by, reservation_id=reservation.id,
        spent_at=reservation.created_at,
    )  # fmt: skip
    closed = replace(
        reservation, status=ReservationStatus.CONFIRMED, closed_at=now,
        closed_by=operation.requested_by, confirmed=amount, transaction_id=operation.id,
    )  # fmt: skip
    book.reservations.put(ReservationKey(allocation.id, reservation.id), closed)
    return closed


def cancel(book: Book, operation: Cancel, now: int) -> Reservation:
    """Release a reservation; the closed reservation, also where it was released before."""
    _, _, reservation = _reserved(book, operation)
    if reservation.status is ReservationStatus.CONFIRMED:
        raise _over(reservation)
    if reservation.status is not ReservationStatus.RESERVED:
        return reservation
    status = ReservationStatus.CANCELED
    return close_reservation(book, reservation, status, now, operation.requested_by)


def close_reservation(
    book: Book, reservation: Reservation, status: ReservationStatus, at: int, requested_by: str
) -> Reservation:
    """End an open reservation without a transaction."""
    budget = book.budgets.values[reservation.budget_id]
    allocation = book.allocations.values[reservation.allocation_id]
    book.write(
        EntryKind.RELEASE, budget, allocation, at, amount=reservation.amount,
        held_delta=-reservation.held, origin=reservation.origin, reference=reservation.reference,
        requested_by=requested_by, reservation_id=reservation.id,
        spent_at=reservation.created_at,
    )  # fmt: skip
    closed = replace(reservation, status=status, closed_at=at, closed_by=requested_by)
    book.reservations.put(ReservationKey(allocation.id, reservation.id), closed)
    return closed


def check_fits(book: Book, budget: Budget, allocation: Allocation, amount: int, now: int) -> None:
    """Refuse what a HARD budget does not hold, or a paced one not today. Raises Conflict."""
    if budget.facts.enforcement is Enforcement.SOFT:
        return
    if budget.pacing is not None:
        check_pace(budget, book.budget_positions.values[budget.id], amount, now)
    for name, position in (
        ("allocation", book.allocation_positions.values[allocation.id]),
        ("budget", book.budget_positions.values[budget.id]),
    ):
        if amount > position.remaining:
            raise Conflict(
                f"`{amount_text(amount)}` exceeds the `{amount_text(position.remaining)}` that"
                f" remain in the {name}",
                code=f"exceeds-{name}",
            )


def remembered_answer(book: Book, client_id: str, print_: str) -> str | None:
    """The id that answered the same request before; None where the client id is new.

    Raises:
        Conflict: the client id stands for another request.
    """
    known = book.remembered.values.get(client_id)
    if known is None:
        return None
    if known.fingerprint != print_:
        raise _reused(client_id)
    return known.answer


def _open(book: Book, operation: Post | Reserve, now: int) -> tuple[Budget, Allocation]:
    budget = book.budget(operation.budget_id)
    allocation = book.allocation(budget.id, operation.allocation_id)
    if budget.pacing is not None:
        check_running(budget, now)
    for name, status in (("budget", budget.status), ("allocation", allocation.status)):
        if status is not Status.ACTIVE:
            raise Conflict(f"the {name} is inactive", code=f"{name}-inactive")
    period = budget.period
    if now < period.start:
        raise Conflict(
            f"the budget starts on `{instant_text(period.start)}`", code="budget-not-started"
        )
    if period.end is not None and now >= period.end:
        raise Conflict(f"the budget ended on `{instant_text(period.end)}`", code="budget-expired")
    return budget, allocation


def _reserved(book: Book, operation: Confirm | Cancel) -> tuple[Budget, Allocation, Reservation]:
    budget = book.budget(operation.budget_id)
    allocation = book.allocation(budget.id, operation.allocation_id, deleted=True)
    key = ReservationKey(allocation.id, operation.reservation_id)
    reservation = book.reservations.values.get(key)
    if reservation is None:
        message = f"the reservation `{operation.reservation_id[:100]}` was not found"
        raise NotFound(message, code="reservation-not-found")
    return budget, allocation, reservation


def _transaction(book: Book, transaction_id: str) -> Transaction:
    found = book.transactions.values.get(transaction_id)
    if found is not None:
        return found
    for entry in reversed(book.entries):
        if entry.id == transaction_id:
            return Transaction(entry, 0, _spent_at(book, entry))
    message = f"the transaction `{transaction_id[:100]}` was not found"
    raise NotFound(message, code="transaction-not-found")


def _spent_at(book: Book, entry: Entry) -> int:
    """When the money of a debit of this batch was set aside, or debited at once."""
    if entry.allocation_id is None or entry.reservation_id is None:
        return entry.at
    key = ReservationKey(entry.allocation_id, entry.reservation_id)
    return book.reservations.values[key].created_at


def _refundable(original: Transaction, allocation: Allocation, wanted: int | None) -> int:
    """How much to give back of a debit of the allocation. Raises NotFound or Conflict."""
    entry = original.entry
    if entry.allocation_id != allocation.id:
        message = f"the transaction `{(entry.id or '')[:100]}` was not found"
        raise NotFound(message, code="transaction-not-found")
    if entry.kind is not EntryKind.DEBIT:
        raise Conflict("only a debit can be refunded", code="not-refundable")
    rest = entry.amount - original.refunded
    if rest <= 0:
        raise Conflict("the transaction is refunded in whole", code="already-refunded")
    # Without an amount the whole debit is meant, which a partial refund has made impossible.
    amount = entry.amount if wanted is None else wanted
    if amount > rest:
        raise Conflict(
            f"`{amount_text(amount)}` is more than the `{amount_text(rest)}` left to refund",
            code="exceeds-debit",
        )
    return amount


def _positive(amount: int) -> int:
    if amount <= 0:
        raise InvalidRequest("`amount` must not be zero", code="invalid-amount")
    return amount


def _reused(client_id: str) -> Conflict:
    return Conflict(
        f"`{client_id[:100]}` was used for a request with other content", code="id-reused"
    )


def _over(reservation: Reservation) -> Conflict:
    return Conflict(
        f"the reservation is {reservation.status.lower()} already",
        code=f"reservation-{reservation.status.lower()}",
    )
