"""Text to tree: the one way into the language.

Loading the grammar is left to the first call, so importing this module costs nothing.
"""

from __future__ import annotations

from typing import Final

from placet.jsonata.errors import JSONataError
from placet.jsonata.nodes import Node
from placet.jsonata.parser.tree import build_tree

__all__ = ["MAX_LENGTH", "parse"]

MAX_LENGTH: Final = 100_000
"""Characters of the longest expression that is read."""


def parse(source: str) -> Node:
    """The tree of an expression.

    Positions are offsets in `source`, counted in characters.

    Raises:
        JSONataError: an S code, with position and token; U1002 for a text over `MAX_LENGTH`; U1003
            for one nested too deeply or with too long a chain of operators (see `syntax`).
    """
    if len(source) > MAX_LENGTH:
        limit = f"{MAX_LENGTH} characters"
        raise JSONataError("U1002", position=MAX_LENGTH, limit=limit)
    # Lark and the grammar's tables are slow to load and not needed to import the package.
    from lark.exceptions import UnexpectedInput

    from placet.jsonata.parser.diagnosis import diagnose
    from placet.jsonata.parser.grammar import load_parser

    read = load_parser()
    try:
        syntax = read(source)
    except UnexpectedInput as error:
        raise diagnose(source, error) from None
    try:
        return build_tree(syntax)
    except RecursionError:
        # The caller itself is so deep that even an allowed nesting does not fit any more.
        raise JSONataError("U1003", position=0, limit="what the caller's stack leaves") from None
