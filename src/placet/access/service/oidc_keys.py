"""The public keys of an OpenID Connect issuer: fetched when needed, kept while they are good."""

from __future__ import annotations

import asyncio
import logging
import math
import ssl
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import httpx
import jwt
from pydantic_core import from_json

from placet import __version__
from placet.access.service.signing import wrong_token
from placet.errors import InvalidRequest, Unavailable
from placet.messages.delivery.destination import is_loopback

# What each accepted algorithm needs for a key: its type, and its curve where it has one. None of
# them is symmetric: what everybody may read must not be able to sign.
ALGORITHMS: Final[Mapping[str, tuple[str, str | None]]] = {
    "RS256": ("RSA", None),
    "RS384": ("RSA", None),
    "RS512": ("RSA", None),
    "PS256": ("RSA", None),
    "PS384": ("RSA", None),
    "PS512": ("RSA", None),
    "ES256": ("EC", "P-256"),
    "ES384": ("EC", "P-384"),
    "ES512": ("EC", "P-521"),
    "EdDSA": ("OKP", "Ed25519"),
}

_FRESH_S: Final = 600.0
_STALE_S: Final = 24 * 3600.0
_RETRY_S: Final = 10.0
_UNKNOWN_S: Final = 60.0
_FETCH_S: Final = 10.0
_MAX_BYTES: Final = 262_144
_MAX_KEYS: Final = 100
_log = logging.getLogger("placet.oidc")


@dataclass(frozen=True, slots=True)
class _PublishedKey:
    key_id: str | None
    jwk: dict[str, Any]

    def fits(self, key_id: str | None, algorithm: str) -> bool:
        kty, crv = ALGORITHMS[algorithm]
        return (
            (key_id is None or key_id == self.key_id)
            and self.jwk.get("kty") == kty
            and (crv is None or self.jwk.get("crv") == crv)
            and self.jwk.get("alg", algorithm) == algorithm
            and self.jwk.get("use", "sig") == "sig"
        )


class KeySet:
    """Finds the issuer's keys by id.

    Keys older than ten minutes are fetched again; a token with an unknown key id makes them be
    fetched too, at most once a minute. While the issuer does not answer, the keys known last are
    used for up to a day, and it is asked again every ten seconds.
    """

    def __init__(
        self,
        url: str,
        *,
        tls: ssl.SSLContext | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`clock` gives seconds; nothing is fetched yet.

        Raises:
            InvalidRequest: the URL is neither HTTPS nor of this machine.
        """
        self._url: Final = _checked(url)
        self._tls: Final = tls or httpx.create_ssl_context()
        self._clock: Final = clock
        self._keys: list[_PublishedKey] = []
        self._read_at = -math.inf
        self._tried_at = -math.inf
        self._fetching: asyncio.Task[None] | None = None

    async def find(self, key_id: str | None, algorithm: str) -> Any:
        """The key for a token that names `key_id` and one of `ALGORITHMS`.

        A token without key id is verified by the only key that fits, if there is just one.

        Raises:
            Unauthorized: there is no such key, or it is too weak.
            Unavailable: no keys are known that are good, and the issuer does not answer.
        """
        if self._clock() - self._read_at >= _FRESH_S:
            await self._refresh(_RETRY_S)
        if self._clock() - self._read_at >= _STALE_S:
            raise Unavailable("the issuer of the user token does not answer; try again later")
        found = self._fitting(key_id, algorithm)
        if found is None:
            await self._refresh(_UNKNOWN_S)
            found = self._fitting(key_id, algorithm)
        if found is None:
            raise wrong_token()
        try:
            return jwt.PyJWK(found.jwk, algorithm).key
        except (jwt.PyJWTError, ValueError, TypeError, KeyError) as error:
            raise wrong_token() from error

    async def close(self) -> None:
        """Stop fetching."""
        if self._fetching is not None:
            self._fetching.cancel()
            await asyncio.gather(self._fetching, return_exceptions=True)

    def _fitting(self, key_id: str | None, algorithm: str) -> _PublishedKey | None:
        fitting = [key for key in self._keys if key.fits(key_id, algorithm)]
        return fitting[0] if len(fitting) == 1 else None

    async def _refresh(self, gap_s: float) -> None:
        """Fetch unless that was tried less than `gap_s` ago; callers share one attempt."""
        if self._fetching is None:
            if self._clock() - self._tried_at < gap_s:
                return
            self._tried_at = self._clock()
            self._fetching = asyncio.create_task(self._fetch(), name="keys of the issuer")
            self._fetching.add_done_callback(self._fetched)
        await asyncio.shield(self._fetching)

    def _fetched(self, _: asyncio.Task[None]) -> None:
        self._fetching = None

    async def _fetch(self) -> None:
        asked_at = self._clock()
        try:
            async with asyncio.timeout(_FETCH_S):
                keys = _usable(from_json(await self._body()))
        except (httpx.HTTPError, OSError, ValueError) as error:
            _log.warning("the keys at %s cannot be fetched: %r", self._url, error)
            return
        self._keys, self._read_at = keys, asked_at

    async def _body(self) -> bytes:
        headers = {
            "accept": "application/json",
            # What is compressed could become large without limit.
            "accept-encoding": "identity",
            "user-agent": f"Placet/{__version__}",
        }
        async with (
            httpx.AsyncClient(verify=self._tls, timeout=_FETCH_S, trust_env=False) as client,
            client.stream("GET", self._url, headers=headers, follow_redirects=False) as answer,
        ):
            if answer.status_code != 200 or "content-encoding" in answer.headers:
                raise ValueError(f"the answer {answer.status_code} is none that can be used")
            body = bytearray()
            async for chunk in answer.aiter_raw():
                body += chunk
                if len(body) > _MAX_BYTES:
                    raise ValueError(f"the answer is longer than {_MAX_BYTES} bytes")
            return bytes(body)


def _usable(document: Any) -> list[_PublishedKey]:
    """The public keys of a key set document, without those that sign by a shared secret."""
    listed: Iterable[Any] = document.get("keys", ()) if isinstance(document, dict) else ()
    if not isinstance(listed, list) or len(listed) > _MAX_KEYS:
        raise ValueError(f"the document is no set of at most {_MAX_KEYS} keys")
    kinds = {kty for kty, _ in ALGORITHMS.values()}
    keys = [
        _PublishedKey(jwk.get("kid"), jwk)
        for jwk in listed
        if isinstance(jwk, dict) and jwk.get("kty") in kinds
    ]
    if not keys:
        raise ValueError("the document holds no key that can be used")
    return keys


def _checked(url: str) -> httpx.URL:
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, ValueError) as error:
        raise InvalidRequest("`PLACET_OIDC_JWKS_URL` cannot be read") from error
    if parsed.scheme != "https" and not (parsed.scheme == "http" and is_loopback(parsed.host)):
        raise InvalidRequest("`PLACET_OIDC_JWKS_URL` must begin with `https://` and a host")
    if not parsed.host or parsed.userinfo:
        raise InvalidRequest("`PLACET_OIDC_JWKS_URL` must name a host, and no user or password")
    return parsed
