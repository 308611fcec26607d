"""What a rule does when it fires, said once: everything about an effect is derived from here."""

from __future__ import annotations

from enum import IntEnum, StrEnum
from typing import Self


class RuleStatus(StrEnum):
    """What has become of a rule that matters.

    `bypassed`: a person's score said that it no longer matters; `dismissed`: a person reviewed its
    error and said that it does not apply.
    """

    ACCEPTED = "accepted"
    DENIED = "denied"
    PENDING = "pending"
    BYPASSED = "bypassed"
    DISMISSED = "dismissed"


class EffectType(IntEnum):
    """What a firing rule does. The numbers are the API's, in the order in which rules are walked.

    `word` is what rule files and people call it, `verb` what it does, `when_fired` what becomes of
    a rule that fires. Where an expression fails, `reviewed` says whether a person has to look; else
    the rule does not fire.
    """

    word: str
    verb: str
    when_fired: RuleStatus
    reviewed: bool

    BYPASS = 0, "bypass", "approves", RuleStatus.ACCEPTED, False
    DENY = 1, "deny", "denies", RuleStatus.DENIED, True
    WORKFLOW = 2, "workflow", "asks people", RuleStatus.PENDING, True

    def __new__(
        cls, number: int, word: str, verb: str, when_fired: RuleStatus, reviewed: bool
    ) -> Self:
        """One effect with all that is known of it."""
        effect = int.__new__(cls, number)
        effect._value_ = number
        effect.word, effect.verb = word, verb
        effect.when_fired, effect.reviewed = when_fired, reviewed
        return effect

    @classmethod
    def of_word(cls, word: str) -> Self | None:
        """The effect that a rule file names; None for another word."""
        return next((effect for effect in cls if effect.word == word), None)

    @classmethod
    def of_number(cls, number: object) -> Self | None:
        """The effect that the API names; None for anything else than its numbers."""
        if isinstance(number, bool):
            return None
        return next((effect for effect in cls if effect == number), None)

    @classmethod
    def listed(cls) -> str:
        """All of them for people: `0 (bypass), 1 (deny) or 2 (workflow)`."""
        *first, last = (f"{effect.value} ({effect.word})" for effect in cls)
        return f"{', '.join(first)} or {last}"
