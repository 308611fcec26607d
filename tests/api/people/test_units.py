"""Organization units over HTTP: the tree, its members, and what a change means for orders."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from placet.people.core.permissions import Permission
from support.budgets.calls import budget
from support.contract import answer_problems, contract
from support.contract import body as body_for
from support.people.calls import calling_as, hire
from support.people.units import person, plant
from support.server import Client, Server, dimension, ok, refused, rule, submission

pytestmark = pytest.mark.anyio

API = "organization-units"
UNITS, MEMBERS = "/api/organization-units/v1", "/api/vtexid/organization-units"
UNIT = f"{UNITS}/{{organizationUnitId}}"
TREE = {"acme": None, "sales": "acme", "north": "sales", "design": "acme", "solo": None}


def check(path: str, method: str, answer: httpx.Response) -> Any:
    """The answer's JSON, after comparing it with what the contract says of its status."""
    if contract(API)["paths"][path][method]["answers"][answer.status_code] is None:
        assert answer.content == b""
        return None
    assert answer_problems(API, path, method, answer.status_code, answer.json()) == []
    return answer.json()


def ids(units: list[dict[str, Any]]) -> list[str]:
    return [unit["id"] for unit in units]


async def test_every_operation_answers_as_the_contract_says(client: Client) -> None:
    call = client.http.request
    made = [
        check(UNITS, "post", await call("POST", UNITS, json=body))
        for body in (body_for(API, UNITS, "post"), {"name": "Sales"})
    ]
    top, unit = ids(made)
    assert made[1]["customerGroup"] == {"customerIds": []}
    one, path = f"{UNITS}/{unit}", f"{UNIT}/path"
    moved = await call("PUT", f"{one}/path", json={"parentId": top})
    assert check(path, "put", moved)["path"] == {"ids": f"acme/{top}/{unit}"}
    renamed = await call("PATCH", one, json=body_for(API, UNIT, "patch"))
    check(UNIT, "patch", renamed)
    found = check(UNIT, "get", await call("GET", one))
    assert found == renamed.json()
    listed = await call("GET", UNITS, params={"name": "design", "pageSize": 1})
    assert check(UNITS, "get", listed) == [found]
    roots = check(f"{UNITS}/roots", "get", await call("GET", f"{UNITS}/roots"))
    assert ids(roots) == [top]
    children = await call("GET", f"{UNITS}/{top}/children")
    assert check(f"{UNIT}/children", "get", children) == [found]

    members = f"{MEMBERS}/{{organizationUnitId}}/users"
    body = body_for(API, members, "post")
    [user_id] = body["userIds"]
    added = await call("POST", f"{MEMBERS}/{unit}/users?force=false", json=body)
    assert check(members, "post", added) == {
        "organizationUnitId": unit,
        "addedUserIds": [user_id],
        "failedUserIds": [],
    }
    people = check(members, "get", await call("GET", f"{MEMBERS}/{unit}/users"))
    assert people == {"users": [{"userId": user_id, "login": ""}]}
    of_user = await call("GET", f"{UNITS}/{user_id}/unit")
    assert check(f"{UNITS}/{{userId}}/unit", "get", of_user) == found
    removed = await call("DELETE", f"{MEMBERS}/{unit}/users", json=body)
    check(members, "delete", removed)

    check(UNIT, "delete", await call("DELETE", f"{UNITS}/{top}"))
    check(UNIT, "delete", await call("DELETE", f"{UNITS}/{top}?cascade=true"))
    check(UNIT, "get", await call("GET", one))


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "words"),
    [
        ("POST", UNITS, {}, 400, "`name` is missing"),
        ("POST", UNITS, {"name": " "}, 400, "`name` must not be empty"),
        ("POST", UNITS, {"name": "x" * 251}, 400, "at most 250"),
        ("POST", UNITS, {"name": 7}, 400, "must be a string"),
        ("POST", UNITS, {"name": "x", "parentId": "nowhere"}, 404, "`nowhere`"),
        ("GET", f"{UNITS}?page=0", None, 400, "`page` must be a whole number from 1"),
        ("GET", f"{UNITS}?page=x", None, 400, "`page`"),
        ("GET", f"{UNITS}?page=99999999999999999999", None, 400, "`page`"),
        ("GET", f"{UNITS}?pageSize=1001", None, 400, "`pageSize` must be a whole number"),
        ("GET", f"{UNITS}/nowhere", None, 404, "no organization unit `nowhere`"),
        ("GET", f"{UNITS}/nowhere/children", None, 404, "`nowhere`"),
        ("GET", f"{UNITS}/acme/children?shallowSearch=maybe", None, 400, "`shallowSearch`"),
        ("GET", f"{UNITS}/nobody/unit", None, 404, "`nobody`"),
        ("GET", f"{UNITS}/yan/unit", None, 404, "`yan`"),
        ("PATCH", f"{UNITS}/nowhere", {"name": "x"}, 404, "`nowhere`"),
        ("PATCH", f"{UNITS}/acme", {}, 400, "`name` is missing"),
        ("PUT", f"{UNITS}/sales/path", {}, 400, "`parentId` is missing"),
        ("PUT", f"{UNITS}/sales/path", {"parentId": "nowhere"}, 404, "`nowhere`"),
        ("PUT", f"{UNITS}/nowhere/path", {"parentId": "acme"}, 404, "`nowhere`"),
        ("PUT", f"{UNITS}/sales/path", {"parentId": "sales"}, 400, "below itself"),
        ("PUT", f"{UNITS}/acme/path", {"parentId": "north"}, 400, "below itself"),
        ("DELETE", f"{UNITS}/acme", None, 400, "set `cascade` to true"),
        ("DELETE", f"{UNITS}/acme?cascade=false", None, 400, "set `cascade` to true"),
        ("DELETE", f"{UNITS}/acme?cascade=yes", None, 400, "`cascade` must be `true` or `false`"),
        ("DELETE", f"{UNITS}/nowhere", None, 404, "`nowhere`"),
        ("DELETE", f"{UNITS}/acme?cascade=true", None, 409, "the person `una` belongs to it"),
        ("GET", f"{MEMBERS}/nowhere/users", None, 404, "`nowhere`"),
        ("POST", f"{MEMBERS}/nowhere/users?force=true", {"userIds": ["x"]}, 404, "`nowhere`"),
        ("POST", f"{MEMBERS}/acme/users?force=1", {"userIds": ["x"]}, 400, "`force`"),
        ("POST", f"{MEMBERS}/acme/users", {}, 400, "`userIds` is missing"),
        ("POST", f"{MEMBERS}/acme/users", {"userIds": "x"}, 400, "must be an array"),
        ("POST", f"{MEMBERS}/acme/users", {"userIds": [""]}, 400, "`userIds[0]` must not be empty"),
        ("POST", f"{MEMBERS}/acme/users", {"userIds": ["x"] * 1001}, 400, "at most 1000"),
        ("DELETE", f"{MEMBERS}/nowhere/users", {"userIds": []}, 404, "`nowhere`"),
    ],
)
@pytest.mark.parametrize("database_kind", ["sqlite"])
async def test_what_cannot_be_is_refused_and_changes_nothing(
    server: Server, client: Client, method: str, path: str, body: Any, status: int, words: str
) -> None:
    await plant(server.database, TREE, person("una", "north"), person("yan", None))
    before = ok(await client.http.get(UNITS))
    answer = await client.http.request(method, path, json=body)
    assert words in refused(answer, status)
    assert ok(await client.http.get(UNITS)) == before
    assert ok(await client.http.get(f"{UNITS}/una/unit"))["id"] == "north"


