"""`placet users`: the people of an account."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import quote, urlencode

import typer

from placet.cli.command import Json, command_app, examples
from placet.cli.fallen import print_fallen
from placet.cli.http import AppKey, AppToken, Connection, Url
from placet.cli.output import console, print_json, table
from placet.kit.log_lines import printable
from placet.people.core.roles import Role

app = command_app("List people, put them on record, deactivate them.")

Account = Annotated[
    str, typer.Option("--account", metavar="ACCOUNT", help="The account of the app key.")
]
UserId = Annotated[str, typer.Argument(metavar="USER", help="The person's id.")]
Roles = Annotated[
    list[str] | None,
    typer.Option("--role", metavar="ROLE", help="The name or GUID of a role; repeatable."),
]
_PAGE = 200


@app.command(
    "list",
    epilog=examples(
        "placet users list --account acme --unit sales",
        "placet users list --account acme --role 'Order Approver' --json",
    ),
)
def list_(
    account: Account,
    *,
    url: Url,
    app_key: AppKey,
    app_token: AppToken,
    unit: Annotated[
        str | None, typer.Option("--unit", metavar="UNIT", help="Only members of this unit.")
    ] = None,
    role: Annotated[
        str | None, typer.Option("--role", metavar="ROLE", help="Only people with this role.")
    ] = None,
    email: Annotated[
        str | None, typer.Option("--email", metavar="ADDRESS", help="Only who has this address.")
    ] = None,
    json: Json = False,
) -> None:
    """List people by id, inactive ones included."""
    given = {"unitId": unit, "role": role, "email": email}
    query = {name: value for name, value in given.items() if value is not None}
    with Connection(url, app_key, app_token) as server:
        found = _all(server, account, query)
    if json:
        print_json(found, indent=2)
        return
    headings = ["user", "e-mail", "name", "unit", "roles", "active"]
    table(console(), headings, [_row(user) for user in found])


@app.command(
    epilog=examples(
        "placet users put u-7 --account acme --unit sales --role Buyer --email una@acme.example",
        closing=f"Roles: {', '.join(Role)}. What is left out is taken away from a person who is "
        "on record already; who was deactivated stays so without --active.",
    )
)
def put(
    user: UserId,
    *,
    account: Account,
    url: Url,
    app_key: AppKey,
    app_token: AppToken,
    email: Annotated[str | None, typer.Option("--email", metavar="ADDRESS")] = None,
    name: Annotated[str, typer.Option("--name", metavar="TEXT", help="What people see.")] = "",
    unit: Annotated[
        str | None, typer.Option("--unit", metavar="UNIT", help="The person's only unit.")
    ] = None,
    role: Roles = None,
    can_impersonate: Annotated[
        bool, typer.Option("--can-impersonate", help="May order for people of the own unit.")
    ] = False,
    active: Annotated[
        bool, typer.Option("--active", help="Bring back a person who was deactivated.")
    ] = False,
) -> None:
    """Put a person on record, or replace what is there."""
    document: dict[str, Any] = {
        "email": email,
        "name": name,
        "unitId": unit,
        "roles": role or [],
        "canImpersonate": can_impersonate,
    }
    if active:
        document["active"] = True
    with Connection(url, app_key, app_token) as server:
        stored = server.call("PUT", _path(account, user), json=document)
    roles = ", ".join(stored["roles"]) or "no role"
    where = f"unit {stored['unitId']}" if stored["unitId"] else "no unit"
    inactive = "" if stored["active"] else ", inactive"
    console().print(printable(f"{stored['userId']}: {where}, {roles}{inactive}"))
    print_fallen(server)


@app.command(epilog=examples("placet users deactivate u-7 --account acme"))
def deactivate(
    user: UserId, account: Account, url: Url, app_key: AppKey, app_token: AppToken
) -> None:
    """Let a person do nothing from now on; what they did stays on record."""
    with Connection(url, app_key, app_token) as server:
        server.call("DELETE", _path(account, user))
    console().print(f"deactivated {printable(user)}")
    print_fallen(server)


def _all(server: Connection, account: str, query: dict[str, str]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    after: dict[str, str] = {}
    while True:
        parameters = urlencode(query | {"limit": str(_PAGE)} | after)
        page = server.call("GET", f"/{quote(account, safe='')}/users?{parameters}")
        found += page["data"]
        if page["next"] is None:
            return found
        after = {"after": page["next"]}


def _path(account: str, user: str) -> str:
    return f"/{quote(account, safe='')}/users/{quote(user, safe='')}"


def _row(user: dict[str, Any]) -> list[str]:
    return [
        user["userId"],
        user["email"] or "",
        user["name"],
        user["unitId"] or "",
        ", ".join(user["roles"]),
        "yes" if user["active"] else "no",
    ]
