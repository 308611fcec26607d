"""Reminders, escalations and expiry of pending orders, by a clock that moves when it is told to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from pydantic_core import from_json
from sqlalchemy import func, select

from placet.budgets.service.audit import verify_books
from placet.database.database import Database
from placet.database.tables import authorization_event_table
from placet.kit.alarm import Alarm
from placet.messages.service.outbox import list_messages
from placet.orders.service.notices.approval_worker import ApprovalWorker
from placet.orders.store.moment_tables import authorization_due_table
from placet.orders.store.moments import claim_due
from placet.people.core.visit import OPERATOR
from placet.process import Process
from placet.settings import Settings
from support.budgets.calls import Budgets
from support.clock import ManualClock
from support.people.units import person, plant
from support.server import Client, Server, ok, refused, rule, running, score

pytestmark = pytest.mark.anyio

HOUR = 3_600_000
DAY = 24 * HOUR
LEVELS = {
    "requireAllApprovals": True,
    "authorizers": [{"type": "unit", "id": "managers"}, {"type": "user", "id": "cfo"}],
}
PATIENT = rule(authorizationData=LEVELS, remindAfter="P1D", escalateAfter="P2D")


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@asynccontextmanager
async def clocked(database_url: str, clock: ManualClock) -> AsyncIterator[Server]:
    """A server whose time only passes when a test says so."""
    settings = Settings(database_url=database_url, key_cache_seconds=0)
    async with running(settings, clock=clock) as server:
        yield server


@pytest.fixture
async def server(database_url: str, clock: ManualClock) -> AsyncIterator[Server]:
    async with clocked(database_url, clock) as opened:
        yield opened


@pytest.fixture
async def idle(server: Server) -> Server:
    """The server, with its worker of pending orders ended."""
    await server.process.workers.approvals.close()
    return server


def worker_of(server: Server) -> ApprovalWorker:
    """A worker of the server that works when it is told to."""
    desk = server.desks.orders
    clock = desk.clock
    return ApprovalWorker(
        desk.database, desk.policies, desk.writes, clock=clock, alarm=Alarm(clock)
    )


async def settings(client: Client, **changes: Any) -> None:
    ok(await client.call("PATCH", "/settings", json=changes))


async def history(client: Client, authorization: dict[str, Any]) -> list[str]:
    """What has happened to an authorization since it was submitted."""
    path = f"/commercial-authorizations/{authorization['id']}/explanation"
    return [line["what"] for line in ok(await client.get(path))["history"]][1:]


async def until_told(client: Client, authorization: dict[str, Any], count: int) -> list[str]:
    """The history once it has so many lines."""
    async with asyncio.timeout(20):
        while True:
            lines = await history(client, authorization)
            if len(lines) >= count:
                return lines


async def waiting_instants(server: Server) -> list[int]:
    async with server.database.read() as connection:
        return sorted(await connection.scalars(select(authorization_due_table.c.due_at)))


async def count_events(server: Server, what: str) -> int:
    columns = authorization_event_table.c
    query = select(func.count()).where(columns.document.contains(what))
    async with server.database.read() as connection:
        return int(await connection.scalar(query) or 0)


async def test_a_level_is_reminded_then_escalated_and_the_order_expires(
    client: Client, clock: ManualClock
) -> None:
    await settings(client, pendingExpiresAfter="P14D")
    await client.create_dimension(PATIENT)
    order = await client.submit()
    clock.advance(DAY - 1)
    assert await history(client, order) == []
    clock.advance(1)
    [reminded] = await until_told(client, order, 1)
    assert reminded.startswith("reminded level 1 of")
    clock.advance(DAY)
    assert (await until_told(client, order, 2))[1].startswith("escalated level 1 of")
    clock.advance(12 * DAY)
    assert (await until_told(client, order, 3))[2:] == ["expired"]
    ended = ok(await client.get(f"/commercial-authorizations/{order['id']}"))
    assert (ended["status"], ended["additionalInfo"]["state"]) == ("denied", "expired")


async def test_the_next_level_has_its_own_time(client: Client, clock: ManualClock) -> None:
    await client.create_dimension(PATIENT)
    order = await client.submit()
    clock.advance(DAY)
    await until_told(client, order, 1)
    clock.advance(HOUR)
    path = f"/commercial-authorizations/{order['id']}/callback"
    ok(await client.post(path, score(order, 100)))
    clock.advance(DAY - 1)
    assert len(await history(client, order)) == 2
    clock.advance(1)
    assert (await until_told(client, order, 3))[2].startswith("reminded level 2 of")


async def test_a_clock_far_ahead_lets_an_order_expire_once_and_nothing_else(
    client: Client, idle: Server, clock: ManualClock
) -> None:
    await settings(client, pendingExpiresAfter="P14D")
    await client.create_dimension(PATIENT)
    order = await client.submit()
    clock.advance(400 * DAY)
    worker = worker_of(idle)
    assert [await worker.do_due() for _ in range(3)] == [1, 0, 0]
    assert await history(client, order) == ["expired"]
    assert await waiting_instants(idle) == []


async def test_without_an_expiry_a_clock_far_ahead_does_the_rest_once(
    client: Client, idle: Server, clock: ManualClock
) -> None:
    await client.create_dimension(PATIENT)
    order = await client.submit()
    clock.advance(400 * DAY)
    worker = worker_of(idle)
    assert [await worker.do_due() for _ in range(3)] == [1, 0, 0]
    assert [line.split()[0] for line in await history(client, order)] == ["reminded", "escalated"]
    assert await waiting_instants(idle) == []


async def test_an_accepted_order_never_expires(
    client: Client, idle: Server, clock: ManualClock
) -> None:
    await settings(client, pendingExpiresAfter="P14D")
    await client.create_dimension(rule())
    order = await client.submit()
    path = f"/commercial-authorizations/{order['id']}"
    ok(await client.post(f"{path}/callback", score(order, 100)))
    assert await waiting_instants(idle) == []
    clock.advance(400 * DAY)
    assert await worker_of(idle).do_due() == 0
    assert ok(await client.get(path))["status"] == "accepted"


@pytest.mark.parametrize("path", ["callback", "cancellation", "reevaluation"])
async def test_whatever_touches_an_order_after_its_time_finds_it_expired(
    client: Client, idle: Server, clock: ManualClock, path: str
) -> None:
    await settings(client, pendingExpiresAfter="P14D")
    await client.create_dimension(rule())
    order = await client.submit()
    clock.advance(14 * DAY)
    body = score(order, 100) if path == "callback" else None
    answer = await client.post(f"/commercial-authorizations/{order['id']}/{path}", body)
    assert "expired" in refused(answer, 409)
    assert await history(client, order) == ["expired"]
    assert await worker_of(idle).do_due() == 0


async def test_whoever_looks_at_an_order_after_its_time_sees_it_expired(
    client: Client, idle: Server, clock: ManualClock
) -> None:
    await settings(client, pendingExpiresAfter="P14D")
    await client.create_dimension(rule())
    orders = [await client.submit(f"o-{number}") for number in range(3)]
    clock.advance(14 * DAY)
    by_id = ok(await client.get(f"/commercial-authorizations/{orders[0]['id']}"))
    by_order = ok(await client.get("/commercial-authorizations/order/o-1"))
    again = await client.submit("o-2")
    assert again["id"] == orders[2]["id"]
    seen = [by_id, by_order, again]
    assert [answer["additionalInfo"]["state"] for answer in seen] == ["expired"] * 3
    assert await count_events(idle, '"expired"') == 3


async def test_an_edited_order_begins_anew(
    client: Client, idle: Server, clock: ManualClock
) -> None:
    await settings(client, pendingExpiresAfter="P14D")
    await client.create_dimension(rule())
    await client.submit(value=60_000)
    clock.advance(14 * DAY)
    edited = await client.submit(value=70_000)
    assert edited["status"] == "pending"
    assert await waiting_instants(idle) == [clock.now_ms() + 14 * DAY]


async def test_an_order_keeps_the_expiry_it_was_submitted_under_until_judged_again(
    client: Client, idle: Server, clock: ManualClock
) -> None:
    await client.create_dimension(rule())
    order = await client.submit()
    submitted = clock.now_ms()
    await settings(client, pendingExpiresAfter="P14D")
    assert await waiting_instants(idle) == []
    clock.advance(DAY)
    ok(await client.post(f"/commercial-authorizations/{order['id']}/reevaluation"))
    assert await waiting_instants(idle) == [submitted + 14 * DAY]


async def test_racing_workers_do_everything_once(
    client: Client, server: Server, database_url: str, clock: ManualClock
) -> None:
    await settings(client, pendingExpiresAfter="P14D")
    await client.create_dimension(PATIENT)
    async with AsyncExitStack() as stack:
        others = [await stack.enter_async_context(clocked(database_url, clock)) for _ in range(2)]
        orders = [await client.submit(f"o-{number}") for number in range(30)]
        workers = [worker_of(one) for one in (server, *others) for _ in range(2)]
        for days, what in ((1, "reminded"), (1, "escalated"), (12, '"expired"')):
            clock.advance(days * DAY)
            await asyncio.gather(*(worker.do_due() for worker in workers))
            async with asyncio.timeout(20):
                while await count_events(server, what) < len(orders):
                    pass
            assert await count_events(server, what) == len(orders)
        for order in orders:
            assert len(await history(client, order)) == 3
    assert await waiting_instants(server) == []


async def test_racing_approvers_and_expiry_have_one_outcome(
    client: Client, idle: Server, clock: ManualClock
) -> None:
    await settings(client, pendingExpiresAfter="P14D")
    await client.create_dimension(rule())
    orders = [await client.submit(f"o-{number}") for number in range(10)]
    clock.advance(14 * DAY - 1)

    async def approve(order: dict[str, Any]) -> int:
        path = f"/commercial-authorizations/{order['id']}/callback"
        return (await client.post(path, score(order, 100))).status_code

    async def expire() -> None:
        clock.advance(1)
        await worker_of(idle).do_due()

    statuses = await asyncio.gather(*map(approve, orders[:5]), expire(), *map(approve, orders[5:]))
    answers = [status for status in statuses if status is not None]
    states = [
        ok(await client.get(f"/commercial-authorizations/{order['id']}"))["additionalInfo"]["state"]
        for order in orders
    ]
    assert {(200, "accepted"), (409, "expired")} >= set(zip(answers, states, strict=True))


async def test_what_a_worker_that_died_had_claimed_is_done_when_the_lease_ends(
    client: Client, idle: Server, clock: ManualClock
) -> None:
    await client.create_dimension(rule(remindAfter="P1D"))
    order = await client.submit()
    clock.advance(DAY)
    now = clock.now_ms()
    async with idle.database.write() as connection:
        claimed = await claim_due(connection, "acme", now_ms=now, until_ms=now + HOUR, limit=10)
    assert [item.authorization_id for item in claimed] == [order["id"]]
    worker = worker_of(idle)
    assert await worker.do_due() == 0
    clock.advance(HOUR)
    assert await worker.do_due() == 1
    assert len(await history(client, order)) == 1


async def test_a_claim_for_nothing_puts_the_right_instant_back(
    client: Client, idle: Server, clock: ManualClock
) -> None:
    await client.create_dimension(rule(remindAfter="P1D"))
    order = await client.submit()
    due_at = clock.now_ms() + DAY
    async with idle.database.write() as connection:
        soon = clock.now_ms() + HOUR
        await claim_due(connection, "acme", now_ms=due_at, until_ms=soon, limit=10)
    clock.advance(HOUR)
    assert await worker_of(idle).do_due() == 0
    assert await waiting_instants(idle) == [due_at]
    assert await history(client, order) == []


async def test_a_server_started_late_does_what_was_due_before(
    client: Client, idle: Server, database_url: str, clock: ManualClock
) -> None:
    await settings(client, pendingExpiresAfter="P14D")
    await client.create_dimension(rule())
    order = await client.submit()
    clock.advance(20 * DAY)
    async with clocked(database_url, clock) as late:
        async with asyncio.timeout(20):
            while await waiting_instants(late):
                pass
    assert await history(client, order) == ["expired"]


async def test_the_money_of_an_expired_order_is_given_back(
    client: Client, idle: Server, clock: ManualClock
) -> None:
    await settings(client, pendingExpiresAfter="P14D")
    await client.create_dimension(rule())
    budgets = Budgets(client.http, "acme")
    path = await budgets.create_path()
    _, budget_id, _, allocation_id = path.split("/")
    line = {"budgetId": budget_id, "allocationId": allocation_id, "amount": 30}
    await client.submit(spending=[line])
    assert await budgets.remaining(path) == 70
    clock.advance(14 * DAY)
    assert await worker_of(idle).do_due() == 1
    assert await budgets.remaining(path) == 100
    assert (await verify_books(idle.database, OPERATOR)).difference is None


async def test_a_database_that_fails_does_not_end_the_worker(
    clock: ManualClock, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    async with AsyncExitStack() as stack:
        without_tables = Database(f"sqlite:///{tmp_path}/empty.sqlite3")
        stack.push_async_callback(without_tables.close)
        other = Process.from_settings(Settings(database_url=f"sqlite:///{tmp_path}/other"))
        stack.push_async_callback(other.close)
        desk = other.desks.orders
        worker = ApprovalWorker(
            without_tables, desk.policies, desk.writes, clock=clock, alarm=Alarm(clock)
        )
        worker.start()
        async with asyncio.timeout(20):
            while len(caplog.records) < 2:
                await desk.database.ping()
                clock.advance(1_000)
        await worker.close()
    assert "what is due in pending orders cannot be done now" in caplog.text


async def letters(server: Server) -> list[tuple[str, str]]:
    """Whom the outbox writes to and what about, oldest first."""
    found = await list_messages(server.database, OPERATOR)
    return [(item.destination, from_json(item.payload)["subject"]) for item in found]


async def test_the_level_is_reminded_by_mail_and_the_next_one_told_of_the_escalation(
    database_url: str, clock: ManualClock
) -> None:
    options = Settings(
        database_url=database_url,
        smtp_url=SecretStr("smtp://mail.example"),
        mail_from="placet@example.com",
        outbox_worker=False,
    )
    async with running(options, clock=clock) as server, server.client() as client:
        await server.process.workers.approvals.close()
        await plant(
            server.database,
            {"acme": None, "managers": "acme"},
            person("ana", "managers", email="ana@example.com"),
            person("bea", "managers", email="bea@example.com"),
            person("cfo", None, email="cfo@example.com"),
        )
        await client.create_dimension(PATIENT)
        await client.submit(userProfileId="bea")
        asked = await letters(server)
        assert [address for address, _ in asked] == ["ana@example.com"]
        worker = worker_of(server)
        for addresses in (["ana@example.com"], ["cfo@example.com"]):
            before = len(await letters(server))
            clock.advance(DAY)
            assert [await worker.do_due() for _ in range(2)] == [1, 0]
            new = (await letters(server))[before:]
            assert [address for address, _ in new] == addresses
            assert new[0][1] not in {subject for _, subject in asked}