async def test_units_are_listed_by_name_page_by_page(server: Server, client: Client) -> None:
    await plant(server.database, TREE)
    for name in ("ÉTÉ 50%", "été 500"):
        ok(await client.http.post(UNITS, json={"name": name}))

    async def names(**params: Any) -> list[str]:
        return [unit["name"] for unit in ok(await client.http.get(UNITS, params=params))]

    everything = ["Acme", "Design", "North", "Sales", "Solo", "ÉTÉ 50%", "été 500"]
    assert await names() == everything
    pages = [await names(page=page, pageSize=3) for page in (1, 2, 3, 4)]
    assert pages == [everything[:3], everything[3:6], everything[6:], []]
    assert await names(name="S") == ["Design", "Sales", "Solo"]
    assert await names(name="éTé") == ["ÉTÉ 50%", "été 500"]
    assert await names(name="50%") == ["ÉTÉ 50%"]
    assert await names(name="") == everything
    assert await names(name="_") == []


async def test_children_are_those_below(server: Server, client: Client) -> None:
    await plant(server.database, TREE)
    direct = ok(await client.http.get(f"{UNITS}/acme/children"))
    assert ids(direct) == ["design", "sales"]
    every = ok(await client.http.get(f"{UNITS}/acme/children?shallowSearch=false"))
    assert ids(every) == ["design", "north", "sales"]
    assert every[1]["path"] == {"ids": "acme/acme/sales/north"}
    assert ok(await client.http.get(f"{UNITS}/north/children")) == []


