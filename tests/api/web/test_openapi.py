"""Parts of the API document that are written once for all operations."""

from __future__ import annotations

import pytest

from support.documented import document


@pytest.mark.parametrize("path", sorted(document()["paths"]))
def test_every_operation_says_who_may_call_it_and_its_errors(path: str) -> None:
    for method, operation in document()["paths"][path].items():
        if method == "parameters":
            continue
        assert operation["summary"], method
        open_to_all = operation.get("security") == []
        assert open_to_all or "401" in operation["responses"], method


def test_every_scheme_of_security_is_used() -> None:
    schemes = document()["components"]["securitySchemes"]
    paths = document()["paths"].values()
    wanted = [*document().get("security", [])]
    for path in paths:
        for operation in path.values():
            wanted += operation.get("security", []) if isinstance(operation, dict) else []
    assert {name for each in wanted for name in each} == schemes.keys()
