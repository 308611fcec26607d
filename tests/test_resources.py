"""What is shipped beside the code is found wherever it was installed."""

from __future__ import annotations

from placet.resources import rules_path


def test_the_example_rules_are_found() -> None:
    assert (rules_path() / "order-cap" / "rules.yaml").is_file()
