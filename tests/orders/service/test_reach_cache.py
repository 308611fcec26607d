"""Who is shown as asked: remembered as long as the settings allow, and no longer."""

from __future__ import annotations

import pytest

from placet.settings import Settings
from support.people.units import person, plant
from support.server import ok, rule, running

pytestmark = pytest.mark.anyio

LEVELS = {"requireAllApprovals": True, "authorizers": [{"type": "unit", "id": "sales"}]}


@pytest.mark.parametrize(("seconds", "seen"), [(0, ["boss@example.com"]), (60, [])])
async def test_a_change_of_people_is_shown_once_what_was_read_is_too_old(
    database_url: str, seconds: float, seen: list[str]
) -> None:
    settings = Settings(database_url=database_url, key_cache_seconds=seconds)
    async with running(settings) as server, server.client() as client:
        await plant(server.database, {"acme": None, "sales": "acme"})
        await client.create_dimension(rule(authorizationData=LEVELS))
        order = await client.submit()
        [asked] = order["dimensionStatus"][0]["ruleCollection"]
        assert asked["authorizedEmails"] == []
        boss = person("boss", "acme", email="boss@example.com")
        await plant(server.database, {}, boss)
        shown = ok(await client.get(f"/commercial-authorizations/{order['id']}"))
        [asked] = shown["dimensionStatus"][0]["ruleCollection"]
        assert asked["authorizedEmails"] == seen
