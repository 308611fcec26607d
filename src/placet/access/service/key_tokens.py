"""Tokens that stand for an app key for an hour: OAuth 2.0 client credentials (RFC 6749, 4.4).

The client id is the app key, the client secret its token. What a token may do is what its key may
do, and a revoked key makes its tokens useless.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from placet.access.core.credentials import AppKey
from placet.access.service.keys import AppKeyCache
from placet.access.service.signing import UnverifiedToken, wrong_token
from placet.access.service.tokens import sign_for, verified
from placet.access.store.keys import load_key
from placet.database.database import Database
from placet.kit.ids import new_id, now_ms

_ACCESS: Final = "placet-key+jwt"
_REFRESH: Final = "placet-key-refresh+jwt"
_ACCESS_S: Final = 3_600
_REFRESH_S: Final = 30 * 86_400


@dataclass(frozen=True, slots=True)
class KeyToken:
    """An access token, for how many seconds it is good, and what brings the next one."""

    access_token: str
    expires_in: int
    refresh_token: str


class KeyTokens:
    """Issues and recognises the tokens of app keys."""

    def __init__(self, database: Database, keys: AppKeyCache) -> None:
        self._database: Final = database
        self._keys: Final = keys

    async def issue(
        self, app_key: str, app_token: str, *, refresh_token: str | None = None
    ) -> KeyToken:
        """A token for an app key; a refresh token, where one is given, must be of the same key.

        Raises:
            Unauthorized: the key or its token is wrong, or the refresh token is.
        """
        key = await self._keys.authenticate(app_key, app_token)
        now = now_ms()
        async with self._database.write() as connection:
            if refresh_token is not None:
                known = await verified(connection, refresh_token, _REFRESH)
                if (known.account, known.subject) != (key.account, key.app_key):
                    raise wrong_token()
            signed = [
                await sign_for(
                    connection,
                    key.account,
                    kind=kind,
                    subject=key.app_key,
                    token_id=new_id(),
                    issued_at=now,
                    expires_at=now + seconds * 1_000,
                )
                for kind, seconds in ((_ACCESS, _ACCESS_S), (_REFRESH, _REFRESH_S))
            ]
        return KeyToken(signed[0], _ACCESS_S, signed[1])

    @staticmethod
    def issued(token: str) -> bool:
        """Whether a token says that it stands for an app key. Raises Unauthorized for no token."""
        return UnverifiedToken.read(token).kind == _ACCESS

    async def authenticate(self, token: str) -> AppKey:
        """The app key that a token stands for.

        Raises:
            Unauthorized: the token is not valid, or no longer, or its key is revoked.
        """
        async with self._database.read() as connection:
            known = await verified(connection, token, _ACCESS)
            key = await load_key(connection, known.account, known.subject)
        if key is None or key.revoked_at is not None:
            raise wrong_token()
        return key
