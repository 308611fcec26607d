"""The deliveries of a process, as its settings say."""

from __future__ import annotations

from collections.abc import Mapping

import httpx

from placet.kit.clock import Clock
from placet.messages.core.message import MessageKind
from placet.messages.delivery.destination import AllowedHosts
from placet.messages.delivery.email import EmailDelivery, SmtpServer
from placet.messages.delivery.outcome import Deliver
from placet.messages.delivery.signature import WebhookSecrets
from placet.messages.delivery.webhook import WebhookDelivery
from placet.settings import Settings


def configured_deliveries(settings: Settings, clock: Clock) -> Mapping[MessageKind, Deliver]:
    """How each kind of message is delivered. What is not configured fails with what to set.

    Raises:
        InvalidRequest: a host, secret, server or sender that cannot be.
    """
    tls = httpx.create_ssl_context()
    smtp_url = settings.smtp_url.get_secret_value()
    return {
        MessageKind.EMAIL: EmailDelivery(
            SmtpServer.parse(smtp_url) if smtp_url else None, settings.mail_from, tls=tls
        ),
        MessageKind.WEBHOOK: WebhookDelivery(
            AllowedHosts.parse(settings.allowed_hosts),
            WebhookSecrets(settings.webhook_secret.get_secret_value()),
            clock,
            tls=tls,
        ),
    }
