"""What the API pages say about the answers of the Budgets API."""

from __future__ import annotations

from typing import Any, Final

from placet.api.web.answers import ERRORS, json_schema_answer
from placet.budgets.core.facts import Enforcement
from placet.budgets.core.model import Direction, ReservationStatus, Status

Schema = dict[str, Any]

_STRING: Final[Schema] = {"type": "string"}
_NUMBER: Final[Schema] = {"type": "number"}
_INTEGER: Final[Schema] = {"type": "integer", "minimum": 0}
_BOOLEAN: Final[Schema] = {"type": "boolean"}
_INSTANT: Final[Schema] = {
    "type": "string",
    "format": "date-time",
    "examples": ["2026-01-31T00:00:00.0000000Z"],
}


def _object(required: Schema, optional: Schema | None = None, description: str = "") -> Schema:
    schema: Schema = {
        "type": "object",
        "required": list(required),
        "properties": required | (optional or {}),
    }
    return schema | {"description": description} if description else schema


def _array(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _enum(values: type[Direction | Enforcement | Status]) -> Schema:
    return {"type": "string", "enum": [value.value for value in values]}


_CONTEXT: Final[Schema] = {
    "contextType": {"type": "string", "enum": ["UNIT"]},
    "contextId": _STRING,
}
_ENTITY: Final = _object({"id": _STRING, "type": _STRING})
_BALANCE: Final = _object(
    {
        "amount": _NUMBER,
        "carried": _NUMBER,
        "balanceAdjustment": _NUMBER,
        "remaining": _NUMBER,
    },
    description="The amount, what of it was carried over (the rest is the base, which each period"
    " gets), what is used or reserved, and what remains.",
)
_CYCLE: Final = _object(
    {
        "startDate": _INSTANT,
        "autoResetOnPeriodEnd": _BOOLEAN,
        "carryOverBalance": _BOOLEAN,
        "timeZone": _STRING,
    },
    {"endDate": _INSTANT, "nextRenewal": _INSTANT},
    "The current period; without `endDate` it lasts for ever.",
)
_NOTIFICATION: Final = _object(
    {
        "enable": _BOOLEAN,
        "thresholds": _array(_object({"type": _STRING, "Value": _NUMBER})),
        "recipients": _array(_object({"type": _STRING, "identifier": _STRING})),
    }
)
_WARNINGS: Final[Schema] = {
    "warnings": _array(_STRING) | {"description": "What you should know, a sentence each."}
}
_ALLOCATION: Final = _object(
    {
        "id": _STRING,
        "budgetId": _STRING,
        "linkedEntity": _ENTITY,
        "balance": _BALANCE,
        "notificationSettings": _NOTIFICATION,
        "status": _enum(Status),
        "referenceId": _STRING,
        "contractId": _STRING,
    }
    | _CONTEXT,
    _WARNINGS,
)
_THRESHOLD: Final = _object(
    {
        "type": _STRING,
        "threshold": _NUMBER,
        "recipients": _array(_object({"email": _STRING})),
    }
)
_BATCH_ALLOCATION: Final[Schema] = {
    **_ALLOCATION,
    "properties": _ALLOCATION["properties"] | {"notificationSettings": _array(_THRESHOLD)},
}
_BUDGET: Final = _object(
    {
        "id": _STRING,
        "name": _STRING,
        "description": _STRING,
        "balance": _BALANCE,
        "cycleConfiguration": _CYCLE,
        "notificationSettings": _NOTIFICATION,
        "status": _enum(Status),
        "enforcement": _enum(Enforcement),
        "allocations": _array(_ALLOCATION),
    }
    | _CONTEXT,
    {"currency": _STRING} | _WARNINGS,
)
_BUDGET_LINE: Final = _object(
    {
        "id": _STRING,
        "name": _STRING,
        "startDate": _INSTANT,
        "balance": _BALANCE,
        "status": _enum(Status),
    }
    | _CONTEXT,
    {"endDate": _INSTANT},
)
_TRANSACTION: Final = _object(
    {
        "id": _STRING,
        "budgetId": _STRING,
        "allocationId": _STRING,
        "origin": _STRING,
        "reference": _STRING,
        "amount": _NUMBER,
        "requestedBy": _STRING,
        "date": _INSTANT,
        "type": _enum(Direction),
    }
    | _CONTEXT,
    {"originalTransactionId": {"type": "string", "description": "What a refund gives back."}},
)
_LINE: Final = _object(
    {name: _TRANSACTION["properties"][name] for name in ("budgetId", "amount", "date", *_CONTEXT)}
    | {"type": {"type": "string", "enum": ["DEBIT", "CREDIT", "AMOUNT", "RENEWAL"]}},
    _TRANSACTION["properties"]
    | {
        "type": {"type": "string", "enum": ["DEBIT", "CREDIT", "AMOUNT", "RENEWAL"]},
        "sequence": _INTEGER | {"description": "Which entry of the budget or allocation it is."},
        "change": _NUMBER | {"description": "What it adds to the balance."},
        "balance": _NUMBER | {"description": "Amount less what is debited, after it."},
        "cycle": _INTEGER | {"description": "The number of its cycle."},
    },
    "A debit or credit; with `lines=all` also a new amount (`AMOUNT`), or what a new cycle begins"
    " with (`RENEWAL`). What comes after `type` is only there with `lines=all`.",
)
_REFUND: Final = _object(
    {
        "id": _STRING,
        "originalTransactionId": _STRING,
        "budgetId": _STRING,
        "allocationId": _STRING,
        "amount": _NUMBER,
    }
)
_RESERVATION: Final = _object(
    {
        "id": _STRING,
        "budgetId": _STRING,
        "allocationId": _STRING,
        "origin": _STRING,
        "reference": _STRING,
        "amount": _NUMBER,
        "requestedBy": _STRING,
        "date": _INSTANT,
        "type": _enum(Direction),
        "status": {
            "type": "string",
            "enum": [status.value for status in ReservationStatus if status != "EXPIRED"],
        },
    }
    | _CONTEXT,
    {
        "expiresAt": _INSTANT,
        "transactionId": {"type": "string", "description": "What a confirmed one became."},
        "confirmedAmount": _NUMBER,
    },
)
_MATCH: Final = _object(
    {
        "budgetId": _STRING,
        "allocationId": _STRING,
        "linkedEntity": _ENTITY,
        "budgetBalance": _BALANCE,
        "cycleConfiguration": _CYCLE,
        "allocationBalance": _BALANCE,
    }
)
_PAGINATION: Final = _object({"current": _INTEGER, "pages": _INTEGER, "results": _INTEGER})


def _page(name: str, item: Schema, extra: Schema | None = None) -> dict[int | str, Schema]:
    schema = _object({"pagination": _PAGINATION, name: _array(item)} | (extra or {}))
    return json_schema_answer("One page, and how many there are.", schema)


_ERROR: Final = {"application/json": {"schema": _object({"error": _STRING})}}
BUDGET_ERRORS: Final[dict[int | str, Schema]] = {
    status: {**answer, "content": _ERROR}
    for status, answer in (
        *ERRORS.items(),
        (500, {"description": "The server failed; its log says more."}),
    )
}
EMPTY: Final[dict[int | str, Schema]] = {200: {"description": "Done; no body."}}
STATUS: Final = json_schema_answer("The new status.", _object({"status": _enum(Status)}))
BUDGET: Final = json_schema_answer("The budget with its allocations.", _BUDGET)
BUDGET_PAGE: Final = _page("items", _BUDGET_LINE)
ALLOCATION: Final = json_schema_answer("The allocation.", _ALLOCATION)
ALLOCATIONS: Final = json_schema_answer(
    "The new allocations in the given order.",
    _object({"budgetId": _STRING, "allocations": _array(_BATCH_ALLOCATION)}, _WARNINGS),
)
ALLOCATION_PAGE: Final = _page("items", _ALLOCATION)
MATCHES: Final = json_schema_answer(
    "The allocations that the entities may spend.", _object({"items": _array(_MATCH)})
)
TRANSACTION: Final = json_schema_answer("The transaction.", _TRANSACTION)
REFUND: Final = json_schema_answer("The new credit.", _REFUND)
RESERVATION: Final = json_schema_answer("The reservation.", _RESERVATION)
RESERVATION_PAGE: Final = _page("items", _RESERVATION, _CONTEXT)
STATEMENT: Final = json_schema_answer(
    "Some lines, how to go on, and the balances around all that was selected.",
    _object(
        {
            "transactions": _array(_LINE),
            "next": {
                "type": ["string", "null"],
                "description": "For `after`; null where there are no more lines yet.",
            },
            "openingBalance": _NUMBER,
            "closingBalance": _NUMBER,
        },
        {
            "pagination": _PAGINATION | {"description": "Left out with `after`."},
            "cycle": _object(
                {
                    "number": _INTEGER,
                    "startDate": _INSTANT,
                    "endDate": {"type": ["string", "null"]},
                },
                description="The cycle that was asked for.",
            ),
            "expired": _INSTANT | {"description": "When the last cycle ended, if none follows."},
        },
    ),
)
