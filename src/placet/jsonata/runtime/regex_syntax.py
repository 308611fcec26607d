"""Regular expressions as JavaScript writes them, rewritten for the `regex` package.

The rules are those of ECMAScript without the `u` flag, its legacy syntax included (ECMA-262,
22.2.1 and annex B.1.2): `\\d`, `\\w` and `\\b` know ASCII only, `$` is the very end, a reference to
a group that took no part matches nothing, `[]` never matches and `[^]` always does. Escapes written
as surrogate pairs mean the one character. The result is meant for `regex.ASCII`, so case folding
beyond ASCII is written out here.
"""

from __future__ import annotations

from functools import cache
from typing import Final, NamedTuple

from placet.jsonata.errors import JSONataError

__all__ = ["Translation", "translate"]

_LENGTH_LIMIT: Final = 4096
_DEPTH_LIMIT: Final = 100
# Repeats are unrolled by the matcher's compiler: what one pattern may unroll to.
_COST_LIMIT: Final = 50_000
_CLASS: Final = 40

_SPACE: Final = "\\t-\\r \\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000\\ufeff"
_NOT_SPACE: Final = (
    "\\x00-\\x08\\x0e-\\x1f!-\\x9f\\xa1-\\u167f\\u1681-\\u1fff\\u200b-\\u2027\\u202a-\\u202e"
    "\\u2030-\\u205e\\u2060-\\u2fff\\u3001-\\ufefe\\uff00-\\U0010ffff"
)
_SETS: Final = {"d": "\\d", "D": "\\D", "w": "\\w", "W": "\\W", "s": _SPACE, "S": _NOT_SPACE}
_LINE_ENDS: Final = "\\n\\r\\u2028\\u2029"
_CONTROLS: Final = {"t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r"}
_LOOKS: Final = ("(?=", "(?!", "(?<=", "(?<!")


class Translation(NamedTuple):
    """A rewritten pattern.

    `harmless` is the length of text up to which matching cannot take long, whatever the text is,
    `cost` the size of the pattern with its repeats unrolled.
    """

    pattern: str
    harmless: int
    cost: int


def translate(source: str, ignore_case: bool = False, multiline: bool = False) -> Translation:
    """Rewrite the pattern of a JavaScript regular expression.

    Raises:
        JSONataError: S0303 when it is not valid, or longer, deeper or more repetitive than allowed.
    """
    if len(source) > _LENGTH_LIMIT:
        raise JSONataError("S0303", token=source[:40] + "…", reason="it is too long")
    translator = _Translator(source, ignore_case, multiline)
    cost = translator.alternatives(0)
    if translator.index < len(source):
        raise translator.error("there is an unmatched `)`")
    if cost > _COST_LIMIT:
        raise translator.error("it repeats too much")
    return Translation("".join(translator.output), translator.harmless(), cost)


