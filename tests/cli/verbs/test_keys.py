"""`placet keys`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.conftest import Placet

CREATE = ["create", "--account", "acme", "--permission", "PlaceOrders"]


@pytest.mark.usefixtures("fresh")
def test_a_key_is_shown_with_its_token_only_when_it_is_made(placet: Placet) -> None:
    made = placet("keys", "create", "--account", "acme", "--permission", "PlaceOrders", "--json")
    key = json.loads(made.out)
    assert made.code == 0
    assert list(key) == ["appKey", "appToken"]
    listed = placet("keys", "list", "--account", "acme")
    assert key["appKey"] in listed.out
    assert key["appToken"] not in listed.out + placet("keys", "list", "--json").out


@pytest.mark.usefixtures("fresh")
def test_people_get_the_key_in_words(placet: Placet) -> None:
    options = ["--account", "acme", "--permission", "placeorders", "--permission", "ApproveOrders"]
    made = placet("keys", "create", *options, "--label", "web shop")
    assert [line.split()[:2] for line in made.out.splitlines()] == [
        ["app", "key"],
        ["app", "token"],
    ]
    [key] = json.loads(placet("keys", "list", "--json").out)
    assert key["permissions"] == ["ApproveOrders", "PlaceOrders"]
    assert (key["label"], key["account"], key["revokedAt"]) == ("web shop", "acme", None)


@pytest.mark.usefixtures("fresh")
def test_keys_of_other_accounts_can_be_left_out(placet: Placet) -> None:
    for account in ("acme", "globex"):
        placet("keys", "create", "--account", account, "--permission", "PlaceOrders")
    assert len(json.loads(placet("keys", "list", "--json").out)) == 2
    [key] = json.loads(placet("keys", "list", "--account", "acme", "--json").out)
    assert key["account"] == "acme"


@pytest.mark.usefixtures("fresh")
def test_a_key_is_revoked_once(placet: Placet) -> None:
    options = ["--account", "acme", "--permission", "PlaceOrders", "--json"]
    key = json.loads(placet("keys", "create", *options).out)["appKey"]
    assert placet("keys", "revoke", key).out == f"revoked {key}\n"
    assert json.loads(placet("keys", "list", "--json").out)[0]["revokedAt"] is not None
    again = placet("keys", "revoke", key)
    assert (again.code, again.out) == (2, "")
    assert "could be revoked" in again.err


@pytest.mark.parametrize(
    "form", ["sqlite:///{}", "sqlite+aiosqlite:///{}", "sqlite+pysqlite:///{}"]
)
def test_the_database_is_an_option_or_a_variable(
    placet: Placet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    url = form.format(tmp_path / "other.db")
    options = ["--account", "acme", "--permission", "PlaceOrders"]
    assert placet("db", "upgrade", "--database", url).code == 0
    assert placet("keys", "create", *options, "--database", url).code == 0
    monkeypatch.setenv("PLACET_DATABASE_URL", url)
    assert len(json.loads(placet("keys", "list", "--json").out)) == 1


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["create", "--account", "acme"], 2, "Missing option '--permission'"),
        (
            ["list"],
            2,
            "/placet.db`: name yours by --database or PLACET_DATABASE_URL; `placet serve`",
        ),
        (CREATE, 2, "there is no database `/"),
        (["revoke", "placet-acme-ABCDEFGHIJKL"], 2, "there is no database"),
        (["list", "--database", "mysql://x/y"], 2, "the database `mysql` is not supported"),
        (["list", "--database", "nonsense"], 2, "the database URL cannot be read"),
        (["list", "--database", "postgresql://u:secret@127.0.0.1:1/x"], 3, "does not answer"),
        (
            [*CREATE, "--database", "sqlite:///missing/folder/x.db"],
            2,
            "missing/folder/x.db`",
        ),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence(
    placet: Placet, arguments: list[str], code: int, sentence: str
) -> None:
    result = placet("keys", *arguments)
    assert (result.code, result.out) == (code, "")
    assert sentence in result.err
    assert "secret" not in result.err
    assert "Traceback" not in result.err


def test_a_file_that_is_no_database_is_told(placet: Placet, tmp_path: Path) -> None:
    (tmp_path / "placet.db").write_bytes(b"not a database at all" * 100)
    result = placet("keys", "list")
    assert (result.code, result.out) == (3, "")
    assert "file is not a database" in result.err


@pytest.mark.usefixtures("fresh")
@pytest.mark.parametrize(
    ("account", "permission", "sentence"),
    [
        ("acme", "Fly", "`Fly` is no permission"),
        ("A b", "PlaceOrders", "cannot name an acc"),
    ],
)
def test_a_key_that_cannot_be_is_not_made(
    placet: Placet, account: str, permission: str, sentence: str
) -> None:
    result = placet("keys", "create", "--account", account, "--permission", permission)
    assert (result.code, result.out) == (2, "")
    assert sentence in result.err
    assert json.loads(placet("keys", "list", "--json").out) == []
