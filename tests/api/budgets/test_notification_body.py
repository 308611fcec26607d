"""The shown form of notification settings and the one that is read are the same."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from pydantic import BaseModel

from placet.api.budgets.notification_body import Notification
from placet.api.web.models import schema_of
from placet.budgets.core.notification import NotificationSettings
from placet.errors import InvalidRequest

HALF = {"type": "PERCENT", "Value": 50}
ANA = {"type": "Email", "identifier": "ana@acme.example"}
TOLD = {"type": "AMOUNT", "threshold": 9.5, "recipients": [{"email": "ana@acme.example"}]}


class Holder(BaseModel):
    """Has notification settings."""

    settings: Notification


def shown(settings: Any) -> bool:
    """Whether the API document allows the settings."""
    schema = schema_of(Holder)
    document = {"$ref": schema["$ref"], "components": {"schemas": schema["$defs"]}}
    return Draft202012Validator(document, format_checker=FormatChecker()).is_valid(
        {"settings": settings}
    )


def taken(settings: Any) -> bool:
    """Whether a request with the settings is taken."""
    try:
        NotificationSettings.from_document(settings)
    except InvalidRequest:
        return False
    return True


@pytest.mark.parametrize(
    "settings",
    [
        None,
        {},
        {"enable": False, "thresholds": [HALF]},
        {"enable": True, "thresholds": [HALF], "recipients": [ANA]},
        {"enable": True, "thresholds": [HALF], "recipients": [{"identifier": "a@acme.example"}]},
        [],
        [TOLD],
        [TOLD, {**TOLD, "type": "PERCENT"}],
    ],
)
def test_what_is_shown_is_taken(settings: Any) -> None:
    assert shown(settings)
    assert taken(settings)


@pytest.mark.parametrize(
    "settings",
    [
        "all",
        5,
        {"enable": "yes"},
        {"thresholds": [{"type": "SHARE", "Value": 50}]},
        {"thresholds": [{"type": "PERCENT"}]},
        {"thresholds": [{"type": "PERCENT", "Value": 0}]},
        {"thresholds": [{"type": "PERCENT", "Value": 10**14 + 1}]},
        {"thresholds": [{"type": "PERCENT", "Value": value} for value in range(1, 7)]},
        {"recipients": [{"type": "Email"}]},
        {"recipients": [{"type": "Fax", "identifier": "ana@acme.example"}]},
        [{"type": "AMOUNT", "threshold": 9.5}],
        [{**TOLD, "recipients": [{"identifier": "ana@acme.example"}]}],
        [{**TOLD, "threshold": value} for value in range(1, 7)],
    ],
)
def test_what_is_not_shown_is_refused(settings: Any) -> None:
    assert not shown(settings)
    assert not taken(settings)
