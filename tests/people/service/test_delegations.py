"""Managers see, make and end delegations of people of their own units only."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from placet.people.core.roles import Role
from support.budgets.calls import ON_ONE_STORE
from support.clock import ManualClock
from support.people.delegations import PATH, calls_of, delegation, opened
from support.people.units import person, plant
from support.server import Client, Server, ok, refused

pytestmark = pytest.mark.anyio


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
async def server(database_url: str, clock: ManualClock) -> AsyncIterator[Server]:
    async with opened(database_url, clock) as server:
        yield server


@pytest.fixture
async def rivals(server: Server) -> None:
    """Another buyer beside `acme`, and people who manage policies here and there."""
    manager = [Role.BUYING_POLICY_MANAGER]
    await plant(
        server.database,
        {"rival": None},
        person("rita", "rival"),
        person("max", "sales", manager),
        person("mona", "acme", manager),
        person("mick", "rival", manager),
        person("drifter", None, manager),
    )


@pytest.mark.usefixtures("rivals")
async def test_managers_see_delegations_of_people_of_their_units_only(
    server: Server, client: Client, clock: ManualClock
) -> None:
    pairs = [("ana", "bea"), ("rita", "dan"), ("rita", "ana"), ("cora", "drifter")]
    made = [
        ok(await client.post(PATH, delegation(clock, delegate, delegatorId=delegator)))
        for delegator, delegate in pairs
    ]
    seen = {"max": [0, 1, 3], "mona": [0, 1, 2, 3], "mick": [1, 2], "drifter": [3], "dan": [1]}
    for who, places in seen.items():
        async with calls_of(server, who) as calls:
            listed: list[Any] = []
            after: dict[str, str] = {}
            while True:
                page = ok(await calls.get(PATH, params={"limit": "1", **after}))
                listed = [*page["data"], *listed]
                if page["next"] is None:
                    break
                after = {"after": page["next"]}
            assert listed == [made[place] for place in places], who
            for place, item in enumerate(made):
                answer = await calls.get(f"{PATH}/{item['id']}")
                assert answer.status_code == (200 if place in places else 404), (who, place)
            assert ok(await calls.get(PATH, params={"delegatorId": "rita"}))["data"] == [
                made[place] for place in (2, 1) if place in places
            ]


# Who delegates for whom to whom: the field that is refused, if any is.
FOR_OTHERS = [
    ("max", "bea", "cora", None),
    ("max", "ana", "bea", "delegatorId"),
    ("max", "bea", "ana", "delegateId"),
    ("mona", "ana", "bea", None),
    ("mona", "rita", "bea", "delegatorId"),
    ("mona", "bea", "rita", "delegateId"),
    ("mick", "ana", "rita", "delegatorId"),
    ("drifter", "ana", "bea", "delegatorId"),
]


@ON_ONE_STORE
@pytest.mark.usefixtures("rivals")
async def test_managers_delegate_for_people_of_their_units_only(
    server: Server, clock: ManualClock
) -> None:
    for who, delegator, delegate, field in FOR_OTHERS:
        async with calls_of(server, who) as calls:
            answer = await calls.post(PATH, delegation(clock, delegate, delegatorId=delegator))
        if field is None:
            assert ok(answer)["delegatorId"] == delegator
        else:
            name = {"delegatorId": delegator, "delegateId": delegate}[field]
            told = f"`{field}`: there is no active person `{name}`"
            assert refused(answer, 400) == told, (who, delegator)


@pytest.mark.usefixtures("rivals")
async def test_managers_end_delegations_by_people_of_their_units_only(
    server: Server, client: Client, clock: ManualClock
) -> None:
    made = ok(await client.post(PATH, delegation(clock, "dan", delegatorId="rita")))
    path = f"{PATH}/{made['id']}"
    for who, status in (("drifter", 404), ("max", 403), ("mona", 403), ("mick", 200)):
        async with calls_of(server, who) as calls:
            assert (await calls.delete(path)).status_code == status, who
