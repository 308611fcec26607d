"""Tokens of the built-in issuer."""

from __future__ import annotations

import time
from typing import Any

import pytest

from placet.access.service.keys import create_key
from placet.access.service.token_callers import UserTokenCache
from placet.access.service.tokens import (
    NewToken,
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
from support.people.tokens import Signer, encoded, put_together, taken_apart

pytestmark = pytest.mark.anyio

HOUR_MS = 3_600_000
ANA = User(account="acme", user_id="ana", name="Ana", unit_id="sales", roles=frozenset({"Buyer"}))


@pytest.fixture
async def people(database: Database) -> UserTokenCache:
    """Ana of `acme` and her namesake of `other`, asked for anew with each call."""
    for account in ("acme", "other"):
        await create_key(database, account, ["PlaceOrders"])
    async with database.write() as connection:
        other = User(account="other", user_id="ana", roles=frozenset({"Order Approver"}))
        await put_users(connection, [ANA, other])
    return UserTokenCache(database, oidc=None, seconds=0)


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


async def test_what_is_remembered_is_forgotten_in_time(
    database: Database, people: UserTokenCache
) -> None:
    made = await create_token(database, "acme", "ana")
    patient = UserTokenCache(database, oidc=None, seconds=60)
    await patient.authenticate(made.token)
    await revoke_token(database, "acme", made.token_id)
    await patient.authenticate(made.token)
    with pytest.raises(Unauthorized):
        await people.authenticate(made.token)


async def test_the_secret_is_shown_nowhere(database: Database, people: UserTokenCache) -> None:
    made = await create_token(database, "acme", "ana")
    async with database.read() as connection:
        secret = await load_signing_secret(connection, "acme")
    assert secret is not None
    assert len(bytes.fromhex(secret.secret)) == 32
    assert secret.secret not in repr(secret)
    assert made.token not in repr(await list_user_tokens(database))


def forgeries(made: NewToken, secret: bytes, theirs: bytes) -> dict[str, str]:
    """Tokens that are wrong in one thing each, signed with the account's own secret or another."""
    header, claims = taken_apart(made.token)
    now = int(time.time())
    head, body, signature = made.token.split(".")

    def changed(**more: Any) -> str:
        kept = {name: value for name, value in (claims | more).items() if value is not None}
        return put_together(header, kept, secret)

    def headed(**more: Any) -> str:
        kept = {name: value for name, value in (header | more).items() if value is not None}
        return put_together(kept, claims, secret)

    return {
        "nothing": "",
        "words": "nonsense",
        "two parts": f"{head}.{body}",
        "four parts": f"{made.token}.x",
        "not ASCII": f"{made.token}ÿ",
        "a surrogate": f"{made.token}\udcff",
        "no JSON": f"{head}.{encoded(b'{')}.{signature}",
        "a list": f"{head}.{encoded([])}.{signature}",
        "nested deeply": f"{head}.{encoded(b'[' * 5_000)}.{signature}",
        "very long": put_together(header, claims | {"x": "y" * 10_000}, secret),
        "other claims": f"{head}.{encoded(claims | {'sub': 'bob'})}.{signature}",
        "no signature": f"{head}.{body}.",
        "alg none": put_together(header | {"alg": "none"}, claims),
        "alg NONE, signed": put_together(header | {"alg": "NONE"}, claims, secret),
        "alg is HS512": headed(alg="HS512"),
        "alg is RS256": headed(alg="RS256"),
        "alg is a list": headed(alg=["HS256"]),
        "no alg": headed(alg=None),
        "another kind": headed(typ="placet-key+jwt"),
        "no kind": headed(typ=None),
        "critical extension": headed(crit=["b64"], b64=False),
        "unknown key": headed(kid="placet-acme-0000000000000000"),
        "key of nowhere": headed(kid="placet-nowhere-0000000000000000"),
        "no key": headed(kid=None),
        "odd key": headed(kid="../../etc/passwd"),
        "NUL in the key": headed(kid="placet-acme\x00-0000000000000000"),
        "long key": headed(kid="placet-acme-" + "0" * 5_000),
        "key is a number": headed(kid=1),
        "secret of another account": put_together(header, claims, theirs),
        "empty secret": put_together(header, claims, b""),
        "another issuer": changed(iss="https://placet.example"),
        "no issuer": changed(iss=None),
        "another account": changed(aud="other"),
        "no account": changed(aud=None),
        "expired": changed(iat=now - 600, exp=now - 31),
        "from the future": changed(iat=now + 600),
        "not yet": changed(nbf=now + 600),
        "never expires": changed(exp=None),
        "exp is a word": changed(exp="tomorrow"),
        "exp is a truth": changed(exp=True),
        "exp is infinite": put_together(header, claims | {"exp": float("inf")}, secret),
        "exp is enormous": changed(exp=10**400),
        "no subject": changed(sub=None),
        "another subject": changed(sub="bob"),
        "subject is a number": changed(sub=1),
        "no id": changed(jti=None),
        "unknown id": changed(jti="00000000-0000-7000-8000-000000000000"),
        "id is a number": changed(jti=1),
        "an issuer that is not trusted": Signer("k-1").token(),
    }


async def test_every_forged_token_is_refused_in_the_same_words(
    database: Database, people: UserTokenCache
) -> None:
    made = await create_token(database, "acme", "ana")
    await create_token(database, "other", "ana")
    async with database.read() as connection:
        own = await load_signing_secret(connection, "acme")
        theirs = await load_signing_secret(connection, "other")
    assert own is not None
    assert theirs is not None
    forged = forgeries(made, bytes.fromhex(own.secret), bytes.fromhex(theirs.secret))
    for name, token in forged.items():
        with pytest.raises(Unauthorized) as refused:
            await people.authenticate(token)
        assert refused.value.message == "the user token is not valid, or no longer", name
    await people.authenticate(made.token)
