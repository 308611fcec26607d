"""Movements, renewals and thresholds, as tables of one-line events."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from support.books import differences
from support.events import Events

CASES: list[Any] = [
    pytest.param(case["events"].splitlines(), id=f"{path.stem}: {case['name']}")
    for path in sorted((Path(__file__).parent / "cases").glob("*.yaml"))
    for case in yaml.safe_load(path.read_text())
]


@pytest.mark.parametrize("lines", CASES)
def test_events(lines: list[str]) -> None:
    events = Events()
    for line in lines:
        if line.strip():
            events.run(line)
    assert differences(events.book) == []
