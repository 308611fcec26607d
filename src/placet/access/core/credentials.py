"""Credentials as they are kept: app keys, and what is known of issued tokens."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AppKey:
    """A machine's credentials as stored: salt and hash in hexadecimal, instants in milliseconds."""

    account: str
    app_key: str
    label: str
    salt: str
    token_hash: str
    permissions: frozenset[str]
    created_at: int
    revoked_at: int | None = None


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """The record of a token; instants in milliseconds."""

    account: str
    token_id: str
    user_id: str
    created_at: int
    expires_at: int
    revoked_at: int | None = None
