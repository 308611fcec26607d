"""What the audit finds in books that something else has written."""

from __future__ import annotations

import pytest

from placet.budgets.core.model import EntryKind
from support.budgets.books import differences
from support.budgets.events import Events


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
