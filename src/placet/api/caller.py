"""Who calls, and what they may do: a dependency of every route that serves an account."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from placet.api.openapi import APP_KEY_HEADER, APP_TOKEN_HEADER
from placet.application.permissions import Permission
from placet.application.service import Service
from placet.authorization.model import Actor, ActorKind
from placet.errors import Forbidden, Unauthorized

__all__ = [
    "Caller", "CanApprove", "CanManageBudgets", "CanManagePolicies", "CanManageUnits",
    "CanPlaceOrders", "CanReadAuthorizations", "CanReevaluate", "CanViewBudgets",
    "CanViewPolicies", "CanViewUnits",
    "budget_manager", "service_of",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Caller:
    """An authenticated caller and the account that everything it does belongs to."""

    account: str
    actor: Actor


class _Allowed:
    """Lets a caller pass who has any of the permissions, in the account of the path."""

    def __init__(self, *permissions: Permission) -> None:
        self._permissions = frozenset(permissions)

    async def __call__(self, request: Request) -> Caller:
        """The caller of this request. Raises Unauthorized (401) or Forbidden (403)."""
        app_key = request.headers.get(APP_KEY_HEADER)
        app_token = request.headers.get(APP_TOKEN_HEADER)
        if not app_key or not app_token:
            raise Unauthorized(
                f"send your credentials in the headers `{APP_KEY_HEADER}` and `{APP_TOKEN_HEADER}`"
            )
        key = await service_of(request).keys.authenticate(app_key, app_token)
        account = request.path_params.get("accountName", key.account)
        if account != key.account:
            # The same answer whether or not there is such an account.
            raise Forbidden(f"this app key does not belong to the account `{account[:100]}`")
        if not self._permissions & key.permissions:
            needed = " or ".join(f"`{permission}`" for permission in sorted(self._permissions))
            raise Forbidden(f"access denied: this app key lacks the permission {needed}")
        actor = Actor(ActorKind.APP_KEY, key.app_key, key.permissions, name=key.label or None)
        return Caller(key.account, actor)


def service_of(request: Request) -> Service:
    """The application's service."""
    service: Service = request.app.state.service
    return service


# For the busiest route, which calls it by itself.
budget_manager = _Allowed(Permission.MANAGE_BUDGETS)
CanManageBudgets = Annotated[Caller, Depends(budget_manager)]
CanViewBudgets = Annotated[
    Caller, Depends(_Allowed(Permission.VIEW_BUDGET, Permission.MANAGE_BUDGETS))
]
CanManagePolicies = Annotated[Caller, Depends(_Allowed(Permission.MANAGE_BUYING_POLICIES))]
CanViewPolicies = Annotated[
    Caller, Depends(_Allowed(Permission.VIEW_BUYING_POLICIES, Permission.MANAGE_BUYING_POLICIES))
]
CanManageUnits = Annotated[Caller, Depends(_Allowed(Permission.MANAGE_ORGANIZATION_UNITS))]
CanViewUnits = Annotated[
    Caller,
    Depends(_Allowed(Permission.VIEW_ORGANIZATION_UNITS, Permission.MANAGE_ORGANIZATION_UNITS)),
]
CanPlaceOrders = Annotated[Caller, Depends(_Allowed(Permission.PLACE_ORDERS))]
CanReevaluate = Annotated[
    Caller, Depends(_Allowed(Permission.PLACE_ORDERS, Permission.MANAGE_BUYING_POLICIES))
]
CanApprove = Annotated[Caller, Depends(_Allowed(Permission.APPROVE_ORDERS))]
CanReadAuthorizations = Annotated[
    Caller,
    Depends(
        _Allowed(
            Permission.PLACE_ORDERS, Permission.VIEW_BUYING_POLICIES, Permission.APPROVE_ORDERS
        )
    ),
]
