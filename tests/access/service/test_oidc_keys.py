"""The published keys of an issuer: which are used, when they are fetched, and when not."""

from __future__ import annotations

import asyncio
import json
import logging
import ssl
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import trustme

from placet.access.service.oidc_keys import KeySet
from placet.errors import InvalidRequest, Unauthorized, Unavailable
from support.messages.receiver import Received, answering, never
from support.people.tokens import Publisher, Signer

pytestmark = pytest.mark.anyio

MINUTE, DAY = 60.0, 86_400.0


class Seconds:
    """A clock that moves only when a test says so."""

    now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Seconds:
    return Seconds()


@pytest.fixture
async def publisher() -> AsyncIterator[Publisher]:
    made = Publisher()
    async with made.receiver.up():
        yield made


@pytest.fixture
def keys(publisher: Publisher, clock: Seconds) -> KeySet:
    return KeySet(publisher.url(), clock=clock)


async def test_keys_are_fetched_once_and_again_after_ten_minutes(
    publisher: Publisher, keys: KeySet, clock: Seconds
) -> None:
    publisher.publish(Signer("k-1"))
    assert publisher.fetched == 0
    await asyncio.gather(*(keys.find("k-1", "ES256") for _ in range(20)))
    clock.now += 10 * MINUTE - 1
    await keys.find("k-1", "ES256")
    assert publisher.fetched == 1
    clock.now += 1
    await asyncio.gather(*(keys.find("k-1", "ES256") for _ in range(20)))
    assert publisher.fetched == 2


async def test_a_key_that_is_no_longer_published_stops_working(
    publisher: Publisher, keys: KeySet, clock: Seconds
) -> None:
    publisher.publish(Signer("old"))
    await keys.find("old", "ES256")
    publisher.publish(Signer("new"))
    clock.now += 10 * MINUTE
    with pytest.raises(Unauthorized):
        await keys.find("old", "ES256")


async def test_an_unknown_key_has_the_set_fetched_at_most_once_a_minute(
    publisher: Publisher, keys: KeySet, clock: Seconds
) -> None:
    publisher.publish(Signer("old"))
    await keys.find("old", "ES256")
    publisher.publish(Signer("old"), Signer("new"))
    for _ in range(5):
        with pytest.raises(Unauthorized):
            await keys.find("new", "ES256")
    assert publisher.fetched == 1
    clock.now += MINUTE
    await asyncio.gather(*(keys.find("new", "ES256") for _ in range(5)))
    assert publisher.fetched == 2
    for number in range(50):
        with pytest.raises(Unauthorized):
            await keys.find(f"made-up-{number}", "ES256")
    assert publisher.fetched == 2


BROKEN: list[tuple[str, Callable[[Received], Any]]] = [
    ("500", answering(500)),
    ("redirect", answering(302, location="https://login.example.com/keys")),
    ("no JSON", answering(200, "<html>")),
    ("a list", answering(200, "[]")),
    ("keys is a text", answering(200, '{"keys": "x"}')),
    ("no keys", answering(200, '{"keys": []}')),
    ("101 keys", answering(200, json.dumps({"keys": [{"kty": "EC"}] * 101}))),
    ("only a shared secret", answering(200, '{"keys": [{"kty": "oct", "k": "c2VjcmV0"}]}')),
    ("too long", answering(200, json.dumps({"keys": [], "x": "y" * 300_000}))),
    ("compressed", answering(200, "", content_encoding="gzip")),
]


@pytest.mark.parametrize("answer", [case[1] for case in BROKEN], ids=[case[0] for case in BROKEN])
async def test_a_broken_answer_leaves_the_keys_known_before(
    publisher: Publisher,
    keys: KeySet,
    clock: Seconds,
    answer: Callable[[Received], Any],
    caplog: pytest.LogCaptureFixture,
) -> None:
    publisher.publish(Signer("k-1"))
    await keys.find("k-1", "ES256")
    publisher.receiver.answer = answer
    clock.now += 10 * MINUTE
    with caplog.at_level(logging.WARNING):
        await keys.find("k-1", "ES256")
    assert publisher.fetched == 2
    assert "cannot be fetched" in caplog.text


