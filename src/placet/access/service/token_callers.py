"""Recognising people by user tokens, of the built-in issuer or of an OpenID Connect one."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Final

from placet.access.service.oidc import OidcIssuer
from placet.access.service.signing import ISSUER, UnverifiedToken, wrong_token
from placet.access.service.tokens import USER_TOKEN, verified
from placet.access.store.tokens import load_token
from placet.database.database import Database
from placet.kit.ids import now_ms
from placet.people.core.actor import Actor
from placet.people.core.user import User
from placet.people.service.actors import actor_of
from placet.people.store.users import load_user, load_user_by_email

_CACHED_TOKENS: Final = 10_000


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody active in an account, with what the roles permit; `good_until` in milliseconds."""

    account: str
    user: User
    actor: Actor
    good_until: int


class UserTokenCache:
    """Recognises callers by user token.

    What a token stands for is looked up again after `seconds`, which bounds how long a revoked
    token, somebody no longer active or an old role still counts. The key of what is remembered is
    a hash of the whole token, so a token that differs in anything is verified by itself.
    """

    def __init__(self, database: Database, *, oidc: OidcIssuer | None, seconds: float) -> None:
        self._database: Final = database
        self._oidc: Final = oidc
        self._seconds: Final = seconds
        self._people: OrderedDict[bytes, tuple[float, Person]] = OrderedDict()
        self._loading: dict[bytes, asyncio.Task[Person]] = {}

    async def authenticate(self, token: str) -> Person:
        """Who the token is of.

        Raises:
            Unauthorized: it is not valid, or no longer, or there is nobody active it stands for.
            Unavailable: the issuer's keys are not known, and it does not answer.
        """
        digest = sha256(token.encode("utf-8", "surrogatepass")).digest()
        person = self._cached(digest) or await self._load(digest, token)
        if person.good_until <= now_ms():
            raise wrong_token()
        return person

    async def close(self) -> None:
        """Stop asking the issuer."""
        if self._oidc is not None:
            await self._oidc.close()

    def _cached(self, digest: bytes) -> Person | None:
        entry = self._people.get(digest)
        if entry is None or time.monotonic() - entry[0] >= self._seconds:
            return None
        return entry[1]

    async def _load(self, digest: bytes, token: str) -> Person:
        # Requests that come with the same token at the same time share one look at the database.
        loading = self._loading.get(digest)
        if loading is None:
            loading = asyncio.create_task(self._read(digest, token), name="user token")
            self._loading[digest] = loading
            loading.add_done_callback(lambda _: self._loading.pop(digest, None))
        return await asyncio.shield(loading)

    async def _read(self, digest: bytes, token: str) -> Person:
        read_at = time.monotonic()
        self._people.pop(digest, None)
        issuer = UnverifiedToken.read(token).issuer
        if issuer == ISSUER:
            person = await self._of_this_server(token)
        elif self._oidc is not None and issuer == self._oidc.issuer:
            person = await self._of_issuer(self._oidc, token)
        else:
            raise wrong_token()
        self._people[digest] = (read_at, person)
        if len(self._people) > _CACHED_TOKENS:
            self._people.popitem(last=False)
        return person

    async def _of_this_server(self, token: str) -> Person:
        async with self._database.read() as connection:
            known = await verified(connection, token, USER_TOKEN)
            record = await load_token(connection, known.account, known.token_id)
            if record is None or record.revoked_at is not None or record.user_id != known.subject:
                raise wrong_token()
            user = await load_user(connection, known.account, known.subject)
        return _person(user, known.good_until)

    async def _of_issuer(self, oidc: OidcIssuer, token: str) -> Person:
        vouched = await oidc.person(token)
        async with self._database.read() as connection:
            if vouched.user_id is not None:
                user = await load_user(connection, vouched.account, vouched.user_id)
            elif vouched.email is not None:
                user = await load_user_by_email(connection, vouched.account, vouched.email)
            else:
                user = None
        if user is not None and vouched.roles is not None:
            user = replace(user, roles=vouched.roles)
        return _person(user, vouched.good_until)


def _person(user: User | None, good_until: int) -> Person:
    if user is None or not user.active:
        raise wrong_token()
    return Person(user.account, user, actor_of(user), good_until)
