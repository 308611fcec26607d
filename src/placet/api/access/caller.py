"""Who calls, and what they may do: a dependency of every route that serves an account.

Credentials are an app key with its token (two headers), or a token that stands for a person or for
an app key. With both, the app key in its headers counts alone. Whoever sends a wrong one is
refused, whatever else the request carries.
"""

from __future__ import annotations

from dataclasses import dataclass
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
from placet.people.core.permissions import Permission
from placet.people.core.user import User
from placet.process import Service


@dataclass(frozen=True, slots=True)
class Caller:
    """An authenticated caller and the account that everything it does belongs to.

    `user` is the person, None for an app key.
    """

    account: str
    actor: Actor
    user: User | None = None


class _Allowed(SecurityBase):
    """Lets a caller pass who has any of the permissions, in the account of the path."""

    # How the permissions get into the API's description, which says more about credentials itself.
    model = HTTPBearer()
    scheme_name = PERMISSIONS_SCHEME

    def __init__(self, *permissions: Permission) -> None:
        self.permissions: Final = frozenset(permissions)

    @property
    def stated(self) -> dict[str, Any]:
        """What states the permissions of an operation that calls this by itself."""
        return {PERMISSIONS_FIELD: sorted(self.permissions)}

    async def __call__(self, request: Request) -> Caller:
        """The caller of this request. Raises Unauthorized (401) or Forbidden (403)."""
        account = request.path_params.get("accountName")
        caller = await _caller(request, account)
        person = caller.user is not None
        if account is not None and account != caller.account:
            # The same answer whether or not there is such an account.
            kind = "user token" if person else "app key"
            raise Forbidden(f"this {kind} does not belong to the account `{account[:100]}`")
        if not self.permissions & caller.actor.permissions:
            needed = " or ".join(f"`{permission}`" for permission in sorted(self.permissions))
            lacking = "you lack" if person else "this app key lacks"
            raise Forbidden(f"access denied: {lacking} the permission {needed}")
        return caller


async def _caller(request: Request, account: str | None) -> Caller:
    app_key = request.headers.get(APP_KEY_HEADER)
    app_token = request.headers.get(APP_TOKEN_HEADER)
    if app_key and app_token:
        return _of_key(await service_of(request).keys.authenticate(app_key, app_token))
    if app_key is None and app_token is None:
        token = user_token(request, account)
        if token is not None and KeyTokens.issued(token):
            return _of_key(await service_of(request).key_tokens.authenticate(token))
        if token is not None:
            person = await service_of(request).people.authenticate(token)
            return Caller(person.account, person.actor, person.user)
    raise Unauthorized(
        f"send your credentials in the headers `{APP_KEY_HEADER}` and `{APP_TOKEN_HEADER}`,"
        f" or a user token in the header `{USER_TOKEN_NAME}`"
    )


def _of_key(key: AppKey) -> Caller:
    actor = Actor(ActorKind.APP_KEY, key.app_key, key.permissions, name=key.label or None)
    return Caller(key.account, actor)


def service_of(request: Request) -> Service:
    """The application's service."""
    service: Service = request.app.state.service
    return service


def _needs(*permissions: Permission) -> Any:
    """The dependency on a caller with any of the permissions."""
    return _security(_Allowed(*permissions))


def _security(allowed: _Allowed) -> Any:
    return Security(allowed, scopes=sorted(allowed.permissions))


# For the busiest routes, which call them by themselves.
budget_manager: Final = _Allowed(Permission.MANAGE_BUDGETS)
order_placer: Final = _Allowed(Permission.PLACE_ORDERS)
order_approver: Final = _Allowed(Permission.APPROVE_ORDERS)
CanManageBudgets = Annotated[Caller, _security(budget_manager)]
CanViewBudgets = Annotated[Caller, _needs(Permission.VIEW_BUDGET, Permission.MANAGE_BUDGETS)]
CanManagePolicies = Annotated[Caller, _needs(Permission.MANAGE_BUYING_POLICIES)]
CanViewPolicies = Annotated[
    Caller, _needs(Permission.VIEW_BUYING_POLICIES, Permission.MANAGE_BUYING_POLICIES)
]
CanManageUnits = Annotated[Caller, _needs(Permission.MANAGE_ORGANIZATION_UNITS)]
CanViewUnits = Annotated[
    Caller, _needs(Permission.VIEW_ORGANIZATION_UNITS, Permission.MANAGE_ORGANIZATION_UNITS)
]
CanImport = Annotated[Caller, _needs(Permission.B2B_BULK_IMPORT)]
CanPlaceOrders = Annotated[Caller, _security(order_placer)]
CanReevaluate = Annotated[
    Caller, _needs(Permission.PLACE_ORDERS, Permission.MANAGE_BUYING_POLICIES)
]
CanApprove = Annotated[Caller, _security(order_approver)]
CanReadAuthorizations = Annotated[
    Caller,
    _needs(Permission.PLACE_ORDERS, Permission.VIEW_BUYING_POLICIES, Permission.APPROVE_ORDERS),
]
CanDelegate = Annotated[
    Caller, _needs(Permission.APPROVE_ORDERS, Permission.MANAGE_BUYING_POLICIES)
]
# Whoever stands in for somebody may have no right but the one to place orders.
CanViewDelegations = Annotated[
    Caller,
    _needs(
        Permission.APPROVE_ORDERS,
        Permission.PLACE_ORDERS,
        Permission.VIEW_BUYING_POLICIES,
        Permission.MANAGE_BUYING_POLICIES,
    ),
]
