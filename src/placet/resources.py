"""Where the files shipped next to the code are: in the wheel, or in a source checkout."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_SHIPPED = _PACKAGE / "_data"
_CHECKOUT = _PACKAGE.parent.parent


def grammar_path(name: str) -> Path:
    """The grammar file called `name`.

    Raises:
        FileNotFoundError: when the installation lacks it.
    """
    return _find("grammar", name)


def rules_path() -> Path:
    """The folder of the example rule files.

    Raises:
        FileNotFoundError: when the installation lacks it.
    """
    return _find("rules")


def _find(*parts: str) -> Path:
    for root in (_SHIPPED, _CHECKOUT):
        path = root.joinpath(*parts)
        if path.exists():
            return path
    raise FileNotFoundError(f"`{'/'.join(parts)}` is missing from this installation of placet")
