"""Dimensions and rules as the response documents of the Buying Policies API."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from placet.kit.timestamps import timestamp
from placet.kit.wire_model import Document
from placet.policies.core.model import Dimension, Rule

CREATION_VERSION: Final = "1.0.0"
CREATION_ENVIRONMENT: Final = "stable"


def rule_document(rule: Rule, warnings: Sequence[str] = ()) -> Document:
    """A rule outside any order: its `status` is null. No `warnings` are left out."""
    document = {"id": rule.id, "name": rule.name, "status": None, "doId": None}
    return document | rule.to_document() | _warned(warnings)


def dimension_document(dimension: Dimension, warnings: Sequence[str] = ()) -> Document:
    """A dimension outside any order: its `status` is null. No `warnings` are left out."""
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
        | _warned(warnings)
    )


def _warned(warnings: Sequence[str]) -> Document:
    return {"warnings": list(warnings)} if warnings else {}
