"""A change of people or units, followed up: who stands in, and who is told so."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy.ext.asyncio import AsyncConnection

from placet.messages.store.outbox import insert_messages
from placet.orders.service.notices.approval_mail import stand_in_messages
from placet.orders.service.pending_approvals import Fallen, follow_directory
from placet.process import Service


async def follow_people(
    service: Service, connection: AsyncConnection, account: str, people: Collection[str] = ()
) -> Fallen:
    """What `follow_directory` does, with e-mails to those who stand in from now on; the worker
    finds them when it looks next.
    """
    fallen = await follow_directory(connection, account, people)
    if service.letters.sent and fallen.seats:
        messages = await stand_in_messages(
            connection,
            account,
            fallen,
            public_url=service.letters.public_url,
            now_ms=service.clock.now_ms(),
        )
        await insert_messages(connection, messages)
    return fallen
