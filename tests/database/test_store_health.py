"""A database's trouble is said once, in its driver's own words, and its end is said too."""

from __future__ import annotations

import logging
import sqlite3

import pytest
from sqlalchemy.exc import OperationalError

from placet.database.store_errors import StoreAway, Trouble
from placet.database.store_health import StoreHealth


def failure(code: int = sqlite3.SQLITE_FULL) -> Exception:
    cause = sqlite3.OperationalError("database or\ndisk is full")
    cause.sqlite_errorcode = code
    return OperationalError("INSERT INTO secrets", {"secret": "x"}, cause)


def test_a_trouble_is_said_once_without_the_statement_and_so_is_its_end(
    caplog: pytest.LogCaptureFixture,
) -> None:
    health = StoreHealth()
    for _ in range(3):
        away = health.failed(failure(), writing=True)
        assert away is not None
        assert away.trouble is Trouble.FULL
    health.written()
    health.written()
    assert caplog.messages == [
        f"{Trouble.FULL}: database or disk is full", "the database works again",
    ]  # fmt: skip
    assert [record.levelno for record in caplog.records] == [logging.ERROR, logging.WARNING]


def test_changes_are_fresh_until_one_is_refused() -> None:
    health = StoreHealth()
    assert not health.fresh
    health.written()
    health.failed(failure(), writing=False)
    assert (health.fresh, health.full) == (True, False)
    health.failed(failure(), writing=True)
    assert (health.fresh, health.full) == (False, True)
    health.written()
    assert (health.fresh, health.full) == (True, False)


def test_another_trouble_is_said_anew(caplog: pytest.LogCaptureFixture) -> None:
    health = StoreHealth()
    for code in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_FULL):
        health.failed(failure(code), writing=False)
    assert len(caplog.messages) == 3


def test_what_is_no_trouble_of_the_database_is_none() -> None:
    assert StoreHealth().failed(ValueError("ours"), writing=True) is None


def test_a_trouble_that_is_told_already_is_passed_on(caplog: pytest.LogCaptureFixture) -> None:
    away = StoreAway(Trouble.AWAY)
    assert StoreHealth().failed(away, writing=True) is away
    assert caplog.messages == []
