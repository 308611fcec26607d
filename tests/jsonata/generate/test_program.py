"""Blocks and their variables."""

from __future__ import annotations

from typing import Any

import pytest

from support.jsonata.meaning import check_meaning, meanings


@pytest.mark.parametrize("case", meanings(__file__))
def test_it_means_what_its_table_says(case: dict[str, Any]) -> None:
    check_meaning(case)
