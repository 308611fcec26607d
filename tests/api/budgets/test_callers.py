"""Who may do what with budgets, what one account or unit sees of another, and the error shape."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from placet.people.core.permissions import Permission
from placet.settings import Settings
from support.budgets.calls import (
    ON_ONE_STORE,
    REQUESTER,
    Budgets,
    allocation,
    budget,
    budgets_of,
    failed,
    movement,
    reservation,
)
from support.server import Server, running

pytestmark = pytest.mark.anyio

VIEW, MANAGE = {Permission.VIEW_BUDGET}, {Permission.MANAGE_BUDGETS}
LINK = {"linkedEntityId": "b", "linkedEntityType": "User"}
ITEMS = {"items": [{"id": "marketing", "type": "CostCenter"}]}
STATUS = {"status": "ACTIVE"}

# Every operation on a budget B with an allocation A, a transaction T and a reservation R, and
# whether looking at budgets is enough for it. None of them fails when repeated in this order.
OPERATIONS: list[tuple[str, str, Any, bool]] = [
    ("POST", "", budget(), False),
    ("GET", "", None, True),
    ("GET", "/B", None, True),
    ("PUT", "/B", budget(), False),
    ("PUT", "/B/status", STATUS, False),
    ("GET", "/B/statements", None, True),
    ("POST", "/allocations/query", ITEMS, True),
    ("POST", "/B/allocations", allocation(), False),
    ("GET", "/B/allocations", None, True),
    ("POST", "/B/allocations/batch", {"allocations": [allocation()]}, False),
    ("GET", "/B/allocations/A", None, True),
    ("PUT", "/B/allocations/A", allocation(), False),
    ("PUT", "/B/allocations/A/linked-entity", LINK, False),
    ("PUT", "/B/allocations/A/status", STATUS, False),
    ("PUT", "/B/allocations/A/usage", movement(), False),
    ("GET", "/B/allocations/A/statements", None, True),
    ("POST", "/B/allocations/A/transactions", movement(), False),
    ("GET", "/B/allocations/A/transactions/T", None, True),
    ("POST", "/B/allocations/A/transactions/T/refund", REQUESTER, False),
    ("POST", "/B/allocations/A/reservations", reservation(1, "new"), False),
    ("GET", "/B/allocations/A/reservations", None, True),
    ("GET", "/B/allocations/A/reservations/R", None, True),
    ("POST", "/B/allocations/A/reservations/R/confirmation", REQUESTER, False),
    ("DELETE", "/B/allocations/A/reservations/new", REQUESTER, False),
    ("DELETE", "/B/allocations/A", None, False),
    ("DELETE", "/B", None, False),
]


async def filled(budgets: Budgets) -> dict[str, str]:
    """A budget with one of everything: the ids by the letters that stand for them."""
    path = await budgets.create_path()
    made = await budgets.post(f"{path}/transactions", movement())
    held = await budgets.post(f"{path}/reservations", reservation())
    return {"B": path.split("/")[1], "A": path.split("/")[3], "T": made["id"], "R": held["id"]}


def named(path: str, ids: dict[str, str]) -> str:
    """The path with ids for letters."""
    return "/".join(ids.get(part, part) for part in path.split("/"))


async def test_each_operation_wants_its_permission(server: Server) -> None:
    async with budgets_of(server) as owner:
        ids = await filled(owner)
        for permission in Permission:
            async with budgets_of(server, permissions=[permission]) as budgets:
                for method, path, body, viewing in OPERATIONS:
                    allowed = MANAGE | VIEW if viewing else MANAGE
                    if permission not in allowed:
                        answer = await budgets.call(method, named(path, ids), body)
                        assert all(name in failed(answer, 403) for name in allowed)
        for permission in (Permission.VIEW_BUDGET, Permission.MANAGE_BUDGETS):
            async with budgets_of(server, permissions=[permission]) as budgets:
                for method, path, body, viewing in OPERATIONS:
                    if viewing or permission in MANAGE:
                        answer = await budgets.call(method, named(path, ids), body)
                        assert answer.status_code == 200, (method, path, answer.text)


@ON_ONE_STORE
async def test_without_good_credentials_everything_is_401(server: Server) -> None:
    wrong = {"X-VTEX-API-AppKey": "placet-acme-AAAAAAAAAAAA", "X-VTEX-API-AppToken": "secret"}
    for headers in ({}, wrong):
        async with server.anonymous(headers) as http:
            for method, path, body, _ in OPERATIONS:
                failed(await Budgets(http).call(method, path, body), 401)


@pytest.mark.parametrize(("account", "unit"), [("other", "acme-sales"), ("acme", "other-unit")])
async def test_another_account_or_unit_finds_nothing(
    server: Server, account: str, unit: str
) -> None:
    async with budgets_of(server) as owner, budgets_of(server, account, unit=unit) as stranger:
        ids = await filled(owner)
        whole = await owner.get(f"/{ids['B']}")
        for method, path, body, _ in OPERATIONS:
            if "B" in path.split("/"):
                failed(await stranger.call(method, named(path, ids), body), 404)
        assert (await stranger.get())["items"] == []
        assert (await stranger.post("/allocations/query", ITEMS))["items"] == []
        assert await owner.get(f"/{ids['B']}") == whole


async def test_accounts_use_the_same_request_and_reservation_ids(server: Server) -> None:
    async with budgets_of(server) as acme, budgets_of(server, "other") as other:
        for budgets, amount in ((acme, 1), (other, 2)):
            path = await budgets.create_path()
            await budgets.post(f"{path}/transactions", movement(amount), key="k-1")
            await budgets.post(f"{path}/reservations", reservation(amount, "r-1"))
            assert await budgets.remaining(path) == 100 - 2 * amount


BODIES: list[tuple[bytes, str]] = [
    (b"", "empty"),
    (b"  ", "empty"),
    (b"{", "not valid JSON"),
    (b"\xff\xfe{}", "not valid JSON"),
    (b"\xef\xbb\xbf{}", "not valid JSON"),
    (b'{"amount": NaN}', "not valid JSON"),
    (b'{"amount": -Infinity}', "not valid JSON"),
    (b"[" * 100_000, "nested too deep"),
    (b'{"amount": ' + b"9" * 5_000 + b"}", "holds a number that is out of range"),
    (b'{"amount": 1e99999999999999999999}', "out of range"),
    (b"null", "must be an object"),
    (b"[]", "must be an object"),
    (b'"x"', "must be an object"),
    (b'{"type":"DEBIT","amount":1e400,"origin":"o","requestedBy":"r"}', "`amount`"),
    (b'{"type":"DEBIT","amount":1e-400,"origin":"o","requestedBy":"r"}', "`amount`"),
    (b'{"type":"DEBIT","amount":1,"origin":"\\ud800","requestedBy":"r"}', "`origin`"),
]


@ON_ONE_STORE
@pytest.mark.parametrize(("body", "words"), BODIES)
async def test_a_bad_body_is_refused_in_the_shape_of_the_family(
    budgets: Budgets, body: bytes, words: str
) -> None:
    url = "/api/budgets/UNIT/u/b/allocations/a/transactions"
    assert words in failed(await budgets.http.post(url, content=body), 400)


async def test_other_errors_have_the_shape_too(server: Server, budgets: Budgets) -> None:
    http = budgets.http
    failed(await http.get("/api/budgets"), 404)
    failed(await http.get("/api/budgets/UNIT/u/b/nothing"), 404)
    failed(await http.patch("/api/budgets/UNIT/u"), 405)
    failed(await http.get("/api/budgets/UNIT/u%00"), 400)
    failed(await http.get("/api/budgets/UNIT/u?name=%00"), 400)
    path = await budgets.create_path()
    async with server.database.write() as connection:
        await connection.exec_driver_sql("ALTER TABLE ledger_entries RENAME TO gone")
    try:
        assert "request id" in failed(await budgets.call("GET", f"{path}/statements"), 500)
        assert "request id" in failed(
            await budgets.call("POST", f"{path}/transactions", movement()), 500
        )
    finally:
        async with server.database.write() as connection:
            await connection.exec_driver_sql("ALTER TABLE gone RENAME TO ledger_entries")
    assert await budgets.remaining(path) == 100


async def test_a_body_beyond_the_limit_is_413(database_url: str) -> None:
    settings = Settings(database_url=database_url, max_body_bytes=1_000)
    async with running(settings) as server, budgets_of(server) as budgets:
        answer = await budgets.call("POST", "", budget(description="x" * 1_000))
        assert "1000 bytes" in failed(answer, 413)


async def test_an_overloaded_server_says_so(database_url: str) -> None:
    settings = Settings(database_url=database_url, max_queue=1)
    async with running(settings) as server, budgets_of(server) as budgets:
        path = await budgets.create_path()
        url = f"{path}/transactions"
        tasks = [budgets.call("POST", url, movement(1)) for _ in range(10)]
        answers = await asyncio.gather(*tasks)
        refused = [answer for answer in answers if answer.status_code != 200]
        assert refused
        for answer in refused:
            failed(answer, 503)
            assert answer.headers["Retry-After"] == "1"
        assert await budgets.remaining(path) == 100 - (len(answers) - len(refused))
