"""Budgets: made, looked at, listed, changed, switched off, deleted."""

from __future__ import annotations

import re
from typing import Any

import pytest

from support.budgets.calls import (
    ON_ONE_STORE,
    Budgets,
    allocation,
    budget,
    failed,
    movement,
    path_of,
    reservation,
)

pytestmark = pytest.mark.anyio

CYCLE = {
    "startDate": "2025-04-01T00:00:00.0000000Z",
    "endDate": "2125-04-01T00:00:00Z",
    "autoResetOnPeriodEnd": True,
    "carryOverBalance": False,
}
OBJECT = {
    "enable": True,
    "thresholds": [{"type": "PERCENT", "Value": 90}, {"type": "AMOUNT", "Value": 12.5}],
    "recipients": [{"type": "Email", "identifier": "ana@acme.example"}],
}
ARRAY = [
    {"type": "PERCENT", "threshold": 90, "recipients": [{"email": "ana@acme.example"}]},
    {"type": "AMOUNT", "threshold": 12.5, "recipients": [{"email": "ana@acme.example"}]},
]
NOBODY = {"enable": False, "thresholds": [], "recipients": []}


async def test_a_created_budget_is_answered_whole(budgets: Budgets) -> None:
    body = budget(
        956.5,
        cycleConfiguration=CYCLE,
        notificationSettings=OBJECT,
        enforcement="HARD",
        currency="EUR",
        allocations=[allocation(639)],
    )
    made = await budgets.post("", body)
    [part] = made["allocations"]
    assert part == {
        "id": part["id"],
        "budgetId": made["id"],
        "linkedEntity": {"id": "marketing", "type": "CostCenter"},
        "referenceId": "contract-7",
        "contractId": "contract-7",
        "balance": {"amount": 639, "carried": 0, "balanceAdjustment": 0, "remaining": 639},
        "notificationSettings": NOBODY,
        "status": "ACTIVE",
        "contextType": "UNIT",
        "contextId": "acme-sales",
    }
    assert made == {
        "id": made["id"],
        "name": "Office",
        "description": "Paper and toner",
        "balance": {"amount": 956.5, "carried": 0, "balanceAdjustment": 0, "remaining": 956.5},
        "cycleConfiguration": CYCLE
        | {
            "endDate": "2125-04-01T00:00:00.0000000Z",
            "nextRenewal": "2125-04-01T00:00:00.0000000Z",
            "timeZone": "UTC",
        },
        "notificationSettings": OBJECT,
        "status": "ACTIVE",
        "enforcement": "HARD",
        "currency": "EUR",
        "contextType": "UNIT",
        "contextId": "acme-sales",
        "allocations": [part],
    }
    assert await budgets.get(f"/{made['id']}") == made
    assert await budgets.get(path_of(part)) == part


