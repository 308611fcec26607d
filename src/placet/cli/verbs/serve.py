"""`placet serve`: the server process."""

from __future__ import annotations

import asyncio
import logging
import socket
import sys
from typing import Annotated, Final

import typer
import uvicorn
from pydantic import SecretStr

from placet.access.service.keys import NewKey, account_name, ensure_first_key
from placet.app import create_app
from placet.cli.command import DatabaseUrl, command_app, examples
from placet.cli.configuration import load_settings
from placet.cli.database import ready
from placet.cli.files import reason
from placet.cli.output import console, table
from placet.errors import Unavailable
from placet.settings import Settings

LISTENING: Final = "Placet listens on "
_GRACE_SECONDS: Final = 10

app = command_app()


@app.command(
    epilog=examples(
        "placet serve",
        "placet serve --port 0 --database sqlite:////var/lib/placet/placet.db",
        "PLACET_DATABASE_URL=postgresql://placet@db.example/placet placet serve --host 0.0.0.0",
        "placet serve --settings",
        closing="The first start of a fresh database makes one app key with every permission for "
        "--account and prints it once. An SQLite file is made and upgraded as needed; another "
        "database is upgraded by `placet db upgrade`. Ctrl-C and SIGTERM finish what is under way.",
    )
)
def serve(
    host: Annotated[
        str | None,
        typer.Option("--host", metavar="HOST", help="[env: PLACET_HOST] [default: 127.0.0.1]"),
    ] = None,
    port: Annotated[
        int | None,
        typer.Option("--port", metavar="PORT", help="0: a free one. [env: PLACET_PORT]"),
    ] = None,
    database: DatabaseUrl = None,
    account: Annotated[
        str, typer.Option("--account", metavar="ACCOUNT", help="The account of the first key.")
    ] = "main",
    log_requests: Annotated[
        bool, typer.Option("--log-requests", help="Log a line per request on standard error.")
    ] = False,
    *,
    list_settings: Annotated[
        bool, typer.Option("--settings", help="List every environment variable and end.")
    ] = False,
) -> None:
    """Run the server."""
    if list_settings:
        table(console(), ["variable", "default", "meaning"], _settings())
        return
    settings = load_settings(host=host, port=port, database_url=database)
    account_name(account)
    _configure_logging(log_requests)
    with _listener(settings) as listener:
        asyncio.run(_prepare(settings, account))
        _run(settings, listener)


def _settings() -> list[list[str]]:
    """Every setting: its environment variable, default and meaning."""
    rows = []
    for name, about in Settings.model_fields.items():
        default = about.default
        shown = "" if isinstance(default, SecretStr) else f"{default}"
        rows.append([f"PLACET_{name.upper()}", shown, about.description or ""])
    return rows


class _Server(uvicorn.Server):
    """Says when it is ready."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started and sockets:
            _say(f"{LISTENING}{_address(sockets[0])} (docs at /docs)")


def _run(settings: Settings, listener: socket.socket) -> None:
    config = uvicorn.Config(
        create_app(settings),
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )
    try:
        _Server(config).run([listener])
    except KeyboardInterrupt:
        _say("Placet has stopped")


async def _prepare(settings: Settings, account: str) -> None:
    async with ready(settings.database_url, create=True) as database:
        await ensure_first_key(database, account, _print_first_key)


def _listener(settings: Settings) -> socket.socket:
    where = f"{settings.host}:{settings.port}"
    try:
        found = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)
        family, kind, protocol, _, address = found[0]
        listener = socket.socket(family, kind, protocol)
        try:
            if sys.platform != "win32":
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            # Without this a second server could still bind the port until the first one listens.
            listener.listen(2048)
        except OSError:
            listener.close()
            raise
    except OSError as error:
        hint = "choose another --port, or 0 for a free one"
        raise Unavailable(f"cannot listen on {where}: {reason(error)}; {hint}") from error
    return listener


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _print_first_key(key: NewKey) -> None:
    _say(f"first start: this app key of the account `{key.account}` may do everything")
    _say(f"app key    {key.app_key}")
    _say(f"app token  {key.app_token}   (shown only now)")


def _configure_logging(log_requests: bool) -> None:
    logging.basicConfig(
        level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    if log_requests:
        logging.getLogger("placet.request").setLevel(logging.INFO)


def _say(line: str) -> None:
    """At once: whoever started the server may be reading from a pipe."""
    typer.echo(line)
    sys.stdout.flush()
