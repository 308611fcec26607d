"""User tokens of an OpenID Connect issuer that the operator trusts."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

from placet.access.service.keys import account_name
from placet.access.service.oidc_keys import ALGORITHMS, KeySet
from placet.access.service.signing import ISSUER, UnverifiedToken, good_until, verify, wrong_token
from placet.errors import InvalidRequest
from placet.settings import Settings

_EMAIL: Final = "email"
_MAX_TEXT: Final = 320
_MAX_ROLES: Final = 1_000
# Other kinds, such as logout tokens, are signed by the same keys and must not let anybody in.
_KINDS: Final = frozenset({"jwt", "at+jwt", "application/at+jwt"})


@dataclass(frozen=True, slots=True)
class OidcPerson:
    """Whom the issuer vouches for; `good_until` in milliseconds.

    `user_id` or else `email` says who it is. `roles` are None where the token does not decide them.
    """

    account: str
    user_id: str | None
    email: str | None
    roles: frozenset[str] | None
    good_until: int


@dataclass(frozen=True, slots=True)
class Claims:
    """Where a token of the issuer says what; names may lead into objects, as `realm.roles`.

    `account` is fixed, or else `account_claim` names it. `roles_claim` empty: roles are those on
    record here.
    """

    account: str = ""
    account_claim: str = ""
    user_claim: str = "sub"
    roles_claim: str = ""

    def person(self, claims: Mapping[str, Any]) -> OidcPerson:
        """The person of verified claims. Raises Unauthorized where a claim is not usable."""
        name = _text(claims, self.user_claim)
        by_email = self.user_claim == _EMAIL
        if by_email and claims.get("email_verified") not in (True, "true"):
            # Where people may type any address, it does not say who they are.
            raise wrong_token()
        return OidcPerson(
            account=self.account or self._account(claims),
            user_id=None if by_email else name,
            email=name if by_email else None,
            roles=_texts(claims, self.roles_claim) if self.roles_claim else None,
            good_until=good_until(claims),
        )

    def _account(self, claims: Mapping[str, Any]) -> str:
        try:
            return account_name(_text(claims, self.account_claim))
        except InvalidRequest as error:
            raise wrong_token() from error


class OidcIssuer:
    """Verifies the tokens of one issuer for one audience, by the keys the issuer publishes."""

    def __init__(self, issuer: str, audience: str, keys: KeySet, claims: Claims) -> None:
        self.issuer: Final = issuer
        self._audience: Final = audience
        self._keys: Final = keys
        self._claims: Final = claims

    @classmethod
    def from_settings(
        cls,
        settings: Settings,
        *,
        tls: ssl.SSLContext | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> Self | None:
        """The issuer that is configured; None where no `oidc_…` setting is made.

        Raises:
            InvalidRequest: the settings are incomplete or contradict each other.
        """
        needed = {
            "PLACET_OIDC_ISSUER": settings.oidc_issuer,
            "PLACET_OIDC_AUDIENCE": settings.oidc_audience,
            "PLACET_OIDC_JWKS_URL": settings.oidc_jwks_url,
        }
        if not any((*needed.values(), settings.oidc_account, settings.oidc_account_claim)):
            return None
        for name, value in needed.items():
            if not value:
                raise InvalidRequest(f"`{name}` is missing: tokens of an issuer need it as well")
        if bool(settings.oidc_account) == bool(settings.oidc_account_claim):
            raise InvalidRequest(
                "set one of `PLACET_OIDC_ACCOUNT` and `PLACET_OIDC_ACCOUNT_CLAIM`: whose people"
                " the issuer vouches for"
            )
        if settings.oidc_account:
            account_name(settings.oidc_account)
        if settings.oidc_issuer == ISSUER or not settings.oidc_user_claim:
            raise InvalidRequest(
                f"`PLACET_OIDC_ISSUER` must not be `{ISSUER}`, and `PLACET_OIDC_USER_CLAIM` not"
                " empty"
            )
        claims = Claims(
            settings.oidc_account,
            settings.oidc_account_claim,
            settings.oidc_user_claim,
            settings.oidc_roles_claim,
        )
        keys = KeySet(settings.oidc_jwks_url, tls=tls, clock=clock)
        return cls(settings.oidc_issuer, settings.oidc_audience, keys, claims)

    async def person(self, token: str) -> OidcPerson:
        """Whom a token vouches for.

        Raises:
            Unauthorized: it is not signed by the issuer for this audience, has expired, or does not
                say who it is about.
            Unavailable: the issuer's keys are not known, and it does not answer.
        """
        unverified = UnverifiedToken.read(token)
        if unverified.algorithm not in ALGORITHMS:
            raise wrong_token()
        if unverified.kind is not None and unverified.kind.lower() not in _KINDS:
            raise wrong_token()
        key = await self._keys.find(unverified.key_id, unverified.algorithm)
        claims = verify(
            token, key, [unverified.algorithm], issuer=self.issuer, audience=self._audience
        )
        return self._claims.person(claims)

    async def close(self) -> None:
        """Stop asking the issuer."""
        await self._keys.close()


def _found(claims: Mapping[str, Any], name: str) -> Any:
    """The claim of this very name, else the one its dots lead to, else None."""
    if name in claims:
        return claims[name]
    value: Any = claims
    for part in name.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _text(claims: Mapping[str, Any], name: str) -> str:
    value = _found(claims, name)
    if not isinstance(value, str) or not 0 < len(value) <= _MAX_TEXT or not value.isprintable():
        raise wrong_token()
    return value


def _texts(claims: Mapping[str, Any], name: str) -> frozenset[str]:
    """The texts of a claim that is a list or a single text; whatever else it holds is nothing."""
    value = _found(claims, name)
    listed = value if isinstance(value, list) else [value]
    return frozenset(item for item in listed[:_MAX_ROLES] if isinstance(item, str))
