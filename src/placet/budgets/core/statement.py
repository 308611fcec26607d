"""Statements: which entries are their lines, and what each does to the balance.

The balance of a statement is the amount less what was debited. Reservations leave no trace in it,
so what they hold is not taken off.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple, Self

from placet.budgets.core.model import Entry, EntryKind
from placet.errors import Detail, InvalidRequest

TRANSACTIONS: Final = (EntryKind.DEBIT, EntryKind.CREDIT)
# What moves the balance beside transactions.
CHANGES: Final = (EntryKind.AMOUNT, EntryKind.RENEWAL)

_CURSOR: Final = re.compile(r"([at])([no])([0-9]{1,18})", re.ASCII)


class Lines(StrEnum):
    """What a statement shows: TRANSACTIONS alone, or ALL that moved the balance, renewals of the
    cycle and changes of the amount among it.
    """

    TRANSACTIONS = "transactions"
    ALL = "all"


class Order(StrEnum):
    """NEWEST first, or OLDEST first, where what is booked meanwhile comes at the end."""

    NEWEST = "newest"
    OLDEST = "oldest"


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a reader stands: behind the line with this sequence, in this order."""

    lines: Lines
    order: Order
    sequence: int

    @property
    def text(self) -> str:
        """As readers hand it back."""
        return f"{self.lines.value[0]}{self.order.value[0]}{self.sequence}"

    @classmethod
    def parse(cls, text: str, newest: int) -> Self:
        """The cursor that a reader has handed back; `newest` is the last sequence there is.

        Raises:
            InvalidRequest: this statement has not given such a cursor.
        """
        match = _CURSOR.fullmatch(text)
        if match is None or not 1 <= int(match[3]) <= newest:
            message = f"`after` must be the `next` of this statement, not `{text[:50]}`"
            detail = Detail("after", message)
            raise InvalidRequest(message, code="unknown-cursor", details=[detail])
        lines = Lines.ALL if match[1] == "a" else Lines.TRANSACTIONS
        return cls(lines, Order.NEWEST if match[2] == "n" else Order.OLDEST, int(match[3]))


class Line(NamedTuple):
    """An entry with its number in the statement, what it adds to the balance, and the balance
    after it, in 1/10,000 unit.
    """

    entry: Entry
    sequence: int
    change: int
    balance: int


def change_of(entry: Entry, *, of_budget: bool) -> int:
    """What an entry adds to the balance of its budget, or of its allocation."""
    # What an allocation gets of the budget is not taken from the budget's balance.
    amount = 0 if of_budget and entry.allocation_id is not None else entry.amount_delta
    return amount - entry.used_delta


def lines_of(entries: Sequence[Entry], before: int, *, of_budget: bool) -> list[Line]:
    """Lines with their balances, from entries that follow each other, oldest first."""
    lines = []
    balance = before
    for entry in entries:
        change = change_of(entry, of_budget=of_budget)
        balance += change
        sequence = entry.budget_sequence if of_budget else entry.sequence or 0
        lines.append(Line(entry, sequence, change, balance))
    return lines
