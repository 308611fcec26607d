"""Timestamps in any form mean the same to quick code."""

from __future__ import annotations

from typing import Any

import pytest

from jsonata.agreement import disagreements
from placet.jsonata import compile

TIMESTAMPS: list[Any] = [
    "2026-03-14T15:09:26.535Z", "1969-12-31T23:59:59.999Z", "0001-01-01T00:00:00.000Z",
    "9999-12-31T23:59:59.999Z", "2026-02-30T00:00:00.000Z", "2026-03-14T24:00:00.000Z",
    "2026-03-14T15:09:60.000Z", "2026-03-14 15:09:26.535Z", "2026-03-14T15:09:26,535Z",
    "2026-03-14T15:09:26.535z", "2026-03-14T15:09:26.53512Z", "2026-03-14T15:09:26.5Z",
    "2026-03-14T15:09:26.535", "2026-03-14T15:09:26.5+01", "2026-03-14T15:09:26.535+01:00",
    "2026-03-14T15:09:26Z", "2026-03-14T15:09Z", "2026-W11-6T15:09:26.535Z",
    "2026-W1-1T15:09:26.535Z", "20260314T15:09:26.53512Z", "2026-03-14T15:09:26.+1Z",
    "2026-03-14T15:09:26.ZZZZ", "2026-03-14T15:09:26.53\u0665Z", "\u0662026-03-14T15:09:26.535Z",
    "2026-03-14T1\ud83d:09:26.535Z",
    "0000-03-14T15:09:26.535Z", "+026-03-14T15:09:26.535Z", "2026-3-14T15:09:26.5350Z", "2026", "",
    "x", 0, 1, 1773500966535, 1.5, -1, 2**53, 253402300799999, 253402300800000, 8.64e15, 8.65e15,
    True, None, [], ["2026-03-14T15:09:26.535Z"], [1773500966535], {},
]  # fmt: skip


DATES = [
    "$toMillis(v)",
    "$toMillis(v) > 1767225600000",
    "$toMillis(v) - $toMillis('2026-03-14T15:09:26.535Z')",
    "$fromMillis(v, '[Y0001]-[M01]-[D01]')",
    "$fromMillis(v, '[D]/[M]/[Y] 100% [H]:[m]:[s] [[x]]')",
    "$fromMillis(v, '[Y01] [M#1]')",
    "$fromMillis(v, '[Y]')",
    "$fromMillis(v, '[MNn]')",
    "$fromMillis(v, '')",
    "$fromMillis(v, '[')",
    "$fromMillis($toMillis(v), '[Y0001][M01]')",
]


@pytest.mark.parametrize("source", DATES)
def test_timestamp_means_the_same_in_any_form(source: str) -> None:
    expression = compile(source)
    for value in TIMESTAMPS:
        assert not disagreements(expression, {"v": value}), (source, value)
    assert not disagreements(expression, {})
