"""Publishing a rule file: its units, settings and dimensions become the account's, all or none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncConnection

from placet.application.account_settings import merge_settings
from placet.application.ids import now_ms
from placet.application.pending_approvals import NOTHING_FELL, Fallen
from placet.application.rule_references import check_dimensions as check_references
from placet.application.service import Service
from placet.application.stand_ins import follow_people
from placet.errors import Conflict, Detail, InvalidRequest
from placet.policy.located import Severity
from placet.policy.model import Dimension
from placet.policy.rule_file import RuleFile, UnitNode, load_rule_file
from placet.storage.accounts import bump_policy_version
from placet.storage.dimensions import (
    delete_dimensions,
    find_dimensions,
    insert_dimensions,
    update_dimension,
)
from placet.storage.unit_tree import MAX_UNIT_DEPTH
from placet.storage.unit_uses import find_member_use
from placet.storage.units import UnitRow, count_units, load_units, replace_units

__all__ = ["Published", "publish"]


@dataclass(frozen=True, slots=True)
class Published:
    """What publishing did to the account's dimensions, how many units it has now, and warnings."""

    created: int
    updated: int
    unchanged: int
    deleted: int
    units: int
    warnings: tuple[str, ...]


async def publish(service: Service, account: str, text: str, name: str) -> Published:
    """Make the account's policies what the rule file says; the same file again changes nothing.

    `name` is how problems call the file; it is JSON where the name ends in `.json`, else YAML.
    Dimensions and rules keep the ids the file gives them, or get ids made of their names. A file
    without `units` leaves the tree as it is, and a setting it does not name stays as it was.

    Raises:
        Conflict: a unit with people in it would be gone.
        InvalidRequest: the file has errors, all of which are listed, or is another account's.
    """
    rule_file, problems = await service.compiler.run(lambda: load_rule_file(text, name))
    errors = [problem for problem in problems if problem.severity is Severity.ERROR]
    if rule_file is None or errors:
        lines = "\n".join(str(problem) for problem in errors)
        number = "1 error" if len(errors) == 1 else f"{len(errors)} errors"
        raise InvalidRequest(
            f"the rule file has {number}:\n{lines}",
            code="bad-rule-file",
            details=[Detail("", str(problem)) for problem in errors],
        )
    if rule_file.account != account:
        raise InvalidRequest(
            f"the rule file is for the account `{rule_file.account}`, not `{account}`"
        )
    published = await _replace(service, account, rule_file)
    warnings = (*(str(item) for item in problems), *published.warnings)
    return replace(published, warnings=warnings)


async def _replace(service: Service, account: str, rule_file: RuleFile) -> Published:
    now = now_ms()
    async with service.database.write() as connection:
        await bump_policy_version(connection, account)
        old = {item.id: item for item in await find_dimensions(connection, account)}
        wanted = list(_in_file_order(rule_file.stored(), old, now))
        created = [item for item in wanted if item.id not in old]
        updated = [item for item in wanted if item.id in old and item != old[item.id]]
        gone = sorted(old.keys() - {item.id for item in wanted})
        await delete_dimensions(connection, account, gone)
        await insert_dimensions(connection, account, created, now)
        for dimension in updated:
            await update_dimension(connection, account, dimension, now)
        fallen = NOTHING_FELL
        if "units" in rule_file.model_fields_set:
            rows = list(_unit_rows(rule_file.units))
            fallen = await _replace_units(service, connection, account, rows)
        warnings = await check_references(connection, account, wanted, nested=True)
        units = await count_units(connection, account)
        await merge_settings(connection, account, rule_file.settings)
    unchanged = len(wanted) - len(created) - len(updated)
    told = (*warnings, *fallen.warnings)
    return Published(len(created), len(updated), unchanged, len(gone), units, told)


async def _replace_units(
    service: Service, connection: AsyncConnection, account: str, units: Sequence[UnitRow]
) -> Fallen:
    stored = {unit.id for unit in await load_units(connection, account)}
    gone = sorted(stored - {unit.id for unit in units})
    use = await find_member_use(connection, account, gone)
    if use is not None:
        raise Conflict(
            f"the rule file leaves out the unit `{use.unit_id}`, but {use.what}",
            code="unit-in-use",
        )
    await replace_units(connection, account, units, now_ms())
    return await follow_people(service, connection, account)


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
