"""Settings from the environment."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from placet.settings import Settings


def test_the_environment_sets_fields_and_arguments_win(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLACET_PORT", "9000")
    monkeypatch.setenv("PLACET_HOST", "0.0.0.0")
    settings = Settings(host="127.0.0.2")
    assert (settings.port, settings.host) == (9000, "127.0.0.2")


def test_only_this_machine_is_listened_to_unless_told_otherwise() -> None:
    assert Settings().host == "127.0.0.1"


@pytest.mark.parametrize(
    ("name", "value"), [("PORT", "70000"), ("MAX_BATCH", "0"), ("RULE_TIMEOUT_MS", "-1")]
)
def test_impossible_values_are_refused(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"PLACET_{name}", value)
    with pytest.raises(ValidationError):
        Settings()


def test_every_setting_is_described() -> None:
    assert all(field.description for field in Settings.model_fields.values())
