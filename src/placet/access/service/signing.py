"""JSON Web Tokens as such: reading one that nobody vouches for yet, signing, and verifying.

Which algorithms count is decided here by who issues, never by the token.
"""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

import jwt
from pydantic_core import from_json

from placet.errors import Unauthorized

ISSUER: Final = "placet"
LEEWAY_S: Final = 30
# The same words for whatever is wrong with a token: they must not help to make a better one.
WRONG_TOKEN: Final = "the user token is not valid, or no longer"  # noqa: S105
_MAX_LENGTH: Final = 8_192
_MAX_NAME: Final = 250
_OWN_ALGORITHM: Final = "HS256"
_REQUIRED: Final = ("iss", "aud", "sub", "iat", "exp")
_decoder: Final = jwt.PyJWT({"enforce_minimum_key_length": True})


@dataclass(frozen=True, slots=True)
class UnverifiedToken:
    """What a token says of itself. Good for choosing the key to verify it with, for nothing else.

    `issuer` and `key_id` are None where the token does not name one.
    """

    algorithm: str
    kind: str | None
    key_id: str | None
    issuer: str | None

    @classmethod
    def read(cls, token: str) -> UnverifiedToken:
        """Take a token apart.

        Raises:
            Unauthorized: it is no signed token of bounded size whose parts are JSON objects, or it
                demands that extensions be understood.
        """
        parts = token.split(".")
        if len(token) > _MAX_LENGTH or not token.isascii() or len(parts) != 3:
            raise wrong_token()
        header, claims = _object(parts[0]), _object(parts[1])
        if "crit" in header or not isinstance(header.get("alg"), str):
            raise wrong_token()
        for name in ("exp", "iat", "nbf"):
            if not _plausible_instant(claims.get(name, 0)):
                raise wrong_token()
        return cls(
            algorithm=header["alg"],
            kind=_name(header.get("typ")),
            key_id=_name(header.get("kid")),
            issuer=_name(claims.get("iss")),
        )


def sign(claims: Mapping[str, Any], *, key_id: str, secret: str, kind: str) -> str:
    """A token of this server's own; `secret` in hexadecimal, `kind` goes into the header `typ`."""
    headers = {"kid": key_id, "typ": kind}
    return jwt.encode(
        {"iss": ISSUER, **claims}, bytes.fromhex(secret), _OWN_ALGORITHM, headers=headers
    )


def verify_own(token: str, *, account: str, secret: str, kind: str) -> dict[str, Any]:
    """The claims of a token that this server signed for the account, of this kind.

    A token of one kind is never taken for one of another kind.

    Raises:
        Unauthorized: it did not, or the token has expired.
    """
    if UnverifiedToken.read(token).kind != kind:
        raise wrong_token()
    key = bytes.fromhex(secret)
    return verify(token, key, [_OWN_ALGORITHM], issuer=ISSUER, audience=account)


def verify(
    token: str, key: Any, algorithms: Collection[str], *, issuer: str, audience: str
) -> dict[str, Any]:
    """The claims of a token: signed with `key` by one of `algorithms`, from `issuer`, for
    `audience`, valid now with 30 seconds of leeway, and with `sub`, `iat` and `exp`.

    Raises:
        Unauthorized: any of this is not so.
    """
    try:
        return _decoder.decode(
            token,
            key,
            algorithms=list(algorithms),
            issuer=issuer,
            audience=audience,
            leeway=LEEWAY_S,
            options={"require": list(_REQUIRED)},
        )
    except (jwt.PyJWTError, ValueError, TypeError) as error:
        raise wrong_token() from error


def good_until(claims: Mapping[str, Any]) -> int:
    """When a token with these verified claims stops being accepted, in milliseconds."""
    return (int(claims["exp"]) + LEEWAY_S) * 1000


def wrong_token() -> Unauthorized:
    """The one answer to a token that is not accepted."""
    return Unauthorized(WRONG_TOKEN)


def _object(part: str) -> dict[str, Any]:
    """A part of a token as JSON. The reader here refuses deep nesting, the library's would fail."""
    try:
        document = from_json(urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (binascii.Error, ValueError) as error:
        raise wrong_token() from error
    if not isinstance(document, dict):
        raise wrong_token()
    return document


def _plausible_instant(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return 0 <= value < 1e12


def _name(value: object) -> str | None:
    """A bounded text, None for anything else."""
    return value if isinstance(value, str) and 0 < len(value) <= _MAX_NAME else None
