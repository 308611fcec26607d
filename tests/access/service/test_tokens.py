"""Tokens of the built-in issuer."""

from __future__ import annotations

import time

import pytest

from placet.access.service.token_callers import UserTokenCache
from placet.access.service.tokens import (
    create_token,
    list_user_tokens,
    revoke_token,
    revoke_tokens_of,
    rotate_secret,
)
from placet.access.store.tokens import load_signing_secret
from placet.database.database import Database
from placet.errors import InvalidRequest, NotFound, Unauthorized
from placet.people.core.permissions import Permission
from placet.people.core.user import User
from placet.people.store.users import put_users
from support.people.tokens import taken_apart

pytestmark = pytest.mark.anyio

HOUR_MS = 3_600_000


async def test_a_token_stands_for_its_person(database: Database, people: UserTokenCache) -> None:
    made = await create_token(database, "acme", "ana")
    person = await people.authenticate(made.token)
    assert (person.account, person.actor.id, person.actor.name) == ("acme", "ana", "Ana")
    assert person.actor.permissions == {Permission.PLACE_ORDERS}
    assert person.actor.unit_ids == {"sales"}
    theirs = await people.authenticate((await create_token(database, "other", "ana")).token)
    assert (theirs.account, theirs.actor.permissions) == ("other", {Permission.APPROVE_ORDERS})


async def test_its_claims_are_the_promised_ones(database: Database, people: UserTokenCache) -> None:
    made = await create_token(database, "acme", "ana", life_ms=HOUR_MS)
    header, claims = taken_apart(made.token)
    assert (header["alg"], header["typ"]) == ("HS256", "placet-user+jwt")
    assert claims["exp"] - claims["iat"] == 3600
    named = {"iss": "placet", "aud": "acme", "sub": "ana", "jti": made.token_id}
    assert {name: claims[name] for name in named} == named


@pytest.mark.parametrize(
    ("account", "user_id", "life_ms", "error"),
    [
        ("acme", "nobody", HOUR_MS, NotFound),
        ("nowhere", "ana", HOUR_MS, NotFound),
        ("a/b", "ana", HOUR_MS, InvalidRequest),
        ("acme", "ana", 59_000, InvalidRequest),
        ("acme", "ana", 367 * 24 * HOUR_MS, InvalidRequest),
    ],
)
async def test_no_token_is_made_for_nobody_or_for_ever(
    database: Database,
    people: UserTokenCache,
    account: str,
    user_id: str,
    life_ms: int,
    error: type[Exception],
) -> None:
    with pytest.raises(error):
        await create_token(database, account, user_id, life_ms=life_ms)
    assert await list_user_tokens(database) == []


async def test_somebody_inactive_gets_no_token_and_has_none(
    database: Database, people: UserTokenCache
) -> None:
    made = await create_token(database, "acme", "ana")
    async with database.write() as connection:
        await put_users(connection, [User(account="acme", user_id="ana", active=False)])
    with pytest.raises(Unauthorized):
        await people.authenticate(made.token)
    with pytest.raises(NotFound):
        await create_token(database, "acme", "ana")


async def test_a_revoked_token_is_useless_and_the_others_stay(
    database: Database, people: UserTokenCache
) -> None:
    first, second, third = [await create_token(database, "acme", "ana") for _ in range(3)]
    await revoke_token(database, "acme", first.token_id)
    with pytest.raises(Unauthorized):
        await people.authenticate(first.token)
    await people.authenticate(second.token)
    with pytest.raises(NotFound):
        await revoke_token(database, "other", second.token_id)
    with pytest.raises(NotFound):
        await revoke_token(database, "acme", first.token_id)
    assert await revoke_tokens_of(database, "acme", "ana") == 2
    for token in (second, third):
        with pytest.raises(Unauthorized):
            await people.authenticate(token.token)
    assert {token.revoked_at is None for token in await list_user_tokens(database)} == {False}


async def test_rotation_ends_older_tokens_at_once_or_after_a_grace(
    database: Database, people: UserTokenCache
) -> None:
    first = await create_token(database, "acme", "ana")
    theirs = await create_token(database, "other", "ana")
    await rotate_secret(database, "acme", grace_ms=HOUR_MS)
    second = await create_token(database, "acme", "ana")
    assert taken_apart(first.token)[0]["kid"] != taken_apart(second.token)[0]["kid"]
    graced = await people.authenticate(first.token)
    assert graced.good_until <= time.time() * 1000 + HOUR_MS
    await people.authenticate(second.token)
    await rotate_secret(database, "acme")
    for token in (first, second):
        with pytest.raises(Unauthorized):
            await people.authenticate(token.token)
    await people.authenticate(theirs.token)


async def test_the_secret_is_shown_nowhere(database: Database, people: UserTokenCache) -> None:
    made = await create_token(database, "acme", "ana")
    async with database.read() as connection:
        secret = await load_signing_secret(connection, "acme")
    assert secret is not None
    assert len(bytes.fromhex(secret.secret)) == 32
    assert secret.secret not in repr(secret)
    assert made.token not in repr(await list_user_tokens(database))
