"""E-mail to a real SMTP server."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from dataclasses import replace

import pytest

from placet.errors import InvalidRequest
from placet.messages.core.message import OutboxMessage
from placet.messages.delivery.email import EmailDelivery, SmtpServer
from placet.messages.delivery.outcome import DELIVERED, Outcome
from placet.messages.service.outbox import email_messages
from support.messages.smtp import SmtpReceiver

pytestmark = pytest.mark.anyio

SENDER = "Plâcet <placet@example.com>"
LOGIN = "placet:p%40ss%3Aword"


def message(
    recipient: str = "jo@example.org", subject: str = "90 % used", text: str = "Hé\n.\nho"
) -> OutboxMessage:
    [made] = email_messages(
        "acme",
        [recipient],
        topic="budget.threshold",
        ordering_key="budget-1",
        subject=subject,
        text=text,
        now_ms=1_795_000_000_123,
    )
    return made


def delivery(
    server: SmtpReceiver,
    *,
    scheme: str = "smtp",
    login: str = "",
    tls: ssl.SSLContext | None = None,
) -> EmailDelivery:
    at = f"{login}@" if login else ""
    return EmailDelivery(
        SmtpServer.parse(f"{scheme}://{at}127.0.0.1:{server.port}"), SENDER, tls=tls
    )


async def send(server: SmtpReceiver, mail: OutboxMessage, **options: str) -> Outcome:
    async with server.up():
        return await delivery(server, **options)(mail)


async def test_a_mail_arrives_as_plain_text_with_correct_headers() -> None:
    server = SmtpReceiver()
    mail = message()
    assert await send(server, mail) == DELIVERED
    [got] = server.mails
    assert (got.sender, got.recipients) == ("placet@example.com", ["jo@example.org"])
    assert got.message["From"] == SENDER
    assert got.message["To"] == "jo@example.org"
    assert got.message["Subject"] == "90 % used"
    assert got.message["Date"] == "Wed, 18 Nov 2026 11:06:40 +0000"
    assert got.message["Message-ID"] == f"<{mail.message_id}@example.com>"
    assert got.message["Auto-Submitted"] == "auto-generated"
    assert got.message.get_content_type() == "text/plain"
    assert got.message.get_content() == "Hé\r\n.\r\nho\r\n"


async def test_a_second_attempt_has_the_same_id() -> None:
    server = SmtpReceiver()
    mail = message()
    await send(server, mail)
    await send(server, replace(mail, attempts=2))
    first, second = server.mails
    assert first.message["Message-ID"] == second.message["Message-ID"]


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\x0b", "\x85", "\u2028", "\x00"])
async def test_no_header_can_be_smuggled_in(end: str) -> None:
    server = SmtpReceiver()
    mail = message(subject=f"Hello{end}Bcc: eve@evil.com{end}{end}Body", text=f"Bcc: x{end}.{end}")
    assert await send(server, mail) == DELIVERED
    [got] = server.mails
    assert got.recipients == ["jo@example.org"]
    assert got.message["Bcc"] is None
    assert got.message["Subject"] == "Hello Bcc: eve@evil.com Body"


@pytest.mark.parametrize(
    "recipient",
    [
        "",
        "jo",
        "@example.org",
        "jo@",
        "jo@example.org\r\nRCPT TO:<eve@evil.com>",
        "jo@example.org\nBcc: eve@evil.com",
        "jo@example.org, eve@evil.com",
        "jo@example.org>\r\nDATA",
        "<jo@example.org>",
        "Jo <jo@example.org>",
        "a b@example.org",
        '"a\r\nb"@example.org',
        "jo@@example.org",
        "jo@exa mple.org",
        "jo@example..org",
        "jo\x00@example.org",
        "jo@" + "a" * 300 + ".org",
    ],
)
async def test_what_is_no_address_is_refused_before_any_connection(recipient: str) -> None:
    server = SmtpReceiver()
    outcome = await send(server, message(recipient))
    assert outcome.final
    assert "is no e-mail address" in (outcome.failure or "")
    assert server.mails == []


async def test_a_domain_may_have_other_letters() -> None:
    server = SmtpReceiver()
    assert await send(server, message("jo@bücher.example")) == DELIVERED
    assert server.mails[0].recipients == ["jo@xn--bcher-kva.example"]


@pytest.mark.parametrize(
    ("answer", "final"),
    [("550 no such user", True), ("553 bad", True), ("450 later", False), ("452 full", False)],
)
async def test_only_a_refusal_for_good_ends_the_matter(answer: str, final: bool) -> None:
    refused = await send(SmtpReceiver(refusals={"jo@example.org": answer}), message())
    assert refused == Outcome(f"the recipient was refused: {answer}", final=final)
    rejected = await send(SmtpReceiver(data_answer=answer), message())
    assert rejected == Outcome(f"the message was refused: {answer}", final=final)


async def test_an_absent_server_is_tried_again() -> None:
    server = SmtpReceiver()
    async with server.up():
        absent = delivery(server)
    outcome = await absent(message())
    assert outcome.failure
    assert not outcome.final
    async with server.up():
        assert await absent(message()) == DELIVERED


async def test_a_password_is_used_and_a_wrong_one_is_tried_again() -> None:
    server = SmtpReceiver()
    assert await send(server, message(), login=LOGIN) == DELIVERED
    assert server.logins == [("placet", "p@ss:word")]
    wrong = await send(server, message(), login="placet:hunter2")
    assert not wrong.final
    assert "SMTPAuthenticationError" in (wrong.failure or "")
    assert "hunter2" not in repr(wrong)


@pytest.mark.parametrize(("scheme", "starttls"), [("smtps", False), ("smtp+starttls", True)])
async def test_mail_can_go_encrypted(
    trusting: ssl.SSLContext,
    certified: Callable[[str], ssl.SSLContext],
    scheme: str,
    starttls: bool,
) -> None:
    server = SmtpReceiver()
    async with server.up(tls=certified("127.0.0.1"), starttls=starttls):
        safe = delivery(server, scheme=scheme, login=LOGIN, tls=trusting)
        assert await safe(message()) == DELIVERED
    assert server.mails[0].encrypted
    async with server.up(tls=certified("other.example.com"), starttls=starttls):
        outcome = await safe(message())
    assert "certificate" in (outcome.failure or "").lower()
    assert len(server.mails) == 1


async def test_required_encryption_is_not_given_up() -> None:
    server = SmtpReceiver()
    outcome = await send(server, message(), scheme="smtp+starttls", login=LOGIN)
    assert outcome.failure
    assert (server.mails, server.logins) == ([], [])


async def test_without_a_server_the_reason_says_what_to_set() -> None:
    outcome = await EmailDelivery(None, "")(message())
    assert outcome == Outcome("e-mail cannot be sent: set PLACET_SMTP_URL and PLACET_MAIL_FROM")


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail", SmtpServer("mail", 25)),
        ("smtp://mail.example:2525/", SmtpServer("mail.example", 2525)),
        ("smtp+starttls://mail", SmtpServer("mail", 587, starttls=True)),
        ("smtps://u:p%3A@mail", SmtpServer("mail", 465, "u", "p:", True, False)),
        ("smtp://u:p@mail", SmtpServer("mail", 25, "u", "p", starttls=True)),
        ("smtp://u:p@localhost", SmtpServer("localhost", 25, "u", "p")),
    ],
)
def test_servers_are_written_as_urls(url: str, server: SmtpServer) -> None:
    assert SmtpServer.parse(url) == server
    assert "p:" not in repr(server)


@pytest.mark.parametrize(
    "url", ["", "mail", "http://mail", "smtp://", "smtp://m:x", "smtp://m/x", "smtp://hunter2@m"]
)
def test_other_urls_are_refused_without_repeating_them(url: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        SmtpServer.parse(url)
    assert "hunter2" not in caught.value.message


@pytest.mark.parametrize("sender", ["", "Placet", "a@b, c@d", "a@b\r\nBcc: c@d"])
def test_a_server_needs_a_sender(sender: str) -> None:
    with pytest.raises(InvalidRequest, match="no e-mail address"):
        EmailDelivery(SmtpServer.parse("smtp://mail"), sender)
