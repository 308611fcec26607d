"""What cannot be kept is refused before anything is."""

from __future__ import annotations

import pytest

from placet.budgets.core.model import Cycle
from placet.budgets.service import budgets
from placet.budgets.service.input import BudgetInput, PageRequest
from placet.budgets.service.unit_visit import UnitVisit
from placet.errors import InvalidRequest
from placet.people.core.visit import operator_of
from support.budgets.facts import said
from support.budgets.service import Ledger, entered

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        (BudgetInput(said(" "), 1), "`name`: must not be empty"),
        (
            BudgetInput(said("x" * 251), 1),
            "`name`: is longer than 250 characters",
        ),
        (
            BudgetInput(said("a\0b"), 1),
            "`name`: must not contain control characters",
        ),
        (
            BudgetInput(said("a\ud800b"), 1),
            "`name`: must not contain control characters",
        ),
        (BudgetInput(said("a"), -1), "`amount` must not be negative"),
        (BudgetInput(said("a"), 1, Cycle(0, None, True)), "endDate"),
    ],
)
async def test_what_cannot_be_kept_is_refused(
    books: Ledger, wanted: BudgetInput, message: str
) -> None:
    with pytest.raises(InvalidRequest) as caught:
        await budgets.create_budget(books.service, entered(books.context), wanted)
    assert message in str(caught.value)


def test_pages_and_contexts_have_limits() -> None:
    for page in ((0, 20), (1, 0), (1, 501), (10**10, 20)):
        with pytest.raises(InvalidRequest):
            PageRequest(*page)
    with pytest.raises(InvalidRequest, match="must be `UNIT`"):
        UnitVisit.of(operator_of("acme"), "CONTRACT", "unit-1")
