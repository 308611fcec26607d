"""Rows of the books ↔ the ledger's values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from operator import attrgetter
from typing import Any, Final

from pydantic_core import from_json, to_json
from sqlalchemy import Column

from placet.budgets.core.book import Remembered
from placet.budgets.core.facts import FACTS, BudgetFacts, plain_facts
from placet.budgets.core.model import (
    Allocation,
    Budget,
    Cycle,
    Direction,
    Entry,
    EntryKind,
    LinkedEntity,
    Pacing,
    Period,
    Position,
    Reservation,
    ReservationStatus,
    Status,
)
from placet.budgets.core.notification import NotificationSettings
from placet.budgets.core.threshold import Notice
from placet.budgets.store.tables import ledger_entry_table, reservation_table

# Account and context id.
Scope = tuple[str, str]
_Row = dict[str, Any]

POSITION_NAMES: Final = ("amount", "carried", "used", "held", "sequence", "fired")
_ENTRY_FIELDS: Final = ["transaction_id" if name == "id" else name for name in Entry._fields]
ENTRY_NAMES: Final = ("account", "context_id", *_ENTRY_FIELDS)
ENTRY_COLUMNS: Final[list[Column[Any]]] = [ledger_entry_table.c[name] for name in _ENTRY_FIELDS]
# The columns of the facts are called like their fields.
_OWN: Final = attrgetter(
    "budget_id", "status", "due_at", "created_at", "changed_at", "pacing", *FACTS
)
_CYCLE: Final = attrgetter(
    "cycle_start", "cycle_end", "auto_reset", "carry_over", "time_zone", "anchor_zone"
)
_PERIOD: Final = attrgetter(
    "budget_id", "period", "period_revision", "period_turn", "period_start", "period_end",
    "period_amount", "period_carried", "period_at",
)  # fmt: skip
# Calling an enum takes longer than all the rest of an allocation.
_STATUSES: Final = {status.value: status for status in Status}
RESERVATION_COLUMNS: Final[list[Column[Any]]] = [
    reservation_table.c["reservation_id" if name == "id" else name]
    for name in Reservation.__slots__
]


def budget_of(row: Any) -> Budget:
    """The budget of its row."""
    return _budget(_OWN(row), _CYCLE(row), _PERIOD(row))


# A hot budget is read with every batch, and only its figures have changed since.
@lru_cache(maxsize=1_024)
def _budget(own: tuple[Any, ...], cycle: tuple[Any, ...], period: tuple[Any, ...]) -> Budget:
    id, status, due_at, created_at, changed_at, pacing, *facts = own
    return Budget(
        id, _facts(facts), Status(status), Cycle(*cycle), Period(*period), due_at, created_at,
        changed_at, None if pacing is None else Pacing(*from_json(pacing)),
    )  # fmt: skip


def _facts(columns: Sequence[Any]) -> BudgetFacts:
    return BudgetFacts(
        **{
            name: column if read is None or column is None else read(column)
            for (name, read), column in zip(_READERS.items(), columns, strict=True)
        }
    )


def _facts_row(facts: BudgetFacts) -> _Row:
    return {
        name: to_json(plain).decode() if FACTS[name].nested and plain is not None else plain
        for name, plain in plain_facts(facts).items()
    }


def budget_row(budget: Budget) -> _Row:
    """What a budget's row says beside its key and its figures."""
    period, cycle = budget.period, budget.cycle
    return {
        **_facts_row(budget.facts),
        "name_folded": budget.facts.name.casefold(),
        "status": budget.status.value,
        "cycle_start": cycle.start,
        "cycle_end": cycle.end,
        "auto_reset": cycle.auto_reset,
        "carry_over": cycle.carry_over,
        "time_zone": cycle.time_zone,
        "anchor_zone": cycle.anchor_zone,
        "period": period.number,
        "period_revision": period.revision,
        "period_turn": period.turn,
        "period_start": period.start,
        "period_end": period.end,
        "period_amount": period.amount,
        "period_carried": period.carried,
        "period_at": period.at,
        "due_at": budget.due_at,
        "pacing": None if budget.pacing is None else to_json(budget.pacing).decode(),
        "created_at": budget.created_at,
        "changed_at": budget.changed_at,
    }


def budget_position(row: Any) -> Position:
    """The figures of a budget's row."""
    return Position(
        row.amount, row.carried, row.used, row.held, row.allocated, row.sequence, _fired(row.fired)
    )


