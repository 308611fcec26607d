"""Reservations: made, listed, confirmed, canceled, run out."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from support.budgets.calls import ON_ONE_STORE, REQUESTER, Budgets, failed, reservation

pytestmark = pytest.mark.anyio


async def test_a_reservation_holds_its_amount(budgets: Budgets) -> None:
    path = await budgets.create_path()
    made = await budgets.post(f"{path}/reservations", reservation(-30, "r-1"))
    assert made == {
        "id": "r-1",
        "budgetId": path.split("/")[1],
        "allocationId": path.split("/")[3],
        "origin": "checkout",
        "reference": "o-1",
        "amount": 30,
        "requestedBy": "ana@acme.example",
        "date": made["date"],
        "type": "DEBIT",
        "status": "RESERVED",
        "contextType": "UNIT",
        "contextId": "acme-sales",
    }
    assert await budgets.get(f"{path}/reservations/r-1") == made
    assert await budgets.remaining(path) == 70
    assert await budgets.remaining(f"/{made['budgetId']}") == 970
    assert (await budgets.get(f"{path}/statements"))["transactions"] == []


async def test_a_repeated_reservation_holds_once(budgets: Budgets) -> None:
    path = await budgets.create_path()
    body = reservation(30, "r-1")
    calls = [budgets.post(f"{path}/reservations", body) for _ in range(5)]
    first, *others = await asyncio.gather(*calls)
    assert all(other == first for other in others)
    assert await budgets.remaining(path) == 70
    answer = await budgets.call("POST", f"{path}/reservations", body | {"amount": 31})
    assert "`r-1`" in failed(answer, 409)


async def test_a_confirmed_reservation_is_a_transaction(budgets: Budgets) -> None:
    path = await budgets.create_path()
    made = await budgets.post(f"{path}/reservations", reservation(30))
    place = f"{path}/reservations/{made['id']}"
    confirmed = await budgets.post(f"{place}/confirmation", REQUESTER)
    assert confirmed == made | {
        "status": "CONFIRMED",
        "transactionId": confirmed["transactionId"],
        "confirmedAmount": 30,
    }
    assert await budgets.post(f"{place}/confirmation", REQUESTER) == confirmed
    [line] = (await budgets.get(f"{path}/statements"))["transactions"]
    assert (line["id"], line["amount"]) == (confirmed["transactionId"], 30)
    assert line["requestedBy"] == "ben@acme.example"
    assert await budgets.remaining(path) == 70
    answer = await budgets.call("DELETE", place, REQUESTER)
    assert failed(answer, 409) == "the reservation is confirmed already"


async def test_a_part_is_confirmed_and_the_rest_released(budgets: Budgets) -> None:
    path = await budgets.create_path()
    made = await budgets.post(f"{path}/reservations", reservation(30))
    place = f"{path}/reservations/{made['id']}/confirmation"
    answer = await budgets.call("POST", place, REQUESTER | {"amount": 30.01})
    assert "`30.01`" in failed(answer, 409)
    answer = await budgets.call("POST", place, REQUESTER | {"amount": -12.34})
    assert failed(answer, 400) == "`amount` must not be negative"
    confirmed = await budgets.post(place, REQUESTER | {"amount": 12.34})
    assert confirmed["confirmedAmount"] == 12.34
    assert await budgets.remaining(path) == 87.66
    failed(await budgets.call("POST", place, REQUESTER), 409)


async def test_a_canceled_reservation_leaves_no_trace_in_statements(budgets: Budgets) -> None:
    path = await budgets.create_path()
    made = await budgets.post(f"{path}/reservations", reservation(30))
    place = f"{path}/reservations/{made['id']}"
    for _ in range(2):
        answer = await budgets.call("DELETE", place, REQUESTER)
        assert answer.json() == made | {"status": "CANCELED"}
    assert await budgets.remaining(path) == 100
    assert (await budgets.get(f"{path}/statements"))["transactions"] == []
    failed(await budgets.call("POST", f"{place}/confirmation", REQUESTER), 409)


async def test_of_a_confirmation_and_a_cancellation_one_wins(budgets: Budgets) -> None:
    path = await budgets.create_path()
    for _ in range(10):
        made = await budgets.post(f"{path}/reservations", reservation(1))
        place = f"{path}/reservations/{made['id']}"
        answers = await asyncio.gather(
            budgets.call("POST", f"{place}/confirmation", REQUESTER),
            budgets.call("DELETE", place, REQUESTER),
        )
        assert sorted(answer.status_code for answer in answers) == [200, 409]


@pytest.mark.parametrize(
    ("status", "names"),
    [
        (None, ["held", "canceled", "confirmed"]),
        ("RESERVED", ["held"]),
        ("CONFIRMED", ["confirmed"]),
        ("CANCELED", ["canceled"]),
    ],
)
async def test_reservations_are_listed_by_status(
    budgets: Budgets, status: str | None, names: list[str]
) -> None:
    path = await budgets.create_path()
    for name in ("confirmed", "canceled", "held"):
        await budgets.post(f"{path}/reservations", reservation(1, name))
    await budgets.post(f"{path}/reservations/confirmed/confirmation", REQUESTER)
    await budgets.call("DELETE", f"{path}/reservations/canceled", REQUESTER)
    query = {} if status is None else {"status": status}
    found = await budgets.get(f"{path}/reservations", **query)
    assert sorted(item["id"] for item in found["items"]) == sorted(names)
    assert found["pagination"] == {"current": 1, "pages": 1, "results": len(names)}
    assert (found["contextType"], found["contextId"]) == ("UNIT", "acme-sales")


async def test_reservations_come_in_pages(budgets: Budgets) -> None:
    path = await budgets.create_path()
    names = {(await budgets.post(f"{path}/reservations", reservation(1)))["id"] for _ in range(5)}
    pages = [await budgets.get(f"{path}/reservations", page=n, pageSize=2) for n in (1, 2, 3)]
    assert [len(page["items"]) for page in pages] == [2, 2, 1]
    assert {item["id"] for page in pages for item in page["items"]} == names


async def test_a_status_that_is_none_is_refused(budgets: Budgets) -> None:
    path = await budgets.create_path()
    for status in ("EXPIRED", "reserved", ""):
        answer = await budgets.call("GET", f"{path}/reservations", params={"status": status})
        assert "`RESERVED`, `CONFIRMED`, `CANCELED`" in failed(answer, 400)


async def test_a_reservation_that_ran_out_is_canceled(budgets: Budgets) -> None:
    path = await budgets.create_path()
    ends = datetime.now(UTC) + timedelta(seconds=0.3)
    made = await budgets.post(
        f"{path}/reservations", reservation(30, "r-1", expiresAt=ends.isoformat())
    )
    assert made["expiresAt"].startswith(ends.isoformat()[:19])
    place = f"{path}/reservations/r-1"
    while (found := await budgets.get(place))["status"] == "RESERVED":
        assert datetime.now(UTC) < ends + timedelta(seconds=5)
    assert found == made | {"status": "CANCELED"}
    assert await budgets.remaining(path) == 100
    failed(await budgets.call("POST", f"{place}/confirmation", REQUESTER), 409)


@ON_ONE_STORE
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"reservationId": ""}, "`reservationId`"),
        ({"reservationId": None}, "`reservationId` must be a string"),
        ({"reference": None}, "`reference` must be a string"),
        ({"amount": 0}, "`amount` must not be zero"),
        ({"type": None}, "`type`"),
        ({"expiresAt": "tomorrow"}, "`expiresAt`"),
        ({"expiresAt": "2001-01-01"}, "`expiresAt` is in the past"),
        ({"expiresAt": 5}, "`expiresAt` must be a string"),
    ],
)
async def test_a_bad_field_is_named_and_holds_nothing(
    budgets: Budgets, changes: dict[str, Any], words: str
) -> None:
    path = await budgets.create_path()
    answer = await budgets.call("POST", f"{path}/reservations", reservation() | changes)
    assert words in failed(answer, 400)
    assert await budgets.remaining(path) == 100


async def test_who_ends_a_reservation_must_say_so(budgets: Budgets) -> None:
    path = await budgets.create_path()
    await budgets.post(f"{path}/reservations", reservation(1, "r-1"))
    place = f"{path}/reservations/r-1"
    for method, where in (("DELETE", place), ("POST", f"{place}/confirmation")):
        assert "empty" in failed(await budgets.http.request(method, full(where)), 400)
        assert "`requestedBy`" in failed(await budgets.call(method, where, {}), 400)


def full(path: str) -> str:
    """The whole path."""
    return f"/api/budgets/UNIT/acme-sales{path}"


@ON_ONE_STORE
@pytest.mark.parametrize("name", ["a/b", "/", ".", ".."])
async def test_a_reservation_that_no_path_could_name_is_refused(
    budgets: Budgets, name: str
) -> None:
    path = await budgets.create_path()
    sentence = failed(await budgets.call("POST", f"{path}/reservations", reservation(1, name)), 400)
    assert sentence == "`reservationId`: must not contain `/`, nor be `.` or `..`"
    assert await budgets.remaining(path) == 100
