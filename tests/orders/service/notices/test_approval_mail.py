"""E-mails to those who are asked, through a real mail server, by driven time, on both stores."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from placet.kit.alarm import Alarm
from placet.orders.service.notices.approval_mail import APPROVAL_TOPIC, PEOPLE_PER_UNIT
from placet.orders.service.notices.approval_worker import ApprovalWorker
from support.clock import ManualClock
from support.messages.outgoing import deliver, messages_of, outgoing
from support.messages.smtp import Mail, SmtpReceiver
from support.people.units import person, plant
from support.server import Client, Server, ok, rule, score

pytestmark = pytest.mark.anyio

PATH = "/commercial-authorizations"
DAY = 86_400_000
TREE = {"acme": None, "sales": "acme", "north": "sales"}
BUYER = "Buyer"


def mailed(name: str, unit: str | None, *roles: str, active: bool = True) -> Any:
    email = f"{name}@example.com"
    return person(name, unit, roles or ("Order Approver",), active=active, email=email)


PEOPLE = [
    mailed("boss", "acme"),
    mailed("sara", "sales"),
    mailed("sam", "sales"),
    mailed("off", "sales", active=False),
    mailed("buyer", "sales", BUYER),
    mailed("cfo", None),
    mailed("helper", None),
    person("silent", "sales"),
]


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
async def smtp(anyio_backend: str) -> AsyncIterator[SmtpReceiver]:
    receiver = SmtpReceiver()
    async with receiver.up():
        yield receiver


@pytest.fixture
async def server(
    database_url: str, clock: ManualClock, smtp: SmtpReceiver
) -> AsyncIterator[Server]:
    async with outgoing(
        database_url,
        clock,
        smtp_url=f"smtp://127.0.0.1:{smtp.port}",
        mail_from="Placet <placet@example.com>",
        public_url="https://shop.example/orders/{orderId}",
    ) as opened:
        await opened.process.workers.approvals.close()
        await plant(opened.database, TREE, *PEOPLE)
        yield opened


@pytest.fixture
async def client(server: Server) -> AsyncIterator[Client]:
    async with server.client() as opened:
        yield opened


def asking(*authorizers: str, every: bool = True, **more: Any) -> dict[str, Any]:
    pairs = [authorizer.split() for authorizer in authorizers]
    listed = [{"type": kind, "id": id_} for kind, id_ in pairs]
    return rule(authorizationData={"requireAllApprovals": every, "authorizers": listed}, **more)


async def pass_time(server: Server, clock: ManualClock, days: int) -> None:
    clock.advance(days * DAY)
    desk = server.desks.orders
    worker = ApprovalWorker(
        desk.database, desk.policies, desk.writes, clock=clock, alarm=Alarm(clock)
    )
    while await worker.do_due():
        pass


async def received(server: Server, smtp: SmtpReceiver, *, at_most: int = 1) -> dict[str, Mail]:
    """What has arrived since it was last asked, by name of the recipient: so many mails each."""
    smtp.mails.clear()
    await deliver(server)
    found = {mail.recipients[0].partition("@")[0]: mail for mail in smtp.mails}
    assert len(found) <= len(smtp.mails) <= at_most * len(found)
    assert all(len(mail.recipients) == 1 for mail in smtp.mails)
    return found


def text(mail: Mail) -> str:
    content: str = mail.message.get_content()
    return content


async def decide(client: Client, order: dict[str, Any], points: float = 100) -> Any:
    return ok(await client.post(f"{PATH}/{order['id']}/callback", score(order, points)))


CASES = [
    (["user cfo"], {"cfo"}),
    (["unit sales"], {"sam", "sara"}),
    (["unit north"], {"sam", "sara"}),
    (["unit acme"], {"boss"}),
    # who cannot decide is stood in for; who has no address is found by the inbox only
    (["user off"], {"boss"}),
    (["user buyer"], {"boss"}),
    (["user nobody-here"], {"boss"}),
    (["user sara2"], {"boss"}),
    (["user silent"], set()),
    ([], {"boss"}),
    (["user cfo", "unit sales"], {"cfo"}),
]


@pytest.mark.parametrize(("authorizers", "names"), CASES)
async def test_whoever_may_act_first_gets_one_mail(
    client: Client, server: Server, smtp: SmtpReceiver, authorizers: list[str], names: set[str]
) -> None:
    await client.create_dimension(asking(*authorizers))
    await client.submit(unitId="north", userProfileId="sara2")
    assert set(await received(server, smtp)) == names
    await client.submit(unitId="north", userProfileId="sara2")
    assert await received(server, smtp) == {}


@pytest.mark.parametrize("authorizers", [["unit north"], []])
async def test_orders_of_a_units_only_approver_are_written_about_to_the_unit_above(
    client: Client, server: Server, smtp: SmtpReceiver, authorizers: list[str]
) -> None:
    await client.http.put(
        "/acme/users/solo",
        json={"unitId": "north", "roles": ["Order Approver"], "email": "solo@example.com"},
    )
    await client.create_dimension(asking(*authorizers), unitId="north")
    await client.submit("own", unitId="north", userProfileId="solo")
    assert set(await received(server, smtp)) == {"sam", "sara"}
    await client.submit("other", unitId="north", userProfileId="sara2")
    assert set(await received(server, smtp)) == {"solo"}


async def test_a_mail_says_what_is_asked_and_where_to_answer(
    client: Client, server: Server, smtp: SmtpReceiver
) -> None:
    await client.create_dimension(asking("user cfo"))
    order = await client.submit("o/1", unitId="sales")
    mail = (await received(server, smtp))["cfo"]
    assert mail.message["Subject"] == "Order o/1 waits for your decision"
    assert text(mail).splitlines() == [
        "Order: o/1",
        "Value: 612.50",
        "Unit: Sales",
        "Waits at: rule `Large orders` of `Acme`",
        f"Reason: {order['additionalInfo']['reason']}",
        "Decide here: https://shop.example/orders/o%2F1",
    ]


async def test_the_next_level_is_written_to_when_it_is_up(
    client: Client, server: Server, smtp: SmtpReceiver
) -> None:
    await client.create_dimension(asking("unit sales", "user cfo"))
    order = await client.submit()
    assert set(await received(server, smtp)) == {"sam", "sara"}
    await decide(client, order)
    assert set(await received(server, smtp)) == {"cfo"}
    await decide(client, order)
    assert await received(server, smtp) == {}


async def test_everybody_who_may_act_at_once_is_written_to_and_nobody_twice(
    client: Client, server: Server, smtp: SmtpReceiver
) -> None:
    first = asking("unit sales", "user cfo", every=False)
    second = asking("user sara", "user boss", name="Second", priority=2, every=False)
    await client.create_dimension(first, second, requireAllRulesAcceptance=True)
    await client.submit()
    mails = await received(server, smtp)
    assert set(mails) == {"sam", "sara", "cfo", "boss"}
    assert "rule `Large orders` of `Acme`, rule `Second` of `Acme`" in text(mails["sara"])
    assert "`Second` of" not in text(mails["sam"])


async def test_whoever_stands_in_from_now_on_is_written_to_once(
    client: Client, server: Server, smtp: SmtpReceiver
) -> None:
    await client.create_dimension(asking("user cfo", "user boss"), unitId="sales")
    await client.submit("o-1", unitId="sales")
    await client.submit("o-2", unitId="sales", userProfileId="sam")
    assert set(await received(server, smtp, at_most=2)) == {"cfo"}
    ok(await client.put("/users/cfo", {"roles": [BUYER], "email": "cfo@example.com"}))
    mails = await received(server, smtp, at_most=2)
    assert set(mails) == {"sam", "sara"}
    assert mails["sam"].message["Subject"] == "Order o-1 waits for your decision"
    ok(await client.put("/users/cfo", {"roles": [], "email": "cfo@example.com"}))
    assert await received(server, smtp) == {}


async def test_the_requester_is_never_written_to(
    client: Client, server: Server, smtp: SmtpReceiver
) -> None:
    ok(await client.call("PATCH", "/settings", json={"requesterMayDecide": True}))
    await client.create_dimension(asking("unit sales"))
    await client.submit(userProfileId="sara")
    assert set(await received(server, smtp)) == {"sam"}


async def test_stand_ins_are_written_to_and_told_for_whom(
    client: Client, server: Server, smtp: SmtpReceiver, clock: ManualClock
) -> None:
    now = clock.now_ms()
    dates = [datetime.fromtimestamp(at / 1000, UTC).isoformat() for at in (now, now + DAY)]
    for name in ("helper", "buyer"):
        body = {"delegatorId": "cfo", "delegateId": name, "from": dates[0], "until": dates[1]}
        ok(await client.post("/delegations", body))
    await client.create_dimension(asking("user cfo"))
    await client.submit("o-1")
    mails = await received(server, smtp)
    assert set(mails) == {"cfo", "helper"}
    assert "You stand in for: cfo" in text(mails["helper"])
    await client.submit("o-2", userProfileId="cfo")
    assert set(await received(server, smtp)) == {"boss"}
    await client.submit("o-3", userProfileId="helper")
    assert set(await received(server, smtp)) == {"cfo"}
    clock.advance(DAY)
    await client.submit("o-4")
    assert set(await received(server, smtp)) == {"cfo"}


async def test_reminders_go_to_those_who_are_up_and_escalations_to_the_newly_entitled(
    client: Client, server: Server, smtp: SmtpReceiver, clock: ManualClock
) -> None:
    await client.create_dimension(
        asking("unit sales", "user cfo", remindAfter="P1D", escalateAfter="P3D")
    )
    await client.submit()
    await received(server, smtp)
    await pass_time(server, clock, 2)
    mails = await received(server, smtp)
    assert set(mails) == {"sam", "sara"}
    assert mails["sam"].message["Subject"].startswith("Reminder: order o-1")
    await pass_time(server, clock, 2)
    mails = await received(server, smtp)
    assert set(mails) == {"cfo"}
    assert "has waited too long" in mails["cfo"].message["Subject"]
    await pass_time(server, clock, 30)
    assert await received(server, smtp) == {}


async def test_a_big_unit_is_written_to_up_to_a_bound(
    client: Client, server: Server, smtp: SmtpReceiver
) -> None:
    crowd = [mailed(f"p-{number:03}", "crowd") for number in range(PEOPLE_PER_UNIT + 5)]
    await plant(server.database, {"crowd": None}, *crowd)
    await client.create_dimension(asking("unit crowd"))
    await client.submit()
    messages = await messages_of(server.database, APPROVAL_TOPIC)
    assert [message.destination for message in messages] == [
        f"p-{number:03}@example.com" for number in range(PEOPLE_PER_UNIT)
    ]


async def test_a_mail_server_that_is_away_gets_everything_when_it_is_back(
    client: Client, server: Server, clock: ManualClock
) -> None:
    await client.create_dimension(asking("unit sales"))
    down = SmtpReceiver()
    async with down.up():
        pass
    async with outgoing(
        str(server.database.url.render_as_string(hide_password=False)),
        clock,
        smtp_url=f"smtp://127.0.0.1:{down.port}",
        mail_from="placet@example.com",
    ) as other:
        async with other.client() as caller:
            await caller.submit()
        for _ in range(60):
            await deliver(other)
            clock.advance(60_000)
        async with down.up():
            clock.advance(2 * 3_600_000)
            await deliver(other)
    assert {mail.recipients[0] for mail in down.mails} == {
        "sam@example.com",
        "sara@example.com",
    }


async def test_without_a_mail_server_nothing_piles_up(
    database_url: str, clock: ManualClock
) -> None:
    async with outgoing(database_url, clock) as server, server.client() as client:
        await plant(server.database, TREE, *PEOPLE)
        await client.create_dimension(asking("unit sales"))
        await client.submit()
        assert await messages_of(server.database, APPROVAL_TOPIC) == []
