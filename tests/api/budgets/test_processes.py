"""Budgets served by processes: several on one database, killed, and cut off from their callers."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from urllib.parse import urlsplit

import httpx
import pytest

from support.budgets.calls import REQUESTER, allocation, movement, path_of, reservation
from support.budgets.load import (
    CALLERS,
    Answered,
    calling,
    credentials,
    difference,
    each,
    load,
    lost,
)
from support.process import server_process
from support.server import ok

pytestmark = pytest.mark.anyio

ON_POSTGRES = pytest.mark.parametrize("database_kind", ["postgresql"])


@pytest.fixture
async def headers(database_url: str) -> dict[str, str]:
    """Credentials for the account `acme`."""
    return await credentials(database_url)


@contextmanager
def two_servers(url: str) -> Iterator[list[str]]:
    with server_process(url) as one, server_process(url) as other:
        yield [one.url, other.url]


@ON_POSTGRES
async def test_two_servers_spend_exactly_what_there_is(
    database_url: str, headers: dict[str, str]
) -> None:
    with two_servers(database_url) as urls:
        async with calling(urls, headers) as budgets:
            path = await budgets[0].create_path(allocation(1000), enforcement="HARD")
            answers = await each(
                partial(budgets[number % 2].call, "POST", f"{path}/transactions", movement(1))
                for number in range(2_000)
            )
            assert Counter(answer.status_code for answer in answers) == {200: 1_000, 409: 1_000}
            assert await budgets[1].remaining(path) == 0
            found = await budgets[0].get(f"{path}/statements", pageSize=1)
            assert found["pagination"]["results"] == 1_000
    assert await difference(database_url) is None


@ON_POSTGRES
async def test_ids_delivered_four_times_make_one_entry_each(
    database_url: str, headers: dict[str, str]
) -> None:
    with two_servers(database_url) as urls:
        async with calling(urls, headers) as budgets:
            path = await budgets[0].create_path()
            keys = [f"k-{number}" for number in range(500)] * 4
            random.Random(4).shuffle(keys)
            by_key: dict[str, set[str]] = {}

            async def deliver(number: int, key: str) -> None:
                caller = budgets[number % 2]
                answer = await caller.post(f"{path}/transactions", movement(1), key=key)
                by_key.setdefault(key, set()).add(answer["id"])

            await each(partial(deliver, number, key) for number, key in enumerate(keys))
            assert len(by_key) == 500
            assert all(len(ids) == 1 for ids in by_key.values())
            found = await budgets[0].get(f"{path}/statements", pageSize=1)
            assert found["pagination"]["results"] == 500
            assert await budgets[0].remaining(path) == -400
    assert await difference(database_url) is None


@ON_POSTGRES
async def test_crossing_movements_never_show_a_deadlock(
    database_url: str, headers: dict[str, str]
) -> None:
    with two_servers(database_url) as urls:
        async with calling(urls, headers) as budgets:
            made = [await budgets[0].create(allocation(), allocation()) for _ in range(5)]
            paths = [path_of(part) for item in made for part in item["allocations"]]
            dice = random.Random(7)

            async def one(number: int) -> int:
                caller, path = budgets[number % 2], dice.choice(paths)
                if number % 10 == 0:
                    place = f"/{path.split('/')[1]}"
                    body = {"name": "Renamed", "description": "", "amount": 1000 + number}
                    return (await caller.call("PUT", place, body)).status_code
                if number % 3:
                    answer = await caller.call("POST", f"{path}/transactions", movement(1))
                    return answer.status_code
                held = await caller.post(f"{path}/reservations", reservation(1))
                ending = f"{path}/reservations/{held['id']}/confirmation"
                return (await budgets[1 - number % 2].call("POST", ending, REQUESTER)).status_code

            statuses = await each(partial(one, number) for number in range(400))
            assert set(statuses) == {200}
    assert await difference(database_url) is None


async def test_every_answered_debit_survives_a_killed_server(
    database_url: str, headers: dict[str, str]
) -> None:
    answered = Answered(300)
    with server_process(database_url) as server:
        async with calling([server.url], headers) as [budgets]:
            path = await budgets.create_path()
            running = asyncio.create_task(load(budgets, path, answered))
            await answered.enough.wait()
            server.kill()
            await running
    assert 300 <= len(answered) < CALLERS * 60
    assert await difference(database_url) is None
    with server_process(database_url) as server:
        async with calling([server.url], headers) as [budgets]:
            assert await lost(budgets, path, answered) == []
            # Whoever was cut off asks again; whoever was answered gets the same answer.
            again = Answered(1)
            await load(budgets, path, again, per_caller=5)
            assert all(answered.get(key, answer) == answer for key, answer in again.items())
            entries = (await budgets.get(f"{path}/statements"))["pagination"]["results"]
            assert entries >= len(answered.keys() | again.keys())
    assert await difference(database_url) is None


@asynccontextmanager
async def cutting(url: str) -> AsyncIterator[str]:
    """A way to the server on which requests arrive and no answer ever comes back."""
    address = urlsplit(url)

    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        upstream, downstream = await asyncio.open_connection(address.hostname, address.port)
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        downstream.write(head + await reader.readexactly(length))
        # The answer has begun, so the commit is done.
        assert await upstream.read(1)
        for connection in (writer, downstream):
            connection.close()
            await connection.wait_closed()

    proxy = await asyncio.start_server(pass_on, "127.0.0.1", 0)
    async with proxy:
        yield f"http://127.0.0.1:{proxy.sockets[0].getsockname()[1]}"


async def test_a_caller_cut_off_before_the_answer_asks_again_and_pays_once(
    database_url: str, headers: dict[str, str]
) -> None:
    with server_process(database_url) as server:
        async with cutting(server.url) as deaf, calling([server.url, deaf], headers) as both:
            budgets, cut_off = both
            path = await budgets.create_path()
            for number in range(5):
                for _ in range(2):
                    with pytest.raises(httpx.TransportError):
                        await cut_off.post(f"{path}/transactions", movement(1), key=f"k-{number}")
                answer = await budgets.post(f"{path}/transactions", movement(1), key=f"k-{number}")
                assert (
                    ok(await budgets.call("GET", f"{path}/transactions/{answer['id']}")) == answer
                )
            with pytest.raises(httpx.TransportError):
                await cut_off.post(f"{path}/reservations", reservation(1, "r-1"))
            await budgets.post(f"{path}/reservations", reservation(1, "r-1"))
            found = await budgets.get(f"{path}/statements")
            assert found["pagination"]["results"] == 5
            assert await budgets.remaining(path) == 94
    assert await difference(database_url) is None
