"""Statements of budgets and allocations: pages, or whole by a cursor while entries arrive."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncConnection

from placet.budgets.core.model import Period
from placet.budgets.core.statement import Cursor, Line, Lines, Order, lines_of
from placet.budgets.core.wire import statement_line_document, transaction_document
from placet.budgets.service.allocations import get_allocation
from placet.budgets.service.books import Books, current_budget
from placet.budgets.service.input import Context, Page, PageRequest, usable_id
from placet.budgets.service.unit_visit import in_unit
from placet.budgets.store.queries import load_allocation, locate_budgets
from placet.budgets.store.statement_lines import (
    Head,
    LineCounts,
    Span,
    StatementOf,
    add_up,
    count_lines,
    entry_before,
    find_expiry,
    find_lines,
    find_period,
    load_head,
)
from placet.database.database import Database
from placet.errors import Detail, InvalidRequest, NotFound
from placet.kit.instants import MAX_INSTANT, instant_text, parse_instant
from placet.kit.money import amount_number
from placet.people.core.permissions import VIEWING_BUDGETS
from placet.people.core.visit import Visit, check_operator

_PIECE: Final = 500


@dataclass(frozen=True, slots=True)
class StatementRequest:
    """Which lines of a statement: those of page `page`, or those behind the cursor `after`.

    `start` (inclusive) and `end` (exclusive) are texts of instants, `cycle` is `current`,
    `previous`, the number of a cycle or an instant in it. Unless told, a request with any of these,
    `after` or `order` shows all lines, and another one the transactions.

    Raises:
        InvalidRequest: parts of it contradict each other.
    """

    page: int | None = None
    page_size: int = 20
    after: str | None = None
    order: Order | None = None
    lines: Lines | None = None
    start: str | None = None
    end: str | None = None
    cycle: str | None = None

    def __post_init__(self) -> None:
        PageRequest(1 if self.page is None else self.page, self.page_size)
        if self.after is not None and self.page is not None:
            raise _refused("after", "`after` and `page` exclude each other: give one of them")
        if self.cycle is not None and (self.start is not None or self.end is not None):
            raise _refused("cycle", "`cycle` excludes `from` and `to`: give it or them")

    @property
    def filtered(self) -> bool:
        """Whether it leaves out lines by their time."""
        return (self.start, self.end, self.cycle) != (None, None, None)

    def cursor(self, newest: int) -> Cursor:
        """What it asks to read, and where that begins (0: at the beginning)."""
        if self.after is None:
            simple = self.order is None and not self.filtered
            default = Lines.TRANSACTIONS if simple else Lines.ALL
            return Cursor(self.lines or default, self.order or Order.NEWEST, 0)
        cursor = Cursor.parse(self.after, newest)
        for field, asked, given in (
            ("order", self.order, cursor.order), ("lines", self.lines, cursor.lines),
        ):  # fmt: skip
            if asked not in (None, given):
                message = f"`{field}` must stay `{given}`, with which `after` was made"
                raise _refused(field, message)
        return cursor


@dataclass(frozen=True, slots=True)
class Statement:
    """Lines, the cursor behind the last of them (None: there are no more yet), and the balances at
    the beginning and the end of all that was selected, in 1/10,000 unit.

    `page` is what a reader of pages is told, `cycle` the one that was asked for, and `expired` when
    the budget's last cycle ended, where no other one follows.
    """

    of: StatementOf
    lines: list[Line]
    shown: Lines
    next: str | None
    opening: int
    closing: int
    page: Page[Line] | None = None
    cycle: Period | None = None
    expired: int | None = None

    def to_document(self) -> dict[str, Any]:
        """As JSON; transactions alone are written as the Budgets API writes them elsewhere."""
        context_id = self.of.context_id
        document: dict[str, Any] = {
            "transactions": [self._line(line, context_id) for line in self.lines],
            "next": self.next,
            "openingBalance": amount_number(self.opening),
            "closingBalance": amount_number(self.closing),
        }
        if self.page is not None:
            document["pagination"] = self.page.to_document()
        if self.cycle is not None:
            end = self.cycle.end
            document["cycle"] = {
                "number": self.cycle.number,
                "startDate": instant_text(self.cycle.start),
                "endDate": None if end is None else instant_text(end),
            }
        if self.expired is not None:
            document["expired"] = instant_text(self.expired)
        return document

    def _line(self, line: Line, context_id: str) -> dict[str, Any]:
        if self.shown is Lines.ALL:
            return statement_line_document(line, context_id)
        return transaction_document(line.entry, context_id)


@dataclass(frozen=True, slots=True)
class _Selection:
    span: Span
    cycle: Period | None = None


@in_unit(VIEWING_BUDGETS)
async def budget_statement(
    books: Books, context: Context, budget_id: str, request: StatementRequest
) -> Statement:
    """Lines of a budget's statement.

    Raises:
        NotFound: no such budget.
        InvalidRequest: an unknown cursor or cycle, or a wrong instant.
    """
    await current_budget(books, context, budget_id)
    return await _read(books, StatementOf(*context.scope, budget_id), request)


@in_unit(VIEWING_BUDGETS)
async def allocation_statement(
    books: Books,
    context: Context,
    budget_id: str,
    allocation_id: str,
    request: StatementRequest,
) -> Statement:
    """Lines of an allocation's statement. Raises as `budget_statement`."""
    await get_allocation.within(books, context, budget_id, allocation_id)
    return await _read(books, StatementOf(*context.scope, budget_id, allocation_id), request)


