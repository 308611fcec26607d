"""A running application and the calls that tests make to it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from fastapi import FastAPI

from placet.access.service.keys import create_key
from placet.app import create_app
from placet.database.database import Database
from placet.kit.clock import Clock
from placet.people.core.permissions import Permission
from placet.process import Desks, Process
from placet.settings import Settings
from support.documented import CHECKED

ALL = tuple(Permission)


def rule(
    name: str = "Large orders",
    expression: str = "value > 50000",
    effect: int = 2,
    priority: int = 1,
    **more: Any,
) -> dict[str, Any]:
    """A rule as clients send it."""
    return {
        "name": name,
        "priority": priority,
        "trigger": {
            "condition": {"conditionType": 2, "description": "", "expression": expression},
            "effect": {"description": "", "effectType": effect},
        },
        "scoreInterval": {"accept": 10, "deny": 5},
        **more,
    }


def dimension(*rules: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A dimension of the unit `acme` as clients send it."""
    return {
        "name": "Acme",
        "unitId": "acme",
        "priority": 9999,
        "requireAllRulesAcceptance": False,
        "ruleCollection": list(rules) or [rule()],
        **more,
    }


def submission(order_id: str = "o-1", value: int = 61250, **more: Any) -> dict[str, Any]:
    """An order of the unit `acme` as checkout sends it."""
    return {"order": {"orderId": order_id, "value": value, "items": []}, "unitId": "acme", **more}


def score(authorization: dict[str, Any], points: float, **more: Any) -> dict[str, Any]:
    """A callback for the first pending rule of an authorization."""
    for item in authorization["dimensionStatus"]:
        for candidate in item["ruleCollection"]:
            if candidate["status"] == "pending":
                ids = {"dimensionId": item["id"], "ruleId": candidate["id"]}
                return {"params": {"score": points, **ids, **more}}
    raise AssertionError("no rule is pending")


@dataclass
class Client:
    """Calls as one app key of one account; paths are below the account."""

    http: httpx.AsyncClient
    account: str

    async def call(self, method: str, path: str, **more: Any) -> httpx.Response:
        return await self.http.request(method, f"/{self.account}{path}", **more)

    async def get(self, path: str, **more: Any) -> httpx.Response:
        return await self.call("GET", path, **more)

    async def post(self, path: str, body: Any = None, **more: Any) -> httpx.Response:
        return await self.call("POST", path, json=body, **more)

    async def put(self, path: str, body: Any = None, **more: Any) -> httpx.Response:
        return await self.call("PUT", path, json=body, **more)

    async def delete(self, path: str) -> httpx.Response:
        return await self.call("DELETE", path)

    async def create_dimension(self, *rules: dict[str, Any], **more: Any) -> dict[str, Any]:
        return ok(await self.post("/authorization-dimensions", dimension(*rules, **more)))

    async def submit(self, *args: Any, **more: Any) -> dict[str, Any]:
        return ok(await self.post("/commercial-authorizations", submission(*args, **more)))


@dataclass
class Server:
    """An open application."""

    app: FastAPI

    @property
    def process(self) -> Process:
        process: Process = self.app.state.process
        return process

    @property
    def desks(self) -> Desks:
        return self.process.desks

    @property
    def database(self) -> Database:
        return self.process.database

    @asynccontextmanager
    async def client(
        self, account: str = "acme", permissions: Iterable[str] = ALL
    ) -> AsyncIterator[Client]:
        key = await create_key(self.database, account, permissions)
        headers = {"X-VTEX-API-AppKey": key.app_key, "X-VTEX-API-AppToken": key.app_token}
        async with self.anonymous(headers) as http:
            yield Client(http, account)

    @asynccontextmanager
    async def anonymous(
        self, headers: dict[str, str] | None = None
    ) -> AsyncIterator[httpx.AsyncClient]:
        """Calls without credentials, but for `headers`; every answer must be a documented one."""
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=True)
        base = "http://placet.test"
        async with httpx.AsyncClient(
            transport=transport, base_url=base, headers=headers, event_hooks=CHECKED
        ) as http:
            yield http


@asynccontextmanager
async def running(settings: Settings, *, clock: Clock | None = None) -> AsyncIterator[Server]:
    """The application between start and shutdown."""
    app = create_app(settings, clock=clock)
    async with app.router.lifespan_context(app):
        yield Server(app)


def ok(response: httpx.Response) -> Any:
    """The answer's JSON, after making sure that it is a 200."""
    assert response.status_code == 200, response.text
    return response.json()


def refused(response: httpx.Response, status: int) -> str:
    """The message of an error answer, after making sure of its status and shape."""
    assert response.status_code == status, response.text
    body = response.json()
    assert list(body) == ["message"]
    message: str = body["message"]
    assert message
    assert "Traceback" not in message
    return message
