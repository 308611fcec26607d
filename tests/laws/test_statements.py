"""A statement that is read by its cursor while money moves has every line once, and adds up."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import NamedTuple

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from placet.budgets.core.model import Cycle, Direction, EntryKind
from placet.budgets.core.statement import TRANSACTIONS, Line, Lines, Order
from placet.budgets.service.books import current_budget
from placet.budgets.service.movements import post_transaction, reserve
from placet.budgets.service.statement import (
    Statement,
    StatementRequest,
    allocation_statement,
    budget_statement,
)
from placet.budgets.store.statement_lines import StatementOf, load_head
from placet.database.database import Database
from placet.kit.instants import DAY
from support.budgets.service import START, Ledger, debit, entered

STEPS = st.lists(st.sampled_from(("debit", "credit", "hold", "renewal")), max_size=25)


class Reader(NamedTuple):
    """How a statement is read."""

    of_budget: bool
    request: StatementRequest


READERS = st.builds(
    Reader,
    st.booleans(),
    st.builds(
        StatementRequest,
        page_size=st.integers(1, 5),
        order=st.sampled_from(Order),
        lines=st.sampled_from(Lines),
    ),
)


class Story:
    """A budget of one-day cycles with two allocations."""

    def __init__(self, books: Ledger, *, carry_over: bool) -> None:
        self._books = books
        self._carry_over = carry_over
        self.ids: list[str] = []
        self._names = iter(range(1_000))

    async def begin(self) -> None:
        cycle = Cycle(START, START + DAY, auto_reset=True, carry_over=self._carry_over)
        view, self.parts = await self._books.budget(100, 60, 40, cycle=cycle)
        self.budget = view.budget.id

    async def step(self, what: str) -> None:
        number = next(self._names)
        service, context = self._books.service, self._books.context
        place = (service, entered(context), self.budget, self.parts[number % 2])
        if what == "renewal":
            self._books.now += DAY
            await current_budget(service, context, self.budget)
        elif what == "hold":
            await reserve(*place, f"r-{number}", movement=debit(1))
        else:
            made = await post_transaction(
                *place, debit(2 + number, direction=Direction(what.upper()))
            )
            if self.reads_all or number % 2 == 0:
                self.ids.append(str(made.id))

    async def read(self, request: StatementRequest) -> Statement:
        service, context = self._books.service, self._books.context
        if self.reads_all:
            return await budget_statement(service, entered(context), self.budget, request)
        return await allocation_statement(
            service, entered(context), self.budget, self.parts[0], request
        )

    async def balance(self) -> int:
        """What the rows say."""
        context = self._books.context
        part = None if self.reads_all else self.parts[0]
        async with self._books.service.database.read() as connection:
            of = StatementOf(context.account, context.context_id, self.budget, part)
            return (await load_head(connection, of)).balance

    reads_all = True


async def _walk(
    story: Story, request: StatementRequest, steps: Iterator[str]
) -> tuple[list[Line], list[Statement]]:
    """All lines and answers; two steps happen between one answer and the next."""
    answers = [await story.read(request)]
    while answers[-1].next is not None or (request.order is Order.OLDEST and answers[-1].lines):
        for step in islice(steps, 2):
            await story.step(step)
        cursor = answers[-1].next
        if cursor is None:
            break
        answers.append(await story.read(replace(request, after=cursor)))
    return [line for answer in answers for line in answer.lines], answers


async def _check(database: Database, reader: Reader, steps: list[str], *, carry_over: bool) -> None:
    story = Story(Ledger.on(database), carry_over=carry_over)
    story.reads_all = reader.of_budget
    await story.begin()
    half = len(steps) // 2
    for step in steps[:half]:
        await story.step(step)
    before = list(story.ids)
    lines, answers = await _walk(story, reader.request, iter(steps[half:]))
    found = [str(line.entry.id) for line in lines if line.entry.kind in TRANSACTIONS]
    oldest_first = reader.request.order is Order.OLDEST
    sequences = [line.sequence for line in lines]
    assert sequences == sorted(set(sequences), reverse=not oldest_first)
    if oldest_first:
        # Whatever was booked before the last answer is there, once, in the order of the books.
        assert found == story.ids[: len(found)]
        assert found[: len(before)] == before
    else:
        assert found == before[::-1]
    if reader.request.lines is Lines.ALL:
        last = answers[-1] if oldest_first else answers[0]
        total = last.opening + sum(line.change for line in lines)
        assert total == last.closing
        balance = last.opening
        for line in lines if oldest_first else lines[::-1]:
            balance += line.change
            assert line.balance == balance
        hidden = {EntryKind.RESERVE, EntryKind.RELEASE}
        assert not hidden & {line.entry.kind for line in lines}
    now = await story.read(StatementRequest())
    assert (now.opening, now.closing) == (0, await story.balance())
    assert now.page is not None
    assert now.page.results == len(story.ids)
    await story._books.service.close()


def test_a_walk_while_money_moves_has_each_line_once_and_adds_up(database_url: str) -> None:
    with asyncio.Runner() as runner:
        database = Database(database_url)

        @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
        @given(reader=READERS, steps=STEPS, carry_over=st.booleans())
        def check(reader: Reader, steps: list[str], carry_over: bool) -> None:
            runner.run(_check(database, reader, steps, carry_over=carry_over))

        try:
            check()
        finally:
            runner.run(database.close())
