"""Calls to the API of sellers' budgets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import httpx

from support.server import ok

BASE = "/2026-01/marketing-solutions/marketplace-performance-outcomes"


def seller_budget(
    first: str = "2026-05-01", last: str = "2026-05-31", seller: str = "1", **more: Any
) -> dict[str, Any]:
    """A new budget of 310 as clients send it."""
    return {
        "sellerId": seller,
        "campaignIds": ["10001"],
        "budgetType": "Capped",
        "amount": "310.00",
        "startDate": first,
        "endDate": last,
        **more,
    }


@dataclass
class Sellers:
    """Calls with one set of credentials."""

    http: httpx.AsyncClient

    async def call(self, method: str, path: str, body: Any = None, **more: Any) -> httpx.Response:
        if body is not None:
            more["json"] = body
        return await self.http.request(method, f"{BASE}{path}", **more)

    async def create(self, *budgets: dict[str, Any]) -> list[dict[str, Any]]:
        made: list[dict[str, Any]] = ok(await self.call("POST", "/budgets", list(budgets)))
        return made

    async def list(self, path: str = "/budgets", **query: Any) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = ok(await self.call("GET", path, params=query))
        return found

    async def get(self, budget: dict[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = ok(await self.call("GET", f"/budgets/{budget['id']}"))
        return found

    async def change(self, budget: dict[str, Any], **facts: Any) -> dict[str, Any]:
        path = f"/budgets/{budget['id']}"
        changed: dict[str, Any] = ok(await self.call("PATCH", path, facts))
        return changed


def faults(answer: httpx.Response, status: int) -> list[str]:
    """The fields at fault, after making sure of the status and the shape of an error answer."""
    assert answer.status_code == status, answer.text
    body = answer.json()
    assert list(body) == ["errors"]
    for error in body["errors"]:
        assert set(error) == {"code", "title", "detail", "source"}
        assert error["detail"]
        assert "Traceback" not in error["detail"]
    return [error["source"].get("field", "") for error in body["errors"]]


def instant(text: str) -> int:
    """A time in UTC as milliseconds since 1970."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


def overlapping(budgets: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Pairs of active budgets of one seller and campaign that share a day."""
    active = [budget for budget in budgets if not budget["isSuspended"]]
    return [
        (one["id"], other["id"])
        for number, one in enumerate(active)
        for other in active[number + 1 :]
        if (one["sellerId"], one["campaignIds"]) == (other["sellerId"], other["campaignIds"])
        and _days(one)[0] <= _days(other)[1]
        and _days(other)[0] <= _days(one)[1]
    ]


def _days(budget: dict[str, Any]) -> tuple[date, date]:
    return date.fromisoformat(budget["startDate"]), date.fromisoformat(budget["endDate"])
