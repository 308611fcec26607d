"""User tokens: the secrets that sign them, and a record of each token that was issued.

The token itself is nowhere stored.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

from sqlalchemy import delete, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from placet.access.core.credentials import IssuedToken
from placet.access.store.token_tables import issued_token_table, token_secret_table

_secrets = token_secret_table.c
_tokens = issued_token_table.c


@dataclass(frozen=True, slots=True)
class TokenSecret:
    """What signs the tokens of an account: 256 random bits in hexadecimal.

    `retires_at` is when its tokens stop being accepted, None for the secret that signs.
    """

    account: str
    key_id: str
    secret: str
    created_at: int
    retires_at: int | None = None

    def __repr__(self) -> str:
        """Without the secret, which must not get into a log."""
        return f"TokenSecret(account={self.account!r}, key_id={self.key_id!r})"


async def insert_secret(connection: AsyncConnection, secret: TokenSecret) -> None:
    """Store a new secret."""
    await connection.execute(insert(token_secret_table).values(asdict(secret)))


async def load_secret(connection: AsyncConnection, account: str, key_id: str) -> TokenSecret | None:
    """The secret, retired or not, or None."""
    query = select(token_secret_table).where(_secrets.account == account, _secrets.key_id == key_id)
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else TokenSecret(**row._mapping)


async def load_signing_secret(connection: AsyncConnection, account: str) -> TokenSecret | None:
    """The secret that signs the account's tokens now; None before the first."""
    query = (
        select(token_secret_table)
        .where(_secrets.account == account, _secrets.retires_at.is_(None))
        .order_by(_secrets.created_at.desc(), _secrets.key_id.desc())
        .limit(1)
    )
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else TokenSecret(**row._mapping)


async def retire_secrets(connection: AsyncConnection, account: str, at_ms: int) -> None:
    """Have no secret of the account accepted after `at_ms`."""
    await connection.execute(
        update(token_secret_table)
        .where(
            _secrets.account == account,
            or_(_secrets.retires_at.is_(None), _secrets.retires_at > at_ms),
        )
        .values(retires_at=at_ms)
    )


async def insert_token(connection: AsyncConnection, token: IssuedToken) -> None:
    """Record a token."""
    await connection.execute(insert(issued_token_table).values(asdict(token)))


async def load_token(
    connection: AsyncConnection, account: str, token_id: str
) -> IssuedToken | None:
    """The record of a token, revoked or expired ones included, or None."""
    query = select(issued_token_table).where(
        _tokens.account == account, _tokens.token_id == token_id
    )
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else IssuedToken(**row._mapping)


async def list_tokens(
    connection: AsyncConnection, account: str | None, user_id: str | None, now_ms: int
) -> list[IssuedToken]:
    """The tokens that have not expired, oldest first, of one account and person or of all."""
    query = (
        select(issued_token_table)
        .where(_tokens.expires_at > now_ms)
        .order_by(_tokens.account, _tokens.token_id)
    )
    if account is not None:
        query = query.where(_tokens.account == account)
    if user_id is not None:
        query = query.where(_tokens.user_id == user_id)
    return [IssuedToken(**row._mapping) for row in await connection.execute(query)]


async def revoke_tokens(
    connection: AsyncConnection,
    account: str,
    now_ms: int,
    *,
    token_id: str | None = None,
    user_id: str | None = None,
) -> int:
    """Revoke one token, or all of a person, or all of the account; how many were still good."""
    change = update(issued_token_table).where(
        _tokens.account == account, _tokens.revoked_at.is_(None), _tokens.expires_at > now_ms
    )
    if token_id is not None:
        change = change.where(_tokens.token_id == token_id)
    if user_id is not None:
        change = change.where(_tokens.user_id == user_id)
    return (await connection.execute(change.values(revoked_at=now_ms))).rowcount


async def delete_expired_tokens(connection: AsyncConnection, account: str, before_ms: int) -> None:
    """Forget the tokens that expired before `before_ms`: nothing can be done with them."""
    await connection.execute(
        delete(issued_token_table).where(_tokens.account == account, _tokens.expires_at < before_ms)
    )
