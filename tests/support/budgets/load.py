"""Debits by many callers at servers that may die, and what became of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import httpx

from placet.access.service.keys import create_key
from placet.budgets.service.audit import verify_books
from placet.database.database import Database
from placet.people.core.visit import OPERATOR
from support.budgets.calls import Budgets, movement
from support.documented import CHECKED
from support.server import ALL

CALLERS = 32

Item = TypeVar("Item")


class Answered(dict[str, Any]):
    """Answers by key; `enough` is set when there are `number` of them."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self._number = number
        self.enough = asyncio.Event()

    def note(self, key: str, answer: Any) -> None:
        """Keep an answer."""
        self[key] = answer
        if len(self) >= self._number:
            self.enough.set()


async def credentials(url: str) -> dict[str, str]:
    """The headers of a new key of the account `acme`."""
    database = Database(url)
    key = await create_key(database, "acme", ALL)
    await database.close()
    return {"X-VTEX-API-AppKey": key.app_key, "X-VTEX-API-AppToken": key.app_token}


async def difference(url: str) -> str | None:
    """What is wrong with the books."""
    database = Database(url)
    result = await verify_books(database, OPERATOR)
    await database.close()
    return result.difference


@asynccontextmanager
async def calling(urls: list[str], headers: dict[str, str]) -> AsyncIterator[list[Budgets]]:
    """The same budgets by way of each of the servers."""
    limits = httpx.Limits(max_connections=CALLERS)
    clients = [
        httpx.AsyncClient(
            base_url=url, headers=headers, limits=limits, timeout=60, event_hooks=CHECKED
        )
        for url in urls
    ]
    try:
        yield [Budgets(client) for client in clients]
    finally:
        for client in clients:
            await client.aclose()


async def each(calls: Iterable[Callable[[], Awaitable[Item]]]) -> list[Item]:
    """What the calls answer, in any order, with so many callers at once."""
    waiting = iter(calls)
    answers: list[Item] = []

    async def caller() -> None:
        answers.extend([await call() for call in waiting])

    await asyncio.gather(*(caller() for _ in range(CALLERS)))
    return answers


async def _debit(budgets: Budgets, path: str, keys: list[str], answered: Answered) -> None:
    """Debit 1 under each key, until the server or its database is gone."""
    for key in keys:
        try:
            answer = await budgets.call(
                "POST", f"{path}/transactions", movement(1), headers={"Idempotency-Key": key}
            )
        except httpx.TransportError:
            return
        if answer.status_code != 200:
            return
        answered.note(key, answer.json())


async def load(budgets: Budgets, path: str, answered: Answered, *, per_caller: int = 60) -> None:
    """Debits by many callers at once."""
    await asyncio.gather(
        *(
            _debit(budgets, path, [f"{caller}-{n}" for n in range(per_caller)], answered)
            for caller in range(CALLERS)
        )
    )


async def lost(budgets: Budgets, path: str, answered: Answered) -> list[str]:
    """The keys of answered debits that are not in the books as answered."""
    stored: dict[str, Any] = {}
    page, pages = 1, 1
    while page <= pages:
        found = await budgets.get(f"{path}/statements", page=page, pageSize=500)
        pages = found["pagination"]["pages"]
        stored |= {line["id"]: line for line in found["transactions"]}
        page += 1
    return [key for key, answer in answered.items() if stored.get(answer["id"]) != answer]
