"""App keys: creating, listing, revoking, and recognising a caller by one."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import re
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from placet.access.core.credentials import AppKey
from placet.access.store.keys import any_key, insert_key, list_keys, load_key, revoke_key
from placet.database.commit_marks import take_once
from placet.database.database import Database
from placet.errors import InvalidRequest, NotFound, Unauthorized
from placet.kit.ids import now_ms
from placet.people.core.permissions import Permission
from placet.people.store.accounts import ensure_account

_ACCOUNT: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,98}[a-z0-9])?")
_APP_KEY: Final = re.compile(rf"placet-(?P<account>{_ACCOUNT.pattern})-[A-Z]{{12}}")
_FIRST_KEY: Final = "first key"
_CACHED_KEYS: Final = 10_000
_SUFFIX_ALPHABET: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key just made. The token is nowhere stored, so this is the only time it can be shown."""

    account: str
    app_key: str
    app_token: str
    permissions: frozenset[Permission]


def account_name(text: str) -> str:
    """`text` if it can name an account: 1 to 100 of `a-z`, `0-9` and inner hyphens.

    Raises:
        InvalidRequest: it cannot.
    """
    if not _ACCOUNT.fullmatch(text):
        raise InvalidRequest(
            f"`{text[:100]}` cannot name an account: use up to 100 of a-z, 0-9 and inner hyphens"
        )
    return text


async def create_key(
    database: Database, account: str, permissions: Iterable[str], *, label: str = ""
) -> NewKey:
    """Make a key for the account, which is created where it is new.

    Raises:
        InvalidRequest: an account name, permission or label that cannot be.
    """
    async with database.write() as connection:
        return await _create(connection, account, permissions, label)


async def ensure_first_key(
    database: Database, account: str, show: Callable[[NewKey], None]
) -> NewKey | None:
    """A key with every permission when the installation has none yet; None otherwise.

    Of servers that start at the same time one makes it. It is shown before it is stored: a server
    that dies in between leaves no key that nobody has seen.
    """
    async with database.read() as connection:
        if await any_key(connection):
            return None
    async with database.write() as connection:
        if not await take_once(connection, _FIRST_KEY) or await any_key(connection):
            return None
        key = await _create(connection, account, list(Permission), "first key")
        show(key)
    return key


async def _create(
    connection: AsyncConnection, account: str, permissions: Iterable[str], label: str
) -> NewKey:
    granted = _permissions(permissions)
    account_name(account)
    if len(label) > 250 or "\x00" in label:
        raise InvalidRequest("the label must be at most 250 characters, without NUL")
    suffix = "".join(secrets.choice(_SUFFIX_ALPHABET) for _ in range(12))
    # The account is part of the key, so that finding a key touches the account's own shard only.
    new = NewKey(account, f"placet-{account}-{suffix}", secrets.token_urlsafe(32), granted)
    salt = secrets.token_hex(16)
    key = AppKey(
        account=account,
        app_key=new.app_key,
        label=label,
        salt=salt,
        token_hash=_hash(salt, new.app_token),
        permissions=frozenset(granted),
        created_at=now_ms(),
    )
    await ensure_account(connection, account, now_ms())
    await insert_key(connection, key)
    return new


async def list_app_keys(database: Database, account: str | None = None) -> list[AppKey]:
    """The keys of one account, or of all, oldest first."""
    async with database.read() as connection:
        return await list_keys(connection, account)


async def revoke_app_key(database: Database, app_key: str) -> None:
    """Make the key useless from now on; servers notice within `key_cache_seconds`.

    Raises:
        NotFound: there is no such key, or it is revoked already.
    """
    async with database.write() as connection:
        account = _account_of(app_key)
        if account is None or not await revoke_key(connection, account, app_key, now_ms()):
            raise NotFound(f"there is no app key `{app_key[:200]}` that could be revoked")


class AppKeyCache:
    """Recognises callers by app key and token.

    A stored key is read again after `seconds`, which bounds how long a revoked one still works.
    What is remembered is the stored hash; the token is checked on every call.
    """

    def __init__(self, database: Database, *, seconds: float) -> None:
        self._database = database
        self._seconds = seconds
        self._keys: OrderedDict[str, tuple[float, AppKey]] = OrderedDict()
        self._loading: dict[str, asyncio.Task[AppKey | None]] = {}

    async def authenticate(self, app_key: str, app_token: str) -> AppKey:
        """The stored key that these credentials belong to.

        Raises:
            Unauthorized: unknown key, wrong token or revoked key, all in the same words.
        """
        key = self._cached(app_key) or await self._load(app_key)
        salt, expected = (key.salt, key.token_hash) if key else ("", "")
        matches = hmac.compare_digest(_hash(salt, app_token), expected)
        if key is None or not matches or key.revoked_at is not None:
            raise Unauthorized("the app key or its token is not valid")
        return key

    def _cached(self, app_key: str) -> AppKey | None:
        entry = self._keys.get(app_key)
        if entry is None or time.monotonic() - entry[0] >= self._seconds:
            return None
        return entry[1]

    async def _load(self, app_key: str) -> AppKey | None:
        # Requests that find the key expired at the same time share one look at the database.
        loading = self._loading.get(app_key)
        if loading is None:
            loading = asyncio.create_task(self._read(app_key), name="app key")
            self._loading[app_key] = loading
            loading.add_done_callback(lambda _: self._loading.pop(app_key, None))
        return await asyncio.shield(loading)

    async def _read(self, app_key: str) -> AppKey | None:
        account = _account_of(app_key)
        if account is None:
            return None
        read_at = time.monotonic()
        async with self._database.read() as connection:
            key = await load_key(connection, account, app_key)
        self._keys.pop(app_key, None)
        if key is not None:
            self._keys[app_key] = (read_at, key)
            if len(self._keys) > _CACHED_KEYS:
                self._keys.popitem(last=False)
        return key


def _hash(salt: str, token: str) -> str:
    # A token has 256 random bits: nobody can try them all, so a slow password hash would only cost
    # time.
    return hashlib.sha256(f"{salt}:{token}".encode()).hexdigest()


def _account_of(app_key: str) -> str | None:
    match = _APP_KEY.fullmatch(app_key)
    return match["account"] if match else None


def _permissions(names: Iterable[str]) -> frozenset[Permission]:
    by_name = {permission.value.casefold(): permission for permission in Permission}
    granted = set()
    for name in names:
        permission = by_name.get(str(name).casefold())
        if permission is None:
            known = ", ".join(f"`{permission}`" for permission in Permission)
            raise InvalidRequest(f"`{name[:100]}` is no permission: use one of {known}")
        granted.add(permission)
    if not granted:
        raise InvalidRequest("a key needs at least one permission")
    return frozenset(granted)
