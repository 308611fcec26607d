"""Where the files shipped next to the code are: in the wheel, or in a source checkout."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_SHIPPED = _PACKAGE / "_data"
_CHECKOUT = _PACKAGE.parent.parent


def rules_path() -> Path:
    """The folder of the example rule files.

    Raises:
        FileNotFoundError: when the installation lacks it.
    """
    for root in (_SHIPPED, _CHECKOUT):
        path = root / "rules"
        if path.exists():
            return path
    raise FileNotFoundError("`rules` is missing from this installation of placet")
