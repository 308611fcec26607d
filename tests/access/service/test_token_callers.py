"""People are recognised by their tokens, for as long as these are good."""

from __future__ import annotations

import time
from typing import Any

import pytest

from placet.access.service.token_callers import UserTokenCache
from placet.access.service.tokens import (
    NewToken,
    create_token,
    revoke_token,
)
from placet.access.store.tokens import load_signing_secret
from placet.database.database import Database
from placet.errors import Unauthorized
from support.people.tokens import Signer, encoded, put_together, taken_apart

pytestmark = pytest.mark.anyio


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
