"""Who changes people is told how many orders waited for them: in headers, and in a body."""

from __future__ import annotations

import json

import pytest
from fastapi import Response

from placet.api.people.fallen import STUCK_HEADER, WAITING_HEADER, fallen_answer, telling
from placet.people.core.fallen import Fallen


@pytest.mark.parametrize("fallen", [Fallen(), Fallen(2), Fallen(2, 1)])
def test_every_answer_says_it_in_headers(fallen: Fallen) -> None:
    for answer in (telling(Response(status_code=204), fallen), fallen_answer({"id": "x"}, fallen)):
        assert answer.headers[WAITING_HEADER] == str(fallen.orders)
        assert answer.headers[STUCK_HEADER] == str(fallen.stuck)


def test_a_body_says_it_only_where_orders_are_concerned() -> None:
    told = json.loads(bytes(fallen_answer({"id": "x"}, Fallen(2, 1)).body))
    assert (told["id"], told["waitingOrders"], told["stuckOrders"]) == ("x", 2, 1)
    assert len(told["warnings"]) == 2
    assert json.loads(bytes(fallen_answer({"id": "x"}, Fallen()).body)) == {"id": "x"}
