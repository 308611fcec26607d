"""`placet settings`."""

from __future__ import annotations

import json

import pytest

from cli.conftest import Placet


@pytest.fixture(autouse=True)
def account(placet: Placet) -> None:
    placet("db", "upgrade")
    placet("keys", "create", "--account", "acme", "--permission", "PlaceOrders")


def test_settings_are_shown_and_set(placet: Placet) -> None:
    before = json.loads(placet("settings", "show", "--account", "acme", "--json").out)
    changes = ["pendingExpiresAfter=P14D", "requesterMayDecide=true"]
    changed = placet("settings", "set", "--account", "acme", *changes, "--json")
    assert changed.code == 0
    expected = before | {"pendingExpiresAfter": "P14D", "requesterMayDecide": True}
    assert json.loads(changed.out) == expected
    shown = placet("settings", "show", "--account", "acme")
    lines = [line.split() for line in shown.out.splitlines()]
    assert ["pendingExpiresAfter", "P14D"] in lines
    assert ["requesterMayDecide", "true"] in lines
    reset = ["pendingExpiresAfter=null", "requesterMayDecide=null"]
    placet("settings", "set", "--account", "acme", *reset)
    assert json.loads(placet("settings", "show", "--account", "acme", "--json").out) == before


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["set", "--account", "acme", "noRuleFird=denied"], "did you mean `noRuleFired`?"),
        (["set", "--account", "acme", "noRuleFired"], "`noRuleFired` must be NAME=VALUE"),
        (["set", "--account", "acme", "pendingExpiresAfter=soon"], "must be an ISO 8601 duration"),
        (["set", "--account", "globex", "noRuleFired=denied"], "there is no account `globex`"),
        (["show", "--account", "globex"], "there is no account `globex`"),
    ],
)
def test_wrong_use_is_refused_in_one_sentence(
    placet: Placet, arguments: list[str], sentence: str
) -> None:
    result = placet("settings", *arguments)
    assert (result.code, result.out) == (2, "")
    assert sentence in result.err
