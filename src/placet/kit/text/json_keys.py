"""Keys that come twice in a JSON object: which of the two counts, readers do not agree upon.

Finding out costs little where there are none, as in nearly every document: each key brings one
colon, and a reader that keeps the last of two loses at least that one. So the document is written
again, and the colons are counted in both.
"""

from __future__ import annotations

import json
from typing import Any

from placet.kit.text.json_reader import read_json
from placet.kit.text.located import Place


class KeyTwice(Exception):  # noqa: N818
    """The argument is a key that comes twice."""


def object_of(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The object of these pairs, as a decoder's hook. Raises KeyTwice."""
    made = dict(pairs)
    if len(made) < len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise KeyTwice(key)
            seen.add(key)
    return made


def duplicate_key(text: bytes, written: bytes) -> str | None:
    """The first key that comes twice in one object, and where, in words; None where none does.

    `text` is good JSON, and `written` is the same by `to_json` of pydantic, after a reader that
    keeps the last of two.
    """
    if text.count(b":") == written.count(b":") and not _hides_colons(text):
        return None
    try:
        json.loads(text.decode(), object_pairs_hook=object_of, parse_int=len, parse_float=len)
    except KeyTwice as found:
        return key_twice(text.decode(), str(found))
    return None


def _hides_colons(text: bytes) -> bool:
    """Whether a text in it may hold a colon that is written in another way."""
    return b"\\" in text and (b"u003a" in text or b"u003A" in text)


def key_twice(text: str, key: str) -> str:
    """That a key comes twice in a document, and where, in words."""
    places: list[Place] = []

    def report(place: Place, code: str, _message: str) -> None:
        if code == "duplicate-key":
            places.append(place)

    read_json(text, report)
    # What is nested too deep for places has none.
    where = f", in line {places[0].line}, column {places[0].column}" if places else ""
    return f"the key `{key[:100]}` comes twice in one object{where}"
