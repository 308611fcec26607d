"""Visitors of a unit's budgets, and the guard of every use case that they may call."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import update_wrapper
from typing import Any, Concatenate, Final, Generic, NamedTuple, ParamSpec, Self, TypeVar

from placet.budgets.core.model import CONTEXT_TYPE
from placet.budgets.service.books import Books
from placet.budgets.service.input import MAX_ID, Context, checked_text
from placet.errors import InvalidRequest
from placet.people.core.permissions import Permission
from placet.people.core.visit import Visit, check_permissions
from placet.people.service.scope import check_unit

_Asked = ParamSpec("_Asked")
_Answer = TypeVar("_Answer")


class UnitVisit(NamedTuple):
    """A caller, and the unit whose budgets it asks for."""

    visit: Visit
    context_id: str

    @classmethod
    def of(cls, visit: Visit, context_type: str, context_id: str) -> Self:
        """The unit that a path names.

        Raises:
            InvalidRequest: another type than `UNIT`, or no usable id.
        """
        if context_type.upper() != CONTEXT_TYPE:
            message = f"`contextType` must be `{CONTEXT_TYPE}`, not `{context_type[:50]}`"
            raise InvalidRequest(message)
        return cls(visit, checked_text("contextId", context_id, MAX_ID))


class UnitUseCase(Generic[_Asked, _Answer]):
    """What visitors may do with the budgets of a unit, if they may and reach the unit.

    `within` is the same without asking, for the use cases of this room that have asked already.
    """

    def __init__(
        self,
        permissions: frozenset[Permission],
        within: Callable[Concatenate[Books, Context, _Asked], Coroutine[Any, Any, _Answer]],
    ) -> None:
        self.permissions: Final = permissions
        self.within: Final = within
        update_wrapper(self, within)

    async def __call__(
        self, books: Books, unit: UnitVisit, /, *args: _Asked.args, **options: _Asked.kwargs
    ) -> _Answer:
        """Ask, and do it.

        Raises:
            Forbidden: the visitor lacks the permission.
            NotFound: the visitor does not reach the unit.
            PlacetError: what the use case says.
        """
        visit, context_id = unit
        check_permissions(visit.actor, self.permissions)
        await check_unit(books.database, visit, context_id)
        return await self.within(books, Context(visit.account, context_id), *args, **options)


def in_unit(
    permissions: frozenset[Permission],
) -> Callable[
    [Callable[Concatenate[Books, Context, _Asked], Coroutine[Any, Any, _Answer]]],
    UnitUseCase[_Asked, _Answer],
]:
    """Make a use case of books and a context one for visitors with any of the permissions."""
    return lambda within: UnitUseCase(permissions, within)
