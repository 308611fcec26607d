"""Which commands make a database, and which work on one that is there."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.conftest import Placet

ACME = ["--account", "acme"]
# Every command that works on a database itself, other than those that make one.
COMMANDS = [
    ["keys", "create", *ACME, "--permission", "PlaceOrders"],
    ["keys", "list"],
    ["keys", "revoke", "placet-acme-ABCDEFGHIJKL"],
    ["tokens", "create", *ACME, "--user", "ann"],
    ["tokens", "list", *ACME],
    ["tokens", "revoke", *ACME, "id"],
    ["settings", "show", *ACME],
    ["settings", "set", *ACME, "noRuleFired=denied"],
    ["import", "file.xlsx", *ACME],
    ["ledger", "verify"],
    ["statement", "budget", *ACME],
    ["pacing", "budget", *ACME],
    ["outbox", "list", *ACME],
    ["outbox", "retry", "--all-dead", *ACME],
    ["db", "current"],
]


@pytest.mark.parametrize("arguments", COMMANDS, ids=lambda item: " ".join(item[:2]))
def test_no_database_is_invented(
    placet: Placet, arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file.xlsx").write_bytes(b"PK")
    before = sorted(tmp_path.iterdir())
    told = "name yours by --database or PLACET_DATABASE_URL; `placet serve` and `placet db upgrade`"
    elsewhere = tmp_path / "missing" / "other.db"
    for file in (tmp_path / "placet.db", elsewhere):
        result = placet(*arguments)
        assert (result.code, result.out) == (2, ""), result.err
        assert f"there is no database `{file}`: {told}" in result.err
        assert sorted(tmp_path.iterdir()) == before
        monkeypatch.setenv("PLACET_DATABASE_URL", f"sqlite:///{elsewhere}")


def test_an_empty_file_is_no_database(placet: Placet, tmp_path: Path) -> None:
    (tmp_path / "placet.db").touch()
    result = placet(*COMMANDS[0])
    assert (result.code, result.out) == (2, "")
    assert "there is no database" in result.err
    assert (tmp_path / "placet.db").stat().st_size == 0


def test_upgrading_makes_one_to_work_on(placet: Placet) -> None:
    assert placet("db", "upgrade").code == 0
    assert placet(*COMMANDS[0]).code == 0
    assert placet("keys", "list", *ACME).code == 0
