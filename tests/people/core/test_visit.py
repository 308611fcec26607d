"""What a use case asks of those who call it."""

from __future__ import annotations

import asyncio

import pytest

from placet.errors import Forbidden
from placet.people.core.actor import Actor, ActorKind
from placet.people.core.permissions import Permission
from placet.people.core.visit import (
    OPERATOR,
    Visit,
    check_operator,
    operator_of,
    permitted,
)

NEEDED = frozenset({Permission.MANAGE_BUDGETS, Permission.VIEW_BUDGET})


@permitted(NEEDED)
async def looked(desk: str, visit: Visit, what: str, *, closely: bool = False) -> str:
    """Look."""
    return f"{visit.account} {desk} {what} {closely}"


def visit_of(kind: ActorKind, *permissions: Permission) -> Visit:
    return Visit("acme", Actor(kind, "x", frozenset(permissions)))


@pytest.mark.parametrize("permission", sorted(NEEDED))
def test_any_of_the_permissions_is_enough(permission: Permission) -> None:
    visit = visit_of(ActorKind.APP_KEY, permission)
    assert asyncio.run(looked("desk", visit, "books", closely=True)) == "acme desk books True"


@pytest.mark.parametrize(
    ("kind", "who"), [(ActorKind.USER, "you lack"), (ActorKind.APP_KEY, "this app key lacks")]
)
def test_whoever_has_none_of_them_is_told_what_is_needed(kind: ActorKind, who: str) -> None:
    visit = visit_of(kind, *(set(Permission) - NEEDED))
    with pytest.raises(Forbidden) as refused:
        # Before anything is awaited, so that nothing can have begun.
        looked("desk", visit, "books")
    needed = "`ManageBudgets` or `ViewBudget`"
    assert refused.value.message == f"access denied: {who} the permission {needed}"


def test_a_guarded_use_case_says_what_it_needs_and_keeps_its_name() -> None:
    assert looked.permissions == NEEDED  # type: ignore[attr-defined]
    assert (looked.__name__, looked.__doc__) == ("looked", "Look.")


def test_a_command_is_the_operator_who_may_do_everything() -> None:
    visit = operator_of("acme", "placet import")
    assert (visit.account, visit.actor.label, visit.user) == ("acme", "placet import", None)
    assert visit.actor.permissions == set(Permission)
    check_operator(visit)
    check_operator(OPERATOR)


@pytest.mark.parametrize("kind", sorted(set(ActorKind) - {ActorKind.SYSTEM}))
def test_nobody_else_is_the_operator(kind: ActorKind) -> None:
    with pytest.raises(Forbidden, match="operator"):
        check_operator(visit_of(kind, *Permission))
