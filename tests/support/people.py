"""People calling a server with tokens of their own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from placet.application.tokens import create_token
from support.server import Client, Server

__all__ = ["calling_as"]


@asynccontextmanager
async def calling_as(
    server: Server, user_id: str, *, account: str = "acme"
) -> AsyncIterator[Client]:
    """Calls of one person, who must be on record."""
    token = (await create_token(server.service.database, account, user_id)).token
    async with server.anonymous({"VtexIdclientAutCookie": token}) as http:
        yield Client(http, account)
