"""Signatures, checked by the reference library that receivers use."""

from __future__ import annotations

import base64
import time

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from placet.errors import InvalidRequest
from placet.messages.delivery.signature import WebhookSecrets

OLD = "whsec_" + base64.b64encode(b"o" * 24).decode()
NEW = "whsec_" + base64.b64encode(b"n" * 64).decode()
BODY = '{"é": 1}'.encode()


def headers(secrets: WebhookSecrets, account: str = "acme") -> dict[str, str]:
    return secrets.headers(account, "message-1", BODY, time.time_ns() // 1_000_000)


def test_receivers_verify_with_the_secret_of_the_account() -> None:
    secrets = WebhookSecrets(NEW)
    [secret] = secrets.of_account("acme")
    assert Webhook(secret).verify(BODY, headers(secrets)) == {"é": 1}


@pytest.mark.parametrize("change", ["webhook-id", "webhook-timestamp", "body"])
def test_nothing_that_is_signed_can_be_changed(change: str) -> None:
    secrets = WebhookSecrets(NEW)
    sent, body = headers(secrets), BODY
    if change == "body":
        body = b'{"x": 2}'
    elif change == "webhook-id":
        sent[change] = "message-2"
    else:
        sent[change] = str(int(sent[change]) + 1)
    with pytest.raises(WebhookVerificationError):
        Webhook(secrets.of_account("acme")[0]).verify(body, sent)


def test_one_account_cannot_speak_for_another() -> None:
    secrets = WebhookSecrets(NEW)
    with pytest.raises(WebhookVerificationError):
        Webhook(secrets.of_account("globex")[0]).verify(BODY, headers(secrets, "acme"))


def test_a_secret_can_be_phased_out() -> None:
    both = headers(WebhookSecrets(f"{NEW} {OLD}"))
    for secret in (NEW, OLD):
        [derived] = WebhookSecrets(secret).of_account("acme")
        assert Webhook(derived).verify(BODY, both)


@pytest.mark.parametrize(
    "text",
    [
        "hunter2",
        "whsec_",
        "whsec_!!!",
        "whsec_" + base64.b64encode(b"s" * 23).decode(),
        "whsec_" + base64.b64encode(b"s" * 65).decode(),
        base64.b64encode(b"s" * 32).decode(),
        f"{NEW} hunter2",
    ],
)
def test_a_weak_or_malformed_secret_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(InvalidRequest, match="24 to 64 bytes") as caught:
        WebhookSecrets(text)
    assert "hunter2" not in caught.value.message


def test_no_secret_is_told() -> None:
    assert not WebhookSecrets("")
    assert WebhookSecrets(NEW)
