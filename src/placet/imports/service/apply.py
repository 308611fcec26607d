"""Some records of a workbook become units and people, in one transaction.

Whatever was checked before may have changed since, so each record is looked at again; one that
cannot be imported is told and does not keep the others from it. What is there already and as the
records say is left untouched, so the same records again change nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final
from uuid import UUID, uuid5

from sqlalchemy.ext.asyncio import AsyncConnection

from placet.errors import InvalidRequest
from placet.imports.core.records import CostCenter, Member, Organization
from placet.imports.core.state import ImportFailure
from placet.imports.core.validation import KnownMember, why_not_member, why_too_alike
from placet.imports.service.workbook_process import Record
from placet.imports.store.imports import BuyerUnit, load_buyer_units, put_buyer_units
from placet.kit.characters import alike
from placet.people.core.roles import Role, role_named
from placet.people.core.user import User
from placet.people.service.people_desk import Follow
from placet.people.store.accounts import bump_policy_version
from placet.people.store.unit_tree import MAX_UNIT_DEPTH, load_unit_paths
from placet.people.store.units import UnitRow, find_alike, insert_units, unknown_units
from placet.people.store.users import load_users, load_users_by_email, lock_people, put_users

_NAMESPACE: Final = UUID("5b0a2d53-2f0e-5d0f-8a6b-3d9b8f7f5f0a")


async def apply_records(
    connection: AsyncConnection,
    account: str,
    records: Sequence[Record],
    now_ms: int,
    follow: Follow,
) -> list[ImportFailure]:
    """Import the records; what cannot be imported comes back with the reason. `follow` brings up
    to date what waits for the people.
    """
    await lock_people(connection, account)
    units = [record for record in records if not isinstance(record, Member)]
    people = [record for record in records if isinstance(record, Member)]
    failures = await _apply_units(connection, account, units, now_ms) if units else []
    if people:
        failures += await _apply_members(connection, account, people, now_ms, follow)
    return failures


async def _apply_units(
    connection: AsyncConnection,
    account: str,
    records: Sequence[Organization | CostCenter],
    now_ms: int,
) -> list[ImportFailure]:
    ids = {record.id for record in records}
    parents = {record.organization_id for record in records if isinstance(record, CostCenter)}
    taken = ids - set(await unknown_units(connection, account, ids))
    others = await find_alike(connection, account, ids)
    owners = await load_buyer_units(connection, account, ids | parents)
    paths = await load_unit_paths(connection, account, parents)
    rows: list[UnitRow] = []
    details: list[BuyerUnit] = []
    failures: list[ImportFailure] = []
    for record in records:
        organization = record.id if isinstance(record, Organization) else record.organization_id
        if owners.get(record.id) == organization:
            continue
        reason = None
        if record.id in taken:
            reason = f"`{record.id}` is the id of another unit by now"
        elif (other := others.setdefault(alike(record.id), record.id)) != record.id:
            reason = why_too_alike(record.id, other)
        elif isinstance(record, CostCenter):
            if owners.get(organization) != organization:
                reason = f"there is no organization `{organization}`"
            elif len(paths.get(organization, ())) >= MAX_UNIT_DEPTH:
                reason = f"the organization `{organization}` is too deep in the tree of units"
        if reason is not None:
            failures.append(_failure(record, reason))
            continue
        taken.add(record.id)
        owners[record.id] = organization
        parent = None if isinstance(record, Organization) else organization
        rows.append(UnitRow(record.id, record.name, parent))
        details.append(BuyerUnit(record.id, organization, record.details))
    if rows:
        await bump_policy_version(connection, account)
        await insert_units(connection, account, rows, now_ms)
        await put_buyer_units(connection, account, details, now_ms)
    return failures


async def _apply_members(
    connection: AsyncConnection,
    account: str,
    records: Sequence[Member],
    now_ms: int,
    follow: Follow,
) -> list[ImportFailure]:
    known = await load_users_by_email(connection, account, [record.email for record in records])
    fresh = {record.email: _user_id(account, record.email) for record in records}
    by_id = await load_users(connection, account, fresh.values())
    units = {record.unit_id for record in records}
    owners = await load_buyer_units(connection, account, units)
    homes = await organizations_of(connection, account, known.values())
    changed: list[User] = []
    failures: list[ImportFailure] = []
    for record in records:
        there = known.get(record.email.casefold())
        reason = _why_not(record, there, owners, homes)
        if reason is None and there is None and fresh[record.email] in by_id:
            reason = f"the person who had the address `{record.email[:100]}` has another one now"
        if reason is not None:
            failures.append(_failure(record, reason))
            continue
        user = _user(account, record, there, fresh[record.email], now_ms)
        if there is None or replace(user, changed_at=there.changed_at) != there:
            changed.append(user)
    await put_users(connection, changed)
    await follow(connection, account, [user.user_id for user in changed])
    return failures


async def organizations_of(
    connection: AsyncConnection, account: str, people: Iterable[User]
) -> dict[str, str]:
    """The organization of each unit that these people belong to: the nearest at or above it."""
    places = {user.unit_id for user in people if user.unit_id is not None}
    paths = await load_unit_paths(connection, account, places)
    above = {unit.id for path in paths.values() for unit in path}
    owners = await load_buyer_units(connection, account, above)
    return {
        unit_id: next(owners[unit.id] for unit in reversed(path) if unit.id in owners)
        for unit_id, path in paths.items()
        if any(unit.id in owners for unit in path)
    }


def _why_not(
    record: Member, there: User | None, owners: Mapping[str, str], homes: Mapping[str, str]
) -> str | None:
    if owners.get(record.unit_id) != record.organization_id:
        return f"the organization `{record.organization_id}` has no unit `{record.unit_id}`"
    if record.role is not None:
        try:
            role_named(record.role)
        except InvalidRequest as error:
            return error.message
    if there is None:
        return None
    home = homes.get(there.unit_id) if there.unit_id is not None else None
    return why_not_member(record, KnownMember(home, there.active, there.unit_id))


def _user(account: str, record: Member, there: User | None, user_id: str, now_ms: int) -> User:
    if record.role is None:
        # An admin may have got other roles since.
        roles = {Role.ORGANIZATIONAL_UNIT_ADMIN.value, *(there.roles if there else ())}
        can_impersonate = there is not None and there.can_impersonate
    else:
        roles = {role_named(record.role).value}
        can_impersonate = record.can_impersonate
    return User(
        account=account,
        user_id=there.user_id if there else user_id,
        email=(there.email if there else None) or record.email,
        name=record.name,
        unit_id=record.unit_id,
        roles=frozenset(roles),
        can_impersonate=can_impersonate,
        active=there is None or there.active,
        created_at=there.created_at if there else now_ms,
        changed_at=now_ms,
    )


def _user_id(account: str, email: str) -> str:
    """The same for the same person, so that an import that is repeated makes nobody twice."""
    return str(uuid5(_NAMESPACE, f"{account}/{email.casefold()}"))


def _failure(record: Record, reason: str) -> ImportFailure:
    return ImportFailure(record.source.sheet, record.source.row, reason)
