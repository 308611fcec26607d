"""Programs with quick code alone."""

from __future__ import annotations

from typing import Any


def refuse(*arguments: Any) -> Any:
    raise AssertionError("quick code gave up")
