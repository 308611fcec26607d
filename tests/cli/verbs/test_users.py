"""`placet users` and `placet units`, to a real server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import yaml

from cli.conftest import Placet
from placet.cli.demo_server import DemoServer, running_server

UNITS = [
    {"id": "acme", "name": "Acme", "children": [{"id": "sales", "name": "Sales"}]},
    {"id": "solo", "name": "Solo"},
]


@pytest.fixture(scope="module")
def server() -> Iterator[DemoServer]:
    with running_server("globex") as running:
        yield running


@pytest.fixture(autouse=True)
def reachable(
    server: DemoServer, placet: Placet, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The server, named by the environment, with a tree of units."""
    monkeypatch.setenv("PLACET_URL", server.url)
    monkeypatch.setenv("PLACET_APP_KEY", server.app_key)
    monkeypatch.setenv("PLACET_APP_TOKEN", server.app_token)
    file = tmp_path / "units.yaml"
    document = {"account": "globex", "units": UNITS, "dimensions": []}
    file.write_text(yaml.safe_dump(document), "utf-8")
    assert placet("push", file, "--delete").code == 0


def test_units_are_listed_and_moved(placet: Placet) -> None:
    listed = [line.split() for line in placet("units", "list").out.splitlines()[2:]]
    assert listed == [["acme", "Acme"], ["sales", "Sales", "acme"], ["solo", "Solo"]]
    moved = placet("units", "move", "sales", "--below", "solo")
    assert (moved.code, moved.out) == (0, "moved sales to globex/solo/sales\n")
    found = json.loads(placet("units", "list", "--name", "SAL", "--json").out)
    assert [unit["path"]["ids"] for unit in found] == ["globex/solo/sales"]
    assert placet("units", "move", "sales", "--root").out == "moved sales to globex/sales\n"


def test_units_are_created_renamed_and_deleted(placet: Placet) -> None:
    made = json.loads(placet("units", "create", "North", "--below", "sales", "--json").out)
    assert (made["name"], made["path"]["ids"]) == ("North", f"globex/acme/sales/{made['id']}")
    told = placet("units", "create", "East")
    assert (told.code, told.out[:14]) == (0, "created globex")
    assert placet("units", "rename", made["id"], "Nord").out == f"{made['id']} is named Nord\n"
    refusal = placet("units", "delete", "sales")
    assert (refusal.code, refusal.out) == (2, "")
    assert placet("units", "delete", "sales", "--cascade").out == "deleted sales\n"
    names = {unit["name"] for unit in json.loads(placet("units", "list", "--json").out)}
    assert names == {"Acme", "Solo", "East"}


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["units", "move", "sales"], 2, "either `--below UNIT` or `--root`"),
        (["units", "move", "sales", "--root", "--below", "solo"], 2, "either `--below UNIT`"),
        (["units", "move", "acme", "--below", "sales"], 2, "cannot be moved below itself"),
        (["units", "move", "x/y", "--root"], 2, "the path holds a slash"),
        (["units", "create", " "], 2, "`name` must not be empty"),
        (["units", "create", "New", "--below", "nowhere"], 2, "no organization unit `nowhere`"),
        (["units", "rename", "nowhere", "New"], 2, "no organization unit `nowhere`"),
        (["units", "delete", "acme"], 2, "set `cascade` to true"),
        (["units", "delete", "nowhere"], 2, "no organization unit `nowhere`"),
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