def allocation_position(row: Any) -> Position:
    """The figures of an allocation's row."""
    return Position(row.amount, row.carried, row.used, row.held, 0, row.sequence, _fired(row.fired))


def position_values(position: Position) -> tuple[Any, ...]:
    """What `POSITION_NAMES` say of a budget or an allocation."""
    amount, carried, used, held, _, sequence, fired = position
    return amount, carried, used, held, sequence, to_json(fired).decode() if fired else "[]"


def allocation_of(row: Any) -> Allocation:
    """The allocation of its row."""
    return Allocation(
        row.allocation_id, row.budget_id, LinkedEntity(row.entity_id, row.entity_type),
        row.reference_id, _STATUSES[row.status], _settings(row.notification), row.created_at,
        row.changed_at,
    )  # fmt: skip


def allocation_row(allocation: Allocation) -> _Row:
    """What an allocation's row says beside its key and its figures."""
    return {
        "budget_id": allocation.budget_id,
        "entity_id": allocation.linked_entity.id,
        "entity_type": allocation.linked_entity.type,
        "entity_type_folded": allocation.linked_entity.type.casefold(),
        "reference_id": allocation.reference_id,
        "status": allocation.status.value,
        "notification": _settings_text(allocation.notification),
        "created_at": allocation.created_at,
        "changed_at": allocation.changed_at,
    }


def entry_of(row: Any) -> Entry:
    """The entry of a row whose columns begin with `ENTRY_COLUMNS`."""
    entry = Entry(*row[: len(ENTRY_COLUMNS)])
    return entry._replace(kind=EntryKind(entry.kind))


def entry_values(scope: Scope, entry: Entry) -> tuple[Any, ...]:
    """What `ENTRY_NAMES` say of an entry: the whole row."""
    return scope + entry


def reservation_of(row: Any) -> Reservation:
    """The reservation of a row whose columns are `RESERVATION_COLUMNS`."""
    values = dict(zip(Reservation.__slots__, row, strict=True))
    values["direction"] = Direction(values["direction"])
    values["status"] = ReservationStatus(values["status"])
    return Reservation(**values)


def reservation_row(reservation: Reservation) -> _Row:
    """A reservation's row beside account and context."""
    row = {name: getattr(reservation, name) for name in Reservation.__slots__}
    row["reservation_id"] = row.pop("id")
    return row


def period_row(scope: Scope, period: Period) -> _Row:
    """The whole row of a period."""
    return {
        "account": scope[0],
        "context_id": scope[1],
        "budget_id": period.budget_id,
        "period": period.number,
        "revision": period.revision,
        "turn": period.turn,
        "start": period.start,
        "end": period.end,
        "amount": period.amount,
        "carried": period.carried,
        "at": period.at,
    }


def notice_row(scope: Scope, notice: Notice) -> _Row:
    """The whole row of a notice."""
    return {
        "account": scope[0],
        "context_id": scope[1],
        "budget_id": notice.budget_id,
        "allocation_id": notice.allocation_id or "",
        "period": notice.period,
        "threshold": notice.threshold.key,
        "used": notice.used,
        "amount": notice.amount,
        "at": notice.at,
    }


def request_row(scope: Scope, client_id: str, remembered: Remembered, now: int) -> _Row:
    """The whole row of a request that came with a client id."""
    return {
        "account": scope[0],
        "context_id": scope[1],
        "client_id": client_id,
        "fingerprint": remembered.fingerprint,
        "answer": remembered.answer,
        "at": now,
    }


def _settings_text(settings: NotificationSettings) -> str:
    return to_json(settings.to_document()).decode()


def _unpacking(value: Callable[[Any], Any]) -> Callable[[str], Any]:
    """What makes a value of its JSON text."""

    # Hot budgets are read with every batch, and most have the same few settings.
    @lru_cache(maxsize=1_024)
    def unpacked(document: str) -> Any:
        return value(from_json(document))

    return unpacked


# What makes a fact of its column; None where they are the same.
_READERS: Final = {
    name: _unpacking(fact.value) if fact.nested and fact.value else fact.value
    for name, fact in FACTS.items()
}
_settings: Final = _unpacking(NotificationSettings.from_document)


def _fired(document: str) -> tuple[str, ...]:
    return () if document == "[]" else tuple(from_json(document))
