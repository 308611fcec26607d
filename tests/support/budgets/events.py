"""One-line events on the books: a small language for the case files.

A line is `[@day] verb words… -> outcome`; the outcome is `ok` or the code of the refusal. Things
are named by their letters: budgets and allocations by the words that made them.

    budget B 100 [hard] [from D] [to D] [renew] [carry] [notify T…]
    allocate B A 60                  new allocation of a budget
    debit A 30 [as ID]               credit A 30 [as ID]; names its transaction t1, t2, …
    refund A t1 [10] [as ID]
    reserve A r1 30 [until D]        confirm A r1 [20]; cancel A r1
    amount B 80                      amount A 80
    notify B T…                      notify A T…; thresholds such as PERCENT=90, or none
    status B INACTIVE                status A ACTIVE
    delete B                         delete A
    touch B
    show B 100 30 20 50              amount, used, held, remaining; the same for an allocation
    carried B 20                     what of the amount was carried over
    renewals B 120 of 20, 110 of 10  the amount of each renewal, and what of it was carried over
    statement A DEBIT 30, CREDIT 10  the transactions, oldest first
    fired B PERCENT 50, PERCENT 90   every notice so far
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import pytest
import yaml

from placet.budgets.core.book import Book
from placet.budgets.core.due import catch_up
from placet.budgets.core.facts import BudgetFacts, Enforcement
from placet.budgets.core.model import Cycle, Direction, EntryKind, LinkedEntity, Position, Status
from placet.budgets.core.notification import (
    NotificationSettings,
    Recipient,
    Threshold,
    ThresholdType,
)
from placet.budgets.core.operations import (
    Cancel,
    Confirm,
    CreateAllocations,
    CreateBudget,
    DeleteAllocation,
    DeleteBudget,
    NewAllocation,
    Operation,
    Post,
    Refund,
    Reserve,
    SetAllocationStatus,
    SetBudgetStatus,
    Touch,
    UpdateAllocation,
    UpdateBudget,
)
from placet.budgets.core.posting import apply
from placet.errors import PlacetError
from placet.kit.instants import DAY
from placet.kit.money import amount_text, parse_amount
from support.budgets.books import differences
from support.budgets.facts import said
from support.project import ROOT

_WHO = "buyer@example.com"


def _settings(options: Sequence[str]) -> NotificationSettings:
    """The thresholds among the options, enabled where there are any."""
    thresholds = tuple(
        Threshold(ThresholdType(match[1]), parse_amount(match[2]))
        for option in options
        if (match := re.fullmatch(r"(PERCENT|AMOUNT)=(.+)", option))
    )
    return NotificationSettings(bool(thresholds), thresholds, (Recipient("Email", _WHO),))


CASES: Final = ROOT / "tests" / "budgets" / "core" / "cases"


@dataclass
class Events:
    """A book that understands one-line events. Days count from 1 January 1970."""

    book: Book = field(default_factory=Book)
    now: int = 0
    transactions: int = 0

    def run(self, line: str) -> None:
        """Carry out a line and compare its outcome."""
        text, _, expected = (part.strip() for part in line.partition("->"))
        if text.startswith("@"):
            day, text = text[1:].split(maxsplit=1)
            self.now = int(float(day) * DAY)
        verb, *words = text.split()
        if verb in ("show", "carried", "renewals", "statement", "fired"):
            actual = getattr(self, f"_{verb}")(words[0])
            assert actual == text.split(maxsplit=2)[2].strip(), line
            return
        for budget_id in list(self.book.budgets.values):
            catch_up(self.book, budget_id, self.now)
        try:
            apply(self.book, getattr(self, f"_{verb}")(*words), self.now)
        except PlacetError as error:
            assert error.code == expected, line
        else:
            assert expected == "ok", line

    def _budget(self, name: str, amount: str, *options: str) -> Operation:
        start, end, flags = 0, None, set(options)
        for index, option in enumerate(options):
            if option == "from":
                start = int(options[index + 1]) * DAY
            elif option == "to":
                end = int(options[index + 1]) * DAY
        settings = _settings(options)
        cycle = Cycle(start, end, "renew" in flags, "carry" in flags)
        enforcement = Enforcement.HARD if "hard" in flags else Enforcement.SOFT
        facts = BudgetFacts(
            name=name, description="", enforcement=enforcement, notification=settings
        )
        return CreateBudget(name, facts, parse_amount(amount), cycle)

    def _allocate(self, budget: str, *parts: str) -> Operation:
        pairs = list(zip(parts[::2], parts[1::2], strict=True))
        return CreateAllocations(
            budget,
            tuple(
                NewAllocation(name, LinkedEntity(name, "User"), "", parse_amount(amount))
                for name, amount in pairs
            ),
        )

    def _post(self, direction: Direction, allocation: str, *words: str) -> Operation:
        self.transactions += 1
        client_id = words[2] if words[1:2] == ("as",) else None
        return Post(
            self._owner(allocation), allocation, direction, parse_amount(words[0]), "test", "",
            _WHO, f"t{self.transactions}", client_id,
        )  # fmt: skip

    def _debit(self, allocation: str, *words: str) -> Operation:
        return self._post(Direction.DEBIT, allocation, *words)

    def _credit(self, allocation: str, *words: str) -> Operation:
        return self._post(Direction.CREDIT, allocation, *words)

    def _refund(self, allocation: str, transaction: str, *words: str) -> Operation:
        self.transactions += 1
        amount = parse_amount(words[0]) if words and words[0] != "as" else None
        client_id = words[-1] if "as" in words else None
        owner = self._owner(allocation)
        return Refund(
            owner, allocation, transaction, _WHO, f"t{self.transactions}", amount, client_id
        )

    def _reserve(self, allocation: str, name: str, amount: str, *words: str) -> Operation:
        expires_at = int(float(words[1]) * DAY) if words else None
        return Reserve(
            self._owner(allocation), allocation, name, Direction.DEBIT, parse_amount(amount),
            "test", "", _WHO, expires_at,
        )  # fmt: skip

    def _confirm(self, allocation: str, name: str, *words: str) -> Operation:
        self.transactions += 1
        amount = parse_amount(words[0]) if words else None
        owner = self._owner(allocation)
        return Confirm(owner, allocation, name, _WHO, f"t{self.transactions}", amount)

    def _cancel(self, allocation: str, name: str) -> Operation:
        return Cancel(self._owner(allocation), allocation, name, _WHO)

    def _amount(self, name: str, amount: str) -> Operation:
        if name in self.book.budgets.values:
            return UpdateBudget(name, said(name), parse_amount(amount))
        entity = LinkedEntity(name, "User")
        return UpdateAllocation(self._owner(name), name, entity, "", parse_amount(amount))

    def _notify(self, name: str, *thresholds: str) -> Operation:
        settings = _settings(thresholds)
        if name in self.book.budgets.values:
            base = self.book.budget_positions.values[name].base
            changes = said(name, notification=settings)
            return UpdateBudget(name, changes, base)
        base, entity = self.book.allocation_positions.values[name].base, LinkedEntity(name, "User")
        return UpdateAllocation(self._owner(name), name, entity, "", base, settings)

    def _status(self, name: str, status: str) -> Operation:
        if name in self.book.budgets.values:
            return SetBudgetStatus(name, Status(status))
        return SetAllocationStatus(self._owner(name), name, Status(status))

    def _delete(self, name: str) -> Operation:
        if name in self.book.budgets.values:
            return DeleteBudget(name)
        return DeleteAllocation(self._owner(name), name)

    def _touch(self, name: str) -> Operation:
        return Touch(name)

    def _owner(self, allocation: str) -> str:
        known = self.book.allocations.values.get(allocation)
        return known.budget_id if known else "B"

    def _position(self, name: str) -> Position:
        book = self.book
        return (book.budget_positions.values | book.allocation_positions.values)[name]

    def _carried(self, name: str) -> str:
        return amount_text(self._position(name).carried)

    def _renewals(self, name: str) -> str:
        return ", ".join(
            f"{amount_text(entry.amount)} of {amount_text(entry.carried or 0)}"
            for entry in self.book.entries
            if entry.kind is EntryKind.RENEWAL and name == (entry.allocation_id or entry.budget_id)
        )

    def _show(self, name: str) -> str:
        position = self._position(name)
        figures = (position.amount, position.used, position.held, position.remaining)
        return " ".join(map(amount_text, figures))

    def _statement(self, name: str) -> str:
        shown = [
            f"{entry.kind} {amount_text(entry.amount)}"
            for entry in self.book.entries
            if name in (entry.budget_id, entry.allocation_id)
            and entry.kind in (EntryKind.DEBIT, EntryKind.CREDIT)
        ]
        return ", ".join(shown) or "nothing"

    def _fired(self, name: str) -> str:
        keys = [
            f"{notice.threshold.key} in {notice.period}"
            for notice in self.book.notices
            if name == (notice.allocation_id or notice.budget_id)
        ]
        return ", ".join(keys) or "nothing"


def event_cases(name: str) -> list[Any]:
    """The cases of a table as parameters: the lines of each."""
    cases = yaml.safe_load((CASES / f"{name}.yaml").read_text("utf-8"))
    return [pytest.param(case["events"].splitlines(), id=case["name"]) for case in cases]


def run_events(lines: list[str], events: Events | None = None) -> None:
    """That each line ends as it says, and that the books add up afterwards."""
    events = events or Events()
    for line in lines:
        if line.strip():
            events.run(line)
    assert differences(events.book) == []
