"""The document of a budget, field by field in the order that clients know."""

from __future__ import annotations

import json
from typing import Any

from placet.budgets.core.book import Book
from placet.budgets.core.facts import BudgetFacts, Enforcement
from placet.budgets.core.model import NO_POSITION, Cycle
from placet.budgets.core.notification import NotificationSettings
from placet.budgets.core.operations import CreateBudget
from placet.budgets.core.posting import apply
from placet.budgets.core.views import BudgetView
from placet.budgets.core.wire import budget_document

TOLD = NotificationSettings.from_document(
    {
        "enable": True,
        "thresholds": [{"type": "PERCENT", "Value": 90}],
        "recipients": [{"type": "Email", "identifier": "ana@acme.example"}],
    }
)


def document(cycle: Cycle | None = None, **facts: Any) -> str:
    """The text of a new budget's document; it has no money yet."""
    book = Book()
    facts = {"name": "Office", "description": ""} | facts
    apply(book, CreateBudget("b", BudgetFacts(**facts), 0, cycle), 0)
    return json.dumps(budget_document(BudgetView("unit", book.budgets.values["b"], NO_POSITION)))


def test_a_budget_without_currency_names_none() -> None:
    assert document() == (
        '{"id": "b", "name": "Office", "description": "", "balance": {"amount": 0, "carried": 0,'
        ' "balanceAdjustment": 0, "remaining": 0}, "cycleConfiguration": {"startDate":'
        ' "1970-01-01T00:00:00.0000000Z", "autoResetOnPeriodEnd": false, "carryOverBalance":'
        ' false, "timeZone": "UTC"}, "notificationSettings": {"enable": false, "thresholds": [],'
        ' "recipients": []}, "status": "ACTIVE", "enforcement": "SOFT", "contextType": "UNIT",'
        ' "contextId": "unit", "allocations": []}'
    )


def test_a_budget_shows_all_that_was_said_of_it() -> None:
    text = document(
        Cycle(0, 86_400_000, True, True),
        description="Paper\n",
        enforcement=Enforcement.HARD,
        currency="EUR",
        notification=TOLD,
    )
    assert text == (
        '{"id": "b", "name": "Office", "description": "Paper\\n", "balance": {"amount": 0,'
        ' "carried": 0, "balanceAdjustment": 0, "remaining": 0}, "cycleConfiguration":'
        ' {"startDate": "1970-01-01T00:00:00.0000000Z", "endDate":'
        ' "1970-01-02T00:00:00.0000000Z", "autoResetOnPeriodEnd": true, "carryOverBalance": true,'
        ' "nextRenewal": "1970-01-02T00:00:00.0000000Z", "timeZone": "UTC"},'
        ' "notificationSettings": {"enable": true, "thresholds": [{"type": "PERCENT", "Value":'
        ' 90}], "recipients": [{"type": "Email", "identifier": "ana@acme.example"}]}, "status":'
        ' "ACTIVE", "enforcement": "HARD", "currency": "EUR", "contextType": "UNIT", "contextId":'
        ' "unit", "allocations": []}'
    )
