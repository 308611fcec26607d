"""Whatever goes wrong: each message is sent as often as needed, never more, and in order."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path
from uuid import uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from placet.database.database import Database
from placet.messages.core.message import MessageKind, MessageState, OutboxMessage
from placet.messages.delivery.outcome import DELIVERED, Outcome, failed
from placet.messages.service.outbox import list_messages, webhook_message
from placet.messages.service.worker import OutboxWorker
from placet.messages.store.outbox import insert_messages
from placet.people.core.visit import OPERATOR
from support.clock import ManualClock

ENDS = {"taken": MessageState.DELIVERED, "gone": MessageState.DEAD}
# What becomes of the attempts at one message: some go wrong, the last one settles it.
lives = st.tuples(
    st.lists(st.sampled_from(["refused", "killed"]), max_size=3), st.sampled_from(list(ENDS))
).map(lambda life: [*life[0], life[1]])
plans = st.lists(st.tuples(st.sampled_from("abc"), lives), min_size=1, max_size=8)


class Killed(BaseException):
    """The end of a worker in the middle of a delivery."""


async def run(url: str, plan: list[tuple[str, list[str]]]) -> tuple[list[str], list[OutboxMessage]]:
    """The attempts in their order, as `message:outcome`, and the messages at the end."""
    database, clock, account = Database(url), ManualClock(), uuid4().hex
    sent: list[str] = []
    left = {str(number): list(life) for number, (_, life) in enumerate(plan)}

    async def deliver(message: OutboxMessage) -> Outcome:
        outcome = left[message.payload].pop(0)
        sent.append(f"{message.payload}:{outcome}")
        if outcome == "killed":
            raise Killed
        return DELIVERED if outcome == "taken" else failed(outcome, final=outcome == "gone")

    messages = [
        webhook_message(
            account, topic="t", ordering_key=key, url="u", body=number, now_ms=clock.now_ms()
        )
        for number, (key, _) in enumerate(plan)
    ]
    async with database.write() as connection:
        await insert_messages(connection, messages)
    workers = [
        OutboxWorker(database, {MessageKind.WEBHOOK: deliver}, clock=clock) for _ in range(2)
    ]
    while any(left.values()):
        await asyncio.gather(*(worker.deliver_due() for worker in workers))
        clock.advance(60_000)
    found = await list_messages(database, OPERATOR, account=account)
    await database.close()
    return sent, found


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(plan=plans)
def test_every_attempt_is_needed_and_in_order(
    sqlite_template: Path, tmp_path: Path, plan: list[tuple[str, list[str]]]
) -> None:
    file = tmp_path / "placet.sqlite3"
    if not file.exists():
        shutil.copy(sqlite_template, file)
    sent, found = asyncio.run(run(f"sqlite:///{file}", plan))
    for key in "abc":
        mine = [(number, life) for number, (of, life) in enumerate(plan) if of == key]
        wanted = [f"{number}:{outcome}" for number, life in mine for outcome in life]
        numbers = {str(number) for number, _ in mine}
        assert [entry for entry in sent if entry.partition(":")[0] in numbers] == wanted
    assert {message.payload: message.state for message in found} == {
        str(number): ENDS[life[-1]] for number, (_, life) in enumerate(plan)
    }
