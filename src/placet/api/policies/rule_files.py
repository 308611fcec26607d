"""The route that publishes a whole rule file."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Query, Request, Response

from placet.api.access.caller import CanManagePolicies, desks_of
from placet.api.policies.answers import PublicationAnswer
from placet.api.web.answers import ERRORS, answer, json_answer
from placet.api.web.body import read_body
from placet.api.web.query import A_FLAG, flag, only
from placet.api.web.schemas import RULE_FILE_BODY
from placet.errors import InvalidRequest
from placet.people.service.scope import check_whole_account
from placet.policies.service import rule_files

_NAMES: Final = {"application/json": "rule-file.json"}

router: Final = APIRouter(prefix="/{accountName}/rule-file", tags=["Rule files"], responses=ERRORS)


@router.put(
    "",
    summary="Publish rule file",
    operation_id="publishRuleFile",
    openapi_extra=RULE_FILE_BODY,
    responses=answer("What was changed, and the file's warnings.", PublicationAnswer),
)
async def publish(
    request: Request,
    caller: CanManagePolicies,
    delete: Annotated[
        str,
        Query(
            description="`true`: also delete what the file does not have.", json_schema_extra=A_FLAG
        ),
    ] = "false",
) -> Response:
    """Replace the account's units and dimensions by those of a rule file, all or none.

    Where that would delete dimensions, rules or units, nothing is changed and the answer is 409
    with a list of them, unless `delete` is true. Settings that the file does not name stay as they
    are, and so do the units where it names none.

    The body is YAML, or JSON where the content type says so. A person must belong to the unit that
    is above all others.
    """
    only(request, ("delete",))
    desk = desks_of(request).policies
    # Whoever may not is told so before the body is looked at.
    await check_whole_account(desk.database, caller)
    body = await read_body(request, request.app.state.settings.max_rule_file_bytes)
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InvalidRequest("the rule file is not UTF-8") from error
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    published = await rule_files.publish(
        desk,
        caller,
        text,
        _NAMES.get(kind, "rule-file.yaml"),
        delete=flag("delete", delete),
    )
    return json_answer(published.to_document())
