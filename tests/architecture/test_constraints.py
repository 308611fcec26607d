"""A run of the tests elsewhere is the run that was tried: every version in it is named."""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, distribution

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from support.project import ROOT

PINNED = re.compile(r"^([\w.-]+)==\S+$", re.MULTILINE)


def required(name: str, extras: frozenset[str], seen: set[tuple[str, frozenset[str]]]) -> set[str]:
    """The names of what a distribution needs on this machine, directly or not."""
    if (name, extras) in seen:
        return set()
    seen.add((name, extras))
    found = set()
    try:
        needs = distribution(name).requires or []
    except PackageNotFoundError:
        # Another system needs it.
        return set()
    for text in needs:
        need = Requirement(text)
        if need.marker is None or any(
            need.marker.evaluate({"extra": extra}) for extra in {"", *extras}
        ):
            found |= {need.name, *required(need.name, frozenset(need.extras), seen)}
    return found


def test_every_distribution_that_the_tests_need_is_pinned() -> None:
    text = (ROOT / "tests" / "constraints.txt").read_text("utf-8")
    pinned = {canonicalize_name(name) for name in PINNED.findall(text)}
    needed = {canonicalize_name(name) for name in required("placet", frozenset({"test"}), set())}
    assert len(needed) > 50
    assert sorted(needed - pinned - {"placet"}) == []
