"""Query parameters of statements."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated, Final, NamedTuple, TypeVar

from fastapi import Depends, Query, Request
from pydantic.json_schema import SkipJsonSchema

from placet.api.web.query import only, parameters_of, whole
from placet.budgets.core.statement import Lines, Order
from placet.budgets.service.input import MAX_PAGE, MAX_PAGE_SIZE, PageRequest
from placet.budgets.service.statement import StatementRequest
from placet.errors import InvalidRequest

Choice = TypeVar("Choice", bound=StrEnum)
_Text = str | SkipJsonSchema[None]


class _Times(NamedTuple):
    """What leaves out lines by their time."""

    start: str | None
    end: str | None
    cycle: str | None


async def _times(
    start: Annotated[
        _Text,
        Query(alias="from", description="Lines from this date (of UTC) or instant on, inclusive."),
    ] = None,
    end: Annotated[
        _Text, Query(alias="to", description="Lines before this date (of UTC) or instant.")
    ] = None,
    cycle: Annotated[
        _Text,
        Query(
            description="Lines of this cycle: `current`, `previous`, its number (the first is 1) or"
            " an instant in it. Not with `from` or `to`."
        ),
    ] = None,
) -> _Times:
    return _Times(start, end, cycle)


async def _statement(
    request: Request,
    *,
    page: Annotated[
        _Text,
        Query(
            description="Counted from 1, which is the default. Not with `after`.",
            json_schema_extra={"type": "integer", "minimum": 1},
        ),
    ] = None,
    page_size: Annotated[
        _Text,
        Query(
            alias="pageSize",
            description="Lines per page; 20 by default.",
            json_schema_extra={"type": "integer", "minimum": 1, "maximum": MAX_PAGE_SIZE},
        ),
    ] = None,
    after: Annotated[
        _Text,
        Query(
            description="The `next` of an answer: goes on behind its last line. The filters have"
            " to be repeated."
        ),
    ] = None,
    order: Annotated[
        _Text,
        Query(
            description="`newest` first, which is the default, or `oldest` first, where what is"
            " booked meanwhile comes at the end.",
            json_schema_extra={"enum": [order.value for order in Order]},
        ),
    ] = None,
    lines: Annotated[
        _Text,
        Query(
            description="`transactions` alone, or `all` that moved the balance, renewals and"
            " changes of the amount among it. Without it, all if there is `order`, `from`, `to` or"
            " `cycle`; with `after`, as before.",
            json_schema_extra={"enum": [lines.value for lines in Lines]},
        ),
    ] = None,
    times: Annotated[_Times, Depends(_times)],
) -> StatementRequest:
    only(request, _PARAMETERS)
    return StatementRequest(
        page=None if page is None else whole("page", page, 1, MAX_PAGE),
        page_size=(
            PageRequest().page_size
            if page_size is None
            else whole("pageSize", page_size, 1, MAX_PAGE_SIZE)
        ),
        after=after,
        order=_choice("order", Order, order),
        lines=_choice("lines", Lines, lines),
        start=times.start,
        end=times.end,
        cycle=times.cycle,
    )


StatementAsked = Annotated[StatementRequest, Depends(_statement)]

_PARAMETERS: Final = parameters_of(_statement) | parameters_of(_times)


def _choice(field: str, choices: type[Choice], text: str | None) -> Choice | None:
    if text is None or text in _values(choices):
        return None if text is None else choices(text)
    known = " or ".join(f"`{value}`" for value in _values(choices))
    raise InvalidRequest(f"`{field}` must be {known}, not `{text[:50]}`")


def _values(choices: Iterable[StrEnum]) -> list[str]:
    return [choice.value for choice in choices]
