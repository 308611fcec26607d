"""`placet settings`."""

from __future__ import annotations

import json

import pytest

from cli.conftest import Placet


@pytest.fixture(autouse=True)
def account(placet: Placet) -> None:
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
    office = [
        "onePersonOneLevel=false",
        'workingDays=["MO","tuesday"]',
        'workingHours={"from":"09:00","to":"17:00"}',
        'holidays=["2026-12-25"]',
    ]
    shown = placet("settings", "set", "--account", "acme", *office)
    lines = [line.split() for line in shown.out.splitlines()]
    assert ["onePersonOneLevel", "false"] in lines
    assert ["workingDays", '["MO","TU"]'] in lines
    assert ["workingHours", '{"from":"09:00","to":"17:00"}'] in lines
    names = (item.partition("=")[0] for item in office)
    placet("settings", "set", "--account", "acme", *(f"{name}=null" for name in names))
    reset = ["pendingExpiresAfter=null", "requesterMayDecide=null"]
    placet("settings", "set", "--account", "acme", *reset)
    assert json.loads(placet("settings", "show", "--account", "acme", "--json").out) == before


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["set", "--account", "acme", "noRuleFird=denied"], "did you mean `noRuleFired`?"),
        (["set", "--account", "acme", "noRuleFired"], "`noRuleFired` must be NAME=VALUE"),
        (["set", "--account", "acme", "pendingExpiresAfter=soon"], "must be an ISO 8601 duration"),
        (["set", "--account", "acme", "workingDays=Monday"], "`workingDays` must be an array"),
        (["set", "--account", "acme", "onePersonOneLevl=true"], "did you mean `onePersonOneLevel`"),
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
