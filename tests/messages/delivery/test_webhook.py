"""Webhooks to a real receiver."""

from __future__ import annotations

import base64
import socket
import ssl
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime

import pytest
from standardwebhooks.webhooks import Webhook

from placet.messages.core.message import OutboxMessage
from placet.messages.delivery.destination import AllowedHosts, Resolve, resolve
from placet.messages.delivery.outcome import DELIVERED, Outcome
from placet.messages.delivery.signature import WebhookSecrets
from placet.messages.delivery.webhook import WebhookDelivery
from placet.messages.service.outbox import webhook_message
from support.clock import ManualClock
from support.messages.receiver import Received, Receiver, answering, receiving

pytestmark = pytest.mark.anyio

SECRETS = WebhookSecrets("whsec_" + base64.b64encode(b"s" * 32).decode())
HERE = "127.0.0.1"


def message(url: str) -> OutboxMessage:
    return webhook_message(
        "acme", topic="t", ordering_key="k", url=url, body={"id": 1, "é": "ü"}, now_ms=0
    )


def leading(*answers: Sequence[str]) -> Resolve:
    """A name server that gives these answers, one after the other."""
    waiting = list(answers)

    async def look_up(host: str, port: int) -> Sequence[str]:
        return waiting.pop(0)

    return look_up


async def post(
    url: str,
    *,
    allowed: str = HERE,
    secrets: WebhookSecrets = SECRETS,
    tls: ssl.SSLContext | None = None,
    resolve: Resolve = resolve,
) -> Outcome:
    hosts = AllowedHosts.parse(allowed)
    delivery = WebhookDelivery(hosts, secrets, ManualClock(), tls=tls, resolve=resolve)
    return await delivery(message(url))


async def test_the_receiver_gets_the_signed_payload() -> None:
    async with receiving() as receiver:
        assert await post(receiver.url("/hook?key=a%20b")) == DELIVERED
    [request] = receiver.requests
    assert (request.method, request.target) == ("POST", "/hook?key=a%20b")
    assert request.headers["content-type"] == "application/json"
    assert request.headers["host"] == f"127.0.0.1:{receiver.port}"
    [secret] = SECRETS.of_account("acme")
    assert Webhook(secret).verify(request.body, request.headers) == {"id": 1, "é": "ü"}


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
async def test_any_2xx_is_delivered(status: int) -> None:
    async with receiving(answering(status, "ignored")) as receiver:
        assert await post(receiver.url()) == DELIVERED


@pytest.mark.parametrize(
    "status", [300, 304, 400, 401, 403, 404, 408, 409, 422, 429, 500, 502, 503]
)
async def test_other_answers_are_tried_again(status: int) -> None:
    async with receiving(answering(status)) as receiver:
        outcome = await post(receiver.url())
    assert outcome == Outcome(failure=f"the receiver answered {status}")


async def test_gone_ends_the_matter() -> None:
    async with receiving(answering(410)) as receiver:
        assert await post(receiver.url()) == Outcome("the receiver answered 410", final=True)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        ("0", 0),
        ("9" * 30, 999_999_999),
        ("-5", None),
        ("soon", None),
        ("", None),
        ("١٢", None),
    ],
)
async def test_the_receiver_may_ask_for_a_delay(header: str, seconds: int | None) -> None:
    def told(_: Received) -> bytes:
        return f"HTTP/1.1 503 x\r\nretry-after: {header}\r\ncontent-length: 0\r\n\r\n".encode()

    async with receiving(told) as receiver:
        outcome = await post(receiver.url())
    assert outcome.retry_after_ms == (None if seconds is None else seconds * 1000)


async def test_the_delay_may_be_a_date(clock: ManualClock) -> None:
    moment = datetime.fromtimestamp(clock.now_ms() // 1000 + 90, UTC)
    header = format_datetime(moment, usegmt=True)
    async with receiving(answering(429, retry_after=header)) as receiver:
        delivery = WebhookDelivery(AllowedHosts.parse(HERE), SECRETS, clock)
        outcome = await delivery(message(receiver.url()))
    assert outcome.retry_after_ms is not None
    assert 89_000 <= outcome.retry_after_ms <= 90_000


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_redirects_are_not_followed(status: int) -> None:
    async with receiving() as target, receiving() as receiver:
        receiver.answer = answering(status, location=target.url())
        outcome = await post(receiver.url())
    assert outcome.failure == f"the receiver answered {status}"
    assert target.requests == []


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "0.0.0.0", "2130706433"])
async def test_a_host_that_is_not_allowed_is_never_called(host: str) -> None:
    async with receiving() as receiver:
        outcome = await post(receiver.url(host=host), allowed="erp.example.com *.example.org")
    assert outcome.final
    assert "is not allowed" in (outcome.failure or "")
    assert receiver.requests == []


