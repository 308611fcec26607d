"""What an expression that does not compile probably says, spelled as the language spells it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Final

from placet.jsonata.errors import JSONataError
from placet.jsonata.foreign import quoted_pattern
from placet.policies.core.hazards.find import prove_rewrite

__all__ = ["repaired"]

_LONGEST: Final = 1_000
# Strings, regular expressions and names in backticks are put aside: a private character each.
_ASIDE: Final = re.compile(
    r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|`[^`]*`|(?<=[(,~])\s*/(?:\\.|[^/\\\n])+/[im]*",
)
_FIRST: Final = 0xE100
_L: Final = "[\ue100-\uf8ff]"
# Possessive, since texts may be hostile: what is matched once is not tried shorter.
_OPERAND: Final = (
    r"(?:(?<![\w$`.])[\w$`.]++(?:\[[^\[\]]*+\])*+(?:\([^()]*+\))?+(?:\.[\w$]++)*+"
    rf"|\([^()]*+\)|{_L}|-?\d+(?:\.\d+)?)"
)
_PAIRS: Final = (("“„‟«", "”“»", '"'), ("‘‚‛", "’‘", "'"))
_NOTHING: Final = r"(?:null|none|nil|undefined|empty)"

Change = str | Callable[[re.Match[str]], str]


def repaired(error: JSONataError) -> str | None:
    """The expression of a syntax error in the language's own spelling, None where none is known.

    As with the rewrites of hazards, it has no hazard, and was run over orders made for it.
    """
    source = error.source
    if source is None or not error.code.startswith("S") or len(source) > _LONGEST:
        return None
    text = _respelled(source)
    return prove_rewrite(text) if text != source else None


def _respelled(source: str) -> str:
    text, aside = _put_aside(_straight(source))
    for pattern, change in _CHANGES:
        text = pattern.sub(change, text)
    text = _searched(text, aside)
    text = _without_arrows(text)
    return _restored(re.sub(r"[ \t]{2,}", " ", _closed(text)), aside).strip()


def _straight(source: str) -> str:
    """The text with straight quotes, ASCII operators and plain spaces, strings left as they are."""
    for opening, closing, quote in _PAIRS:
        source = re.sub(
            f"[{opening}]([^{opening}{closing}{quote}]*)[{closing}]", rf"{quote}\1{quote}", source
        )
    parts, start = [], 0
    for found in _ASIDE.finditer(source):
        parts += [_plain(source[start : found.start()]), found[0]]
        start = found.end()
    return "".join([*parts, _plain(source[start:])])


def _plain(text: str) -> str:
    text = re.sub("[\u00ad\u200b-\u200f\u2060\ufeff]", "", text)
    return "".join(
        unicodedata.normalize("NFKC", letter)
        if "\uff01" <= letter <= "\uff5e" or (letter.isspace() and letter not in "\t\n\r")
        else letter
        for letter in text
    )


def _put_aside(source: str) -> tuple[str, list[str]]:
    aside: list[str] = []

    def put(found: re.Match[str]) -> str:
        aside.append(found[0].strip())
        return chr(_FIRST + len(aside) - 1)

    text = _ASIDE.sub(put, source)
    # SQL's `'it''s'` is read as two strings side by side.
    for first, second in re.findall(rf"({_L})(?=({_L}))", text):
        one, two = aside[ord(first) - _FIRST], aside[ord(second) - _FIRST]
        if one[0] in "'\"" and two[0] == "'" and '"' not in one[1:-1] + two:
            aside[ord(second) - _FIRST] = '"' + one[1:-1] + "'" + two[1:-1] + '"'
            text = text.replace(first, "", 1)
    return text, aside


def _restored(text: str, aside: list[str]) -> str:
    return re.sub(_L, lambda found: aside[ord(found[0]) - _FIRST], text)


def _digits(found: re.Match[str]) -> str:
    return found[1] + re.sub(r"[,_ ]|\.(?=\d{3}(?:\D|$))", "", found[2])


def _compiled(*changes: tuple[str, Change]) -> list[tuple[re.Pattern[str], Change]]:
    return [(re.compile(pattern, re.IGNORECASE), change) for pattern, change in changes]


_O: Final = f"({_OPERAND})"
_CHANGES: Final = _compiled(
    (r"(?<!:)//[^\n]*|(?<=\s)#\s*[^$\s][^\n]*|(?<=\s)--\s[^\n]*", ""),
    (r";\s*\Z", ""),
    (r"\$\{([^{}]*)\}|\{\{([^{}]*)\}\}", lambda m: (m[1] or m[2]).strip()),
    (r"\?\.(?=[\w$])", "."),
    (r"([<>=]\s*)(\d{1,3}(?:[, _]\d{3})+(?!\d)|\d{1,3}(?:\.\d{3}){2,}(?!\d)|\d+_\d+)", _digits),
    (r"(?<=\d)\s*(?:€|£|¥|USD|EUR|BRL|GBP)(?!\w)|[€£¥]\s*(?=\d)", ""),
    (rf"{_O}\s*=~\s*{_O}", r"$contains(\1, \2)"),
    (rf"{_O}\s*!~\s*{_O}", r"$not($contains(\1, \2))"),
    (r"&&", " and "),
    (r"\|\|", " or "),
    (r"!==?|<>|≠|~=", "!="),
    (r"===?", "="),
    (r"=<|≤", "<="),
    (r"≥|(?<![\w)]\s)=>(?=\s*-?\d)|(?<=\w)\s*=>(?=\s*-?\d)", " >="),
    (rf"{_O}\s+not\s+between\s+{_O}\s+and\s+{_O}", r"(\1 < \2 or \1 > \3)"),
    (rf"{_O}\s+between\s+{_O}\s+and\s+{_O}", r"(\1 >= \2 and \1 <= \3)"),
    (rf"{_O}\s+not\s+in\s*[(\[]([^()\[\]]*)[)\]]", r"$not(\1 in [\2])"),
    (r"\bin\s*\(([^()]*)\)", r"in [\1]"),
    (rf"{_O}\s+is\s+not\s+{_NOTHING}\b", r"(\1 ?? null) != null"),
    (rf"{_O}\s+is\s+{_NOTHING}\b", r"(\1 ?? null) = null"),
    (r"\s+(?:is\s+not|ne)\s+", " != "),
    (r"\s+(?:is|eq|equals)\s+", " = "),
    (r"\s+(?:gte|ge)\s+", " >= "),
    (r"\s+gt\s+", " > "),
    (r"\s+(?:lte|le)\s+", " <= "),
    (r"\s+lt\s+", " < "),
    (r"\band\b", "and"),
    (r"\bor\b", "or"),
    (r"\bin\b", "in"),
    (r"\A\s*if\b(.+?)\bthen\b(.+?)\belse\b(.+)\Z", r"\1 ? \2 : \3"),
    (r"\A\s*if\b(.+?)\bthen\b(.+)\Z", r"\1 ? \2"),
    (r"\A\s*if\s*(\([^()]*\))\s*([^()]+?)\s+else\s+(.+)\Z", r"\1 ? \2 : \3"),
    (r"\A\s*return\b", ""),
    (rf"!(?!=)\s*{_O}", r"$not(\1)"),
    (r"(?<![$\w.])not\s+(.+?)(?=\s+(?:and|or)\s|[)\]?]|\Z)", r"$not(\1)"),
    (rf"{_O}\s*(?:\*\*|\^(?!\())\s*{_O}", r"$power(\1, \2)"),
    (r"\bwhere\b\s+(.+)\Z", r"[\1]"),
)  # fmt: skip
_SEARCHES: Final = re.compile(
    rf"{_O}\s+(not\s+)?(like|ilike|contains|matches|startswith|endswith|starts\s+with|ends\s+with)"
    rf"\s+({_L})",
    re.IGNORECASE,
)
_ARROW: Final = re.compile(
    r"\.(some|any|filter|where|find|map|select|every|all)\(\s*\(?\s*(\w+)\s*\)?\s*=>\s*"
)


def _searched(text: str, aside: list[str]) -> str:
    """`status like 'x%'` and its kin, with `$contains`."""

    def search(found: re.Match[str]) -> str:
        operand, negated, word, mark = found.groups()
        constant = aside[ord(mark) - _FIRST]
        pattern = _pattern(" ".join(word.lower().split()), constant)
        call = f"$contains({operand}, {pattern})"
        aside.append(f"$not({call})" if negated else call)
        return _restored(aside[-1], aside) if _L in operand else aside[-1]

    return _SEARCHES.sub(search, text)


def _pattern(word: str, constant: str) -> str:
    """What `$contains` looks for."""
    value = constant[1:-1]
    if constant[0] not in "'\"" or "\\" in value or word == "contains":
        return constant
    if word == "matches":
        return f"/{value.replace('/', chr(92) + '/')}/"
    if word.endswith("like"):
        starts, ends = value.startswith("%"), value.endswith("%")
        inner = value.strip("%")
        if starts and ends:
            return f"'{inner}'"
        pattern = ".*".join(map(quoted_pattern, inner.split("%"))).replace("_", ".")
        return f"/{'' if starts else '^'}{pattern}{'' if ends else '$'}/"
    return (
        f"/^{quoted_pattern(value)}/" if word.startswith("start") else f"/{quoted_pattern(value)}$/"
    )


def _without_arrows(text: str) -> str:
    """`items.some(x => x.price > 5)`, with a predicate."""
    while found := _ARROW.search(text):
        end = _closing(text, found.end())
        if end is None:
            return text
        name, variable = found[1].lower(), found[2]
        inner = re.sub(rf"\b{variable}\.", "", text[found.end() : end])
        start = text[: found.start()]
        owner = re.search(rf"{_OPERAND}\Z", start)
        if owner is None or re.search(rf"\b{variable}\b", inner):
            return text
        head, rest = start[: owner.start()], text[end + 1 :]
        text = head + _of_items(name, owner[0], inner.strip()) + rest
    return text


def _of_items(name: str, owner: str, inner: str) -> str:
    if name in {"some", "any"}:
        return f"$exists({owner}[{inner}])"
    if name in {"every", "all"}:
        return f"$count({owner}[$not({inner})]) = 0"
    return f"{owner}.({inner})" if name in {"map", "select"} else f"{owner}[{inner}]"


def _closing(text: str, start: int) -> int | None:
    depth = 1
    for index in range(start, len(text)):
        depth += (text[index] == "(") - (text[index] == ")")
        if depth == 0:
            return index
    return None


def _closed(text: str) -> str:
    """The text with the brackets closed that are open at its end, and none closed that is not."""
    pairs = {"(": ")", "[": "]", "{": "}"}
    waiting: list[str] = []
    kept = []
    for letter in text:
        if letter in pairs:
            waiting.append(pairs[letter])
        elif letter in pairs.values():
            if not waiting or waiting[-1] != letter:
                continue
            waiting.pop()
        kept.append(letter)
    return "".join(kept).rstrip() + "".join(reversed(waiting))
