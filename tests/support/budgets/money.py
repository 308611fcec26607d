"""Money moved through the use cases."""

from __future__ import annotations

from typing import Any

from placet.budgets.core.facts import Enforcement
from placet.budgets.core.notification import NotificationSettings
from placet.budgets.service import movements as budgets_money
from support.budgets.service import Ledger, debit, entered

HARD = {"enforcement": Enforcement.HARD}


NOTIFY = NotificationSettings.from_document(
    {
        "enable": True,
        "thresholds": [{"type": "PERCENT", "Value": 50}],
        "recipients": [{"type": "Email", "identifier": "boss@example.com"}],
    }
)


async def post(books: Ledger, budget: str, part: str, amount: float, **more: Any) -> Any:
    return await budgets_money.post_transaction(
        books.service, entered(books.context), budget, part, debit(amount), **more
    )


async def hold(books: Ledger, budget: str, part: str, id: str, amount: float, **more: Any) -> Any:
    return await budgets_money.reserve(
        books.service, entered(books.context), budget, part, id, movement=debit(amount), **more
    )
