"""The outbox worker, with real receivers and a clock that the tests drive."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace

import pytest

from placet.database.database import Database
from placet.messages.core.message import MessageState, OutboxMessage
from placet.messages.delivery.email import EmailDelivery, SmtpServer
from placet.messages.delivery.outcome import DELIVERED, Outcome, failed
from placet.messages.service.outbox import (
    email_messages,
    list_messages,
    retry_dead,
)
from placet.messages.service.retry_schedule import RetrySchedule
from placet.messages.service.worker import OutboxWorker
from placet.people.core.visit import OPERATOR
from support.clock import ManualClock
from support.messages.receiver import Received, Receiver, answering, never, receiving
from support.messages.smtp import SmtpReceiver
from support.messages.working import hooks, states, store, worker

pytestmark = pytest.mark.anyio

MINUTE = 60_000
HOUR = 60 * MINUTE


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


async def test_what_is_due_is_delivered_once(database: Database, clock: ManualClock) -> None:
    async with receiving() as receiver:
        await store(database, hooks(clock, receiver.url(), range(50)))
        deliveries = worker(database, clock)
        await deliveries.deliver_due()
        await deliveries.deliver_due()
    assert sorted(receiver.bodies) == list(range(50))
    found = await list_messages(database, OPERATOR)
    assert {(item.state, item.attempts, item.delivered_at, item.lease) for item in found} == {
        (MessageState.DELIVERED, 1, clock.now_ms(), None)
    }


async def test_a_receiver_dead_for_an_hour_gets_everything_in_order_once_it_is_back(
    database: Database, clock: ManualClock
) -> None:
    receiver = Receiver()
    async with receiver.up():
        pass
    await store(database, hooks(clock, receiver.url(), [1, 2, 3], key="order"))
    deliveries = worker(database, clock)
    for _ in range(60):
        await deliveries.deliver_due()
        clock.advance(MINUTE)
    assert await states(database) == ["waiting"] * 3
    first, *others = await list_messages(database, OPERATOR)
    assert first.attempts > 5
    assert (first.last_error or "").startswith("ConnectError")
    assert [item.attempts for item in others] == [0, 0]
    async with receiver.up():
        clock.advance(2 * HOUR)
        await deliveries.deliver_due()
    assert receiver.bodies == [1, 2, 3]
    assert await states(database) == ["delivered"] * 3


async def test_order_is_kept_through_failures(database: Database, clock: ManualClock) -> None:
    tries: dict[str, int] = {}

    def flaky(request: Received) -> bytes:
        tries[request.message_id] = tries.get(request.message_id, 0) + 1
        return answering(200 if tries[request.message_id] >= 3 else 500)(request)  # type: ignore[return-value]

    async with receiving(flaky) as receiver:
        for key in ("a", "b"):
            bodies = [f"{key}{number}" for number in range(4)]
            await store(database, hooks(clock, receiver.url(), bodies, key=key))
        deliveries = worker(database, clock)
        while "waiting" in await states(database):
            await deliveries.deliver_due()
            clock.advance(MINUTE)
    for key in ("a", "b"):
        seen = [body for body in receiver.bodies if body.startswith(key)]
        assert seen == [f"{key}{number}" for number in range(4) for _ in range(3)]


async def test_a_slow_receiver_holds_up_nobody_else(database: Database, clock: ManualClock) -> None:
    async with receiving(never) as slow, receiving() as quick:
        await store(database, hooks(clock, slow.url(), ["slow"]))
        await store(database, hooks(clock, quick.url(), range(30)))
        outbox = worker(database, clock, concurrency=4)
        deliveries = asyncio.create_task(outbox.deliver_due())
        while (await states(database)).count("delivered") < 30:
            quick.arrived.clear()
            await asyncio.wait([asyncio.create_task(quick.arrived.wait())], timeout=0.05)
        assert len(slow.requests) == 1
        deliveries.cancel()
        await asyncio.wait([deliveries])
    await outbox.close()
    assert sorted(quick.bodies) == list(range(30))


async def test_a_receiver_that_does_not_answer_in_time_is_tried_again(
    database: Database, clock: ManualClock
) -> None:
    async with receiving(never) as receiver:
        await store(database, hooks(clock, receiver.url(), [1]))
        deliveries = worker(database, clock, deadline_ms=50)
        await deliveries.deliver_due()
        [message] = await list_messages(database, OPERATOR)
        assert (message.state, message.last_error) == (
            MessageState.WAITING,
            "no answer within 0.05 s",
        )
        receiver.answer = answering(200)
        clock.advance(MINUTE)
        await deliveries.deliver_due()
    assert await states(database) == ["delivered"]


def test_an_attempt_cannot_outlast_its_lease(clock: ManualClock) -> None:
    with pytest.raises(ValueError, match="before its lease"):
        OutboxWorker(Database("sqlite:///x"), {}, clock=clock, deadline_ms=60_000)


async def test_a_delay_asked_for_is_honoured_within_bounds(
    database: Database, clock: ManualClock
) -> None:
    async with receiving(answering(429, retry_after=600)) as receiver:
        await store(database, hooks(clock, receiver.url(), [1]))
        deliveries = worker(database, clock)
        await deliveries.deliver_due()
        [waiting] = await list_messages(database, OPERATOR)
        assert waiting.next_attempt_at == clock.now_ms() + 600_000
        receiver.answer = answering(503, retry_after=10**9)
        clock.advance(600_000)
        await deliveries.deliver_due()
        [waiting] = await list_messages(database, OPERATOR)
        assert waiting.next_attempt_at == clock.now_ms() + 6 * HOUR


async def test_after_the_last_attempt_a_message_is_dead_until_it_is_renewed(
    database: Database, clock: ManualClock
) -> None:
    async with receiving(answering(500)) as receiver:
        await store(database, hooks(clock, receiver.url(), [1, 2], key="order"))
        deliveries = worker(database, clock, schedule=RetrySchedule(max_attempts=3))
        for _ in range(10):
            await deliveries.deliver_due()
            clock.advance(MINUTE)
        assert receiver.bodies == [1, 1, 1, 2, 2, 2]
        assert await states(database) == ["dead", "dead"]
        receiver.answer = answering(200)
        assert len(await retry_dead(database, OPERATOR, "acme", clock.now_ms())) == 2
        await deliveries.deliver_due()
    assert receiver.bodies[6:] == [1, 2]
    assert await states(database) == ["delivered"] * 2


async def test_a_final_failure_lets_the_next_one_go(database: Database, clock: ManualClock) -> None:
    async with receiving(answering(410)) as receiver:
        await store(database, hooks(clock, receiver.url(), [1], key="order"))
        await store(database, hooks(clock, "https://evil.com/", [2], key="order"))
        await store(database, hooks(clock, receiver.url(), [3], key="order"))
        await worker(database, clock).deliver_due()
    assert receiver.bodies == [1, 3]
    found = await list_messages(database, OPERATOR)
    assert [item.state for item in found] == [MessageState.DEAD] * 3
    assert found[1].last_error == "the host `evil.com` is not allowed"


async def test_several_workers_never_send_twice_on_purpose(
    database_url: str, clock: ManualClock
) -> None:
    databases = [Database(database_url) for _ in range(3)]
    async with receiving() as receiver:
        for key in range(10):
            bodies = [[key, number] for number in range(10)]
            await store(databases[0], hooks(clock, receiver.url(), bodies, key=str(key)))
        await asyncio.gather(
            *(worker(database, clock).deliver_due() for database in databases for _ in range(2))
        )
    assert len(receiver.requests) == 100
    for key in range(10):
        assert [n for k, n in receiver.bodies if k == key] == list(range(10))
    assert await states(databases[0]) == ["delivered"] * 100
    for database in databases:
        await database.close()


async def test_what_was_sent_but_not_recorded_is_sent_again_under_the_same_id(
    database: Database, clock: ManualClock
) -> None:
    async with receiving(never) as receiver:
        await store(database, hooks(clock, receiver.url(), [1]))
        first_server = worker(database, clock)
        lost = asyncio.create_task(first_server.deliver_due())
        await receiver.arrived.wait()
        receiver.answer = answering(200)
        other = worker(database, clock)
        await other.deliver_due()
        assert len(receiver.requests) == 1
        clock.advance(MINUTE)
        await other.deliver_due()
        lost.cancel()
        await asyncio.wait([lost])
    await first_server.close()
    first, second = receiver.requests
    assert first.message_id == second.message_id
    [message] = await list_messages(database, OPERATOR)
    assert (message.state, message.attempts) == (MessageState.DELIVERED, 2)


async def test_a_message_that_ends_every_server_is_given_up(
    database: Database, clock: ManualClock
) -> None:
    [message] = hooks(clock, "http://127.0.0.1/", [1])
    await store(database, [replace(message, attempts=3)])
    async with receiving() as receiver:
        await worker(database, clock, schedule=RetrySchedule(max_attempts=3)).deliver_due()
        assert receiver.requests == []
    [message] = await list_messages(database, OPERATOR)
    assert (message.state, message.last_error) == (
        MessageState.DEAD,
        "the server ended during each attempt",
    )


async def test_an_unexpected_failure_is_logged_and_tried_again(
    database: Database, clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(message: OutboxMessage) -> Outcome:
        raise LookupError("a mistake in the code")

    await store(database, hooks(clock, "http://127.0.0.1/", [1]))
    await worker(database, clock, webhook=broken).deliver_due()
    [message] = await list_messages(database, OPERATOR)
    assert (message.state, message.last_error) == (
        MessageState.WAITING,
        "unexpected failure: LookupError",
    )
    assert "a mistake in the code" in caplog.text


async def test_every_attempt_is_one_line_without_destination(
    database: Database, clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    outcomes = [failed("so\nwhat"), DELIVERED]

    async def deliver(message: OutboxMessage) -> Outcome:
        return outcomes.pop(0)

    [message] = hooks(clock, "http://127.0.0.1/?secret", [1])
    await store(database, [message])
    deliveries = worker(database, clock, webhook=deliver)
    with caplog.at_level(logging.INFO, "placet.outbox"):
        await deliveries.deliver_due()
        clock.advance(MINUTE)
        await deliveries.deliver_due()
    about = f"message={message.message_id} account=acme kind=webhook topic=test"
    assert [record.getMessage() for record in caplog.records] == [
        f"{about} state=waiting attempt=1 ms=0 error=so what",
        f"{about} state=delivered attempt=2 ms=0 error=None",
    ]


async def test_no_account_takes_more_than_half_of_the_places(
    database: Database, clock: ManualClock
) -> None:
    gate = asyncio.Event()
    started: list[str] = []
    full = asyncio.Event()

    async def held(message: OutboxMessage) -> Outcome:
        started.append(message.account)
        if len(started) == 5:
            full.set()
        await gate.wait()
        return DELIVERED

    await store(database, hooks(clock, "http://127.0.0.1/", range(50)))
    await store(database, hooks(clock, "http://127.0.0.1/", [1], account="globex"))
    deliveries = asyncio.create_task(
        worker(database, clock, webhook=held, concurrency=8).deliver_due()
    )
    await full.wait()
    assert (started.count("acme"), started.count("globex")) == (4, 1)
    gate.set()
    await deliveries
    assert await states(database) == ["delivered"] * 51


async def test_each_recipient_gets_a_mail_of_their_own(
    database: Database, clock: ManualClock
) -> None:
    server = SmtpReceiver(refusals={"gone@example.org": "550 no such user"})
    recipients = ["jo@example.org", "gone@example.org", "al@example.org", "jo@example.org"]
    mails = email_messages(
        "acme",
        recipients,
        topic="budget.threshold",
        ordering_key="budget-1",
        subject="90 % used",
        text="Look at it.",
        now_ms=clock.now_ms(),
    )
    await store(database, mails)
    async with server.up():
        email = EmailDelivery(
            SmtpServer.parse(f"smtp://127.0.0.1:{server.port}"), "placet@example.com"
        )
        await worker(database, clock, email=email).deliver_due()
    assert sorted(mail.message["To"] for mail in server.mails) == [
        "al@example.org",
        "jo@example.org",
    ]
    assert await states(database) == ["delivered", "dead", "delivered"]


async def test_a_running_worker_delivers_when_woken_and_when_time_passes(
    database: Database, clock: ManualClock
) -> None:
    deliveries = worker(database, clock)
    async with receiving() as receiver:
        deliveries.start()
        await store(database, hooks(clock, receiver.url(), [1]))
        deliveries.wake()
        await receiver.arrived.wait()
        receiver.arrived.clear()
        await store(database, hooks(clock, receiver.url(), [2]))
        while not receiver.arrived.is_set():
            clock.advance(1_000)
            await asyncio.wait([asyncio.create_task(receiver.arrived.wait())], timeout=0.01)
        await deliveries.close()
    assert receiver.bodies == [1, 2]
    assert await states(database) == ["delivered"] * 2


async def test_closing_lets_deliveries_under_way_finish_and_starts_no_more(
    database: Database, clock: ManualClock
) -> None:
    gate = asyncio.Event()

    async def held(_: Received) -> bytes:
        await gate.wait()
        return b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"

    deliveries = worker(database, clock)
    async with receiving(held) as receiver:
        await store(database, hooks(clock, receiver.url(), [1, 2], key="order"))
        deliveries.start()
        await receiver.arrived.wait()
        closing = asyncio.create_task(deliveries.close())
        await asyncio.wait([closing], timeout=0)
        gate.set()
        await closing
    assert receiver.bodies == [1]
    assert await states(database) == ["delivered", "waiting"]


async def test_a_database_that_is_away_does_not_end_the_worker(
    empty_database_url: str, clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    database = Database(empty_database_url)
    deliveries = worker(database, clock)
    failing = asyncio.Event()

    class Told(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            failing.set()

    handler = Told()
    logger = logging.getLogger("placet.outbox")
    logger.addHandler(handler)
    deliveries.start()
    try:
        # A database without tables is as good as one that is away.
        for _ in range(3):
            await failing.wait()
            failing.clear()
            clock.advance(1_000)
    finally:
        logger.removeHandler(handler)
        await deliveries.close()
        await database.close()
    assert "the outbox cannot be read" in caplog.text


async def test_delivered_messages_are_forgotten_after_a_while(
    database: Database, clock: ManualClock
) -> None:
    async with receiving() as receiver:
        await store(database, hooks(clock, receiver.url(), [1]))
        await worker(database, clock).deliver_due()
        clock.advance(HOUR)
        deliveries = worker(database, clock, keep_ms=HOUR - 1)
        deliveries.start()
        await store(database, hooks(clock, receiver.url(), [2]))
        while len(receiver.requests) < 2:
            receiver.arrived.clear()
            deliveries.wake()
            await receiver.arrived.wait()
        await deliveries.close()
    assert [message.payload for message in await list_messages(database, OPERATOR)] == ["2"]
