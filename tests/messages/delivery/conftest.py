"""Certificates for servers of this machine."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from typing import Any

import pytest
import trustme

from support.clock import ManualClock


@pytest.fixture(scope="session")
def authority() -> Any:
    """A certificate authority that nobody else trusts."""
    return trustme.CA()


@pytest.fixture(scope="session")
def trusting(authority: Any) -> ssl.SSLContext:
    """What a client uses that trusts the authority."""
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


@pytest.fixture(scope="session")
def certified(authority: Any) -> Callable[[str], ssl.SSLContext]:
    """What a server uses that has a certificate for a name."""

    def make(name: str) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(name).configure_cert(context)
        return context

    return make


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()
