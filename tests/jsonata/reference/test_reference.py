"""10,000 random expressions differ from the reference implementation by its known faults only.

    npm install --prefix /tmp/reference jsonata@2.2.2
    PLACET_NODE_JSONATA=/tmp/reference/node_modules/jsonata pytest tests/jsonata/reference

`PLACET_REFERENCE_SEED` begins another series (default: `reference`), `PLACET_REFERENCE_CASES` sets
its length. Needs `node`; without it, or without the package, the test fails.
"""

from __future__ import annotations

import os
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from jsonata.reference.comparison import (
    FAULTS,
    Case,
    broken,
    cases,
    differences,
    known_fault,
)

SEED = os.environ.get("PLACET_REFERENCE_SEED", "reference")
CASES = int(os.environ.get("PLACET_REFERENCE_CASES", "10000"))
BATCH = 500
FOUND: Counter[str] = Counter()


@pytest.fixture(scope="session")
def reference() -> tuple[str, str]:
    """The paths of node and of the package."""
    node, package = shutil.which("node"), os.environ.get("PLACET_NODE_JSONATA")
    assert node, "the comparison needs `node`"
    assert package, "PLACET_NODE_JSONATA must name the folder of the npm package `jsonata`"
    manifest = Path(package, "package.json").read_text("utf-8")
    assert re.search(r'"version": "2\.2\.2"', manifest), "the known faults are those of 2.2.2"
    return node, package


@pytest.fixture(scope="module", autouse=True)
def table(request: pytest.FixtureRequest) -> Iterator[None]:
    """Print how often each known fault was met, at the end and past the capturing of output."""
    yield
    capture = request.config.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled():
        print(f"\n\n{CASES} expressions of the series `{SEED}`, known faults met")
        for name, count in FOUND.most_common():
            print(f"  {name:<44} {count:>5}")


@pytest.mark.parametrize("start", range(0, CASES, BATCH))
def test_whole_expressions_differ_by_known_faults_only(
    start: int, reference: tuple[str, str]
) -> None:
    _check(cases(SEED, start, min(BATCH, CASES - start)), reference)


@pytest.mark.parametrize("start", range(0, CASES // 5, BATCH))
def test_broken_expressions_differ_by_known_faults_only(
    start: int, reference: tuple[str, str]
) -> None:
    whole = cases(f"{SEED}-broken", start, min(BATCH, CASES // 5 - start))
    _check([broken(case) for case in whole], reference)


def test_every_known_fault_has_a_reason() -> None:
    keys = {"source", "ours", "theirs", "input", "without", "reason"}
    for name, fault in FAULTS.items():
        assert fault["reason"], name
        assert keys >= fault.keys(), name
        # a class without a limit would let anything pass
        assert len(fault) > 1, name


def _check(jobs: list[Case], reference: tuple[str, str]) -> None:
    unknown = []
    for difference in differences(jobs, *reference):
        name = known_fault(difference)
        if name is None:
            unknown.append(str(difference))
        else:
            FOUND[name] += 1
    assert not unknown, "\n".join(unknown)
