"""Base64 and percent-encoding."""

from __future__ import annotations

import re
from binascii import a2b_base64, b2a_base64
from typing import Any, Final

from placet.jsonata.errors import JSONataError
from placet.jsonata.functions.facts import Gives, Missing, Passes, Reads, Takes, Work
from placet.jsonata.functions.registry import builtin
from placet.jsonata.runtime.state import State
from placet.jsonata.runtime.values import UNDEFINED

__all__: list[str] = []

_ALWAYS_PLAIN: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.!~*'()"
_RESERVED: Final = ";/?:@&=+$,#"
_ESCAPES: Final = re.compile("(?:%[0-9A-Fa-f]{2})+")
_BROKEN: Final = re.compile("%(?![0-9A-Fa-f]{2})")
_BASE64: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_NOT_BASE64: Final = bytes(byte for byte in range(256) if byte not in _BASE64)


def _table(plain: str) -> list[str]:
    return [chr(byte) if chr(byte) in plain else f"%{byte:02X}" for byte in range(256)]


_COMPONENT: Final = _table(_ALWAYS_PLAIN)
_WHOLE: Final = _table(_ALWAYS_PLAIN + _RESERVED)


@builtin(
    "base64encode", "<s-:s>",
    work=Work.OPEN, takes=Takes.ONE, gives=Gives.VALUE,
    missing=Missing.WITH_INPUT, reads=Reads.ARGUMENTS, passes=Passes.NOTHING,
)  # fmt: skip
def base64_encode(state: State, text: Any) -> Any:
    """Base64 of the text's UTF-16 units, of which only the low byte counts."""
    if text is UNDEFINED:
        return UNDEFINED
    state.check_size(4 * (len(text) + 2) // 3)
    state.tick(1 + len(text) // 16)
    units = text.encode("utf-16-le", "surrogatepass")
    return b2a_base64(units[::2], newline=False).decode()


@builtin(
    "base64decode", "<s-:s>",
    work=Work.OPEN, takes=Takes.ONE, gives=Gives.VALUE,
    missing=Missing.WITH_INPUT, reads=Reads.ARGUMENTS, passes=Passes.NOTHING,
)  # fmt: skip
def base64_decode(state: State, text: Any) -> Any:
    """One character per byte. Reads the URL alphabet too, skips what is no Base64, stops at `=`."""
    if text is UNDEFINED:
        return UNDEFINED
    plain = text.partition("=")[0].replace("-", "+").replace("_", "/")
    state.tick(1 + len(text) // 16)
    digits = plain.encode("ascii", "ignore").translate(None, _NOT_BASE64).decode()
    if len(digits) % 4 == 1:
        digits = digits[:-1]
    return a2b_base64(digits + "=" * (-len(digits) % 4)).decode("latin-1")


@builtin(
    "encodeUrlComponent", "<s-:s>",
    work=Work.OPEN, takes=Takes.ONE, gives=Gives.VALUE,
    missing=Missing.WITH_INPUT, reads=Reads.ARGUMENTS, passes=Passes.NOTHING,
)  # fmt: skip
def encode_url_component(state: State, text: Any) -> Any:
    """Percent-encoded for use as one part of a URL. Raises D3140 for a lone surrogate."""
    return _encoded(state, text, _COMPONENT, "encodeUrlComponent")


@builtin(
    "encodeUrl", "<s-:s>",
    work=Work.OPEN, takes=Takes.ONE, gives=Gives.VALUE,
    missing=Missing.WITH_INPUT, reads=Reads.ARGUMENTS, passes=Passes.NOTHING,
)  # fmt: skip
def encode_url(state: State, text: Any) -> Any:
    """Percent-encoded but for what separates a URL's parts. Raises D3140 for a lone surrogate."""
    return _encoded(state, text, _WHOLE, "encodeUrl")


@builtin(
    "decodeUrlComponent", "<s-:s>",
    work=Work.OPEN, takes=Takes.ONE, gives=Gives.VALUE,
    missing=Missing.WITH_INPUT, reads=Reads.ARGUMENTS, passes=Passes.NOTHING,
)  # fmt: skip
def decode_url_component(state: State, text: Any) -> Any:
    """The text behind percent-encoding. Raises D3140 where it is broken or no UTF-8."""
    return _decoded(state, text, "", "decodeUrlComponent")


@builtin(
    "decodeUrl", "<s-:s>",
    work=Work.OPEN, takes=Takes.ONE, gives=Gives.VALUE,
    missing=Missing.WITH_INPUT, reads=Reads.ARGUMENTS, passes=Passes.NOTHING,
)  # fmt: skip
def decode_url(state: State, text: Any) -> Any:
    """As `$decodeUrlComponent`, but what separates a URL's parts stays encoded."""
    return _decoded(state, text, _RESERVED, "decodeUrl")


def _encoded(state: State, text: Any, table: list[str], name: str) -> Any:
    if text is UNDEFINED:
        return UNDEFINED
    parts, size = [], 0
    for part in state.parts(text):
        try:
            parts.append("".join([table[byte] for byte in part.encode()]))
        except UnicodeEncodeError:
            raise JSONataError("D3140", token=name) from None
        size += len(parts[-1])
        state.check_size(size)
    return "".join(parts)


def _decoded(state: State, text: Any, kept: str, name: str) -> Any:
    if text is UNDEFINED:
        return UNDEFINED

    def plain(escapes: re.Match[str]) -> str:
        run = escapes.group()
        state.tick(1 + len(run) // 4)
        decoded = bytes.fromhex(run.replace("%", "")).decode()
        if not any(character in kept for character in state.paced(decoded)):
            return decoded
        parts, position = [], 0
        for character in state.paced(decoded):
            end = position + 3 * len(character.encode())
            parts.append(run[position:end] if character in kept else character)
            position = end
        return "".join(parts)

    if _BROKEN.search(text):
        raise JSONataError("D3140", token=name)
    try:
        return _ESCAPES.sub(plain, text)
    except UnicodeDecodeError:
        raise JSONataError("D3140", token=name) from None
