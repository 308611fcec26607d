"""Routes of authorizations: submit an order, look it up, decide it, end it."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Request, Response

from placet.api.access.caller import (
    CanApprove,
    CanPlaceOrders,
    CanReadAuthorizations,
    CanReevaluate,
    desks_of,
    order_approver,
    order_placer,
)
from placet.api.orders.answers import (
    AuthorizationAnswer,
    AuthorizationPageAnswer,
    HistoryPageAnswer,
    OrderAnswer,
)
from placet.api.orders.explanation_answer import ExplanationAnswer
from placet.api.orders.order_text import Expand, order_answer, page_answer, single_answer
from placet.api.web.answers import ERRORS, answer, json_answer
from placet.api.web.body import read_model, read_model_and_text
from placet.api.web.direct import DirectRoute
from placet.api.web.idempotency import KEY_HEADER, DecisionKey, idempotency_key
from placet.api.web.parameters import (
    MAX_PLACE,
    AfterLine,
    Asked,
    AuthorizationId,
    Limit,
    OrderId,
    page_size,
)
from placet.api.web.query import whole
from placet.api.web.schemas import (
    CALLBACK_BODY,
    CANCELLATION_BODY,
    SUBMISSION_BODY,
    CallbackBody,
    CancellationBody,
)
from placet.kit.timestamps import timestamp
from placet.kit.wire_model import Document
from placet.orders.core.explanation import explanation_document
from placet.orders.core.submission import Submission
from placet.orders.core.wire import authorization_document
from placet.orders.service import authorizations
from placet.orders.service.current import Judged
from placet.orders.service.history import read_history
from placet.orders.service.inbox import find_orders
from placet.people.core.visit import Visit

_AUTHORIZATION: Final = answer("The whole authorization.", AuthorizationAnswer)

router: Final = APIRouter(
    prefix="/{accountName}/commercial-authorizations", tags=["Authorizations"], responses=ERRORS
)
# The form without account: the app key says whose authorization it is.
callback_router: Final = APIRouter(
    prefix="/commercial-authorizations", tags=["Authorizations"], responses=ERRORS
)


@router.post(
    "",
    summary="Submit order",
    operation_id="submitOrder",
    openapi_extra=SUBMISSION_BODY,
    responses=_AUTHORIZATION,
)
async def submit(request: Request, caller: CanPlaceOrders) -> Response:
    """Have an order judged.

    The same submission again answers the same authorization; other content for the same `orderId`
    supersedes the revision before, and is judged afresh. In an account that has units, an order of
    none of them is refused, unless the settings `ordersWithoutUnit` and `unknownUnit` say
    otherwise; what it spends must meet the setting `spendingCheck`. A person submits own orders,
    from the own unit, unless allowed to impersonate the buyer, and spends from budgets of the
    buyer's unit and of those above it.
    """
    submission, order_text = await read_model_and_text(request, Submission, "order")
    judged = await authorizations.submit(
        desks_of(request).orders, caller, submission, order_text=order_text
    )
    return json_answer(await _document(request, judged, caller))


@router.get(
    "",
    summary="List authorizations",
    responses=answer("Some authorizations.", AuthorizationPageAnswer),
)
async def list_authorizations(
    request: Request,
    caller: CanReadAuthorizations,
    asked: Asked,
) -> Response:
    """Authorizations, newest first; all filters given must match. People see some of them only.

    A person sees the own ones and those in whose history the person is. With `ViewBuyingPolicies`
    or `ApproveOrders` also those of the own unit and of units below it, and with `ApproveOrders`
    those that wait for the person. One that somebody else has decided meanwhile is still found by
    its id. Who belongs to the unit that is above all others sees all.

    `pending-for=me` leaves those in which some rule has `isUserNextAuthorizer`: for an app key all
    that wait, and nothing without the permission to approve. A page may then be shorter than
    `limit` though `next` says that more follow.
    """
    page = await find_orders(
        desks_of(request).orders,
        caller,
        asked.pending,
        asked.wanted,
        mine=asked.mine,
        limit=asked.limit,
        before_id=asked.after,
    )
    reach = await authorizations.reach_to_show(desks_of(request).orders, caller, page.entries)
    data = [
        authorization_document(judged.authorization, judged.policy, caller.actor, reach=reach)
        for judged in page.entries
    ]
    return await page_answer(
        request, caller, page.entries, data, next_id=page.next_id, expand=asked.expand
    )


# Ids of orders may hold slashes.
@router.get(
    "/order/{orderId:path}",
    summary="Get authorization of order",
    operation_id="getAuthorizationOfOrder",
    responses=_AUTHORIZATION,
)
async def get_of_order(
    request: Request,
    caller: CanReadAuthorizations,
    order_id: OrderId,
    expand: Expand = None,
) -> Response:
    """The authorization of the order's latest revision."""
    judged = await authorizations.get_authorization_of_order(
        desks_of(request).orders, caller, order_id
    )
    document = await _document(request, judged, caller)
    return await single_answer(request, caller, judged, document, expand)


