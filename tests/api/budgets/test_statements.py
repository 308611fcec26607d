"""Statements: every debit and credit, page by page."""

from __future__ import annotations

import pytest

from support.budgets.calls import Budgets, allocation, failed, movement, path_of

pytestmark = pytest.mark.anyio


async def test_a_budget_shows_all_and_an_allocation_its_own(budgets: Budgets) -> None:
    made = await budgets.create(allocation(), allocation())
    paths = [path_of(part) for part in made["allocations"]]
    lines = [
        await budgets.post(f"{paths[number % 2]}/transactions", movement(number + 1))
        for number in range(6)
    ]
    whole = await budgets.get(f"/{made['id']}/statements")
    assert whole["transactions"] == lines[::-1]
    for number, path in enumerate(paths):
        own = await budgets.get(f"{path}/statements")
        assert own["transactions"] == lines[number::2][::-1]
        assert own["pagination"] == {"current": 1, "pages": 1, "results": 3}


async def test_statements_come_in_pages(budgets: Budgets) -> None:
    path = await budgets.create_path()
    ids = [(await budgets.post(f"{path}/transactions", movement(1)))["id"] for _ in range(5)]
    for place in (path, f"/{path.split('/')[1]}"):
        pages = [
            await budgets.get(f"{place}/statements", page=page, pageSize=2) for page in (1, 2, 3, 4)
        ]
        assert [len(page["transactions"]) for page in pages] == [2, 2, 1, 0]
        seen = [line["id"] for page in pages for line in page["transactions"]]
        assert seen == ids[::-1]
        assert pages[3]["pagination"] == {"current": 4, "pages": 3, "results": 5}
        answer = await budgets.call("GET", f"{place}/statements", params={"pageSize": "x"})
        assert "`pageSize`" in failed(answer, 400)
        answer = await budgets.call("GET", f"{place}/statements", params={"startDate": "2026"})
        assert "there is no parameter `startDate`" in failed(answer, 400)
