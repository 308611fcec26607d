"""Plays the storefront that people approve orders in: reads, offers its buttons, calls back.

It knows what is public of that client: it reads by order, picks the first pending rule with
`isUserNextAuthorizer` in a pending dimension, sends 100 or 0, and reads again. It relies on fields
in every state, so each answer here is checked for all of them and against the published contract.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from placet.kit.timestamps import timestamp
from placet.settings import Settings
from support.clock import ManualClock
from support.contract import CALLBACK, answer_problems
from support.people.calls import calling_as, hire
from support.server import Client, Server, dimension, ok, refused, rule, running, submission

pytestmark = pytest.mark.anyio

PATH = "/commercial-authorizations"
APPROVE, REJECT = 100, 0
DAY = 86_400_000


def record(**fields: Any) -> dict[str, Any]:
    """The schema of an object that has all these fields, and the optional ones if at all so."""
    always = {name: field for name, field in fields.items() if not name.startswith("maybe_")}
    optional = {
        name.removeprefix("maybe_"): field
        for name, field in fields.items()
        if name.startswith("maybe_")
    }
    return {"type": "object", "required": list(always), "properties": always | optional}


def each(item: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": item}


TEXT, NUMBER, WHOLE = {"type": "string"}, {"type": "number"}, {"type": "integer"}
YES_OR_NO, OBJECT = {"type": "boolean"}, {"type": "object"}
STATUS = {"enum": [None, "pending", "accepted", "denied"]}
RULE = record(
    id=TEXT,
    name=TEXT,
    status=STATUS,
    maybe_doId={"type": ["string", "null"]},
    authorizedEmails=each(TEXT),
    priority=WHOLE,
    trigger=record(
        condition=record(
            conditionType=WHOLE,
            description=TEXT,
            expression=TEXT,
            maybe_lessThan=NUMBER,
            maybe_greatherThan=NUMBER,
        ),
        effect=record(description=TEXT, effectType=WHOLE),
    ),
    timeout=WHOLE,
    notification=YES_OR_NO,
    scoreInterval=record(accept=NUMBER, deny=NUMBER),
    maybe_authorizationData=record(
        requireAllApprovals=YES_OR_NO,
        authorizers=each(record(id=TEXT, type=TEXT, maybe_authorizationDate=TEXT)),
    ),
    isUserAuthorized=YES_OR_NO,
    isUserNextAuthorizer=YES_OR_NO,
)
AUTHORIZATION = record(
    id=TEXT,
    orderId=TEXT,
    workflowInstanceId=TEXT,
    status={"enum": ["pending", "accepted", "denied"]},
    units=each(TEXT),
    callbackEndpoint=TEXT,
    totalOrderValueDesiredBySeller=NUMBER,
    marketPlacePaymentValue=NUMBER,
    itemCollection=each(OBJECT),
    additionalInfo=OBJECT,
    dimensionStatus=each(
        record(
            id=TEXT,
            name=TEXT,
            maybe_unitId=TEXT,
            status=STATUS,
            score=NUMBER,
            priority=WHOLE,
            shouldSimulate=YES_OR_NO,
            ruleCollection=each(RULE),
            creationDate=TEXT,
            creationVersion=TEXT,
            creationEnvironment=TEXT,
            requireAllRulesAcceptance=YES_OR_NO,
        )
    ),
    creationVersion=TEXT,
    creationEnvironment=TEXT,
    userProfileId=TEXT,
)


def checked(document: Any) -> dict[str, Any]:
    """An authorization, after making sure of every field the storefront relies on."""
    problems = [
        f"{error.json_path}: {error.message}"
        for error in Draft202012Validator(AUTHORIZATION).iter_errors(document)
    ]
    assert problems == []
    assert answer_problems("buying-policies", CALLBACK, "post", 200, document) == []
    result: dict[str, Any] = document
    return result


@dataclass
class FastStore:
    """The storefront of one person."""

    client: Client

    async def read(self, order_id: str) -> dict[str, Any]:
        """The page of an order."""
        return checked(ok(await self.client.get(f"{PATH}/order/{order_id}")))

    async def buttons(self, order_id: str) -> tuple[str, str] | None:
        """The dimension and rule that the buttons are for, None where there are none."""
        for item in (await self.read(order_id))["dimensionStatus"]:
            if item["status"] == "pending":
                for candidate in item["ruleCollection"]:
                    if candidate["status"] == "pending" and candidate["isUserNextAuthorizer"]:
                        return item["id"], candidate["id"]
        return None

    async def press(self, order_id: str, score: int) -> str:
        """Approve or reject, and read again: the order's status."""
        place = await self.buttons(order_id)
        assert place is not None, "no button to press"
        body = {"params": {"score": score, "dimensionId": place[0], "ruleId": place[1]}}
        page = await self.read(order_id)
        answer = checked(ok(await self.client.post(f"{PATH}/{page['id']}/callback", body)))
        assert await self.read(order_id) == answer
        status: str = answer["status"]
        return status


