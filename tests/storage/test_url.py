"""Database URLs."""

from __future__ import annotations

import pytest

from placet.errors import InvalidRequest
from placet.storage.url import is_embedded, parse_database_url


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sqlite:///placet.db", "sqlite+aiosqlite:///placet.db"),
        ("sqlite:////var/lib/placet.db", "sqlite+aiosqlite:////var/lib/placet.db"),
        ("sqlite+aiosqlite:///placet.db", "sqlite+aiosqlite:///placet.db"),
        ("sqlite+pysqlite:///placet.db", "sqlite+aiosqlite:///placet.db"),
        ("postgresql://u:p@h/d", "postgresql+asyncpg://u:p@h/d"),
        ("postgres://u:p@h:5433/d", "postgresql+asyncpg://u:p@h:5433/d"),
        ("postgresql+psycopg2://u:p@h/d", "postgresql+asyncpg://u:p@h/d"),
        ("postgresql+asyncpg://u:p@h/d", "postgresql+asyncpg://u:p@h/d"),
        ("  sqlite:///placet.db\n", "sqlite+aiosqlite:///placet.db"),
    ],
)
def test_gets_the_asynchronous_driver(text: str, expected: str) -> None:
    assert parse_database_url(text).render_as_string(hide_password=False) == expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "cannot be read"),
        ("placet.db", "cannot be read"),
        ("mysql://u:p@h/d", "`mysql` is not supported"),
        ("sqlite://", "needs a file"),
        ("sqlite:///:memory:", "needs a file"),
    ],
)
def test_says_what_would_be_right(text: str, words: str) -> None:
    with pytest.raises(InvalidRequest, match=words):
        parse_database_url(text)


def test_only_a_file_is_embedded() -> None:
    assert is_embedded(parse_database_url("sqlite:///placet.db"))
    assert not is_embedded(parse_database_url("postgres://h/d"))
