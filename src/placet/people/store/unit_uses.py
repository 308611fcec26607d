"""What keeps a unit from being deleted: the people, policies, money and waiting orders of it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from pydantic_core import from_json
from sqlalchemy import Column, ColumnElement, distinct, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from placet.budgets.store.tables import budget_table
from placet.database.lists import among
from placet.database.tables import authorization_table, dimension_table
from placet.orders.store.pending_approval_tables import pending_approval_table
from placet.people.store.people_tables import user_table
from placet.policies.core.model import AuthorizerType, Dimension

# Beyond that nobody counts.
_MANY: Final = 1_000
_ROWS: Final = 5


@dataclass(frozen=True, slots=True)
class UnitUse:
    """One thing that needs a unit, in words: `the dimension \\`Sales\\` belongs to it`."""

    unit_id: str
    what: str


class _Kind(NamedTuple):
    """A table whose rows belong to units."""

    noun: str
    account: Column[Any]
    unit_id: Column[Any]
    name: Column[Any]
    conditions: tuple[ColumnElement[bool], ...] = ()


_people, _budgets, _dimensions = user_table.c, budget_table.c, dimension_table.c
_PERSON: Final = _Kind(
    "person", _people.account, _people.unit_id, _people.user_id, (_people.active.is_(True),)
)
_BUDGET: Final = _Kind("budget", _budgets.account, _budgets.context_id, _budgets.name)
_DIMENSION: Final = _Kind("dimension", _dimensions.account, _dimensions.unit_id, _dimensions.name)


async def find_unit_use(
    connection: AsyncConnection, account: str, unit_ids: Sequence[str]
) -> UnitUse | None:
    """Something that needs one of these units: a person, budget, dimension, rule or order."""
    for kind in (_PERSON, _BUDGET, _DIMENSION):
        use = await _first(connection, account, unit_ids, kind)
        if use is not None:
            return use
    use = await _authorizer_use(connection, account, set(unit_ids))
    return use or await _order_use(connection, account, unit_ids)


async def _authorizer_use(
    connection: AsyncConnection, account: str, unit_ids: Collection[str]
) -> UnitUse | None:
    documents = await connection.scalars(
        select(_dimensions.document).where(
            _dimensions.account == account, _dimensions.document.contains('"authorizers":')
        )
    )
    for document in documents:
        dimension = Dimension.model_validate(from_json(document))
        for unit_id, rule_name in _authorizer_units(dimension):
            if unit_id in unit_ids:
                return UnitUse(unit_id, f"the rule `{rule_name}` leaves decisions to it")
    return None


def _authorizer_units(dimension: Dimension) -> Iterator[tuple[str, str]]:
    for rule in dimension.rule_collection:
        if rule.authorization_data is not None:
            for authorizer in rule.authorization_data.authorizers:
                if authorizer.type is AuthorizerType.UNIT:
                    yield authorizer.id, rule.name


async def _order_use(
    connection: AsyncConnection, account: str, unit_ids: Sequence[str]
) -> UnitUse | None:
    """Orders whose kept rules wait for one of the units, whatever the rules are today."""
    waiting, orders = pending_approval_table.c, authorization_table.c
    of_units = (waiting.account == account, among(waiting.listed_unit_id, unit_ids))
    query = (
        select(waiting.listed_unit_id, orders.order_id)
        .join_from(
            pending_approval_table,
            authorization_table,
            (waiting.account == orders.account)
            & (waiting.authorization_id == orders.authorization_id),
        )
        .where(*of_units)
        .limit(1)
    )
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        return None
    # An order waits with a row for each of its levels and rules; some more rows than that.
    some = select(waiting.authorization_id).where(*of_units).limit(_ROWS * _MANY).subquery()
    orders_waiting = func.count(distinct(some.c.authorization_id))
    number = await connection.scalar(select(orders_waiting).select_from(some)) or 1
    if number == 1:
        what = f"the order `{row.order_id}` waits for it; decide it or have it judged again"
    else:
        told = f"more than {_MANY}" if number > _MANY else str(number)
        what = (
            f"{told} orders such as `{row.order_id}` wait for it; decide them or have them judged"
            " again"
        )
    return UnitUse(row.listed_unit_id, what)


async def _first(
    connection: AsyncConnection, account: str, unit_ids: Sequence[str], kind: _Kind
) -> UnitUse | None:
    query = (
        select(kind.unit_id.label("unit_id"), kind.name.label("name"))
        .where(kind.account == account, among(kind.unit_id, unit_ids), *kind.conditions)
        .limit(1)
    )
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        return None
    return UnitUse(row.unit_id, f"the {kind.noun} `{row.name}` belongs to it")