async def test_a_budget_without_a_cycle_is_valid_from_now_on(budgets: Budgets) -> None:
    made = await budgets.post("", budget())
    cycle = made["cycleConfiguration"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z", cycle.pop("startDate"))
    assert cycle == {
        "autoResetOnPeriodEnd": False,
        "carryOverBalance": False,
        "timeZone": "UTC",
    }
    assert (made["enforcement"], made["allocations"]) == ("SOFT", [])
    assert "currency" not in made


@pytest.mark.parametrize("shape", [OBJECT, ARRAY])
async def test_both_shapes_of_notification_settings_are_stored_as_one(
    budgets: Budgets, shape: Any
) -> None:
    made = await budgets.create(allocation(notificationSettings=shape), notificationSettings=shape)
    assert made["notificationSettings"] == OBJECT
    assert made["allocations"][0]["notificationSettings"] == OBJECT


async def test_one_bad_allocation_refuses_the_whole_budget(budgets: Budgets) -> None:
    parts = [allocation(10), allocation(991)]
    answer = await budgets.call("POST", "", budget(enforcement="HARD", allocations=parts))
    assert failed(answer, 409) == "the allocations exceed the budget by `1`"
    parts[1]["notificationSettings"] = {"enable": True}
    answer = await budgets.call("POST", "", budget(allocations=parts))
    assert "`allocations[1].notificationSettings`" in failed(answer, 400)
    assert (await budgets.get())["items"] == []


async def test_a_repeated_creation_makes_one_budget(budgets: Budgets) -> None:
    body = budget(allocations=[allocation()], cycleConfiguration=CYCLE)
    first = await budgets.post("", body, key="b-1")
    assert await budgets.post("", body, key="b-1") == first
    answer = await budgets.call(
        "POST", "", body | {"amount": 1}, headers={"Idempotency-Key": "b-1"}
    )
    failed(answer, 409)
    assert (await budgets.get())["pagination"]["results"] == 1


async def test_a_repeated_creation_without_a_cycle_makes_one_budget(budgets: Budgets) -> None:
    first = await budgets.post("", budget(), key="b-1")
    assert await budgets.post("", budget(), key="b-1") == first


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({}, ["Grün", "Twelve", "Ten"]),
        ({"name": "t"}, ["Twelve", "Ten"]),
        ({"name": "GRÜN"}, ["Grün"]),
        ({"name": "%"}, []),
        ({"minAmount": "10.5"}, ["Twelve"]),
        ({"maxAmount": "12", "minAmount": "10"}, ["Twelve", "Ten"]),
        ({"maxAmount": "-1"}, []),
        ({"status": "INACTIVE"}, ["Grün"]),
        ({"status": "ACTIVE", "name": "Gr"}, []),
    ],
)
async def test_all_filters_of_the_list_must_match(
    budgets: Budgets, query: dict[str, str], names: list[str]
) -> None:
    made = {}
    for name, amount in (("Ten", 10), ("Twelve", 12), ("Grün", 0), ("Deleted", 11)):
        made[name] = (await budgets.post("", budget(amount, name=name)))["id"]
    await budgets.put(f"/{made['Grün']}/status", {"status": "INACTIVE"})
    await budgets.call("DELETE", f"/{made['Deleted']}")
    found = await budgets.get(**query)
    assert [item["name"] for item in found["items"]] == names
    assert found["pagination"] == {"current": 1, "pages": 1, "results": len(names)}


async def test_a_line_of_the_list_is_a_summary(budgets: Budgets) -> None:
    made = await budgets.create(cycleConfiguration=CYCLE)
    [line] = (await budgets.get())["items"]
    assert line == {
        "id": made["id"],
        "name": "Office",
        "startDate": "2025-04-01T00:00:00.0000000Z",
        "endDate": "2125-04-01T00:00:00.0000000Z",
        "balance": made["balance"],
        "status": "ACTIVE",
        "contextType": "UNIT",
        "contextId": "acme-sales",
    }


async def test_an_update_keeps_what_it_leaves_out(budgets: Budgets) -> None:
    made = await budgets.create(cycleConfiguration=CYCLE, notificationSettings=OBJECT)
    changed = await budgets.put(f"/{made['id']}", budget(1200, name="Renamed"))
    balance = {"amount": 1200, "carried": 0, "balanceAdjustment": 0, "remaining": 1200}
    assert changed == made | {"name": "Renamed", "balance": balance}
    changed = await budgets.put(f"/{made['id']}", budget(notificationSettings=None))
    assert changed["notificationSettings"] == NOBODY


async def test_what_was_answered_can_be_sent_back(budgets: Budgets) -> None:
    made = await budgets.create(enforcement="HARD", currency="EUR")
    body = made | {"amount": 1000}
    assert await budgets.put(f"/{made['id']}", body) == made


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("contextType", "ACCOUNT"),
        ("contextId", "other"),
        ("enforcement", "HARD"),
        ("currency", "EUR"),
    ],
)
async def test_what_a_budget_keeps_for_ever_cannot_be_changed(
    budgets: Budgets, field: str, value: str
) -> None:
    made = await budgets.create()
    answer = await budgets.call("PUT", f"/{made['id']}", budget(5, **{field: value}))
    assert failed(answer, 400) == f"`{field}`: cannot be changed"
    assert await budgets.get(f"/{made['id']}") == made


async def test_a_hard_budget_cannot_fall_below_its_allocations(budgets: Budgets) -> None:
    made = await budgets.create(allocation(400), enforcement="HARD")
    answer = await budgets.call("PUT", f"/{made['id']}", budget(399))
    assert "`1`" in failed(answer, 409)
    assert await budgets.get(f"/{made['id']}") == made


