"""A tree of units with people in it, put straight into a database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from placet.database.database import Database
from placet.people.core.roles import Role
from placet.people.core.user import User
from placet.people.store.accounts import ensure_account
from placet.people.store.units import UnitRow, insert_units
from placet.people.store.users import put_users


async def plant(
    database: Database, parents: Mapping[str, str | None], *people: User, account: str = "acme"
) -> None:
    """Store the account, its units as child → parent, and these people."""
    async with database.write() as connection:
        await ensure_account(connection, account, 1)
        rows = [UnitRow(unit, unit.title(), parent) for unit, parent in parents.items()]
        await insert_units(connection, account, rows, 1)
        await put_users(connection, people)


def person(
    user_id: str,
    unit_id: str | None,
    roles: Iterable[str] = (Role.ORDER_APPROVER,),
    *,
    account: str = "acme",
    active: bool = True,
    email: str | None = None,
) -> User:
    """A person, by default an approver."""
    names = frozenset(str(role) for role in roles)
    return User(
        account=account, user_id=user_id, unit_id=unit_id, roles=names, active=active, email=email
    )
