"""Settings of a command: options before the environment before the defaults."""

from __future__ import annotations

import pytest

from placet.cli.configuration import load_settings
from placet.errors import InvalidRequest


def test_an_option_wins_over_the_environment_and_that_over_the_default(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PLACET_PORT", "9000")
    assert load_settings(port=9001).port == 9001
    assert load_settings(port=None).port == 9000
    monkeypatch.delenv("PLACET_PORT")
    assert load_settings().port == 8080


def test_an_option_that_cannot_be_is_named_as_it_is_written() -> None:
    with pytest.raises(InvalidRequest, match=r"^`--max-batch`: "):
        load_settings(max_batch=0)


def test_a_variable_that_cannot_be_is_named_as_it_is_written(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PLACET_MAX_BATCH", "many")
    with pytest.raises(InvalidRequest, match=r"^`PLACET_MAX_BATCH`: "):
        load_settings(max_batch=None)
