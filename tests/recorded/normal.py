"""What differs from run to run gets a name; everything else stays as it is, to the byte.

- UUIDs of versions 4 and 7, budget numbers, app keys and user tokens become `<id 1>`, `<number 1>`,
  … by first appearance: the same one has the same name in answers and in stored rows. A UUID of
  version 5 is no chance and stays.
- A moment from two days ago to ten months ahead becomes `<moment>`, with the shape of its
  text where that is not the usual one. The session says moments years away, which stay.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

_RANDOM: Final = re.compile(
    r"(?P<secret>(?<=^app token  )[\w-]{43})"
    r"|(?P<jwt>eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{10,})"
    r"|(?P<key>placet-[a-z]+-[A-Z]{12})"
    r"|(?P<id>[0-9a-f]{8}-[0-9a-f]{4}-[47][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12})"
    r"|\b(?P<text>\d{4}-\d\d-\d\d(?P<rest>[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?)"
    r"|(?<![\w.-])(?P<number>\d{16})(?![\w.-])"
    r"|(?<![\w.-])(?P<instant>\d{13})(?![\w.-])",
    re.MULTILINE,
)
_USUAL: Final = "T00:00:00.0000000Z"
_BEFORE, _AHEAD = timedelta(days=2), timedelta(days=310)


class Normal:
    """The names given so far. `known` are secrets of this run, by the name to show for each."""

    def __init__(self, known: dict[str, str]) -> None:
        self._names: dict[str, str] = {}
        self._counts: dict[str, int] = {}
        self.known = known

    def text(self, text: str, name: Callable[[str, str], str] | None = None) -> str:
        """`text` with all that is random named; `name` gives names in another way."""
        for secret, shown in self.known.items():
            if secret.isdecimal():
                # A number is no part of a longer one, such as an instant that ends with it.
                text = re.sub(rf"(?<!\d){secret}(?!\d)", f"<{shown}>", text)
            else:
                text = text.replace(secret, f"<{shown}>")
        chosen = name or self._name
        return _RANDOM.sub(lambda found: _named(found, chosen), text)

    def unnumbered(self, text: str) -> str:
        """As `text`, with what has no name yet told apart by nothing: to sort by."""
        return self.text(text, lambda kind, value: self._names.get(value, f"<{kind}>"))

    def _name(self, kind: str, value: str) -> str:
        if value not in self._names:
            self._counts[kind] = self._counts.get(kind, 0) + 1
            self._names[value] = f"<{kind} {self._counts[kind]}>"
        return self._names[value]


def _named(found: re.Match[str], name: Callable[[str, str], str]) -> str:
    value = found[0]
    if found["text"]:
        return _moment(value, found["rest"] or "")
    if found["instant"]:
        near = _near(datetime.fromtimestamp(int(value) / 1_000, UTC))
        return "<instant>" if near else value
    if found["number"] and not _near(datetime.fromtimestamp(int(value) / 1e6, UTC)):
        return value
    kind = next(kind for kind in ("secret", "jwt", "key", "id", "number") if found[kind])
    return name(kind, value)


def _moment(value: str, rest: str) -> str:
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        return value
    if not _near(at if at.tzinfo else at.replace(tzinfo=UTC)):
        return value
    shape = re.sub(r"\d", "0", rest)
    return "<moment>" if shape == _USUAL else f"<moment {shape}>" if shape else "<day>"


def _near(at: datetime) -> bool:
    return -_BEFORE < at - datetime.now(UTC) < _AHEAD
