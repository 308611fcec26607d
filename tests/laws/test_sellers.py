"""Random histories of sellers' budgets: no two active periods ever overlap, on every store."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any
from uuid import uuid4

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from placet.budgets.core.model import Status
from placet.budgets.core.pacing import first_and_last_day
from placet.budgets.service.audit import verify_books
from placet.budgets.service.books import Books
from placet.database.database import Database
from placet.errors import PlacetError
from placet.kit.instants import DAY
from placet.kit.local_day import day_start
from placet.people.core.visit import OPERATOR, operator_of
from placet.sellers.core.model import SellerBudgetView, SellerPair
from placet.sellers.service.queries import SellerBudgetQuery, list_seller_budgets
from placet.sellers.service.seller_budgets import (
    NewSellerBudget,
    SellerBudgetChange,
    change_seller_budgets,
    create_seller_budgets,
)

START = date(2028, 2, 27)
AMOUNT = 100_000
starts = st.integers(0, 12)
lengths = st.integers(0, 4)
periods = st.tuples(st.sampled_from(["1", "2"]), starts, lengths, st.booleans())
changes = st.tuples(
    st.integers(0, 9), st.none() | starts, st.none() | st.integers(0, 16), st.none() | st.booleans()
)


def day(offset: int) -> date:
    return date.fromordinal(START.toordinal() + offset)


class SellersMachine(RuleBasedStateMachine):
    """The budgets of two sellers for one campaign; each history has an account of its own."""

    def __init__(self, runner: asyncio.Runner, database: Database) -> None:
        super().__init__()
        self.runner = runner
        self.database = database
        self.account = f"account-{uuid4().hex}"
        self.now = day_start(START, "UTC")
        self.ids: list[str] = []

    @initialize()
    def open(self) -> None:
        async def make() -> Books:
            return Books.on(self.database, clock=lambda: self.now)

        self.books = self.runner.run(make())

    @rule(wanted=st.lists(periods, min_size=1, max_size=3))
    def create(self, wanted: list[tuple[str, int, int, bool]]) -> None:
        budgets = [
            NewSellerBudget(
                SellerPair(seller, "7"), AMOUNT, day(start), day(start + length), suspended
            )
            for seller, start, length, suspended in wanted
        ]
        made = self.all_or_none(
            lambda: create_seller_budgets(self.books, operator_of(self.account), budgets)
        )
        self.ids += [view.seller.budget_id for view in made]

    @rule(wanted=st.lists(changes, min_size=1, max_size=3))
    def change(self, wanted: list[tuple[int, int | None, int | None, bool | None]]) -> None:
        asked = {
            self.ids[pick % len(self.ids)]: (first, last, suspended)
            for pick, first, last, suspended in wanted
            if self.ids
        }
        facts = [
            SellerBudgetChange(
                id,
                first=None if first is None else day(first),
                last=None if last is None else day(last),
                suspended=suspended,
            )
            for id, (first, last, suspended) in asked.items()
        ]
        if not facts:
            return
        done = self.all_or_none(
            lambda: change_seller_budgets(self.books, operator_of(self.account), facts)
        )
        if done:
            state = self.budgets()
            again = change_seller_budgets(self.books, operator_of(self.account), facts)
            assert self.runner.run(self.run(again)) == done
            assert self.budgets() == state

    @rule(days=st.integers(1, 3))
    def wait(self, days: int) -> None:
        self.now += days * DAY

    @invariant()
    def no_two_active_periods_overlap(self) -> None:
        active: dict[tuple[str, date], str] = {}
        for view in self.budgets():
            budget = view.budget.budget
            if budget.status is Status.ACTIVE:
                first, last = first_and_last_day(budget)
                for ordinal in range(first.toordinal(), last.toordinal() + 1):
                    key = (view.seller.pair.seller_id, date.fromordinal(ordinal))
                    assert active.setdefault(key, budget.id) == budget.id

    def teardown(self) -> None:
        result = self.runner.run(verify_books(self.database, OPERATOR, account=self.account))
        assert (result.budgets, result.difference) == (len(self.ids), None)
        self.runner.run(self.books.close())

    def budgets(self) -> list[SellerBudgetView]:
        if not self.ids:
            return []
        query = SellerBudgetQuery(end_after=date(2000, 1, 1))
        found = self.runner.run(list_seller_budgets(self.books, operator_of(self.account), query))
        assert [view.seller.budget_id for view in found] == sorted(self.ids)
        return found

    def all_or_none(
        self, use: Callable[[], Awaitable[list[SellerBudgetView]]]
    ) -> list[SellerBudgetView]:
        """What was done; nothing at all where it was refused."""
        before = self.budgets()
        try:
            return self.runner.run(self.run(use()))
        except PlacetError:
            assert self.budgets() == before
            return []

    @staticmethod
    async def run(use: Awaitable[Any]) -> Any:
        return await use


def test_no_history_makes_active_periods_overlap(database_url: str) -> None:
    with asyncio.Runner() as runner:
        database = Database(database_url)
        try:
            run_state_machine_as_test(
                lambda: SellersMachine(runner, database),
                settings=settings(
                    max_examples=15,
                    stateful_step_count=20,
                    deadline=None,
                    suppress_health_check=list(HealthCheck),
                ),
            )
        finally:
            runner.run(database.close())
