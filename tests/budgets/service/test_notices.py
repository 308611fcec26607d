"""Who is told of thresholds: once, in one message, and also of those that are set late."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable
from typing import Any

import pytest
from sqlalchemy import select

from placet.budgets.core.model import Cycle, LinkedEntity
from placet.budgets.core.notification import NotificationSettings
from placet.budgets.service import allocations as budgets_allocations
from placet.budgets.service import budgets
from placet.budgets.service import movements as budgets_money
from placet.budgets.service.audit import verify_books
from placet.budgets.service.books import Books, do_what_is_due
from placet.budgets.service.input import AllocationInput, BudgetInput
from placet.database.database import Database
from placet.kit.instants import DAY
from placet.messages.store.tables import outbox_table
from placet.people.core.visit import OPERATOR
from support.budgets.facts import said
from support.budgets.service import START, Ledger, debit, entered, units

pytestmark = pytest.mark.anyio


@pytest.fixture
async def books(database: Database) -> AsyncIterator[Ledger]:
    opened = Ledger.on(database)
    yield opened
    assert (await verify_books(database, OPERATOR)).difference is None
    await opened.service.close()


async def post(books: Ledger, budget: str, part: str, amount: float) -> Any:
    return await budgets_money.post_transaction(
        books.service, entered(books.context), budget, part, debit(amount)
    )


async def hold(books: Ledger, budget: str, part: str, id: str, amount: float) -> Any:
    return await budgets_money.reserve(
        books.service, entered(books.context), budget, part, id, movement=debit(amount)
    )


def told(*percents: int, to: tuple[str, ...] = ("boss@example.com",)) -> NotificationSettings:
    """Settings that tell people of these per cents."""
    thresholds = [{"type": "PERCENT", "Value": percent} for percent in percents]
    recipients = [{"type": "Email", "identifier": address} for address in to]
    return NotificationSettings.from_document(
        {"enable": True, "thresholds": thresholds, "recipients": recipients}
    )


async def mails(books: Ledger) -> list[tuple[str, dict[str, str]]]:
    """Who was told what, oldest first."""
    async with books.service.database.read() as connection:
        query = select(outbox_table).order_by(outbox_table.c.message_id)
        return [
            (row.destination, json.loads(row.payload)) for row in await connection.execute(query)
        ]


async def test_a_threshold_is_mailed_with_the_movement_that_reached_it(books: Ledger) -> None:
    view, (part,) = await books.budget(100, 60, notification=told(50))
    await asyncio.gather(*(post(books, view.budget.id, part, 10) for _ in range(8)))
    async with books.service.database.read() as connection:
        messages = list(await connection.execute(select(outbox_table)))
    assert [message.destination for message in messages] == ["boss@example.com"]
    assert "50% of the budget Budget is used" in messages[0].payload


async def test_a_threshold_that_is_passed_already_is_told_when_it_is_set(books: Ledger) -> None:
    service, context = books.service, books.context
    view, (part,) = await books.budget(1000, 1000)
    await post(books, view.budget.id, part, 950)
    wanted = BudgetInput(said("Budget", notification=told(90)), units(1000))
    for _ in range(2):
        await budgets.update_budget(service, entered(context), view.budget.id, wanted)
    await post(books, view.budget.id, part, 10)
    [(address, mail)] = await mails(books)
    assert (address, mail["subject"]) == ("boss@example.com", "90% of the budget Budget is used")
    entity = LinkedEntity("u0", "User")
    change = AllocationInput(entity, "contract", units(1000), told(95, to=("lab@example.com",)))
    await budgets_allocations.update_allocation(
        service, entered(context), view.budget.id, part, change
    )
    assert [address for address, _ in await mails(books)] == [
        "boss@example.com",
        "lab@example.com",
    ]


async def test_what_one_movement_reaches_is_one_message_to_each(books: Ledger) -> None:
    entity, both = LinkedEntity("u0", "User"), ("boss@example.com", "lab@example.com")
    part = AllocationInput(entity, "contract", units(60), told(50, 90, to=both))
    view, (id,) = await books.budget(100, notification=told(30, 50, 80), allocations=(part,))
    await post(books, view.budget.id, id, 58)
    await post(books, view.budget.id, id, 22)
    found = {address: [] for address in both}  # type: dict[str, list[dict[str, str]]]
    for address, mail in await mails(books):
        found[address].append(mail)
    all_of_it, last = found["boss@example.com"]
    [of_part] = found["lab@example.com"]
    assert all_of_it["subject"] == "4 thresholds of the budget Budget are reached"
    owner = "allocation of User u0 in budget Budget"
    for line in (
        f"The {owner} has reached 50%", f"The {owner} has reached 90%",
        "The budget Budget has reached 30%", "The budget Budget has reached 50%",
        "Used or reserved: 58\nAmount: 60\n", "Used or reserved: 58\nAmount: 100\n",
    ):  # fmt: skip
        assert line in all_of_it["text"]
    assert last["subject"] == "80% of the budget Budget is used"
    assert of_part["subject"] == "2 thresholds of the budget Budget are reached"


async def test_what_a_new_period_reaches_is_one_message(books: Ledger) -> None:
    cycle = Cycle(START, START + 10 * DAY, auto_reset=True)
    view, (part, other) = await books.budget(100, 60, 40, cycle=cycle, notification=told(50, 60))
    await hold(books, view.budget.id, part, "r1", 50)
    await hold(books, view.budget.id, other, "r2", 20)
    assert len(await mails(books)) == 2
    books.now += 20 * DAY
    await do_what_is_due(books.service)
    # Two periods have begun meanwhile, each with what is still held.
    assert [mail["subject"] for _, mail in (await mails(books))[2:]] == [
        "2 thresholds of the budget Budget are reached"
    ] * 2


async def test_thresholds_are_told_once_however_many_move_and_set_them(
    books: Ledger, database_url: str
) -> None:
    view, (part,) = await books.budget(100, 100)
    second = Database(database_url)
    other = Books.on(second, clock=lambda: books.now)
    wanted = BudgetInput(said("Budget", notification=told(20, 50, 90)), units(100))
    key = (entered(books.context), view.budget.id)
    calls: list[Awaitable[Any]] = []
    for service in (books.service, other):
        calls += [
            budgets_money.post_transaction(service, *key, part, debit(2.5)) for _ in range(20)
        ]
        calls += [budgets.update_budget(service, *key, wanted) for _ in range(4)]
    await asyncio.gather(*calls)
    text = "".join(mail["text"] for _, mail in await mails(books))
    for percent in (20, 50, 90):
        assert text.count(f"has reached {percent}%") == 1
    await other.close()
    await second.close()


async def test_who_was_to_be_told_is_told_though_the_settings_change_at_once(
    books: Ledger,
) -> None:
    view, (part,) = await books.budget(100, 100, notification=told(50))
    silent = BudgetInput(said("Budget", notification=NotificationSettings()), units(100))
    # Both are in one batch.
    await asyncio.gather(
        post(books, view.budget.id, part, 60),
        budgets.update_budget(books.service, entered(books.context), view.budget.id, silent),
    )
    shown = await budgets.get_budget(books.service, entered(books.context), view.budget.id)
    assert not shown.budget.facts.notification.enable
    assert [address for address, _ in await mails(books)] == ["boss@example.com"]
