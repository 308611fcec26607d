"""Allocations: made one by one and in batches, looked for, changed, deleted."""

from __future__ import annotations

from typing import Any

import pytest

from support.budgets.calls import Budgets, allocation, failed, movement, path_of, reservation

pytestmark = pytest.mark.anyio


def linked(id: str, kind: str = "CostCenter", **more: Any) -> dict[str, Any]:
    """An allocation for an entity."""
    return allocation(linkedEntity={"id": id, "type": kind}, **more)


async def test_a_batch_is_answered_in_its_order(budgets: Budgets) -> None:
    made = await budgets.create()
    parts = [linked(f"po-{n}", "PO Number", amount=n) for n in range(1, 6)]
    answer = await budgets.post(f"/{made['id']}/allocations/batch", {"allocations": parts})
    assert answer["budgetId"] == made["id"]
    assert [part["balance"]["amount"] for part in answer["allocations"]] == [1, 2, 3, 4, 5]
    assert [part["linkedEntity"] for part in answer["allocations"]] == [
        part["linkedEntity"] for part in parts
    ]
    listed = await budgets.get(f"/{made['id']}/allocations")
    nobody = {"enable": False, "thresholds": [], "recipients": []}
    assert listed["items"] == made["allocations"] + [
        part | {"notificationSettings": nobody} for part in answer["allocations"]
    ]


async def test_a_batch_answers_settings_as_an_array(budgets: Budgets) -> None:
    made = await budgets.create()
    recipients = [{"email": "ana@acme.example"}]
    settings = [{"type": "AMOUNT", "threshold": 121, "recipients": recipients}]
    parts = [allocation(notificationSettings=settings), allocation()]
    answer = await budgets.post(f"/{made['id']}/allocations/batch", {"allocations": parts})
    shown = [part["notificationSettings"] for part in answer["allocations"]]
    assert shown == [settings, []]
    stored = await budgets.get(path_of(answer["allocations"][0]))
    assert stored["notificationSettings"] == {
        "enable": True,
        "thresholds": [{"type": "AMOUNT", "Value": 121}],
        "recipients": [{"type": "Email", "identifier": "ana@acme.example"}],
    }


async def test_a_batch_is_made_wholly_or_not_at_all(budgets: Budgets) -> None:
    made = await budgets.create(enforcement="HARD")
    place = f"/{made['id']}/allocations/batch"
    parts = [allocation(1), allocation(900)]
    assert "`1`" in failed(await budgets.call("POST", place, {"allocations": parts}), 409)
    parts = [allocation(1), allocation(-1)]
    answer = await budgets.call("POST", place, {"allocations": parts})
    assert failed(answer, 400) == "`allocations[1].amount` must not be negative"
    for bad in ([], None, [{}]):
        assert "`allocations" in failed(
            await budgets.call("POST", place, {"allocations": bad}), 400
        )
    assert (await budgets.get(f"/{made['id']}"))["allocations"] == made["allocations"]


async def test_repeated_creations_make_nothing_twice(budgets: Budgets) -> None:
    made = await budgets.create()
    place = f"/{made['id']}/allocations"
    batch = {"allocations": [linked("a"), linked("b")]}
    for path, body, key in ((place, linked("c"), "k-1"), (f"{place}/batch", batch, "k-2")):
        first = await budgets.post(path, body, key=key)
        assert await budgets.post(path, body, key=key) == first
    assert (await budgets.get(place))["pagination"]["results"] == 4


@pytest.mark.parametrize(
    ("reference", "words"),
    [
        ({"referenceId": "c-1"}, None),
        ({"contractId": "c-1"}, None),
        ({"referenceId": "c-1", "contractId": "c-1"}, None),
        ({"referenceId": "c-1", "contractId": "c-2"}, "`contractId`: differs from `referenceId`"),
        ({}, "`referenceId`: is missing"),
    ],
)
async def test_a_contract_is_another_name_of_the_reference(
    budgets: Budgets, reference: dict[str, str], words: str | None
) -> None:
    made = await budgets.create()
    body = allocation()
    del body["referenceId"]
    answer = await budgets.call("POST", f"/{made['id']}/allocations", body | reference)
    if words is not None:
        assert words in failed(answer, 400)
        return
    assert (answer.json()["referenceId"], answer.json()["contractId"]) == ("c-1", "c-1")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["a", "b", "c"]),
        ({"type": "costcenter"}, ["a", "c"]),
        ({"type": "Cost"}, []),
        ({"referenceId": "r-2"}, ["b", "c"]),
        ({"referenceId": "r-2", "type": "User"}, ["b"]),
        ({"status": "ACTIVE"}, ["a", "c"]),
        ({"status": "INACTIVE"}, ["b"]),
        ({"status": "DELETED"}, ["d"]),
        ({"page": 2, "pageSize": 2}, ["c"]),
    ],
)
async def test_all_filters_of_the_list_must_match(
    budgets: Budgets, query: dict[str, Any], found: list[str]
) -> None:
    made = await budgets.create(
        linked("a", referenceId="r-1"),
        linked("b", "User", referenceId="r-2"),
        linked("c", referenceId="r-2"),
        linked("d"),
    )
    parts = [path_of(part) for part in made["allocations"]]
    await budgets.put(f"{parts[1]}/status", {"status": "INACTIVE"})
    await budgets.call("DELETE", parts[3])
    page = await budgets.get(f"/{made['id']}/allocations", **query)
    assert [item["linkedEntity"]["id"] for item in page["items"]] == found


