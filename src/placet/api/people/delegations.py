"""Routes of delegations: who may approve in whose place. An extension of the public API."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import Field

from placet.api.access.caller import CanDelegate, CanViewDelegations, desks_of
from placet.api.people.answers import DelegationAnswer, DelegationPageAnswer
from placet.api.web.answers import ERRORS, answer, json_answer
from placet.api.web.body import read_model
from placet.api.web.models import json_body
from placet.api.web.query import A_FLAG, OptionalText, a_whole, flag, only, parameters_of, whole
from placet.kit.instants import parse_instant
from placet.kit.timestamps import timestamp
from placet.kit.wire_model import Document, Identifier, Text, WireModel
from placet.people.core.delegation import DelegationEvent, DelegationFilter
from placet.people.service import delegations
from placet.people.service.delegations import RecordedDelegation

_MAX_PAGE: Final = 200

DelegationId = Annotated[str, Path(alias="delegationId", description="The delegation.")]


class _DelegationBody(WireModel, extra="forbid"):
    """The body that makes a delegation."""

    delegator_id: Annotated[
        Identifier | None,
        Field(description="In whose place; the caller where it is left out."),
    ] = None
    delegate_id: Annotated[Identifier, Field(description="Who stands in.")]
    from_: Annotated[Text, Field(alias="from", description="The first instant; ISO 8601.")]
    until: Annotated[Text, Field(description="The instant at which it is over; ISO 8601.")]


_EXAMPLE: Final = {
    "delegateId": "bea",
    "from": "2026-12-21T00:00:00+01:00",
    "until": "2027-01-04T00:00:00+01:00",
}
_ONE: Final = answer("The delegation with its record.", DelegationAnswer)

router: Final = APIRouter(
    prefix="/{accountName}/delegations", tags=["Delegations"], responses=ERRORS
)


@router.post(
    "",
    summary="Delegate approvals",
    openapi_extra=json_body(_DelegationBody, _EXAMPLE),
    responses=_ONE,
)
async def create_delegation(request: Request, caller: CanDelegate) -> Response:
    """Let another person approve in a person's place for some time, 366 days at most.

    People delegate their own approvals. Those of others need `ManageBuyingPolicies`, are of people
    of the caller's unit and below it, and never go to whoever delegates them. The stand-in, an
    approver too, may then decide what the delegator may decide at that moment, but no order of
    either of the two, and hands nothing on.
    """
    body = await read_model(request, _DelegationBody)
    desk = desks_of(request).people
    made = await delegations.create_delegation(
        desk,
        caller,
        delegator_id=body.delegator_id,
        delegate_id=body.delegate_id,
        from_at=parse_instant(body.from_, "from"),
        until_at=parse_instant(body.until, "until"),
        now=desk.clock.now_ms(),
    )
    return json_answer(_document(made, desk.clock.now_ms()))


@router.get(
    "",
    summary="List delegations",
    responses=answer("Some delegations.", DelegationPageAnswer),
)
async def list_delegations(
    request: Request,
    caller: CanViewDelegations,
    *,
    delegator_id: Annotated[
        OptionalText, Query(alias="delegatorId", description="In whose place.")
    ] = None,
    delegate_id: Annotated[
        OptionalText, Query(alias="delegateId", description="Who stands in.")
    ] = None,
    in_force: Annotated[
        OptionalText,
        Query(
            alias="inForce",
            description="`true`: those that count now only.",
            json_schema_extra=A_FLAG,
        ),
    ] = None,
    after: Annotated[OptionalText, Query(description="`next` of the page before.")] = None,
    limit: Annotated[
        str,
        Query(description=f"1 to {_MAX_PAGE} per page.", json_schema_extra=a_whole(1, _MAX_PAGE)),
    ] = "50",
) -> Response:
    """Delegations, newest first; all filters given must match.

    People see those that concern them, with `ViewBuyingPolicies` or `ManageBuyingPolicies` also
    those of people of the own unit and of units below it.
    """
    only(request, _LIST_PARAMETERS)
    desk = desks_of(request).people
    now = desk.clock.now_ms()
    only_in_force = in_force is not None and flag("inForce", in_force)
    page = await delegations.list_delegations(
        desk,
        caller,
        DelegationFilter(delegator_id, delegate_id, in_force_at=now if only_in_force else None),
        limit=whole("limit", limit, 1, _MAX_PAGE),
        before_id=after,
    )
    data = [_document(entry, now) for entry in page.entries]
    return json_answer({"data": data, "next": page.next_id})


_LIST_PARAMETERS: Final = parameters_of(list_delegations)


@router.get("/{delegationId}", summary="Get delegation", responses=_ONE)
async def get_delegation(
    request: Request, caller: CanViewDelegations, delegation_id: DelegationId
) -> Response:
    """One delegation, those that are over included."""
    desk = desks_of(request).people
    found = await delegations.get_delegation(desk, caller, delegation_id)
    return json_answer(_document(found, desk.clock.now_ms()))


@router.delete("/{delegationId}", summary="End delegation", responses=_ONE)
async def end_delegation(
    request: Request, caller: CanDelegate, delegation_id: DelegationId
) -> Response:
    """End a delegation now; it stays on record. One that is over already is answered as it is."""
    desk = desks_of(request).people
    now = desk.clock.now_ms()
    ended = await delegations.end_delegation_now(desk, caller, delegation_id, now)
    return json_answer(_document(ended, now))


def _document(recorded: RecordedDelegation, now: int) -> Document:
    delegation = recorded.delegation
    ended_at = delegation.ended_at
    return {
        "id": delegation.delegation_id,
        "delegatorId": delegation.delegator_id,
        "delegateId": delegation.delegate_id,
        "from": timestamp(delegation.from_at),
        "until": timestamp(delegation.until_at),
        "endedAt": None if ended_at is None else timestamp(ended_at),
        "inForce": delegation.from_at <= now and not delegation.over(now),
        "createdAt": timestamp(delegation.created_at),
        "record": [_event(event) for event in recorded.record],
    }


def _event(event: DelegationEvent) -> Document:
    return event.to_document() | {"at": timestamp(event.at)}
