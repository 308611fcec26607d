"""Whole numbers in English words, cardinal and ordinal, up to the largest double."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["WORD", "in_words", "words_value"]

_CARDINALS: Final = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen",
)  # fmt: skip
_ORDINALS: Final = (
    "zeroth", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth",
    "ninth", "tenth", "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth",
    "sixteenth", "seventeenth", "eighteenth", "nineteenth",
)  # fmt: skip
_TENS: Final = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_MAGNITUDES: Final = (
    (10**12, "trillion"),
    (10**9, "billion"),
    (10**6, "million"),
    (1000, "thousand"),
)

_SMALL: Final[dict[str, int]] = {
    **{word: value for value, word in enumerate(_CARDINALS)},
    **{word: value for value, word in enumerate(_ORDINALS)},
    **{word: 20 + 10 * index for index, word in enumerate(_TENS)},
    **{word[:-1] + "ieth": 20 + 10 * index for index, word in enumerate(_TENS)},
}
_SCALES: Final[dict[str, int]] = {
    word + suffix: scale
    for scale, word in (*_MAGNITUDES, (100, "hundred"))
    for suffix in ("", "th")
}
_SEPARATORS: Final = "[-, ]+"
_LARGEST: Final = _MAGNITUDES[0][0]
_TOO_LARGE: Final = 10**309
_WORDS: Final = r"[a-z]+(?:[-, ]+[a-z]+)*"

WORD: Final = "(?:" + "|".join(sorted([*_SMALL, *_SCALES, "and"], key=len, reverse=True)) + ")"
"""A regular expression of one number word, or `and`."""


def in_words(number: int, ordinal: bool = False) -> str:
    """`number` (not negative) in lower case: `one thousand, two hundred and thirty-four`."""
    if number < 20:
        return (_ORDINALS if ordinal else _CARDINALS)[number]
    if number < 100:
        ten, unit = divmod(number, 10)
        word = _TENS[ten - 2]
        if unit:
            return f"{word}-{in_words(unit, ordinal)}"
        return word[:-1] + "ieth" if ordinal else word
    if number < 1000:
        scale, name = 100, "hundred"
    else:
        scale, name = next(entry for entry in _MAGNITUDES if number >= entry[0])
    count, rest = divmod(number, scale)
    head = f"{in_words(count)} {name}"
    if not rest:
        return head + "th" if ordinal else head
    return f"{head}{' and ' if rest < 100 else ', '}{in_words(rest, ordinal)}"


def words_value(text: str) -> int | None:
    """The number that words in any case say; None for an unknown word or one beyond any double.

    Each magnitude multiplies the smaller parts before it, so `nineteen hundred` is 1900.
    """
    text = text.strip().lower()
    if not re.fullmatch(_WORDS, text):
        return None
    parts: list[int] = []
    for word in re.split(_SEPARATORS, text):
        if word in _SMALL:
            value = _SMALL[word]
            if parts and parts[-1] < 100:
                value += parts.pop()
            parts.append(value)
        elif word in _SCALES:
            scale = _SCALES[word]
            scaled = 0
            # The largest magnitude multiplies all before it: `one billion trillion trillion`.
            while parts and (parts[-1] < scale or scale == _LARGEST):
                scaled += parts.pop()
            parts.append((scaled or 1) * scale)
            if parts[-1] > _TOO_LARGE:
                return None
        elif word != "and":
            return None
    return sum(parts) if parts else None
