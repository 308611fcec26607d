"""Orders over HTTP: submitted, decided, cancelled, found again."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from support.server import Client, ok, refused, rule, score, submission

pytestmark = pytest.mark.anyio

PATH = "/commercial-authorizations"


@pytest.mark.parametrize(
    ("effect", "value", "status"),
    [(0, 61250, "accepted"), (1, 61250, "denied"), (2, 61250, "pending"), (1, 1, "accepted")],
)
async def test_an_order_gets_the_status_of_the_rule_that_fires(
    client: Client, effect: int, value: int, status: str
) -> None:
    await client.create_dimension(rule(effect=effect))
    assert (await client.submit(value=value))["status"] == status


async def test_the_same_submission_again_is_the_same_authorization(client: Client) -> None:
    await client.create_dimension()
    first = await client.submit()
    assert await client.submit() == first
    body = submission()
    reordered = {key: body[key] for key in reversed(body)}
    assert ok(await client.post(PATH, reordered)) == first


@pytest.mark.parametrize("order_id", ["2026/11/7", "a/", "/a", "50% off?", "#1", "history"])
async def test_an_order_is_found_by_any_id_that_it_can_have(client: Client, order_id: str) -> None:
    submitted = await client.submit(order_id)
    path = f"{PATH}/order/{quote(order_id, safe='')}"
    assert ok(await client.get(path)) == submitted


async def test_other_content_supersedes_and_loses_the_approval(client: Client) -> None:
    await client.create_dimension()
    first = await client.submit()
    ok(await client.post(f"{PATH}/{first['id']}/callback", score(first, 100)))
    second = await client.submit(value=70_000)
    assert (second["status"], second["id"] != first["id"]) == ("pending", True)
    assert ok(await client.get(f"{PATH}/order/o-1"))["id"] == second["id"]
    explanation = ok(await client.get(f"{PATH}/{first['id']}/explanation"))
    assert explanation["state"] == "superseded"
    refused(await client.post(f"{PATH}/{first['id']}/callback", score(first, 100)), 409)


@pytest.mark.parametrize(("points", "status"), [(10, "accepted"), (5, "denied"), (7, "accepted")])
@pytest.mark.parametrize("with_account", [True, False])
async def test_a_callback_decides_on_both_paths(
    client: Client, points: int, status: str, with_account: bool
) -> None:
    await client.create_dimension()
    pending = await client.submit()
    prefix = f"/{client.account}" if with_account else ""
    path = f"{prefix}{PATH}/{pending['id']}/callback"
    decided = ok(await client.http.post(path, json=score(pending, points)))
    assert decided["status"] == status
    assert ok(await client.get(f"{PATH}/{pending['id']}")) == decided


async def test_a_repeated_callback_is_fine_and_a_contradicting_one_is_not(client: Client) -> None:
    await client.create_dimension()
    pending = await client.submit()
    path = f"{PATH}/{pending['id']}/callback"
    decided = ok(await client.post(path, score(pending, 100)))
    assert ok(await client.post(path, score(pending, 100))) == decided
    assert "accepted" in refused(await client.post(path, score(pending, 0)), 409)


async def test_a_comment_is_kept_and_shown(client: Client) -> None:
    await client.create_dimension()
    pending = await client.submit()
    body = score(pending, 100, comment="for the fair")
    ok(await client.post(f"{PATH}/{pending['id']}/callback", body))
    explanation = ok(await client.get(f"{PATH}/{pending['id']}/explanation"))
    assert "for the fair" in str(explanation)


@pytest.mark.parametrize("body", [None, {}, {"comment": "ordered twice"}])
async def test_an_order_is_cancelled_once_and_for_all(client: Client, body: Any) -> None:
    await client.create_dimension()
    pending = await client.submit()
    path = f"{PATH}/{pending['id']}/cancellation"
    more = {} if body is None else {"json": body}
    cancelled = ok(await client.call("POST", path, **more))
    assert ok(await client.call("POST", path, **more)) == cancelled
    refused(await client.post(f"{PATH}/{pending['id']}/callback", score(pending, 100)), 409)
    assert (await client.submit())["id"] == pending["id"]
    assert (await client.submit(value=70_000))["id"] != pending["id"]


async def test_a_denied_order_cannot_be_cancelled(client: Client) -> None:
    await client.create_dimension(rule(effect=1))
    denied = await client.submit()
    refused(await client.post(f"{PATH}/{denied['id']}/cancellation", {}), 409)


@pytest.mark.parametrize(
    "path",
    [
        "GET /order/unknown",
        "GET /unknown",
        "GET /unknown/explanation",
        "POST /unknown/callback",
        "POST /unknown/cancellation",
        "POST /unknown/reevaluation",
    ],
)
async def test_unknown_ids_are_404(client: Client, path: str) -> None:
    method, _, rest = path.partition(" ")
    body = {"params": {"score": 1, "dimensionId": "d", "ruleId": "r"}}
    assert "unknown" in refused(await client.call(method, PATH + rest, json=body), 404)


async def test_a_callback_for_an_unknown_rule_is_404(client: Client) -> None:
    await client.create_dimension()
    pending = await client.submit()
    body = score(pending, 100)
    for field in ("dimensionId", "ruleId"):
        wrong = {"params": {**body["params"], field: "unknown"}}
        refused(await client.post(f"{PATH}/{pending['id']}/callback", wrong), 404)


@pytest.fixture
async def listed(client: Client) -> Client:
    """Six orders: o-0 to o-4 accepted, o-5 denied, of two units and buyers."""
    await client.create_dimension(rule(effect=1), unitId="u-1")
    for number in range(6):
        value = 99_000 if number == 5 else 1
        unit, buyer = f"u-{number % 2}", f"buyer-{number % 3}"
        await client.submit(f"o-{number}", value, unitId=unit, userProfileId=buyer)
    return client


@pytest.mark.parametrize(
    ("query", "orders"),
    [
        ({}, "543210"),
        ({"status": "denied"}, "5"),
        ({"status": "accepted", "unitId": "u-1"}, "31"),
        ({"userProfileId": "buyer-1"}, "41"),
        ({"orderId": "o-3"}, "3"),
        ({"orderId": "nothing"}, ""),
        ({"createdAfter": "2000-01-01T00:00:00Z"}, "543210"),
        ({"createdAfter": "2999-01-01"}, ""),
        ({"createdBefore": "2999-01-01T00:00:00+02:00"}, "543210"),
        ({"createdBefore": "2000-01-01T00:00:00"}, ""),
    ],
)
async def test_a_list_holds_what_passes_all_filters_newest_first(
    listed: Client, query: dict[str, str], orders: str
) -> None:
    page = ok(await listed.get(PATH, params=query))
    assert "".join(item["orderId"][-1] for item in page["data"]) == orders
    assert page["next"] is None


async def test_pages_follow_each_other_without_gap_or_repetition(listed: Client) -> None:
    seen: list[str] = []
    after: dict[str, str] = {}
    for size in (4, 2):
        page = ok(await listed.get(PATH, params={"limit": "4", **after}))
        assert len(page["data"]) == size
        seen += [item["orderId"] for item in page["data"]]
        after = {"after": page["next"]}
    assert seen == [f"o-{number}" for number in (5, 4, 3, 2, 1, 0)]
    assert after == {"after": None}


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"status": "open"}, "`status` must be one of"),
        ({"limit": "0"}, "`limit` must be"),
        ({"limit": "201"}, "`limit` must be"),
        ({"limit": "9" * 5_000}, "`limit` must be"),
        ({"limit": "ten"}, "`limit` must be"),
        ({"createdAfter": "yesterday"}, "`createdAfter` must be"),
        ({"createdBefore": "2026-13-01"}, "`createdBefore` must be"),
    ],
)
async def test_a_wrong_filter_is_named(client: Client, query: dict[str, str], words: str) -> None:
    assert words in refused(await client.get(PATH, params=query), 400)


async def test_units_of_the_tree_judge_from_the_buyer_up(client: Client) -> None:
    rule_file = {
        "account": "acme",
        "units": [
            {"id": "top", "name": "Acme", "children": [{"id": "sales", "name": "Sales"}]},
            {"id": "other", "name": "Other"},
        ],
        "dimensions": [
            {
                "name": name,
                "unitId": unit,
                "priority": priority,
                "requireAllRulesAcceptance": False,
                "ruleCollection": [rule(name, f"value > {limit}", effect=1)],
            }
            for name, unit, priority, limit in (
                ("Group cap", "top", 9999, 50_000),
                ("Sales cap", "sales", 9998, 60_000),
                ("Other cap", "other", 9999, 0),
            )
        ],
    }
    ok(await client.put("/rule-file", rule_file))
    for unit, value, status in (
        ("sales", 70_000, "denied"),
        ("sales", 55_000, "denied"),
        ("sales", 40_000, "accepted"),
        ("top", 55_000, "denied"),
        ("other", 1, "denied"),
    ):
        answer = await client.submit(f"{unit}-{value}", value, unitId=unit)
        assert answer["status"] == status, (unit, value)
