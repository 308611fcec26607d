from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from placet.jsonata.parser.grammar import load_parser


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A cache home of the test's own, and tables loaded anew in it."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    load_parser.cache_clear()
    yield tmp_path
    load_parser.cache_clear()


def cached(home: Path) -> list[Path]:
    return list(home.glob("placet/*"))


def test_the_tables_are_kept_in_a_private_place(home: Path) -> None:
    load_parser()
    (file,) = cached(home)
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_kept_tables_read_the_same(home: Path) -> None:
    assert load_parser()("a.b[0]").kind == "."
    (file,) = cached(home)
    before = file.stat().st_mtime_ns
    load_parser.cache_clear()
    assert load_parser()("a.b[0]").kind == "."
    assert file.stat().st_mtime_ns == before


@pytest.mark.parametrize("content", [b"", b"no tables", b"\x80\x05broken"])
def test_a_broken_cache_is_built_again(home: Path, content: bytes) -> None:
    load_parser()
    (file,) = cached(home)
    file.write_bytes(content)
    load_parser.cache_clear()
    assert load_parser()("a + 1").kind == "binary"


def test_a_directory_others_may_write_to_is_not_trusted(home: Path) -> None:
    directory = home / "placet"
    directory.mkdir()
    directory.chmod(0o777)
    assert load_parser()("a + 1").kind == "binary"
    assert cached(home) == []


def test_a_link_is_not_followed(home: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (home / "placet").symlink_to(elsewhere)
    assert load_parser()("a + 1").kind == "binary"
    assert list(elsewhere.iterdir()) == []


def test_without_a_place_to_write_the_tables_are_built(home: Path) -> None:
    (home / "placet").write_text("a file where the directory should be")
    assert load_parser()("a + 1").kind == "binary"


def test_a_relative_cache_home_is_ignored(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    monkeypatch.setenv("HOME", str(home))
    load_parser()
    assert list((home / ".cache").glob("placet/*"))
