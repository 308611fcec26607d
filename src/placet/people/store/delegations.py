"""Delegations: who may approve in whose place, from when until when, and who said so.

A delegation is never changed: it is ended. The lines of its record are only ever added.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from pydantic_core import from_json, to_json
from sqlalchemy import ColumnElement, Row, and_, insert, select, union_all, update
from sqlalchemy.ext.asyncio import AsyncConnection

from placet.database.lists import among, without_index
from placet.people.core.delegation import Delegation, DelegationEvent, DelegationFilter
from placet.people.store.delegation_tables import delegation_event_table, delegation_table
from placet.people.store.people_tables import user_table
from placet.people.store.unit_tree import units_below

_columns = delegation_table.c
_events = delegation_event_table.c


async def insert_delegation(
    connection: AsyncConnection, delegation: Delegation, event: DelegationEvent
) -> None:
    """Store a new delegation with the first line of its record."""
    row = {column.name: getattr(delegation, column.name) for column in _columns}
    await connection.execute(insert(delegation_table), [row])
    await _record(connection, delegation, 1, event)


async def end_delegation(
    connection: AsyncConnection, delegation: Delegation, event: DelegationEvent
) -> None:
    """Note that a delegation, which is locked and not over, ends at the event's instant."""
    await connection.execute(
        update(delegation_table)
        .where(
            _columns.account == delegation.account,
            _columns.delegation_id == delegation.delegation_id,
        )
        .values(ended_at=event.at)
    )
    await _record(connection, delegation, 2, event)


async def load_delegation(
    connection: AsyncConnection, account: str, delegation_id: str, *, lock: bool = False
) -> Delegation | None:
    """One delegation, or None; with `lock` its row stays locked until the transaction ends."""
    query = select(delegation_table).where(
        _columns.account == account, _columns.delegation_id == delegation_id
    )
    if lock:
        query = query.with_for_update()
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else _delegation(row)


async def find_delegations(
    connection: AsyncConnection,
    account: str,
    wanted: DelegationFilter,
    *,
    limit: int,
    before_id: str | None = None,
) -> list[Delegation]:
    """At most `limit` delegations that pass, newest first, starting below `before_id`."""
    query = select(delegation_table).where(_columns.account == account)
    if wanted.delegator_id is not None:
        query = query.where(_columns.delegator_id == wanted.delegator_id)
    if wanted.delegate_id is not None:
        query = query.where(_columns.delegate_id == wanted.delegate_id)
    if wanted.person_id is not None:
        query = query.where(_of_person(account, wanted.person_id, wanted.within or ()))
    if wanted.in_force_at is not None:
        query = query.where(_in_force(wanted.in_force_at))
    # Those of a person are few, and better sorted than looked for in their order.
    of_few = (wanted.delegator_id, wanted.delegate_id, wanted.person_id) != (None, None, None)
    by_id = without_index(_columns.delegation_id) if of_few else _columns.delegation_id
    if before_id is not None:
        query = query.where(by_id < before_id)
    query = query.order_by(by_id.desc()).limit(limit)
    return [_delegation(row) for row in await connection.execute(query)]


async def delegations_in_force(
    connection: AsyncConnection,
    account: str,
    now_ms: int,
    *,
    delegators: Collection[str] | None = None,
    delegates: Collection[str] | None = None,
) -> list[Delegation]:
    """The delegations in force now by any of the delegators, or to any of the delegates, oldest
    first.
    """
    column, people = (
        (_columns.delegate_id, delegates)
        if delegates is not None
        else (_columns.delegator_id, delegators or ())
    )
    if not people:
        return []
    query = (
        select(delegation_table)
        .where(_columns.account == account, among(column, people), _in_force(now_ms))
        .order_by(without_index(_columns.delegation_id))
    )
    return [_delegation(row) for row in await connection.execute(query)]


async def delegations_to_come(
    connection: AsyncConnection, account: str, delegate_id: str, now_ms: int, *, limit: int
) -> list[Delegation]:
    """At most `limit` delegations to this person that are not over, the first to end first."""
    query = (
        select(delegation_table)
        .where(
            _columns.account == account,
            _columns.delegate_id == delegate_id,
            _columns.until_at > now_ms,
            _columns.ended_at.is_(None),
        )
        .order_by(_columns.until_at, _columns.delegation_id)
        .limit(limit)
    )
    return [_delegation(row) for row in await connection.execute(query)]


async def load_records(
    connection: AsyncConnection, account: str, delegation_ids: Iterable[str]
) -> dict[str, list[DelegationEvent]]:
    """The records of these delegations, each with its first line first."""
    query = (
        select(_events.delegation_id, _events.document)
        .where(_events.account == account, among(_events.delegation_id, delegation_ids))
        .order_by(_events.delegation_id, _events.sequence)
    )
    found: dict[str, list[DelegationEvent]] = {}
    for row in await connection.execute(query):
        event = DelegationEvent.from_document(from_json(row.document))
        found.setdefault(row.delegation_id, []).append(event)
    return found


def _of_person(account: str, person_id: str, within: Collection[str]) -> ColumnElement[bool]:
    people = user_table.c
    below = select(units_below(account, within).c.unit_id)
    members = select(people.user_id).where(people.account == account, people.unit_id.in_(below))
    parts = []
    for name in ("delegator_id", "delegate_id"):
        # Each part has its index; any of them at once would have none.
        columns = delegation_table.alias().c
        mine = select(columns.delegation_id).where(columns.account == account)
        parts.append(mine.where(columns[name] == person_id))
        if within:
            parts.append(mine.where(columns[name].in_(members)))
    return _columns.delegation_id.in_(union_all(*parts))


def _in_force(now_ms: int) -> ColumnElement[bool]:
    return and_(_columns.from_at <= now_ms, _columns.until_at > now_ms, _columns.ended_at.is_(None))


async def _record(
    connection: AsyncConnection, delegation: Delegation, sequence: int, event: DelegationEvent
) -> None:
    row = {
        "account": delegation.account,
        "delegation_id": delegation.delegation_id,
        "sequence": sequence,
        "at": event.at,
        "document": to_json(event.to_document()).decode(),
    }
    await connection.execute(insert(delegation_event_table), [row])


def _delegation(row: Row[Any]) -> Delegation:
    return Delegation(**row._mapping)
