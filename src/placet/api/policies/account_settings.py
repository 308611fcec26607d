"""Routes of the account's settings: an extension of the Buying Policies API."""

from __future__ import annotations

from typing import Any, Final, get_type_hints

from fastapi import APIRouter, Request, Response
from pydantic import RootModel, create_model

from placet.api.access.caller import CanManagePolicies, CanViewPolicies, desks_of
from placet.api.web.answers import ERRORS, answer, json_answer
from placet.api.web.body import read_model
from placet.api.web.models import json_body
from placet.kit.wire_model import Document, WireModel
from placet.people.service.scope import check_whole_account
from placet.policies.core.model import AccountSettings
from placet.policies.service import account_settings


class _Changes(RootModel[Document]):
    """Some of the settings."""


def _model(name: str, description: str, fields: dict[str, Any]) -> type[WireModel]:
    model: type[WireModel] = create_model(name, __base__=WireModel, __doc__=description, **fields)
    return model


# As the API pages show them: what settings there are is said by the settings alone.
_KINDS: Final = {
    name: kind
    for name, kind in get_type_hints(AccountSettings, include_extras=True).items()
    if name in AccountSettings.model_fields
}
SettingsAnswer: Final = _model(
    "SettingsAnswer",
    "What the account chose where the policies leave a choice.",
    {name: (kind, ...) for name, kind in _KINDS.items()},
)
SettingsChange: Final = _model(
    "SettingsChange",
    "Some of the settings; null gives a default.",
    {name: (kind | None, None) for name, kind in _KINDS.items()},
)
_SETTINGS: Final = answer("Every setting; null where there is none.", SettingsAnswer)

router: Final = APIRouter(prefix="/{accountName}/settings", tags=["Settings"], responses=ERRORS)


@router.get("", summary="Get settings", responses=_SETTINGS)
async def get_settings(request: Request, caller: CanViewPolicies) -> Response:
    """What the account chose where the policies leave a choice."""
    settings = await account_settings.get_settings(desks_of(request).policies.database, caller)
    return json_answer(account_settings.settings_document(settings))


@router.patch(
    "",
    summary="Change settings",
    operation_id="changeSettings",
    openapi_extra=json_body(SettingsChange, {"pendingExpiresAfter": "P14D"}),
    responses=_SETTINGS,
)
async def patch_settings(request: Request, caller: CanManagePolicies) -> Response:
    """Change the named settings, of an object only what it names; null gives a default.

    The next order is judged by them. Orders that wait keep the settings they were judged by, until
    they are judged again. A person must belong to the unit that is above all others.
    """
    database = desks_of(request).policies.database
    # Whoever may not is told so before the body is looked at.
    await check_whole_account(database, caller)
    changes = await read_model(request, _Changes)
    settings = await account_settings.change_settings(database, caller, changes.root)
    return json_answer(account_settings.settings_document(settings))
