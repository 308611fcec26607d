"""What the project's files may not hold: places of one machine, work put off, errors swallowed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.project import ROOT, SOURCE, modules, name_of

TEXTS = ("*.py", "*.md", "*.toml", "*.yaml", "*.lark")
FOLDERS = ("src", "tests", "rules", "grammar", ".ci")
# Put together here so that this file does not hold what it looks for.
LOCAL = re.compile("|".join(f"(?<![\\w.~-])/{name}/" for name in ("work", "farm", "root", "home")))
PUT_OFF = re.compile(
    "|".join(f"\\b{start}{end}\\b" for start, end in (("TO", "DO"), ("FIX", "ME")))
)
BARE_IGNORE = re.compile(r"#\s*type:\s*ignore\s*$", re.MULTILINE)
SWALLOWED = re.compile(r"except( Exception| BaseException)?:\s*pass\b")


def texts() -> Iterator[Path]:
    yield from (ROOT / name for name in ("README.md", "CONTRIBUTING.md", "pyproject.toml"))
    for folder in FOLDERS:
        for pattern in TEXTS:
            yield from (ROOT / folder).rglob(pattern)


@pytest.mark.parametrize(
    "pattern", [LOCAL, PUT_OFF, BARE_IGNORE, SWALLOWED], ids=lambda p: p.pattern
)
def test_no_file_holds(pattern: re.Pattern[str]) -> None:
    found = {name_of(path): pattern.findall(path.read_text("utf-8")) for path in texts()}
    assert [name for name, hits in found.items() if hits] == []


def test_every_module_says_what_it_is_for() -> None:
    texts_of = {name_of(path): path.read_text("utf-8").strip() for path in modules()}
    assert [name for name, text in texts_of.items() if text and not text.startswith('"""')] == []


def test_shipped_files_are_where_the_wheel_takes_them_from() -> None:
    assert (ROOT / "grammar" / "jsonata.lark").is_file()
    assert list((ROOT / "rules").glob("*/rules.yaml"))
    assert (SOURCE / "py.typed").is_file()