async def test_while_the_issuer_is_down_known_keys_serve_for_a_day(
    clock: Seconds, caplog: pytest.LogCaptureFixture
) -> None:
    publisher = Publisher()
    async with publisher.receiver.up():
        keys = KeySet(publisher.url(), clock=clock)
        publisher.publish(Signer("k-1"))
        await keys.find("k-1", "ES256")
    clock.now += DAY - 1
    await keys.find("k-1", "ES256")
    clock.now += 1
    with pytest.raises(Unavailable):
        await keys.find("k-1", "ES256")
    async with publisher.receiver.up():
        with pytest.raises(Unavailable):
            await keys.find("k-1", "ES256")
        clock.now += 10
        await keys.find("k-1", "ES256")
        assert publisher.fetched == 2


async def test_without_any_keys_nobody_is_let_in(
    keys: KeySet, publisher: Publisher, caplog: pytest.LogCaptureFixture
) -> None:
    publisher.receiver.answer = answering(503)
    for _ in range(3):
        with pytest.raises(Unavailable):
            await keys.find("k-1", "ES256")
    assert publisher.fetched == 1


async def test_a_fetch_under_way_ends_with_the_server(keys: KeySet, publisher: Publisher) -> None:
    publisher.receiver.answer = never
    waiting = asyncio.create_task(keys.find("k-1", "ES256"))
    await publisher.receiver.arrived.wait()
    await keys.close()
    with pytest.raises(asyncio.CancelledError):
        await waiting


@pytest.mark.parametrize(
    ("published", "asked", "found"),
    [
        ({}, ("k", "ES256"), True),
        ({}, ("k", "ES384"), False),
        ({}, ("k", "RS256"), False),
        ({}, ("K", "ES256"), False),
        ({}, (None, "ES256"), True),
        ({"alg": "ES256"}, ("k", "ES256"), True),
        ({"alg": "ES384"}, ("k", "ES256"), False),
        ({"use": "enc"}, ("k", "ES256"), False),
        ({"crv": "P-384"}, ("k", "ES384"), False),
        ({"x": "AAAA"}, ("k", "ES256"), False),
        ({"x": 1}, ("k", "ES256"), False),
        ({"kid": 1}, (None, "ES256"), True),
    ],
)
async def test_a_key_serves_only_what_it_is_published_for(
    publisher: Publisher,
    keys: KeySet,
    published: dict[str, Any],
    asked: tuple[str | None, str],
    found: bool,
) -> None:
    publisher.publish_document({"keys": [Signer("k").jwk | published, "x", {"kty": "oct"}]})
    if found:
        assert await keys.find(*asked) is not None
    else:
        with pytest.raises(Unauthorized):
            await keys.find(*asked)


async def test_a_token_without_key_id_needs_a_single_key_that_fits(
    publisher: Publisher, keys: KeySet
) -> None:
    publisher.publish(Signer("a"), Signer("b"), Signer("c", "RS256"))
    await keys.find(None, "RS256")
    with pytest.raises(Unauthorized):
        await keys.find(None, "ES256")


async def test_two_keys_of_one_id_are_no_key(publisher: Publisher, keys: KeySet) -> None:
    publisher.publish(Signer("a"), Signer("a"))
    with pytest.raises(Unauthorized):
        await keys.find("a", "ES256")


async def test_an_issuer_elsewhere_must_prove_who_it_is(
    clock: Seconds, caplog: pytest.LogCaptureFixture
) -> None:
    authority, publisher = trustme.CA(), Publisher()
    served = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(served)
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    async with publisher.receiver.up(served):
        publisher.publish(Signer("k-1"))
        url = publisher.url(scheme="https", host="localhost")
        with pytest.raises(Unavailable):
            await KeySet(url, clock=clock).find("k-1", "ES256")
        await KeySet(url, tls=trusting, clock=clock).find("k-1", "ES256")


@pytest.mark.parametrize(
    "url",
    [
        "http://login.example.com/keys",
        "http://127.0.0.1.example.com/keys",
        "ftp://127.0.0.1/keys",
        "https://user:password@login.example.com/keys",
        "https:///keys",
        "keys",
        "http://[::1",
    ],
)
def test_keys_come_by_https_or_from_this_machine(url: str) -> None:
    with pytest.raises(InvalidRequest, match="PLACET_OIDC_JWKS_URL"):
        KeySet(url)
