"""Telling whoever changes people or units how many orders waited for them.

Every such answer says it in headers, as a 204 has no body; one with a body says it there too where
any order is concerned, in fields that the public API does not have.
"""

from __future__ import annotations

from typing import Final

from fastapi import Response

from placet.api.web.answers import json_answer
from placet.kit.wire_model import Document
from placet.people.core.fallen import Fallen

WAITING_HEADER: Final = "X-Placet-Waiting-Orders"
STUCK_HEADER: Final = "X-Placet-Stuck-Orders"
_NUMBER: Final = {"schema": {"type": "integer", "minimum": 0}}
FALLEN_HEADERS: Final = {
    WAITING_HEADER: _NUMBER
    | {"description": "Orders that waited for somebody who cannot decide them any more."},
    STUCK_HEADER: _NUMBER | {"description": "Those of them that nobody can decide now."},
}


def fallen_answer(document: Document, fallen: Fallen) -> Response:
    """`document` as JSON, with what became of orders."""
    if fallen.warnings:
        document = document | {
            "waitingOrders": fallen.orders,
            "stuckOrders": fallen.stuck,
            "warnings": list(fallen.warnings),
        }
    return telling(json_answer(document), fallen)


def telling(answer: Response, fallen: Fallen) -> Response:
    """The answer with the headers about orders."""
    answer.headers[WAITING_HEADER] = str(fallen.orders)
    answer.headers[STUCK_HEADER] = str(fallen.stuck)
    return answer
