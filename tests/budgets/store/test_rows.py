"""Rows of budgets: what is stored stays as it is, and comes back as it was."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import pytest

from placet.budgets.core.book import Book
from placet.budgets.core.facts import BudgetFacts, Enforcement
from placet.budgets.core.model import Budget, Cycle
from placet.budgets.core.notification import NotificationSettings
from placet.budgets.core.operations import CreateBudget
from placet.budgets.core.posting import apply
from placet.budgets.store.rows import budget_of, budget_row

TOLD = NotificationSettings.from_document(
    {
        "enable": True,
        "thresholds": [{"type": "PERCENT", "Value": 90}, {"type": "AMOUNT", "Value": 12}],
        "recipients": [{"type": "Email", "identifier": "ana@acme.example"}],
    }
)
PLAIN: Mapping[str, Any] = {"name": 'Straße "A"', "description": ""}
FULL: Mapping[str, Any] = {
    "name": "Office supplies",
    "description": "Paper, toner\n",
    "enforcement": Enforcement.HARD,
    "currency": "EUR",
    "notification": TOLD,
}
CYCLE = Cycle(0, 86_400_000, True, False, "Europe/Paris")


def made(facts: Mapping[str, Any], cycle: Cycle | None) -> Budget:
    """A budget of 1,000 made at 1 ms."""
    book = Book()
    apply(book, CreateBudget("b", BudgetFacts(**facts), 10_000_000, cycle), 1)
    return book.budgets.values["b"]


# Recorded from the release that stored them.
STORED: list[Any] = [
    pytest.param(
        made(PLAIN, None),
        {
            "name": "Straße \"A\"", "name_folded": "strasse \"a\"", "description": "",
            "status": "ACTIVE", "enforcement": "SOFT", "currency": None, "cycle_start": 1,
            "cycle_end": None, "auto_reset": False, "carry_over": False, "time_zone": None,
            "anchor_zone": None, "period": 1, "period_revision": 0, "period_turn": 0,
            "period_start": 1, "period_end": None, "period_amount": 10000000,
            "period_carried": 0, "period_at": 1,
            "notification": '{"enable":false,"thresholds":[],"recipients":[]}',
            "due_at": None, "pacing": None, "created_at": 1, "changed_at": 1,
        },
        id="plain",
    ),
    pytest.param(
        made(FULL, CYCLE),
        {
            "name": "Office supplies", "name_folded": "office supplies",
            "description": "Paper, toner\n", "status": "ACTIVE", "enforcement": "HARD",
            "currency": "EUR", "cycle_start": 0, "cycle_end": 86400000, "auto_reset": True,
            "carry_over": False, "time_zone": "Europe/Paris", "anchor_zone": None, "period": 1,
            "period_revision": 0, "period_turn": 0, "period_start": 0, "period_end": 86400000,
            "period_amount": 10000000, "period_carried": 0, "period_at": 1,
            "notification": '{"enable":true,"thresholds":[{"type":"PERCENT","Value":90},'
            '{"type":"AMOUNT","Value":12}],"recipients":[{"type":"Email",'
            '"identifier":"ana@acme.example"}]}',
            "due_at": 86400000, "pacing": None, "created_at": 1, "changed_at": 1,
        },
        id="full",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("budget", "row"), STORED)
def test_a_budget_is_stored_as_it_ever_was(budget: Budget, row: dict[str, Any]) -> None:
    assert {column: budget_row(budget)[column] for column in row} == row


@pytest.mark.parametrize(("budget", "row"), STORED)
def test_a_stored_budget_comes_back(budget: Budget, row: dict[str, Any]) -> None:
    # What was stored before a column was there has its default.
    whole = budget_row(budget) | row
    assert budget_of(SimpleNamespace(budget_id="b", **whole)) == budget
