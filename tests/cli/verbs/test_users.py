"""`placet users`, to a real server."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest
import yaml

from cli.conftest import Placet
from cli.verbs.conftest import UNITS
from placet.cli.demo_server import DemoServer

pytestmark = pytest.mark.usefixtures("reachable")


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["users", "put", "una", "--account", "globex", "--role", "Boss"], 2, "`Boss` is no role"),
        (["users", "deactivate", "nobody", "--account", "globex"], 2, "no user `nobody`"),
        (["users", "list", "--account", "other"], 3, "403"),
    ],
)
def test_what_is_wrong_is_told(placet: Placet, arguments: list[str], code: int, words: str) -> None:
    result = placet(*arguments)
    assert words in result.err
    assert result.code == code
    assert result.out == ""


def test_people_are_put_on_record_listed_and_deactivated(placet: Placet) -> None:
    account = ["--account", "globex"]
    told = placet(
        "users", "put", "una", *account, "--unit", "sales", "--role", "buyer",
        "--role", "Order Approver", "--email", "una@globex.example", "--name", "Una",
    )  # fmt: skip
    assert (told.code, told.out) == (0, "una: unit sales, Buyer, Order Approver\n")
    assert placet("users", "put", "vic", *account).out == "vic: no unit, no role\n"
    assert placet("users", "deactivate", "vic", *account).out == "deactivated vic\n"
    rows = placet("users", "list", *account).out.splitlines()[2:]
    assert [row.split()[0] for row in rows] == ["una", "vic"]
    assert (rows[0].split()[-1], rows[1].split()[-1]) == ("yes", "no")
    assert placet("users", "put", "vic", *account).out == "vic: no unit, no role, inactive\n"
    placet("users", "put", "vic", *account, "--active", "--can-impersonate")
    everyone = json.loads(placet("users", "list", *account, "--json").out)
    assert [(user["active"], user["canImpersonate"]) for user in everyone] == [
        (True, False), (True, True),
    ]  # fmt: skip
    found = json.loads(placet("users", "list", *account, "--role", "Buyer", "--json").out)
    assert [user["email"] for user in found] == ["una@globex.example"]
    assert json.loads(placet("users", "list", *account, "--unit", "solo", "--json").out) == []
    placet("users", "put", "una", *account)


RULE = {
    "name": "Ask",
    "priority": 1,
    "trigger": {"condition": {"expression": "true"}, "effect": {"effectType": "workflow"}},
    "scoreInterval": {"accept": 10, "deny": 5},
    "authorizationData": {"authorizers": [{"type": "user", "id": "wim"}]},
}


def test_whoever_takes_approvers_away_is_told_what_waited_for_them(
    server: DemoServer, placet: Placet, tmp_path: Path
) -> None:
    account = ["--account", "globex"]
    file = tmp_path / "rules.yaml"
    dimension = {
        "name": "Sales", "unitId": "sales", "priority": 1, "requireAllRulesAcceptance": False,
        "ruleCollection": [RULE],
    }  # fmt: skip
    text = {"account": "globex", "units": UNITS, "dimensions": [dimension]}
    file.write_text(yaml.safe_dump(text), "utf-8")
    pushed = placet("push", file)
    assert pushed.code == 0
    assert pushed.out.splitlines()[1:] == [
        "warning: rule `Ask` asks user `wim`, who is not on record: others stand in"
    ]
    for name, unit in (("wim", "sales"), ("pam", "acme")):
        placet("users", "put", name, *account, "--unit", unit, "--role", "Order Approver")
    assert len(placet("push", file).out.splitlines()) == 1
    headers = {"X-VTEX-API-AppKey": server.app_key, "X-VTEX-API-AppToken": server.app_token}
    order = {"order": {"orderId": "o-1", "value": 1}, "unitId": "sales"}
    url = f"{server.url}/globex/commercial-authorizations"
    assert httpx.post(url, json=order, headers=headers).json()["status"] == "pending"
    told = placet("users", "put", "wim", *account, "--unit", "sales").out
    assert told.splitlines() == [
        "wim: unit sales, no role",
        "warning: 1 order waits for others now, who stand in",
    ]
    moved = placet("units", "move", "sales", "--below", "solo").out
    assert moved.splitlines() == ["moved sales to globex/solo/sales"]
    gone = placet("users", "deactivate", "pam", *account).out
    assert gone.splitlines() == [
        "deactivated pam",
        "warning: 1 order waits for others now, who stand in",
        "warning: 1 order waits for nobody: `?waitsFor=nobody` lists what is stuck, and an app key"
        " can decide it",
    ]
