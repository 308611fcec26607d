"""Every kind of message has a delivery, which fails with what to set where nothing is."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from placet.errors import InvalidRequest
from placet.kit.clock import SystemClock
from placet.messages.core.message import MessageKind
from placet.messages.delivery.configured import configured_deliveries
from placet.settings import Settings


def test_every_kind_is_delivered_by_settings_or_defaults() -> None:
    assert configured_deliveries(Settings(), SystemClock()).keys() == {*MessageKind}


@pytest.mark.parametrize(
    "settings",
    [
        Settings(allowed_hosts="https://erp.example.com"),
        Settings(webhook_secret=SecretStr("secret")),
        Settings(smtp_url=SecretStr("http://mail.example"), mail_from="placet@example.com"),
        Settings(smtp_url=SecretStr("smtp://mail.example")),
    ],
)
def test_a_setting_that_cannot_be_is_refused_before_anything_is_sent(settings: Settings) -> None:
    with pytest.raises(InvalidRequest):
        configured_deliveries(settings, SystemClock())
