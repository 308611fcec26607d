"""Dimensions: create, find, replace, delete. Each change is seen by the next decision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from placet.errors import InvalidRequest, NotFound
from placet.kit.ids import new_id, now_ms
from placet.people.core.actor import Actor, ActorKind
from placet.people.core.permissions import MANAGING_POLICIES, VIEWING_POLICIES
from placet.people.core.visit import Visit, permitted
from placet.people.service.scope import check_unit
from placet.people.store.accounts import bump_policy_version
from placet.people.store.unit_tree import load_unit_paths
from placet.policies.core.compiled import in_walk_order
from placet.policies.core.expressions import check_dimension
from placet.policies.core.model import Dimension, DimensionDraft, DimensionFilter, Rule, RuleDraft
from placet.policies.service.policy_desk import PolicyDesk
from placet.policies.service.reached_dimensions import check_reached, visible_dimensions
from placet.policies.service.rule_references import check_dimensions as check_references
from placet.policies.store.dimensions import (
    delete_dimensions,
    find_dimensions,
    insert_dimensions,
    load_dimension,
    update_dimension,
)


@dataclass(frozen=True, slots=True)
class StoredDimension:
    """A dimension as it is stored now, and warnings about the people whom its rules name."""

    dimension: Dimension
    warnings: tuple[str, ...]


@permitted(MANAGING_POLICIES)
async def create_dimension(
    desk: PolicyDesk, visit: Visit, draft: DimensionDraft
) -> StoredDimension:
    """Store a new dimension under new ids; what a person leaves without unit is of the own one.

    Raises:
        InvalidRequest: an expression cannot be compiled, or there is no such unit.
        NotFound: it is of a unit beyond the visitor's reach.
    """
    draft = _placed(draft, visit.actor)
    await check_unit(desk.database, visit, draft.unit_id or "")
    await desk.compiler.run(lambda: check_dimension(draft))
    now = now_ms()
    ids = [new_id() for _ in draft.rule_collection]
    dimension = Dimension.from_draft(draft, new_id(), ids, now)
    async with desk.database.write() as connection:
        await bump_policy_version(connection, visit.account)
        warnings = await check_references(connection, visit.account, [dimension], nested=False)
        await insert_dimensions(connection, visit.account, [dimension], now)
    return StoredDimension(dimension, tuple(warnings))


@permitted(VIEWING_POLICIES)
async def list_dimensions(
    desk: PolicyDesk, visit: Visit, wanted: DimensionFilter
) -> list[Dimension]:
    """The dimensions that pass the filter, in the order in which walks meet them; to a person those
    that judge orders of the own unit and of units below it.
    """
    async with desk.database.read() as connection:
        found = await find_dimensions(connection, visit.account, wanted)
        units = {dimension.unit_id for dimension in found if dimension.unit_id is not None}
        paths = await load_unit_paths(connection, visit.account, units)
    ordered = in_walk_order(found, {unit_id: len(path) - 1 for unit_id, path in paths.items()})
    return await visible_dimensions(desk, visit, ordered)


@permitted(MANAGING_POLICIES)
async def replace_dimension(
    desk: PolicyDesk, visit: Visit, dimension_id: str, draft: DimensionDraft
) -> StoredDimension:
    """Give a dimension new content. Without `unitId` it stays where it is.

    Rules keep their ids: by the id they name, else by their name.

    Raises:
        InvalidRequest: an expression cannot be compiled, or there is no such unit.
        NotFound: no such dimension or unit within the visitor's reach.
        Forbidden: it is of every unit, and the visitor is of one.
    """
    await check_reached(desk, visit, dimension_id)
    if draft.unit_id is not None:
        await check_unit(desk.database, visit, draft.unit_id)
    await desk.compiler.run(lambda: check_dimension(draft))
    async with desk.database.write() as connection:
        old = await to_change(connection, visit.account, dimension_id)
        placed = draft.model_copy(update={"unit_id": draft.unit_id or old.unit_id})
        ids = rule_ids(draft.rule_collection, old.rule_collection)
        dimension = Dimension.from_draft(placed, old.id, ids, old.created_at)
        warnings = await check_references(connection, visit.account, [dimension], nested=False)
        await update_dimension(connection, visit.account, dimension, now_ms())
    return StoredDimension(dimension, tuple(warnings))


@permitted(MANAGING_POLICIES)
async def delete_dimension(desk: PolicyDesk, visit: Visit, dimension_id: str) -> None:
    """Delete a dimension with its rules; orders judged by it keep their snapshot.

    Raises:
        NotFound: no such dimension within the visitor's reach.
        Forbidden: it is of every unit, and the visitor is of one.
    """
    await check_reached(desk, visit, dimension_id)
    async with desk.database.write() as connection:
        await to_change(connection, visit.account, dimension_id)
        await delete_dimensions(connection, visit.account, [dimension_id])


async def to_change(connection: AsyncConnection, account: str, dimension_id: str) -> Dimension:
    """The dimension as it is now; until the transaction ends no one else changes the account's
    policies.

    Raises:
        NotFound: no such dimension.
    """
    await bump_policy_version(connection, account)
    dimension = await load_dimension(connection, account, dimension_id)
    if dimension is None:
        raise NotFound(f"there is no dimension `{dimension_id[:100]}`")
    return dimension


def rule_ids(drafts: Sequence[RuleDraft], old: Sequence[Rule]) -> list[str]:
    """An id for each draft: that of the old rule it names or is named like, else a new one."""
    left = {rule.id: rule.name for rule in old}
    ids = [""] * len(drafts)
    for index, draft in enumerate(drafts):
        if draft.id is not None and left.pop(draft.id, None) is not None:
            ids[index] = draft.id
    for index, draft in enumerate(drafts):
        if not ids[index]:
            namesake = next((key for key, name in left.items() if name == draft.name), None)
            left.pop(namesake or "", None)
            ids[index] = namesake or new_id()
    return ids


def _placed(draft: DimensionDraft, actor: Actor) -> DimensionDraft:
    """The draft with the unit of the person who left it out."""
    if draft.unit_id is not None:
        return draft
    if actor.kind is not ActorKind.USER:
        raise InvalidRequest("`unitId` is required when an app key creates a dimension")
    if len(actor.unit_ids) != 1:
        raise InvalidRequest("`unitId` is required: you do not belong to one unit")
    return draft.model_copy(update={"unit_id": next(iter(actor.unit_ids))})