@router.get(
    "/{orderAuthId}",
    summary="Get authorization",
    operation_id="getAuthorization",
    responses=_AUTHORIZATION,
)
async def get(
    request: Request,
    caller: CanReadAuthorizations,
    authorization_id: AuthorizationId,
    expand: Expand = None,
) -> Response:
    """One authorization, superseded ones included."""
    judged = await authorizations.get_authorization(
        desks_of(request).orders, caller, authorization_id
    )
    document = await _document(request, judged, caller)
    return await single_answer(request, caller, judged, document, expand)


@router.get(
    "/{orderAuthId}/order",
    summary="Get order",
    responses=answer("The order document, to the byte as it was submitted.", OrderAnswer),
)
async def get_order(
    request: Request,
    caller: CanReadAuthorizations,
    authorization_id: AuthorizationId,
) -> Response:
    """The order that was judged, also of a revision that is superseded.

    An order that was submitted to a version before this one is the same document, but may be spaced
    otherwise and have its numbers spelled otherwise.
    """
    judged = await authorizations.get_authorization(
        desks_of(request).orders, caller, authorization_id
    )
    return await order_answer(request, caller, judged)


@router.get(
    "/{orderAuthId}/explanation",
    summary="Explain authorization",
    operation_id="explainAuthorization",
    responses=answer("The reason, the trace of every rule, and the history.", ExplanationAnswer),
)
async def explain(
    request: Request,
    caller: CanReadAuthorizations,
    authorization_id: AuthorizationId,
) -> Response:
    """Why the order is where it is: what every rule gave, who decided, and what happened when."""
    judged = await authorizations.get_authorization(
        desks_of(request).orders, caller, authorization_id
    )
    reach = await authorizations.reach_to_show(desks_of(request).orders, caller, [judged])
    return json_answer(explanation_document(judged.authorization, judged.policy, reach))


@router.get(
    "/{orderAuthId}/history",
    summary="Get history",
    operation_id="getAuthorizationHistory",
    responses=answer("What happened, oldest first.", HistoryPageAnswer),
)
async def get_history(
    request: Request,
    caller: CanReadAuthorizations,
    authorization_id: AuthorizationId,
    after: AfterLine = "0",
    limit: Limit = "50",
) -> Response:
    """Who did what when, by which key or as which user, and the status before and after.

    Lines are only ever added. `place` counts them from 1.
    """
    page = await read_history(
        desks_of(request).orders,
        caller,
        authorization_id,
        limit=page_size(limit),
        after=whole("after", after, 0, MAX_PLACE),
    )
    data = [
        {"place": place, **event.to_document(), "at": timestamp(event.at)}
        for place, event in page.lines
    ]
    following = None if page.next_place is None else str(page.next_place)
    return json_answer({"data": data, "next": following})


