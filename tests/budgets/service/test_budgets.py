"""The use cases of budgets and money, on every store."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from placet.budgets.core.facts import Enforcement
from placet.budgets.core.model import Cycle, Direction, LinkedEntity, ReservationStatus, Status
from placet.budgets.core.notification import NotificationSettings
from placet.budgets.core.views import AllocationFilter, BudgetFilter
from placet.budgets.service import allocations as budgets_allocations
from placet.budgets.service import budgets
from placet.budgets.service import movements as budgets_money
from placet.budgets.service.audit import verify_books
from placet.budgets.service.books import Books, do_what_is_due
from placet.budgets.service.input import AllocationInput, BudgetInput, Context, PageRequest
from placet.budgets.service.statement import (
    StatementRequest,
    allocation_statement,
    budget_statement,
)
from placet.budgets.service.unit_visit import UnitVisit
from placet.database.database import Database
from placet.errors import Conflict, InvalidRequest, NotFound, PlacetError
from placet.kit.instants import DAY
from placet.people.core.visit import OPERATOR, operator_of
from support.budgets.facts import said
from support.budgets.service import START, WHO, Ledger, debit, entered, rows_of, units

pytestmark = pytest.mark.anyio

HARD = {"enforcement": Enforcement.HARD}
NOTIFY = NotificationSettings.from_document(
    {
        "enable": True,
        "thresholds": [{"type": "PERCENT", "Value": 50}],
        "recipients": [{"type": "Email", "identifier": "boss@example.com"}],
    }
)


@pytest.fixture
async def books(database: Database) -> AsyncIterator[Ledger]:
    opened = Ledger.on(database)
    yield opened
    result = await verify_books(database, OPERATOR)
    assert result.difference is None
    await opened.service.close()


async def post(books: Ledger, budget: str, part: str, amount: float, **more: Any) -> Any:
    return await budgets_money.post_transaction(
        books.service, entered(books.context), budget, part, debit(amount), **more
    )


async def hold(books: Ledger, budget: str, part: str, id: str, amount: float, **more: Any) -> Any:
    return await budgets_money.reserve(
        books.service, entered(books.context), budget, part, id, movement=debit(amount), **more
    )


async def test_a_budget_comes_back_as_it_was_made(books: Ledger) -> None:
    view, parts = await books.budget(100, 60, 30, currency="EUR", notification=NOTIFY)
    again = await budgets.get_budget(books.service, entered(books.context), view.budget.id)
    assert again == view
    assert [item.allocation.linked_entity.id for item in view.allocations] == ["u0", "u1"]
    assert view.position.allocated == units(90)
    assert view.budget.facts.notification == NOTIFY
    assert len(parts) == 2


async def test_a_budget_and_its_allocations_are_made_together_or_not(books: Ledger) -> None:
    before = await rows_of(books.service.database)
    with pytest.raises(Conflict, match="exceed the budget by `10`"):
        await books.budget(100, 60, 50, **HARD)
    assert await rows_of(books.service.database) == before


async def test_budgets_are_listed_filtered_and_paged(books: Ledger) -> None:
    service, context = books.service, books.context
    ids = [(await books.budget(amount))[0].budget.id for amount in (10, 20, 30)]
    wanted = BudgetInput(said("Straße 100%"), units(40))
    ids.append((await budgets.create_budget(service, entered(context), wanted)).budget.id)
    await budgets.set_budget_status(service, entered(context), ids[0], Status.INACTIVE)

    async def found(wanted: BudgetFilter, page: PageRequest | None = None) -> list[str]:
        listed = await budgets.list_budgets(
            service, entered(context), wanted, page or PageRequest()
        )
        return [view.budget.id for view in listed.items]

    assert await found(BudgetFilter()) == ids[::-1]
    assert await found(BudgetFilter(min_amount=units(20), max_amount=units(30))) == [ids[2], ids[1]]
    assert await found(BudgetFilter(status=Status.INACTIVE)) == [ids[0]]
    assert await found(BudgetFilter(name="STRASSE 100%")) == [ids[3]]
    assert await found(BudgetFilter(name="10_%")) == []
    page = await budgets.list_budgets(service, entered(context), BudgetFilter(), PageRequest(2, 3))
    assert [view.budget.id for view in page.items] == [ids[0]]
    assert page.to_document() == {"current": 2, "pages": 2, "results": 4}
    await budgets.delete_budget(service, entered(context), ids[3])
    assert await found(BudgetFilter()) == ids[2::-1]


async def test_allocations_live_their_life(books: Ledger) -> None:
    service, context = books.service, books.context
    view, (first,) = await books.budget(100, 10)
    budget = view.budget.id
    entity = LinkedEntity("cc-1", "CostCenter")
    made = await budgets_allocations.create_allocations(
        service, entered(context), budget, [AllocationInput(entity, "c-1", units(5), NOTIFY)]
    )
    second = made.views[0].allocation.id
    assert made.views[0].allocation.linked_entity == entity
    changed = await budgets_allocations.update_allocation(
        service, entered(context), budget, second, AllocationInput(entity, "c-2", units(7))
    )
    assert changed.views[0].position.amount == units(7)
    assert changed.views[0].allocation.notification == NOTIFY
    moved = LinkedEntity("u9", "USER")
    await budgets_allocations.link_entity(service, entered(context), budget, second, moved)
    matches = await budgets_allocations.query_allocations(
        service, entered(context), [LinkedEntity("u9", "user"), LinkedEntity("u0", "Address")]
    )
    assert [match.allocation.allocation.id for match in matches] == [second]
    await budgets_allocations.set_allocation_status(
        service, entered(context), budget, second, Status.INACTIVE
    )
    assert not await budgets_allocations.query_allocations(service, entered(context), [moved])
    await budgets_allocations.delete_allocation(service, entered(context), budget, second)

    async def listed(wanted: AllocationFilter) -> list[str]:
        page = await budgets_allocations.list_allocations(
            service, entered(context), budget, wanted, PageRequest()
        )
        return [item.allocation.id for item in page.items]

    assert await listed(AllocationFilter()) == [first]
    assert await listed(AllocationFilter(status=Status.DELETED)) == [second]
    assert await listed(AllocationFilter(entity_type="uSER")) == [first]
    assert await listed(AllocationFilter(reference_id="other")) == []


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


@pytest.mark.parametrize("by_worker", [True, False], ids=["worker", "first touch"])
async def test_renewal_leaves_the_same_books_whoever_does_it(
    books: Ledger, by_worker: bool
) -> None:
    cycle = Cycle(START, START + 10 * DAY, auto_reset=True, carry_over=True)
    view, (part,) = await books.budget(100, 60, cycle=cycle)
    await post(books, view.budget.id, part, 50)
    await hold(books, view.budget.id, part, "r", 5, expires_at=START + 15 * DAY)
    books.now += 25 * DAY
    if by_worker:
        assert await do_what_is_due(books.service) == 1
        assert await do_what_is_due(books.service) == 0
    listed = await budgets.list_budgets(
        books.service, entered(books.context), BudgetFilter(), PageRequest()
    )
    (shown,) = listed.items
    assert shown.position.remaining == units(250)
    assert (shown.budget.period.number, shown.budget.period.start) == (3, START + 20 * DAY)
    rows = await rows_of(books.service.database)
    assert len(rows["budget_periods"]) == 3


async def test_two_workers_renew_once(books: Ledger, database_url: str) -> None:
    cycle = Cycle(START, START + 10 * DAY, auto_reset=True)
    for _ in range(5):
        await books.budget(100, 60, cycle=cycle)
    books.now += 10 * DAY
    second = Database(database_url)
    other = Books.on(second, clock=lambda: books.now)
    await asyncio.gather(do_what_is_due(books.service), do_what_is_due(other))
    rows = await rows_of(books.service.database)
    assert len(rows["budget_periods"]) == 10
    await other.close()
    await second.close()


REFUSED: list[tuple[str, Callable[[Ledger, str, str], Awaitable[Any]]]] = [
    ("exceeds-allocation", lambda books, budget, part: post(books, budget, part, 11)),
    ("exceeds-allocation", lambda books, budget, part: hold(books, budget, part, "r9", 11)),
    ("allocation-not-found", lambda books, budget, _: post(books, budget, "nothing", 1)),
    ("budget-not-found", lambda books, _, part: post(books, "nothing", part, 1)),
    ("budget-not-found", lambda books, _, part: post(books, "no\0thing", part, 1)),
    ("allocation-not-found", lambda books, budget, _: post(books, budget, "x" * 300, 1)),
    ("id-reused", lambda books, budget, part: post(books, budget, part, 2, client_id="c")),
    ("id-reused", lambda books, budget, part: hold(books, budget, part, "r1", 2)),
    ("invalid-amount", lambda books, budget, part: post(books, budget, part, 0)),
    (
        "open-reservations",
        lambda books, budget, _: budgets.delete_budget(
            books.service, entered(books.context), budget
        ),
    ),
    (
        "budget-not-found",
        lambda books, budget, _: budgets.get_budget(
            books.service, entered(Context("acme", "unit-2")), budget
        ),
    ),
    (
        "budget-not-found",
        lambda books, budget, _: budgets.get_budget(
            books.service, entered(Context("other", "unit-1")), budget
        ),
    ),
    (
        "exceeds-amount",
        lambda books, budget, _: budgets.update_budget(
            books.service,
            entered(books.context),
            budget,
            BudgetInput(said("B"), units(59)),
        ),
    ),
    (
        "reservation-not-found",
        lambda books, budget, part: budgets_money.cancel_reservation(
            books.service, entered(books.context), budget, part, "nothing", requested_by=WHO
        ),
    ),
]


async def test_what_is_refused_changes_no_row(books: Ledger) -> None:
    view, (part,) = await books.budget(100, 60, **HARD)
    await post(books, view.budget.id, part, 1, client_id="c")
    await hold(books, view.budget.id, part, "r1", 49)
    before = await rows_of(books.service.database)
    for code, call in REFUSED:
        with pytest.raises(PlacetError) as caught:
            await call(books, view.budget.id, part)
        assert caught.value.code == code
    assert await rows_of(books.service.database) == before


async def test_the_same_request_again_is_one_entry_and_the_same_answer(books: Ledger) -> None:
    view, (part,) = await books.budget(100, 60)
    answers = await asyncio.gather(
        *(post(books, view.budget.id, part, 2, client_id="c") for _ in range(4))
    )
    answers.append(await post(books, view.budget.id, part, 2, client_id="c"))
    assert all(answer == answers[0] for answer in answers)
    rows = await rows_of(books.service.database)
    assert len(rows["ledger_entries"]) == 3
    wanted = BudgetInput(said("Again"), units(5))
    first, second = [
        await budgets.create_budget(books.service, entered(books.context), wanted, client_id="b")
        for _ in range(2)
    ]
    assert first == second


async def test_two_servers_spend_a_hard_allocation_exactly_once(
    books: Ledger, database_url: str
) -> None:
    view, (part,) = await books.budget(200, 200, **HARD)
    second = Database(database_url)
    other = Books.on(second, clock=lambda: books.now)
    calls = [
        budgets_money.post_transaction(
            service,
            entered(books.context),
            view.budget.id,
            part,
            debit(1),
            client_id=f"c{number // 2}",
        )
        for number in range(1_000)
        for service in (books.service, other)
    ]
    answers = await asyncio.gather(*calls, return_exceptions=True)
    spent = {answer.id for answer in answers if not isinstance(answer, BaseException)}
    refused = {answer.code for answer in answers if isinstance(answer, PlacetError)}
    assert len(spent) == 200
    assert refused == {"exceeds-allocation"}
    shown = await budgets.get_budget(books.service, entered(books.context), view.budget.id)
    assert shown.position.remaining == 0
    await other.close()
    await second.close()


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


async def test_a_base_is_kept_apart_however_many_send_it(books: Ledger, database_url: str) -> None:
    cycle = Cycle(START, START + 10 * DAY, auto_reset=True, carry_over=True)
    view, (part,) = await books.budget(100, 60, cycle=cycle)
    await post(books, view.budget.id, part, 10)
    books.now += 10 * DAY
    second = Database(database_url)
    other = Books.on(second, clock=lambda: books.now)
    key = (entered(books.context), view.budget.id)
    wanted = BudgetInput(said("renamed"), units(100), cycle)
    calls: list[Awaitable[Any]] = []
    for service in (books.service, other):
        calls += [budgets.update_budget(service, *key, wanted) for _ in range(5)]
        calls += [budgets_money.post_transaction(service, *key, part, debit(1)) for _ in range(5)]
    await asyncio.gather(*calls)
    shown = (await budgets.get_budget(books.service, *key)).position
    assert (shown.base, shown.carried, shown.used) == (units(100), units(90), units(10))
    await other.close()
    await second.close()


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        (BudgetInput(said(" "), 1), "`name`: must not be empty"),
        (
            BudgetInput(said("x" * 251), 1),
            "`name`: is longer than 250 characters",
        ),
        (
            BudgetInput(said("a\0b"), 1),
            "`name`: must not contain control characters",
        ),
        (
            BudgetInput(said("a\ud800b"), 1),
            "`name`: must not contain control characters",
        ),
        (BudgetInput(said("a"), -1), "`amount` must not be negative"),
        (BudgetInput(said("a"), 1, Cycle(0, None, True)), "endDate"),
    ],
)
async def test_what_cannot_be_kept_is_refused(
    books: Ledger, wanted: BudgetInput, message: str
) -> None:
    with pytest.raises(InvalidRequest) as caught:
        await budgets.create_budget(books.service, entered(books.context), wanted)
    assert message in str(caught.value)


def test_pages_and_contexts_have_limits() -> None:
    for page in ((0, 20), (1, 0), (1, 501), (10**10, 20)):
        with pytest.raises(InvalidRequest):
            PageRequest(*page)
    with pytest.raises(InvalidRequest, match="must be `UNIT`"):
        UnitVisit.of(operator_of("acme"), "CONTRACT", "unit-1")


async def test_a_credit_gives_back_what_a_debit_took(books: Ledger) -> None:
    view, (part,) = await books.budget(100, 60)
    await post(books, view.budget.id, part, 10)
    await budgets_money.post_transaction(
        books.service, entered(books.context), view.budget.id, part,
        debit(10, direction=Direction.CREDIT),
    )  # fmt: skip
    shown = await budgets.get_budget(books.service, entered(books.context), view.budget.id)
    assert shown.position.remaining == units(100)
