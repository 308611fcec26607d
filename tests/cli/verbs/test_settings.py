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


def test_what_orders_must_meet_is_set_as_text_or_object(placet: Placet) -> None:
    expression = "$sum(spending.amount) * 100 = order.value"
    told = {"expression": expression, "description": "must add up"}
    changes = [f"spendingCheck={expression}", f"spendingCheck={json.dumps(told)}"]
    for change, description in zip(changes, ("", "must add up"), strict=True):
        arguments = ["--account", "acme", change, "ordersWithoutUnit=pending", "--json"]
        changed = json.loads(placet("settings", "set", *arguments).out)
        assert changed["spendingCheck"] == {"expression": expression, "description": description}
        assert (changed["ordersWithoutUnit"], changed["unknownUnit"]) == ("pending", "refused")
    assert "spendingCheck" in placet("settings", "show", "--account", "acme").out


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
        (["set", "--account", "acme", "unknownUnit=acepted"], "`unknownUnit` must be 'refused', "),
        (
            ["set", "--account", "acme", "spendingCheck=order.value >"],
            "1:14: S0207: the expression",
        ),
        (
            ["set", "--account", "acme", "spendingCheck=true"],
            "`spendingCheck` must be an expression",
        ),
    ],
)
def test_wrong_use_is_refused_in_one_sentence(
    placet: Placet, arguments: list[str], sentence: str
) -> None:
    result = placet("settings", *arguments)
    assert (result.code, result.out) == (2, "")
    assert sentence in result.err