async def test_a_unit_can_be_made_below_another(server: Server, client: Client) -> None:
    await plant(server.database, TREE)
    unit = ok(await client.http.post(UNITS, json={"name": "West", "parentId": "sales"}))
    assert unit["path"] == {"ids": f"acme/acme/sales/{unit['id']}"}
    assert ok(await client.http.get(f"{UNITS}/{unit['id']}"))["path"] == unit["path"]


async def test_people_are_in_one_unit_and_move_only_when_forced(
    server: Server, client: Client
) -> None:
    people = [person("una", "north"), person("vic", "sales"), person("yan", None)]
    await plant(server.database, TREE, *people)

    async def add(force: str, *users: str) -> tuple[list[str], list[str]]:
        path = f"{MEMBERS}/sales/users?force={force}"
        answer = ok(await client.http.post(path, json={"userIds": users}))
        return answer["addedUserIds"], answer["failedUserIds"]

    async def members(unit: str) -> list[str]:
        answer = ok(await client.http.get(f"{MEMBERS}/{unit}/users"))
        return [user["userId"] for user in answer["users"]]

    everyone = ("una", "new", "vic", "yan", "new")
    assert await add("false", *everyone) == (["new", "yan"], ["una", "vic"])
    assert await members("sales") == ["new", "vic", "yan"]
    assert await add("true", *everyone) == (["una", "new", "vic", "yan"], [])
    assert await members("sales") == ["new", "una", "vic", "yan"]
    assert await members("north") == []
    gone = {"userIds": ["una", "vic", "nobody"]}
    assert (await client.http.request("DELETE", f"{MEMBERS}/north/users", json=gone)).is_success
    assert await members("sales") == ["new", "una", "vic", "yan"]
    assert (await client.http.request("DELETE", f"{MEMBERS}/sales/users", json=gone)).is_success
    assert await members("sales") == ["new", "yan"]
    refused(await client.http.get(f"{UNITS}/una/unit"), 404)


@pytest.mark.parametrize("needed_by", ["person", "budget", "dimension", "rule"])
async def test_a_unit_that_is_needed_stays(server: Server, client: Client, needed_by: str) -> None:
    await plant(server.database, TREE)
    if needed_by == "person":
        await plant(server.database, {}, person("una", "north"))
    elif needed_by == "budget":
        created = await client.http.post("/api/budgets/unit/north", json=budget())
        assert created.is_success, created.text
    elif needed_by == "dimension":
        await client.create_dimension(unitId="north")
    else:
        waiting = rule(authorizationData={"authorizers": [{"type": "Unit", "id": "north"}]})
        await client.create_dimension(waiting, unitId="solo")
    for path in ("north", "acme?cascade=true"):
        answer = refused(await client.http.delete(f"{UNITS}/{path}"), 409)
        assert "the unit `north` cannot be deleted: the" in answer
        assert needed_by in answer
    assert len(ok(await client.http.get(UNITS))) == len(TREE)
    assert (await client.http.delete(f"{UNITS}/design")).status_code == 204


async def test_a_unit_that_an_order_waits_for_stays_until_the_order_is_judged_again(
    server: Server, client: Client
) -> None:
    await plant(server.database, TREE)
    waiting = rule(authorizationData={"authorizers": [{"type": "unit", "id": "design"}]})
    dimension = await client.create_dimension(waiting, unitId="acme")
    order = await client.submit("o-1", unitId="north")
    assert (await client.delete(f"/authorization-dimensions/{dimension['id']}")).is_success
    answer = refused(await client.http.delete(f"{UNITS}/design"), 409)
    assert "the order `o-1` waits for it" in answer
    ok(await client.post(f"/commercial-authorizations/{order['id']}/reevaluation"))
    assert (await client.http.delete(f"{UNITS}/design")).status_code == 204


async def test_a_unit_with_only_inactive_people_goes_and_they_stay_on_record(
    server: Server, client: Client
) -> None:
    await plant(server.database, TREE, person("una", "north", active=False))
    assert (await client.http.delete(f"{UNITS}/acme?cascade=true")).status_code == 204
    assert ids(ok(await client.http.get(UNITS))) == ["solo"]
    assert ok(await client.get("/users/una"))["unitId"] is None