@dataclass
class Shop:
    """A shop with two approvers of `sales`, one of `top`, a director, a buyer and a bystander."""

    server: Server
    checkout: Client
    clock: ManualClock
    stack: AsyncExitStack

    async def rules(self, *rules: dict[str, Any], **more: Any) -> None:
        """What judges the orders of `sales`."""
        units = {"id": "sales", "name": "Sales"}, {"id": "empty", "name": "Empty"}
        rule_file = {
            "account": "acme",
            "units": [{"id": "top", "name": "Top", "children": units}],
            "settings": {"pendingExpiresAfter": "P7D"},
            "dimensions": [dimension(*rules, unitId="sales", **more)] if rules else [],
        }
        ok(await self.checkout.put("/rule-file", rule_file))
        for name, unit in PEOPLE.items():
            roles = ["Buyer"] if name == "buyer" else ["Buyer", "Order Approver"]
            await hire(self.server, name, unit, roles)

    async def order(self, order_id: str = "o-1", **more: Any) -> dict[str, Any]:
        """An order of the buyer."""
        fields = {"unitId": "sales", "userProfileId": "buyer"} | more
        return checked(await self.checkout.submit(order_id, **fields))

    async def store(self, name: str) -> FastStore:
        """The storefront as a person sees it."""
        return FastStore(await self.stack.enter_async_context(calling_as(self.server, name)))


PEOPLE = {"sue": "sales", "sam": "sales", "ted": "top", "dora": "top", "buyer": "sales"}
LEVELS = {
    "requireAllApprovals": True,
    "authorizers": [{"type": "unit", "id": "sales"}, {"type": "user", "id": "dora"}],
}
ASK = rule("Ask", "true", authorizationData=LEVELS)


@pytest.fixture
async def shop(database_url: str) -> AsyncIterator[Shop]:
    clock = ManualClock()
    settings = Settings(database_url=database_url, key_cache_seconds=0)
    async with (
        running(settings, clock=clock) as server,
        server.client() as checkout,
        AsyncExitStack() as stack,
    ):
        yield Shop(server, checkout, clock, stack)


async def test_two_levels_approve_an_order_button_by_button(shop: Shop) -> None:
    await shop.rules(ASK)
    await shop.order()
    sue, dora, ted = [await shop.store(name) for name in ("sue", "dora", "ted")]
    assert (await dora.buttons("o-1"), await ted.buttons("o-1")) == (None, None)
    assert await sue.press("o-1", APPROVE) == "pending"
    assert await sue.buttons("o-1") is None
    assert await dora.press("o-1", APPROVE) == "accepted"
    assert await dora.buttons("o-1") is None


@pytest.mark.parametrize("presses", [["sue"], ["sue", "dora"]])
async def test_any_level_rejects_the_order(shop: Shop, presses: list[str]) -> None:
    await shop.rules(ASK)
    await shop.order()
    *before, last = [await shop.store(name) for name in presses]
    for store in before:
        await store.press("o-1", APPROVE)
    assert await last.press("o-1", REJECT) == "denied"
    assert await last.buttons("o-1") is None


async def test_a_person_sees_whether_to_act_and_when_it_was_done(shop: Shop) -> None:
    await shop.rules(ASK)
    await shop.order()
    stores = {name: await shop.store(name) for name in PEOPLE}

    async def shown(name: str) -> tuple[bool, bool]:
        page = await stores[name].read("o-1")
        [told] = page["dimensionStatus"][0]["ruleCollection"]
        return told["isUserAuthorized"], told["isUserNextAuthorizer"]

    assert {name: await shown(name) for name in PEOPLE} == {
        "sue": (True, True),
        "sam": (True, True),
        "ted": (False, False),
        "dora": (True, False),
        "buyer": (False, False),
    }
    page = await stores["sue"].read("o-1")
    [told] = page["dimensionStatus"][0]["ruleCollection"]
    addresses = [f"{name}@acme.example" for name in ("dora", "sam", "sue")]
    assert told["authorizedEmails"] == addresses
    await stores["sam"].press("o-1", APPROVE)
    assert [await shown("sue"), await shown("dora")] == [(True, False), (True, True)]
    page = await stores["sue"].read("o-1")
    first, second = page["dimensionStatus"][0]["ruleCollection"][0]["authorizationData"][
        "authorizers"
    ]
    assert "authorizationDate" in first
    assert "authorizationDate" not in second


async def test_a_unit_without_approvers_is_stood_in_for(shop: Shop) -> None:
    nobody = {"authorizers": [{"type": "unit", "id": "empty"}]}
    await shop.rules(rule("Ask", "true", authorizationData=nobody))
    await shop.order()
    sue, ted = await shop.store("sue"), await shop.store("ted")
    assert await sue.buttons("o-1") is None
    assert await ted.press("o-1", APPROVE) == "accepted"


