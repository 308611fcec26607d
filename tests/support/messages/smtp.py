"""A real SMTP server that keeps what it receives."""

from __future__ import annotations

import asyncio
import email
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


@dataclass(frozen=True)
class Mail:
    """One accepted message with its envelope."""

    sender: str
    recipients: list[str]
    message: EmailMessage
    encrypted: bool


@dataclass
class SmtpReceiver:
    """`refusals` maps a recipient to the answer it gets at RCPT; `data_answer` is that to DATA."""

    port: int = 0
    mails: list[Mail] = field(default_factory=list)
    refusals: dict[str, str] = field(default_factory=dict)
    data_answer: str = "250 OK"
    logins: list[tuple[str, str]] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refusals:
            return self.refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.data_answer.startswith("2"):
            message = email.message_from_bytes(envelope.content or b"", policy=default)
            encrypted = server.transport.get_extra_info("sslcontext") is not None
            sender = envelope.mail_from or ""
            self.mails.append(Mail(sender, list(envelope.rcpt_tos), message, encrypted))
        return self.data_answer

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:
        assert isinstance(data, LoginPassword)
        login = data.login.decode(), data.password.decode()
        self.logins.append(login)
        return AuthResult(success=login == ("placet", "p@ss:word"), handled=False)

    @asynccontextmanager
    async def up(
        self, *, tls: ssl.SSLContext | None = None, starttls: bool = False
    ) -> AsyncIterator[None]:
        """Listen within the block, at the same port each time; with `tls` encrypted from the start
        or, with `starttls`, on request.
        """
        loop = asyncio.get_running_loop()
        connections: list[SMTP] = []

        def protocol() -> SMTP:
            made = SMTP(
                self,
                loop=loop,
                hostname="mail.test",
                tls_context=tls if starttls else None,
                require_starttls=starttls,
                authenticator=self.authenticate,
                auth_require_tls=False,
            )
            connections.append(made)
            return made

        implicit = None if starttls else tls
        server = await loop.create_server(protocol, "127.0.0.1", self.port, ssl=implicit)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield
        finally:
            server.close()
            for connection in connections:
                if connection.transport is not None:
                    connection.transport.close()
            await server.wait_closed()
