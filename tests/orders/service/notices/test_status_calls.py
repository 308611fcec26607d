"""Status changes told to callback endpoints: real receivers, driven time, both stores."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from standardwebhooks import Webhook

from placet.messages.core.message import MessageState
from placet.messages.delivery.signature import WebhookSecrets
from placet.orders.service.notices.status_calls import STATUS_TOPIC
from support.clock import ManualClock
from support.messages.outgoing import SECRET, deliver, messages_of, outgoing
from support.messages.receiver import Received, Receiver, answering, never, receiving
from support.server import Client, Server, ok, refused, rule, score, submission

pytestmark = pytest.mark.anyio

PATH = "/commercial-authorizations"
MINUTE = 60_000
HOUR = 60 * MINUTE
REFUSED = "the host `shop.example` is not allowed"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
async def server(database_url: str, clock: ManualClock) -> AsyncIterator[Server]:
    async with outgoing(database_url, clock) as opened:
        yield opened


@pytest.fixture
async def client(server: Server) -> AsyncIterator[Client]:
    async with server.client() as opened:
        await opened.create_dimension()
        yield opened


async def decide(client: Client, authorization: dict[str, Any], points: float = 100) -> Any:
    path = f"{PATH}/{authorization['id']}/callback"
    return ok(await client.post(path, score(authorization, points)))


def told(receiver: Receiver) -> list[tuple[str, str]]:
    """Every order and state that a receiver was told, attempts included."""
    return [(body["data"]["orderId"], body["data"]["state"]) for body in receiver.bodies]


async def history(client: Client, authorization: dict[str, Any]) -> list[dict[str, Any]]:
    lines: list[dict[str, Any]] = ok(await client.get(f"{PATH}/{authorization['id']}/history"))[
        "data"
    ]
    return lines


async def test_a_decision_is_told_signed_and_with_what_checkout_needs(
    client: Client, server: Server
) -> None:
    async with receiving() as receiver:
        pending = await client.submit(callbackEndpoint=receiver.url("/order/o-1"))
        await deliver(server)
        assert receiver.requests == []
        decided = await decide(client, pending)
        await deliver(server)
    [request] = receiver.requests
    assert (request.method, request.target) == ("POST", "/order/o-1")
    secret = WebhookSecrets(SECRET).of_account("acme")[0]
    body = Webhook(secret).verify(request.body, request.headers)
    assert body["type"] == STATUS_TOPIC
    assert body["data"] == {
        "id": pending["id"],
        "orderId": "o-1",
        "revision": 1,
        "sequence": 2,
        "status": decided["status"],
        "state": "accepted",
        "previousState": "pending",
        "reason": decided["additionalInfo"]["reason"],
    }


async def test_every_later_change_is_told_and_what_changes_nothing_is_not(
    client: Client, server: Server
) -> None:
    async with receiving() as receiver:
        endpoint = receiver.url()
        first = await client.submit(callbackEndpoint=endpoint)
        await client.submit(callbackEndpoint=endpoint)
        second = await client.submit(value=70_000, callbackEndpoint=endpoint)
        ok(await client.post(f"{PATH}/{second['id']}/reevaluation"))
        await decide(client, second)
        await decide(client, second | {"dimensionStatus": first["dimensionStatus"]})
        ok(await client.post(f"{PATH}/{second['id']}/cancellation", {}))
        ok(await client.post(f"{PATH}/{second['id']}/cancellation", {}))
        await deliver(server)
    assert [
        (body["data"]["revision"], body["data"]["previousState"], body["data"]["state"])
        for body in receiver.bodies
    ] == [
        (1, "pending", "superseded"),
        (2, "pending", "accepted"),
        (2, "accepted", "cancelled"),
    ]
    assert {body["data"]["status"] for body in receiver.bodies} == {"denied", "accepted"}


async def test_an_order_that_nobody_asked_to_hear_of_calls_nobody(
    client: Client, server: Server
) -> None:
    await decide(client, await client.submit())
    assert await messages_of(server.database, STATUS_TOPIC) == []


async def test_a_receiver_dead_for_an_hour_hears_everything_in_order_once_it_is_back(
    client: Client, server: Server, clock: ManualClock
) -> None:
    receiver = Receiver()
    async with receiver.up():
        pass
    orders = [await client.submit(f"o-{n}", callbackEndpoint=receiver.url()) for n in range(3)]
    for order in orders:
        await decide(client, order)
        ok(await client.post(f"{PATH}/{order['id']}/cancellation", {}))
    for _ in range(60):
        await deliver(server)
        clock.advance(MINUTE)
    assert receiver.requests == []
    async with receiver.up():
        clock.advance(2 * HOUR)
        await deliver(server)
    for n in range(3):
        assert [state for order, state in told(receiver) if order == f"o-{n}"] == [
            "accepted",
            "cancelled",
        ]
    states = {item.state for item in await messages_of(server.database, STATUS_TOPIC)}
    assert states == {MessageState.DELIVERED}


@pytest.mark.parametrize("failure", [answering(500), answering(307, location="http://127.0.0.1/")])
async def test_a_failing_receiver_is_tried_again_in_order_and_redirects_are_not_followed(
    client: Client, server: Server, clock: ManualClock, failure: Any
) -> None:
    tries: dict[str, int] = {}

    def flaky(request: Received) -> Any:
        tries[request.message_id] = tries.get(request.message_id, 0) + 1
        return answering(200)(request) if tries[request.message_id] > 2 else failure(request)

    async with receiving() as elsewhere, receiving(flaky) as receiver:
        order = await client.submit(callbackEndpoint=receiver.url())
        await decide(client, order)
        ok(await client.post(f"{PATH}/{order['id']}/cancellation", {}))
        for _ in range(10):
            await deliver(server)
            clock.advance(HOUR)
        assert elsewhere.requests == []
    assert told(receiver) == [("o-1", "accepted")] * 3 + [("o-1", "cancelled")] * 3
    assert len(set(tries)) == 2


async def test_a_slow_receiver_delays_its_own_order_only(client: Client, server: Server) -> None:
    async with receiving(never) as slow, receiving() as quick:
        for number in range(4):
            receiver = slow if number == 0 else quick
            order = await client.submit(f"o-{number}", callbackEndpoint=receiver.url())
            await decide(client, order)
            ok(await client.post(f"{PATH}/{order['id']}/cancellation", {}))
        delivering = asyncio.create_task(deliver(server))
        async with asyncio.timeout(20):
            while len(quick.requests) < 6:
                quick.arrived.clear()
                await quick.arrived.wait()
        assert told(slow) == [("o-0", "accepted")]
        delivering.cancel()
        await asyncio.wait([delivering])


async def test_a_refused_host_is_never_called_noted_twice_and_holds_up_nothing(
    client: Client, server: Server
) -> None:
    order = await client.submit(callbackEndpoint="https://shop.example/orders/1")
    decided = await decide(client, order)
    assert decided["status"] == "accepted"
    [message] = await messages_of(server.database, STATUS_TOPIC)
    assert (message.state, message.last_error, message.attempts) == (
        MessageState.DEAD,
        REFUSED,
        0,
    )
    lines = await history(client, order)
    assert [line["what"] for line in lines][-1] == "not told to the callback endpoint"
    assert (lines[-1]["note"], lines[-1]["actorKind"]) == (REFUSED, "system")
    assert (lines[-1]["before"], lines[-1]["after"]) == ("accepted", "accepted")


async def test_a_host_that_is_no_longer_allowed_when_the_call_is_due_is_not_called(
    database_url: str, clock: ManualClock
) -> None:
    async with receiving() as receiver:
        async with outgoing(database_url, clock) as server, server.client() as client:
            await client.create_dimension()
            await decide(client, await client.submit(callbackEndpoint=receiver.url()))
        async with outgoing(database_url, clock, allowed_hosts="other.example") as server:
            await deliver(server)
            [message] = await messages_of(server.database, STATUS_TOPIC)
        assert receiver.requests == []
    assert message.state is MessageState.DEAD
    assert message.last_error == "the host `127.0.0.1` is not allowed"


@pytest.mark.parametrize(
    "endpoint",
    ["shop.example/o-1", "ftp://shop.example", "https://", "https:///path", "http://a b/", "", "x"],
)
async def test_an_endpoint_that_is_no_url_is_refused_with_the_submission(
    client: Client, endpoint: str
) -> None:
    answer = await client.post(PATH, submission(callbackEndpoint=endpoint))
    assert "`callbackEndpoint`" in refused(answer, 400)
    refused(await client.get(f"{PATH}/order/o-1"), 404)


async def test_a_change_that_is_not_kept_is_not_told(client: Client, server: Server) -> None:
    pending = await client.submit(callbackEndpoint="http://127.0.0.1/hook")
    path = f"{PATH}/{pending['id']}/callback"
    answers = await asyncio.gather(
        *(client.post(path, score(pending, points)) for points in (100, 0) * 5)
    )
    assert {answer.status_code for answer in answers} == {200, 409}
    assert len(await messages_of(server.database, STATUS_TOPIC)) == 1


async def test_the_description_of_the_api_tells_of_the_call(client: Client) -> None:
    described = (await client.http.get("/openapi.json")).json()
    [(topic, call)] = described["webhooks"].items()
    assert topic == STATUS_TOPIC
    models = described["components"]["schemas"]
    body = call["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert body == {"$ref": "#/components/schemas/StatusChange"}
    for name in ("StatusChange", "StatusChangeData"):
        assert set(models[name]["required"]) == set(models[name]["properties"])


async def test_deny_rules_are_told_by_the_answer_alone(database_url: str) -> None:
    async with outgoing(database_url, ManualClock()) as server, server.client() as client:
        await client.create_dimension(rule(effect=1))
        denied = await client.submit(callbackEndpoint="http://127.0.0.1/hook")
        assert denied["status"] == "denied"
        assert await messages_of(server.database, STATUS_TOPIC) == []
