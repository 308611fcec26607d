"""Only what is true lets an order spend."""

from __future__ import annotations

from itertools import count

import pytest

from placet.errors import InvalidRequest
from placet.policies.core.evaluation import Timing
from placet.policies.core.model import SpendingCheck
from placet.policies.core.spending_check import check_spending_expression, spending_refusal

ORDER = {"orderId": "o", "value": 70}
SPENDING = [{"budgetId": "b", "amount": 50}, {"budgetId": "c", "amount": 20}]


def refusal(check: SpendingCheck | None, step: float = 0.0) -> InvalidRequest | None:
    ticks = count()
    return spending_refusal(
        check, ORDER, SPENDING, now=0, clock=lambda: next(ticks) * step, timing=Timing()
    )


@pytest.mark.parametrize(
    ("expression", "told"),
    [
        ("$sum(spending.amount) = order.value", None),
        ("$sum(spending.amount) > order.value", "is false"),
        ("nothing", "is undefined"),
        ("1", "is not a boolean"),
        ("'true'", "is not a boolean"),
        ("order.value > 'x'", "failed with T2009"),
        ("$error('no')", "failed with D3137"),
    ],
)
def test_anything_but_true_refuses(expression: str, told: str | None) -> None:
    found = refusal(SpendingCheck(expression=expression))
    assert (found is None) == (told is None)
    if found is not None:
        assert found.code == "spending-check"


def test_the_account_s_own_words_are_told() -> None:
    found = refusal(SpendingCheck(expression="false", description="all lines or none"))
    assert str(found) == "`spending` does not fit the order: all lines or none"
    assert refusal(None) is None


def test_a_condition_past_its_time_refuses() -> None:
    assert refusal(SpendingCheck(expression="true"), step=1e6) is not None


@pytest.mark.parametrize(("expression", "good"), [("true", True), ("(", False), ("$f(", False)])
def test_a_condition_must_compile_to_be_kept(expression: str, *, good: bool) -> None:
    check_spending_expression(None)
    if good:
        check_spending_expression(SpendingCheck(expression=expression))
        return
    with pytest.raises(InvalidRequest) as caught:
        check_spending_expression(SpendingCheck(expression=expression))
    assert caught.value.code == "bad-expression"