async def test_a_name_below_an_allowed_domain_must_not_lead_here() -> None:
    async with receiving() as receiver:
        url = receiver.url(host="a.example.org", scheme="https")
        allowed = f"*.example.org:{receiver.port}"
        outcome = await post(url, allowed=allowed, resolve=leading([HERE]))
    assert outcome.failure == (
        "the host `a.example.org` leads to `127.0.0.1`, which is not a public address"
    )
    assert not outcome.final
    assert receiver.requests == []


async def test_the_checked_address_is_the_one_that_is_called() -> None:
    async with receiving() as receiver:
        # A second look-up would lead elsewhere, and there is no third.
        name_server = leading([HERE], ["192.0.2.1"])
        url = receiver.url(host="erp.example.com")
        assert await post(url, allowed="erp.example.com", resolve=name_server) == DELIVERED
        assert await name_server("erp.example.com", 80) == ["192.0.2.1"]
    assert receiver.requests[0].headers["host"] == f"erp.example.com:{receiver.port}"


async def test_the_certificate_must_be_that_of_the_name(
    trusting: ssl.SSLContext, certified: Callable[[str], ssl.SSLContext]
) -> None:
    receiver = Receiver()
    for name, delivered in (("erp.example.com", True), ("other.example.com", False)):
        async with receiver.up(certified(name)):
            outcome = await post(
                receiver.url(host="erp.example.com", scheme="https"),
                allowed="erp.example.com",
                tls=trusting,
                resolve=leading([HERE]),
            )
        assert (outcome == DELIVERED) is delivered, outcome
    assert len(receiver.requests) == 1


async def test_an_unknown_authority_is_not_trusted(
    certified: Callable[[str], ssl.SSLContext],
) -> None:
    receiver = Receiver()
    async with receiver.up(certified("127.0.0.1")):
        outcome = await post(receiver.url(scheme="https"))
    assert "certificate verify failed" in (outcome.failure or "").lower()
    assert receiver.requests == []


async def test_the_next_address_is_tried_when_one_does_not_answer() -> None:
    async with receiving() as receiver:
        url = receiver.url(host="erp.example.com")
        name_server = leading(["::1", HERE])
        assert await post(url, allowed="erp.example.com", resolve=name_server) == DELIVERED


async def test_a_receiver_that_is_down_is_tried_again() -> None:
    with socket.socket() as taken:
        taken.bind((HERE, 0))
        outcome = await post(f"http://127.0.0.1:{taken.getsockname()[1]}/")
    assert not outcome.final
    assert (outcome.failure or "").startswith("ConnectError")


async def test_a_name_that_cannot_be_resolved_is_tried_again() -> None:
    async def unknown(host: str, port: int) -> list[str]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    outcome = await post("https://erp.example.com/", allowed="erp.example.com", resolve=unknown)
    assert not outcome.final
    assert "the host cannot be resolved" in (outcome.failure or "")


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"SSH-2.0-OpenSSH\r\n",
        b"HTTP/1.1 abc\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nx: " + b"y" * 300_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nbroken\r\n\r\n",
    ],
    ids=["nothing", "other protocol", "no status", "endless headers", "no header"],
)
async def test_what_is_no_http_answer_is_tried_again(answer: bytes) -> None:
    async with receiving(lambda _: answer) as receiver:
        outcome = await post(receiver.url())
    assert outcome.failure
    assert not outcome.final


async def test_an_endless_body_is_not_read() -> None:
    async with receiving(lambda _: b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 5_000_000) as receiver:
        assert await post(receiver.url()) == DELIVERED


async def test_without_a_secret_nothing_is_sent() -> None:
    async with receiving() as receiver:
        outcome = await post(receiver.url(), secrets=WebhookSecrets(""))
    assert outcome == Outcome("webhooks cannot be signed: set PLACET_WEBHOOK_SECRET")
    assert receiver.requests == []


async def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    async with receiving() as proxy, receiving() as receiver:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url("/"))
        assert await post(receiver.url()) == DELIVERED
    assert proxy.requests == []
