"""The documents that tests send have all that the examples of the published APIs have."""

from __future__ import annotations

from typing import Any

import pytest

from support.contract import NAMES, body, contract, schema_problems, shape_problems

SENT = [
    (name, path, method)
    for name in NAMES
    for path, operations in contract(name)["paths"].items()
    for method, operation in operations.items()
    if "mediaType" not in operation.get("body", {"mediaType": "none"})
]


@pytest.mark.parametrize(("name", "path", "method"), SENT)
def test_a_body_is_as_its_api_shows_it(name: str, path: str, method: str) -> None:
    described: dict[str, Any] = contract(name)["paths"][path][method]["body"]
    document = body(name, path, method)
    assert schema_problems(name, described, document) == []
    assert shape_problems(described, document) == []


def test_every_api_that_takes_documents_is_there() -> None:
    assert {name: sum(name == other for other, *_ in SENT) for name in NAMES} == {
        "budgets": 15,
        "buyer-organizations": 0,
        "buying-policies": 6,
        "organization-units": 5,
    }
