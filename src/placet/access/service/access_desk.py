"""What recognises callers by their credentials."""

from __future__ import annotations

from dataclasses import dataclass

from placet.access.service.key_tokens import KeyTokens
from placet.access.service.keys import AppKeyCache
from placet.access.service.token_callers import UserTokenCache


@dataclass(frozen=True, slots=True)
class AccessDesk:
    """App keys, the tokens that stand for them, and those that stand for people."""

    keys: AppKeyCache
    key_tokens: KeyTokens
    people: UserTokenCache
