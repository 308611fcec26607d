"""Orders that are read again, to the byte as they were submitted."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from sqlalchemy import text

from placet.people.core.roles import Role
from support.budgets.calls import ON_ONE_STORE
from support.people.calls import calling_as, hire
from support.people.units import plant
from support.server import Client, Server, ok, refused, rule

pytestmark = pytest.mark.anyio

ORDERS = "/commercial-authorizations"
ORDER = (
    '{ "value" : 1.10,\n\t"orderId":"o-1", "big":12345678901234567890.12345, "hundred": 1.0E+2,'
    ' "zero":-0.0,"text":"\\u00e9 \\"}, \\\\ é 😀", "deep":{"b":[ ],"a":[1.50,[{}]]}, "n":null }'
)


async def send(client: Client, order: str, **more: Any) -> dict[str, Any]:
    rest = json.dumps({"unitId": "acme", **more})
    body = f' {{"order" : {order} , {rest[1:]}'.encode()
    answer: dict[str, Any] = ok(await client.call("POST", ORDERS, content=body))
    return answer


async def read(client: Client, path: str) -> str:
    answer = await client.get(f"{ORDERS}/{path}".replace("/?", "?"))
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/json"
    return answer.content.decode()


async def test_it_is_what_was_submitted_to_the_byte(client: Client) -> None:
    placed = await send(client, ORDER)
    assert await read(client, f"{placed['id']}/order") == ORDER
    for path in (placed["id"], "order/o-1"):
        plain = await read(client, path)
        assert await read(client, f"{path}?expand=order") == f'{plain[:-1]},"order":{ORDER}}}'
        assert "order" not in json.loads(plain)
    listed = await read(client, "?expand=order")
    assert f',"order":{ORDER}}}],"next":null}}' in listed
    assert json.loads(listed)["data"][0]["order"] == json.loads(ORDER)


async def test_every_revision_keeps_its_own(client: Client) -> None:
    await client.create_dimension(rule("Ask", "true"))
    texts = [ORDER.replace("1.10", number) for number in ("1.10", "1.100", "2")]
    placed = [(await send(client, text))["id"] for text in texts]
    # The same number spelled otherwise is the same submission, kept as it first came.
    assert placed[0] == placed[1] != placed[2]
    for authorization_id, kept in ((placed[0], texts[0]), (placed[2], texts[2])):
        assert await read(client, f"{authorization_id}/order") == kept
    listed = json.loads(await read(client, "?expand=order&orderId=o-1"))["data"]
    assert [item["order"]["value"] for item in listed] == [2, 1.1]
    ok(await client.post(f"{ORDERS}/{placed[2]}/cancellation", {}))
    assert await read(client, f"{placed[2]}/order") == texts[2]


async def test_revisions_that_race_keep_their_own(client: Client) -> None:
    """Those of one group commit too."""
    texts = [ORDER.replace("1.10", f"{number}.0") for number in range(12)]
    placed = await asyncio.gather(*(send(client, text) for text in texts))
    for answer, kept in zip(placed, texts, strict=True):
        assert await read(client, f"{answer['id']}/order") == kept


async def test_an_order_of_an_earlier_version_is_the_same_document(
    server: Server, client: Client
) -> None:
    placed = await send(client, ORDER)
    async with server.database.write() as connection:
        await connection.execute(text("UPDATE authorizations SET order_text = NULL"))
    assert json.loads(await read(client, f"{placed['id']}/order")) == json.loads(ORDER)
    assert json.loads(await read(client, "order/o-1?expand=order"))["order"] == json.loads(ORDER)


@ON_ONE_STORE
async def test_who_may_not_see_the_authorization_sees_no_order(
    server: Server, client: Client
) -> None:
    await plant(server.database, {"acme": None, "other": None})
    await hire(server, "ana", "acme", [Role.BUYER])
    await hire(server, "eve", "other", [Role.BUYER])
    placed = await send(client, ORDER, userProfileId="ana")
    async with calling_as(server, "ana") as ana, calling_as(server, "eve") as eve:
        assert await read(ana, f"{placed['id']}/order") == ORDER
        hidden = refused(await eve.get(f"{ORDERS}/{placed['id']}/order"), 404)
        unknown = refused(await eve.get(f"{ORDERS}/no-such/order"), 404)
        assert hidden.replace(placed["id"], "no-such") == unknown
        assert json.loads(await read(eve, "?expand=order"))["data"] == []


@ON_ONE_STORE
@pytest.mark.parametrize("path", ["{id}", "order/o-1", ""])
async def test_nothing_else_can_be_expanded(client: Client, path: str) -> None:
    placed = await send(client, ORDER)
    address = f"{ORDERS}/{path.format(id=placed['id'])}".rstrip("/")
    message = refused(await client.get(f"{address}?expand=orders"), 400)
    assert message == "`expand` must be `order`, not `orders`"
