"""People over HTTP: on record, found, changed, deactivated."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from placet.people.core.roles import Role
from support.people.units import person, plant
from support.server import Client, Server, ok, refused

pytestmark = pytest.mark.anyio

TREE = {"acme": None, "sales": "acme", "north": "sales", "design": "acme"}
UNA = {
    "email": "Una@acme.example",
    "name": "Una",
    "unitId": "sales",
    "roles": ["Order Approver", "Buyer"],
    "canImpersonate": True,
    "active": True,
}


async def test_a_person_is_put_on_record_changed_and_deactivated(
    server: Server, client: Client
) -> None:
    await plant(server.database, TREE)
    by_id = UNA | {"roles": [Role.ORDER_APPROVER.guid.upper(), "buyer", "Buyer"]}
    created = ok(await client.put("/users/una", by_id))
    times = {name: created.pop(name) for name in ("createdAt", "updatedAt")}
    assert created == {"userId": "una"} | UNA | {"roles": ["Buyer", "Order Approver"]}
    assert times["createdAt"] == times["updatedAt"]
    assert ok(await client.get("/users/una")) == created | times

    bare = ok(await client.put("/users/una", {}))
    assert bare["createdAt"] == times["createdAt"]
    assert (bare["email"], bare["name"], bare["unitId"], bare["roles"]) == (None, "", None, [])
    ok(await client.put("/users/una", UNA))
    assert (await client.delete("/users/una")).status_code == 204
    assert (await client.delete("/users/una")).status_code == 204
    gone = ok(await client.get("/users/una"))
    assert (gone["active"], gone["unitId"]) == (False, "sales")
    members = ok(await client.http.get("/api/vtexid/organization-units/sales/users"))
    assert members == {"users": []}
    assert ok(await client.put("/users/una", UNA))["active"] is True


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ([], "the body must be an object"),
        ({"email": "una"}, "`email` must be an e-mail address"),
        ({"email": "una@a@b"}, "`email` must be an e-mail address"),
        ({"email": " una@acme.example"}, "`email` must be an e-mail address"),
        ({"email": "u\nna@acme.example"}, "`email` must be an e-mail address"),
        ({"email": "una@" + "x" * 320}, "at most 320"),
        ({"email": 7}, "`email` must be a string"),
        ({"name": "x" * 251}, "at most 250"),
        ({"name": "\x00"}, "NUL"),
        ({"unitId": "nowhere"}, "`unitId`: there is no organization unit `nowhere`"),
        ({"unitId": ""}, "`unitId` must not be empty"),
        ({"roles": ["Emperor"]}, "`Emperor` is no role: use one of `Organizational Unit Admin`"),
        ({"roles": "Buyer"}, "`roles` must be an array"),
        ({"roles": ["Buyer"] * 21}, "at most 20"),
        ({"canImpersonate": "yes"}, "`canImpersonate` must be true or false"),
        ({"active": 1}, "`active` must be true or false"),
    ],
)
@pytest.mark.parametrize("database_kind", ["sqlite"])
async def test_what_cannot_be_on_record_is_refused(client: Client, body: Any, words: str) -> None:
    assert words in refused(await client.put("/users/una", body), 400)
    refused(await client.get("/users/una"), 404)


@pytest.mark.parametrize("user_id", ["%20", "x" * 251])
@pytest.mark.parametrize("database_kind", ["sqlite"])
async def test_an_id_that_cannot_be_is_refused(client: Client, user_id: str) -> None:
    assert "1 to 250 characters" in refused(await client.put(f"/users/{user_id}", {}), 400)


async def test_an_address_belongs_to_one_person(client: Client) -> None:
    ok(await client.put("/users/una", {"email": "una@acme.example"}))
    message = refused(await client.put("/users/vic", {"email": "UNA@Acme.example"}), 409)
    assert message == "`UNA@Acme.example` is the e-mail address of another user"
    refused(await client.get("/users/vic"), 404)
    ok(await client.put("/users/una", {"email": "UNA@acme.example"}))
    ok(await client.put("/users/una", {}))
    ok(await client.put("/users/vic", {"email": "una@acme.example"}))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["una", "vic", "wim", "yan"]),
        ("unitId=sales", ["una"]),
        ("unitId=sales&unitId=north", ["una", "vic", "wim"]),
        ("unitId=nowhere", []),
        ("email=UNA@ACME.example", ["una"]),
        (f"role={Role.BUYER.guid}", ["vic"]),
        ("role=order%20approver", ["una", "wim", "yan"]),
        ("role=order%20approver&active=TRUE", ["una", "yan"]),
        ("active=false", ["wim"]),
        ("unitId=north&role=Buyer", ["vic"]),
    ],
)
async def test_people_are_listed_page_by_page(
    server: Server, client: Client, query: str, found: list[str]
) -> None:
    await plant(
        server.database,
        TREE,
        person("una", "sales", email="una@acme.example"),
        person("vic", "north", ["Buyer"]),
        person("wim", "north", active=False),
        person("yan", None),
    )
    for limit in (1, 2, 50):
        seen: list[str] = []
        after = ""
        while after is not None:
            page = ok(
                await client.get(f"/users?{query}&limit={limit}{after and f'&after={after}'}")
            )
            seen += [user["userId"] for user in page["data"]]
            after = page["next"]
        assert seen == found


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("limit=0", "`limit` must be a whole number from 1 to 200"),
        ("limit=201", "`limit`"),
        ("active=1", "`active` must be `true` or `false`"),
        ("role=x", "`x` is no role"),
        ("&".join(["unitId=x"] * 1_001), "`unitId` can be given at most 1000 times"),
    ],
)
@pytest.mark.parametrize("database_kind", ["sqlite"])
async def test_a_wrong_filter_is_refused(client: Client, query: str, words: str) -> None:
    assert words in refused(await client.get(f"/users?{query}"), 400)


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", "Bo\u200bb"), ("email", "bob\u200b@x.example"), ("email", "b\u3164@x.example")],
)
@pytest.mark.parametrize("database_kind", ["sqlite"])
async def test_what_nobody_sees_is_in_no_name_and_no_address(
    server: Server, client: Client, field: str, value: str
) -> None:
    assert f"`{field}` must" in refused(await client.put("/users/bob", {field: value}), 400)
    refused(await client.get("/users/bob"), 404)


@pytest.mark.parametrize("user_id", ["a/b", "..", ".", "a\nb", "\u202ebob", "a\u200b"])
async def test_an_id_that_fits_in_no_path_or_cannot_be_shown_is_refused(
    server: Server, client: Client, user_id: str
) -> None:
    await plant(server.database, TREE)
    path = "/api/vtexid/organization-units/sales/users"
    answer = await client.http.post(path, json={"userIds": ["una", user_id]})
    assert "a user id must " in refused(answer, 400)
    assert ok(await client.get("/users"))["data"] == []
    if "/" not in user_id and "." not in user_id:
        refused(await client.put(f"/users/{quote(user_id)}", {}), 400)


async def test_a_deactivated_person_is_brought_back_only_where_that_is_said(
    client: Client,
) -> None:
    body = {"name": "Una", "roles": ["Buyer"]}
    assert ok(await client.put("/users/una", body))["active"] is True
    assert (await client.delete("/users/una")).status_code == 204
    assert ok(await client.put("/users/una", body))["active"] is False
    assert ok(await client.put("/users/una", body | {"active": True}))["active"] is True
    assert ok(await client.put("/users/una", body | {"active": False}))["active"] is False


async def test_a_deactivated_person_is_not_brought_back_by_a_unit(
    server: Server, client: Client
) -> None:
    await plant(server.database, TREE, person("una", None, active=False))
    path = "/api/vtexid/organization-units/sales/users?force=true"
    assert ok(await client.http.post(path, json={"userIds": ["una"]}))["addedUserIds"] == ["una"]
    una = ok(await client.get("/users/una"))
    assert (una["unitId"], una["active"]) == ("sales", False)
