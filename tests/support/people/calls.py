"""People calling a server with tokens of their own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from placet.access.service.tokens import create_token
from placet.people.core.user import User
from placet.people.store.users import put_users
from support.server import Client, Server

__all__ = ["calling_as", "hire"]


@asynccontextmanager
async def calling_as(
    server: Server, user_id: str, *, account: str = "acme"
) -> AsyncIterator[Client]:
    """Calls of one person, who must be on record."""
    token = (await create_token(server.database, account, user_id)).token
    async with server.anonymous({"VtexIdclientAutCookie": token}) as http:
        yield Client(http, account)


async def hire(
    server: Server, name: str, unit_id: str, roles: Iterable[str], *, account: str = "acme"
) -> None:
    """Put a person on record, with an address of the account."""
    user = User(
        account=account,
        user_id=name,
        name=name.capitalize(),
        email=f"{name}@{account}.example",
        unit_id=unit_id,
        roles=frozenset(roles),
    )
    async with server.database.write() as connection:
        await put_users(connection, [user])
