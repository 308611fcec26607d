"""Characters that only look like those of the language, or like nothing at all."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from placet.jsonata import nodes as n
from placet.policies.core.hazards.model import Hazard
from placet.policies.core.hazards.scan import Scan

__all__ = ["check_characters", "plain"]

_SPACES: Final = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_INVISIBLE: Final = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]"
)
_WIDE: Final = re.compile("[\uff01-\uff5e、。]")
_WORD: Final = re.compile(r"[^\W\d_]+")
_QUOTED: Final = re.compile("[“”„‟‘’‚‛«»](.+)[“”„‟‘’‚‛«»]")
# Letters of other scripts, and the Latin ones they look like.
_ALIKE: Final = str.maketrans(
    "АВСЕНІЈКМОРЅТХаеіјорсухѕԁԛԝһАΑΒΕΖΗΙΚΜΝΟΡΤΥΧοναι",
    "ABCEHIJKMOPSTXaeijopcyxsdqwhAABEZHIKMNOPTYXovai",
)
_PUNCTUATION: Final = str.maketrans({"、": ",", "。": "."})


def check_characters(scan: Scan, node: n.Node) -> Iterator[Hazard]:
    """Whether a name or a text holds such characters."""
    if isinstance(node, n.Name | n.Variable):
        written = scan.text(node)
        if (meant := plain(written)) is not None:
            message = f"`{written}` is read as one name: {_told(written)}"
            yield scan.hazard("H20", node, message, meant)
    elif isinstance(node, n.Literal) and isinstance(node.value, str):
        yield from _text(scan, node)


def _text(scan: Scan, node: n.Literal) -> Iterator[Hazard]:
    written = scan.text(node)
    hidden = _INVISIBLE.search(written) or _SPACES.search(written.replace("\u3000", ""))
    if hidden or _has_mixed_word(written):
        message = f"the text {written} holds more than is seen: {_told(written)}"
        meant = _INVISIBLE.sub("", _SPACES.sub(" ", _unmixed(written)))
        yield scan.hazard("H20", node, message, meant)
    elif quoted := _QUOTED.fullmatch(str(node.value)):
        message = f"the text {written} has quotes of its own inside the quotes of the language"
        yield scan.hazard("H20", node, message, written[0] + quoted[1] + written[0])


def plain(written: str) -> str | None:
    """A name with the characters that were probably meant, None where it has no others."""
    meant = _INVISIBLE.sub("", _SPACES.sub(" ", _unmixed(written)))
    if _WIDE.search(meant):
        meant = unicodedata.normalize("NFKC", meant.translate(_PUNCTUATION))
        meant = re.sub("[“”„‟]", '"', re.sub("[‘’‚‛]", "'", meant))
    return meant if meant != written else None


def _unmixed(text: str) -> str:
    return _WORD.sub(lambda word: _latin(word[0]), text)


def _latin(word: str) -> str:
    """A word that is Latin but for some letters that look so, in Latin letters."""
    meant = word.translate(_ALIKE)
    return meant if meant.isascii() and _is_suspicious(word) else word


def _is_suspicious(word: str) -> bool:
    return any(letter.isascii() for letter in word) and not word.isascii()


def _has_mixed_word(text: str) -> bool:
    return _unmixed(text) != text


def _told(written: str) -> str:
    """The first of the characters, by its name."""
    for character in written:
        odd = _SPACES.match(character) or _INVISIBLE.match(character) or _WIDE.match(character)
        alike = character.translate(_ALIKE)
        if odd or (alike != character and alike.isascii()):
            name = unicodedata.name(character, "").lower() or f"U+{ord(character):04X}"
            number = f"U+{ord(character):04X}"
            return f"it holds {number} ({name})"
    return "it holds characters of other scripts"
