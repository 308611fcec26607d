"""Pages and runners for developers name what is there: after a move they are changed with it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from support.project import ROOT, SOURCE

PAGES = ("README.md", "CONTRIBUTING.md", "src/README.md")
RUNNERS = (".ci/dev", ".ci/run", ".pre-commit-config.yaml")
# Named from the top, wherever it stands.
FROM_TOP = re.compile(r"(?<![\w./-])(?:src|tests|rules|grammar|\.ci)/[\w./*-]*")
# Named in backticks, from the top or within the package.
QUOTED = re.compile(r"`((?:[\w*-]+/)+(?:[\w*-]+\.(?:py|md|yaml|lark))?)`")
ALONE = re.compile(r"`(\w+\.py)`")
LINKED = re.compile(r"\]\((?!https?:|#)([\w./-]+)\)")
# The pattern for where tests are.
EXAMPLES = {"src/placet/a/b/c.py", "tests/a/b/test_c.py"}


def absent(page: str) -> Iterator[str]:
    """The paths that a page names and that are not there."""
    text = (ROOT / page).read_text("utf-8")
    quoted = set(QUOTED.findall(text)) | set(FROM_TOP.findall(text))
    for name in sorted(quoted - EXAMPLES):
        pattern = name.rstrip("./")
        if not any(any(folder.glob(pattern)) for folder in (ROOT, SOURCE)):
            yield name
    homes = (SOURCE, ROOT / "tests")
    alone = ALONE.findall(text)
    yield from (name for name in alone if not any(any(home.rglob(name)) for home in homes))
    folder = (ROOT / page).parent
    yield from (name for name in LINKED.findall(text) if not (folder / name).exists())


@pytest.mark.parametrize("page", [*PAGES, *RUNNERS])
def test_every_path_of_a_page_is_there(page: str) -> None:
    assert list(absent(page)) == []


def test_pages_name_many_paths() -> None:
    counts = {page: len(FROM_TOP.findall((ROOT / page).read_text("utf-8"))) for page in PAGES}
    assert counts["CONTRIBUTING.md"] > 50
    assert min(counts.values()) > 5


def test_every_command_of_the_runner_is_explained() -> None:
    runner = (ROOT / ".ci" / "dev").read_text("utf-8")
    commands = re.findall(r"^(\w+)\) ", runner, re.MULTILINE)
    page = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    assert commands == re.findall(r"^\| `\.ci/dev (\w+)` \|", page, re.MULTILINE)
    assert commands == re.findall(r"^\.ci/dev (\w+) ", runner, re.MULTILINE)