async def test_a_move_and_a_renaming_count_from_the_next_order_on(
    server: Server, client: Client
) -> None:
    await plant(server.database, TREE)
    await client.create_dimension(rule(effect=1, expression="true"), unitId="solo")
    first = await client.submit("o-1", unitId="north")
    assert (first["status"], first["units"]) == ("accepted", ["north", "sales", "acme"])
    ok(await client.http.put(f"{UNITS}/sales/path", json={"parentId": "solo"}))
    second = await client.submit("o-2", unitId="north")
    assert (second["status"], second["units"]) == ("denied", ["north", "sales", "solo"])
    ok(await client.http.put(f"{UNITS}/sales/path", json={"parentId": None}))
    assert (await client.submit("o-3", unitId="north"))["status"] == "accepted"
    ok(await client.http.patch(f"{UNITS}/north", json={"name": "Far north"}))
    answer = ok(await client.post("/commercial-authorizations", submission("o-4", unitId="north")))
    assert answer["status"] == "accepted"


async def test_a_rule_file_keeps_units_that_people_are_in(server: Server, client: Client) -> None:
    await plant(server.database, TREE, person("una", "north"))
    file = {"account": "acme", "dimensions": [dimension()]}
    without = file | {"units": [{"id": "acme", "name": "Acme & Sons"}]}
    message = refused(await client.put("/rule-file?delete=true", without), 409)
    assert message == (
        "the rule file leaves out the unit `north`, but the person `una` belongs to it"
    )
    assert len(ok(await client.http.get(UNITS))) == len(TREE)
    assert ok(await client.get("/authorization-dimensions")) == []

    moved = [{"id": "acme", "name": "Acme & Sons", "children": [{"id": "north", "name": "N"}]}]
    answer = ok(await client.put("/rule-file?delete=true", file | {"units": moved}))
    counts = {"created": 0, "updated": 2, "unchanged": 0, "deleted": len(TREE) - 2, "total": 2}
    assert answer["units"] == counts
    found = ok(await client.http.get(UNITS))
    assert [unit["name"] for unit in found] == ["Acme & Sons", "N"]
    assert found[1]["path"] == {"ids": "acme/acme/north"}
    assert ok(await client.http.get(f"{UNITS}/una/unit"))["id"] == "north"


async def test_a_rule_file_without_units_leaves_the_tree_alone(
    server: Server, client: Client
) -> None:
    await plant(server.database, TREE, person("una", "north"))
    before = ok(await client.http.get(UNITS))
    file = {"account": "acme", "dimensions": [dimension()]}
    answer = ok(await client.put("/rule-file", file))["units"]
    assert (answer.pop("total"), set(answer.values())) == (len(TREE), {0})
    assert ok(await client.http.get(UNITS)) == before


async def test_what_stays_the_same_in_a_rule_file_keeps_its_time_of_change(
    server: Server, client: Client
) -> None:
    await plant(server.database, {"acme": None, "sales": "acme"})
    units = [{"id": "acme", "name": "Acme", "children": [{"id": "sales", "name": "Selling"}]}]
    ok(await client.put("/rule-file", {"account": "acme", "dimensions": [], "units": units}))
    acme, selling = ok(await client.http.get(UNITS))
    assert acme["createdAt"] == acme["updatedAt"] == selling["createdAt"]
    assert selling["updatedAt"] > selling["createdAt"]


OPERATIONS: list[tuple[str, str, Any, bool, int]] = [
    ("POST", UNITS, {"name": "x"}, True, 200),
    ("GET", UNITS, None, False, 200),
    ("GET", f"{UNITS}/roots", None, False, 200),
    ("GET", f"{UNITS}/x", None, False, 404),
    ("GET", f"{UNITS}/x/children", None, False, 404),
    ("GET", f"{UNITS}/x/unit", None, False, 404),
    ("PATCH", f"{UNITS}/x", {"name": "x"}, True, 404),
    ("PUT", f"{UNITS}/x/path", {"parentId": None}, True, 404),
    ("DELETE", f"{UNITS}/x", None, True, 404),
    ("POST", f"{MEMBERS}/x/users?force=true", {"userIds": []}, True, 404),
    ("DELETE", f"{MEMBERS}/x/users", {"userIds": []}, True, 404),
    ("GET", f"{MEMBERS}/x/users", None, False, 404),
    ("GET", "/acme/users", None, False, 200),
    ("GET", "/acme/users/x", None, False, 404),
    ("PUT", "/acme/users/x", {"unitId": "x"}, True, 400),
    ("DELETE", "/acme/users/x", None, True, 404),
]


