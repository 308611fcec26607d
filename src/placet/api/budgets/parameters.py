"""Path, query and header parameters of the Budgets API, named as the API names them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated, Any, Final, TypeVar

from fastapi import Depends, Header, Path, Query, Request
from pydantic.json_schema import SkipJsonSchema

from placet.api.web.idempotency import KEY_HEADER
from placet.api.web.query import only, parameters_of
from placet.budgets.core.model import ReservationStatus, Status
from placet.budgets.core.views import AllocationFilter, BudgetFilter
from placet.budgets.service.input import MAX_PAGE_SIZE, PageRequest
from placet.errors import InvalidRequest
from placet.kit.money import parse_amount

_NUMBER: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?", re.ASCII)
_WHOLE: Final = re.compile(r"[0-9]{1,12}", re.ASCII)
_BUDGET_STATUSES: Final = (Status.ACTIVE, Status.INACTIVE)
# EXPIRED shows as CANCELED.
_RESERVATION_STATUSES: Final = (
    ReservationStatus.RESERVED, ReservationStatus.CONFIRMED, ReservationStatus.CANCELED,
)  # fmt: skip

Choice = TypeVar("Choice", bound=StrEnum)
# Shown as a text that may be left out; null cannot be written in a URL.
_Text = str | SkipJsonSchema[None]
_A_NUMBER: Final[dict[str, Any]] = {"type": "number"}


def _enum(values: Iterable[str]) -> dict[str, Any]:
    return {"enum": [str(value) for value in values]}


ContextType = Annotated[
    str, Path(alias="contextType", description="Always `UNIT`.", json_schema_extra=_enum(["UNIT"]))
]
ContextId = Annotated[str, Path(alias="contextId", description="The unit.")]
BudgetId = Annotated[str, Path(alias="budgetId", description="The budget.")]
AllocationId = Annotated[str, Path(alias="allocationId", description="The allocation.")]
TransactionId = Annotated[str, Path(alias="transactionId", description="The transaction.")]
ReservationId = Annotated[
    str, Path(alias="reservationId", description="The reservation, by the id its maker gave it.")
]
_KEY_TEXT: Final = (
    "Your name for this request, unique in the unit: 1 to 250 visible ASCII characters. The same"
    " request sent again changes nothing and gets the same answer; another one gets 409."
)
IdempotencyKey = Annotated[_Text, Header(alias=KEY_HEADER, description=_KEY_TEXT)]


def _parameter(place: str, name: str, description: str, **schema: Any) -> dict[str, Any]:
    return {
        "name": name,
        "in": place,
        "required": place == "path",
        "description": description,
        "schema": {"type": "string", **schema},
    }


# The parameters of a movement, for the API page of a route that reads them by itself.
MOVEMENT_PARAMETERS: Final = {
    "parameters": [
        _parameter("path", "contextType", "Always `UNIT`.", enum=["UNIT"]),
        _parameter("path", "contextId", "The unit."),
        _parameter("path", "budgetId", "The budget."),
        _parameter("path", "allocationId", "The allocation."),
        _parameter("header", KEY_HEADER, _KEY_TEXT),
    ]
}


async def _page(
    page: Annotated[
        _Text,
        Query(
            description="Counted from 1, which is the default.",
            json_schema_extra={"type": "integer", "minimum": 1},
        ),
    ] = None,
    page_size: Annotated[
        _Text,
        Query(
            alias="pageSize",
            description="Items per page; 20 by default.",
            json_schema_extra={"type": "integer", "minimum": 1, "maximum": MAX_PAGE_SIZE},
        ),
    ] = None,
) -> PageRequest:
    default = PageRequest()
    return PageRequest(
        default.page if page is None else _whole("page", page),
        default.page_size if page_size is None else _whole("pageSize", page_size),
    )


PageAsked = Annotated[PageRequest, Depends(_page)]


async def _budget_filter(
    request: Request,
    *,
    min_amount: Annotated[
        _Text,
        Query(
            alias="minAmount",
            description="The least amount, inclusive.",
            json_schema_extra=_A_NUMBER,
        ),
    ] = None,
    max_amount: Annotated[
        _Text,
        Query(
            alias="maxAmount",
            description="The largest amount, inclusive.",
            json_schema_extra=_A_NUMBER,
        ),
    ] = None,
    status: Annotated[
        _Text, Query(description="One of the two.", json_schema_extra=_enum(_BUDGET_STATUSES))
    ] = None,
    name: Annotated[_Text, Query(description="A part of the name, in any case.")] = None,
) -> BudgetFilter:
    only(request, _BUDGET_PARAMETERS)
    return BudgetFilter(
        min_amount=_amount("minAmount", min_amount),
        max_amount=_amount("maxAmount", max_amount),
        status=_choice(_BUDGET_STATUSES, status),
        name=name,
    )


BudgetsAsked = Annotated[BudgetFilter, Depends(_budget_filter)]


async def _allocation_filter(
    request: Request,
    *,
    entity_type: Annotated[
        _Text, Query(alias="type", description="The linked entity's type, in any case.")
    ] = None,
    status: Annotated[
        _Text,
        Query(description="Without it, all but the deleted ones.", json_schema_extra=_enum(Status)),
    ] = None,
    reference_id: Annotated[
        _Text, Query(alias="referenceId", description="Exact; often a contract.")
    ] = None,
) -> AllocationFilter:
    only(request, _ALLOCATION_PARAMETERS)
    return AllocationFilter(
        entity_type=entity_type,
        status=_choice(tuple(Status), status),
        reference_id=reference_id,
    )


AllocationsAsked = Annotated[AllocationFilter, Depends(_allocation_filter)]


async def _reservation_status(
    request: Request,
    status: Annotated[
        _Text,
        Query(
            description="Without it, all. Expired ones count as canceled.",
            json_schema_extra=_enum(_RESERVATION_STATUSES),
        ),
    ] = None,
) -> ReservationStatus | None:
    only(request, _RESERVATION_PARAMETERS)
    return _choice(_RESERVATION_STATUSES, status)


ReservationStatusAsked = Annotated[ReservationStatus | None, Depends(_reservation_status)]

_PAGE_PARAMETERS: Final = parameters_of(_page)
_BUDGET_PARAMETERS: Final = _PAGE_PARAMETERS | parameters_of(_budget_filter)
_ALLOCATION_PARAMETERS: Final = _PAGE_PARAMETERS | parameters_of(_allocation_filter)
_RESERVATION_PARAMETERS: Final = _PAGE_PARAMETERS | parameters_of(_reservation_status)


def _whole(field: str, text: str) -> int:
    if _WHOLE.fullmatch(text):
        return int(text)
    raise InvalidRequest(f"`{field}` must be a whole number from 1, not `{text[:50]}`")


def _amount(field: str, text: str | None) -> int | None:
    if text is None:
        return None
    if not _NUMBER.fullmatch(text):
        raise InvalidRequest(f"`{field}` must be a number, not `{text[:50]}`")
    return parse_amount(text, field)


def _choice(choices: tuple[Choice, ...], text: str | None) -> Choice | None:
    if text is None:
        return None
    for choice in choices:
        if choice.value == text:
            return choice
    known = ", ".join(f"`{choice.value}`" for choice in choices)
    raise InvalidRequest(f"`status` must be one of {known}, not `{text[:50]}`")
