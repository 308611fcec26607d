"""Where the n-th character of a scalar stands in its file."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from placet.kit.text.located import Located, Place
from placet.kit.text.positions import place_in
from placet.kit.text.yaml_reader import read_yaml


def scalar(text: str) -> Located:
    document = read_yaml(text, lambda *problem: pytest.fail(str(problem)))
    assert document is not None
    found = document.get("a")
    assert found is not None
    return found


def characters(text: str) -> Iterator[tuple[str, str]]:
    """Each character of the value of `a`, and what stands where it is said to be."""
    value, lines = scalar(text), text.splitlines()
    for offset, character in enumerate(value.value):
        place = place_in(lines, value, offset)
        line = lines[place.line - 1]
        # A blank line ends before the column in which the others begin.
        yield character, line[place.column - 1] if place.column <= len(line) else "\n"


@pytest.mark.parametrize(
    "text",
    [
        "a: value > 5",
        "b: 1\na: 'single'",
        'a: "double ü"',
        "a: |\n  first line\n  second\n\n  fourth\n",
        "c: {}\na: |\n    deep\n      deeper\n",
    ],
)
def test_a_character_stands_where_it_is_said_to_be(text: str) -> None:
    found = list(characters(text))
    assert found
    assert [written for _, written in found] == [character for character, _ in found]


@pytest.mark.parametrize(
    ("text", "offset", "column"),
    [
        ("a: 'it''s so'", 5, 11),
        ('a: "tab\\tx"', 4, 10),
        ('a: "\\u00e9x"', 1, 11),
        ('a: "\\x41x"', 1, 9),
    ],
)
def test_what_is_written_longer_than_it_is_counts_as_written(
    text: str, offset: int, column: int
) -> None:
    assert place_in(text.splitlines(), scalar(text), offset) == Place(1, column)


def test_of_what_goes_on_over_lines_the_start_is_told() -> None:
    text = 'a: "one\n  two"'
    assert place_in(text.splitlines(), scalar(text), 6) == Place(1, 4)


def test_a_folded_block_is_right_to_its_line() -> None:
    text = "a: >\n  one\n  two\n"
    assert place_in(text.splitlines(), scalar(text), 5).line == 3
