"""Modules and functions stay small enough to be read at once."""

from __future__ import annotations

from support.project import ROOT, functions, modules, name_of

MODULE_LINES = 500
FUNCTION_LINES = 70
USUAL_FUNCTION_LINES = 48


def test_no_module_is_longer_than_can_be_read_at_once() -> None:
    paths = [*modules(), *modules(ROOT / "tests")]
    lengths = {name_of(path): len(path.read_text("utf-8").splitlines()) for path in paths}
    assert {name: lines for name, lines in lengths.items() if lines > MODULE_LINES} == {}


def test_no_function_is_long_and_few_are_not_short() -> None:
    # A migration is one long list of columns, and never changes again.
    paths = [path for path in modules() if path.parent.name != "versions"]
    lengths = {
        f"{name_of(path)}:{name}": lines for path in paths for name, lines in functions(path)
    }
    assert {name: lines for name, lines in lengths.items() if lines > FUNCTION_LINES} == {}
    usual = sorted(lengths.values())[int(len(lengths) * 0.95)]
    assert usual < USUAL_FUNCTION_LINES