@router.post(
    "/{orderAuthId}/callback",
    summary="Accept or deny rule",
    openapi_extra=CALLBACK_BODY,
    responses=_AUTHORIZATION,
)
async def decide_rule(
    request: Request,
    caller: CanApprove,
    authorization_id: AuthorizationId,
    key: DecisionKey = None,
) -> Response:
    """Decide a pending rule by a score.

    At least `scoreInterval.accept` accepts, at most `scoreInterval.deny` denies, between bypasses.
    The level that is up is decided; `level` says which one is meant, and 409 that another is up. A
    person decides one level of a rule, and where `onePersonOneLevel` is false all those that follow
    and are that person's at once; sent again, nothing more is decided. An app key decides the next
    level by the next request, and sends an `Idempotency-Key` to be able to repeat one.
    """
    return await _decide_rule(request, caller, authorization_id, key)


@callback_router.post(
    "/{orderAuthId}/callback",
    summary="Accept or deny rule (account of the app key)",
    openapi_extra=CALLBACK_BODY,
    responses=_AUTHORIZATION,
)
async def decide_rule_of_own_account(
    request: Request,
    caller: CanApprove,
    authorization_id: AuthorizationId,
    key: DecisionKey = None,
) -> Response:
    """The same, for clients that do not name the account."""
    return await _decide_rule(request, caller, authorization_id, key)


@router.post(
    "/{orderAuthId}/cancellation",
    summary="Cancel authorization",
    operation_id="cancelAuthorization",
    openapi_extra=CANCELLATION_BODY,
    responses=_AUTHORIZATION,
)
async def cancel(
    request: Request,
    caller: CanPlaceOrders,
    authorization_id: AuthorizationId,
) -> Response:
    """Take back a pending or accepted order. The body may be empty.

    A person may do so with own orders, and with `ManageBuyingPolicies` with those of the own unit
    and of units below it.
    """
    body = await read_model(request, CancellationBody, default=CancellationBody())
    judged = await authorizations.cancel_authorization(
        desks_of(request).orders, caller, authorization_id, body.comment
    )
    return json_answer(await _document(request, judged, caller))


@router.post(
    "/{orderAuthId}/reevaluation",
    summary="Judge order again",
    operation_id="reevaluateAuthorization",
    responses=_AUTHORIZATION,
)
async def reevaluate(
    request: Request,
    caller: CanReevaluate,
    authorization_id: AuthorizationId,
) -> Response:
    """Judge a pending order by today's policies; what people decided so far no longer counts.

    People may do so with the orders that they may take back.
    """
    judged = await authorizations.reevaluate(desks_of(request).orders, caller, authorization_id)
    return json_answer(await _document(request, judged, caller))


async def _decide_rule(
    request: Request, caller: Visit, authorization_id: str, key: str | None
) -> Response:
    body = await read_model(request, CallbackBody)
    judged = await authorizations.decide_rule(
        desks_of(request).orders,
        caller,
        authorization_id,
        body.params,
        idempotency_key=idempotency_key(key),
    )
    return json_answer(await _document(request, judged, caller))


async def _submit_directly(request: Request) -> Response:
    return await submit(request, await order_placer(request))


async def _decide_directly(request: Request) -> Response:
    caller = await order_approver(request)
    key = request.headers.get(KEY_HEADER)
    return await _decide_rule(request, caller, request.path_params["orderAuthId"], key)


DIRECT_ROUTES: Final = (
    DirectRoute.of("POST", router.prefix, _submit_directly),
    DirectRoute.of("POST", f"{router.prefix}/{{orderAuthId}}/callback", _decide_directly),
    DirectRoute.of("POST", f"{callback_router.prefix}/{{orderAuthId}}/callback", _decide_directly),
)


async def _document(request: Request, judged: Judged, caller: Visit) -> Document:
    reach = await authorizations.reach_to_show(desks_of(request).orders, caller, [judged])
    return authorization_document(judged.authorization, judged.policy, caller.actor, reach=reach)
