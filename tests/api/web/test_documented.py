"""What tests refuse of every answer they get: whatever the API document does not say of it."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from support.documented import check_answer

UNIT = {"organizationUnitId": "u", "addedUserIds": [], "failedUserIds": []}
WAITING = {"X-Placet-Waiting-Orders": "0", "X-Placet-Stuck-Orders": "0"}
MEMBERS = "/api/vtexid/organization-units/u/users"


def answered(method: str, path: str, status: int, json: Any = None, **headers: str) -> None:
    """Check an answer as the clients of tests do."""
    content = {} if json is None else {"json": json}
    request = httpx.Request(method, f"http://placet.test{path}")
    check_answer(httpx.Response(status, headers=headers, request=request, **content))


def test_what_is_documented_is_fine() -> None:
    answered("GET", "/healthz", 200, {"status": "ok"})
    answered("GET", "/acme/settings", 404, {"message": "nothing"})
    answered("GET", "/api/budgets/UNIT/u/b", 404, {"error": "nothing"})
    answered("POST", MEMBERS, 200, UNIT, **WAITING)
    answered("DELETE", "/acme/users/ana", 204, **WAITING)
    answered("GET", "/nowhere", 404, {"message": "nothing"})
    answered("GET", "/openapi.json", 200, {})
    # An order holds whatever its buyer wrote.
    answered("GET", "/acme/commercial-authorizations/a/order", 200, {"orderId": "1", "x": [1e300]})


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (("GET", "/healthz", 200, {"status": "ok", "more": 1}), "'more' was unexpected"),
        (("GET", "/healthz", 200, {}), '"status" is a required property'),
        (("GET", "/healthz", 200, {"status": "so so"}), '"ok" was expected'),
        (("GET", "/healthz", 201, {"status": "ok"}), "does not have this status"),
        (("GET", "/acme/settings", 404, {"error": "nothing"}), "'error' was unexpected"),
        (("GET", "/api/budgets/UNIT/u/b", 404, {"message": "no"}), "'message' was unexpected"),
        (("POST", MEMBERS, 200, UNIT), "the header `X-Placet-Waiting-Orders` is missing"),
        (("DELETE", "/acme/authorization-dimensions/d", 204, {}), "the content is of the type"),
        (("GET", "/healthz", 200), "the content is of the type ``"),
        (("GET", "/nowhere", 200, {}), "there is no such operation"),
    ],
)
def test_what_is_not_documented_is_refused(answer: tuple[Any, ...], problem: str) -> None:
    with pytest.raises(AssertionError) as refused:
        answered(*answer)
    assert problem in str(refused.value)