async def test_a_stand_in_gets_the_buttons_of_the_other_person(shop: Shop) -> None:
    await shop.rules(
        rule("Ask", "true", authorizationData={"authorizers": LEVELS["authorizers"][1:]})
    )
    await shop.order()
    sue, dora = await shop.store("sue"), await shop.store("dora")
    assert await sue.buttons("o-1") is None
    now = shop.clock.now_ms()
    body = {
        "delegatorId": "dora",
        "delegateId": "sue",
        "from": timestamp(now - DAY),
        "until": timestamp(now + DAY),
    }
    ok(await shop.checkout.post("/delegations", body))
    assert await sue.press("o-1", APPROVE) == "accepted"
    page = await dora.read("o-1")
    [approval] = page["additionalInfo"]["approvals"]
    assert approval["who"] == "Sue for Dora"


async def test_a_buyer_cannot_approve_the_own_order(shop: Shop) -> None:
    await shop.rules(ASK)
    pending = await shop.order(userProfileId="sue")
    sue, sam = await shop.store("sue"), await shop.store("sam")
    assert await sue.buttons("o-1") is None
    place = await sam.buttons("o-1")
    assert place is not None
    body = {"params": {"score": 100, "dimensionId": place[0], "ruleId": place[1]}}
    answer = await sue.client.post(f"{PATH}/{pending['id']}/callback", body)
    assert "requester" in refused(answer, 403)


SIMULATED = rule("Trial", "true", authorizationData=LEVELS)
STATES: dict[str, tuple[list[dict[str, Any]], dict[str, Any]]] = {
    "no rules": ([], {}),
    "accepted at once": ([rule("Free", "true", effect=0)], {}),
    "denied at once": ([rule("Never", "true", effect=1)], {}),
    "pending": ([ASK, rule("Later", "true", priority=2)], {}),
    "manual review": ([rule("Cap", "items.price", effect=1), ASK | {"priority": 2}], {}),
    "nobody listed": ([rule("Ask", "true")], {}),
    "several rules wait": (
        [ASK, rule("Other", "true", priority=2), rule("No", "false", priority=3)],
        {"requireAllRulesAcceptance": True},
    ),
    "simulated": ([SIMULATED], {"shouldSimulate": True}),
    "with reminders": ([ASK | {"remindAfter": "P1D", "escalateAfter": "P2D"}], {}),
}


@pytest.mark.parametrize("state", STATES)
async def test_every_field_is_there_in_every_state(shop: Shop, state: str) -> None:
    rules, more = STATES[state]
    await shop.rules(*rules, **more)
    await shop.order()
    for name in PEOPLE:
        await (await shop.store(name)).read("o-1")
    page = ok(await shop.checkout.get(PATH))
    assert [checked(item)["orderId"] for item in page["data"]] == ["o-1"]


@pytest.mark.parametrize(
    "end", ["bypassed", "cancelled", "superseded", "judged again", "escalated", "expired"]
)
async def test_every_field_is_there_however_an_order_goes_on(shop: Shop, end: str) -> None:
    await shop.rules(ASK | {"remindAfter": "P1D", "escalateAfter": "P2D"})
    pending = await shop.order()
    base = f"{PATH}/{pending['id']}"
    sue = await shop.store("sue")
    if end == "bypassed":
        place = await sue.buttons("o-1")
        assert place is not None
        body = {"params": {"score": 7.0, "dimensionId": place[0], "ruleId": place[1]}}
        checked(ok(await sue.client.post(f"{base}/callback", body)))
    elif end == "cancelled":
        checked(ok(await shop.checkout.post(f"{base}/cancellation", {})))
    elif end == "superseded":
        await shop.order(value=70_000)
    elif end == "judged again":
        checked(ok(await shop.checkout.post(f"{base}/reevaluation")))
    else:
        shop.clock.advance(DAY * (3 if end == "escalated" else 7))
        await shop.server.process.workers.approvals.do_due()
    status = {"bypassed": "accepted", "judged again": "pending", "escalated": "pending"}
    old = checked(ok(await shop.checkout.get(base)))
    assert old["status"] == status.get(end, "denied")
    for name in PEOPLE:
        await (await shop.store(name)).read("o-1")
    dora = await shop.store("dora")
    assert (await dora.buttons("o-1") is not None) == (end == "escalated")


async def test_an_order_without_authorization_is_not_found(shop: Shop) -> None:
    await shop.rules()
    store = await shop.store("sue")
    refused(await store.client.get(f"{PATH}/order/unheard-of"), 404)


@pytest.mark.parametrize("quantity", [1, 1.0, 2.5, "2", None])
async def test_whatever_the_order_says_its_items_are_readable(shop: Shop, quantity: Any) -> None:
    await shop.rules(ASK)
    item = {"id": 7, "sku": None, "price": 12.0, "quantity": quantity, "additionalInfo": []}
    body = submission("o-1", unitId="sales", userProfileId="buyer")
    body["order"] |= {"items": [item, "nonsense"], "totalOrderValueDesiredBySeller": 5.0}
    answer = ok(await shop.checkout.post(PATH, body))
    [shown] = answer["itemCollection"]
    assert isinstance(shown["quantity"], float if quantity == 2.5 else int)
    assert isinstance(shown["price"], int)
