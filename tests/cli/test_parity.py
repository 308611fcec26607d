"""A dry run decides as the server does: same outcome, same rule, same words."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml

from cli.conftest import EXAMPLES, Placet
from placet.cli.demo_server import running_server
from placet.cli.http import Connection

NAMES = sorted(path.name for path in EXAMPLES.iterdir() if path.is_dir())


@pytest.mark.parametrize("name", NAMES)
def test_the_server_decides_an_example_as_the_dry_run_does(placet: Placet, name: str) -> None:
    rules = EXAMPLES / name / "rules.yaml"
    account = yaml.safe_load(rules.read_text("utf-8"))["account"]
    with running_server(account) as server:
        address = ["--url", server.url, "--app-key", server.app_key, "--app-token"]
        assert placet("push", rules, *address, server.app_token).code == 0
        with Connection(server.url, server.app_key, server.app_token, local=True) as api:
            for number, submission in enumerate(submissions(name)):
                submission["order"]["orderId"] = str(number)
                stdin = json.dumps(submission)
                dry = json.loads(
                    placet("dry-run", rules, "--order", "-", "--json", stdin=stdin).out
                )
                path = f"/{account}/commercial-authorizations"
                judged = api.call("POST", path, json=submission)
                explained = api.call("GET", f"{path}/{judged['id']}/explanation")
                assert judged["status"] == dry["outcome"]
                assert [told(rule) for rule in rules_of(explained)] == [
                    told(rule) for rule in rules_of(dry)
                ]
                for key in ("reason", "dimensionId", "ruleId"):
                    assert explained[key] == dry[key]


def submissions(name: str) -> list[dict[str, Any]]:
    """The example's orders, with the units they come from."""
    found = []
    for item in yaml.safe_load((EXAMPLES / name / "expected.yaml").read_text("utf-8")):
        order = json.loads((EXAMPLES / name / "orders" / item["order"]).read_text("utf-8"))
        unit = {"unitId": item["unit"]} if "unit" in item else {}
        found.append({"order": order, **unit})
    return found


def rules_of(document: dict[str, Any]) -> list[dict[str, Any]]:
    """Every rule of a decision or an explanation, in the order of the walk."""
    return [rule for dimension in document["dimensions"] for rule in dimension["rules"]]


def told(rule: dict[str, Any]) -> dict[str, Any]:
    """What both say of a rule."""
    keys = ("ruleId", "result", "status", "error", "manualReview", "evidence", "notReachedBecause")
    return {key: rule[key] for key in keys}
