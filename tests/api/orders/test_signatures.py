"""One person, one signature; which level is decided, and by when it should be."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from support.budgets.calls import ON_ONE_STORE
from support.orders.asked import PATH, World, asking, open_world
from support.server import ok, refused, score

pytestmark = pytest.mark.anyio


@pytest.fixture
async def world(database_url: str) -> AsyncIterator[World]:
    async with open_world(database_url) as opened:
        yield opened


async def test_one_person_signs_one_level_however_often_and_fast(world: World) -> None:
    await world.key.create_dimension(asking("user lab1", "unit lab"), unitId="lab")
    order = await world.submit()
    body = score(order, 100)
    path = f"{PATH}/{order['id']}/callback"
    answers = await asyncio.gather(*(world.clients["lab1"].post(path, body) for _ in range(5)))
    assert {answer.status_code for answer in answers} == {200}
    shown = ok(await world.key.get(f"{PATH}/{order['id']}"))
    assert [item["who"] for item in shown["additionalInfo"]["approvals"]] == ["lab1@acme.example"]
    # lab has nobody else: sales stands in
    assert await world.who(order) == {"sara"}
    [level] = await world.levels(order)
    assert level["because"].startswith("the approvers of unit `Sales` stand in: nobody of unit")
    wrong = {"params": body["params"] | {"level": 1}}
    sentence = refused(await world.clients["sara"].post(path, wrong), 409)
    assert sentence == "level 1 of rule `Large orders` has accepted already: level 2 is up"
    right = {"params": body["params"] | {"level": 2}}
    assert ok(await world.clients["sara"].post(path, right))["status"] == "accepted"


async def test_where_the_account_asks_for_one_person_only_one_word_is_enough(world: World) -> None:
    assert ok(await world.key.get("/settings"))["onePersonOneLevel"] is True
    ok(await world.key.call("PATCH", "/settings", json={"onePersonOneLevel": False}))
    await world.key.create_dimension(asking("user lab1", "unit lab", "user lab1"), unitId="lab")
    order = await world.submit()
    done = ok(await world.decide("lab1", order))
    assert done["status"] == "accepted"
    told_of = [item["who"] for item in done["additionalInfo"]["approvals"]]
    assert told_of == ["lab1@acme.example"] * 2


@ON_ONE_STORE
@pytest.mark.parametrize("level", [0, 6, 1.5, "1", True])
async def test_a_level_is_a_number_of_one(world: World, level: Any) -> None:
    await world.key.create_dimension(asking("user lab1"), unitId="lab")
    order = await world.submit()
    body = score(order, 100)
    body["params"]["level"] = level
    answer = await world.key.post(f"{PATH}/{order['id']}/callback", body)
    assert "`params.level`" in refused(answer, 400)


@ON_ONE_STORE
async def test_working_time_is_chosen_and_counted(world: World) -> None:
    chosen = {
        "timeZone": "Europe/Berlin",
        "workingDays": ["MO", "TU", "WE", "TH", "FR"],
        "workingHours": {"from": "09:00", "to": "17:00"},
        "holidays": ["2026-12-07"],
    }
    shown = ok(await world.key.call("PATCH", "/settings", json=chosen))
    assert {name: shown[name] for name in chosen} == chosen
    await world.key.create_dimension(asking("user lab1", escalateAfter="P1D"), unitId="lab")
    friday = int(datetime(2026, 12, 4, 15, tzinfo=UTC).timestamp() * 1000)
    world.clock.advance(friday - world.clock.now_ms())
    order = await world.submit()
    following = ok(await world.key.get(f"{PATH}/{order['id']}/explanation"))["next"]
    assert (following["what"], following["at"]) == ("escalate", "2026-12-08T15:00:00.0000000Z")
    reset = {"workingDays": None, "workingHours": None, "holidays": None}
    shown = ok(await world.key.call("PATCH", "/settings", json=reset))
    assert (shown["workingDays"], shown["workingHours"], shown["holidays"]) == (None, None, [])


async def test_two_dimensions_of_one_unit_are_told_apart(world: World) -> None:
    await world.key.create_dimension(
        asking("user lab1"), unitId="lab", name="Special approvals", priority=1
    )
    await world.key.create_dimension(asking("user lab1"), unitId="lab", name="Lab", priority=2)
    order = await world.submit()
    place = "`Special approvals` of `Acme / Sales / Lab`"
    assert f"rule `Large orders` of {place}" in order["additionalInfo"]["reason"]
    told_why = ok(await world.key.get(f"{PATH}/{order['id']}/explanation"))
    [first, second] = told_why["dimensions"]
    assert second["notReachedBecause"] == f"{place} decided before it"
    assert (first["name"], first["sharesUnit"], second["sharesUnit"]) == (
        "Special approvals", True, True
    )  # fmt: skip
    done = ok(await world.decide("lab1", order))
    assert f"at rule `Large orders` of {place}" in done["additionalInfo"]["reason"]
