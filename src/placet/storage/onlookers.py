"""Which orders of others a person may see, as conditions on their rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from placet.authorization.model import ActorKind, Authorization, Event
from placet.storage.authorization_people_tables import authorization_person_table
from placet.storage.lists import among
from placet.storage.pending_approval_tables import pending_approval_table
from placet.storage.tables import authorization_table
from placet.storage.unit_tree import units_below

__all__ = ["Onlooker", "note_people", "sights_of"]

_orders = authorization_table.c
_people: Final = authorization_person_table.c
_pending: Final = pending_approval_table.c


@dataclass(frozen=True, slots=True)
class Onlooker:
    """A person who sees the own orders and those with a line of this person in their history; also
    those of `units` and of all units below them, and those that wait for one of the `approvers`.
    """

    account: str
    person_id: str
    units: frozenset[str] = frozenset()
    approvers: frozenset[str] = frozenset()


def sights_of(onlooker: Onlooker) -> list[ColumnElement[bool]]:
    """The conditions on `authorizations`, any of which lets the onlooker see a row; each has an
    index that leads to its rows.
    """
    account, person_id = onlooker.account, onlooker.person_id
    touched = select(_people.authorization_id).where(
        _people.account == account, _people.person_id == person_id
    )
    sights = [_orders.user_profile_id == person_id, _orders.authorization_id.in_(touched)]
    if onlooker.units:
        below = units_below(account, onlooker.units)
        sights.append(_orders.unit_id.in_(select(below.c.unit_id)))
    if onlooker.approvers:
        waiting = select(_pending.authorization_id).where(
            _pending.account == account, among(_pending.approver, onlooker.approvers)
        )
        sights.append(_orders.authorization_id.in_(waiting))
    return sights


async def note_people(
    connection: AsyncConnection, events: Iterable[tuple[Authorization, Event]]
) -> None:
    """Remember the people whom these new lines of histories name, buyers of the orders aside."""
    people = {
        (authorization.account, person_id, authorization.id)
        for authorization, event in events
        if event.actor_kind is ActorKind.USER
        for person_id in (event.actor_id, event.on_behalf_of)
        if person_id is not None and person_id != authorization.user_profile_id
    }
    if people:
        dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
        statement = dialect.insert(authorization_person_table).on_conflict_do_nothing()
        names = ("account", "person_id", "authorization_id")
        rows = [dict(zip(names, row, strict=True)) for row in sorted(people)]
        await connection.execute(statement, rows)
