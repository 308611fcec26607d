"""Statements read whole, by time and by cycle, with their balances and renewals."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from placet.kit.instants import DAY, instant_text
from placet.settings import Settings
from support.budgets.calls import (
    REQUESTER,
    Budgets,
    allocation,
    budgets_of,
    movement,
    path_of,
    reservation,
)
from support.clock import ManualClock
from support.server import running

pytestmark = pytest.mark.anyio


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
async def timed(database_url: str, clock: ManualClock) -> AsyncIterator[Budgets]:
    """The budgets of a server whose clock moves when it is told to."""
    settings = Settings(database_url=database_url, key_cache_seconds=0)
    async with running(settings, clock=clock) as server, budgets_of(server) as opened:
        yield opened


async def daily(budgets: Budgets, clock: ManualClock, **more: Any) -> tuple[str, str]:
    """Where a budget of 100 for each day is, and its allocation of 100."""
    cycle = {
        "startDate": instant_text(clock.now_ms()),
        "endDate": instant_text(clock.now_ms() + DAY),
        "autoResetOnPeriodEnd": True,
        "carryOverBalance": False,
    }
    made = await budgets.create(allocation(100), amount=100, cycleConfiguration=cycle | more)
    return f"/{made['id']}", path_of(made["allocations"][0])


async def walk(
    budgets: Budgets, path: str, debited: str = "", **query: Any
) -> list[dict[str, Any]]:
    """All lines by the cursor; with `debited` a debit there between one answer and the next."""
    lines: list[dict[str, Any]] = []
    answer = await budgets.get(f"{path}/statements", **query)
    while True:
        lines += answer["transactions"]
        if answer["next"] is None:
            return lines
        if debited:
            await budgets.post(f"{debited}/transactions", movement(1))
        answer = await budgets.get(f"{path}/statements", **query | {"after": answer["next"]})


async def test_a_walk_has_no_line_twice_while_debits_arrive(budgets: Budgets) -> None:
    path = await budgets.create_path()
    ids = [(await budgets.post(f"{path}/transactions", movement(1)))["id"] for _ in range(12)]
    for place in (path, f"/{path.split('/')[1]}"):
        found = [line["id"] for line in await walk(budgets, place, path, pageSize=5)]
        assert found[-12:] == ids[::-1]
        assert len(set(found)) == len(found)


async def test_from_the_oldest_on_what_arrives_meanwhile_comes_at_the_end(
    budgets: Budgets,
) -> None:
    path = await budgets.create_path()
    for _ in range(7):
        await budgets.post(f"{path}/transactions", movement(1))
    query = {"order": "oldest", "pageSize": 3, "lines": "transactions"}
    found = await walk(budgets, path, path, **query)
    assert found == await walk(budgets, path, **query)
    assert len(found) > 7
    # Pages in this order stay what they are, too.
    page = await budgets.get(f"{path}/statements", **query, page=2)
    await budgets.post(f"{path}/transactions", movement(1))
    assert (await budgets.get(f"{path}/statements", **query, page=2))["transactions"] == (
        page["transactions"]
    )


async def test_a_renewal_is_a_line_between_two_cycles(timed: Budgets, clock: ManualClock) -> None:
    whole, part = await daily(timed, clock)
    await timed.post(f"{part}/transactions", movement(30))
    clock.advance(DAY)
    await timed.get(whole)
    await timed.post(f"{part}/transactions", movement(7))
    facts = ("type", "amount", "change", "balance", "cycle")
    lines = (await timed.get(f"{part}/statements", order="oldest"))["transactions"]
    assert [tuple(line[name] for name in facts) for line in lines] == [
        ("AMOUNT", 100, 100, 100, 1),
        ("DEBIT", 30, -30, 70, 1),
        ("RENEWAL", 100, 30, 100, 2),
        ("DEBIT", 7, -7, 93, 2),
    ]
    for cycle, types, opening, closing in (
        ("previous", ["AMOUNT", "DEBIT"], 0, 70),
        ("1", ["AMOUNT", "DEBIT"], 0, 70),
        ("current", ["RENEWAL", "DEBIT"], 70, 93),
        (instant_text(clock.now_ms()), ["RENEWAL", "DEBIT"], 70, 93),
    ):
        for place in (whole, part):
            answer = await timed.get(f"{place}/statements", cycle=cycle, order="oldest")
            # A budget's renewal has a line for each allocation that was used.
            assert list(dict.fromkeys(line["type"] for line in answer["transactions"])) == types
            assert (answer["openingBalance"], answer["closingBalance"]) == (opening, closing)
            assert answer["pagination"]["results"] == len(answer["transactions"])
    plain = await timed.get(f"{part}/statements")
    assert [line["type"] for line in plain["transactions"]] == ["DEBIT", "DEBIT"]
    assert (plain["openingBalance"], plain["closingBalance"]) == (0, 93)


async def test_a_time_selects_lines_and_balances(timed: Budgets, clock: ManualClock) -> None:
    _, part = await daily(timed, clock, endDate=instant_text(clock.now_ms() + 30 * DAY))
    instants = []
    for amount in (10, 20, 30):
        instants.append(instant_text(clock.now_ms()))
        await timed.post(f"{part}/transactions", movement(amount))
        clock.advance(DAY)
    path = f"{part}/statements"
    for query, amounts, opening, closing in (
        ({"from": instants[1]}, [30, 20], 90, 40),
        ({"from": instants[1], "to": instants[2]}, [20], 90, 70),
        ({"to": instants[1]}, [10], 0, 90),
        ({"from": instants[2], "to": instants[2]}, [], 70, 70),
        ({"from": "9000-01-01"}, [], 40, 40),
        ({"to": "1999-01-01"}, [], 0, 0),
    ):
        answer = await timed.get(path, **query, lines="transactions")
        assert [line["amount"] for line in answer["transactions"]] == amounts, query
        assert (answer["openingBalance"], answer["closingBalance"]) == (opening, closing), query


async def test_reservations_leave_no_trace_and_refunds_are_lines(budgets: Budgets) -> None:
    path = await budgets.create_path(allocation(100))
    debit = await budgets.post(f"{path}/transactions", movement(40))
    await budgets.post(f"{path}/reservations", reservation(25))
    await budgets.post(f"{path}/transactions/{debit['id']}/refund", REQUESTER)
    answer = await budgets.get(f"{path}/statements", order="oldest")
    lines = answer["transactions"]
    assert [(line["type"], line["balance"]) for line in lines] == [
        ("AMOUNT", 100), ("DEBIT", 60), ("CREDIT", 100),
    ]  # fmt: skip
    assert lines[2]["originalTransactionId"] == debit["id"]
    assert answer["closingBalance"] == 100
    assert (await budgets.get(path))["balance"]["remaining"] == 75


async def test_a_budget_that_ended_says_when(timed: Budgets, clock: ManualClock) -> None:
    end = clock.now_ms() + DAY
    whole, part = await daily(timed, clock, autoResetOnPeriodEnd=False)
    assert "expired" not in await timed.get(f"{whole}/statements")
    clock.advance(2 * DAY)
    for place in (whole, part):
        assert (await timed.get(f"{place}/statements"))["expired"] == instant_text(end)