@asynccontextmanager
async def open_statement(
    database: Database,
    visit: Visit,
    budget_id: str,
    allocation_id: str | None,
    request: StatementRequest,
    *,
    now: int,
) -> AsyncIterator[AsyncIterator[Statement]]:
    """All that is selected, in pieces, deleted budgets and allocations included.

    They are read in one consistent view, while others go on writing.

    Raises:
        Forbidden: the visitor is not the operator.
        NotFound: no such budget or allocation.
        InvalidRequest: as `budget_statement`.
    """
    check_operator(visit)
    async with database.read() as connection:
        of = await _located(connection, visit.account, budget_id, allocation_id)
        yield _pieces(connection, of, replace(request, page_size=_PIECE), now)


async def _pieces(
    connection: AsyncConnection, of: StatementOf, request: StatementRequest, now: int
) -> AsyncIterator[Statement]:
    while True:
        piece = await _statement(connection, of, request, now)
        yield piece
        if piece.next is None:
            return
        request = replace(request, after=piece.next)


async def _read(books: Books, of: StatementOf, request: StatementRequest) -> Statement:
    async with books.database.read() as connection:
        return await _statement(connection, of, request, books.clock(), books.line_counts)


async def _statement(
    connection: AsyncConnection,
    of: StatementOf,
    request: StatementRequest,
    now: int,
    counts: LineCounts | None = None,
) -> Statement:
    """What is asked for; with `counts`, also how many pages there are for a reader of pages."""
    head = await load_head(connection, of)
    cursor = request.cursor(head.sequence)
    selection = await _select(connection, of, request, head.sequence)
    lines, more = await _lines(
        connection, of, request, head=head, cursor=cursor, selected=selection.span
    )
    first, last = selection.span
    page = None
    if counts is not None and request.after is None:
        if request.filtered:
            results = await count_lines(connection, of, selection.span, cursor.lines)
        else:
            results = await counts.count(connection, of, cursor.lines, head.sequence)
        page = Page(lines, PageRequest(request.page or 1, request.page_size), results)
    return Statement(
        of,
        lines,
        cursor.lines,
        replace(cursor, sequence=lines[-1].sequence).text if more else None,
        await _balance(connection, of, head, first - 1),
        await _balance(connection, of, head, max(last, first - 1)),
        page,
        selection.cycle,
        await find_expiry(connection, of, now),
    )


