"""Requests made up from the served API description: nothing breaks, nothing undocumented comes."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from support.budgets.load import credentials
from support.documented import CHECKED_AT_ONCE
from support.process import server_process
from support.sellers.calls import BASE, seller_budget
from support.server import ok

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
EXAMPLES = 15


@pytest.fixture(scope="module")
def http(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A server of its own, and a key that may do everything."""
    path = tmp_path_factory.mktemp("schema") / "placet.sqlite3"
    path.write_bytes(sqlite_template.read_bytes())
    headers = asyncio.run(credentials(f"sqlite:///{path}"))
    with (
        server_process(f"sqlite:///{path}") as server,
        httpx.Client(
            base_url=server.url, headers=headers, timeout=30, event_hooks=CHECKED_AT_ONCE
        ) as client,
    ):
        yield client


@pytest.fixture(scope="module")
def ids(http: httpx.Client) -> dict[str, str]:
    """Path parameters that lead to a budget."""
    new = seller_budget("2100-01-01", "2100-12-31", amount=1000)
    [made] = ok(http.post(f"{BASE}/budgets", json=[new]))
    return {
        "version": "2026-01",
        "budgetId": made["id"],
        "sellerId": made["sellerId"],
        "sellerCampaignId": made["sellerCampaignId"],
        "advertiserId": "acme",
    }


@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize("known", [True, False])
def test_made_up_requests_get_documented_answers(
    http: httpx.Client, ids: dict[str, str], mode: GenerationMode, known: bool
) -> None:
    document: dict[str, Any] = ok(http.get("/openapi.json"))
    schema = schemathesis.openapi.from_dict(document)
    tried = 0
    for result in schema.get_all_operations():
        operation = result.ok()
        if not operation.path.startswith("/{version}/marketing-solutions"):
            continue
        tried += 1
        parameters = {name: id for name, id in ids.items() if f"{{{name}}}" in operation.path}

        @given(case=operation.as_strategy(mode, path_parameters=parameters if known else None))
        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        def attempt(case: Case) -> None:
            case.call_and_validate(
                base_url=str(http.base_url), headers=dict(http.headers), checks=CHECKS
            )

        attempt()
    assert tried == 8
