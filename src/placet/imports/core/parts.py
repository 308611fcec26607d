"""What the parts of a workbook's archive say of its sheets: where each lies, and how numbers look.

The parts are read as text, tag by tag, so that nothing that an XML parser would unfold is unfolded.
"""

from __future__ import annotations

import html
import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_ATTRIBUTE: Final = re.compile(r"([\w:.-]+)\s*=\s*(?:\"([^\"<]*)\"|'([^'<]*)')")
_CELL_STYLES: Final = re.compile(r"<(?:\w+:)?cellXfs\b.*?</(?:\w+:)?cellXfs\s*>", re.DOTALL)
# Zeros with what stands between digits: `00000`, `00000-000`, `\(00\)`, `"no. "000`. A space as
# wide as another character (`_)`) shows nothing.
_ZEROS: Final = re.compile(r"(?:0|[-+() ]|\\.|\"[^\"]*\"|_.)+")
_PIECE: Final = re.compile(r"(0)|\\(.)|\"([^\"]*)\"|_.|(.)")
_MOST_PICTURES: Final = 200


@dataclass(frozen=True, slots=True)
class SheetPart:
    """A sheet's name and the part of the archive that holds it."""

    name: str
    part: str


def sheet_parts(workbook: str, relations: str) -> list[SheetPart]:
    """The sheets in their order, from `xl/workbook.xml` and its relations."""
    targets = {tag.get("Id", ""): tag.get("Target", "") for tag in _tags(relations, "Relationship")}
    return [
        SheetPart(
            tag.get("name", ""),
            _part(targets.get(tag.get("id", ""), "")),
        )
        for tag in _tags(workbook, "sheet")
    ]


def pictures_of_styles(styles: str) -> dict[int, str]:
    """The number formats of `xl/styles.xml` that show leading zeros, by the cell style's number."""
    codes = {tag.get("numFmtId"): tag.get("formatCode", "") for tag in _tags(styles, "numFmt")}
    found = _CELL_STYLES.search(styles)
    pictures: dict[int, str] = {}
    for number, style in enumerate(_tags(found[0], "xf") if found else ()):
        # The first section is that of numbers above zero.
        picture = codes.get(style.get("numFmtId"), "").partition(";")[0]
        if _ZEROS.fullmatch(picture) and picture != "0" and _places(picture):
            pictures[number] = picture
        if len(pictures) == _MOST_PICTURES:
            break
    return pictures


def shown_in_zeros(number: int, picture: str) -> str:
    """A whole number, not below zero, as a picture of zeros shows it: digits from the right, those
    that have no place before the first.
    """
    places = _places(picture)
    digits = str(number).zfill(places)
    shown = ""
    rest = len(digits) - places
    for piece in _PIECE.finditer(picture):
        if not piece[1]:
            shown += piece[2] or piece[3] or piece[4] or ""
            continue
        # The first place takes all digits in front of it, too.
        shown += digits[: rest + 1]
        digits, rest = digits[rest + 1 :], 0
    return shown.strip()


def _places(picture: str) -> int:
    return sum(1 for piece in _PIECE.finditer(picture) if piece[1])


def _tags(text: str, name: str) -> Iterator[dict[str, str]]:
    """The attributes of each tag of this name, their prefixes left out."""
    for tag in re.finditer(rf"<(?:[\w.-]+:)?{name}(?=[\s/>])([^<>]*)>", text):
        yield {
            found[1].rpartition(":")[2]: html.unescape(found[2] or found[3] or "")
            for found in _ATTRIBUTE.finditer(tag[1])
        }


def _part(target: str) -> str:
    return posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")
