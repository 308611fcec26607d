"""What callers of the Budgets API hand in, and the checks that every store relies on."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from placet.budgets.core.facts import FACTS
from placet.budgets.core.model import Cycle, LinkedEntity, Status
from placet.budgets.core.notification import NO_NOTIFICATION, NotificationSettings
from placet.budgets.core.operations import NewAllocation
from placet.budgets.service.cycle_request import CycleRequest
from placet.errors import Detail, InvalidRequest
from placet.kit.ids import new_id

MAX_ID: Final = 250
MAX_PAGE_SIZE: Final = 500
MAX_PAGE: Final = 1_000_000_000
_MAX_ALLOCATIONS: Final = 10_000
# Control characters, which PostgreSQL or a reader chokes on, and halves of surrogate pairs.
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Context:
    """Whose budgets: those of a unit of an account."""

    account: str
    context_id: str

    @property
    def scope(self) -> tuple[str, str]:
        """Account and context id, as the storage layer takes them."""
        return self.account, self.context_id


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Which page, counted from 1, of how many items. Raises InvalidRequest outside the limits."""

    page: int = 1
    page_size: int = 20

    def __post_init__(self) -> None:
        for field, value, limit in (
            ("page", self.page, MAX_PAGE),
            ("pageSize", self.page_size, MAX_PAGE_SIZE),
        ):
            if not 1 <= value <= limit:
                raise _refused(field, f"must be between 1 and {limit}")

    @property
    def offset(self) -> int:
        """How many items come before the page."""
        return (self.page - 1) * self.page_size


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """One page of `results` items in all."""

    items: Sequence[Item]
    request: PageRequest
    results: int

    def to_document(self) -> dict[str, int]:
        """The `pagination` object of the API."""
        pages = -(-self.results // self.request.page_size)
        return {"current": self.request.page, "pages": max(pages, 1), "results": self.results}


@dataclass(frozen=True, slots=True)
class AllocationInput:
    """An allocation as a caller describes it; the amount is in 1/10,000 unit."""

    linked_entity: LinkedEntity
    reference_id: str
    amount: int
    notification: NotificationSettings | None = None


@dataclass(frozen=True, slots=True)
class BudgetInput:
    """A budget as a caller describes it. Without a cycle it is valid from now on, for ever.

    `facts` are those of `BudgetFacts` that are said, by the field's name. `amount` is the base,
    which each period gets. A `CycleRequest` is still to be read in its zone.
    """

    facts: Mapping[str, Any]
    amount: int
    cycle: Cycle | CycleRequest | None = None
    allocations: tuple[AllocationInput, ...] = ()


def new_allocations(wanted: Sequence[AllocationInput]) -> tuple[NewAllocation, ...]:
    """Allocations to be, with fresh ids. Raises InvalidRequest."""
    if len(wanted) > _MAX_ALLOCATIONS:
        raise _refused("allocations", f"has more than {_MAX_ALLOCATIONS} items")
    return tuple(_new_allocation(item) for item in wanted)


def checked_facts(said: Mapping[str, Any]) -> dict[str, Any]:
    """What is said of a budget in the form that is kept. Raises InvalidRequest."""
    kept = {}
    for name, fact in FACTS.items():
        if name in said:
            value = said[name]
            if fact.limit is not None and value is not None:
                checked_text(fact.wire, value, fact.limit, empty=fact.blank)
            if fact.read is not None and value is not None:
                value = fact.read(value, fact.wire)
            kept[name] = value
    return kept


def checked_entity(entity: LinkedEntity) -> LinkedEntity:
    """The entity itself. Raises InvalidRequest for an unusable id or type."""
    checked_text("linkedEntity.id", entity.id, MAX_ID)
    checked_text("linkedEntity.type", entity.type, MAX_ID)
    return entity


def checked_client_id(client_id: str | None) -> str | None:
    """The client id itself. Raises InvalidRequest for an unusable one."""
    return None if client_id is None else checked_text("client id", client_id, MAX_ID)


def checked_text(field: str, text: str, limit: int, *, empty: bool = False) -> str:
    """The text itself, where every store can keep it.

    Raises:
        InvalidRequest: blank (unless `empty`), longer than `limit`, or with control characters.
    """
    if not empty and not text.strip():
        raise _refused(field, "must not be empty")
    if len(text) > limit:
        raise _refused(field, f"is longer than {limit} characters")
    if _CONTROL.search(text):
        raise _refused(field, "must not contain control characters")
    return text


def checked_segment(field: str, text: str) -> str:
    """The text itself, where it can be a part of a path, by which it is to be found again.

    Raises:
        InvalidRequest: as `checked_text`, or with a slash, or `.` or `..`.
    """
    if "/" in text or text in (".", ".."):
        raise _refused(field, "must not contain `/`, nor be `.` or `..`")
    return checked_text(field, text, MAX_ID)


def switchable(status: Status) -> Status:
    """The status itself. Raises InvalidRequest for DELETED, which nobody can set."""
    if status is Status.DELETED:
        raise _refused("status", "must be `ACTIVE` or `INACTIVE`")
    return status


def usable_id(id: str) -> bool:
    """Whether there can be anything with this id."""
    return 0 < len(id) <= MAX_ID and _CONTROL.search(id) is None


def _new_allocation(wanted: AllocationInput) -> NewAllocation:
    """An allocation to be, with a fresh id. Raises InvalidRequest."""
    return NewAllocation(
        new_id(),
        checked_entity(wanted.linked_entity),
        checked_text("referenceId", wanted.reference_id, MAX_ID, empty=True),
        wanted.amount,
        wanted.notification or NO_NOTIFICATION,
    )


def _refused(field: str, message: str) -> InvalidRequest:
    detail = Detail(field, message)
    return InvalidRequest(str(detail), details=[detail])
