"""Movements, renewals and thresholds, as tables of one-line events."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from placet.budgets.core.model import EntryKind
from support.budgets.books import differences
from support.budgets.events import Events

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


@pytest.fixture
def renewed() -> Events:
    """A budget and an allocation that have carried something over, twice."""
    events = Events()
    for line in (
        "budget B 100 to 10 renew carry -> ok",
        "allocate B A 60 -> ok",
        "debit A 10 -> ok",
        "@20 touch B -> ok",
        "amount B 120 -> ok",
    ):
        events.run(line)
    return events


def test_the_audit_knows_base_and_carried_money_apart(renewed: Events) -> None:
    positions = renewed.book.budget_positions
    positions.put("B", positions.values["B"]._replace(carried=0))
    assert differences(renewed.book) == [
        "budget `B`: the base of the budget is 310, but the entries add up to 120"
    ]


def test_the_audit_finds_a_renewal_that_gives_another_base(renewed: Events) -> None:
    entries = renewed.book.entries
    [place] = [
        index
        for index, entry in enumerate(entries)
        if entry.kind is EntryKind.RENEWAL and entry.allocation_id == "A" and entry.period == 3
    ]
    entries[place] = entries[place]._replace(carried=0)
    assert differences(renewed.book) == [
        "budget `B`, entry 6: it renews to 170, which is not the base and the 0 carried over"
    ]
