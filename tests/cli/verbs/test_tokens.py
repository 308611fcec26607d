"""`placet tokens`."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from cli.conftest import Placet
from placet.database.database import Database
from placet.schema import upgrade
from support.people.units import person, plant

CREATE = ["create", "--account", "acme", "--user", "ana"]


@pytest.fixture(autouse=True)
def people(placet: Placet, tmp_path: Path) -> None:
    """Ana and Bob are on record in the database of the folder."""

    async def put() -> None:
        database = Database(f"sqlite:///{tmp_path}/placet.db")
        await upgrade(database)
        await plant(database, {"sales": None}, person("ana", "sales"), person("bob", "sales"))
        await database.close()

    asyncio.run(put())


def test_a_token_is_shown_only_when_it_is_made(placet: Placet) -> None:
    made = placet("tokens", *CREATE, "--expires", "PT1H", "--json")
    token = json.loads(made.out)
    assert made.code == 0
    assert list(token) == ["id", "token", "expiresAt"]
    [listed] = json.loads(placet("tokens", "list", "--json").out)
    assert (listed["id"], listed["account"], listed["userId"]) == (token["id"], "acme", "ana")
    assert listed["expiresAt"] == token["expiresAt"]
    assert token["token"] not in placet("tokens", "list").out + str(listed)


def test_people_get_the_token_in_words(placet: Placet) -> None:
    made = placet("tokens", *CREATE)
    first, second = made.out.splitlines()
    assert first.startswith("token id  ")
    assert second.startswith("token     ey")


def test_one_token_is_revoked_or_all_of_a_person(placet: Placet) -> None:
    first = json.loads(placet("tokens", *CREATE, "--json").out)["id"]
    for user in ("ana", "ana", "bob"):
        placet("tokens", "create", "--account", "acme", "--user", user)
    account = ["--account", "acme"]
    assert placet("tokens", "revoke", *account, first).out == f"revoked {first}\n"
    assert placet("tokens", "revoke", *account, "--user", "ana").out == "revoked 2 of ana\n"
    left = json.loads(placet("tokens", "list", *account, "--json").out)
    assert [token["userId"] for token in left if token["revokedAt"] is None] == ["bob"]
    assert len(json.loads(placet("tokens", "list", "--user", "bob", "--json").out)) == 1


def test_rotation_names_the_new_key_and_no_secret(placet: Placet) -> None:
    said = placet("tokens", "rotate", "--account", "acme", "--grace", "PT8H").out
    assert said.startswith("tokens of acme are signed by placet-acme-")
    assert len(said.split()[6].removeprefix("placet-acme-")) == 16


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["create", "--account", "acme", "--user", "eve"], "nobody active with the id `eve`"),
        (["create", "--account", "nowhere", "--user", "ana"], "no account `nowhere`"),
        ([*CREATE, "--expires", "1h"], "`--expires`: `1h` must be an ISO 8601 duration"),
        ([*CREATE, "--expires", "PT1S"], "at least a minute"),
        (["revoke", "--account", "acme"], "either a token or"),
        (["revoke", "--account", "acme", "x", "--user", "ana"], "either a token or"),
        (["revoke", "--account", "acme", "x"], "no token `x`"),
        (["revoke", "--account", "acme", "--user", "anna"], "nobody with the id `anna`"),
        (["revoke", "--account", "nowhere", "--user", "ana"], "no account `nowhere`"),
        (["rotate", "--account", "nowhere"], "no account `nowhere`"),
        (["rotate", "--account", "acme", "--grace", "P3000D"], "366 days"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence(
    placet: Placet, arguments: list[str], sentence: str
) -> None:
    result = placet("tokens", *arguments)
    assert (result.code, result.out) == (2, "")
    assert sentence in result.err
