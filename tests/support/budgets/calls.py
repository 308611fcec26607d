"""Calls to the Budgets API that tests make again and again."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any

import httpx
import pytest

from support.server import ALL, Server, ok

_numbers = count(1)


def allocation(amount: float = 100, **more: Any) -> dict[str, Any]:
    """An allocation for the cost centre `marketing` as clients send it."""
    return {
        "linkedEntity": {"id": "marketing", "type": "CostCenter"},
        "referenceId": "contract-7",
        "amount": amount,
        **more,
    }


def budget(amount: float = 1000, **more: Any) -> dict[str, Any]:
    """A budget as clients send it."""
    return {"name": "Office", "description": "Paper and toner", "amount": amount, **more}


def movement(amount: float = 30, kind: str = "DEBIT", **more: Any) -> dict[str, Any]:
    """A debit as clients send it."""
    return {
        "origin": "checkout",
        "reference": "o-1",
        "amount": amount,
        "requestedBy": "ana@acme.example",
        "type": kind,
        **more,
    }


def reservation(amount: float = 30, name: str = "", **more: Any) -> dict[str, Any]:
    """A reservation as clients send it, under a name of its own."""
    return movement(amount, reservationId=name or f"r-{next(_numbers)}", **more)


# For what is refused before a database is asked: one of them is enough.
ON_ONE_STORE = pytest.mark.parametrize("database_kind", ["sqlite"])
REQUESTER = {"requestedBy": "ben@acme.example"}


@dataclass
class Budgets:
    """Calls of one app key to the budgets of one unit; paths are below the unit."""

    http: httpx.AsyncClient
    unit: str = "acme-sales"

    async def call(
        self, method: str, path: str = "", body: Any = None, **more: Any
    ) -> httpx.Response:
        url = f"/api/budgets/UNIT/{self.unit}{path}"
        return await self.http.request(method, url, json=body, **more)

    async def get(self, path: str = "", **query: Any) -> Any:
        return ok(await self.call("GET", path, params=query))

    async def post(self, path: str, body: Any, *, key: str | None = None) -> Any:
        return ok(await self.call("POST", path, body, headers=_named(key)))

    async def put(self, path: str, body: Any) -> Any:
        return ok(await self.call("PUT", path, body))

    async def create(self, *allocations: dict[str, Any], **more: Any) -> dict[str, Any]:
        """A budget of 1000 with the allocations, or with one of 100."""
        body = budget(**more) | {"allocations": list(allocations) or [allocation()]}
        created: dict[str, Any] = await self.post("", body)
        return created

    async def create_path(self, *allocations: dict[str, Any], **more: Any) -> str:
        """The path of the first allocation of a new budget."""
        return path_of((await self.create(*allocations, **more))["allocations"][0])

    async def remaining(self, path: str) -> Any:
        """What remains of the budget or the allocation."""
        return (await self.get(path))["balance"]["remaining"]


def path_of(allocation: dict[str, Any]) -> str:
    """Where an allocation is, below its unit."""
    return f"/{allocation['budgetId']}/allocations/{allocation['id']}"


def failed(response: httpx.Response, status: int) -> str:
    """The sentence of an error answer, after making sure of its status and shape."""
    assert response.status_code == status, response.text
    body = response.json()
    assert list(body) == ["error"]
    sentence: str = body["error"]
    assert sentence
    assert "Traceback" not in sentence
    return sentence


@asynccontextmanager
async def budgets_of(
    server: Server,
    account: str = "acme",
    permissions: Iterable[str] = ALL,
    unit: str = "acme-sales",
) -> AsyncIterator[Budgets]:
    """The budgets of a unit, called with a new key."""
    async with server.client(account, permissions) as client:
        yield Budgets(client.http, unit)


def _named(key: str | None) -> dict[str, str]:
    return {} if key is None else {"Idempotency-Key": key}
