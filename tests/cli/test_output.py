"""What is printed is plain where nobody watches, and cannot drive a terminal."""

from __future__ import annotations

from pathlib import Path

from cli.conftest import ORDERS, Placet


def test_output_that_is_no_terminal_is_plain_and_not_wrapped(placet: Placet, rules: Path) -> None:
    text = rules.read_text("utf-8").replace("Order cap", "Order cap " + "long " * 40)
    rules.write_text(text, "utf-8")
    result = placet("dry-run", rules, "--order", ORDERS / "above-cap.json")
    assert "\x1b" not in result.out
    assert len(result.out.splitlines()[2]) > 200
