"""Path and query parameters, named as the API names them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, Final

from fastapi import Depends, Path, Query, Request

from placet.api.access.caller import desks_of
from placet.api.orders.order_text import Expand
from placet.api.web.query import OptionalText, a_whole, any_of, only, parameters_of
from placet.errors import InvalidRequest
from placet.kit.durations import PATTERN as DURATION_PATTERN
from placet.kit.durations import milliseconds_of
from placet.orders.core.filters import AuthorizationFilter, PendingFilter
from placet.orders.core.record import Status

_MAX_PAGE: Final = 200
MAX_PLACE: Final = 2**31 - 1
_EXACT: Final = "Repeatable; exact, in any case."

DimensionId = Annotated[str, Path(alias="dimensionId", description="The dimension.")]
RuleId = Annotated[str, Path(alias="ruleId", description="The rule of this dimension.")]
AuthorizationId = Annotated[str, Path(alias="orderAuthId", description="The authorization.")]
OrderId = Annotated[str, Path(alias="orderId", description="The order's own id.")]

IdFilter = Annotated[Sequence[str], Query(alias="id", description=_EXACT)]
UnitFilter = Annotated[Sequence[str], Query(alias="unitId", description=_EXACT)]
NameFilter = Annotated[Sequence[str], Query(alias="name", description=_EXACT)]


_INSTANT: Final = {"format": "date-time"}
_DURATION: Final = {"pattern": DURATION_PATTERN}


def _text(alias: str, description: str, **schema: Any) -> Any:
    return Query(alias=alias, description=description, json_schema_extra=schema or None)


Limit = Annotated[str, _text("limit", f"1 to {_MAX_PAGE} per page.", **a_whole(1, _MAX_PAGE))]
After = Annotated[OptionalText, _text("after", "`next` of the page before.")]
AfterLine = Annotated[str, _text("after", "`next` of the page before.", **a_whole(0, MAX_PLACE))]


@dataclass(frozen=True, slots=True)
class ListQuery:
    """What a list of authorizations is asked for; `mine`: only what waits for the caller; `expand`:
    `order` for the orders as well.
    """

    wanted: AuthorizationFilter
    pending: PendingFilter
    mine: bool
    limit: int
    after: str | None
    expand: str | None


async def _list_query(
    request: Request,
    *,
    pending_for: Annotated[
        OptionalText,
        _text(
            "pending-for", "`me`: what waits for the caller, the caller's inbox.", **any_of(["me"])
        ),
    ] = None,
    status: Annotated[OptionalText, _text("status", "In Placet's words.", **any_of(Status))] = None,
    unit_id: Annotated[OptionalText, _text("unitId", "The buyer's unit.")] = None,
    order_id: Annotated[OptionalText, _text("orderId", "All revisions of an order.")] = None,
    buyer: Annotated[OptionalText, _text("userProfileId", "The buyer.")] = None,
    created_after: Annotated[
        OptionalText, _text("createdAfter", "ISO 8601, exclusive.", **_INSTANT)
    ] = None,
    created_before: Annotated[
        OptionalText, _text("createdBefore", "ISO 8601, exclusive.", **_INSTANT)
    ] = None,
    dimension_id: Annotated[
        OptionalText, _text("dimensionId", "A rule of this dimension waits.")
    ] = None,
    rule_id: Annotated[OptionalText, _text("ruleId", "This rule waits.")] = None,
    older_than: Annotated[
        OptionalText,
        _text("olderThan", "Submitted that long ago, such as `P2D` or `PT36H`.", **_DURATION),
    ] = None,
    waits_longer_than: Annotated[
        OptionalText,
        _text("waitsLongerThan", "A level has been up that long, such as `P2D`.", **_DURATION),
    ] = None,
    waits_for: Annotated[
        OptionalText,
        _text("waitsFor", "`nobody`: a rule waits that nobody can decide.", **any_of(["nobody"])),
    ] = None,
    after: After = None,
    expand: Expand = None,
    limit: Limit = "50",
) -> ListQuery:
    only(request, _LIST_PARAMETERS)
    if waits_for not in (None, "nobody"):
        raise InvalidRequest(f"`waitsFor` must be `nobody`, not `{waits_for[:50]}`")
    if waits_for is not None and pending_for is not None:
        raise InvalidRequest(
            "what waits for you does not wait for nobody: leave out one of both,"
            " `pending-for` or `waitsFor`"
        )
    if pending_for not in (None, "me"):
        raise InvalidRequest(f"`pending-for` must be `me`, not `{pending_for[:50]}`")
    before = [_instant("createdBefore", created_before), _ago(request, "olderThan", older_than)]
    wanted = AuthorizationFilter(
        status=_status(status),
        unit_id=unit_id,
        order_id=order_id,
        user_profile_id=buyer,
        created_after=_instant("createdAfter", created_after),
        created_before=min((moment for moment in before if moment is not None), default=None),
    )
    pending = PendingFilter(
        dimension_id=dimension_id,
        rule_id=rule_id,
        since_before=_ago(request, "waitsLongerThan", waits_longer_than),
        stuck=waits_for is not None,
    )
    return ListQuery(wanted, pending, pending_for is not None, page_size(limit), after, expand)


_LIST_PARAMETERS: Final = parameters_of(_list_query)
Asked = Annotated[ListQuery, Depends(_list_query)]


def _status(text: str | None) -> str | None:
    if text is None or text in set(Status):
        return text
    known = ", ".join(f"`{status}`" for status in Status)
    raise InvalidRequest(f"`status` must be one of {known}, not `{text[:50]}`")


def page_size(text: str) -> int:
    """The entries of a page that `limit` asks for. Raises InvalidRequest."""
    if text.isascii() and text.isdecimal() and 1 <= int(text[:5]) <= _MAX_PAGE:
        return int(text)
    raise InvalidRequest(f"`limit` must be a whole number from 1 to {_MAX_PAGE}, not `{text[:50]}`")


def _ago(request: Request, name: str, text: str | None) -> int | None:
    if text is None:
        return None
    try:
        return desks_of(request).orders.clock.now_ms() - milliseconds_of(text)
    except ValueError as error:
        raise InvalidRequest(f"`{name}` {error}, not `{text[:50]}`") from error


def _instant(name: str, text: str | None) -> int | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise InvalidRequest(
            f"`{name}` must be an instant such as `2026-01-31T00:00:00Z`, not `{text[:50]}`"
        ) from error
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return int(moment.timestamp() * 1000)
