"""Parts of a JSON document as they are written, to the byte."""

from __future__ import annotations

import json
import re
from typing import Final

_SPACE: Final = re.compile(r"[ \t\n\r]*")
# Only where values end is asked for, so no number is worked out.
_READER: Final = json.JSONDecoder(parse_int=len, parse_float=len, parse_constant=len, strict=False)


def member_text(body: bytes, name: str) -> str | None:
    """The text of a member of a JSON object as it is written, of the last one where there are
    several; None: it has no such member.

    `body` is a JSON document in UTF-8 that has been read before.
    """
    text = body.decode("utf-8")
    found = None
    at = _after_space(text, _after_space(text, 0) + 1)
    while text[at] != "}":
        key, end = _READER.raw_decode(text, at)
        start = _after_space(text, _after_space(text, end) + 1)
        _, end = _READER.raw_decode(text, start)
        if key == name:
            found = text[start:end]
        at = _after_space(text, end)
        if text[at] == ",":
            at = _after_space(text, at + 1)
    return found


def _after_space(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return at if match is None else match.end()
