"""Integer pictures: `#,##0`, `0;o`, `w`, `W`, `Ww`, `I`, `i`, `A`, `a` (XPath 3.1 F&O, 4.6.1)."""

from __future__ import annotations

import functools
import re
import unicodedata
from typing import Final, Literal, NamedTuple

from placet.jsonata.errors import JSONataError
from placet.jsonata.functions.integer_words import WORD, in_words, words_value
from placet.jsonata.runtime.state import State

__all__ = [
    "Case",
    "IntegerPicture",
    "Notation",
    "check_picture",
    "format_integer",
    "integer_pattern",
    "parse_integer",
    "parse_integer_picture",
]


Notation = Literal["decimal", "words", "roman", "letters"]
Case = Literal["upper", "lower", "title"]


class IntegerPicture(NamedTuple):
    """An analysed picture.

    `mandatory` and `optional` count the digits and `#` of a decimal picture, `zero` is the code
    point of its digit 0. `separators` are (digits to the right, character) from the right; `repeat`
    is the distance at which the one separator repeats, 0 when they stand only where shown.
    """

    notation: Notation
    case: Case = "lower"
    ordinal: bool = False
    mandatory: int = 1
    optional: int = 0
    zero: int = 0x30
    separators: tuple[tuple[int, str], ...] = ()
    repeat: int = 0


