"""`placet units`: the tree of organization units of an account."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import quote, urlencode

import typer

from placet.cli.command import Json, command_app, examples
from placet.cli.fallen import print_fallen
from placet.cli.http import AppKey, AppToken, Connection, Url
from placet.cli.output import console, print_json, table
from placet.errors import InvalidRequest
from placet.kit.log_lines import printable

app = command_app("List, create, rename, move and delete organization units.")

UnitId = Annotated[str, typer.Argument(metavar="UNIT", help="The unit's id.")]

_UNITS = "/api/organization-units/v1"
_PAGE = 1_000


@app.command("list", epilog=examples("placet units list", "placet units list --name market --json"))
def list_(
    url: Url,
    app_key: AppKey,
    app_token: AppToken,
    name: Annotated[
        str, typer.Option("--name", metavar="TEXT", help="Only units with this in their name.")
    ] = "",
    json: Json = False,
) -> None:
    """List units by their place in the tree; of the account that the app key belongs to."""
    with Connection(url, app_key, app_token) as server:
        found = _all(server, name)
    if json:
        print_json(found, indent=2)
        return
    rows = [[unit["id"], unit["name"], _above(unit)] for unit in sorted(found, key=_place)]
    table(console(), ["unit", "name", "below"], rows)


@app.command(
    epilog=examples("placet units create 'North America' --below sales", "placet units create Acme")
)
def create(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What people see.")],
    *,
    url: Url,
    app_key: AppKey,
    app_token: AppToken,
    below: Annotated[
        str | None, typer.Option("--below", metavar="UNIT", help="The parent's id; else a root.")
    ] = None,
    json: Json = False,
) -> None:
    """Create a unit; the server chooses its id."""
    with Connection(url, app_key, app_token) as server:
        made = server.call("POST", _UNITS, json={"name": name, "parentId": below})
    if json:
        print_json(made, indent=2)
        return
    console().print(printable(f"created {made['path']['ids']}"))


@app.command(epilog=examples("placet units rename north 'North America'"))
def rename(
    unit: UnitId,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What people see from now on.")],
    *,
    url: Url,
    app_key: AppKey,
    app_token: AppToken,
) -> None:
    """Give a unit another name."""
    with Connection(url, app_key, app_token) as server:
        renamed = server.call("PATCH", _path(unit), json={"name": name})
    console().print(printable(f"{renamed['id']} is named {renamed['name']}"))


@app.command(
    epilog=examples(
        "placet units delete north",
        "placet units delete north --cascade",
        closing="Units that people, budgets, dimensions, rules or waiting orders need stay.",
    )
)
def delete(
    unit: UnitId,
    *,
    url: Url,
    app_key: AppKey,
    app_token: AppToken,
    cascade: Annotated[bool, typer.Option("--cascade", help="With all units below it.")] = False,
) -> None:
    """Delete a unit that nothing needs."""
    with Connection(url, app_key, app_token) as server:
        server.call("DELETE", f"{_path(unit)}?{urlencode({'cascade': str(cascade).lower()})}")
    console().print(f"deleted {printable(unit)}")
    print_fallen(server)


@app.command(
    epilog=examples(
        "placet units move north --below sales",
        "placet units move north --root",
        closing="From the next order on, a moved unit and all below it are judged by the policies "
        "of their new place.",
    )
)
def move(
    unit: UnitId,
    *,
    url: Url,
    app_key: AppKey,
    app_token: AppToken,
    below: Annotated[
        str | None, typer.Option("--below", metavar="UNIT", help="The new parent's id.")
    ] = None,
    root: Annotated[bool, typer.Option("--root", help="Make it a root.")] = False,
) -> None:
    """Move a unit, with all below it."""
    if root == (below is not None):
        raise InvalidRequest("say where to: either `--below UNIT` or `--root`")
    with Connection(url, app_key, app_token) as server:
        moved = server.call("PUT", f"{_path(unit)}/path", json={"parentId": below})
    console().print(printable(f"moved {moved['id']} to {moved['path']['ids']}"))
    print_fallen(server)


def _path(unit: str) -> str:
    return f"{_UNITS}/{quote(unit, safe='')}"


def _all(server: Connection, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    number = 1
    while True:
        query = urlencode({"name": name, "page": number, "pageSize": _PAGE})
        page = server.call("GET", f"{_UNITS}?{query}")
        found += page
        if len(page) < _PAGE:
            return found
        number += 1


def _place(unit: dict[str, Any]) -> list[str]:
    return str(unit["path"]["ids"]).split("/")


def _above(unit: dict[str, Any]) -> str:
    return " / ".join(_place(unit)[1:-1])
