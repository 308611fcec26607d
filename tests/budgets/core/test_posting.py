"""An operation is carried out wholly or not at all."""

from __future__ import annotations

from typing import get_args

import pytest

from placet.budgets.core import posting
from placet.budgets.core.operations import Operation
from support.budgets.books import differences
from support.budgets.events import Events


def test_every_operation_has_one_that_carries_it_out() -> None:
    assert {*posting._HANDLERS} == {*get_args(Operation)}


@pytest.mark.parametrize(
    "refused",
    [
        "debit A 61 -> exceeds-allocation",
        "debit N 1 -> allocation-not-found",
        "reserve A r1 61 -> exceeds-allocation",
        "confirm A r9 -> reservation-not-found",
        "refund A t9 -> transaction-not-found",
        "amount B 10 -> exceeds-amount",
    ],
)
def test_what_is_refused_leaves_the_book_as_it_was(refused: str) -> None:
    events = Events()
    for line in ("budget B 100 hard -> ok", "allocate B A 60 -> ok", "debit A 50 -> ok"):
        events.run(line)
    before = repr(events.book.mark()), list(events.book.entries)
    events.run(refused)
    assert (repr(events.book.mark()), list(events.book.entries)) == before
    assert differences(events.book) == []
