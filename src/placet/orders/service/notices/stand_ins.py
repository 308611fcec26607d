"""A change of people or units, followed up: who stands in, and who is told so."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from placet.kit.clock import Clock
from placet.messages.store.outbox import insert_messages
from placet.orders.service.notices.approval_mail import Letters, stand_in_messages
from placet.orders.service.pending_approvals import follow_directory
from placet.people.core.fallen import Fallen


@dataclass(frozen=True, slots=True)
class StandIns:
    """Whether and how those who stand in are told, and what time it is."""

    letters: Letters
    clock: Clock

    async def follow(
        self, connection: AsyncConnection, account: str, people: Collection[str] = (), /
    ) -> Fallen:
        """What `follow_directory` does, with e-mails to those who stand in from now on; the worker
        finds them when it looks next.
        """
        fallen = await follow_directory(connection, account, people)
        if self.letters.sent and fallen.seats:
            messages = await stand_in_messages(
                connection,
                account,
                fallen,
                public_url=self.letters.public_url,
                now_ms=self.clock.now_ms(),
            )
            await insert_messages(connection, messages)
        return fallen
