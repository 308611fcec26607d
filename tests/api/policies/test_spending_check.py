"""The account's condition on what orders spend, over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from placet.people.core.roles import Role
from support.budgets.calls import ON_ONE_STORE, Budgets
from support.people.calls import calling_as, hire
from support.people.units import plant
from support.server import Client, Server, ok, refused, submission

pytestmark = [pytest.mark.anyio, ON_ONE_STORE]

ORDERS, SETTINGS = "/commercial-authorizations", "/settings"
FITS = {
    "expression": "$sum(spending.amount) * 100 = order.value",
    "description": "the lines must add up to the order's value",
}


@pytest.fixture
async def allocation(server: Server, client: Client) -> dict[str, str]:
    """An allocation of 1000 of the unit `acme`, as spending lines name it."""
    await plant(server.database, {"acme": None})
    path = await Budgets(client.http, "acme").create_path(amount=1000, allocations=[1000])
    _, budget_id, _, allocation_id = path.split("/")
    return {"budgetId": budget_id, "allocationId": allocation_id}


async def set_check(client: Client, check: Any) -> Any:
    return ok(await client.call("PATCH", SETTINGS, json={"spendingCheck": check}))["spendingCheck"]


def order(number: int, value: int, *spending: dict[str, Any]) -> dict[str, Any]:
    return submission(f"o-{number}", value, spending=list(spending))


async def test_keys_and_people_alike_must_meet_it(
    server: Server, client: Client, allocation: dict[str, str]
) -> None:
    await set_check(client, FITS)
    await hire(server, "ben", "acme", [Role.BUYER])
    async with calling_as(server, "ben") as ben:
        for number, caller in enumerate([client, ben]):
            half = allocation | {"amount": 60.25}
            assert ok(await caller.post(ORDERS, order(number, 12_050, half, half)))["id"]
            for value, *lines in ((99_999, half), (6_025,), (6_026, half)):
                message = refused(await caller.post(ORDERS, order(9, value, *lines)), 400)
                told = "`spending` does not fit the order: the lines must add up"
                assert message.startswith(told)
    refused(await client.get(f"{ORDERS}/order/o-9"), 404)


async def test_what_was_taken_before_is_answered_when_sent_again(
    client: Client, allocation: dict[str, str]
) -> None:
    body = order(1, 500, allocation | {"amount": 1})
    placed = ok(await client.post(ORDERS, body))
    await set_check(client, FITS)
    assert ok(await client.post(ORDERS, body))["id"] == placed["id"]
    refused(await client.post(ORDERS, order(1, 501, allocation | {"amount": 1})), 400)
    assert ok(await client.get(f"{ORDERS}/order/o-1"))["status"] == "accepted"


@pytest.mark.parametrize(
    ("expression", "says"),
    [
        ("true", None),
        ("$count(spending) = 0", None),
        ("spending = [] or order.value > 0", None),
        ("false", "does not fit the order: `false` is false"),
        ("nothing.here", "`nothing.here` is undefined"),
        ("nothing = 1", "is false"),
        ("1", "failed with non-boolean: the expression yields 1, not true or false"),
        ("[true]", "failed with non-boolean"),
        ("'true'", "failed with non-boolean"),
        ("order.value + 'x' > 1", "`spendingCheck` failed with T2002"),
        ("$error('no')", "`spendingCheck` failed with D3137"),
        ("($f := function($n) { $f($n + 1) }; $f(0))", "`spendingCheck` failed with U1001"),
    ],
)
async def test_only_true_lets_an_order_pass(
    client: Client, allocation: dict[str, str], expression: str, says: str | None
) -> None:
    assert allocation
    assert await set_check(client, expression) == {"expression": expression, "description": ""}
    answer = await client.post(ORDERS, order(1, 500))
    if says is None:
        assert ok(answer)["status"] == "accepted"
    else:
        message = refused(answer, 400)
        assert says in message
        assert "\n" not in message


@pytest.mark.parametrize(
    ("check", "says"),
    [
        ("order.value >", "`spendingCheck.expression`:"),
        ({"expression": "order.value ="}, "1:14: S0207: the expression ends"),
        ({"expresion": "true"}, "did you mean `expression`?"),
        ({"description": "no condition"}, "`spendingCheck.expression` is missing"),
        ({"expression": ""}, "must not be empty"),
        (True, "`spendingCheck` must be an expression, or an object with"),
        (["true"], "`spendingCheck` must be an expression, or an object with"),
    ],
)
async def test_a_condition_that_cannot_be_is_not_saved(
    client: Client, check: Any, says: str
) -> None:
    await set_check(client, "true")
    answer = await client.call("PATCH", SETTINGS, json={"spendingCheck": check})
    if isinstance(check, dict) and set(check) <= {"description", "expresion"}:
        # An object changes what it names, so the old condition would stay.
        await set_check(client, None)
        answer = await client.call("PATCH", SETTINGS, json={"spendingCheck": check})
    assert says in refused(answer, 400)
    file = {"account": "acme", "settings": {"spendingCheck": check}, "dimensions": []}
    refused(await client.put("/rule-file", file), 400)


async def test_a_rule_file_sets_it_and_null_takes_it_away(
    client: Client, allocation: dict[str, str]
) -> None:
    file = {"account": "acme", "settings": {"spendingCheck": FITS}, "dimensions": []}
    ok(await client.put("/rule-file", file))
    assert ok(await client.get(SETTINGS))["spendingCheck"] == FITS
    refused(await client.post(ORDERS, order(1, 500)), 400)
    ok(await client.put("/rule-file", {"account": "acme", "dimensions": []}))
    refused(await client.post(ORDERS, order(1, 500)), 400)
    assert await set_check(client, None) is None
    assert ok(await client.post(ORDERS, order(1, 500, allocation | {"amount": 2})))["id"]
