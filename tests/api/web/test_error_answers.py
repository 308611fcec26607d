"""Every error has its status, in the shape of every family."""

from __future__ import annotations

import pytest

from placet.api.budgets.answers import BUDGET_ERRORS
from placet.api.sellers.answers import SELLER_ERRORS
from placet.api.web.answers import ERRORS, Responses
from placet.api.web.error_answers import STATUS

FAMILIES = {
    "ErrorAnswer": ERRORS,
    "BudgetErrorAnswer": BUDGET_ERRORS,
    "SellerErrorsAnswer": SELLER_ERRORS,
}


@pytest.mark.parametrize("model", FAMILIES)
def test_every_error_of_the_code_has_its_status_in_every_family(model: str) -> None:
    errors: Responses = FAMILIES[model]
    # 500 is what nobody has thought of.
    assert errors.keys() == {*STATUS.values(), 500}
    for error in errors.values():
        assert error["description"].endswith(".")
        schema = error["content"]["application/json"]["schema"]
        assert schema["$ref"] == f"#/components/schemas/{model}"
