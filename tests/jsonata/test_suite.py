"""Every case of the language's official test suite, where it is at hand."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

import pytest

from support.jsonata.suite import SUITE, cases, run

PRESENT = SUITE.is_dir()
RESULTS: dict[str, Counter[bool]] = defaultdict(Counter)


@pytest.fixture(scope="module", autouse=True)
def table(request: pytest.FixtureRequest) -> Iterator[None]:
    """Print how many cases of each group passed, at the end and past the capturing of output."""
    yield
    if not RESULTS:
        return
    capture = request.config.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled():
        total: Counter[bool] = sum(RESULTS.values(), Counter())
        print("\n\nJSONata suite, passed/total")
        for group, counts in sorted(RESULTS.items()):
            print(f"  {group:<36} {counts[True]:>4}/{counts.total()}")
        print(f"  {'all groups':<36} {total[True]:>4}/{total.total()}")


@pytest.mark.skipif(not PRESENT, reason="the official test suite is not at hand")
@pytest.mark.parametrize(
    ("group", "case"),
    [pytest.param(group, case, id=f"{group}/{name}") for group, name, case in cases()],
)
def test_the_engine_answers_as_the_suite_says(group: str, case: dict[str, object]) -> None:
    wrong = run(case)
    RESULTS[group][wrong is None] += 1
    assert wrong is None, f"{case['expr']}\n{wrong}"
