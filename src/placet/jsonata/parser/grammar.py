"""The parser's tables: built from the grammar file once, then loaded from the user's cache.

Building takes about a tenth of a second, loading about a hundredth. The cache is unpickled, so it
lives in a directory only its owner can write to; whatever is wrong with it, the tables are built.
"""

from __future__ import annotations

import os
import stat
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

import lark

from placet.jsonata.parser.syntax import Syntax, SyntaxBuilder

__all__ = ["load_parser"]


_FILE: Final = "jsonata.lark"


def grammar_path() -> Path:
    """The grammar's file: beside the language, in the wheel of Placet, or in its checkout.

    Raises:
        FileNotFoundError: the installation lacks it.
    """
    language = Path(__file__).resolve().parents[1]
    package = language.parent
    for folder in (language, package / "_data" / "grammar", package.parents[1] / "grammar"):
        if (file := folder / _FILE).exists():
            return file
    raise FileNotFoundError(f"the grammar `{_FILE}` is missing from this installation")


@cache
def load_parser() -> Callable[[str], Syntax]:
    """The function that turns source text into its syntax; raises Lark's `UnexpectedInput`."""
    text = grammar_path().read_text(encoding="utf-8")
    return _tables(text).parse  # type: ignore[return-value]  # the builder returns no Lark tree


def _tables(text: str) -> lark.Lark:
    try:
        file = _cache_directory() / _cache_name(text)
    except (OSError, RuntimeError):
        return _build(text)
    try:
        with file.open("rb") as stream:
            return lark.Lark.load(stream)
    except Exception:  # a broken pickle raises whatever it likes, and none of it matters
        tables = _build(text)
    with suppress(OSError):
        _keep(tables, file)
    return tables


def _build(text: str) -> lark.Lark:
    return lark.Lark(
        text,
        parser="lalr",
        lexer="contextual",
        start="expr",
        keep_all_tokens=True,
        maybe_placeholders=False,
        transformer=SyntaxBuilder(),
    )


def _keep(tables: lark.Lark, file: Path) -> None:
    with tempfile.NamedTemporaryFile(dir=file.parent, delete=False) as stream:
        written = Path(stream.name)
        try:
            # The builder is saved along with its grammar: it has no state.
            tables.save(stream)
            stream.close()
            written.replace(file)
        finally:
            written.unlink(missing_ok=True)


def _cache_name(text: str) -> str:
    version = f"{lark.__version__} {sys.implementation.cache_tag}"
    digest = sha256(f"{version}\n{text}".encode()).hexdigest()
    return f"jsonata-{digest[:32]}.tables"


def _cache_directory() -> Path:
    """The private directory, made when missing.

    Raises:
        OSError: it cannot be made, or others may write to it.
        RuntimeError: the user has no home.
    """
    configured = os.environ.get("XDG_CACHE_HOME", "")
    base = Path(configured) if Path(configured).is_absolute() else Path.home() / ".cache"
    directory = base / "placet"
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    status = directory.lstat()
    if not stat.S_ISDIR(status.st_mode):
        raise NotADirectoryError(directory)
    if hasattr(os, "getuid") and (status.st_uid != os.getuid() or status.st_mode & 0o022):
        raise PermissionError(directory)
    return directory
