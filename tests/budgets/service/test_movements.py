"""Money moves once, whoever races for it."""

from __future__ import annotations

import asyncio

import pytest

from placet.budgets.core.model import Direction, ReservationStatus
from placet.budgets.service import budgets
from placet.budgets.service import movements as budgets_money
from placet.budgets.service.books import Books
from placet.budgets.service.input import PageRequest
from placet.budgets.service.statement import (
    StatementRequest,
    allocation_statement,
    budget_statement,
)
from placet.database.database import Database
from placet.errors import Conflict, NotFound
from placet.kit.instants import DAY
from support.budgets.money import hold, post
from support.budgets.service import START, WHO, Ledger, debit, entered, units

pytestmark = pytest.mark.anyio


async def test_money_moves_and_is_stated(books: Ledger) -> None:
    service, context = books.service, books.context
    view, (part, other) = await books.budget(100, 60, 40)
    budget = view.budget.id
    spent = await post(books, budget, part, -30)
    assert (
        await budgets_money.get_transaction(service, entered(context), budget, part, str(spent.id))
        == spent
    )
    with pytest.raises(NotFound):
        await budgets_money.get_transaction(service, entered(context), budget, other, str(spent.id))
    back = await budgets_money.refund_transaction(
        service, entered(context), budget, part, str(spent.id), requested_by=WHO, amount=units(10)
    )
    assert (back.original_id, back.amount) == (spent.id, units(10))
    await hold(books, budget, part, "order-1", 20)
    reserved = await budgets_money.confirm_reservation(
        service, entered(context), budget, part, "order-1", requested_by=WHO, amount=units(15)
    )
    assert reserved.status is ReservationStatus.CONFIRMED
    await post(books, budget, other, 1)
    asked = StatementRequest(page=1, page_size=3)
    found = await budget_statement(service, entered(context), budget, asked)
    assert [(line.entry.kind, line.entry.amount) for line in found.lines] == [
        ("DEBIT", units(1)), ("DEBIT", units(15)), ("CREDIT", units(10)),
    ]  # fmt: skip
    assert found.page is not None
    assert found.page.to_document() == {"current": 1, "pages": 2, "results": 4}
    mine = await allocation_statement(service, entered(context), budget, part, StatementRequest())
    assert mine.page is not None
    assert mine.page.results == 3


async def test_reservations_are_listed_by_what_became_of_them(books: Ledger) -> None:
    service, context = books.service, books.context
    view, (part,) = await books.budget(100, 60)
    budget = view.budget.id
    await hold(books, budget, part, "open", 1)
    await hold(books, budget, part, "late", 1, expires_at=START + DAY)
    await hold(books, budget, part, "gone", 1)
    await budgets_money.cancel_reservation(
        service, entered(context), budget, part, "gone", requested_by=WHO
    )
    books.now += DAY

    async def listed(status: ReservationStatus | None) -> set[str]:
        page = await budgets_money.list_reservations(
            service, entered(context), budget, part, PageRequest(), status=status
        )
        return {reservation.id for reservation in page.items}

    assert await listed(None) == {"open", "late", "gone"}
    assert await listed(ReservationStatus.RESERVED) == {"open"}
    assert await listed(ReservationStatus.CANCELED) == {"late", "gone"}
    late = await budgets_money.get_reservation(service, entered(context), budget, part, "late")
    assert (late.status, late.closed_at) == (ReservationStatus.EXPIRED, START + DAY)


async def test_a_reservation_ends_once_however_many_try(books: Ledger, database_url: str) -> None:
    view, (part,) = await books.budget(100, 60)
    budget = view.budget.id
    second = Database(database_url)
    other = Books.on(second, clock=lambda: books.now)
    for number in range(10):
        await hold(books, budget, part, f"r{number}", 1)
    calls = []
    for number in range(10):
        key = (entered(books.context), budget, part, f"r{number}")
        calls.append(budgets_money.confirm_reservation(books.service, *key, requested_by=WHO))
        calls.append(budgets_money.cancel_reservation(other, *key, requested_by=WHO))
    answers = await asyncio.gather(*calls, return_exceptions=True)
    assert sum(isinstance(answer, Conflict) for answer in answers) == 10
    await other.close()
    await second.close()


async def test_refunds_that_race_never_exceed_the_debit(books: Ledger) -> None:
    view, (part,) = await books.budget(100, 60)
    spent = await post(books, view.budget.id, part, 10)
    calls = [
        budgets_money.refund_transaction(
            books.service, entered(books.context), view.budget.id, part, str(spent.id),
            requested_by=WHO, amount=units(3),
        )
        for _ in range(8)
    ]  # fmt: skip
    answers = await asyncio.gather(*calls, return_exceptions=True)
    assert sum(not isinstance(answer, BaseException) for answer in answers) == 3


async def test_a_credit_gives_back_what_a_debit_took(books: Ledger) -> None:
    view, (part,) = await books.budget(100, 60)
    await post(books, view.budget.id, part, 10)
    await budgets_money.post_transaction(
        books.service, entered(books.context), view.budget.id, part,
        debit(10, direction=Direction.CREDIT),
    )  # fmt: skip
    shown = await budgets.get_budget(books.service, entered(books.context), view.budget.id)
    assert shown.position.remaining == units(100)
