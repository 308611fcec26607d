"""Functions of numbers."""

from __future__ import annotations

from typing import Any

from support.jsonata.calls import check


def test_a_call_gives_what_its_table_says(table_row: dict[str, Any]) -> None:
    check(table_row)
