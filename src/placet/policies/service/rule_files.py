"""Publishing a rule file: its units, settings and dimensions become the account's, all or none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace

from sqlalchemy.ext.asyncio import AsyncConnection

from placet.errors import Conflict, InvalidRequest
from placet.kit.ids import now_ms
from placet.kit.wire_model import Document
from placet.people.core.fallen import NOTHING_FELL, Fallen
from placet.people.core.permissions import MANAGING_POLICIES
from placet.people.core.visit import Visit, permitted
from placet.people.service.scope import check_whole_account
from placet.people.store.accounts import bump_policy_version
from placet.people.store.unit_tree import MAX_UNIT_DEPTH
from placet.people.store.units import (
    UnitRow,
    count_units,
    delete_units,
    insert_units,
    load_units,
    update_units,
)
from placet.policies.core.model import Dimension
from placet.policies.core.rule_file import RuleFile, RuleFileError, UnitNode, load_rule_file
from placet.policies.service.account_settings import merge_settings
from placet.policies.service.policy_desk import PolicyDesk
from placet.policies.service.publication import Changes, Counts, changes_of, refuse_deletions
from placet.policies.service.rule_references import check_dimensions as check_references
from placet.policies.store.dimensions import (
    delete_dimensions,
    find_dimensions,
    insert_dimensions,
    update_dimension,
)


@dataclass(frozen=True, slots=True)
class Published:
    """What publishing did to the account's dimensions and units, how many units it has now, and the
    file's warnings.
    """

    dimensions: Counts
    units: Counts
    all_units: int
    warnings: tuple[str, ...] = ()

    def to_document(self) -> Document:
        """As JSON: the counts of dimensions, those of units with their `total`, and warnings."""
        units = asdict(self.units) | {"total": self.all_units}
        return asdict(self.dimensions) | {"units": units, "warnings": list(self.warnings)}


@permitted(MANAGING_POLICIES)
async def publish(
    desk: PolicyDesk, visit: Visit, text: str, name: str, *, delete: bool = False
) -> Published:
    """Make the account's policies what the rule file says; the same file again changes nothing.

    `name` is how problems call the file; it is JSON where the name ends in `.json`, else YAML.
    Dimensions and rules keep the ids the file gives them, or get ids made of their names. A file
    without `units` leaves the tree as it is, and a setting it does not name stays as it was. What
    the file does not have is deleted with `delete` only.

    Raises:
        Conflict: something would be deleted, all of which is listed; or a unit that people, budgets
            or waiting orders need.
        Forbidden: a person of a unit that has others beside or above it.
        InvalidRequest: the file has errors, all of which are listed, is another account's, or names
            units that the account does not have.
    """
    await check_whole_account(desk.database, visit)
    account = visit.account
    rule_file, problems = await desk.compiler.run(lambda: load_rule_file(text, name))
    if rule_file is None:
        raise RuleFileError(problems)
    if rule_file.account != account:
        raise InvalidRequest(
            f"the rule file is for the account `{rule_file.account}`, not `{account}`"
        )
    published = await _replace(desk, account, rule_file, delete=delete)
    warnings = (*(str(item) for item in problems), *published.warnings)
    return replace(published, warnings=warnings)


async def _replace(
    desk: PolicyDesk, account: str, rule_file: RuleFile, *, delete: bool
) -> Published:
    now = now_ms()
    async with desk.database.write() as connection:
        # Done first, it makes changes of the account's policies wait for each other.
        await bump_policy_version(connection, account)
        old = {item.id: item for item in await find_dimensions(connection, account)}
        wanted = list(_in_file_order(rule_file.stored(), old, now))
        dimensions = changes_of(old, wanted)
        tree = await _unit_changes(connection, account, rule_file)
        if not delete:
            refuse_deletions(old, dimensions, tree)
        await delete_dimensions(connection, account, [item.id for item in dimensions.gone])
        await insert_dimensions(connection, account, dimensions.created, now)
        for dimension in dimensions.updated:
            await update_dimension(connection, account, dimension, now)
        fallen = NOTHING_FELL
        if "units" in rule_file.model_fields_set:
            fallen = await _replace_units(desk, connection, account, tree, now)
        warnings = await check_references(connection, account, wanted, nested=True)
        units = await count_units(connection, account)
        await merge_settings(connection, account, rule_file.settings)
    told = (*warnings, *fallen.warnings)
    return Published(dimensions.counts, tree.counts, units, told)


async def _unit_changes(
    connection: AsyncConnection, account: str, rule_file: RuleFile
) -> Changes[UnitRow]:
    """What the file's tree changes; nothing, and nothing is counted, where it has none."""
    if "units" not in rule_file.model_fields_set:
        return changes_of({}, [])
    stored = {unit.id: unit for unit in await load_units(connection, account)}
    return changes_of(stored, list(_unit_rows(rule_file.units)))


async def _replace_units(
    desk: PolicyDesk,
    connection: AsyncConnection,
    account: str,
    tree: Changes[UnitRow],
    now: int,
) -> Fallen:
    """Change the tree, after the dimensions: what of them is left does not need a unit."""
    gone = [unit.id for unit in tree.gone]
    use = await desk.people.find_unit_use(connection, account, gone)
    if use is not None:
        raise Conflict(
            f"the rule file leaves out the unit `{use.unit_id}`, but {use.what}",
            code="unit-in-use",
        )
    await delete_units(connection, account, gone)
    await insert_units(connection, account, tree.created, now)
    await update_units(connection, account, tree.updated, now)
    return await desk.people.follow(connection, account)


def _in_file_order(
    dimensions: Iterable[Dimension], old: dict[str, Dimension], now: int
) -> Iterator[Dimension]:
    """Give every dimension its time of creation.

    Age decides between equal priorities of a unit, so there a dimension is made younger than the
    one before it in the file where it is not.
    """
    youngest: dict[tuple[str | None, int], int] = {}
    for dimension in dimensions:
        known = old.get(dimension.id)
        rank = (dimension.unit_id, dimension.priority)
        created_at = known.created_at if known else now
        created_at = max(created_at, youngest.get(rank, -1) + 1)
        youngest[rank] = created_at
        yield Dimension(**{**dict(dimension), "created_at": created_at})


def _unit_rows(nodes: Sequence[UnitNode]) -> Iterator[UnitRow]:
    waiting: list[tuple[UnitNode, str | None, int]] = [(node, None, 1) for node in nodes]
    while waiting:
        node, parent_id, depth = waiting.pop()
        if depth > MAX_UNIT_DEPTH:
            raise InvalidRequest(f"units can be at most {MAX_UNIT_DEPTH} levels deep")
        yield UnitRow(node.id, node.name, parent_id)
        waiting += [(child, node.id, depth + 1) for child in node.children]
