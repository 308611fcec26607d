"""Talking to a server: what cannot be one, what does not answer, and what the server refuses."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from placet.cli.demo_server import DemoServer, running_server
from placet.cli.http import Connection
from placet.errors import (
    Forbidden,
    InvalidRequest,
    NotFound,
    PlacetError,
    Unauthorized,
    Unavailable,
)


@pytest.fixture(scope="module")
def server() -> Iterator[DemoServer]:
    with running_server("globex") as running:
        yield running


@pytest.mark.parametrize(
    ("url", "key", "token"),
    [
        ("localhost:8080", "key", "token"),
        ("ftp://localhost", "key", "token"),
        ("http://localhost", "kéy", "token"),
        ("http://localhost", "key", "to\nken"),
    ],
)
def test_what_cannot_be_a_server_or_a_key_is_refused_before_anything_is_sent(
    url: str, key: str, token: str
) -> None:
    with pytest.raises(InvalidRequest):
        Connection(url, key, token)


def test_a_server_that_does_not_answer_is_named() -> None:
    with socket.socket() as taken:
        # Bound and not listening: nobody else gets the port, and nobody answers there.
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with (
            Connection(url, "key", "token", local=True) as connection,
            pytest.raises(Unavailable, match=f"the server at {url} does not answer: "),
        ):
            connection.call("GET", "/health")


@pytest.mark.parametrize(
    ("path", "token", "kind"),
    [
        ("/globex/commercial-authorizations/none", None, NotFound),
        ("/globex/commercial-authorizations/none", "wrong", Unauthorized),
        ("/acme/commercial-authorizations/none", None, Forbidden),
    ],
)
def test_a_refusal_is_raised_with_the_server_s_sentence(
    server: DemoServer, path: str, token: str | None, kind: type[PlacetError]
) -> None:
    key = (server.url, server.app_key, token or server.app_token)
    with (
        Connection(*key, local=True) as connection,
        pytest.raises(kind, match=r"^the server answered 4\d\d: .+"),
    ):
        connection.call("GET", path)


def test_an_answer_is_a_document_and_its_headers_numbers(server: DemoServer) -> None:
    with Connection(server.url, server.app_key, server.app_token, local=True) as connection:
        assert isinstance(connection.call("GET", "/healthz"), dict)
        assert connection.number("Content-Length") > 0
        assert connection.number("X-Nothing") == 0
