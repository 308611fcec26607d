"""Characters that nobody sees, which make two names of what looks like one."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

# Letters or marks for Unicode, and drawn as nothing: fillers, selectors of variants, tags (those
# that Unicode calls "default ignorable" and Python calls printable), and an empty Braille cell.
_DRAWN_AS_NOTHING: Final = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0"
    "\U000e0100-\U000e01ef]"
)
_LINE_BREAKS: Final = "\n\r\t"
_CONTROLS: Final = {"\n": "LINE BREAK", "\r": "LINE BREAK", "\t": "TAB", "\x00": "NUL"}
# Persian, Hindi and their like cannot be spelt without these two between letters.
_JOINERS: Final = re.compile("(?<=[\u0600-\u109f])[\u200c\u200d](?=[\u0600-\u109f])")


def normalized(text: str) -> str:
    """The text composed (NFC) and without space around it: as it is compared and stored."""
    return (text if text.isascii() else unicodedata.normalize("NFC", text)).strip()


def alike(text: str) -> str:
    """What two ids have in common that differ by case or by how their accents are stored only."""
    return normalized(normalized(text).casefold())


def invisible_character(
    text: str, *, joiners: bool = False, breaks: bool = False, spaces: bool = False
) -> str | None:
    """The first invisible character of a text by name, number and place; None where there is none.

    `joiners` allows those that some scripts need between letters, `breaks` line breaks and tabs,
    `spaces` those of a special width, which do not break.
    """
    if text.isascii() and text.isprintable():
        return None
    if joiners:
        # As long as before, so that the place stays.
        text = _JOINERS.sub("x", text)
    for place, character in enumerate(text):
        if character.isprintable() and not _DRAWN_AS_NOTHING.match(character):
            continue
        if (breaks and character in _LINE_BREAKS) or (
            spaces and unicodedata.category(character) == "Zs"
        ):
            continue
        return _described(text, place)
    return None


def _described(text: str, place: int) -> str:
    character = text[place]
    name = _CONTROLS.get(character) or unicodedata.name(character, "CONTROL CHARACTER")
    before = text[max(place - 20, 0) : place]
    where = f"behind `{before}`" if before.isprintable() and before else "at the beginning"
    if before and not before.isprintable():
        where = f"in place {place + 1}"
    return f"{name} (U+{ord(character):04X}) {where}"
