"""What people say of a budget, each fact declared once.

The operations, the row, the document, the request's body with its example, and the print of a
request follow from this. A new fact needs beside it only its column (`store/tables` and a
migration) and a line in the answer that the API pages show (`api/budgets/answers`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from enum import StrEnum
from operator import attrgetter
from typing import Annotated, Any, Final

from pydantic import Field, StrictStr

from placet.budgets.core.currency import parse_currency
from placet.budgets.core.notification import NO_NOTIFICATION, NotificationSettings

MAX_NAME: Final = 250
MAX_DESCRIPTION: Final = 10_000


class Enforcement(StrEnum):
    """SOFT: `remaining` may fall below zero, rules decide. HARD: what does not fit is refused."""

    SOFT = "SOFT"
    HARD = "HARD"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """How one fact is said, shown and kept.

    `wire` names it in documents, `example` is how one looks there. `changes` tells whether it can
    change once the budget is made, `body` is its type in a request; None where the body reads it
    in a way of its own. A text is refused when it is longer than `limit`, or blank unless `blank`;
    `read` takes what is said and the wire name, and gives the form that is kept. `plain` gives
    a value's form in documents and prints, where that is another one, `value` leads back; a
    `nested` one is an object, stored as JSON.
    """

    wire: str
    example: Any
    body: Any = None
    changes: bool = True
    limit: int | None = None
    blank: bool = False
    read: Callable[[str, str], Any] | None = None
    plain: Callable[[Any], Any] | None = None
    value: Callable[[Any], Any] | None = None
    nested: bool = False


def fact(wire: str, **more: Any) -> dict[str, Fact]:
    """The metadata of a field that is a fact."""
    return {"fact": Fact(wire=wire, **more)}


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetFacts:
    """What people say of a budget, beside its amount, cycle and status, which have ways of their
    own. What has a default may be left out.
    """

    name: str = field(
        metadata=fact(
            "name",
            example="Office supplies",
            body=Annotated[StrictStr, Field(min_length=1, max_length=MAX_NAME)],
            limit=MAX_NAME,
        )
    )
    description: str = field(
        metadata=fact(
            "description",
            example="Paper, toner, coffee",
            body=Annotated[StrictStr, Field(max_length=MAX_DESCRIPTION)],
            limit=MAX_DESCRIPTION,
            blank=True,
        )
    )
    enforcement: Enforcement = field(
        default=Enforcement.SOFT,
        metadata=fact(
            "enforcement",
            example="HARD",
            body=Annotated[
                Enforcement,
                Field(
                    description="`SOFT`: it may be overdrawn, rules decide. `HARD`: what does not"
                    " fit is refused with 409. Cannot be changed."
                ),
            ],
            changes=False,
            plain=attrgetter("value"),
            value=Enforcement,
        ),
    )
    currency: str | None = field(
        default=None,
        metadata=fact(
            "currency",
            example="EUR",
            body=Annotated[
                StrictStr | None,
                Field(
                    min_length=1,
                    max_length=20,
                    description="An ISO 4217 code such as `EUR`, in any case. Amounts may have as"
                    " many decimals as it has, and orders in another currency are refused. Without"
                    " one, neither is checked. Cannot be changed.",
                ),
            ],
            changes=False,
            read=parse_currency,
        ),
    )
    notification: NotificationSettings = field(
        default=NO_NOTIFICATION,
        metadata=fact(
            "notificationSettings",
            example={
                "enable": True,
                "thresholds": [{"type": "PERCENT", "Value": 90}],
                "recipients": [{"type": "Email", "identifier": "ana@acme.example"}],
            },
            plain=NotificationSettings.to_document,
            value=NotificationSettings.from_document,
            nested=True,
        ),
    )


FACTS: Final[Mapping[str, Fact]] = {
    item.name: item.metadata["fact"] for item in fields(BudgetFacts)
}
_VALUES: Final = attrgetter(*FACTS)
_PLAIN: Final = tuple((name, fact.plain) for name, fact in FACTS.items())
# Those that may be left out.
DEFAULTS: Final[Mapping[str, Any]] = {
    item.name: item.default for item in fields(BudgetFacts) if item.default is not MISSING
}


def plain_facts(facts: BudgetFacts) -> dict[str, Any]:
    """The plain form of each fact by its field's name."""
    return {
        name: value if plain is None or value is None else plain(value)
        for (name, plain), value in zip(_PLAIN, _VALUES(facts), strict=True)
    }


def facts_document(facts: BudgetFacts) -> dict[str, Any]:
    """The facts as documents show them; what is None is left out."""
    plain = plain_facts(facts)
    return {fact.wire: plain[name] for name, fact in FACTS.items() if plain[name] is not None}


def changeable(said: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the facts that can change once the budget is made."""
    return {name: value for name, value in said.items() if FACTS[name].changes}
