"""`placet demo`: a real server, an example rule file, and what becomes of its orders."""

from __future__ import annotations

import json
import signal
import time
from pathlib import Path
from types import FrameType
from typing import Annotated, Any, Final

import typer
from rich.console import Console
from rich.text import Text

from placet.cli.command import command_app, examples
from placet.cli.demo_server import DemoServer, running_server
from placet.cli.http import Connection
from placet.cli.output import OUTCOME_STYLES, console, table
from placet.cli.rule_files import load_valid
from placet.errors import Unavailable
from placet.resources import rules_path

app = command_app()
_EXAMPLE: Final = "order-cap"
_ACCEPTING_SCORE: Final = 100


@app.command(
    epilog=examples(
        "placet demo",
        "placet demo --keep",
        closing="The server runs as a process of its own on a free port of 127.0.0.1, with a "
        "database in a temporary folder. Both are gone when the command ends.",
    )
)
def demo(
    keep: Annotated[
        bool, typer.Option("--keep", help="Leave the server running until Ctrl-C; show its key.")
    ] = False,
) -> None:
    """See a real server accept, deny and hold orders."""
    # A terminated demo has to clean up as well as an interrupted one.
    signal.signal(signal.SIGTERM, _interrupt)
    out = console()
    started = time.monotonic()
    folder = rules_path() / _EXAMPLE
    rules, text = load_valid(str(folder / "rules.yaml"))
    with running_server(rules.account) as server:
        out.print(f"started a server at {server.url}")
        with Connection(server.url, server.app_key, server.app_token, local=True) as api:
            _publish(out, api, rules.account, text)
            _judge_orders(out, api, rules.account, folder / "orders")
        out.print(f"\ndone in {time.monotonic() - started:.1f} s")
        if keep:
            _keep(out, server, rules.account)
    out.print("stopped the server and removed its database")


def _publish(out: Console, api: Connection, account: str, text: str) -> None:
    published = api.call(
        "PUT",
        f"/{account}/rule-file",
        content=text.encode(),
        content_type="application/yaml",
    )
    out.print(f"published rules/{_EXAMPLE}/rules.yaml: {published['created']} dimension created\n")


def _judge_orders(out: Console, api: Connection, account: str, orders: Path) -> None:
    """Submit every order, approve the first one that waits, and show both states."""
    documents = [json.loads(path.read_text("utf-8")) for path in orders.glob("*.json")]
    documents.sort(key=lambda order: str(order["orderId"]))
    path = f"/{account}/commercial-authorizations"
    answers = [api.call("POST", path, json={"order": item}) for item in documents]
    out.print(f"{len(answers)} orders submitted to POST {path}")
    _show(out, answers)
    if {item["status"] for item in answers} != set(OUTCOME_STYLES):
        raise Unavailable("the example orders did not reach every outcome")
    waiting = next(item for item in answers if item["status"] == "pending")
    params = _pending_rule(waiting) | {"score": _ACCEPTING_SCORE, "comment": "needed by Monday"}
    approved = api.call("POST", f"{path}/{waiting['id']}/callback", json={"params": params})
    out.print(f"\napproved {waiting['orderId']} by POST {path}/{{id}}/callback")
    _show(out, [api.call("GET", f"{path}/order/{item['orderId']}") for item in answers])
    if approved["status"] != "accepted":
        raise Unavailable(f"the approved order is {approved['status']}")


def _pending_rule(authorization: dict[str, Any]) -> dict[str, str]:
    return next(
        {"dimensionId": dimension["id"], "ruleId": rule["id"]}
        for dimension in authorization["dimensionStatus"]
        for rule in dimension["ruleCollection"]
        if rule["isUserNextAuthorizer"]
    )


def _show(out: Console, authorizations: list[dict[str, Any]]) -> None:
    rows: list[list[str | Text]] = [
        [
            str(item["orderId"]),
            f"{item['itemCollection'][0]['quantity']} × {item['itemCollection'][0]['sku']}",
            Text(item["status"], OUTCOME_STYLES[item["status"]]),
            str(item["additionalInfo"]["reason"]),
        ]
        for item in authorizations
    ]
    table(out, ["order", "first item", "status", "reason"], rows)


def _keep(out: Console, server: DemoServer, account: str) -> None:
    """Show how to call the server, and wait until it is stopped or Ctrl-C is pressed."""
    submission = json.dumps({"order": {"orderId": "mine-1", "value": 735000}})
    headers = '-H "X-VTEX-API-AppKey: $PLACET_APP_KEY" -H "X-VTEX-API-AppToken: $PLACET_APP_TOKEN"'
    url = f"$PLACET_URL/{account}/commercial-authorizations"
    out.print(
        f"""
the server keeps running until Ctrl-C; its documentation is at {server.url}/docs

export PLACET_URL={server.url}
export PLACET_APP_KEY={server.app_key}
export PLACET_APP_TOKEN={server.app_token}
curl {headers} {url} -d '{submission}'
curl {headers} {url}/order/mine-1
curl {headers} {url}
"""
    )
    try:
        server.process.wait()
    except KeyboardInterrupt:
        out.print()
    else:
        raise Unavailable(f"the server has ended:{server.last_words()}")


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
