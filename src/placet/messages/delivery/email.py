"""Delivering a message as e-mail by SMTP."""

from __future__ import annotations

import re
import ssl
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from typing import Final, Self
from urllib.parse import unquote, urlsplit

import aiosmtplib
import httpx
from pydantic_core import from_json

from placet.errors import InvalidRequest
from placet.kit.addresses import is_email_address
from placet.messages.core.message import OutboxMessage
from placet.messages.delivery.destination import is_loopback
from placet.messages.delivery.outcome import DELIVERED, Outcome, failed
from placet.messages.delivery.text import one_line

_TIMEOUT_S: Final = 15.0
_PERMANENT: Final = range(500, 600)
_FORMS: Final = (
    "use `smtp://host`, `smtp+starttls://user:password@host` or `smtps://user:password@host`,"
    " each with or without a port"
)
_PORTS: Final = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
_NAMED: Final = re.compile(r"(?P<name>[^<>]*)<(?P<address>[^<>]*)>")


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Where mail is handed over. `starttls` None: encrypted if the server offers it."""

    host: str
    port: int
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    implicit_tls: bool = False
    starttls: bool | None = None

    @classmethod
    def parse(cls, url: str) -> Self:
        """Read `smtp://`, `smtp+starttls://` or `smtps://`. A password goes over an encrypted
        connection only, except to this machine.

        Raises:
            InvalidRequest: the URL is none of these; the sentence does not repeat it.
        """
        try:
            parts = urlsplit(url.strip())
            scheme, host, port = parts.scheme, parts.hostname, parts.port
        except ValueError as error:
            raise InvalidRequest(f"the SMTP URL cannot be read: {_FORMS}") from error
        if scheme not in _PORTS or not host or parts.path.strip("/") or parts.query:
            raise InvalidRequest(f"the SMTP URL cannot be read: {_FORMS}")
        username = unquote(parts.username) if parts.username else None
        password = unquote(parts.password) if parts.password else None
        if (username is None) != (password is None):
            raise InvalidRequest("the SMTP URL needs both a user and a password, or neither")
        required = scheme == "smtp+starttls" or (username is not None and not is_loopback(host))
        return cls(
            host=host,
            port=port or _PORTS[scheme],
            username=username,
            password=password,
            implicit_tls=scheme == "smtps",
            starttls=False if scheme == "smtps" else (True if required else None),
        )


class EmailDelivery:
    """Hands each message to the SMTP server over a connection of its own.

    A refusal of the recipient or the content for good (5xx) ends the matter; everything else, such
    as an absent server or a wrong password, is tried again.
    """

    def __init__(
        self, server: SmtpServer | None, sender: str, *, tls: ssl.SSLContext | None = None
    ) -> None:
        """`sender` is an address or `Name <address>`.

        Raises:
            InvalidRequest: there is a server, but the sender is no address.
        """
        self._server: Final = server
        self._sender: Final = _sender(sender) if server else None
        self._tls: Final = tls or httpx.create_ssl_context()

    async def __call__(self, message: OutboxMessage) -> Outcome:
        """One attempt. Every known way to fail is an outcome."""
        if self._server is None or self._sender is None:
            return failed("e-mail cannot be sent: set PLACET_SMTP_URL and PLACET_MAIL_FROM")
        try:
            mail = compose(message, self._sender)
        except InvalidRequest as error:
            return failed(error.message, final=True)
        try:
            await self._send(self._server, self._sender, mail)
        except aiosmtplib.SMTPRecipientsRefused as error:
            refused = error.recipients[0]
            reason = f"the recipient was refused: {refused.code} {refused.message}"
            return failed(reason, final=refused.code in _PERMANENT)
        except aiosmtplib.SMTPDataError as error:
            reason = f"the message was refused: {error.code} {error.message}"
            return failed(reason, final=error.code in _PERMANENT)
        except (aiosmtplib.SMTPException, OSError) as error:
            return failed(f"{type(error).__name__}: {error}")
        return DELIVERED

    async def _send(self, server: SmtpServer, sender: Address, mail: EmailMessage) -> None:
        await aiosmtplib.send(
            mail,
            sender=sender.addr_spec,
            recipients=[address.addr_spec for address in mail["To"].addresses],
            hostname=server.host,
            port=server.port,
            username=server.username,
            password=server.password,
            use_tls=server.implicit_tls,
            start_tls=server.starttls,
            tls_context=self._tls,
            timeout=_TIMEOUT_S,
        )


def compose(message: OutboxMessage, sender: Address) -> EmailMessage:
    """The e-mail of a message whose payload is `{"subject", "text"}`: plain text, and the same
    `Message-ID` and `Date` at every attempt.

    Raises:
        InvalidRequest: the recipient is no e-mail address.
    """
    payload = from_json(message.payload)
    mail = EmailMessage(policy=SMTP)
    mail["From"] = sender
    mail["To"] = _address(message.destination)
    mail["Subject"] = one_line(payload["subject"])
    mail["Date"] = datetime.fromtimestamp(message.created_at // 1000, UTC)
    mail["Message-ID"] = f"<{message.message_id}@{sender.domain}>"
    # Keeps holiday notices and other robots from answering.
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(payload["text"])
    return mail


def _address(text: str, name: str = "") -> Address:
    if not is_email_address(text):
        raise InvalidRequest(f"`{text[:200]}` is no e-mail address")
    local, _, domain = text.partition("@")
    try:
        return Address(name, local, domain.encode("idna").decode("ascii"))
    except (ValueError, IndexError, LookupError) as error:
        raise InvalidRequest(f"`{text[:200]}` is no e-mail address") from error


def _sender(text: str) -> Address:
    found = _NAMED.fullmatch(text.strip())
    return (
        _address(found["address"], one_line(found["name"].strip(' "'))) if found else _address(text)
    )
