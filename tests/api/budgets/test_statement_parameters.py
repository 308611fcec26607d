"""What is asked of a statement is read, or refused in a sentence."""

from __future__ import annotations

import pytest

from support.budgets.calls import (
    ON_ONE_STORE,
    Budgets,
    failed,
)

pytestmark = pytest.mark.anyio


@ON_ONE_STORE
@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"after": "x"}, "`after` must be the `next` of this statement, not `x`"),
        ({"after": ""}, "`after` must be the `next` of this statement, not ``"),
        ({"after": "tn0"}, "`after` must be the `next` of this statement, not `tn0`"),
        ({"after": "tn9999"}, "`after` must be the `next` of this statement, not `tn9999`"),
        ({"after": "tn1", "page": "1"}, "`after` and `page` exclude each other: give one of them"),
        ({"after": "tn1", "order": "oldest"},
         "`order` must stay `newest`, with which `after` was made"),
        ({"after": "tn1", "lines": "all"},
         "`lines` must stay `transactions`, with which `after` was made"),
        ({"order": "up"}, "`order` must be `newest` or `oldest`, not `up`"),
        ({"lines": "some"}, "`lines` must be `transactions` or `all`, not `some`"),
        ({"from": "2026-02-30"}, "`from`: `2026-02-30` is no instant like `2026-01-31T00:00:00Z`"),
        ({"to": "soon"}, "`to`: `soon` is no instant like `2026-01-31T00:00:00Z`"),
        ({"from": "2026-02-02", "to": "2026-02-01"}, "`from` must not be after `to`"),
        ({"cycle": "current", "to": "2026-02-01"},
         "`cycle` excludes `from` and `to`: give it or them"),
        ({"cycle": "next"},
         "`cycle` must be `current`, `previous`, the number of a cycle or an instant in it like"
         " `2026-01-31T00:00:00Z`, not `next`"),
        ({"cycle": "0"}, "`cycle`: the budget has the cycles 1 to 1, and not `0`"),
        ({"cycle": "7"}, "`cycle`: the budget has the cycles 1 to 1, and not `7`"),
        ({"cycle": "previous"}, "`cycle`: the budget has the cycles 1 to 1, and not `previous`"),
        ({"cycle": "1999"}, "`cycle`: the budget has the cycles 1 to 1, and not `1999`"),
        ({"cycle": "1999-01-01"},
         "`cycle`: the budget has the cycles 1 to 1, and not `1999-01-01`"),
        ({"pageSize": "0"}, "`pageSize` must be a whole number from 1 to 500, not `0`"),
        ({"page": "-1"}, "`page` must be a whole number from 1 to 1000000000, not `-1`"),
        ({"cylce": "current"}, "there is no parameter `cylce`: did you mean `cycle`?"),
    ],
)  # fmt: skip
async def test_what_cannot_be_read_is_refused_in_a_sentence(
    budgets: Budgets, query: dict[str, str], sentence: str
) -> None:
    path = await budgets.create_path()
    for place in (path, f"/{path.split('/')[1]}"):
        answer = await budgets.call("GET", f"{place}/statements", params=query)
        assert failed(answer, 400) == sentence
