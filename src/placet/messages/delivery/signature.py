"""Signing webhooks by the Standard Webhooks scheme, version `v1`: HMAC-SHA256 by a shared secret.

Every account has a secret of its own, derived from the installation's: a receiver that knows the
secret of one account cannot speak for another.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from typing import Final

from placet.errors import InvalidRequest

_PREFIX: Final = "whsec_"
_MIN_BYTES, _MAX_BYTES = 24, 64


class WebhookSecrets:
    """The installation's secrets, the newest first; further ones are being phased out."""

    def __init__(self, text: str) -> None:
        """Read secrets separated by spaces, each `whsec_` and 24 to 64 bytes in base64.

        Raises:
            InvalidRequest: one is malformed; the sentence does not repeat it.
        """
        self._secrets: Final = [_read(entry) for entry in text.split()]

    def __bool__(self) -> bool:
        """Whether there is a secret at all."""
        return bool(self._secrets)

    def of_account(self, account: str) -> list[str]:
        """The secrets an account's receivers verify by, the newest first, as `whsec_…`."""
        return [_PREFIX + base64.b64encode(key).decode() for key in self._keys(account)]

    def headers(self, account: str, message_id: str, body: bytes, now_ms: int) -> dict[str, str]:
        """The three headers of a webhook, with one signature for each secret."""
        seconds = now_ms // 1000
        signed = f"{message_id}.{seconds}.".encode() + body
        signatures = [
            "v1," + base64.b64encode(hmac.digest(key, signed, "sha256")).decode()
            for key in self._keys(account)
        ]
        return {
            "webhook-id": message_id,
            "webhook-timestamp": str(seconds),
            "webhook-signature": " ".join(signatures),
        }

    def _keys(self, account: str) -> list[bytes]:
        return [
            hmac.digest(secret, f"placet webhook {account}".encode(), "sha256")
            for secret in self._secrets
        ]


def _read(text: str) -> bytes:
    try:
        secret = base64.b64decode(text.removeprefix(_PREFIX), validate=True)
    except binascii.Error:
        secret = b""
    if not text.startswith(_PREFIX) or not _MIN_BYTES <= len(secret) <= _MAX_BYTES:
        raise InvalidRequest(
            f"a webhook secret must be `{_PREFIX}` and {_MIN_BYTES} to {_MAX_BYTES} bytes in base64"
        )
    return secret
