"""Who may do what, and what one account sees of another."""

from __future__ import annotations

from typing import Any

import pytest

from placet.people.core.permissions import Permission
from support.server import Client, Server, dimension, ok, refused, rule, score, submission

pytestmark = pytest.mark.anyio

POLICIES, ORDERS = "/authorization-dimensions", "/commercial-authorizations"
CALLBACK = {"params": {"score": 1, "dimensionId": "d", "ruleId": "r"}}
MANAGE, VIEW = {"ManageBuyingPolicies"}, {"ViewBuyingPolicies"}
APPROVE, PLACE = {"ApproveOrders"}, {"PlaceOrders"}
RULE_FILE = {"account": "acme", "dimensions": []}

# Every operation: its body, the permissions of which one is enough, and the status it then has.
OPERATIONS: list[tuple[str, str, Any, set[str], int]] = [
    ("POST", POLICIES, dimension(), MANAGE, 200),
    ("GET", POLICIES, None, MANAGE | VIEW, 200),
    ("PUT", f"{POLICIES}/x", dimension(), MANAGE, 404),
    ("DELETE", f"{POLICIES}/x", None, MANAGE, 404),
    ("POST", f"{POLICIES}/x/rules", rule(), MANAGE, 404),
    ("PUT", f"{POLICIES}/x/rules", [rule()], MANAGE, 404),
    ("PUT", f"{POLICIES}/x/rules/x", rule(), MANAGE, 404),
    ("DELETE", f"{POLICIES}/x/rules/x", None, MANAGE, 404),
    ("PUT", "/rule-file", RULE_FILE, MANAGE, 200),
    ("POST", ORDERS, submission(), PLACE, 200),
    ("GET", ORDERS, None, PLACE | VIEW | APPROVE, 200),
    ("GET", f"{ORDERS}/x", None, PLACE | VIEW | APPROVE, 404),
    ("GET", f"{ORDERS}/order/x", None, PLACE | VIEW | APPROVE, 404),
    ("GET", f"{ORDERS}/x/explanation", None, PLACE | VIEW | APPROVE, 404),
    ("POST", f"{ORDERS}/x/callback", CALLBACK, APPROVE, 404),
    ("POST", f"{ORDERS}/x/cancellation", {}, PLACE, 404),
    ("POST", f"{ORDERS}/x/reevaluation", None, PLACE | MANAGE, 404),
]


@pytest.mark.parametrize(("method", "path", "body", "needed", "status"), OPERATIONS)
async def test_each_operation_wants_its_permission(
    server: Server, method: str, path: str, body: Any, needed: set[str], status: int
) -> None:
    for permission in Permission:
        async with server.client(permissions=[permission]) as client:
            answer = await client.call(method, path, json=body)
            if permission in needed:
                assert answer.status_code == status, answer.text
            else:
                assert all(name in refused(answer, 403) for name in needed)


@pytest.mark.parametrize(("method", "path", "body", "needed", "status"), OPERATIONS)
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-VTEX-API-AppKey": "placet-acme-AAAAAAAAAAAA"},
        {"X-VTEX-API-AppToken": "secret"},
        {"X-VTEX-API-AppKey": "placet-acme-AAAAAAAAAAAA", "X-VTEX-API-AppToken": "secret"},
    ],
)
async def test_without_good_credentials_everything_is_401(
    server: Server,
    headers: dict[str, str],
    method: str,
    path: str,
    body: Any,
    needed: set[str],
    status: int,
) -> None:
    async with server.anonymous(headers) as http:
        refused(await http.request(method, f"/acme{path}", json=body), 401)


async def test_a_path_of_another_account_is_403_whether_it_exists_or_not(server: Server) -> None:
    async with server.client("acme") as acme, server.client("other"):
        messages = {
            refused(await acme.http.get(f"/{account}{POLICIES}"), 403).replace(account, "…")
            for account in ("other", "nowhere")
        }
        assert len(messages) == 1


async def test_ids_of_another_account_do_not_exist(server: Server) -> None:
    async with server.client("acme") as acme, server.client("other") as other:
        created = await acme.create_dimension()
        pending = await acme.submit()
        rule_id = created["ruleCollection"][0]["id"]
        policy, order = f"{POLICIES}/{created['id']}", f"{ORDERS}/{pending['id']}"
        for method, path, body in [
            ("PUT", policy, dimension()),
            ("DELETE", policy, None),
            ("POST", f"{policy}/rules", rule()),
            ("PUT", f"{policy}/rules", [rule()]),
            ("PUT", f"{policy}/rules/{rule_id}", rule()),
            ("DELETE", f"{policy}/rules/{rule_id}", None),
            ("GET", order, None),
            ("GET", f"{ORDERS}/order/o-1", None),
            ("GET", f"{order}/explanation", None),
            ("POST", f"{order}/callback", score(pending, 100)),
            ("POST", f"{order}/cancellation", {}),
            ("POST", f"{order}/reevaluation", None),
        ]:
            refused(await other.call(method, path, json=body), 404)
        refused(await other.http.post(f"{order}/callback", json=score(pending, 100)), 404)
        assert ok(await other.get(POLICIES)) == []
        assert ok(await other.get(ORDERS))["data"] == []
        assert ok(await acme.get(POLICIES)) == [created]
        assert ok(await acme.get(order)) == pending


async def test_accounts_use_the_same_order_id_without_meeting(server: Server) -> None:
    async with server.client("acme") as acme, server.client("other") as other:
        await acme.create_dimension(rule(effect=1))
        assert (await acme.submit())["status"] == "denied"
        assert (await other.submit())["status"] == "accepted"


async def test_a_key_of_one_account_cannot_publish_for_another(client: Client) -> None:
    message = refused(await client.put("/rule-file", {"account": "other", "dimensions": []}), 400)
    assert "`other`" in message
