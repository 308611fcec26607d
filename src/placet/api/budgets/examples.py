"""Examples of request bodies for the API pages."""

from __future__ import annotations

from typing import Any, Final

from placet.api.budgets.fact_fields import fact_examples
from placet.budgets.core.facts import FACTS

_NOTIFICATION: Final = FACTS["notification"].example
ALLOCATION_EXAMPLE: Final[dict[str, Any]] = {
    "linkedEntity": {"id": "marketing", "type": "CostCenter"},
    "referenceId": "contract-7",
    "amount": 640,
    "notificationSettings": _NOTIFICATION,
}
BUDGET_CHANGE_EXAMPLE: Final[dict[str, Any]] = {
    **fact_examples(changes=True),
    "amount": 956.5,
    "cycleConfiguration": {
        "startDate": "2026-01-01T00:00:00Z",
        "endDate": "2026-02-01T00:00:00Z",
        "autoResetOnPeriodEnd": True,
        "carryOverBalance": False,
    },
    "notificationSettings": _NOTIFICATION,
}
BUDGET_EXAMPLE: Final[dict[str, Any]] = {
    **BUDGET_CHANGE_EXAMPLE,
    **fact_examples(changes=False),
    "allocations": [ALLOCATION_EXAMPLE],
}
ENTITIES_EXAMPLE: Final = {"items": [{"id": "marketing", "type": "CostCenter"}]}
