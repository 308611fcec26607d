"""Which orders of others a person may see, as conditions on their rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncConnection

from placet.database.lists import among, without_index
from placet.database.many_rows import put_rows
from placet.database.tables import authorization_table
from placet.orders.core.filters import Onlooker
from placet.orders.core.model import Authorization
from placet.orders.core.record import Event
from placet.orders.store.onlooker_tables import authorization_person_table
from placet.orders.store.pending_approval_tables import pending_approval_table
from placet.people.core.actor import ActorKind

_orders: Final = authorization_table.c
_people: Final = authorization_person_table.c
_pending: Final = pending_approval_table.c
_PEOPLE: Final = ("account", "person_id", "authorization_id")
_FEW_UNITS: Final = 100


@dataclass(frozen=True, slots=True)
class Sight:
    """A condition on `authorizations` that lets a person see rows, whose index leads to them, and
    their ids as such a query is to be sorted by.
    """

    condition: ColumnElement[bool]
    sorted_by: ColumnElement[str]


def sights_of(onlooker: Onlooker) -> list[Sight]:
    """What lets the onlooker see a row, any of it."""
    account, person_id = onlooker.account, onlooker.person_id
    newest = _orders.authorization_id
    # Where few rows pass, SQLite had better sort them than look through all in their order.
    few = without_index(newest)
    touched = select(_people.authorization_id).where(
        _people.account == account, _people.person_id == person_id
    )
    sights = [
        Sight(_orders.user_profile_id == person_id, newest),
        Sight(newest.in_(touched), few),
    ]
    if onlooker.units:
        order = few if len(onlooker.units) <= _FEW_UNITS else newest
        sights.append(Sight(among(_orders.unit_id, onlooker.units), order))
    if onlooker.approvers:
        waiting = select(_pending.authorization_id).where(
            _pending.account == account, among(_pending.approver, onlooker.approvers)
        )
        sights.append(Sight(newest.in_(waiting), few))
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
    await put_rows(connection, authorization_person_table, _PEOPLE, sorted(people))
