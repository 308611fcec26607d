"""Rules of a dimension, one by one or all at once."""

from __future__ import annotations

import pytest

from support.server import Client, dimension, ok, refused, rule, submission

pytestmark = pytest.mark.anyio


PATH = "/authorization-dimensions"


async def test_rules_are_added_replaced_and_deleted_one_by_one(client: Client) -> None:
    created = await client.create_dimension(rule("First"))
    path = f"{PATH}/{created['id']}/rules"
    added = ok(await client.post(path, rule("Second", "value > 1", priority=2)))
    assert added["status"] is None
    changed = ok(await client.put(f"{path}/{added['id']}", rule("Renamed", "value > 2")))
    assert (changed["id"], changed["name"]) == (added["id"], "Renamed")
    [found] = ok(await client.get(PATH))
    assert found["ruleCollection"] == [created["ruleCollection"][0], changed]
    assert (await client.delete(f"{path}/{added['id']}")).status_code == 204
    assert ok(await client.get(PATH)) == [created]


async def test_all_rules_are_replaced_at_once(client: Client) -> None:
    created = await client.create_dimension(rule("First"), rule("Second"))
    path = f"{PATH}/{created['id']}/rules"
    replaced = ok(await client.put(path, [rule("Second", "value > 9"), rule("Third")]))
    assert [item["name"] for item in replaced] == ["Second", "Third"]
    assert replaced[0]["id"] == created["ruleCollection"][1]["id"]
    assert ok(await client.put(path, [])) == []
    [found] = ok(await client.get(PATH))
    assert found["ruleCollection"] == []


async def test_a_rule_change_counts_for_the_next_order(client: Client) -> None:
    created = await client.create_dimension(rule(expression="value > 100000", effect=1))
    assert (await client.submit("o-1"))["status"] == "accepted"
    path = f"{PATH}/{created['id']}/rules/{created['ruleCollection'][0]['id']}"
    ok(await client.put(path, rule(effect=1)))
    assert (await client.submit("o-2"))["status"] == "denied"


async def test_a_bad_expression_is_refused_with_its_place(client: Client) -> None:
    bad = rule(expression="value >\n  = 3")
    message = refused(await client.post(PATH, dimension(rule(), bad)), 400)
    assert "ruleCollection[1].trigger.condition.expression" in message
    shown = "2:3: S0211: expected a value, found `=`\n  = 3\n  ^"
    assert message.endswith(shown)
    assert ok(await client.get(PATH)) == []
    known = (await client.create_dimension())["id"]
    for method, path, body in [
        ("PUT", f"{PATH}/{known}", dimension(bad)),
        ("POST", f"{PATH}/{known}/rules", bad),
        ("PUT", f"{PATH}/{known}/rules", [bad]),
        ("PUT", f"{PATH}/{known}/rules/x", bad),
    ]:
        assert shown in refused(await client.call(method, path, json=body), 400)


async def test_a_rule_edit_does_not_reach_a_pending_order_unless_asked(client: Client) -> None:
    created = await client.create_dimension()
    pending = await client.submit()
    path = f"{PATH}/{created['id']}/rules"
    ok(await client.put(path, [rule(effect=1)]))
    orders = "/commercial-authorizations"
    again = ok(await client.post(orders, submission()))
    assert (again["id"], again["status"]) == (pending["id"], "pending")
    judged = ok(await client.post(f"{orders}/{pending['id']}/reevaluation"))
    assert (judged["id"], judged["status"]) == (pending["id"], "denied")
    assert "denied" in refused(await client.post(f"{orders}/{pending['id']}/reevaluation"), 409)
