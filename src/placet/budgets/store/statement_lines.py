"""Reading statements by the sequence of their entries, which has no gap: any place in them is found
by its number, and what lies between two places was counted and added up once.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from placet.budgets.core.model import Entry, Period
from placet.budgets.core.statement import CHANGES, TRANSACTIONS, Lines, Order
from placet.budgets.store.rows import ENTRY_COLUMNS, Scope, entry_of
from placet.budgets.store.tables import (
    allocation_table,
    budget_period_table,
    budget_table,
    ledger_entry_table,
)

_entries = ledger_entry_table.c
_periods = budget_period_table.c
_KEPT_COUNTS: Final = 10_000


class StatementOf(NamedTuple):
    """Whose statement: a budget's, or that of one of its allocations."""

    account: str
    context_id: str
    budget_id: str
    allocation_id: str | None = None

    @property
    def scope(self) -> Scope:
        """Account and context id."""
        return self.account, self.context_id


class Span(NamedTuple):
    """The entries from `first` to `last`, both included; none where `last` is smaller."""

    first: int
    last: int


class Head(NamedTuple):
    """How many entries there are, and the balance after the last of them."""

    sequence: int
    balance: int


async def load_head(connection: AsyncConnection, of: StatementOf) -> Head:
    """The newest state of a budget or allocation that exists, deleted or not."""
    if of.allocation_id is None:
        table, key = budget_table, budget_table.c.budget_id == of.budget_id
    else:
        table, key = allocation_table, allocation_table.c.allocation_id == of.allocation_id
    columns = table.c
    query = select(columns.sequence, columns.amount - columns.used).where(
        columns.account == of.account, columns.context_id == of.context_id, key
    )
    return Head(*(await connection.execute(query)).one())


async def find_period(
    connection: AsyncConnection, of: StatementOf, *, number: int | None, at: int
) -> Period | None:
    """The period with this number, or the one that contains the instant, as it is known now."""
    query = select(budget_period_table).where(
        _periods.account == of.account,
        _periods.context_id == of.context_id,
        _periods.budget_id == of.budget_id,
        _periods.period == number if number is not None else _periods.start <= at,
    )
    newest = query.order_by(_periods.period.desc(), _periods.revision.desc()).limit(1)
    row = (await connection.execute(newest)).one_or_none()
    # The first two columns are account and context id, the others a period's fields in order.
    return None if row is None else Period(*row[2:])


async def find_expiry(connection: AsyncConnection, of: StatementOf, now: int) -> int | None:
    """When the budget's last cycle ended, where it has and none follows."""
    columns = budget_table.c
    query = select(columns.period_end).where(
        columns.account == of.account,
        columns.context_id == of.context_id,
        columns.budget_id == of.budget_id,
        columns.auto_reset.is_(False),
        columns.period_end <= now,
    )
    found: int | None = await connection.scalar(query)
    return found


async def entry_before(
    connection: AsyncConnection, of: StatementOf, newest: int, later: Callable[[Any], bool]
) -> int:
    """The sequence of the last entry that is not `later`, 0 where all are.

    Entries are in the order of time and of periods, so one of few looks finds it.
    """
    low, high = 0, newest
    while low < high:
        middle = (low + high + 1) // 2
        place = select(_entries.at, _entries.period).where(*_mine(of), _sequence(of) == middle)
        if later((await connection.execute(place)).one()):
            high = middle - 1
        else:
            low = middle
    return low


async def find_lines(
    connection: AsyncConnection,
    of: StatementOf,
    span: Span,
    lines: Lines,
    order: Order,
    *,
    limit: int,
    offset: int = 0,
) -> list[Entry]:
    """At most `limit` lines of a span in the given order, behind `offset` others."""
    sequence = _sequence(of)
    query = _within(select(*ENTRY_COLUMNS), of, span).where(_shown(of, lines))
    query = query.order_by(sequence if order is Order.OLDEST else sequence.desc())
    rows = await connection.execute(query.offset(offset or None).limit(limit))
    return [entry_of(row) for row in rows]


async def add_up(connection: AsyncConnection, of: StatementOf, span: Span) -> int:
    """What the entries of a span add to the balance."""
    if span.last < span.first:
        return 0
    amount: Any = _entries.amount_delta
    if of.allocation_id is None:
        amount = case((_entries.allocation_id.is_(None), amount), else_=0)
    total = select(func.sum(amount - _entries.used_delta))
    return int(await connection.scalar(_within(total, of, span)) or 0)


class LineCounts:
    """How many lines statements have. Entries are never changed or removed, so what was counted up
    to a sequence stays right, and only those behind it are counted.
    """

    def __init__(self, *, capacity: int = _KEPT_COUNTS) -> None:
        self._capacity: Final = capacity
        self._counted: Final[OrderedDict[tuple[StatementOf, Lines], tuple[int, int]]] = (
            OrderedDict()
        )

    async def count(
        self, connection: AsyncConnection, of: StatementOf, lines: Lines, newest: int
    ) -> int:
        """The lines of a statement up to its entry `newest`, which is the last one."""
        key = (of, lines)
        last, count = self._counted.get(key, (0, 0))
        if last > newest:
            return count - await count_lines(connection, of, Span(newest + 1, last), lines)
        count += await count_lines(connection, of, Span(last + 1, newest), lines)
        self._counted[key] = (newest, count)
        self._counted.move_to_end(key)
        if len(self._counted) > self._capacity:
            self._counted.popitem(last=False)
        return count


async def count_lines(
    connection: AsyncConnection, of: StatementOf, span: Span, lines: Lines
) -> int:
    """How many lines a span has."""
    if span.last < span.first:
        return 0
    query = _within(select(func.count()).select_from(ledger_entry_table), of, span)
    return await connection.scalar(query.where(_shown(of, lines))) or 0


def _mine(of: StatementOf) -> tuple[Any, ...]:
    scope = (_entries.account == of.account, _entries.context_id == of.context_id)
    if of.allocation_id is None:
        return (*scope, _entries.budget_id == of.budget_id)
    return (*scope, _entries.allocation_id == of.allocation_id)


def _sequence(of: StatementOf) -> Any:
    return _entries.budget_sequence if of.allocation_id is None else _entries.sequence


def _within(query: Select[Any], of: StatementOf, span: Span) -> Select[Any]:
    sequence = _sequence(of)
    return query.where(*_mine(of), sequence >= span.first, sequence <= span.last)


def _shown(of: StatementOf, lines: Lines) -> ColumnElement[bool]:
    transactions = _entries.kind.in_([kind.value for kind in TRANSACTIONS])
    if lines is Lines.TRANSACTIONS:
        return transactions
    changes: ColumnElement[bool] = _entries.kind.in_([kind.value for kind in CHANGES])
    if of.allocation_id is None:
        # Of its allocations, what was used and is not any more; their amounts are not its own.
        changes = changes & or_(_entries.allocation_id.is_(None), _entries.used_delta != 0)
    return or_(transactions, changes)
