"""What the generated clients do is what the README does by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from clients.conftest import TOLD
from support.project import ROOT

HERE = Path(__file__).parent
README = (ROOT / "README.md").read_text("utf-8")


@pytest.mark.parametrize("tour", ["tour.py", "typescript/tour.ts"])
def test_each_takes_the_tour_of_the_readme(tour: str) -> None:
    text = (HERE / tour).read_text("utf-8")
    for words in ("globex", "mine-1", "735000", "purchasing-rules", "large-order"):
        assert words in text
        assert words in README


def test_what_they_tell_is_what_the_readme_shows() -> None:
    _, pending, _, then, history, _ = TOLD
    outcome, _, reason = pending.partition(": ")
    for told in (outcome, reason, then.removeprefix("then: "), *history.split(" | ")[1:]):
        assert f'"{told}"' in README
