"""The built-in issuer of tokens: signing with the account's secret, listing, revoking, rotating.

Each account has a secret of its own, made on first use. It never leaves the database but into the
memory of the servers.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncConnection

from placet.access.core.credentials import IssuedToken
from placet.access.service.keys import account_name
from placet.access.service.signing import UnverifiedToken, good_until, sign, verify_own, wrong_token
from placet.access.store.tokens import (
    TokenSecret,
    delete_expired_tokens,
    insert_secret,
    insert_token,
    list_tokens,
    load_secret,
    load_signing_secret,
    retire_secrets,
    revoke_tokens,
)
from placet.database.database import Database
from placet.errors import InvalidRequest, NotFound
from placet.kit.ids import new_id, now_ms
from placet.people.store.accounts import load_account
from placet.people.store.users import load_user

DEFAULT_LIFE_MS: Final = 8 * 3_600_000
USER_TOKEN: Final = "placet-user+jwt"  # noqa: S105
_SHORTEST_MS: Final = 60_000
_LONGEST_MS: Final = 366 * 86_400_000
_KEPT_MS: Final = 30 * 86_400_000
_KEY_ID: Final = re.compile(r"placet-(?P<account>[a-z0-9-]{1,100})-[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token just made. It is nowhere stored, so this is the only time it can be shown."""

    account: str
    user_id: str
    token_id: str
    token: str
    expires_at: int


@dataclass(frozen=True, slots=True)
class VerifiedToken:
    """What a token of the built-in issuer vouches for; `good_until` in milliseconds."""

    account: str
    subject: str
    token_id: str
    good_until: int
    claims: dict[str, Any]


async def create_token(
    database: Database, account: str, user_id: str, *, life_ms: int = DEFAULT_LIFE_MS
) -> NewToken:
    """A token for a person, good for `life_ms`: a minute to 366 days.

    Raises:
        InvalidRequest: an impossible life.
        NotFound: there is no such account, or nobody active with this id in it.
    """
    if not _SHORTEST_MS <= life_ms <= _LONGEST_MS:
        raise InvalidRequest("a token must be good for at least a minute and at most 366 days")
    async with database.write() as connection:
        await _check_account(connection, account)
        user = await load_user(connection, account, user_id)
        if user is None or not user.active:
            raise NotFound(f"there is nobody active with the id `{user_id[:250]}` in `{account}`")
        now = now_ms()
        record = IssuedToken(account, new_id(), user_id, now, now + life_ms)
        await delete_expired_tokens(connection, account, now - _KEPT_MS)
        await insert_token(connection, record)
        token = await sign_for(
            connection,
            account,
            kind=USER_TOKEN,
            subject=user_id,
            token_id=record.token_id,
            issued_at=now,
            expires_at=record.expires_at,
        )
    return NewToken(account, user_id, record.token_id, token, record.expires_at)


async def list_user_tokens(
    database: Database, account: str | None = None, user_id: str | None = None
) -> list[IssuedToken]:
    """The tokens that have not expired, revoked ones included, oldest first."""
    async with database.read() as connection:
        return await list_tokens(connection, account, user_id, now_ms())


async def revoke_token(database: Database, account: str, token_id: str) -> None:
    """Make one token useless; servers notice within `key_cache_seconds`.

    Raises:
        NotFound: there is no such token that was still good.
    """
    async with database.write() as connection:
        if not await revoke_tokens(connection, account, now_ms(), token_id=token_id):
            raise NotFound(f"there is no token `{token_id[:100]}` that could be revoked")


async def revoke_tokens_of(database: Database, account: str, user_id: str) -> int:
    """Make every token of a person useless; how many were still good.

    Raises:
        NotFound: there is no such account, or nobody with this id in it.
    """
    async with database.write() as connection:
        await _check_account(connection, account)
        if await load_user(connection, account, user_id) is None:
            raise NotFound(f"there is nobody with the id `{user_id[:250]}` in `{account}`")
        return await revoke_tokens(connection, account, now_ms(), user_id=user_id)


async def rotate_secret(database: Database, account: str, *, grace_ms: int = 0) -> str:
    """Sign with a new secret from now on; its key id.

    What older secrets have signed stays good for `grace_ms` more, at most its own time.

    Raises:
        InvalidRequest: an impossible grace.
        NotFound: there is no such account.
    """
    if not 0 <= grace_ms <= _LONGEST_MS:
        raise InvalidRequest("the grace must be between nothing and 366 days")
    async with database.write() as connection:
        await _check_account(connection, account)
        await retire_secrets(connection, account, now_ms() + grace_ms)
        return (await _new_secret(connection, account)).key_id


async def sign_for(
    connection: AsyncConnection,
    account: str,
    *,
    kind: str,
    subject: str,
    token_id: str,
    issued_at: int,
    expires_at: int,
    claims: dict[str, Any] | None = None,
) -> str:
    """A token of this kind with the account's secret, which is made if there is none yet.

    Instants in milliseconds; the token knows whole seconds, and never lives longer than asked.
    """
    secret = await load_signing_secret(connection, account)
    if secret is None:
        secret = await _new_secret(connection, account)
    standard = {
        "aud": account,
        "sub": subject,
        "iat": issued_at // 1000,
        "exp": expires_at // 1000,
        "jti": token_id,
    }
    return sign(
        {**(claims or {}), **standard}, key_id=secret.key_id, secret=secret.secret, kind=kind
    )


async def verified(connection: AsyncConnection, token: str, kind: str) -> VerifiedToken:
    """What a token of the built-in issuer and of this kind vouches for. Whether the token was
    revoked, and whether its subject still exists, is for the caller to look up.

    Raises:
        Unauthorized: it is none, has expired, or the secret that signed it is retired.
    """
    key_id = UnverifiedToken.read(token).key_id
    match = _KEY_ID.fullmatch(key_id or "")
    if key_id is None or match is None:
        raise wrong_token()
    account = match["account"]
    secret = await load_secret(connection, account, key_id)
    if secret is None or (secret.retires_at is not None and secret.retires_at <= now_ms()):
        raise wrong_token()
    claims = verify_own(token, account=account, secret=secret.secret, kind=kind)
    token_id = claims.get("jti")
    if not isinstance(token_id, str):
        raise wrong_token()
    last = good_until(claims)
    if secret.retires_at is not None:
        last = min(last, secret.retires_at)
    return VerifiedToken(account, claims["sub"], token_id, last, claims)


async def _check_account(connection: AsyncConnection, account: str) -> None:
    if await load_account(connection, account_name(account)) is None:
        raise NotFound(f"there is no account `{account}`")


async def _new_secret(connection: AsyncConnection, account: str) -> TokenSecret:
    key_id = f"placet-{account}-{secrets.token_hex(8)}"
    secret = TokenSecret(account, key_id, secrets.token_hex(32), now_ms())
    await insert_secret(connection, secret)
    return secret
