"""The demo's own server is there when it is ready, and gone with the block."""

from __future__ import annotations

import httpx
import pytest

from placet.cli.demo_server import running_server
from placet.errors import Unavailable


def test_a_server_answers_its_key_and_is_gone_afterwards() -> None:
    with running_server("globex") as server:
        headers = {"X-VTEX-API-AppKey": server.app_key, "X-VTEX-API-AppToken": server.app_token}
        url = f"{server.url}/globex/commercial-authorizations"
        assert httpx.get(url, headers=headers).status_code == 200
        folder = server.log.parent
    assert server.process.poll() is not None
    assert not folder.exists()


def test_a_server_that_does_not_start_is_told_with_its_last_words() -> None:
    with (
        pytest.raises(Unavailable, match=r"^the server did not start:\n  Error: "),
        running_server("no/account"),
    ):
        pass
