"""The settings of a command: its options where given, else the environment, else the defaults."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from placet.errors import InvalidRequest
from placet.kit.reading import field_details
from placet.settings import Settings


def load_settings(**given: Any) -> Settings:
    """The settings, with those options that are not None in place of the environment's.

    Raises:
        InvalidRequest: an option or a variable has a value that cannot be.
    """
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        detail = field_details(error)[0]
        name = f"PLACET_{detail.field.upper()}"
        if given.get(detail.field) is not None:
            name = f"--{detail.field.replace('_', '-')}"
        raise InvalidRequest(f"`{name}`: {detail.message}") from error
