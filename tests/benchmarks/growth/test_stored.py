"""What a request costs the server next to little and next to much that is stored, on SQLite.

Run with `pytest -m benchmark tests/benchmarks/growth/test_stored.py -s`. Both servers stand ready,
and one caller asks them in turns. What is compared is the CPU time of the server's process, which
other processes of the machine disturb little; what counts is the median of the ratios within a
turn.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from statistics import median
from typing import Any

import httpx
import psutil
import pytest

from placet.database.database import Database
from placet.schema import upgrade
from support.budgets.calls import Budgets
from support.budgets.load import credentials
from support.database.every_table import all_tables
from support.load import measure, request
from support.people.units import person, plant
from support.process import server_process
from support.server import Client, ok, rule, score

pytestmark = [pytest.mark.anyio, pytest.mark.benchmark]

PATH = "/acme/commercial-authorizations"
ORDERS = (1_000, 20_000)
ALLOCATIONS = (100, 10_000)
ROUNDS, REQUESTS = 9, 40
# How much more the larger one may cost.
ALLOWED = 1.1
LEVELS = {"requireAllApprovals": True, "authorizers": [{"type": "unit", "id": "managers"}]}


@dataclass
class Place:
    """A server with its own database, and what was made there."""

    url: str
    file: Path
    headers: dict[str, str]
    client: Client
    process: psutil.Process
    # Beyond the copies.
    numbers: Any = field(default_factory=lambda: count(1_000_000))
    allocations: list[dict[str, Any]] = field(default_factory=list)

    def spent(self) -> float:
        """Seconds of CPU so far."""
        times = self.process.cpu_times()
        return times.user + times.system

    async def cost(self, messages: list[bytes]) -> float:
        """Milliseconds of CPU for one of the requests, sent one after the other."""
        before = self.spent()
        await measure(self.url, messages, connections=1)
        return (self.spent() - before) * 1_000 / len(messages)

    def order(self, *, big: bool = True, **more: Any) -> bytes:
        """The next order; a big one waits for an approver."""
        number = f"o-{next(self.numbers)}"
        value = 61_250 if big else 100
        order = {"orderId": number, "value": value, "items": [{"sku": "7", "quantity": 2}]}
        body = {"order": order, "unitId": "sales", "userProfileId": "buyer", **more}
        return request(PATH, self.headers, json.dumps(body).encode())


@asynccontextmanager
async def place(home: Path, name: str) -> AsyncIterator[Place]:
    """An account with an approver, and a rule that large orders wait for."""
    url = f"sqlite:///{home}/{name}.sqlite3"
    database = Database(url)
    await upgrade(database)
    parents = {"acme": None, "managers": "acme", "sales": "acme"}
    await plant(database, parents, person("ana", "managers"))
    await database.close()
    headers = {"Content-Type": "application/json", **await credentials(url)}
    with server_process(url) as server:
        async with httpx.AsyncClient(base_url=server.url, headers=headers, timeout=300) as http:
            client = Client(http, "acme")
            await client.create_dimension(rule(authorizationData=LEVELS))
            process = psutil.Process(server.process.pid)
            yield Place(server.url, home / f"{name}.sqlite3", headers, client, process)


@pytest.fixture
async def places(tmp_path: Path, anyio_backend: str) -> AsyncIterator[tuple[Place, Place]]:
    async with AsyncExitStack() as stack:
        few, many = [
            await stack.enter_async_context(place(tmp_path, name)) for name in ("few", "many")
        ]
        yield few, many


async def store_orders(there: Place, number: int) -> None:
    """One order by the server, and copies of its rows under other ids."""
    [order] = await waiting(there, 1)
    with closing(sqlite3.connect(there.file, isolation_level=None)) as database:
        database.execute("PRAGMA busy_timeout = 60000")
        database.execute("BEGIN IMMEDIATE")
        for table in all_tables().sorted_tables:
            names = [column.name for column in table.columns]
            if "authorization_id" in names:
                database.execute(
                    _copies(table.name, names), (number, order["id"], order["orderId"])
                )
        database.execute("COMMIT")


def _copies(table: str, names: list[str]) -> str:
    """The statement that copies the rows of one order so many times."""
    id = "substr(authorization_id, 1, 24) || printf('%012x', g)"
    spelled = {
        "authorization_id": id,
        "order_id": "'o-' || g",
        "document": f"replace(replace(document, authorization_id, {id}), ?3, 'o-' || g)",
    }
    values = ", ".join(spelled.get(name, f'"{name}"') for name in names)
    columns = ", ".join(f'"{name}"' for name in names)
    return (
        "WITH RECURSIVE series(g) AS (SELECT 1 UNION ALL SELECT g + 1 FROM series WHERE g < ?1)"
        f' INSERT INTO "{table}" ({columns}) SELECT {values} FROM "{table}", series'
        " WHERE authorization_id = ?2 AND ?3 > ''"
    )


async def store_allocations(there: Place, number: int) -> None:
    """Budgets of 100 allocations each; all but the first of other cost centres and units."""
    for place_of in range(number // 100):
        budgets = Budgets(there.client.http, "sales" if place_of % 2 == 0 else "managers")
        parts = [
            {
                "linkedEntity": {"id": f"cc-{place_of}-{part}", "type": "CostCenter"},
                "referenceId": "contract",
                "amount": 1_000_000,
            }
            for part in range(100)
        ]
        made = await budgets.create(*parts, amount=100_000_000)
        there.allocations += made["allocations"]


async def waiting(there: Place, number: int) -> list[dict[str, Any]]:
    """So many orders that wait, made for this."""
    return [
        ok(
            await there.client.post(
                "/commercial-authorizations",
                {
                    "order": {"orderId": f"w-{next(there.numbers)}", "value": 61_250, "items": []},
                    "unitId": "sales",
                    "userProfileId": "buyer",
                },
            )
        )
        for _ in range(number)
    ]


async def submissions(there: Place) -> list[bytes]:
    return [there.order() for _ in range(REQUESTS)]


async def callbacks(there: Place) -> list[bytes]:
    return [
        request(
            f"{PATH}/{order['id']}/callback", there.headers, json.dumps(score(order, 100)).encode()
        )
        for order in await waiting(there, REQUESTS)
    ]


async def searches(there: Place) -> list[bytes]:
    fields = "".join(f"{name}: {value}\r\n" for name, value in there.headers.items())
    return [
        f"GET {PATH}?orderId=o-{number + 1} HTTP/1.1\r\nHost: placet.test\r\n{fields}\r\n".encode()
        for number in range(REQUESTS)
    ]


async def spending(there: Place) -> list[bytes]:
    part = there.allocations[7]
    line = {"budgetId": part["budgetId"], "allocationId": part["id"], "amount": 1}
    return [there.order(big=False, spending=[line]) for _ in range(REQUESTS)]


async def entities(there: Place) -> list[bytes]:
    return [
        there.order(big=False, linkedEntities=[there.allocations[7]["linkedEntity"]])
        for _ in range(REQUESTS)
    ]


async def compared(
    places: tuple[Place, Place], make: Callable[[Place], Any]
) -> tuple[float, float, float]:
    """The median costs in milliseconds of CPU, and the median of their ratios."""
    costs = []
    for turn in range(ROUNDS + 1):
        # Whoever is asked first in one turn is asked second in the next.
        order = places if turn % 2 else places[::-1]
        found = {id(there): await there.cost(await make(there)) for there in order}
        costs.append([found[id(there)] for there in places])
    few, many = zip(*costs[1:], strict=True)
    ratios = [much / little for little, much in costs[1:]]
    return median(few), median(many), median(ratios)


async def check(
    places: tuple[Place, Place],
    stored: str,
    capsys: pytest.CaptureFixture[str],
    *kinds: Callable[[Place], Any],
) -> None:
    """Print what each kind of request costs, and refuse what costs more at the larger place."""
    ratios = {}
    for make in kinds:
        few, many, ratios[make.__name__] = await compared(places, make)
        with capsys.disabled():
            print(
                f"\n{make.__name__} next to {stored}: {few:.2f} and {many:.2f} ms of CPU each,"
                f" ratio {ratios[make.__name__]:.2f}; goal at most {ALLOWED}"
            )
    assert {name: ratio for name, ratio in ratios.items() if ratio > ALLOWED} == {}


async def test_a_request_costs_the_same_next_to_many_orders(
    places: tuple[Place, Place], capsys: pytest.CaptureFixture[str]
) -> None:
    for there, number in zip(places, ORDERS, strict=True):
        await store_orders(there, number)
    stored = f"{ORDERS[0]:,} and {ORDERS[1]:,} stored orders"
    await check(places, stored, capsys, submissions, callbacks, searches)


async def test_an_order_costs_the_same_next_to_many_allocations(
    places: tuple[Place, Place], capsys: pytest.CaptureFixture[str]
) -> None:
    for there, number in zip(places, ALLOCATIONS, strict=True):
        await store_allocations(there, number)
        await there.client.create_dimension(
            rule(name="Money", expression="$exists(budgetData.budgets[balance.remaining < 0])")
        )
    stored = f"{ALLOCATIONS[0]:,} and {ALLOCATIONS[1]:,} allocations"
    await check(places, stored, capsys, spending, entities)
