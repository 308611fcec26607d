"""A tree of units with approvers in it, and everything that says who may decide an order."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from support.clock import ManualClock
from support.messages.outgoing import outgoing
from support.people.calls import calling_as
from support.people.units import person, plant
from support.server import Client, Server, ok, rule, score

__all__ = ["APPROVER", "BUYER", "PATH", "World", "asking", "open_world"]

PATH = "/commercial-authorizations"
APPROVER, BUYER = "Order Approver", "Buyer"
TREE = {"acme": None, "sales": "acme", "lab": "sales", "annex": "acme"}
PEOPLE = {
    "lab1": ("lab", [APPROVER]),
    "buyer": ("lab", [BUYER]),
    "sara": ("sales", [APPROVER]),
    "boss": ("acme", [APPROVER]),
    "sub1": (None, [APPROVER]),
}


def asking(*authorizers: str, every: bool = True, **more: Any) -> dict[str, Any]:
    pairs = [authorizer.split() for authorizer in authorizers]
    listed = [{"type": kind, "id": id_} for kind, id_ in pairs]
    return rule(authorizationData={"requireAllApprovals": every, "authorizers": listed}, **more)


@dataclass
class World:
    """The app key as `key`, and everybody else by name."""

    server: Server
    clock: ManualClock
    clients: dict[str, Client]

    @property
    def key(self) -> Client:
        return self.clients["key"]

    async def submit(self, order_id: str = "o-1", **more: Any) -> dict[str, Any]:
        return await self.key.submit(order_id, unitId="lab", **more)

    async def inbox(self, name: str) -> list[str]:
        answer = await self.clients[name].get(PATH, params={"pending-for": "me"})
        # Who is inactive is nobody.
        page = {"data": []} if answer.status_code == 401 else ok(answer)
        return [item["orderId"] for item in page["data"]]

    async def who(self, order: dict[str, Any]) -> set[str]:
        """Who may decide an order now, after making sure that everything says the same."""
        found = set()
        for name, client in self.clients.items():
            if name == "key":
                continue
            asked = order["orderId"] in await self.inbox(name)
            answer = await client.get(f"{PATH}/{order['id']}")
            told = answer.status_code == 200 and any(
                item["isUserNextAuthorizer"]
                for dimension in answer.json()["dimensionStatus"]
                for item in dimension["ruleCollection"]
            )
            assert asked == told, name
            if asked:
                listed = ok(await client.get(PATH, params={"orderId": order["orderId"]}))
                assert len(listed["data"]) == 1
                found.add(name)
        return found

    async def levels(self, order: dict[str, Any]) -> list[dict[str, Any]]:
        """What the explanation says of the levels that are up."""
        told = ok(await self.key.get(f"{PATH}/{order['id']}/explanation"))
        return [
            level
            for dimension in told["dimensions"]
            for item in dimension["rules"]
            for level in item.get("waitsFor", {}).get("levels", [])
        ]

    async def decide(self, name: str, order: dict[str, Any], points: float = 100) -> httpx.Response:
        pending = ok(await self.key.get(f"{PATH}/{order['id']}"))
        return await self.clients[name].post(
            f"{PATH}/{order['id']}/callback", score(pending, points)
        )

    async def stuck(self, **params: str) -> list[str]:
        page = ok(await self.key.get(PATH, params={"waitsFor": "nobody", **params}))
        return [item["orderId"] for item in page["data"]]


@asynccontextmanager
async def open_world(database_url: str) -> AsyncIterator[World]:
    """A server with these people, whose time is driven and which forgets nothing late."""
    clock = ManualClock()
    async with outgoing(database_url, clock) as server, AsyncExitStack() as stack:
        await server.process.workers.approvals.close()
        people = [
            person(name, unit, roles, email=f"{name}@acme.example")
            for name, (unit, roles) in PEOPLE.items()
        ]
        await plant(server.database, TREE, *people)
        clients = {
            name: await stack.enter_async_context(calling_as(server, name)) for name in PEOPLE
        }
        clients["key"] = await stack.enter_async_context(server.client())
        yield World(server, clock, clients)
