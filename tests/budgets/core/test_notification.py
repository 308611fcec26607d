"""Notification settings in both of their shapes."""

from __future__ import annotations

from typing import Any

import pytest

from placet.budgets.core.notification import NotificationSettings, Threshold, ThresholdType
from placet.errors import InvalidRequest

OBJECT = {
    "enable": True,
    "thresholds": [{"type": "PERCENT", "Value": 90}, {"type": "AMOUNT", "Value": 12.5}],
    "recipients": [{"type": "Email", "identifier": "boss@example.com"}],
}
ARRAY = [
    {"type": "PERCENT", "threshold": 90, "recipients": [{"email": "boss@example.com"}]},
    {"type": "AMOUNT", "threshold": 12.5, "recipients": [{"email": "boss@example.com"}]},
]


def test_both_shapes_mean_the_same_and_come_back_as_one() -> None:
    settings = NotificationSettings.from_document(OBJECT)
    assert NotificationSettings.from_document(ARRAY) == settings
    assert settings.to_document() == OBJECT
    assert NotificationSettings.from_document(settings.to_document()) == settings


def test_nothing_is_said_without_settings() -> None:
    assert not NotificationSettings.from_document(None).enable
    assert not NotificationSettings.from_document([]).enable


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ("text", "`notificationSettings`: must be an object, or an array"),
        ({"enable": "yes"}, "enable`: must be true or false"),
        ({"enabled": True}, r"enabled`: is not known here; did you mean `enable`\?"),
        ({"enable": True}, "needs at least one recipient"),
        ({"thresholds": {}}, "thresholds`: must be an array"),
        ({"thresholds": [1]}, r"thresholds\[0\]`: must be an object"),
        ({"thresholds": [{"type": "SHARE", "Value": 1}]}, r"type`: must be `PERCENT` or `AMOUNT`"),
        ({"thresholds": [{"type": "PERCENT"}]}, r"Value`: is missing"),
        ({"thresholds": [{"type": "PERCENT", "Valeu": 1}]}, r"Valeu`: is not known here; did you"),
        ({"thresholds": [{"tipe": "PERCENT", "Value": 1}]}, r"tipe`: is not known here; did you"),
        ({"recipients": [{"identifer": "a@b.example"}]}, r"identifer`: is not known here; did you"),
        ({"thresholds": [{"type": "PERCENT", "Value": 0}]}, r"Value`: must be above zero"),
        ({"thresholds": [{"type": "AMOUNT", "Value": "x"}]}, r"Value`: must be a number"),
        (
            {"thresholds": [{"type": "PERCENT", "Value": value} for value in range(1, 7)]},
            "more than 5 thresholds",
        ),
        ({"recipients": [{"type": "Pigeon", "identifier": "a@b"}]}, "type`: must be `Email`"),
        ({"recipients": [{"identifier": "nobody"}]}, "identifier`: must be an e-mail address"),
        ({"recipients": [{"identifier": "a b@c"}]}, "identifier`: must be an e-mail address"),
        ([{"type": "PERCENT", "threshold": 1, "recipients": []}], "needs at least one recipient"),
        ([7], r"\[0\]`: must be an object"),
    ],
)
def test_what_is_wrong_is_named(document: Any, message: str) -> None:
    with pytest.raises(InvalidRequest, match=message):
        NotificationSettings.from_document(document)


@pytest.mark.parametrize(
    ("kind", "value", "used", "amount", "reached"),
    [
        ("PERCENT", 500_000, 50, 100, True),
        ("PERCENT", 500_000, 49, 100, False),
        ("PERCENT", 333_333, 1, 3, True),
        ("PERCENT", 333_334, 1, 3, False),
        ("PERCENT", 1_210_000, 121, 100, True),
        ("PERCENT", 500_000, 0, 0, False),
        ("PERCENT", 500_000, 1, 0, True),
        ("PERCENT", 500_000, -5, -100, False),
        ("AMOUNT", 90, 90, 0, True),
        ("AMOUNT", 90, 89, 1_000, False),
    ],
)
def test_a_threshold_is_reached_at_its_value(
    kind: str, value: int, used: int, amount: int, reached: bool
) -> None:
    assert Threshold(ThresholdType(kind), value).reached(used, amount) is reached
