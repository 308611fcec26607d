"""Routes of people: an extension, as the public API takes them from elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Final

from fastapi import APIRouter, Path, Query, Request, Response

from placet.api.access.caller import CanManageUnits, CanViewUnits, desks_of
from placet.api.people.answers import ChangedUserAnswer, UserAnswer, UserPageAnswer
from placet.api.people.fallen import FALLEN_HEADERS, fallen_answer, telling
from placet.api.people.unit_schemas import USER_BODY, user_document
from placet.api.web.answers import ERRORS, answer, json_answer
from placet.api.web.body import read_model
from placet.api.web.query import A_FLAG, OptionalText, a_whole, flag, only, parameters_of, whole
from placet.errors import InvalidRequest
from placet.people.core.roles import role_named
from placet.people.core.user import UserFilter
from placet.people.service import users
from placet.people.service.users import UserDraft

_MAX_PAGE: Final = 200
_MAX_UNITS: Final = 1_000

UserId = Annotated[str, Path(alias="userId", description="The person.")]

router: Final = APIRouter(prefix="/{accountName}/users", tags=["People"], responses=ERRORS)


@router.get(
    "",
    summary="List people",
    responses=answer("Some people.", UserPageAnswer),
)
async def list_users(
    request: Request,
    caller: CanViewUnits,
    *,
    unit_ids: Annotated[
        Sequence[str], Query(alias="unitId", description="Members of this unit; repeatable.")
    ] = (),
    email: Annotated[OptionalText, Query(description="The whole address, in any case.")] = None,
    role: Annotated[OptionalText, Query(description="The name or GUID of a role.")] = None,
    active: Annotated[
        OptionalText, Query(description="Only those who are, or are not.", json_schema_extra=A_FLAG)
    ] = None,
    after: Annotated[OptionalText, Query(description="`next` of the page before.")] = None,
    limit: Annotated[
        str,
        Query(description=f"1 to {_MAX_PAGE} per page.", json_schema_extra=a_whole(1, _MAX_PAGE)),
    ] = "50",
) -> Response:
    """People by id; all filters given must match. A person finds those within the own unit."""
    only(request, _LIST_PARAMETERS, repeatable=["unitId"])
    if len(unit_ids) > _MAX_UNITS:
        raise InvalidRequest(f"`unitId` can be given at most {_MAX_UNITS} times")
    wanted = UserFilter(
        unit_ids=unit_ids or None,
        email=email,
        role=None if role is None else role_named(role),
        active=None if active is None else flag("active", active),
    )
    page = await users.list_users(
        desks_of(request).people,
        caller,
        wanted,
        limit=whole("limit", limit, 1, _MAX_PAGE),
        after_id=after,
    )
    data = [user_document(user) for user in page.entries]
    return json_answer({"data": data, "next": page.next_id})


_LIST_PARAMETERS: Final = parameters_of(list_users)


@router.get(
    "/{userId}",
    summary="Get person",
    responses=answer("What is on record of the person.", UserAnswer),
)
async def get_user(request: Request, caller: CanViewUnits, user_id: UserId) -> Response:
    """One person, inactive ones included."""
    user = await users.get_user(desks_of(request).people, caller, user_id)
    return json_answer(user_document(user))


@router.put(
    "/{userId}",
    summary="Create or replace person",
    openapi_extra=USER_BODY,
    responses=answer(
        "What is on record of the person now.", ChangedUserAnswer, headers=FALLEN_HEADERS
    ),
)
async def put_user(request: Request, caller: CanManageUnits, user_id: UserId) -> Response:
    """Put a person on record, or replace all that is there.

    A person manages the people of the own unit and below, and not themselves.
    """
    draft = await read_model(request, UserDraft)
    changed = await users.put_user(desks_of(request).people, caller, user_id, draft)
    return fallen_answer(user_document(changed.user), changed.fallen)


@router.delete(
    "/{userId}",
    summary="Deactivate person",
    status_code=204,
    responses={204: {"description": "Done.", "headers": FALLEN_HEADERS}},
)
async def deactivate_user(request: Request, caller: CanManageUnits, user_id: UserId) -> Response:
    """Let a person do nothing from now on; what they did stays on record under their name.

    Headers say how many orders waited for the person, which go to those who stand in.
    """
    fallen = await users.deactivate_user(desks_of(request).people, caller, user_id)
    return telling(Response(status_code=204), fallen)
