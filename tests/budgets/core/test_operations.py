"""The print of a request: stored with its answer, so it may never be another one."""

from __future__ import annotations

from typing import Any

import pytest

from placet.budgets.core.facts import BudgetFacts, Enforcement
from placet.budgets.core.model import Cycle, Direction, LinkedEntity
from placet.budgets.core.notification import NotificationSettings
from placet.budgets.core.operations import (
    CreateAllocations,
    CreateBudget,
    NewAllocation,
    Post,
    Refund,
    Reserve,
    fingerprint,
)

TOLD = NotificationSettings.from_document(
    {
        "enable": True,
        "thresholds": [{"type": "PERCENT", "Value": 90}, {"type": "AMOUNT", "Value": 12}],
        "recipients": [{"type": "Email", "identifier": "ana@acme.example"}],
    }
)
PARTS = (
    NewAllocation("id-1", LinkedEntity("marketing", "CostCenter"), "contract-7", 6_400_000, TOLD),
    NewAllocation("id-2", LinkedEntity("ana", "User"), "", 0),
)


def create(
    cycle: Cycle | None = None, parts: tuple[NewAllocation, ...] = (), **facts: Any
) -> CreateBudget:
    """A budget of 1,000 with these facts beside its name."""
    facts = {"name": 'Büro "A"', "description": ""} | facts
    return CreateBudget("fresh", BudgetFacts(**facts), 10_000_000, cycle, parts)


# Recorded from the release that stored the first of them.
PRINTS: list[Any] = [
    pytest.param(create(), "2580b94dbd5b2c233e427dffce07ec9d", id="only a name"),
    pytest.param(
        create(description="Paper, toner\n"), "3df978911188b9962458e3bf652ada09", id="description"
    ),
    pytest.param(
        create(enforcement=Enforcement.HARD), "c5728288bd372f95e931c22197b0abd7", id="enforcement"
    ),
    pytest.param(create(currency="EUR"), "650eb68c9fbe4bd2920dad9dfb9edab9", id="currency"),
    pytest.param(create(notification=TOLD), "522250cd611a99639885c29475c1793b", id="notification"),
    pytest.param(create(Cycle(0, None)), "de4c31fab500493564139a196a3e1b5c", id="from a moment on"),
    pytest.param(
        create(Cycle(0, 86_400_000, True, True)), "7be66b0003d06f8afbf887c053195ed1", id="renewed"
    ),
    pytest.param(
        create(Cycle(0, 9, time_zone="Europe/Paris")),
        "3c6a7a419f357cc96bd3870d99730566",
        id="time zone",
    ),
    pytest.param(create(parts=PARTS), "a7ec563fda77448672cec9f0066246c9", id="allocations"),
    pytest.param(
        create(
            Cycle(0, 86_400_000, True),
            PARTS,
            description="d",
            enforcement=Enforcement.HARD,
            currency="USD",
            notification=TOLD,
        ),
        "ace440da551c8dd32f06314ae1b3fb51",
        id="everything",
    ),
    pytest.param(
        CreateAllocations("budget", PARTS),
        "e0dc159503f28aeb4e22d213b5e22413",
        id="more allocations",
    ),
    pytest.param(
        Post("budget", "part", Direction.DEBIT, 120_000, "shop", "order-1", "ana", "fresh"),
        "1898a289d637bd33560943513bb9c6d9",
        id="debit",
    ),
    pytest.param(
        Refund("budget", "part", "transaction", "ana", "fresh", 120_000),
        "53c47aee847e8ef027e129a9ef9935d5",
        id="refund",
    ),
    pytest.param(
        Reserve("budget", "part", "mine", Direction.DEBIT, 5, "shop", "", "ana", 1_000),
        "4174596ae68325379c2ef0a6fa598ed6",
        id="reservation",
    ),
]


@pytest.mark.parametrize(("operation", "print_"), PRINTS)
def test_a_request_keeps_the_print_that_is_stored_of_it(operation: Any, print_: str) -> None:
    assert fingerprint(operation) == print_
