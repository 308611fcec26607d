"""E-mail addresses: what a mail server accepts and people have, not every form of RFC 5321."""

from __future__ import annotations

import re
from typing import Final

from placet.kit.characters import invisible_character

_ATOM: Final = r"[\w!#$%&'*+/=?^`{|}~-]+"
_LABEL: Final = r"[^\W_](?:(?:[^\W_]|-){0,61}[^\W_])?"
# No quotes, no comments, no address of a machine in brackets; and nothing that a program may take
# for an option.
_EMAIL: Final = re.compile(
    rf"(?!-)(?=[^@]{{1,64}}@){_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)+(?!\d){_LABEL}"
)


def is_email_address(text: str) -> bool:
    """Whether a text is an e-mail address, in any script, such as `name@example.com`."""
    # Letters for Unicode may be drawn as nothing.
    if invisible_character(text) is not None:
        return False
    return len(text) <= 320 and _EMAIL.fullmatch(text) is not None
