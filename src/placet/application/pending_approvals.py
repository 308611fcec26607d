"""Keeping the rows of what waits for whom in step with authorizations, people and units.

A row says who acts for a listed unit: its own approvers, or those of the unit above that stands in
while it has none who may decide the order. `follow_directory` brings that up to date after people
or units have changed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from placet.application.directory import unit_reach
from placet.authorization.model import Authorization
from placet.authorization.pending import ApproverKind, PendingApproval, pending_approvals
from placet.authorization.reach import Reach
from placet.policy.compiled import Policy
from placet.storage.accounts import share_accounts
from placet.storage.pending_approvals import (
    ANYONE,
    NOBODY,
    ListedUnit,
    PendingRow,
    approver_of_unit,
    approver_of_user,
    find_listed_units,
    insert_pending,
    remove_pending,
    set_approver,
)
from placet.storage.unit_tree import load_unit_paths

__all__ = ["Kept", "Waiting", "directory_reach", "follow_directory", "keep_pending"]


@dataclass(frozen=True, slots=True)
class Kept:
    """An authorization as it is stored now, and as it was `before` (None: it is new)."""

    before: Authorization | None
    authorization: Authorization


@dataclass(frozen=True, slots=True)
class Waiting:
    """One entry of whom an authorization waits for, with its row."""

    authorization: Authorization
    pending: PendingApproval
    row: PendingRow


async def keep_pending(
    connection: AsyncConnection, kept: Sequence[Kept], policies: Mapping[str, Policy]
) -> list[Waiting]:
    """Write the rows of authorizations in the transaction that stores them; the same as entries.

    `policies` holds, by digest, the policy of every one of them that is pending.
    """
    entries = {
        item.authorization.id: pending_approvals(
            item.authorization, policies[item.authorization.policy]
        )
        for item in kept
        if any(item.authorization.waiting())
    }
    listed: dict[str, set[tuple[str, bool]]] = {}
    for item in kept:
        for entry in entries.get(item.authorization.id, ()):
            if entry.kind in (ApproverKind.UNIT, ApproverKind.ABOVE):
                unit = (entry.approver_id, entry.kind is ApproverKind.ABOVE)
                listed.setdefault(item.authorization.account, set()).add(unit)
    # A change of people or units waits until these rows are there, and then brings them up to date.
    await share_accounts(connection, listed)
    reaches = {
        account: await _reach(connection, account, listed[account]) for account in sorted(listed)
    }
    gone: dict[str, list[str]] = {}
    for item in kept:
        if item.before is not None:
            gone.setdefault(item.authorization.account, []).append(item.authorization.id)
    waiting = [
        Waiting(item.authorization, entry, _row(item.authorization, number, entry, reaches))
        for item in kept
        for number, entry in enumerate(entries.get(item.authorization.id, ()))
    ]
    await remove_pending(connection, gone)
    await insert_pending(connection, [item.row for item in waiting])
    return waiting


async def follow_directory(connection: AsyncConnection, account: str) -> None:
    """Bring the rows of an account up to date, in the transaction that has changed who may approve
    or where a unit is. The cost grows with how many rules wait for units, not with the units.
    """
    listed = await find_listed_units(connection, account)
    if not listed:
        return
    reach = await _reach(connection, account, {(item.unit_id, item.above) for item in listed})
    moved: dict[str, list[ListedUnit]] = {}
    for item in listed:
        approver = _approver_of(item.unit_id, reach, item.barred, above=item.above)
        if approver != item.approver:
            moved.setdefault(approver, []).append(item)
    for approver in sorted(moved):
        await set_approver(connection, account, moved[approver], approver)


async def directory_reach(
    connection: AsyncConnection, account: str, unit_ids: Iterable[str]
) -> Reach:
    """Who acts for these listed units, and which units are above those that do."""
    listed = set(unit_ids)
    below = await unit_reach(connection, account, listed)
    acting = {below.approving_unit(unit_id) for unit_id in listed}
    acting.update(few.above for few in below.few.values() if few.above is not None)
    paths = await load_unit_paths(connection, account, acting)
    parents = {unit_id: path[-2].id for unit_id, path in paths.items() if len(path) > 1}
    above = await unit_reach(connection, account, set(parents.values()))
    return Reach(
        fallbacks={**above.fallbacks, **below.fallbacks},
        few={**above.few, **below.few},
        parents=parents,
    )


async def _reach(
    connection: AsyncConnection, account: str, listed: Collection[tuple[str, bool]]
) -> Reach:
    """Who acts for units, each with whether the one above it is meant, which takes more looking."""
    units = {unit_id for unit_id, _ in listed}
    if any(above for _, above in listed):
        return await directory_reach(connection, account, units)
    return await unit_reach(connection, account, units)


def _row(
    authorization: Authorization, number: int, entry: PendingApproval, reaches: Mapping[str, Reach]
) -> PendingRow:
    approver, listed_unit_id, above = ANYONE, None, entry.kind is ApproverKind.ABOVE
    barred: frozenset[str] = frozenset()
    if entry.kind is ApproverKind.USER:
        approver = approver_of_user(entry.approver_id)
    elif entry.kind is ApproverKind.MEMBER:
        approver = approver_of_unit(entry.approver_id)
    elif entry.kind is not ApproverKind.ANYONE:
        listed_unit_id, barred = entry.approver_id, authorization.barred
        reach = reaches[authorization.account]
        approver = _approver_of(listed_unit_id, reach, barred, above=above)
    return PendingRow(
        account=authorization.account,
        authorization_id=authorization.id,
        entry=number,
        dimension_id=entry.dimension_id,
        rule_id=entry.rule_id,
        level=entry.level,
        since=entry.since,
        approver=approver,
        listed_unit_id=listed_unit_id,
        above=above,
        barred=tuple(sorted(barred)),
    )


def _approver_of(unit_id: str, reach: Reach, barred: Collection[str], *, above: bool) -> str:
    acting = reach.unit_above(unit_id, barred) if above else reach.approving_unit(unit_id, barred)
    return NOBODY if acting is None else approver_of_unit(acting)
