"""Moments as the API writes them."""

from __future__ import annotations

import pytest

from placet.kit.timestamps import timestamp


@pytest.mark.parametrize(
    ("milliseconds", "text"),
    [
        (0, "1970-01-01T00:00:00.0000000Z"),
        (1_749_582_674_710, "2025-06-10T19:11:14.7100000Z"),
        (-1, "1969-12-31T23:59:59.9990000Z"),
    ],
)
def test_moments_are_in_utc_with_seven_decimals(milliseconds: int, text: str) -> None:
    assert timestamp(milliseconds) == text