_TOKENS: Final[dict[str, IntegerPicture]] = {
    "A": IntegerPicture("letters", "upper", mandatory=0),
    "a": IntegerPicture("letters", "lower", mandatory=0),
    "I": IntegerPicture("roman", "upper", mandatory=0),
    "i": IntegerPicture("roman", "lower", mandatory=0),
    "W": IntegerPicture("words", "upper", mandatory=0),
    "Ww": IntegerPicture("words", "title", mandatory=0),
    "w": IntegerPicture("words", "lower", mandatory=0),
}
_ROMAN: Final = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"),
    (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_ROMAN_VALUES: Final = {letter: value for value, letter in _ROMAN if len(letter) == 1}
_LONGEST: Final = 500
_WIDEST: Final = 20_000
# Characters of the longest text that is read as a number in words.
_MOST_WORDS: Final = 20_000
_LEADING_NUMBER: Final = r"\s*\+?([0-9]+)"


def check_picture(picture: object) -> None:
    """Refuse a missing picture, and one so long that analysing and keeping it would be a burden.

    Raises:
        JSONataError: T0410 for `UNDEFINED`, U1001 past 500 characters.
    """
    if not isinstance(picture, str):
        raise JSONataError("T0410", index=2, expected="a string", found="missing")
    if len(picture) > _LONGEST:
        raise JSONataError("U1001", limit=f"{_LONGEST} characters of a picture")


@functools.lru_cache(maxsize=512)
def parse_integer_picture(picture: str) -> IntegerPicture:
    """Analyse a picture; what follows its last `;` is the modifier, of which `o` means ordinal.

    Raises:
        JSONataError: D3130 for a numbering sequence that is not supported, D3131 for digits of two
            scripts in one picture.
    """
    primary, semicolon, modifier = picture.rpartition(";")
    if not semicolon:
        primary, modifier = picture, ""
    format_ = _TOKENS.get(primary) or _decimal(primary)
    return format_._replace(ordinal=True) if modifier.startswith("o") else format_


def _decimal(primary: str) -> IntegerPicture:
    mandatory = optional = 0
    zeros: set[int] = set()
    separators: list[tuple[int, str]] = []
    for character in reversed(primary):
        digit = unicodedata.decimal(character, None)
        if digit is not None:
            zeros.add(ord(character) - digit)
            mandatory += 1
        elif character == "#":
            optional += 1
        else:
            separators.append((mandatory + optional, character))
    if not zeros:
        raise JSONataError("D3130", picture=primary)
    if len(zeros) > 1:
        raise JSONataError("D3131", picture=primary)
    return IntegerPicture(
        "decimal",
        mandatory=mandatory,
        optional=optional,
        zero=zeros.pop(),
        separators=tuple(separators),
        repeat=_repeat(separators),
    )


def _repeat(separators: list[tuple[int, str]]) -> int:
    if not separators or len({character for _, character in separators}) > 1:
        return 0
    step = separators[0][0]
    positions = [position for position, _ in separators]
    return step if positions == [step * (index + 1) for index in range(len(positions))] else 0


def format_integer(state: State, number: int, picture: IntegerPicture) -> str:
    """Write a whole number of any sign.

    Raises:
        JSONataError: U1001 when the text would be longer than the limit.
    """
    magnitude = abs(number)
    match picture.notation:
        case "words":
            text = _cased(in_words(magnitude, picture.ordinal), picture.case)
        case "roman":
            state.check_size(magnitude // 1000 + 15)
            text = _cased(_roman(magnitude), picture.case)
        case "letters":
            text = _cased(_letters(magnitude), picture.case)
        case "decimal":
            _check_width(picture.mandatory)
            text = _digits(magnitude, picture)
    return "-" + text if number < 0 else text


def _check_width(digits: int) -> None:
    if digits > _WIDEST:
        raise JSONataError("U1001", limit=f"{_WIDEST} digits of a picture")


def _cased(text: str, case: Case) -> str:
    if case == "upper":
        return text.upper()
    if case == "title":
        return text.title().replace(" And ", " and ")
    return text


def _roman(number: int) -> str:
    text = ""
    for value, letters in _ROMAN:
        count, number = divmod(number, value)
        text += letters * count
    return text


def _letters(number: int) -> str:
    text = ""
    while number:
        number, letter = divmod(number - 1, 26)
        text = chr(ord("a") + letter) + text
    return text


def _digits(number: int, picture: IntegerPicture) -> str:
    text = str(number).zfill(picture.mandatory)
    if picture.zero != 0x30:
        text = "".join(chr(picture.zero + int(digit)) for digit in text)
    text = _grouped(text, picture)
    return text + _ordinal_suffix(number) if picture.ordinal else text


def _grouped(digits: str, picture: IntegerPicture) -> str:
    separators = picture.separators
    if picture.repeat:
        step, character = picture.repeat, separators[0][1]
        separators = tuple((at, character) for at in range(step, len(digits), step))
    parts: list[str] = []
    end = len(digits)
    for position, character in separators:
        start = len(digits) - position
        if start <= 0:
            break
        parts += (digits[start:end], character)
        end = start
    parts.append(digits[:end])
    return "".join(reversed(parts))


def _ordinal_suffix(number: int) -> str:
    if number % 100 in {11, 12, 13}:
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")


def integer_pattern(picture: IntegerPicture, width: int | None = None) -> str:
    """A regular expression, to be matched ignoring case, of the numbers a picture writes.

    `width` fixes the count of digits.
    """
    match picture.notation:
        case "words":
            return rf"{WORD}(?:[-, ]*{WORD})*"
        case "roman":
            return "[mdclxvi]+"
        case "letters":
            return "[a-z]+"
        case "decimal":
            digit = f"[{chr(picture.zero)}-{chr(picture.zero + 9)}]"
            between = "".join(re.escape(character) for _, character in picture.separators)
            more = f"[{between}]?{digit}" if between else digit
            count = "*" if width is None else f"{{{width - 1}}}"
            return f"{digit}(?:{more}){count}{'(?:th|st|nd|rd)' if picture.ordinal else ''}"


def parse_integer(state: State, text: str, picture: IntegerPicture) -> int | None:
    """Read a whole number written in the picture's notation, in any case; None when it is none.

    Decimals are read up to the first character that belongs to no number, as JavaScript does.
    """
    state.tick(1 + len(text) // 8)
    if text.startswith("-"):
        magnitude = _magnitude(state, text[1:], picture)
        return None if magnitude is None else -magnitude
    return _magnitude(state, text, picture)


def _magnitude(state: State, text: str, picture: IntegerPicture) -> int | None:
    match picture.notation:
        case "words":
            return words_value(text) if len(text) <= _MOST_WORDS else None
        case "roman":
            return _roman_value(state, text.lower())
        case "letters":
            return _letters_value(text.lower())
        case "decimal":
            return _decimal_value(text, picture)


def _roman_value(state: State, text: str) -> int | None:
    total = largest = 0
    for letter in state.paced(reversed(text), len(text)):
        value = _ROMAN_VALUES.get(letter)
        if value is None:
            return None
        if value < largest:
            total -= value
        else:
            total, largest = total + value, value
    return total


def _letters_value(text: str) -> int | None:
    if len(text) > 300 or not all("a" <= letter <= "z" for letter in text):
        return None
    total = 0
    for letter in text:
        total = total * 26 + ord(letter) - ord("a") + 1
    return total


def _decimal_value(text: str, picture: IntegerPicture) -> int | None:
    if picture.ordinal:
        text = text[:-2] if text[-2:].lower() in {"th", "st", "nd", "rd"} else ""
    for _, character in picture.separators:
        text = text.replace(character, "")
    if picture.zero != 0x30:
        text = text.translate({picture.zero + digit: str(digit) for digit in range(10)})
    found = re.match(_LEADING_NUMBER, text)
    if not found:
        return None
    if len(found[1]) > 310:
        return None
    return int(found[1])
