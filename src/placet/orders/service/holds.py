"""What the change of an authorization does to the books, in the transaction that stores it.

The money follows the status: what is pending is reserved, what is accepted is debited, and what has
ended any other way is given back. An order is never accepted without its hold.

A hold is a reservation like any other, so people may move it by hand meanwhile. What they confirmed
for the order's amount counts as its debit: it is not debited again when the order is accepted, and
refunded when the order ends another way. What they confirmed only in part, released or refunded is
no hold any more: the order cannot be accepted, and only what is left is given back when it ends.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from placet.budgets.core.book import Book, ReservationKey
from placet.budgets.core.model import ReservationStatus
from placet.budgets.core.model import Status as LedgerStatus
from placet.budgets.service.batch import BooksGroup, OpenBooks
from placet.errors import Conflict, InvalidRequest, NotFound
from placet.orders.core.model import Authorization
from placet.orders.core.record import Hold, Status
from placet.orders.core.spending_currency import check_currencies
from placet.orders.core.transitions import deny_spending
from placet.orders.service.spending import (
    SpendingLine,
    confirm_holds,
    hold,
    refund_debits,
    release_holds,
)


def groups_of_spending(
    authorization: Authorization, spending: Sequence[SpendingLine]
) -> Iterator[BooksGroup]:
    """What of the books has to be open for `hold_spending`."""
    if spending:
        yield _hold(authorization, spending)


def groups_of_holds(authorization: Authorization) -> Iterator[BooksGroup]:
    """What of the books has to be open for `follow_status` and `give_back`."""
    for item in authorization.holds:
        yield _ending(authorization, item, item.amount)


def hold_spending(
    books: OpenBooks, authorization: Authorization, spending: Sequence[SpendingLine]
) -> Authorization:
    """Hold what a new authorization spends; it is denied where a budget refuses.

    Raises:
        InvalidRequest: a budget or an allocation does not exist, or is in another currency.
    """
    for line in spending:
        _check_known(books, authorization.account, line)
    _check_currencies(books, authorization, spending)
    if authorization.status is Status.DENIED or not spending:
        return authorization
    try:
        with books.all_or_none():
            for line in spending:
                _hold_line(books, authorization, line)
    except Conflict as error:
        return deny_spending(authorization, error.message)
    held = tuple(
        Hold(line.context_id, line.budget_id, line.allocation_id, line.amount) for line in spending
    )
    authorization = replace(authorization, holds=held)
    return _debit(books, authorization) if _accepted(authorization) else authorization


def follow_status(books: OpenBooks, before: Authorization, after: Authorization) -> Authorization:
    """`after` with the holds of `before` as its status wants them.

    Raises:
        Conflict: it is accepted, and of what it had reserved something was released, refunded or
            confirmed in part by hand.
    """
    after = replace(after, holds=before.holds)
    if after.status is before.status:
        return after
    if _accepted(after):
        return _debit(books, after)
    return after if after.status is Status.PENDING else give_back(books, after)


def give_back(books: OpenBooks, authorization: Authorization) -> Authorization:
    """Release or refund what is left of the holds."""
    for held in authorization.holds:
        book = books.book(authorization.account, held.context_id)
        item = _as_moved(book, authorization, held)
        rest = _rest(book, authorization, item)
        if rest > 0:
            books.apply(_ending(authorization, item, rest))
    return replace(authorization, holds=())


def _accepted(authorization: Authorization) -> bool:
    return authorization.status is Status.ACCEPTED


def _debit(books: OpenBooks, authorization: Authorization) -> Authorization:
    for item in authorization.holds:
        _check_not_refunded(books.book(authorization.account, item.context_id), authorization, item)
    group = confirm_holds(
        authorization.account,
        [_line(item, item.amount) for item in authorization.holds],
        reservation_id=authorization.id,
        requested_by=_who(authorization),
    )
    try:
        closed = books.apply(group)
    except (Conflict, NotFound) as error:
        raise _lost(error.message) from error
    debited = tuple(
        replace(item, transaction_id=reservation.transaction_id)
        for item, reservation in zip(authorization.holds, closed, strict=True)
    )
    return replace(authorization, holds=debited)


def _check_known(books: OpenBooks, account: str, line: SpendingLine) -> None:
    book = books.book(account, line.context_id)
    try:
        book.budget(line.budget_id)
        book.allocation(line.budget_id, line.allocation_id)
    except NotFound as error:
        raise InvalidRequest(f"`spending`: {error.message}", code=error.code) from error


def _check_currencies(
    books: OpenBooks, authorization: Authorization, spending: Sequence[SpendingLine]
) -> None:
    contexts = {line.budget_id: line.context_id for line in spending}

    def currency_of(budget_id: str) -> str | None:
        book = books.book(authorization.account, contexts[budget_id])
        return book.budget(budget_id).facts.currency

    if spending:
        check_currencies(authorization.order, authorization.spending, currency_of)


def _hold_line(books: OpenBooks, authorization: Authorization, line: SpendingLine) -> None:
    try:
        books.apply(_hold(authorization, [line]))
    except Conflict as error:
        message = f"budget `{line.budget_id}`: {error.message}"
        raise Conflict(message, code=error.code) from error


def _hold(authorization: Authorization, spending: Sequence[SpendingLine]) -> BooksGroup:
    return hold(
        authorization.account,
        spending,
        reservation_id=authorization.id,
        order_id=authorization.order_id,
        requested_by=_who(authorization),
    )


def _ending(authorization: Authorization, item: Hold, amount: int) -> BooksGroup:
    if item.transaction_id is None:
        return release_holds(
            authorization.account,
            [_line(item, amount)],
            reservation_id=authorization.id,
            requested_by=_who(authorization),
        )
    return refund_debits(
        authorization.account,
        [_line(item, amount)],
        transaction_ids={item.allocation_id: item.transaction_id},
        requested_by=_who(authorization),
    )


def _as_moved(book: Book, authorization: Authorization, item: Hold) -> Hold:
    """The hold with the debit that was made of it, perhaps by hand."""
    reservation = book.reservations.values.get(ReservationKey(item.allocation_id, authorization.id))
    if reservation is None or reservation.transaction_id is None:
        return item
    return replace(item, transaction_id=reservation.transaction_id)


def _check_not_refunded(book: Book, authorization: Authorization, item: Hold) -> None:
    transaction_id = _as_moved(book, authorization, item).transaction_id
    debit = book.transactions.values.get(transaction_id) if transaction_id is not None else None
    if debit is not None and debit.refunded:
        raise _lost("its debit was refunded")


def _lost(reason: str) -> Conflict:
    return Conflict(f"the order's spending is not held any more: {reason}", code="hold-lost")


def _rest(book: Book, authorization: Authorization, item: Hold) -> int:
    """How much of a hold is still there to be given back."""
    budget = book.budgets.values.get(item.budget_id)
    if budget is None or budget.status is LedgerStatus.DELETED:
        return 0
    if item.transaction_id is None:
        key = ReservationKey(item.allocation_id, authorization.id)
        reservation = book.reservations.values.get(key)
        still = reservation is not None and reservation.status is ReservationStatus.RESERVED
        return item.amount if still else 0
    debit = book.transactions.values.get(item.transaction_id)
    # A debit that is not loaded was made in this very transaction.
    return item.amount if debit is None else debit.entry.amount - debit.refunded


def _line(item: Hold, amount: int) -> SpendingLine:
    return SpendingLine(item.context_id, item.budget_id, item.allocation_id, amount)


def _who(authorization: Authorization) -> str:
    return authorization.history[-1].who
