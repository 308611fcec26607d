"""Dimensions and rules that need a unit say so."""

from __future__ import annotations

import pytest

from placet.database.database import Database
from placet.people.store.accounts import ensure_account
from placet.policies.store.dimensions import insert_dimensions
from placet.policies.store.unit_policies import UNIT_DIMENSIONS, find_authorizing_rule
from support.policies.drawn import dimension, rule

pytestmark = pytest.mark.anyio


def asking(*authorizers: tuple[str, str]) -> dict[str, object]:
    listed = [{"type": kind, "id": name} for kind, name in authorizers]
    return rule("ask", "true", 2) | {"authorizationData": {"authorizers": listed}}


async def test_a_unit_is_needed_by_its_dimensions_and_the_rules_that_ask_it(
    database: Database,
) -> None:
    dimensions = [
        dimension("plain", [rule("cap", "true")], unitId="sales"),
        dimension("asking", [asking(("user", "sales"), ("Unit", "lab"))]),
    ]
    async with database.write() as connection:
        await ensure_account(connection, "acme", 1)
        await insert_dimensions(connection, "acme", dimensions, 1)
        found = {
            unit: (
                await UNIT_DIMENSIONS.find_unit_use(connection, "acme", [unit]),
                await find_authorizing_rule(connection, "acme", [unit]),
            )
            for unit in ("sales", "lab", "other")
        }
        assert await find_authorizing_rule(connection, "globex", ["lab"]) is None
    told = {unit: [use and use.unit_id for use in uses] for unit, uses in found.items()}
    assert told == {"sales": ["sales", None], "lab": [None, "lab"], "other": [None, None]}
    [_, rule_use] = found["lab"]
    assert rule_use is not None
    assert "`ask`" in rule_use.what
