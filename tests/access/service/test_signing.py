"""A token says nothing that counts before it is verified."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from placet.access.service.signing import (
    ISSUER,
    LEEWAY_S,
    UnverifiedToken,
    good_until,
    sign,
    verify_own,
)
from placet.errors import Unauthorized

SECRET = "5e" * 32
PART = r"[A-Za-z0-9_-]{0,9}"


def signed(**more: Any) -> str:
    now = int(time.time())
    claims = {"sub": "ana", "aud": "acme", "iat": now, "exp": now + 60} | more
    return sign(claims, key_id="k", secret=SECRET, kind="test+jwt")


def test_a_token_of_ours_is_read_and_verified() -> None:
    told = UnverifiedToken.read(signed())
    assert (told.algorithm, told.kind, told.key_id, told.issuer) == (
        "HS256", "test+jwt", "k", ISSUER,
    )  # fmt: skip
    found = verify_own(signed(), account="acme", secret=SECRET, kind="test+jwt")
    assert (found["sub"], good_until(found)) == ("ana", (found["exp"] + LEEWAY_S) * 1000)


@pytest.mark.parametrize(
    ("more", "account", "secret", "kind"),
    [
        ({}, "globex", SECRET, "test+jwt"),
        ({}, "acme", "5f" * 32, "test+jwt"),
        ({}, "acme", SECRET, "other+jwt"),
        ({"exp": 1_000}, "acme", SECRET, "test+jwt"),
        ({"iss": "else"}, "acme", SECRET, "test+jwt"),
        ({"exp": True}, "acme", SECRET, "test+jwt"),
        ({"nbf": 4_000_000_000}, "acme", SECRET, "test+jwt"),
        ({"iat": 1e13}, "acme", SECRET, "test+jwt"),
        ({"pad": "x" * 9_000}, "acme", SECRET, "test+jwt"),
    ],
    ids=str,
)
def test_what_is_not_so_is_refused_in_the_same_words(
    more: dict[str, Any], account: str, secret: str, kind: str
) -> None:
    with pytest.raises(Unauthorized, match=r"^the user token is not valid, or no longer$"):
        verify_own(signed(**more), account=account, secret=secret, kind=kind)


@given(text=st.text() | st.from_regex(rf"{PART}(\\.{PART}){{2}}", fullmatch=True))
def test_whatever_is_sent_is_read_or_refused(text: str) -> None:
    try:
        UnverifiedToken.read(text)
    except Unauthorized:
        return
