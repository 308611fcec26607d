"""Reading what people name on the command line: files, folders, and `-` for standard input."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from placet.errors import InvalidRequest

STDIN: Final = "<stdin>"
_SUFFIXES: Final = (".yaml", ".yml", ".json")
# What makes a file below a folder a rule file, even one that cannot be parsed.
_MARKS: Final = re.compile(
    r"""^[\s{\-]*["']?(?:account|dimensions|ruleCollection)["']?\s*:""", re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class Found:
    """The rule files that names stand for, and how many files below folders are none."""

    names: tuple[str, ...]
    others: int


def find_rule_files(names: list[str], limit: int) -> Found:
    """The files that `names` stand for, folders searched; `limit` as in `read_text`.

    Below folders only YAML and JSON files that look like rule files count; hidden folders are left
    out. Files named themselves always count.

    Raises:
        InvalidRequest: a folder cannot be read.
    """
    found: dict[str, None] = {}
    others = 0
    for name in names:
        if not os.path.isdir(name):
            found[name] = None
            continue
        for path in _below(name):
            if _looks_like_rules(path, limit):
                found[path] = None
            else:
                others += 1
    return Found(tuple(found), others)


def read_text(name: str, limit: int) -> str:
    """The text of a file, or of standard input for `-`: at most `limit` bytes and one character.

    What is not UTF-8 becomes half surrogates, which readers report with their place.

    Raises:
        InvalidRequest: the file cannot be read.
    """
    with opened(name) as stream:
        return stream.read(limit + 1).decode("utf-8-sig", errors="surrogateescape")


@contextmanager
def opened(name: str) -> Iterator[BinaryIO]:
    """A file, or standard input for `-`, for reading bytes; errors as in `read_text`."""
    if name == "-":
        yield sys.stdin.buffer
        return
    try:
        stream = Path(name).open("rb")  # noqa: SIM115 - closed below
    except (OSError, ValueError) as error:
        raise InvalidRequest(f"`{name}` cannot be read: {reason(error)}") from error
    with stream:
        yield stream


def reason(error: Exception) -> str:
    """Why the system refused, in lower case."""
    text = (error.strerror if isinstance(error, OSError) else None) or str(error)
    return text[:1].lower() + text[1:]


def _below(folder: str) -> Iterator[str]:
    def refuse(error: OSError) -> None:
        raise InvalidRequest(f"`{error.filename}` cannot be read: {reason(error)}") from error

    for root, folders, files in os.walk(folder, onerror=refuse):
        folders[:] = sorted(item for item in folders if not item.startswith("."))
        for file in sorted(files):
            if file.lower().endswith(_SUFFIXES):
                yield os.path.join(root, file)


def _looks_like_rules(path: str, limit: int) -> bool:
    try:
        return _MARKS.search(read_text(path, limit)) is not None
    except InvalidRequest:
        # Reported when it is checked: an unreadable file must not pass for one without rules.
        return True
