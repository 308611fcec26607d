"""Random histories of a paced budget against a plain model, through days of every length."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from placet.budgets.core.book import Book
from placet.budgets.core.due import catch_up
from placet.budgets.core.model import Direction
from placet.budgets.core.operations import (
    Cancel,
    ChangeSellerBudget,
    Confirm,
    OpenSellerBudget,
    Operation,
    Post,
    Refund,
    Reserve,
)
from placet.budgets.core.pacing import first_and_last_day, pace_of
from placet.budgets.core.posting import apply
from placet.errors import PlacetError
from placet.kit.local_day import day_of, day_start, days_between
from placet.sellers.core.daily_plan import daily_plan
from support.budgets.books import differences

HOUR = 3_600_000
WHO = "buyer@example.com"
# A change of the clocks at one, at midnight, by half an hour, a day left out; and leap days.
STARTS = [
    ("Europe/Paris", date(2026, 3, 26)),
    ("Europe/Paris", date(2026, 10, 22)),
    ("America/Sao_Paulo", date(2018, 11, 1)),
    ("America/St_Johns", date(2010, 11, 4)),
    ("Australia/Lord_Howe", date(2026, 4, 2)),
    ("Pacific/Apia", date(2011, 12, 27)),
    ("UTC", date(2028, 2, 26)),
]
ZONES = sorted({zone for zone, _ in STARTS} | {"Asia/Tokyo", "America/New_York", "Asia/Kathmandu"})
INSTANTS = st.integers(day_start(date(1960, 1, 1), "UTC"), day_start(date(2100, 1, 1), "UTC"))
amounts = st.integers(1, 60)


@given(INSTANTS, st.sampled_from(ZONES))
def test_every_instant_is_within_its_day(instant: int, zone: str) -> None:
    day = day_of(instant, zone)
    following = date.fromordinal(day.toordinal() + 1)
    assert day_start(day, zone) <= instant < day_start(following, zone)


@given(st.lists(INSTANTS, min_size=2), st.sampled_from(ZONES))
def test_days_never_come_back(instants: list[int], zone: str) -> None:
    days = [day_of(instant, zone) for instant in sorted(instants)]
    assert all(one <= other for one, other in pairwise(days))


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Paris", date(2026, 3, 29), 23),
        ("Europe/Paris", date(2026, 10, 25), 25),
        ("America/Sao_Paulo", date(2018, 11, 4), 23),
        ("Pacific/Apia", date(2011, 12, 30), 0),
        ("UTC", date(2028, 2, 29), 24),
    ],
)
def test_a_day_lasts_as_long_as_the_clocks_say(zone: str, day: date, hours: int) -> None:
    following = date.fromordinal(day.toordinal() + 1)
    assert day_start(following, zone) - day_start(day, zone) == hours * HOUR


class PacedMachine(RuleBasedStateMachine):
    """One budget; the model only knows which money was spent on which day."""

    def __init__(self) -> None:
        super().__init__()
        self.book = Book()
        self.now = 0
        self.zone = "UTC"
        self.count = 0
        # By name: the day of the spending, what of it is still out, and whether it can be ended.
        self.spent: dict[str, tuple[date, int]] = {}
        self.held: dict[str, int | None] = {}
        self.debits: dict[str, str] = {}

    @initialize(start=st.sampled_from(STARTS), amount=st.integers(1, 200), days=st.integers(1, 8))
    def open(self, start: tuple[str, date], amount: int, days: int) -> None:
        self.zone, first = start
        self.now = day_start(first, self.zone)
        last = date.fromordinal(first.toordinal() + days - 1)
        operation = OpenSellerBudget("B", "A", "s", "c", amount, first, last, self.zone)
        assert self.apply(operation) is None

    def apply(self, operation: Operation) -> str | None:
        """The code of the refusal, if it was refused."""
        try:
            apply(self.book, operation, self.now)
        except PlacetError as error:
            return error.code
        return None

    @rule(hours=st.sampled_from([0.01, 1, 6, 23, 24, 25, 49]))
    def wait(self, hours: float) -> None:
        self.now += round(hours * HOUR)
        for name, expires_at in list(self.held.items()):
            if expires_at is not None and expires_at <= self.now:
                del self.held[name], self.spent[name]
        catch_up(self.book, "B", self.now)

    @rule(amount=amounts)
    def debit(self, amount: int) -> None:
        name = self.new()
        operation = Post("B", "A", Direction.DEBIT, amount, "test", "", WHO, name)
        self.spend(name, amount, operation)
        if name in self.spent:
            self.debits[name] = name

    @rule(amount=amounts, hours=st.none() | st.integers(1, 60))
    def reserve(self, amount: int, hours: int | None) -> None:
        name = self.new()
        expires_at = None if hours is None else self.now + hours * HOUR
        operation = Reserve("B", "A", name, Direction.DEBIT, amount, "t", "", WHO, expires_at)
        self.spend(name, amount, operation)
        if name in self.spent:
            self.held[name] = expires_at

    @rule(pick=st.integers(0, 5), part=st.integers(1, 60), whole=st.booleans())
    def confirm(self, pick: int, part: int, whole: bool) -> None:
        if self.held:
            name = sorted(self.held)[pick % len(self.held)]
            day, amount = self.spent[name]
            debit, taken = self.new(), amount if whole else min(part, amount)
            assert self.apply(Confirm("B", "A", name, WHO, debit, taken)) is None
            del self.held[name]
            self.spent[name] = (day, taken)
            self.debits[debit] = name

    @rule(pick=st.integers(0, 5))
    def cancel(self, pick: int) -> None:
        if self.held:
            name = sorted(self.held)[pick % len(self.held)]
            assert self.apply(Cancel("B", "A", name, WHO)) is None
            del self.held[name], self.spent[name]

    @rule(pick=st.integers(0, 9), part=st.integers(1, 60))
    def refund(self, pick: int, part: int) -> None:
        if self.debits:
            debit = sorted(self.debits)[pick % len(self.debits)]
            name = self.debits[debit]
            day, out = self.spent[name]
            back = min(part, out)
            if back:
                assert self.apply(Refund("B", "A", debit, WHO, self.new(), back)) is None
                self.spent[name] = (day, out - back)

    @rule(amount=st.integers(1, 250))
    def change_amount(self, amount: int) -> None:
        refused = self.twice(ChangeSellerBudget("B", "A", amount=amount))
        assert refused == (None if amount >= self.out() else "seller-budget-state")

    @rule(days=st.integers(0, 6))
    def change_end(self, days: int) -> None:
        today = day_of(self.now, self.zone)
        last = date.fromordinal(today.toordinal() + days)
        assert self.twice(ChangeSellerBudget("B", "A", last=last)) is None

    @rule(suspended=st.booleans())
    def switch(self, suspended: bool) -> None:
        self.twice(ChangeSellerBudget("B", "A", suspended=suspended))

    @invariant()
    def the_plan_holds(self) -> None:
        budget = self.book.budgets.values.get("B")
        if budget is None:
            return
        position = self.book.budget_positions.values["B"]
        assert 0 <= position.adjustment == self.out() <= position.amount
        pace = pace_of(budget, position, self.now)
        assert pace is not None
        assert 0 <= pace.allowance <= max(0, position.remaining + pace.spent)
        days = daily_plan(budget, position, self.book.entries, self.now)
        to_come = [item.allowance for item in days if item.spent is None]
        today = max(0, pace.remaining) if first_and_last_day(budget)[0] <= pace.day else 0
        if to_come:
            assert today + sum(to_come) == position.remaining

    def teardown(self) -> None:
        assert differences(self.book) == []

    def spend(self, name: str, amount: int, operation: Operation) -> None:
        """Spend, and be refused exactly where the model says so."""
        expected = self.refusal(amount)
        assert self.apply(operation) == expected
        if expected is None:
            self.spent[name] = (day_of(self.now, self.zone), amount)

    def refusal(self, amount: int) -> str | None:
        budget = self.book.budgets.values["B"]
        total = self.book.budget_positions.values["B"].amount
        first, last = first_and_last_day(budget)
        today = day_of(self.now, self.zone)
        if budget.status != "ACTIVE":
            return "manually-stopped"
        if today > last:
            return "ended"
        if amount > total - self.out():
            return "no-more-budget"
        before = sum(out for day, out in self.spent.values() if day < today)
        share = (total - before) // days_between(max(today, first), last)
        return "no-more-daily-budget" if self.out() - before + amount > share else None

    def out(self) -> int:
        return sum(out for _, out in self.spent.values())

    def twice(self, operation: ChangeSellerBudget) -> Any:
        """A change that is asked for twice: the second time changes nothing."""
        refused = self.apply(operation)
        state = self.state()
        assert self.apply(operation) == refused
        assert self.state() == state
        return refused

    def state(self) -> tuple[Any, ...]:
        book = self.book
        return (dict(book.budgets.values), len(book.entries), len(book.periods))

    def new(self) -> str:
        self.count += 1
        return f"n{self.count:04}"


TestPaced = PacedMachine.TestCase
TestPaced.settings = settings(max_examples=120, stateful_step_count=40, deadline=None)
