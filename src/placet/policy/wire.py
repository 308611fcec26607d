"""Dimensions and rules as the response documents of the Buying Policies API."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from placet.policy.fields import Document
from placet.policy.model import Dimension, Rule

__all__ = [
    "CREATION_ENVIRONMENT",
    "CREATION_VERSION",
    "dimension_document",
    "rule_document",
    "timestamp",
]

CREATION_VERSION: Final = "1.0.0"
CREATION_ENVIRONMENT: Final = "stable"


def timestamp(milliseconds: int) -> str:
    """Milliseconds since 1970 as the API writes times: `2025-06-10T19:11:14.7100000Z`."""
    seconds, rest = divmod(milliseconds, 1000)
    moment = datetime.fromtimestamp(seconds, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{rest:03d}0000Z"


def rule_document(rule: Rule) -> Document:
    """A rule outside any order: its `status` is null."""
    return {"id": rule.id, "name": rule.name, "status": None, "doId": None} | rule.to_document()


def dimension_document(dimension: Dimension) -> Document:
    """A dimension outside any order: its `status` is null."""
    document = dimension.to_document()
    del document["createdAt"]
    return (
        {"id": dimension.id, "name": dimension.name, "unitId": dimension.unit_id, "status": None}
        | document
        | {
            "ruleCollection": [rule_document(rule) for rule in dimension.rule_collection],
            "creationDate": timestamp(dimension.created_at),
            "creationVersion": CREATION_VERSION,
            "creationEnvironment": CREATION_ENVIRONMENT,
        }
    )
