"""What can go wrong for a caller: a small family of exceptions with stable codes.

Nothing here knows HTTP; the API layer keeps the one table from class to status. A message is one
sentence in lower case without full stop, with what the caller wrote in backticks.
"""

# The names say what happened, as callers read them; an `Error` suffix would add nothing.
# ruff: noqa: N818

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Detail:
    """One thing wrong with one field: `field` is a path like `ruleCollection[2].scoreInterval`."""

    field: str
    message: str

    def __str__(self) -> str:
        return f"`{self.field}`: {self.message}" if self.field else self.message


class PlacetError(Exception):
    """The base of every error a caller is told about.

    `code` is stable and in kebab case, `message` one sentence, `details` the fields at fault.
    """

    default_code: ClassVar[str] = "error"

    def __init__(
        self, message: str, *, code: str | None = None, details: Iterable[Detail] = ()
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.default_code
        self.details = tuple(details)

    def __str__(self) -> str:
        return self.message


class InvalidRequest(PlacetError):
    """What was sent cannot be understood or breaks a stated limit."""

    default_code = "invalid-request"


class NotFound(PlacetError):
    """There is no such thing in this account."""

    default_code = "not-found"


class Conflict(PlacetError):
    """The request is well formed, but the present state does not allow it."""

    default_code = "conflict"


class Forbidden(PlacetError):
    """The caller is known and may not do this."""

    default_code = "forbidden"


class Unauthorized(PlacetError):
    """The caller is not known: no credentials, or wrong ones."""

    default_code = "unauthorized"


class Unavailable(PlacetError):
    """The service cannot answer now; the same request may succeed later."""

    default_code = "unavailable"


class OutcomeUnknown(PlacetError):
    """What was asked for may have been done or not, and there is no finding out now."""

    default_code = "outcome-unknown"
