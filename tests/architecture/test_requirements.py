"""A run of the tests elsewhere is the run that was tried, and a user installs nothing for tests."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import PackageNotFoundError, distribution

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from support.project import ROOT

PINNED = re.compile(r"^([\w.-]+)==\S+", re.MULTILINE)
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
Seen = set[tuple[str, frozenset[str]]]


def needed(need: Requirement, seen: Seen) -> set[str]:
    """The names of a distribution and of what it needs on this machine, directly or not."""
    extras = frozenset(need.extras)
    if (need.name, extras) in seen:
        return set()
    seen.add((need.name, extras))
    found = {str(canonicalize_name(need.name))}
    try:
        texts = distribution(need.name).requires or []
    except PackageNotFoundError:
        # Another system needs it.
        return found
    for further in map(Requirement, texts):
        asked = {"", *extras}
        if further.marker is None or any(further.marker.evaluate({"extra": e}) for e in asked):
            found |= needed(further, seen)
    return found


def test_every_distribution_that_the_tests_need_is_pinned() -> None:
    text = (ROOT / "tests" / "requirements.txt").read_text("utf-8")
    pinned = {str(canonicalize_name(name)) for name in PINNED.findall(text)}
    seen: Seen = set()
    direct = [*PYPROJECT["project"]["dependencies"], *PYPROJECT["dependency-groups"]["test"]]
    names = {name for need in direct for name in needed(Requirement(need), seen)}
    assert len(names) > 50
    assert sorted(names - pinned) == []


def test_what_only_the_tests_need_is_not_published() -> None:
    assert "optional-dependencies" not in PYPROJECT["project"]
