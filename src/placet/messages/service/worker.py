"""The outbox worker: a task of every server process that delivers what is due.

Any number of workers share one database. A message is claimed in one short transaction, delivered
outside of any, and settled in another. A worker that dies in between leaves a lease that ends by
itself; the message is then sent again under the same id, by which receivers tell it from a new one.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from placet.database.database import Database
from placet.database.rounds import Rounds
from placet.errors import PlacetError
from placet.kit.clock import Clock, SystemClock
from placet.kit.group_commit import GroupCommit
from placet.kit.ids import new_id
from placet.messages.core.message import MessageKind, MessageState, OutboxMessage
from placet.messages.delivery.outcome import Deliver, Outcome, failed
from placet.messages.service.retry_schedule import RetrySchedule
from placet.messages.store.outbox import claim_due, delete_delivered, due_accounts, settle_message

_log = logging.getLogger("placet.outbox")

_POLL_MS: Final = 1_000
_LEASE_MS: Final = 60_000
_GRACE_SECONDS: Final = 5.0
_CLEANING_MS: Final = 3_600_000


class OutboxWorker:
    """Delivers messages, `concurrency` at a time, at most half of them for one account."""

    def __init__(
        self,
        database: Database,
        deliveries: Mapping[MessageKind, Deliver],
        *,
        clock: Clock | None = None,
        schedule: RetrySchedule | None = None,
        concurrency: int = 32,
        deadline_ms: int = 30_000,
        keep_ms: int | None = None,
    ) -> None:
        """`deadline_ms` bounds one attempt; `keep_ms` is how long delivered messages stay on
        record, None keeps them for good.
        """
        if deadline_ms >= _LEASE_MS:
            raise ValueError("an attempt must end before its lease does")
        self._database: Final = database
        self._deliveries: Final = deliveries
        self._clock: Final = clock or SystemClock()
        self._schedule: Final = schedule or RetrySchedule()
        self._concurrency: Final = concurrency
        self._deadline_s: Final = deadline_ms / 1000
        self._keep_ms: Final = keep_ms
        self._results: Final = GroupCommit(self._settle_all, max_queue=concurrency)
        self._wake: Final = asyncio.Event()
        self._running: Final[dict[asyncio.Task[None], str]] = {}
        self._rounds: Final = Rounds(
            self._round,
            self._rest,
            name="outbox worker",
            log=_log,
            trouble="the outbox cannot be read",
        )
        self._next_cleaning = 0

    def start(self) -> None:
        """Deliver from now on, until `close`."""
        self._rounds.start()

    def wake(self) -> None:
        """Look for due messages now: some were just committed."""
        self._wake.set()

    async def close(self) -> None:
        """Claim no more. Deliveries under way get a few seconds; those cut off are sent again when
        their lease ends.
        """
        self._wake.set()
        await self._rounds.close()
        if self._running:
            _, late = await asyncio.wait(self._running, timeout=_GRACE_SECONDS)
            for task in late:
                task.cancel()
            if late:
                await asyncio.wait(late)

    async def deliver_due(self) -> None:
        """Deliver what is due, and what becomes due meanwhile, until nothing is under way."""
        while not self._rounds.closing:
            self._wake.clear()
            await self._start_due()
            if not self._running:
                return
            await self._clock.wait(self._wake, _POLL_MS)

    async def _round(self) -> None:
        await self._clean()
        await self.deliver_due()

    async def _rest(self) -> None:
        await self._clock.wait(self._wake, _POLL_MS)

    def _finished(self, task: asyncio.Task[None]) -> None:
        del self._running[task]
        error = None if task.cancelled() else task.exception()
        if isinstance(error, PlacetError):
            _log.error("a delivery was not recorded and will be repeated: %s", error)
        elif error is not None:
            _log.error("a delivery was not recorded and will be repeated", exc_info=error)
        self._wake.set()

    async def _start_due(self) -> None:
        if len(self._running) >= self._concurrency:
            return
        async with self._database.read() as connection:
            accounts = await due_accounts(connection, self._clock.now_ms())
        busy = list(self._running.values())
        share = max(self._concurrency // 2, 1)
        # Whoever has the least under way comes first, so that no account can keep the others out.
        for account in sorted(accounts, key=busy.count):
            free = self._concurrency - len(self._running)
            limit = min(free, share - busy.count(account))
            for message in await self._claim(account, limit) if limit > 0 else ():
                task = asyncio.create_task(self._attempt(message), name="outbox delivery")
                self._running[task] = account
                task.add_done_callback(self._finished)

    async def _claim(self, account: str, limit: int) -> list[OutboxMessage]:
        async with self._database.write() as connection:
            now = self._clock.now_ms()
            return await claim_due(
                connection,
                account,
                now_ms=now,
                lease=new_id(),
                until_ms=now + _LEASE_MS,
                limit=limit,
            )

    async def _attempt(self, message: OutboxMessage) -> None:
        started = self._clock.now_ms()
        outcome = await self._deliver(message)
        after = self._after(message, outcome)
        _report(after, self._clock.now_ms() - started)
        if not await self._settle(message, after):
            _log.warning("%s: the lease ended during the delivery", message.message_id)

    async def _deliver(self, message: OutboxMessage) -> Outcome:
        if message.attempts > self._schedule.max_attempts:
            return failed("the server ended during each attempt", final=True)
        deliver = self._deliveries.get(message.kind)
        if deliver is None:
            return failed(f"nothing delivers messages of the kind `{message.kind}`")
        try:
            # Well below the lease: no second worker may start while this attempt can still arrive.
            async with asyncio.timeout(self._deadline_s):
                return await deliver(message)
        except TimeoutError:
            return failed(f"no answer within {self._deadline_s:g} s")
        except Exception as error:
            _log.exception("%s: the delivery failed unexpectedly", message.message_id)
            return failed(f"unexpected failure: {type(error).__name__}")

    def _after(self, message: OutboxMessage, outcome: Outcome) -> OutboxMessage:
        """The message as it is stored after an attempt."""
        now = self._clock.now_ms()
        done = replace(message, next_attempt_at=now, last_error=outcome.failure)
        if outcome.failure is None:
            return replace(done, state=MessageState.DELIVERED, delivered_at=now)
        delay = self._schedule.delay_ms(
            message.message_id, message.attempts, outcome.retry_after_ms
        )
        if outcome.final or delay is None:
            return replace(done, state=MessageState.DEAD)
        return replace(done, next_attempt_at=now + delay)

    async def _settle(self, message: OutboxMessage, after: OutboxMessage) -> bool:
        """Store the result, insisting while the lease lasts: what is not stored is sent again."""
        while True:
            try:
                return await self._results.submit((message, after))
            except (PlacetError, SQLAlchemyError, OSError) as error:
                if self._clock.now_ms() >= message.next_attempt_at:
                    raise
                _log.warning("%s: the result is not stored yet: %s", message.message_id, error)
            await self._clock.wait(asyncio.Event(), _POLL_MS)

    async def _settle_all(
        self, results: Sequence[tuple[OutboxMessage, OutboxMessage]]
    ) -> Sequence[bool]:
        async with self._database.write() as connection:
            return [await settle_message(connection, message, after) for message, after in results]

    async def _clean(self) -> None:
        now = self._clock.now_ms()
        if self._keep_ms is None or now < self._next_cleaning:
            return
        self._next_cleaning = now + _CLEANING_MS
        async with self._database.write() as connection:
            await delete_delivered(connection, now - self._keep_ms)


def _report(after: OutboxMessage, took_ms: int) -> None:
    """One line per attempt; without destinations, which may hold secrets."""
    level = {
        MessageState.DELIVERED: logging.INFO,
        MessageState.WAITING: logging.WARNING,
        MessageState.DEAD: logging.ERROR,
    }[after.state]
    _log.log(
        level,
        "message=%s account=%s kind=%s topic=%s state=%s attempt=%d ms=%d error=%s",
        after.message_id,
        after.account,
        after.kind,
        after.topic,
        after.state,
        after.attempts,
        took_ms,
        after.last_error,
    )
