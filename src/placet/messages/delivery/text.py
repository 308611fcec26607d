"""Text for places that hold one line."""

from __future__ import annotations


def one_line(text: str) -> str:
    """`text` without anything that could end a line or hide in it; runs of spaces become one."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())
