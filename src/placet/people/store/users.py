"""People: who they are, which unit they belong to, and what roles they have."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from pydantic_core import from_json, to_json
from sqlalchemy import ColumnElement, Row, Select, false, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from placet.database.lists import among, without_index
from placet.database.many_rows import put_rows
from placet.database.tables import account_table
from placet.people.core.user import User, UserFilter
from placet.people.store.people_tables import user_table
from placet.people.store.unit_tree import units_below

_columns = user_table.c
_COLUMNS: Final = (
    "account", "user_id", "email", "email_folded", "name", "unit_id", "roles", "can_impersonate",
    "active", "created_at", "changed_at",
)  # fmt: skip


async def lock_people(connection: AsyncConnection, account: str) -> None:
    """Make other changes of the account's people and policies wait until this transaction ends."""
    columns = account_table.c
    query = select(columns.account).where(columns.account == account).with_for_update()
    await connection.execute(query)


async def load_user(connection: AsyncConnection, account: str, user_id: str) -> User | None:
    """The person, active or not, or None."""
    found = await load_users(connection, account, [user_id])
    return found.get(user_id)


async def load_users(
    connection: AsyncConnection, account: str, user_ids: Iterable[str]
) -> dict[str, User]:
    """Those of these people who are on record, active or not, by id."""
    ids = set(user_ids)
    if not ids:
        return {}
    query = _of(account).where(among(_columns.user_id, ids))
    return {row.user_id: _user(row) for row in await connection.execute(query)}


async def load_user_by_email(connection: AsyncConnection, account: str, email: str) -> User | None:
    """The person, active or not, with this address in any case, or None."""
    return (await load_users_by_email(connection, account, [email])).get(email.casefold())


async def load_users_by_email(
    connection: AsyncConnection, account: str, emails: Iterable[str]
) -> dict[str, User]:
    """The people, active or not, with one of these addresses, by the case-folded address."""
    query = _of(account).where(among(_columns.email_folded, {email.casefold() for email in emails}))
    return {row.email_folded: _user(row) for row in await connection.execute(query)}


async def users_of_units(
    connection: AsyncConnection, account: str, unit_ids: Iterable[str]
) -> list[User]:
    """The active members of these units, by unit and id."""
    ids = set(unit_ids)
    if not ids:
        return []
    query = _of(account).where(among(_columns.unit_id, ids), _columns.active.is_(True))
    rows = await connection.execute(query.order_by(_columns.unit_id, _columns.user_id))
    return [_user(row) for row in rows]


async def find_users(
    connection: AsyncConnection,
    account: str,
    wanted: UserFilter,
    *,
    limit: int,
    after_id: str | None = None,
) -> list[User]:
    """At most `limit` people that pass the filter, by id, those after `after_id`."""
    query = _of(account)
    if wanted.unit_ids is not None:
        query = query.where(among(_columns.unit_id, wanted.unit_ids))
    if wanted.within is not None:
        below = units_below(account, wanted.within)
        query = query.where(_columns.unit_id.in_(select(below.c.unit_id)))
    if wanted.email is not None:
        query = query.where(_columns.email_folded == wanted.email.casefold())
    if wanted.role is not None:
        query = query.where(has_role([wanted.role]))
    if wanted.active is not None:
        query = query.where(_columns.active.is_(wanted.active))
    # Where an index leads to those who pass, they are better sorted than looked for among all.
    found = (wanted.unit_ids, wanted.within, wanted.email) != (None, None, None)
    by_id = without_index(_columns.user_id) if found else _columns.user_id
    if after_id is not None:
        query = query.where(by_id > after_id)
    rows = await connection.execute(query.order_by(by_id).limit(limit))
    return [_user(row) for row in rows]


async def first_with_role(
    connection: AsyncConnection, account: str, roles: Iterable[str], *, limit: int
) -> list[str]:
    """The ids of at most `limit` active people of the account with any of the roles."""
    query = (
        select(_columns.user_id)
        .where(_columns.account == account, _columns.active.is_(True), has_role(roles))
        .order_by(_columns.user_id)
        .limit(limit)
    )
    return list(await connection.scalars(query))


async def put_users(connection: AsyncConnection, users: Sequence[User]) -> None:
    """Store these people, new or changed; each is named once. Who is known keeps `created_at`.

    Raises:
        IntegrityError: two people of an account would have the same address.
    """
    rows = [_values(user) for user in users]
    await put_rows(connection, user_table, _COLUMNS, rows, once=("created_at",))


async def set_unit(
    connection: AsyncConnection,
    account: str,
    user_ids: Sequence[str],
    unit_id: str | None,
    now_ms: int,
) -> None:
    """Put these people into a unit, or into none."""
    await connection.execute(
        update(user_table)
        .where(_columns.account == account, among(_columns.user_id, user_ids))
        .values(unit_id=unit_id, changed_at=now_ms)
    )


def has_role(roles: Iterable[str]) -> ColumnElement[bool]:
    """The condition that a row of `users` is a person with any of these roles."""
    # Roles are stored as a JSON array of strings. A quote in a string has a backslash before it,
    # so with bracket or comma and the quotes a name stands for itself only.
    spelled = (before + to_json(role).decode() for role in roles for before in "[,")
    return or_(false(), *(_columns.roles.contains(text, autoescape=True) for text in spelled))


def _of(account: str) -> Select[Any]:
    return select(user_table).where(_columns.account == account)


def _values(user: User) -> tuple[Any, ...]:
    """What `_COLUMNS` say of a person."""
    folded = None if user.email is None else user.email.casefold()
    roles = to_json(sorted(user.roles)).decode()
    return (
        user.account, user.user_id, user.email, folded, user.name, user.unit_id, roles,
        user.can_impersonate, user.active, user.created_at, user.changed_at,
    )  # fmt: skip


def _user(row: Row[Any]) -> User:
    fields = dict(row._mapping)
    del fields["email_folded"]
    fields["roles"] = frozenset(from_json(fields["roles"]))
    return User(**fields)
