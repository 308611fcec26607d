"""Database URLs."""

from __future__ import annotations

import pytest

from placet.database.url import is_embedded, parse_database_url
from placet.errors import InvalidRequest


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
        ("postgres://h/d?sslmode=require", "postgresql+asyncpg://h/d?ssl=require"),
        ("postgres://h/d?ssl=verify-full", "postgresql+asyncpg://h/d?ssl=verify-full"),
        ("postgres:///d?host=/run/pg", "postgresql+asyncpg:///d?host=%2Frun%2Fpg"),
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
        ("sqlite:///a.db?timeout=5", "the parameter `timeout`, which Placet does not know: leave"),
        ("postgres://h/d?sslmod=require", "the parameter `sslmod`, .* `sslmode`"),
        ("postgres://h/d?connect_timeout=5", "the parameter `connect_timeout`"),
        ("postgres://h/d?sslmode=on", "`sslmode` of the database URL must be one of `disable`"),
        ("postgres://h/d?sslmode=allow&sslmode=require", "`sslmode` of the database URL must be"),
        ("postgres://h/d?command_timeout=soon", "must be a number of seconds"),
        ("postgres://h/d?host=a&host=b", "must be one host"),
        ("postgres://h:99999/d", "the port 99999"),
    ],
)
def test_says_what_would_be_right(text: str, words: str) -> None:
    with pytest.raises(InvalidRequest, match=words):
        parse_database_url(text)


def test_only_a_file_is_embedded() -> None:
    assert is_embedded(parse_database_url("sqlite:///placet.db"))
    assert not is_embedded(parse_database_url("postgres://h/d"))