async def test_a_deleted_budget_is_gone(budgets: Budgets) -> None:
    made = await budgets.create()
    path = path_of(made["allocations"][0])
    answer = await budgets.call("DELETE", f"/{made['id']}")
    assert (answer.status_code, answer.content) == (200, b"")
    for method, place, body in [
        ("GET", f"/{made['id']}", None),
        ("DELETE", f"/{made['id']}", None),
        ("PUT", f"/{made['id']}", budget()),
        ("PUT", f"/{made['id']}/status", {"status": "ACTIVE"}),
        ("GET", f"/{made['id']}/statements", None),
        ("GET", path, None),
        ("POST", f"{path}/transactions", movement()),
    ]:
        assert made["id"] in failed(await budgets.call(method, place, body), 404)
    assert (await budgets.get())["items"] == []


async def test_a_budget_with_open_reservations_is_not_deleted(budgets: Budgets) -> None:
    made = await budgets.create()
    await budgets.post(f"{path_of(made['allocations'][0])}/reservations", reservation())
    answer = await budgets.call("DELETE", f"/{made['id']}")
    assert failed(answer, 409) == "the budget has open reservations"


async def test_a_status_is_answered_and_shown(budgets: Budgets) -> None:
    made = await budgets.create()
    place = f"/{made['id']}/status"
    assert await budgets.put(place, {"status": "INACTIVE"}) == {"status": "INACTIVE"}
    assert (await budgets.get(f"/{made['id']}"))["status"] == "INACTIVE"
    for bad in ("DELETED", "active", None, 1):
        answer = await budgets.call("PUT", place, {"status": bad})
        assert failed(answer, 400) == "`status` must be `ACTIVE` or `INACTIVE`"


@ON_ONE_STORE
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, "`name`"),
        ({"name": "x" * 251}, "`name`"),
        ({"description": None}, "`description` must be a string"),
        ({"amount": -1}, "`amount` must not be negative"),
        ({"amount": "1"}, "`amount` must be a number"),
        ({"enforcement": "MAYBE"}, "`enforcement` must be 'SOFT' or 'HARD'"),
        ({"enforcment": "HARD"}, "`enforcment` is not known here; did you mean `enforcement`?"),
        ({"contextId": "other"}, "`contextId`: must be `acme-sales`, as in the path"),
        ({"contextType": "ACCOUNT"}, "`contextType`: must be `UNIT`, as in the path"),
        ({"currency": ""}, "`currency`"),
        ({"allocations": {}}, "`allocations` must be an array"),
        ({"allocations": [1]}, "`allocations[0]` must be an object"),
        ({"allocations": [{}]}, "`allocations[0].linkedEntity` is missing"),
        ({"cycleConfiguration": {}}, "`cycleConfiguration.startDate` is missing"),
        ({"cycleConfiguration": CYCLE | {"startDate": "now"}}, "`cycleConfiguration.startDate`"),
        ({"cycleConfiguration": CYCLE | {"endDate": None}}, "`cycleConfiguration.endDate`"),
        ({"cycleConfiguration": CYCLE | {"endDate": "2025-03-01"}}, "`cycleConfiguration.endDate`"),
        ({"cycleConfiguration": CYCLE | {"carryOverBalance": 1}}, "must be true or false"),
        ({"notificationSettings": "x"}, "`notificationSettings`"),
        ({"notificationSettings": OBJECT | {"recipients": []}}, "at least one recipient"),
        (
            {
                "notificationSettings": {
                    "thresholds": [{"type": "PERCENT", "Value": n} for n in range(1, 7)]
                }
            },
            "more than 5",
        ),
        (
            {"notificationSettings": {"thresholds": [{"type": "PERCENT", "Value": "x"}]}},
            "`notificationSettings.thresholds[0].Value`",
        ),
    ],
)
async def test_a_bad_field_is_named_and_makes_nothing(
    budgets: Budgets, changes: dict[str, Any], words: str
) -> None:
    assert words in failed(await budgets.call("POST", "", budget() | changes), 400)
    assert (await budgets.get())["items"] == []