async def _lines(
    connection: AsyncConnection,
    of: StatementOf,
    request: StatementRequest,
    *,
    head: Head,
    cursor: Cursor,
    selected: Span,
) -> tuple[list[Line], bool]:
    """The lines that follow the cursor, and whether there are more behind them."""
    entries = await find_lines(
        connection, of, _behind(selected, cursor), cursor.lines, cursor.order,
        limit=request.page_size + 1, offset=((request.page or 1) - 1) * request.page_size,
    )  # fmt: skip
    step = -1 if cursor.order is Order.NEWEST else 1
    in_time = entries[: request.page_size][::step]
    of_budget = of.allocation_id is None
    before = 0
    if in_time and cursor.lines is Lines.ALL:
        first = in_time[0].budget_sequence if of_budget else in_time[0].sequence or 0
        before = await _balance(connection, of, head, first - 1)
    lines = lines_of(in_time, before, of_budget=of_budget)
    return lines[::step], len(entries) > request.page_size


async def _select(
    connection: AsyncConnection, of: StatementOf, request: StatementRequest, newest: int
) -> _Selection:
    """The entries that the filters leave."""
    if request.cycle is not None:
        cycle = await _cycle(connection, of, request.cycle)
        first = await entry_before(connection, of, newest, lambda row: row.period >= cycle.number)
        last = await entry_before(connection, of, newest, lambda row: row.period > cycle.number)
        return _Selection(Span(first + 1, last), cycle)
    start = None if request.start is None else parse_instant(request.start, "from")
    end = None if request.end is None else parse_instant(request.end, "to")
    if start is not None and end is not None and start > end:
        raise _refused("from", "`from` must not be after `to`")
    first, last = 0, newest
    if start is not None:
        first = await entry_before(connection, of, newest, lambda row: row.at >= start)
    if end is not None:
        last = await entry_before(connection, of, newest, lambda row: row.at >= end)
    return _Selection(Span(first + 1, last))


async def _cycle(connection: AsyncConnection, of: StatementOf, text: str) -> Period:
    """The cycle that a caller names."""
    newest = await find_period(connection, of, number=None, at=MAX_INSTANT)
    last = newest.number if newest is not None else 0
    if text in ("current", "previous"):
        number: int | None = last - (text == "previous")
    else:
        number = int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None
    at = 0 if number is not None else _instant(text)
    found = await find_period(connection, of, number=number, at=at)
    if found is None or (number is None and found.end is not None and found.end <= at):
        message = f"`cycle`: the budget has the cycles 1 to {last}, and not `{text[:50]}`"
        raise _refused("cycle", message)
    return found


def _instant(text: str) -> int:
    try:
        return parse_instant(text, "cycle")
    except InvalidRequest:
        message = (
            "`cycle` must be `current`, `previous`, the number of a cycle or an instant in it like"
            f" `2026-01-31T00:00:00Z`, not `{text[:50]}`"
        )
        raise _refused("cycle", message) from None


async def _balance(connection: AsyncConnection, of: StatementOf, head: Head, sequence: int) -> int:
    """The balance after the entry with this sequence, from whichever end is nearer."""
    if sequence <= head.sequence // 2:
        return await add_up(connection, of, Span(1, sequence))
    return head.balance - await add_up(connection, of, Span(sequence + 1, head.sequence))


def _behind(span: Span, cursor: Cursor) -> Span:
    """What of a span lies behind the cursor."""
    if cursor.sequence == 0:
        return span
    if cursor.order is Order.OLDEST:
        return Span(max(span.first, cursor.sequence + 1), span.last)
    return Span(span.first, min(span.last, cursor.sequence - 1))


async def _located(
    connection: AsyncConnection, account: str, budget_id: str, allocation_id: str | None
) -> StatementOf:
    contexts: dict[str, str] = {}
    if usable_id(budget_id):
        contexts = await locate_budgets(connection, account, [budget_id])
    if budget_id not in contexts:
        message = f"the account `{account}` has no budget `{budget_id[:100]}`"
        raise NotFound(message, code="budget-not-found")
    of = StatementOf(account, contexts[budget_id], budget_id, allocation_id)
    if allocation_id is not None:
        found = None
        if usable_id(allocation_id):
            found = await load_allocation(connection, of.scope, budget_id, allocation_id)
        if found is None:
            message = f"the budget `{budget_id}` has no allocation `{allocation_id[:100]}`"
            raise NotFound(message, code="allocation-not-found")
    return of


def _refused(field: str, message: str) -> InvalidRequest:
    return InvalidRequest(message, details=[Detail(field, message)])
