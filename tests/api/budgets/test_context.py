"""Budgets belong to a context, which is a unit."""

from __future__ import annotations

import pytest

from support.budgets.calls import (
    Budgets,
    failed,
)
from support.server import ok

pytestmark = pytest.mark.anyio


async def test_the_context_type_is_always_unit(budgets: Budgets) -> None:
    answer = await budgets.http.get("/api/budgets/ACCOUNT/acme-sales")
    assert "`contextType` must be `UNIT`" in failed(answer, 400)
    assert ok(await budgets.http.get("/api/budgets/UNIT/anything"))["items"] == []
