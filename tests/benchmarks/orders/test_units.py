"""The time of a decision in accounts with 10, 1,000 and 100,000 units, side by side in one run.

Run with `pytest -m benchmark tests/benchmarks/orders/test_units.py -s`. In every account the
buyer's unit is five levels deep and each unit on the way has a dimension of two rules; what grows
are the other units, their people, and the dimensions that do not apply.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from statistics import median

import pytest
from sqlalchemy import text

from placet.kit.ids import new_id
from placet.orders.core.submission import Submission
from placet.orders.service.authorizations import submit
from placet.orders.service.directory import unit_reach
from placet.people.core.actor import Actor, ActorKind
from placet.people.core.permissions import Permission
from placet.people.core.visit import Visit
from placet.people.service.units import rename_unit
from placet.people.store.units import count_units
from placet.policies.core.model import Dimension, DimensionDraft
from placet.policies.store.dimensions import insert_dimensions
from support.people.units import person, plant
from support.server import Server, dimension, rule, submission

pytestmark = [pytest.mark.anyio, pytest.mark.benchmark]

SIZES = (10, 1_000, 100_000)
DEPTH = 5
ROUNDS, REPEATS = 15, 10
MOST_DIMENSIONS = 5_000
# How much slower the largest account may be than the smallest.
ALLOWED = 1.5
MACHINE = Actor(ActorKind.APP_KEY, "placet-acme-A", frozenset(Permission))
WAY = [f"way{level}" for level in range(DEPTH)]


async def grow(server: Server, account: str, size: int) -> None:
    """An account of so many units, a person in each, with an approver only at the root."""
    parents: dict[str, str | None] = {
        unit: WAY[level - 1] if level else None for level, unit in enumerate(WAY)
    }
    others = [f"u{number}" for number in range(size - DEPTH)]
    parents |= {
        unit: others[number // 10 - 1] if number >= 10 else WAY[number % DEPTH]
        for number, unit in enumerate(others)
    }
    people = [person(f"p-{unit}", unit, ["Buyer"], account=account) for unit in parents]
    people.append(person("approver", WAY[0], account=account))
    database = server.database
    await plant(database, parents, *people, account=account)
    placed = [_dimension(unit) for unit in [*WAY, *others[:MOST_DIMENSIONS]]]
    async with database.write() as connection:
        await insert_dimensions(connection, account, placed, 1)
        assert await count_units(connection, account) == size
    if not database.embedded:
        async with database.write() as connection:
            await connection.execute(text("ANALYZE"))


def _dimension(unit: str) -> Dimension:
    body = dimension(rule("No", "value < 0", 1), rule("Large", "value > 1e9"), unitId=unit)
    draft = DimensionDraft.model_validate(body)
    return Dimension.from_draft(draft, f"d-{unit}", [f"{unit}-1", f"{unit}-2"], 1)


async def test_a_decision_costs_the_same_in_any_tree(
    server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    desks = server.desks

    async def known(account: str) -> None:
        document = submission(new_id(), 100, unitId=WAY[-1])
        await submit(desks.orders, Visit(account, MACHINE), Submission.model_validate(document))

    async def changed(account: str) -> None:
        # Every policy of the account is read and compiled afresh after this.
        await rename_unit(desks.people, Visit(account, MACHINE), WAY[-1], new_id())
        await known(account)

    async def above(account: str) -> None:
        async with server.database.read() as connection:
            found = (await unit_reach(connection, account, WAY)).fallbacks
        assert found == dict.fromkeys(WAY[1:], WAY[0])

    for size in SIZES:
        await grow(server, f"acme-{size}", size)
    kinds: dict[str, Callable[[str], Awaitable[None]]] = {
        "decision": known,
        "decision after a change of the tree": changed,
        "who decides where nobody can": above,
    }
    store = "sqlite" if server.database.embedded else "postgresql"
    ratios = {}
    for name, call in kinds.items():
        times = await _compared(call)
        ratios[name] = times[SIZES[-1]] / times[SIZES[0]]
        with capsys.disabled():
            shown = ", ".join(f"{size:,} units {times[size] * 1000:.2f} ms" for size in SIZES)
            print(f"\n{store}, {name}: {shown}; {ratios[name]:.2f} x (goal {ALLOWED})")
    assert max(ratios.values()) <= ALLOWED, ratios


async def _compared(call: Callable[[str], Awaitable[None]]) -> dict[int, float]:
    """Seconds of one call in each account; the accounts take turns, so that all meet the same."""
    rounds: dict[int, list[float]] = {size: [] for size in SIZES}
    for _ in range(ROUNDS):
        for size in SIZES:
            started = time.perf_counter()
            for _ in range(REPEATS):
                await call(f"acme-{size}")
            rounds[size].append((time.perf_counter() - started) / REPEATS)
    return {size: median(times) for size, times in rounds.items()}
