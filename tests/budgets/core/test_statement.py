"""Lines of statements, and the cursors that lead through them."""

from __future__ import annotations

from typing import Any

import pytest

from placet.budgets.core.model import Entry, EntryKind
from placet.budgets.core.statement import Cursor, Lines, Order, change_of, lines_of
from placet.errors import InvalidRequest


def entry(kind: EntryKind, part: str | None = "part", **more: Any) -> Entry:
    """An entry of the budget `whole`."""
    facts: dict[str, Any] = dict.fromkeys(Entry._fields, 0) | {
        "id": None, "budget_id": "whole", "allocation_id": part, "kind": kind,
        "reservation_id": None, "original_id": None,
    }  # fmt: skip
    return Entry(**facts | more)


@pytest.mark.parametrize(
    ("line", "of_budget", "of_part"),
    [
        (entry(EntryKind.DEBIT, used_delta=30), -30, -30),
        (entry(EntryKind.DEBIT, used_delta=30, held_delta=-30), -30, -30),
        (entry(EntryKind.CREDIT, used_delta=-30), 30, 30),
        (entry(EntryKind.RESERVE, held_delta=30), 0, 0),
        (entry(EntryKind.RELEASE, held_delta=-30), 0, 0),
        (entry(EntryKind.AMOUNT, amount_delta=50), 0, 50),
        (entry(EntryKind.AMOUNT, None, amount_delta=50), 50, None),
        (entry(EntryKind.RENEWAL, amount_delta=20, used_delta=-70), 70, 90),
        (entry(EntryKind.RENEWAL, None, amount_delta=20), 20, None),
    ],
)
def test_an_entry_changes_the_balance(line: Entry, of_budget: int, of_part: int | None) -> None:
    assert change_of(line, of_budget=True) == of_budget
    if of_part is not None:
        assert change_of(line, of_budget=False) == of_part


def test_a_balance_goes_on_from_line_to_line() -> None:
    entries = [
        entry(EntryKind.DEBIT, used_delta=5, budget_sequence=3, sequence=2),
        entry(EntryKind.CREDIT, used_delta=-2, budget_sequence=7, sequence=4),
    ]
    found = lines_of(entries, 100, of_budget=True)
    assert [line[1:] for line in found] == [(3, -5, 95), (7, 2, 97)]
    assert [line.sequence for line in lines_of(entries, 100, of_budget=False)] == [2, 4]


@pytest.mark.parametrize("lines", Lines)
@pytest.mark.parametrize("order", Order)
def test_a_cursor_comes_back_as_it_was(lines: Lines, order: Order) -> None:
    cursor = Cursor(lines, order, 17)
    assert Cursor.parse(cursor.text, newest=17) == cursor


@pytest.mark.parametrize(
    "text", ["", "17", "an", "an0", "an18", "an-1", "xn1", "ax1", "AN1", "an1 ", "an1\n", "an٣"]
)
def test_another_text_is_no_cursor(text: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        Cursor.parse(text, newest=17)
    assert refused.value.code == "unknown-cursor"
