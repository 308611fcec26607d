"""Orders that none of the account's units can place: a slip of a unit's id never approves.

Where an account has units, the rules that judge an order are those of the buyer's unit. An order
without one, or of one that is unknown, would meet almost none of them. What becomes of it is the
account's choice (`ordersWithoutUnit`, `unknownUnit`): it is refused, or a person decides as soon as
no rule denies, or it is judged by the dimensions without a unit alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from unicodedata import normalize

from placet.errors import InvalidRequest
from placet.kit.spelling import closest
from placet.kit.wire_model import MAX_PRIORITY
from placet.policies.core.model import (
    MAX_AUTHORIZERS,
    AccountSettings,
    AuthorizationData,
    Authorizer,
    AuthorizerType,
    Dimension,
    Rule,
    UnitChoice,
)

UNIT_GATE: Final = "unit-gate"


def _gate_rule(name: str, description: str) -> Rule:
    return Rule.model_validate(
        {
            "id": UNIT_GATE,
            "name": name,
            "priority": 1,
            "trigger": {
                "condition": {"expression": "true"},
                "effect": {"description": description, "effectType": 2},
            },
            "scoreInterval": {"accept": 10, "deny": 5},
        }
    )


_WITHOUT_UNIT: Final = _gate_rule("No unit", "the order names no unit, and the account has units")
_UNKNOWN_UNIT: Final = _gate_rule("Unknown unit", "the account has no unit of this `unitId`")


@dataclass(frozen=True, slots=True)
class UnitGap:
    """An order's `unit_id` that no unit of an account with units has; None: the order names none.

    `meant` is the id it seems to be a slip of. `roots` are the account's topmost units, whose
    approvers decide where the account wants people to; none: more than a rule can list, so anybody
    with `ApproveOrders` does. App keys with that permission may decide in any case.
    """

    unit_id: str | None
    meant: str | None = None
    roots: tuple[str, ...] = ()

    @classmethod
    def of(cls, unit_id: str | None, *, known: Iterable[str], roots: Sequence[str]) -> UnitGap:
        """The gap of an id that none of the `known` ones is."""
        meant = None if unit_id is None else meant_unit(unit_id, known)
        return cls(unit_id, meant, tuple(roots) if len(roots) <= MAX_AUTHORIZERS else ())

    def choice(self, settings: AccountSettings) -> UnitChoice:
        """What the account chose for such orders."""
        return settings.orders_without_unit if self.unit_id is None else settings.unknown_unit

    def refusal(self) -> InvalidRequest:
        """The error for an order that is refused."""
        if self.unit_id is None:
            return InvalidRequest(
                "`unitId` is missing: this account has units, and an order of none of them would"
                " not meet their rules; name the buyer's unit",
                code="no-unit",
            )
        hint = f"; did you mean `{self.meant}`?" if self.meant else ""
        return InvalidRequest(
            f"`unitId`: this account has no unit `{self.unit_id[:100]}`{hint}", code="unknown-unit"
        )

    def dimension(self) -> Dimension:
        """What asks a person about such an order, once no rule denies it."""
        rule = _WITHOUT_UNIT if self.unit_id is None else _UNKNOWN_UNIT
        levels = tuple(Authorizer(type=AuthorizerType.UNIT, id=root) for root in self.roots)
        if levels:
            data = AuthorizationData(authorizers=levels)
            rule = rule.model_copy(update={"authorization_data": data})
        return Dimension(
            id=UNIT_GATE,
            name="Unit of the order",
            priority=MAX_PRIORITY,
            require_all_rules_acceptance=False,
            rule_collection=(rule,),
        )


def meant_unit(unit_id: str, known: Iterable[str]) -> str | None:
    """The one of the `known` ids that an unknown one is a slip of."""
    return closest(normalize("NFC", unit_id.strip()), known)


def is_gate_rule(rule: Rule) -> bool:
    """Whether a rule is the one that asks a person about an order that no unit places."""
    if rule.id != UNIT_GATE:
        return False
    return rule.model_copy(update={"authorization_data": None}) in (_WITHOUT_UNIT, _UNKNOWN_UNIT)
