"""The settings of an account over HTTP."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from placet.policies.core.model import AccountSettings
from support.budgets.calls import ON_ONE_STORE
from support.server import Client, Server, ok, refused, rule

pytestmark = pytest.mark.anyio

PATH = "/settings"


async def patch(client: Client, **changes: Any) -> Any:
    return ok(await client.call("PATCH", PATH, json=changes))


async def test_every_setting_is_shown_with_its_default(client: Client) -> None:
    shown = ok(await client.get(PATH))
    assert len(shown) == len(AccountSettings.model_fields)
    assert shown["noRuleFired"] == "accepted"
    assert (shown["requesterMayDecide"], shown["pendingExpiresAfter"]) == (False, None)


async def test_only_the_named_settings_change_and_null_gives_the_default(client: Client) -> None:
    before = ok(await client.get(PATH))
    changed = await patch(client, noRuleFired="denied", pendingExpiresAfter="P14D")
    assert changed == before | {"noRuleFired": "denied", "pendingExpiresAfter": "P14D"}
    assert await patch(client, noRuleFired=None) == before | {"pendingExpiresAfter": "P14D"}
    assert await patch(client, pendingExpiresAfter=None) == before == ok(await client.get(PATH))


async def test_of_a_setting_that_is_an_object_only_what_is_named_changes(client: Client) -> None:
    await patch(client, sellerBudgets={"minimumPerDay": "5"})
    changed = await patch(client, sellerBudgets={"templateCampaigns": [{"id": "7"}]})
    assert changed["sellerBudgets"]["minimumPerDay"] == "5"
    changed = await patch(client, sellerBudgets={"minimumPerDay": None})
    assert changed["sellerBudgets"]["minimumPerDay"] == "0"
    assert [each["id"] for each in changed["sellerBudgets"]["templateCampaigns"]] == ["7"]
    assert (await patch(client, sellerBudgets=None))["sellerBudgets"]["templateCampaigns"] == []


async def test_the_next_order_is_judged_by_new_settings(client: Client) -> None:
    assert (await client.submit("o-1"))["status"] == "accepted"
    await patch(client, noRuleFired="denied")
    assert (await client.submit("o-2"))["status"] == "denied"


@ON_ONE_STORE
@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (
            {"pendingExpireAfter": "P1D"},
            "no setting `pendingExpireAfter`, did you mean `pendingExpiresAfter`?",
        ),
        ({"colour": "red"}, "there is no setting `colour`: there are `noRuleFired`, "),
        ({"noRuleFired": "maybe"}, "`noRuleFired` must be 'accepted', 'denied' or 'pending'"),
        ({"requesterMayDecide": 1}, "`requesterMayDecide` must be true or false"),
        ({"pendingExpiresAfter": "14 days"}, "`pendingExpiresAfter` must be an ISO 8601 duration"),
        ({"sellerBudgets": {"x": 1}}, "there is no setting `sellerBudgets.x`: there are `minimum"),
        (
            {"sellerBudgets": {"templateCampaigns": [{"id": "1", "minimumPerday": 5}]}},
            "`sellerBudgets.templateCampaigns[0].minimumPerday` is not known here;"
            " did you mean `minimumPerDay`?",
        ),
        ([], "must be an object"),
    ],
)
async def test_what_is_no_setting_is_refused_and_nothing_changes(
    client: Client, body: Any, sentence: str
) -> None:
    before = ok(await client.get(PATH))
    both = {"noRuleFired": "denied", **body} if isinstance(body, dict) else body
    assert sentence in refused(await client.call("PATCH", PATH, json=both), 400)
    assert ok(await client.get(PATH)) == before


async def test_racing_changes_are_all_kept(client: Client) -> None:
    await asyncio.gather(
        patch(client, noRuleFired="pending"),
        patch(client, requesterMayDecide=True),
        patch(client, pendingExpiresAfter="P3D"),
    )
    shown = ok(await client.get(PATH))
    assert (shown["noRuleFired"], shown["requesterMayDecide"]) == ("pending", True)
    assert shown["pendingExpiresAfter"] == "P3D"


@ON_ONE_STORE
async def test_looking_needs_one_permission_and_changing_another(server: Server) -> None:
    async with server.client(permissions=["ViewBuyingPolicies"]) as viewer:
        ok(await viewer.get(PATH))
        refused(await viewer.call("PATCH", PATH, json={"noRuleFired": "denied"}), 403)
    async with server.client(permissions=["ApproveOrders", "PlaceOrders"]) as other:
        refused(await other.get(PATH), 403)


@ON_ONE_STORE
async def test_a_rule_file_leaves_settings_that_it_does_not_name(client: Client) -> None:
    await patch(client, pendingExpiresAfter="P14D")
    named = "account: acme\nsettings: {noRuleFired: denied}\ndimensions: []\n"
    ok(await client.call("PUT", "/rule-file", content=named))
    shown = ok(await client.get(PATH))
    assert (shown["noRuleFired"], shown["pendingExpiresAfter"]) == ("denied", "P14D")
    ok(await client.call("PUT", "/rule-file", content="account: acme\ndimensions: []\n"))
    assert ok(await client.get(PATH)) == shown


@ON_ONE_STORE
async def test_an_order_that_waits_keeps_its_settings(client: Client) -> None:
    await client.create_dimension(rule())
    order = await client.submit()
    await patch(client, noRuleFired="denied")
    again = ok(await client.get(f"/commercial-authorizations/{order['id']}"))
    assert again == order


async def test_every_fault_of_a_change_is_told(client: Client) -> None:
    changes = {"noRuleFird": "denied", "timeZone": "Mars", "unknownUnit": "maybe"}
    before = ok(await client.get(PATH))
    message = refused(await client.call("PATCH", PATH, json=changes), 400)
    assert message == (
        "there is no setting `noRuleFird`, did you mean `noRuleFired`?"
        " `unknownUnit` must be 'refused', 'pending' or 'accepted';"
        " `timeZone` must be a time zone, and `Mars` is none; use a name such as `Europe/Paris`"
    )
    assert ok(await client.get(PATH)) == before
