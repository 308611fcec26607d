"""The published contract of the Buying Policies API, where it is at hand."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

__all__ = ["CALLBACK", "answer_problems", "contract"]

_FILE = Path(__file__).parents[3] / "shared" / "contracts" / "buying-policies.openapi.json"
CALLBACK = "/commercial-authorizations/{orderAuthId}/callback"


@cache
def contract() -> dict[str, Any] | None:
    """The contract with its schemas in today's words; None on a machine that does not have it."""
    if not _FILE.exists():
        return None
    document: dict[str, Any] = _modern(json.loads(_FILE.read_text("utf-8")))
    return document


def answer_problems(path: str, method: str, status: int, document: Any) -> list[str]:
    """What of an answer is not as the contract says; nothing where there is no contract."""
    said = contract()
    if said is None:
        return []
    answer = said["paths"][path][method]["responses"][str(status)]
    schema = answer["content"]["application/json"]["schema"]
    validator = Draft202012Validator({**schema, "components": said["components"]})
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(document)]


def _modern(node: Any) -> Any:
    """OpenAPI 3.0's `nullable` in the words of JSON Schema."""
    if isinstance(node, list):
        return [_modern(item) for item in node]
    if not isinstance(node, dict):
        return node
    node = {key: _modern(value) for key, value in node.items()}
    if node.get("nullable") is True:
        node["type"] = [node["type"], "null"]
    return node
