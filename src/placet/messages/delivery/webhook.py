"""Delivering a message as a signed HTTP request."""

from __future__ import annotations

import ssl
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Final

import httpx

from placet import __version__
from placet.errors import InvalidRequest
from placet.kit.clock import Clock
from placet.messages.core.message import OutboxMessage
from placet.messages.delivery.destination import AllowedHosts, Resolve, resolve
from placet.messages.delivery.outcome import DELIVERED, Outcome, failed
from placet.messages.delivery.signature import WebhookSecrets

_GONE: Final = 410
_TIMEOUTS: Final = httpx.Timeout(10.0, connect=5.0)


class WebhookDelivery:
    """Posts the payload to the destination. 2xx is delivered, 410 ends the matter, everything else
    is tried again. Redirects are not followed, the proxies of the environment not used, and the
    body of the answer is not read.
    """

    def __init__(
        self,
        allowed: AllowedHosts,
        secrets: WebhookSecrets,
        clock: Clock,
        *,
        tls: ssl.SSLContext | None = None,
        resolve: Resolve = resolve,
    ) -> None:
        """`tls` decides which certificates are trusted; by default those the public trusts, or
        those of `SSL_CERT_FILE`.
        """
        self._allowed: Final = allowed
        self._secrets: Final = secrets
        self._clock: Final = clock
        self._tls: Final = tls or httpx.create_ssl_context()
        self._resolve: Final = resolve

    async def __call__(self, message: OutboxMessage) -> Outcome:
        """One attempt. Every known way to fail is an outcome."""
        if not self._secrets:
            return failed("webhooks cannot be signed: set PLACET_WEBHOOK_SECRET")
        try:
            url = self._allowed.check_url(message.destination)
        except InvalidRequest as error:
            return failed(error.message, final=True)
        try:
            addresses = await self._allowed.addresses(url, self._resolve)
            return await self._post(url, addresses, message)
        except InvalidRequest as error:
            return failed(error.message)
        except httpx.HTTPError as error:
            return failed(f"{type(error).__name__}: {error}")
        except (OSError, UnicodeError) as error:
            return failed(f"the host cannot be resolved: {error}")

    async def _post(self, url: httpx.URL, addresses: list[str], message: OutboxMessage) -> Outcome:
        """Post to the first address that can be connected to."""
        last: httpx.TransportError | None = None
        for address in addresses:
            try:
                return await self._post_to(url, address, message)
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                last = error
        raise last or httpx.ConnectError("no address")

    async def _post_to(self, url: httpx.URL, address: str, message: OutboxMessage) -> Outcome:
        body = message.payload.encode()
        now_ms = self._clock.now_ms()
        headers = {
            "host": url.netloc.decode("ascii"),
            "user-agent": f"Placet/{__version__}",
            "content-type": "application/json",
            "accept-encoding": "identity",
            "connection": "close",
            **self._secrets.headers(message.account, message.message_id, body, now_ms),
        }
        # A client for each request: connections to an address are never shared between names.
        async with (
            httpx.AsyncClient(verify=self._tls, timeout=_TIMEOUTS, trust_env=False) as client,
            client.stream(
                "POST",
                url.copy_with(host=address),
                content=body,
                headers=headers,
                # The certificate must be that of the name, whatever address is called.
                extensions={"sni_hostname": url.raw_host.decode("ascii")},
                follow_redirects=False,
            ) as answer,
        ):
            return _outcome(answer, now_ms)


def _outcome(answer: httpx.Response, now_ms: int) -> Outcome:
    if answer.is_success:
        return DELIVERED
    retry_after = _milliseconds(answer.headers.get("retry-after", ""), now_ms)
    reason = f"the receiver answered {answer.status_code}"
    return failed(reason, final=answer.status_code == _GONE, retry_after_ms=retry_after)


def _milliseconds(retry_after: str, now_ms: int) -> int | None:
    """The delay that a `Retry-After` header asks for, in seconds or as a date; None for neither."""
    text = retry_after.strip()
    if text.isascii() and text.isdecimal():
        return int(text[:9]) * 1000
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(round(aware.timestamp() * 1000) - now_ms, 0)