@pytest.mark.parametrize(("method", "path", "body", "writes", "status"), OPERATIONS)
@pytest.mark.parametrize("database_kind", ["sqlite"])
async def test_each_operation_wants_its_permission(
    server: Server, method: str, path: str, body: Any, writes: bool, status: int
) -> None:
    needed = {"ManageOrganizationUnits"} | (set() if writes else {"ViewOrganizationUnits"})
    for permission in Permission:
        async with server.client(permissions=[permission]) as client:
            answer = await client.http.request(method, path, json=body)
            if permission in needed:
                assert answer.status_code == status, answer.text
            else:
                assert all(name in refused(answer, 403) for name in needed)
    async with server.anonymous() as http:
        refused(await http.request(method, path, json=body), 401)


async def test_other_accounts_see_nothing(server: Server, client: Client) -> None:
    await plant(server.database, TREE, person("una", "north"))
    async with server.client("other") as other:
        assert ok(await other.http.get(UNITS)) == ok(await other.http.get(f"{UNITS}/roots")) == []
        for path in ("north", "north/children", "una/unit"):
            refused(await other.http.get(f"{UNITS}/{path}"), 404)
        refused(await other.http.get(f"{MEMBERS}/north/users"), 404)
        refused(await other.http.patch(f"{UNITS}/north", json={"name": "x"}), 404)
        refused(await other.get("/users/una"), 404)
        refused(await other.http.get("/acme/users/una"), 403)
        body = {"userIds": ["una"]}
        made = ok(await other.http.post(UNITS, json={"name": "Theirs"}))["id"]
        ok(await other.http.post(f"{MEMBERS}/{made}/users?force=false", json=body))
    assert ok(await client.http.get(f"{UNITS}/una/unit"))["id"] == "north"
    assert len(ok(await client.http.get(UNITS))) == len(TREE)


async def test_a_person_manages_the_own_unit_with_a_token(server: Server) -> None:
    await plant(server.database, TREE, person("vic", "design"))
    await hire(server, "una", "sales", ["Organizational Unit Admin"])
    await hire(server, "wim", "north", ["Buyer"])
    async with calling_as(server, "una") as una, calling_as(server, "wim") as wim:
        assert ids(ok(await una.http.get(UNITS))) == ["north", "sales"]
        assert ids(ok(await una.http.get(f"{UNITS}/roots"))) == ["sales"]
        refused(await una.http.get(f"{UNITS}/acme"), 404)
        refused(await una.http.post(UNITS, json={"name": "Root"}), 403)
        west = ok(await una.http.post(UNITS, json={"name": "West", "parentId": "sales"}))
        ok(await una.put("/users/xia", {"unitId": west["id"], "roles": ["Order Approver"]}))
        people = ok(await una.get("/users"))["data"]
        assert [user["userId"] for user in people] == ["una", "wim", "xia"]
        more = {"unitId": "sales", "roles": ["Organizational Unit Admin", "Order Approver"]}
        refused(await una.put("/users/una", more), 403)
        refused(await una.get("/users/vic"), 404)
        refused(await wim.http.get(UNITS), 403)


async def test_a_new_dimension_belongs_to_the_unit_of_the_person_who_makes_it(
    server: Server, client: Client
) -> None:
    await plant(server.database, TREE)
    await hire(server, "una", "sales", ["Organizational Unit Admin"])
    await plant(server.database, {}, person("yan", None, ["Buying Policy Manager"]))
    body = {name: value for name, value in dimension().items() if name != "unitId"}
    async with calling_as(server, "una") as una, calling_as(server, "yan") as yan:
        assert ok(await una.post("/authorization-dimensions", body))["unitId"] == "sales"
        named = ok(await una.post("/authorization-dimensions", body | {"unitId": "north"}))
        assert named["unitId"] == "north"
        message = refused(await yan.post("/authorization-dimensions", body), 400)
        assert message == "`unitId` is required: you do not belong to one unit"
    message = refused(await client.post("/authorization-dimensions", body), 400)
    assert message == "`unitId` is required when an app key creates a dimension"