async def test_a_query_finds_what_the_entities_may_spend(budgets: Budgets) -> None:
    first = await budgets.create(linked("a", amount=13), linked("b"))
    second = await budgets.create(linked("a"), linked("a", "User"))
    off = await budgets.create(linked("a"))
    await budgets.put(f"/{off['id']}/status", {"status": "INACTIVE"})
    await budgets.put(f"{path_of(second['allocations'][0])}/status", {"status": "INACTIVE"})
    wanted = [{"id": "a", "type": "costcenter"}, {"id": "nobody", "type": "User"}]
    found = await budgets.post("/allocations/query", {"items": wanted})
    assert found["items"] == [
        {
            "budgetId": first["id"],
            "allocationId": first["allocations"][0]["id"],
            "linkedEntity": {"id": "a", "type": "CostCenter"},
            "budgetBalance": first["balance"],
            "cycleConfiguration": first["cycleConfiguration"],
            "allocationBalance": {
                "amount": 13,
                "carried": 0,
                "balanceAdjustment": 0,
                "remaining": 13,
            },
        }
    ]
    for bad in ([], [{}], [{"id": "", "type": "x"}], None, [{"id": "a", "type": "b"}] * 1001):
        answer = await budgets.call("POST", "/allocations/query", {"items": bad})
        assert "items" in failed(answer, 400) or "linkedEntity" in failed(answer, 400)


async def test_an_update_gives_new_facts_and_keeps_what_was_used(budgets: Budgets) -> None:
    path = await budgets.create_path()
    await budgets.post(f"{path}/transactions", movement(30))
    changed = await budgets.put(path, linked("b", "User", amount=50, referenceId="r-9"))
    assert changed["linkedEntity"] == {"id": "b", "type": "User"}
    assert changed["referenceId"] == "r-9"
    assert changed["balance"] == {
        "amount": 50,
        "carried": 0,
        "balanceAdjustment": 30,
        "remaining": 20,
    }
    assert await budgets.get(path) == changed


async def test_an_update_may_bring_further_allocations(budgets: Budgets) -> None:
    made = await budgets.create(enforcement="HARD")
    path = path_of(made["allocations"][0])
    await budgets.put(path, allocation(50, allocations=[linked("a"), linked("b")]))
    listed = await budgets.get(f"/{made['id']}/allocations")
    assert [item["linkedEntity"]["id"] for item in listed["items"]] == ["marketing", "a", "b"]
    # Wholly or not at all.
    body = allocation(10, allocations=[linked("c", amount=10_000)])
    failed(await budgets.call("PUT", path, body), 409)
    assert await budgets.get(f"/{made['id']}/allocations") == listed


async def test_a_linked_entity_is_exchanged(budgets: Budgets) -> None:
    path = await budgets.create_path()
    body = {"linkedEntityId": "ben", "linkedEntityType": "User"}
    answer = await budgets.call("PUT", f"{path}/linked-entity", body)
    assert (answer.status_code, answer.content) == (200, b"")
    assert (await budgets.get(path))["linkedEntity"] == {"id": "ben", "type": "User"}
    for bad in ({}, {"linkedEntityId": "x"}, body | {"linkedEntityType": ""}):
        assert "inked" in failed(await budgets.call("PUT", f"{path}/linked-entity", bad), 400)


async def test_what_a_deleted_allocation_has_not_used_falls_back(budgets: Budgets) -> None:
    path = await budgets.create_path(allocation(1000), enforcement="HARD")
    budget_id = path.split("/")[1]
    made = await budgets.post(f"{path}/transactions", movement(30))
    answer = await budgets.call("DELETE", path)
    assert (answer.status_code, answer.content) == (200, b"")
    assert (await budgets.get(path))["status"] == "DELETED"
    assert (await budgets.get(f"{path}/transactions/{made['id']}"))["amount"] == 30
    for method, place, body in [
        ("DELETE", path, None),
        ("PUT", path, allocation()),
        ("PUT", f"{path}/status", {"status": "ACTIVE"}),
        ("PUT", f"{path}/usage", movement()),
        ("POST", f"{path}/transactions", movement()),
        ("POST", f"{path}/reservations", reservation()),
    ]:
        failed(await budgets.call(method, place, body), 404)
    await budgets.post(f"/{budget_id}/allocations", allocation(970))


async def test_an_allocation_with_open_reservations_is_not_deleted(budgets: Budgets) -> None:
    path = await budgets.create_path()
    await budgets.post(f"{path}/reservations", reservation())
    answer = await budgets.call("DELETE", path)
    assert failed(answer, 409) == "the allocation has open reservations"


@pytest.mark.parametrize("id", ["unknown", "x" * 300, "%20", "\u00e9", "batch"])
async def test_an_unknown_id_is_not_found(budgets: Budgets, id: str) -> None:
    path = await budgets.create_path()
    budget_id = path.split("/")[1]
    failed(await budgets.call("GET", f"/{budget_id}/allocations/{id}"), 404)
    failed(await budgets.call("GET", f"/{id}/allocations"), 404)
    failed(await budgets.call("POST", f"/{id}/allocations", allocation()), 404)
    failed(await budgets.call("POST", f"/{id}/allocations/{id}/transactions", movement()), 404)
    failed(await budgets.call("GET", f"{path}/transactions/{id}"), 404)
    failed(await budgets.call("GET", f"{path}/reservations/{id}"), 404)
