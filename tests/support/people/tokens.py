"""Tokens that a test makes by itself: good ones of an issuer, and bad ones of all sorts."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from support.messages.receiver import Receiver, answering

ISSUER = "https://login.example.com/"
AUDIENCE = "placet"
_MAKERS: dict[str, Callable[[], Any]] = {
    "RS256": lambda: rsa.generate_private_key(65537, 2048),
    "ES256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "ES384": lambda: ec.generate_private_key(ec.SECP384R1()),
    "EdDSA": ed25519.Ed25519PrivateKey.generate,
}


def encoded(document: Any) -> str:
    """A part of a token: JSON, or bytes as they are, in base64url."""
    raw = document if isinstance(document, bytes) else json.dumps(document).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def put_together(header: Any, claims: Any, secret: bytes | None = None) -> str:
    """A token with any header and claims, signed with HMAC-SHA256, or not signed at all."""
    signed = f"{encoded(header)}.{encoded(claims)}"
    if secret is None:
        return f"{signed}."
    return f"{signed}.{encoded(hmac.new(secret, signed.encode(), hashlib.sha256).digest())}"


def taken_apart(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Header and claims."""
    header, claims, _ = token.split(".")
    read = [json.loads(base64.urlsafe_b64decode(part + "==")) for part in (header, claims)]
    return read[0], read[1]


@dataclass
class Signer:
    """A private key of an issuer."""

    key_id: str | None
    algorithm: str = "ES256"
    private: Any = None

    def __post_init__(self) -> None:
        self.private = self.private or _MAKERS[self.algorithm]()

    @property
    def jwk(self) -> dict[str, Any]:
        """The public half as the issuer publishes it."""
        algorithm = jwt.get_algorithm_by_name(self.algorithm)
        public: dict[str, Any] = algorithm.to_jwk(self.private.public_key(), as_dict=True)
        public.pop("key_ops", None)
        named = {} if self.key_id is None else {"kid": self.key_id}
        return public | named | {"use": "sig"}

    def token(self, *, header: dict[str, Any] | None = None, **claims: Any) -> str:
        """A good token about `ana`, but for what is given; a claim of None is left out."""
        now = int(time.time())
        told = {"iss": ISSUER, "aud": AUDIENCE, "sub": "ana", "iat": now, "exp": now + 600}
        kept = {name: value for name, value in (told | claims).items() if value is not None}
        headers = (header or {}) | ({} if self.key_id is None else {"kid": self.key_id})
        return jwt.encode(kept, self.private, self.algorithm, headers=headers)


@dataclass
class Publisher:
    """An issuer's web server, which publishes the public keys of its signers."""

    receiver: Receiver = field(default_factory=Receiver)

    def publish(self, *signers: Signer) -> None:
        """Publish these keys and no others."""
        self.publish_document({"keys": [signer.jwk for signer in signers]})

    def publish_document(self, document: Any) -> None:
        """Publish anything."""
        self.receiver.answer = answering(200, json.dumps(document))

    @property
    def fetched(self) -> int:
        """How often the keys were asked for."""
        return len(self.receiver.requests)

    def url(self, **more: str) -> str:
        return self.receiver.url("/keys", **more)