class _Translator:
    def __init__(self, source: str, ignore_case: bool, multiline: bool) -> None:
        self.source = source
        self.ignore_case = ignore_case
        self.multiline = multiline
        self.index = 0
        self.output: list[str] = []
        self.group_total, self.names = _capture_groups(source)
        self.group_count = 0
        self.open_groups: list[int] = []
        self.variable = 0
        self.risky = False

    def error(self, reason: str) -> JSONataError:
        return JSONataError("S0303", token=self.source, reason=reason)

    def harmless(self) -> int:
        if self.risky:
            return 0
        return {0: 50_000, 1: 1000, 2: 100}.get(self.variable, 0)

    def alternatives(self, depth: int) -> int:
        """Rewrite up to the closing bracket or the end; gives the unrolled size."""
        if depth > _DEPTH_LIMIT:
            raise self.error("its groups are nested too deeply")
        cost = 1
        while self.index < len(self.source) and self.source[self.index] != ")":
            if self.source[self.index] == "|":
                self.output.append("|")
                self.index += 1
            else:
                cost += self._term(depth)
        return cost

    def _term(self, depth: int) -> int:
        source, start = self.source, self.index
        symbol = source[start]
        if symbol == "(":
            return self._group(depth)
        if symbol in "^$" or source.startswith(("\\b", "\\B"), start):
            self._assertion(symbol)
            return 1
        if symbol in "*+?" or _braces(source, start) is not None:
            raise self.error(f"there is nothing to repeat before `{symbol}`")
        if symbol == "[":
            self._class()
        elif symbol == "\\":
            self._escape()
        else:
            self.index += 1
            self.output.append(f"[^{_LINE_ENDS}]" if symbol == "." else self._literal(symbol))
        # a class is kept with all its members in every repeat
        return self._quantified(1 + len(self.output[-1]) // _CLASS, single=True)

    def _assertion(self, symbol: str) -> None:
        if symbol == "\\":
            self.output.append(self.source[self.index : self.index + 2])
            self.index += 2
            return
        self.index += 1
        if self.multiline:
            self.output.append(f"(?<![^{_LINE_ENDS}])" if symbol == "^" else f"(?![^{_LINE_ENDS}])")
        else:
            self.output.append("\\A" if symbol == "^" else "\\Z")

    def _group(self, depth: int) -> int:
        source, start = self.source, self.index
        look = next((opening for opening in _LOOKS if source.startswith(opening, start)), None)
        number = 0
        if look:
            self.output.append(look)
            self.index += len(look)
        elif source.startswith("(?:", start):
            self.output.append("(?:")
            self.index += 3
        else:
            self.index = _group_body(source, start) or 0
            if not self.index:
                raise self.error("there is a kind of group that does not exist")
            self.output.append("(")
            self.group_count = number = self.group_count + 1
            self.open_groups.append(number)
        cost = self.alternatives(depth + 1)
        if self.index >= len(source):
            raise self.error("a group is not closed")
        self.index += 1
        self.output.append(")")
        if number:
            self.open_groups.remove(number)
        if look in {"(?<=", "(?<!"}:
            if self.index < len(source) and self._at_quantifier():
                raise self.error("a look-behind cannot be repeated")
            return cost
        return self._quantified(cost, single=False)

    def _at_quantifier(self) -> bool:
        return self.source[self.index] in "*+?" or _braces(self.source, self.index) is not None

    def _quantified(self, cost: int, *, single: bool) -> int:
        """Rewrite the quantifier that may follow an atom; gives the cost of the whole."""
        source = self.source
        if self.index >= len(source) or not self._at_quantifier():
            return cost
        least, most, length = _braces(source, self.index) or _STARS[source[self.index]]
        if most is not None and least > most:
            raise self.error("the numbers of a quantifier are out of order")
        self.index += length
        if least != most:
            self.variable += 1
            self.risky = self.risky or not single
        factor = max(least, most or 0, 1)
        if cost * factor > _COST_LIMIT:
            raise self.error("it repeats too much")
        self.output.append(f"{{{least},{'' if most is None else most}}}")
        if self.index < len(source) and source[self.index] == "?":
            self.output.append("?")
            self.index += 1
        return cost * factor

    def _escape(self) -> None:
        """Rewrite an escape outside of a class."""
        source, following = self.source, self.source[self.index + 1 : self.index + 2]
        if following and following in _SETS:
            self.index += 2
            text = _SETS[following]
            self.output.append(text if len(text) == 2 else f"[{text}]")
            return
        if following == "k" and self.names:
            self._named_reference()
            return
        if following and following in "123456789":
            digits = _digits(source, self.index + 1)
            if int(digits[:5]) <= self.group_total and len(digits) < 5:
                self.index += 1 + len(digits)
                self._reference(int(digits))
                return
        self.output.append(self._literal(self._character()))

    def _named_reference(self) -> None:
        end = self.source.find(">", self.index)
        name = self.source[self.index + 3 : end]
        if self.source[self.index + 2 : self.index + 3] != "<" or name not in self.names:
            raise self.error("a reference names a group that does not exist")
        self.index = end + 1
        self._reference(self.names[name])

    def _reference(self, number: int) -> None:
        self.risky = True
        # A group still open has matched nothing yet, and neither does a reference to it.
        inside = number in self.open_groups
        self.output.append("(?:)" if inside else f"(?:(?({number})\\{number}))")

    def _character(self) -> str:
        """The one character that the escape at the index means; steps over it."""
        self.index, character = _escaped(self.source, self.index)
        if not character:
            raise self.error("it ends with a backslash")
        return character

    def _literal(self, character: str) -> str:
        if self.ignore_case and character > "\x7f":
            return f"[{''.join(_variants().get(_canonical(character), character))}]"
        return _quoted(character)

    def _class(self) -> None:
        source = self.source
        self.index += 1
        negated = source.startswith("^", self.index)
        self.index += negated
        items: list[str] = []
        while self.index < len(source) and source[self.index] != "]":
            low = self._class_atom()
            dash = source.startswith("-", self.index)
            if not dash or source[self.index + 1 : self.index + 2] in {"]", ""}:
                items.append(low if len(low) > 1 else self._class_range(low, low))
                continue
            self.index += 1
            high = self._class_atom()
            if len(low) > 1 or len(high) > 1:
                items += [low if len(low) > 1 else _quoted(low), "\\-"]
                items.append(high if len(high) > 1 else _quoted(high))
            elif low > high:
                raise self.error("a range in a class is out of order")
            else:
                items.append(self._class_range(low, high))
        if self.index >= len(source):
            raise self.error("a class is not closed")
        self.index += 1
        if items:
            self.output.append(f"[{'^' if negated else ''}{''.join(items)}]")
        else:
            self.output.append("(?s:.)" if negated else "(?!)")

    def _class_atom(self) -> str:
        """One character of a class, or the rewritten text of a set like `\\d`."""
        source = self.source
        symbol, following = source[self.index], source[self.index + 1 : self.index + 2]
        if symbol != "\\":
            self.index += 1
            return symbol
        if following and following in _SETS:
            self.index += 2
            return _SETS[following]
        if following == "b":
            self.index += 2
            return "\b"
        return self._character()

    def _class_range(self, low: str, high: str) -> str:
        text = _quoted(low) if low == high else f"{_quoted(low)}-{_quoted(high)}"
        if not self.ignore_case or high <= "\x7f":
            return text
        more = {
            variant
            for variants in _variants().values()
            if any(low <= variant <= high for variant in variants)
            for variant in variants
            if not low <= variant <= high
        }
        return text + "".join(sorted(more))


_STARS: Final[dict[str, tuple[int, int | None, int]]] = {
    "*": (0, None, 1),
    "+": (1, None, 1),
    "?": (0, 1, 1),
}


def _braces(source: str, start: int) -> tuple[int, int | None, int] | None:
    """Least, most and length of `{n}`, `{n,}` or `{n,m}` at `start`; None when it is plain text."""
    end = source.find("}", start)
    if source[start] != "{" or end < 0:
        return None
    least, comma, most = source[start + 1 : end].partition(",")
    if not _is_number(least) or (most and not _is_number(most)):
        return None
    lower = int(least[:9])
    upper = (int(most[:9]) if most else None) if comma else lower
    return lower, upper, end + 1 - start


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _digits(source: str, start: int) -> str:
    end = start
    while end < len(source) and source[end] in "0123456789":
        end += 1
    return source[start:end]


def _group_body(source: str, start: int) -> int | None:
    """Where the body of the capturing group at `start` begins; None when it captures nothing."""
    if not source.startswith("(?", start):
        return start + 1
    end = source.find(">", start)
    name = source[start + 3 : end].replace("$", "_")
    if source.startswith("(?<", start) and end > 0 and name.isidentifier():
        return end + 1
    return None


def _capture_groups(source: str) -> tuple[int, dict[str, int]]:
    """How many groups capture, and the numbers of the named ones."""
    count, names = 0, {}
    in_class = False
    index = 0
    while index < len(source):
        symbol = source[index]
        if symbol == "\\":
            index += 1
        elif symbol == "[":
            in_class = True
        elif symbol == "]":
            in_class = False
        elif symbol == "(" and not in_class:
            body = _group_body(source, index)
            count += body is not None
            if body and body > index + 1:
                name = source[index + 3 : body - 1]
                if name in names:
                    reason = f"two groups are named `{name}`"
                    raise JSONataError("S0303", token=source, reason=reason)
                names[name] = count
        index += 1
    return count, names


def _escaped(source: str, start: int) -> tuple[int, str]:
    """What follows the escape at `start` and the character that it means."""
    symbol = source[start + 1 : start + 2]
    after = start + 2
    if symbol in _CONTROLS:
        return after, _CONTROLS[symbol]
    if symbol == "c":
        letter = source[after : after + 1]
        if letter.isascii() and letter.isalpha():
            return after + 1, chr(ord(letter) % 32)
        return start + 1, "\\"
    if symbol in {"x", "u"}:
        return _hexadecimal(source, start)
    if symbol and symbol in "01234567":
        end = after
        while end < start + 4 and source[end : end + 1] in set("01234567"):
            end += 1
        if int(source[start + 1 : end], 8) > 0xFF:
            end -= 1
        return end, chr(int(source[start + 1 : end], 8))
    return after, symbol


def _hexadecimal(source: str, start: int) -> tuple[int, str]:
    width = 2 if source[start + 1] == "x" else 4
    code = _hex_value(source[start + 2 : start + 2 + width], width)
    if code is None:
        return start + 2, source[start + 1]
    after = start + 2 + width
    if 0xD800 <= code < 0xDC00 and source.startswith("\\u", after):
        low = _hex_value(source[after + 2 : after + 6], 4)
        if low is not None and 0xDC00 <= low < 0xE000:
            return after + 6, chr(0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00))
    return after, chr(code)


def _hex_value(text: str, width: int) -> int | None:
    if len(text) == width and all(digit in "0123456789abcdefABCDEF" for digit in text):
        return int(text, 16)
    return None


def _quoted(character: str) -> str:
    if character.isalnum() or character > "\x7f":
        return character
    return f"\\x{ord(character):02x}"


def _canonical(character: str) -> str:
    """What two characters must have in common to match when case is ignored."""
    upper = character.upper()
    if len(upper) != 1 or (character > "\x7f" >= upper):
        return character
    return upper


@cache
def _variants() -> dict[str, str]:
    """All characters beyond ASCII by their canonical form, where there is more than one."""
    table: dict[str, str] = {}
    for code in range(0x80, 0x10000):
        canonical = _canonical(chr(code))
        table[canonical] = table.get(canonical, "") + chr(code)
    return {canonical: found for canonical, found in table.items() if len(found) > 1}
