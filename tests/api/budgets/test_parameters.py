"""Filters and pages of lists."""

from __future__ import annotations

import pytest

from support.budgets.calls import (
    ON_ONE_STORE,
    Budgets,
    budget,
    failed,
)

pytestmark = pytest.mark.anyio


async def test_pages_follow_each_other_without_gap(budgets: Budgets) -> None:
    ids = [(await budgets.post("", budget()))["id"] for _ in range(5)]
    seen = []
    for page, length in ((1, 2), (2, 2), (3, 1), (4, 0)):
        found = await budgets.get(page=page, pageSize=2)
        assert found["pagination"] == {"current": page, "pages": 3, "results": 5}
        assert len(found["items"]) == length
        seen += [item["id"] for item in found["items"]]
    assert seen == ids[::-1]


@ON_ONE_STORE
@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"page": "0"}, "`page`"),
        ({"page": "-1"}, "`page`"),
        ({"page": "one"}, "`page` must be a whole number"),
        ({"page": "1.5"}, "`page` must be a whole number"),
        ({"page": "9999999999999999999999"}, "`page`"),
        ({"pageSize": "0"}, "`pageSize`"),
        ({"pageSize": "501"}, "`pageSize`"),
        ({"minAmount": "ten"}, "`minAmount` must be a number"),
        ({"maxAmount": "1_0"}, "`maxAmount` must be a number"),
        ({"maxAmount": "1e999999999"}, "`maxAmount` must be a number"),
        ({"maxAmount": "0.00001"}, "`maxAmount`: has more than four decimals"),
        ({"status": "DELETED"}, "`status` must be one of `ACTIVE`, `INACTIVE`"),
        ({"stauts": "ACTIVE"}, "there is no parameter `stauts`: did you mean `status`?"),
    ],
)
async def test_a_bad_query_is_refused(budgets: Budgets, query: dict[str, str], words: str) -> None:
    assert words in failed(await budgets.call("GET", params=query), 400)
