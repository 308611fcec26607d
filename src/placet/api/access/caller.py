"""Who calls, and what they may do: a dependency of every route that serves an account.

Credentials are an app key with its token (two headers), or a token that stands for a person or for
an app key. With both, the app key in its headers counts alone. Whoever sends a wrong one is
refused, whatever else the request carries.
"""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import Request, Security
from fastapi.openapi.models import HTTPBearer
from fastapi.security.base import SecurityBase

from placet.access.core.credentials import AppKey
from placet.access.service.key_tokens import KeyTokens
from placet.api.access.credentials import USER_TOKEN_NAME, user_token
from placet.api.web.openapi import (
    APP_KEY_HEADER,
    APP_TOKEN_HEADER,
    PERMISSIONS_FIELD,
    PERMISSIONS_SCHEME,
)
from placet.errors import Forbidden, Unauthorized
from placet.people.core.actor import Actor, ActorKind
from placet.people.core.permissions import (
    DECIDING_ORDERS,
    DELEGATING,
    IMPORTING,
    JUDGING_AGAIN,
    MANAGING_BUDGETS,
    MANAGING_POLICIES,
    MANAGING_UNITS,
    PLACING_ORDERS,
    VIEWING_BUDGETS,
    VIEWING_DELEGATIONS,
    VIEWING_ORDERS,
    VIEWING_POLICIES,
    VIEWING_UNITS,
    Permission,
)
from placet.people.core.visit import Visit, check_permissions
from placet.process import Desks


class _Allowed(SecurityBase):
    """Lets a caller pass who has any of the permissions, in the account of the path."""

    # How the permissions get into the API's description, which says more about credentials itself.
    model = HTTPBearer()
    scheme_name = PERMISSIONS_SCHEME

    def __init__(self, permissions: frozenset[Permission]) -> None:
        self.permissions: Final = permissions

    @property
    def stated(self) -> dict[str, Any]:
        """What states the permissions of an operation that calls this by itself."""
        return {PERMISSIONS_FIELD: sorted(self.permissions)}

    async def __call__(self, request: Request) -> Visit:
        """The caller of this request. Raises Unauthorized (401) or Forbidden (403)."""
        account = request.path_params.get("accountName")
        caller = await _caller(request, account)
        if account is not None and account != caller.account:
            # The same answer whether or not there is such an account.
            kind = "app key" if caller.user is None else "user token"
            raise Forbidden(f"this {kind} does not belong to the account `{account[:100]}`")
        check_permissions(caller.actor, self.permissions)
        return caller


async def _caller(request: Request, account: str | None) -> Visit:
    app_key = request.headers.get(APP_KEY_HEADER)
    app_token = request.headers.get(APP_TOKEN_HEADER)
    if app_key and app_token:
        return _of_key(await desks_of(request).access.keys.authenticate(app_key, app_token))
    if app_key is None and app_token is None:
        token = user_token(request, account)
        if token is not None and KeyTokens.issued(token):
            return _of_key(await desks_of(request).access.key_tokens.authenticate(token))
        if token is not None:
            person = await desks_of(request).access.people.authenticate(token)
            return Visit(person.account, person.actor, person.user)
    raise Unauthorized(
        f"send your credentials in the headers `{APP_KEY_HEADER}` and `{APP_TOKEN_HEADER}`,"
        f" or a user token in the header `{USER_TOKEN_NAME}`"
    )


def _of_key(key: AppKey) -> Visit:
    actor = Actor(ActorKind.APP_KEY, key.app_key, key.permissions, name=key.label or None)
    return Visit(key.account, actor)


def desks_of(request: Request) -> Desks:
    """What the use cases work with."""
    desks: Desks = request.app.state.desks
    return desks


def _needs(permissions: frozenset[Permission]) -> Any:
    """The dependency on a caller with any of the permissions."""
    return _security(_Allowed(permissions))


def _security(allowed: _Allowed) -> Any:
    return Security(allowed, scopes=sorted(allowed.permissions))


# For the busiest routes, which call them by themselves.
budget_manager: Final = _Allowed(MANAGING_BUDGETS)
order_placer: Final = _Allowed(PLACING_ORDERS)
order_approver: Final = _Allowed(DECIDING_ORDERS)
CanManageBudgets = Annotated[Visit, _security(budget_manager)]
CanViewBudgets = Annotated[Visit, _needs(VIEWING_BUDGETS)]
CanManagePolicies = Annotated[Visit, _needs(MANAGING_POLICIES)]
CanViewPolicies = Annotated[Visit, _needs(VIEWING_POLICIES)]
CanManageUnits = Annotated[Visit, _needs(MANAGING_UNITS)]
CanViewUnits = Annotated[Visit, _needs(VIEWING_UNITS)]
CanImport = Annotated[Visit, _needs(IMPORTING)]
CanPlaceOrders = Annotated[Visit, _security(order_placer)]
CanReevaluate = Annotated[Visit, _needs(JUDGING_AGAIN)]
CanApprove = Annotated[Visit, _security(order_approver)]
CanReadAuthorizations = Annotated[Visit, _needs(VIEWING_ORDERS)]
CanDelegate = Annotated[Visit, _needs(DELEGATING)]
CanViewDelegations = Annotated[Visit, _needs(VIEWING_DELEGATIONS)]
