"""Malformed requests: always a 4xx with one sentence, and nothing is changed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from placet.settings import Settings
from support.server import Client, Server, dimension, ok, refused, rule, running, submission

pytestmark = pytest.mark.anyio

POLICIES, ORDERS = "/authorization-dimensions", "/commercial-authorizations"
DEEP = 10_000


def without(body: dict[str, Any], *path: Any) -> dict[str, Any]:
    """A copy of `body` that lacks one field."""
    return altered(body, *path)


def altered(body: dict[str, Any], *path: Any, **to: Any) -> dict[str, Any]:
    """A copy of `body` where the field at `path` is `to["to"]`, or missing."""
    copy: Any = json.loads(json.dumps(body))
    place = copy
    for step in path[:-1]:
        place = place[step]
    if "to" in to:
        place[path[-1]] = to["to"]
    else:
        del place[path[-1]]
    result: dict[str, Any] = copy
    return result


BODIES: list[tuple[bytes, str]] = [
    (b"", "empty"),
    (b"   ", "empty"),
    (b"{", "not valid JSON"),
    (b"{]", "not valid JSON"),
    (b"{'a': 1}", "not valid JSON"),
    (b'{"order": {"orderId": "o", "value": NaN}}', "not valid JSON"),
    (b'{"order": {"orderId": "o", "value": Infinity}}', "not valid JSON"),
    (b'{"order": {"orderId": "o", "value": 1e999}}', "out of range"),
    (b'{"order": {"orderId": "o", "value": ' + b"9" * 400 + b".0}}", "out of range"),
    (b'{"order": {"orderId": "o", "x": "\\ud800"}}', "not valid JSON"),
    (b"\xff\xfe{}", "not valid JSON"),
    (b"[" * DEEP + b"]" * DEEP, "not valid JSON"),
    (b'{"order":' * DEEP + b"1" + b"}" * DEEP, "not valid JSON"),
    (b'{"order": {"orderId": "o", "x": ' + b"[" * 150 + b"]" * 150 + b"}}", "nested deeper"),
    (b"null", "must be an object"),
    (b"[]", "must be an object"),
    (b'"text"', "must be an object"),
    (b"1", "must be an object"),
]


@pytest.mark.parametrize(("body", "words"), BODIES)
@pytest.mark.parametrize("path", [ORDERS, POLICIES, f"{ORDERS}/x/callback", f"{POLICIES}/x/rules"])
async def test_a_body_that_is_no_json_object_is_400(
    client: Client, path: str, body: bytes, words: str
) -> None:
    message = refused(await client.call("POST", path, content=body), 400)
    if path == ORDERS:
        assert words in message


SUBMISSIONS: list[tuple[dict[str, Any], str]] = [
    ({}, "`order` is missing"),
    ({"order": []}, "`order` must be an object"),
    ({"order": {}}, "order.orderId"),
    (altered(submission(), "order", "orderId", to=7), "order.orderId"),
    (altered(submission(), "order", "orderId", to=""), "order.orderId"),
    (altered(submission(), "order", "orderId", to="a\u0000b"), "order.orderId"),
    (altered(submission(), "order", "orderId", to="o" * 251), "order.orderId"),
    (altered(submission(), "unitId", to=7), "`unitId` must be a string"),
    (altered(submission(), "unitId", to="a\u0000"), "`unitId`"),
    (altered(submission(), "unitId", to="u" * 251), "`unitId`"),
    (submission(userProfileId={}), "`userProfileId` must be a string"),
    (submission(spending=[{"budgetId": "b"}]), "`spending[0].allocationId` is missing"),
    (submission(linkedEntities={}), "`linkedEntities` must be an array"),
    (
        submission(callbackEndpoint=f"https://erp.example/{'x' * 2_000}"),
        "`callbackEndpoint` must be at most 2000 characters long",
    ),
    (submission(callbackEndpoint="https://erp.example/\u0000"), "`callbackEndpoint` must be a URL"),
    (
        without(submission(), "unitId") | {"unitid": "lab"},
        "`unitid` is not known here; did you mean `unitId`?",
    ),
    (submission(spendings=[]), "`spendings` is not known here; did you mean `spending`?"),
]


@pytest.mark.parametrize(("body", "words"), SUBMISSIONS)
async def test_a_wrong_submission_names_the_field(
    client: Client, body: dict[str, Any], words: str
) -> None:
    assert words in refused(await client.post(ORDERS, body), 400)
    assert ok(await client.get(ORDERS))["data"] == []


R = ("ruleCollection", 0)
DIMENSIONS: list[tuple[dict[str, Any], str]] = [
    ({}, "is missing"),
    (without(dimension(), "name"), "`name` is missing"),
    (without(dimension(), "priority"), "`priority` is missing"),
    (without(dimension(), "ruleCollection"), "`ruleCollection` is missing"),
    (without(dimension(), "requireAllRulesAcceptance"), "`requireAllRulesAcceptance` is missing"),
    (altered(dimension(), "name", to=1), "`name` must be a string"),
    (altered(dimension(), "name", to=""), "`name`"),
    (altered(dimension(), "name", to="n" * 251), "`name` must be at most 250"),
    (dimension() | {"shouldsimulate": True}, "did you mean `shouldSimulate`?"),
    (
        altered(dimension(), *R, "timeOut", to=5),
        "`ruleCollection[0].timeOut` is not known here; did you mean `timeout`?",
    ),
    (
        altered(dimension(), *R, "authorizationData", to={"requireAllAprovals": True}),
        "`ruleCollection[0].authorizationData.requireAllAprovals` is not known here",
    ),
    (
        altered(
            dimension(), *R, "authorizationData", to={"approvers": [{"type": "user", "id": "i"}]}
        ),
        "`ruleCollection[0].authorizationData.approvers` is not known here",
    ),
    (altered(dimension(), "name", to="a\u0000"), "`name`"),
    (altered(dimension(), "priority", to="1"), "`priority` must be a whole number"),
    (altered(dimension(), "priority", to=1.5), "`priority`"),
    (altered(dimension(), "priority", to=10**12), "`priority`"),
    (altered(dimension(), "priority", to=True), "`priority`"),
    (altered(dimension(), "requireAllRulesAcceptance", to="yes"), "must be true or false"),
    (altered(dimension(), "ruleCollection", to={}), "`ruleCollection` must be an array"),
    (altered(dimension(), "ruleCollection", to=[rule()] * 1001), "at most 1000"),
    (altered(dimension(), *R, to=None), "`ruleCollection[0]` must be an object"),
    (without(dimension(), *R, "trigger"), "`ruleCollection[0].trigger` is missing"),
    (without(dimension(), *R, "scoreInterval"), "`ruleCollection[0].scoreInterval` is missing"),
    (altered(dimension(), *R, "scoreInterval", "deny", to=10), "must be below accept"),
    (altered(dimension(), *R, "scoreInterval", "deny", to="5"), "scoreInterval.deny"),
    (altered(dimension(), *R, "trigger", "effect", "effectType", to=3), "effectType"),
    (altered(dimension(), *R, "trigger", "effect", "effectType", to="deny"), "effectType"),
    (without(dimension(), *R, "trigger", "condition", "expression"), "expression` is missing"),
    (altered(dimension(), *R, "trigger", "condition", "expression", to=1), "must be a string"),
    (altered(dimension(), *R, "trigger", "condition", "expression", to=" "), "expression"),
    (altered(dimension(), *R, "timeout", to=-1), "timeout"),
    (altered(dimension(), *R, "authorizationData", to=[]), "authorizationData"),
    (
        altered(
            dimension(), *R, "authorizationData", to={"authorizers": [{"type": "x", "id": "i"}]}
        ),
        "authorizers[0].type",
    ),
    (
        altered(
            dimension(),
            *R,
            "authorizationData",
            to={"authorizers": [{"type": "unit", "id": "i"}] * 6},
        ),
        "at most 5",
    ),
]


@pytest.mark.parametrize(("body", "words"), DIMENSIONS)
async def test_a_wrong_dimension_names_the_field(
    client: Client, body: dict[str, Any], words: str
) -> None:
    assert words in refused(await client.post(POLICIES, body), 400)
    assert ok(await client.get(POLICIES)) == []


@pytest.mark.parametrize(
    ("params", "words"),
    [
        (None, "`params` is missing"),
        ([], "`params` must be an object"),
        ({"dimensionId": "d", "ruleId": "r"}, "`params.score` is missing"),
        ({"score": "100", "dimensionId": "d", "ruleId": "r"}, "`params.score` must be a number"),
        ({"score": True, "dimensionId": "d", "ruleId": "r"}, "`params.score`"),
        ({"score": 10**20, "dimensionId": "d", "ruleId": "r"}, "`params.score`"),
        ({"score": 1, "dimensionId": 5, "ruleId": "r"}, "`params.dimensionId`"),
        ({"score": 1, "dimensionId": "d"}, "`params.ruleId` is missing"),
    ],
)
async def test_a_wrong_callback_names_the_field(client: Client, params: Any, words: str) -> None:
    body = {} if params is None else {"params": params}
    assert words in refused(await client.post(f"{ORDERS}/x/callback", body), 400)


@pytest.mark.parametrize(
    "expression",
    [
        "value >",
        "(" * 10_000 + ")" * 10_000,
        "[" * 10_000,
        "$f(" * 5_000,
        "a." * 40_000 + "a",
        "a+" * 40_000 + "a",
        "'" + "x" * 99_000,
        "/*" * 100,
        "/[/ ~> $",
        "\u0000",
    ],
)
async def test_an_expression_that_cannot_be_compiled_is_400(
    client: Client, expression: str
) -> None:
    answer = await client.post(POLICIES, dimension(rule(expression=expression)))
    assert "expression" in refused(answer, 400)


async def test_an_expression_of_a_megabyte_is_400(client: Client) -> None:
    body = dimension(rule(expression="a" * 1_000_000))
    assert "at most 100000" in refused(await client.post(POLICIES, body), 400)


@pytest.mark.parametrize("declared", [True, False])
async def test_a_body_beyond_the_limit_is_413(database_url: str, declared: bool) -> None:
    settings = Settings(database_url=database_url, max_body_bytes=10_000)
    async with running(settings) as server, server.client() as client:
        body = json.dumps(submission(comment="x" * 10_000)).encode()

        async def chunks() -> Any:
            for start in range(0, len(body), 1_000):
                yield body[start : start + 1_000]

        content = body if declared else chunks()
        message = refused(await client.call("POST", ORDERS, content=content), 413)
        assert "10000 bytes" in message


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing/here/at/all", 404),
        ("PATCH", "/acme/authorization-dimensions", 405),
        ("DELETE", "/acme/commercial-authorizations", 405),
        ("GET", "/acme/authorization-dimensions/%00", 400),
        ("GET", "/acme/authorization-dimensions?name=%00", 400),
        ("GET", "/acme/commercial-authorizations/%00", 400),
    ],
)
async def test_a_path_that_is_none_answers_in_the_same_shape(
    server: Server, method: str, path: str, status: int
) -> None:
    async with server.client() as client:
        refused(await client.http.request(method, path), status)


async def test_the_contracts_liberties_are_taken(client: Client) -> None:
    """Equal priorities, authorizers in capitals, unknown fields, missing authorizers."""
    rules = [
        rule("One", authorizationData={"authorizers": [{"type": "Unit", "id": "u"}]}),
        rule("Two", effect=0, doId="x", status=None, unknown={"a": 1}),
    ]
    await client.create_dimension(*rules, extra=True)


async def test_integers_beyond_64_bits_do_no_harm(client: Client) -> None:
    await client.create_dimension()
    body = b'{"order": {"orderId": "o-1", "value": ' + b"9" * 300 + b'}, "unitId": "acme"}'
    assert ok(await client.call("POST", ORDERS, content=body))["status"] == "pending"
