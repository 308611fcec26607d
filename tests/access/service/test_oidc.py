"""User tokens of an OpenID Connect issuer."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.warnings import InsecureKeyLengthWarning

from placet.access.service.oidc import OidcIssuer
from placet.access.service.token_callers import Person, UserTokenCache
from placet.access.service.tokens import create_token
from placet.database.database import Database
from placet.errors import InvalidRequest, Unauthorized
from placet.people.core.user import User
from placet.people.store.accounts import ensure_account
from placet.people.store.users import put_users
from placet.settings import Settings
from support.people.tokens import AUDIENCE, ISSUER, Publisher, Signer, put_together

pytestmark = pytest.mark.anyio

SIGNER = Signer("k-1", "RS256")

PEOPLE = [
    User(account="acme", user_id="ana", email="Ana@acme.example", roles=frozenset({"Buyer"})),
    User(account="acme", user_id="bob", roles=frozenset({"Order Approver"}), active=False),
    User(account="other", user_id="ana", roles=frozenset({"Budget Manager"})),
]
FIXED = {"oidc_account": "acme"}
BY_CLAIM = {"oidc_account_claim": "tenant"}
BY_EMAIL = FIXED | {"oidc_user_claim": "email"}
WITH_ROLES = FIXED | {"oidc_roles_claim": "realm_access.roles"}


class Scene:
    """An issuer that publishes its keys, and people who are on record."""

    def __init__(self, database: Database, publisher: Publisher) -> None:
        self.database = database
        self.publisher = publisher
        self.signer = SIGNER
        publisher.publish(self.signer)

    def people(self, **more: str) -> UserTokenCache:
        told = {
            "oidc_issuer": ISSUER,
            "oidc_audience": AUDIENCE,
            "oidc_jwks_url": self.publisher.url(),
        }
        oidc = OidcIssuer.from_settings(Settings(**(told | more)))
        return UserTokenCache(self.database, oidc=oidc, seconds=0)

    async def let_in(self, settings: dict[str, str], token: str) -> Person:
        people = self.people(**settings)
        try:
            return await people.authenticate(token)
        finally:
            await people.close()


@pytest.fixture
def database_kind() -> str:
    """One store is enough: what is tried here is decided before anything is looked up."""
    return "sqlite"


@pytest.fixture
async def scene(database: Database) -> AsyncIterator[Scene]:
    async with database.write() as connection:
        for account in ("acme", "other"):
            await ensure_account(connection, account, 0)
        await put_users(connection, PEOPLE)
    publisher = Publisher()
    async with publisher.receiver.up():
        yield Scene(database, publisher)


@pytest.mark.parametrize(
    ("settings", "claims", "account"),
    [
        (FIXED, {}, "acme"),
        (FIXED, {"aud": ["elsewhere", AUDIENCE]}, "acme"),
        (FIXED, {"exp": time.time() + 30_000.5}, "acme"),
        (BY_CLAIM, {"tenant": "acme"}, "acme"),
        (BY_CLAIM, {"tenant": "other"}, "other"),
        ({"oidc_account_claim": "org.name"}, {"org": {"name": "other"}}, "other"),
        (
            {"oidc_account_claim": "https://x.example/org"},
            {"https://x.example/org": "acme"},
            "acme",
        ),
        (FIXED | {"oidc_user_claim": "uid"}, {"sub": "0815", "uid": "ana"}, "acme"),
        (BY_EMAIL, {"sub": "x", "email": "ana@ACME.example", "email_verified": True}, "acme"),
        (BY_EMAIL, {"sub": "x", "email": "ana@acme.example", "email_verified": "true"}, "acme"),
    ],
)
async def test_a_good_token_stands_for_its_person(
    scene: Scene, settings: dict[str, str], claims: dict[str, Any], account: str
) -> None:
    person = await scene.let_in(settings, scene.signer.token(**claims))
    assert (person.account, person.actor.id) == (account, "ana")


@pytest.mark.parametrize(
    ("settings", "claims"),
    [
        (FIXED, {"iss": "https://login.example.com"}),
        (FIXED, {"iss": "placet"}),
        (FIXED, {"aud": "elsewhere"}),
        (FIXED, {"aud": ["elsewhere"]}),
        (FIXED, {"aud": None}),
        (FIXED, {"exp": int(time.time()) - 60}),
        (FIXED, {"exp": None}),
        (FIXED, {"iat": None}),
        (FIXED, {"iat": int(time.time()) + 60_000}),
        (FIXED, {"nbf": int(time.time()) + 60_000}),
        (FIXED, {"sub": None}),
        (FIXED, {"sub": ""}),
        (FIXED, {"sub": "nobody"}),
        (FIXED, {"sub": "bob"}),
        (FIXED, {"sub": "a\x00na"}),
        (FIXED, {"sub": "a" * 400}),
        (BY_CLAIM, {}),
        (BY_CLAIM, {"tenant": ["acme"]}),
        (BY_CLAIM, {"tenant": "Acme"}),
        (BY_CLAIM, {"tenant": "nowhere"}),
        ({"oidc_account_claim": "tenant.name"}, {"tenant": "acme"}),
        (FIXED | {"oidc_user_claim": "uid"}, {}),
        (BY_EMAIL, {"email": "ana@acme.example"}),
        (BY_EMAIL, {"email": "ana@acme.example", "email_verified": False}),
        (BY_EMAIL, {"email": "ana@acme.example", "email_verified": "yes"}),
        (BY_EMAIL, {"email": "eve@acme.example", "email_verified": True}),
    ],
)
async def test_wrong_claims_let_nobody_in(
    scene: Scene, settings: dict[str, str], claims: dict[str, Any]
) -> None:
    with pytest.raises(Unauthorized, match="the user token is not valid"):
        await scene.let_in(settings, scene.signer.token(**claims))


async def test_a_token_must_be_signed_by_a_published_key(scene: Scene) -> None:
    public = scene.signer.private.public_key()
    header = {"kid": "k-1", "typ": "JWT"}
    now = int(time.time())
    claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": "ana", "iat": now, "exp": now + 60}
    shared = str(scene.signer.jwk).encode()
    for wrong in (
        Signer("k-1", "RS256").token(),
        Signer("k-2", "RS256").token(),
        Signer("k-1", "ES256").token(),
        put_together(header | {"alg": "none"}, claims),
        put_together(header | {"alg": "HS256"}, claims, shared),
        put_together(header | {"alg": "HS256"}, claims, b"%d" % public.public_numbers().n),
        put_together(header | {"alg": "RS256"}, claims, shared),
        scene.signer.token(header={"typ": "logout+jwt"}),
    ):
        with pytest.raises(Unauthorized):
            await scene.let_in(FIXED, wrong)
    for typ in ("JWT", "at+jwt", "application/at+jwt"):
        await scene.let_in(FIXED, scene.signer.token(header={"typ": typ}))


@pytest.mark.parametrize("algorithm", ["RS256", "ES256", "ES384", "EdDSA"])
async def test_each_kind_of_key_serves(scene: Scene, algorithm: str) -> None:
    signer = Signer(None, algorithm)
    scene.publisher.publish(signer)
    await scene.let_in(FIXED, signer.token())


async def test_a_key_that_is_too_short_serves_nobody(scene: Scene) -> None:
    weak = Signer("k-1", "RS256", private=rsa.generate_private_key(65537, 1024))
    scene.publisher.publish(weak)
    with pytest.warns(InsecureKeyLengthWarning):
        token = weak.token()
    with pytest.raises(Unauthorized):
        await scene.let_in(FIXED, token)


async def test_new_keys_are_found_when_the_issuer_rotates(scene: Scene) -> None:
    people = scene.people(**FIXED)
    other = Signer("k-2", "ES256")
    scene.publisher.publish(scene.signer, other)
    await people.authenticate(scene.signer.token())
    await people.authenticate(other.token())
    assert scene.publisher.fetched == 1


@pytest.mark.parametrize(
    ("roles", "permissions"),
    [
        (["Order Approver", "offline_access", 7], {"ApproveOrders"}),
        ("buyer", {"PlaceOrders"}),
        ([], set()),
        ({"Buyer": True}, set()),
        (None, set()),
    ],
)
async def test_the_token_decides_the_roles_where_that_is_set(
    scene: Scene, roles: Any, permissions: set[str]
) -> None:
    token = scene.signer.token(realm_access={"roles": roles})
    assert (await scene.let_in(WITH_ROLES, token)).actor.permissions == permissions
    assert (await scene.let_in(FIXED, token)).actor.permissions == {"PlaceOrders"}


async def test_both_issuers_are_trusted_side_by_side(scene: Scene) -> None:
    people = scene.people(**FIXED)
    own = await create_token(scene.database, "acme", "ana")
    assert await people.authenticate(own.token) is not None
    await people.authenticate(scene.signer.token())


def test_without_settings_there_is_no_issuer() -> None:
    assert OidcIssuer.from_settings(Settings()) is None


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"oidc_jwks_url": ""}, "PLACET_OIDC_JWKS_URL` is missing"),
        ({"oidc_audience": ""}, "PLACET_OIDC_AUDIENCE` is missing"),
        ({"oidc_issuer": ""}, "PLACET_OIDC_ISSUER` is missing"),
        ({"oidc_account": ""}, "set one of"),
        ({"oidc_account_claim": "tenant"}, "set one of"),
        ({"oidc_account": "A/B"}, "cannot name an account"),
        ({"oidc_issuer": "placet"}, "must not be `placet`"),
        ({"oidc_user_claim": ""}, "PLACET_OIDC_USER_CLAIM"),
        ({"oidc_jwks_url": "http://login.example.com"}, "https://"),
    ],
)
def test_unclear_settings_are_refused_at_the_start(given: dict[str, str], words: str) -> None:
    told = {
        "oidc_issuer": ISSUER,
        "oidc_audience": AUDIENCE,
        "oidc_jwks_url": "https://login.example.com/keys",
        "oidc_account": "acme",
    }
    with pytest.raises(InvalidRequest, match=words):
        OidcIssuer.from_settings(Settings(**(told | given)))
