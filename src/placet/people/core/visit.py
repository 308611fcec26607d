"""Who calls: the second argument of every use case, and what a use case asks of it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any, Concatenate, Final, NamedTuple, ParamSpec, TypeVar

from placet.errors import Forbidden
from placet.people.core.actor import Actor, ActorKind
from placet.people.core.permissions import Permission
from placet.people.core.user import User

_Desk = TypeVar("_Desk")
_Asked = ParamSpec("_Asked")
_Answer = TypeVar("_Answer")


class Visit(NamedTuple):
    """A caller and the account that everything it does belongs to.

    `user` is the person on record, None for an app key and for the operator at the command line.
    """

    account: str
    actor: Actor
    user: User | None = None


def operator_of(account: str, name: str = "the operator") -> Visit:
    """The visit of a command line that works on the database itself: whoever runs one on the
    server's machine may do everything there. `name` is how records call it.
    """
    return Visit(account, Actor(ActorKind.SYSTEM, "operator", frozenset(Permission), name=name))


# For what concerns every account.
OPERATOR: Final = operator_of("")


def check_operator(visit: Visit) -> None:
    """Make sure that a command asks, which may look at every account.

    Raises:
        Forbidden: it is somebody else.
    """
    if visit.actor.kind is not ActorKind.SYSTEM:
        raise Forbidden("access denied: this is for the operator of the server alone")


def check_permissions(actor: Actor, permissions: frozenset[Permission]) -> None:
    """Make sure that an actor has any of the permissions.

    Raises:
        Forbidden: it has none; the message names what is needed.
    """
    if not permissions & actor.permissions:
        needed = " or ".join(f"`{permission}`" for permission in sorted(permissions))
        lacking = "you lack" if actor.kind is ActorKind.USER else "this app key lacks"
        raise Forbidden(f"access denied: {lacking} the permission {needed}")


def permitted(
    permissions: frozenset[Permission],
) -> Callable[
    [Callable[Concatenate[_Desk, Visit, _Asked], Coroutine[Any, Any, _Answer]]],
    Callable[Concatenate[_Desk, Visit, _Asked], Coroutine[Any, Any, _Answer]],
]:
    """Mark a use case as one for callers with any of the permissions, and make sure of it.

    The use case takes its desk and then the visit; `permissions` of the function are those given,
    from which routes take what they ask for before they read a body.
    """

    def guard(
        use_case: Callable[Concatenate[_Desk, Visit, _Asked], Coroutine[Any, Any, _Answer]],
    ) -> Callable[Concatenate[_Desk, Visit, _Asked], Coroutine[Any, Any, _Answer]]:
        @wraps(use_case)
        def guarded(
            desk: _Desk, visit: Visit, /, *args: _Asked.args, **options: _Asked.kwargs
        ) -> Coroutine[Any, Any, _Answer]:
            check_permissions(visit.actor, permissions)
            return use_case(desk, visit, *args, **options)

        guarded.permissions = permissions  # type: ignore[attr-defined]
        return guarded

    return guard
