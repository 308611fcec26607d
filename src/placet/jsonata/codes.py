"""Every error code of the expression language with its sentence.

Placeholders: `{token}`, and the keyword details that the raising place passes.
"""

from __future__ import annotations

from typing import Final

__all__ = ["CODES"]

SYNTAX: Final[dict[str, str]] = {}

RUNTIME: Final[dict[str, str]] = {
    "U1001": "the expression ran past its limit: {limit}",
}

CODES: Final[dict[str, str]] = {**SYNTAX, **RUNTIME}
