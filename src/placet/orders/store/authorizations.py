"""Authorizations and their history. An authorization's row counts its changes in `version`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic_core import from_json, to_json
from sqlalchemy import ColumnElement, Select, bindparam, insert, or_, select, union_all, update
from sqlalchemy.ext.asyncio import AsyncConnection

from placet.database.lists import among, without_index
from placet.database.tables import IS_LATEST, authorization_event_table, authorization_table
from placet.orders.core.filters import AuthorizationFilter, Onlooker
from placet.orders.core.model import Authorization
from placet.orders.core.record import Event
from placet.orders.store.onlookers import note_people, sights_of

_columns = authorization_table.c
_STORED = (_columns.version, _columns.latest, _columns.document)


@dataclass(frozen=True, slots=True)
class StoredAuthorization:
    """An authorization with its row's change counter. `latest`: no later revision of the order
    exists. `order_text`: the order as it was submitted, for storing a new one; it is not loaded.
    """

    authorization: Authorization
    version: int
    latest: bool
    order_text: str | None = None


async def load_authorization(
    connection: AsyncConnection, account: str, authorization_id: str
) -> StoredAuthorization | None:
    """One authorization, or None."""
    query = select(*_STORED).where(
        _columns.account == account, _columns.authorization_id == authorization_id
    )
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else _stored(row)


async def load_authorizations(
    connection: AsyncConnection, account: str, authorization_ids: Collection[str]
) -> list[StoredAuthorization]:
    """Those of these authorizations that exist, newest first."""
    query = (
        select(*_STORED)
        .where(_columns.account == account, among(_columns.authorization_id, authorization_ids))
        .order_by(_columns.authorization_id.desc())
    )
    return [_stored(row) for row in await connection.execute(query)]


async def load_order_texts(
    connection: AsyncConnection, account: str, authorization_ids: Collection[str]
) -> dict[str, str]:
    """By authorization, the orders as they were submitted; those whose text is kept."""
    query = select(_columns.authorization_id, _columns.order_text).where(
        _columns.account == account,
        among(_columns.authorization_id, authorization_ids),
        _columns.order_text.is_not(None),
    )
    return {row.authorization_id: row.order_text for row in await connection.execute(query)}


async def load_latest_of_order(
    connection: AsyncConnection, account: str, order_id: str
) -> StoredAuthorization | None:
    """The latest revision of an order, or None."""
    found = await load_latest(connection, {account: [order_id]}, lock=False)
    return found.get((account, order_id))


async def load_latest(
    connection: AsyncConnection,
    orders: Mapping[str, Collection[str]],
    *,
    lock: bool,
    known: Iterable[StoredAuthorization] = (),
) -> dict[tuple[str, str], StoredAuthorization]:
    """The latest revisions of these orders (account → order ids), by account and order id.

    With `lock` the rows stay locked until the transaction ends; they are locked by account and
    order id everywhere, so that two transactions cannot wait for each other. What is `known` is not
    read again where its row says that it has not changed.
    """
    by_id = {(stored.authorization.account, stored.authorization.id): stored for stored in known}
    found: dict[tuple[str, str], StoredAuthorization] = {}
    # One statement per account: SQLite would scan its index for a list of pairs.
    for account in sorted(orders):
        query = (
            select(*_STORED)
            .add_columns(_columns.authorization_id)
            .where(_columns.account == account, among(_columns.order_id, orders[account]))
            .where(IS_LATEST)
        )
        if lock:
            query = query.order_by(_columns.order_id).with_for_update()
        for row in await connection.execute(query):
            stored = by_id.get((account, row.authorization_id))
            if stored is None or (stored.version, stored.latest) != (row.version, row.latest):
                stored = _stored(row)
            found[account, stored.authorization.order_id] = stored
    return found


async def find_authorizations(
    connection: AsyncConnection,
    account: str,
    wanted: AuthorizationFilter,
    *,
    limit: int,
    before_id: str | None = None,
) -> list[Authorization]:
    """At most `limit` authorizations that pass, newest first, starting below `before_id`."""
    passing = [_columns.account == account, *conditions_of(replace(wanted, onlooker=None))]
    if wanted.onlooker is not None:
        seen = _seen(wanted.onlooker, passing, limit, before_id)
        passing = [_columns.account == account, _columns.authorization_id.in_(seen)]
    elif before_id is not None:
        passing.append(_columns.authorization_id < before_id)
    # An order has few revisions; they are not looked for among all authorizations.
    few = wanted.onlooker is not None or wanted.order_id is not None
    by_id = without_index(_columns.authorization_id) if few else _columns.authorization_id
    query = select(*_STORED).where(*passing).order_by(by_id.desc()).limit(limit)
    return [_stored(row).authorization for row in await connection.execute(query)]


def _seen(
    onlooker: Onlooker,
    passing: Iterable[ColumnElement[bool]],
    limit: int,
    before_id: str | None,
) -> Select[tuple[str]]:
    """The ids of a page by everything that lets the onlooker see rows: each of it has an index,
    while all of it together would have none.
    """
    pages = []
    for sight in sights_of(onlooker):
        ids = select(_columns.authorization_id).where(*passing, sight.condition)
        if before_id is not None:
            ids = ids.where(sight.sorted_by < before_id)
        pages.append(ids.order_by(sight.sorted_by.desc()).limit(limit).subquery())
    seen = union_all(*(select(page.c.authorization_id) for page in pages)).subquery()
    return select(seen.c.authorization_id)


def conditions_of(wanted: AuthorizationFilter) -> list[ColumnElement[bool]]:
    """What a row of `authorizations` must meet to pass."""
    conditions = [
        column == value
        for column, value in (
            (_columns.status, wanted.status),
            (_columns.unit_id, wanted.unit_id),
            (_columns.order_id, wanted.order_id),
            (_columns.user_profile_id, wanted.user_profile_id),
        )
        if value is not None
    ]
    if wanted.created_after is not None:
        conditions.append(_columns.created_at > wanted.created_after)
    if wanted.created_before is not None:
        conditions.append(_columns.created_at < wanted.created_before)
    if wanted.onlooker is not None:
        conditions.append(or_(*(sight.condition for sight in sights_of(wanted.onlooker))))
    return conditions


async def insert_authorizations(
    connection: AsyncConnection, stored: Sequence[StoredAuthorization]
) -> None:
    """Store new authorizations."""
    if stored:
        rows = [
            {
                "account": entry.authorization.account,
                "authorization_id": entry.authorization.id,
                "order_id": entry.authorization.order_id,
                "revision": entry.authorization.revision,
                "unit_id": entry.authorization.unit_id,
                "user_profile_id": entry.authorization.user_profile_id,
                "fingerprint": entry.authorization.fingerprint,
                "created_at": entry.authorization.created_at,
                "order_text": entry.order_text,
                **_changing(entry),
            }
            for entry in stored
        ]
        await connection.execute(insert(authorization_table), rows)


async def update_authorizations(
    connection: AsyncConnection, stored: Sequence[StoredAuthorization]
) -> None:
    """Replace stored authorizations by their new form."""
    if stored:
        statement = update(authorization_table).where(
            _columns.account == bindparam("key_account"),
            _columns.authorization_id == bindparam("key_id"),
        )
        rows = [
            {
                "key_account": entry.authorization.account,
                "key_id": entry.authorization.id,
                **_changing(entry),
            }
            for entry in stored
        ]
        await connection.execute(statement, rows)


async def insert_events(
    connection: AsyncConnection, events: Sequence[tuple[Authorization, int, Event]]
) -> None:
    """Append lines to histories, each with its place in its authorization's history."""
    if events:
        rows = [
            {
                "account": authorization.account,
                "authorization_id": authorization.id,
                "sequence": sequence,
                "at": event.at,
                "document": to_json(event.to_document()).decode(),
            }
            for authorization, sequence, event in events
        ]
        await connection.execute(insert(authorization_event_table), rows)
        await note_people(connection, ((item, event) for item, _, event in events))


async def find_events(
    connection: AsyncConnection, account: str, authorization_id: str, *, after: int, limit: int
) -> list[tuple[int, Event]]:
    """At most `limit` lines of a history behind its line `after`, in order, with their places."""
    columns = authorization_event_table.c
    query = (
        select(columns.sequence, columns.document)
        .where(
            columns.account == account,
            columns.authorization_id == authorization_id,
            columns.sequence > after,
        )
        .order_by(columns.sequence)
        .limit(limit)
    )
    rows = await connection.execute(query)
    return [(row.sequence, Event.from_document(from_json(row.document))) for row in rows]


def _changing(entry: StoredAuthorization) -> dict[str, Any]:
    authorization = entry.authorization
    return {
        "latest": entry.latest,
        "status": authorization.status.value,
        "policy_digest": authorization.policy,
        "version": entry.version,
        "changed_at": authorization.changed_at,
        "document": to_json(authorization.to_document()).decode(),
    }


def _stored(row: Any) -> StoredAuthorization:
    authorization = Authorization.from_document(from_json(row.document))
    return StoredAuthorization(authorization, row.version, row.latest)
