"""What may be submitted, and what makes two submissions the same."""

from __future__ import annotations

from typing import Any

import pytest

from placet.errors import InvalidRequest
from placet.kit.reading import read
from placet.orders.core.submission import MAX_DEPTH, Submission


def nested(levels: int) -> Any:
    document: Any = 1
    for _ in range(levels):
        document = {"a": document}
    return document


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({}, "`order` is missing"),
        ({"order": []}, "`order` must be an object"),
        ({"order": {}}, "`order.orderId` must be a string that is not empty"),
        ({"order": {"orderId": 7}}, "`order.orderId` must be a string that is not empty"),
        (
            {"order": {"orderId": "a\nb"}},
            "`order.orderId` must be at most 250 printable characters",
        ),
        (
            {"order": {"orderId": "1", "a": nested(MAX_DEPTH)}},
            "`order` must not be nested deeper than 100 levels",
        ),
        (
            {"order": {"orderId": "1"}, "spending": [{"budgetId": "b"}]},
            "`spending[0].allocationId` is missing; `spending[0].amount` is missing",
        ),
        ({"order": {"orderId": "1"}, "unitId": 5}, "`unitId` must be a string"),
    ],
)
def test_what_cannot_be_judged_is_refused(document: Any, message: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        read(Submission, document)
    assert caught.value.message == message


def test_hostile_nesting_is_refused_without_recursion() -> None:
    with pytest.raises(InvalidRequest, match="nested deeper"):
        read(Submission, {"order": {"orderId": "1", "a": nested(500)}})


def fingerprint(**fields: Any) -> str:
    return read(Submission, {"order": {"orderId": "1", "b": 2, "a": 1}} | fields).fingerprint


def test_the_order_of_keys_makes_no_difference() -> None:
    assert fingerprint() == fingerprint(order={"a": 1, "orderId": "1", "b": 2})


@pytest.mark.parametrize(
    "fields",
    [
        {"order": {"orderId": "1", "b": 2, "a": 1.5}},
        {"unitId": "u"},
        {"userProfileId": "p"},
        {"callbackEndpoint": "https://example.com"},
        {"linkedEntities": [{"type": "CostCenter", "id": "c"}]},
        {"spending": [{"budgetId": "b", "allocationId": "a", "amount": 1}]},
    ],
)
def test_any_other_content_makes_another_fingerprint(fields: dict[str, Any]) -> None:
    assert fingerprint(**fields) != fingerprint()


def test_a_number_json_does_not_have_is_refused() -> None:
    submission = Submission(order={"orderId": "1", "value": float("nan")})
    with pytest.raises(InvalidRequest, match="NaN"):
        _ = submission.fingerprint
