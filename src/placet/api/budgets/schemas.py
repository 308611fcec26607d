"""The request bodies of the Budgets API, and what they mean to the use cases."""

from __future__ import annotations

from typing import Annotated, Any, Final

from pydantic import BeforeValidator, Field, StrictBool, StrictStr, WithJsonSchema

from placet.api.budgets.fact_fields import with_facts
from placet.api.budgets.notification_body import Notification
from placet.budgets.core.facts import FACTS, plain_facts
from placet.budgets.core.model import CONTEXT_TYPE, Direction, LinkedEntity, Status
from placet.budgets.core.notification import NotificationSettings
from placet.budgets.core.views import BudgetView
from placet.budgets.service.cycle_request import CycleRequest, checked_zone
from placet.budgets.service.input import AllocationInput, BudgetInput
from placet.budgets.service.movements import MovementInput
from placet.errors import Detail, InvalidRequest
from placet.kit.instants import parse_instant, parse_moment
from placet.kit.money import parse_amount
from placet.kit.wire_model import WireModel

_MAX_NUMBER: Final = 10**14


def _amount(value: Any) -> int:
    if isinstance(value, str):
        raise ValueError("must be a number")
    try:
        return parse_amount(value)
    except InvalidRequest as error:
        raise ValueError(error.details[0].message) from error


def _unsigned_amount(value: Any) -> int:
    amount = _amount(value)
    if amount < 0:
        raise ValueError("must not be negative")
    return amount


def _switch(value: Any) -> Any:
    if value not in (Status.ACTIVE.value, Status.INACTIVE.value):
        raise ValueError("must be `ACTIVE` or `INACTIVE`")
    return value


def _number(description: str, *, negative: bool) -> dict[str, Any]:
    minimum = -_MAX_NUMBER if negative else 0
    return {
        "type": "number",
        "minimum": minimum,
        "maximum": _MAX_NUMBER,
        "description": f"{description} At most four decimals, and no more than the currency has.",
    }


Amount = Annotated[
    int,
    BeforeValidator(_unsigned_amount),
    WithJsonSchema(_number("In units of the currency.", negative=False)),
]
SignedAmount = Annotated[
    int,
    BeforeValidator(_amount),
    WithJsonSchema(
        _number(
            "In units of the currency; the sign does not matter, `type` decides.", negative=True
        )
    ),
]
Instant = Annotated[
    StrictStr,
    WithJsonSchema({"type": "string", "format": "date-time", "examples": ["2026-01-31T00:00:00Z"]}),
]
_Fixed = Annotated[
    StrictStr | None, Field(description="Cannot be changed; where given, it must be as it is.")
]
_OfPath = Annotated[
    StrictStr | None, Field(description="Where given, it must be that of the path.")
]
Switch = Annotated[
    Status,
    BeforeValidator(_switch),
    WithJsonSchema({"type": "string", "enum": [Status.ACTIVE.value, Status.INACTIVE.value]}),
]


class EntityBody(WireModel):
    """Whom or what an allocation is for."""

    id: Annotated[StrictStr, Field(min_length=1, max_length=250)]
    type: Annotated[
        StrictStr,
        Field(min_length=1, max_length=250, description="`User`, `Address`, `CostCenter`, …"),
    ]

    def to_entity(self) -> LinkedEntity:
        """The entity as the books know it."""
        return LinkedEntity(self.id, self.type)


class CycleBody(WireModel):
    """When a budget is valid, and what happens at the end."""

    start_date: Annotated[
        Instant, Field(description="Without an offset it is meant in the time zone.")
    ]
    end_date: Annotated[
        Instant | None,
        Field(
            description="The first moment after the period. The last second of a day means its end."
        ),
    ] = None
    auto_reset_on_period_end: StrictBool
    carry_over_balance: StrictBool
    time_zone: Annotated[
        StrictStr | None,
        Field(
            max_length=64,
            description="The IANA time zone on whose clocks periods are counted, such as"
            " `Europe/Paris`, or an offset such as `+02:00`. Default: the budget's own, else the"
            " account's, else the offset of `startDate`. Another one counts from the next period.",
        ),
    ] = None

    def to_request(self) -> CycleRequest:
        """The cycle as it was written.

        Raises:
            InvalidRequest: an instant or a time zone that is none.
        """
        end = self.end_date
        return CycleRequest(
            parse_moment(self.start_date, "cycleConfiguration.startDate"),
            None if end is None else parse_moment(end, "cycleConfiguration.endDate"),
            self.auto_reset_on_period_end,
            self.carry_over_balance,
            None if self.time_zone is None else checked_zone(self.time_zone),
        )


class _Notifying(WireModel):
    """Has notification settings."""

    notification_settings: Notification = None

    def _notification(self, place: str = "") -> NotificationSettings | None:
        # Left out: an update changes nothing. Null: nobody is told.
        if "notification_settings" not in self.model_fields_set:
            return None
        field = f"{place}notificationSettings"
        return NotificationSettings.from_document(self.notification_settings, field)


class AllocationBody(_Notifying):
    """A new allocation."""

    linked_entity: EntityBody
    reference_id: Annotated[
        StrictStr | None,
        Field(max_length=250, description="Often a contract. Required unless `contractId` is."),
    ] = None
    contract_id: Annotated[
        StrictStr | None, Field(max_length=250, description="Another name of `referenceId`.")
    ] = None
    amount: Amount

    def to_input(self, place: str = "") -> AllocationInput:
        """The allocation for the use cases; `place` starts the names of fields in errors.

        Raises:
            InvalidRequest: no reference or two, or settings that cannot be.
        """
        return AllocationInput(
            self.linked_entity.to_entity(),
            self._reference(place),
            self.amount,
            self._notification(place),
        )

    def _reference(self, place: str) -> str:
        one, other = self.reference_id, self.contract_id
        if one is not None and other is not None and one != other:
            raise _refused(
                f"{place}contractId", "differs from `referenceId`, whose other name it is"
            )
        found = one if one is not None else other
        if found is None:
            raise _refused(f"{place}referenceId", "is missing")
        return found


class AllocationsBody(WireModel):
    """Several new allocations, all or nothing."""

    allocations: Annotated[list[AllocationBody], Field(min_length=1, max_length=10_000)]

    def to_inputs(self) -> tuple[AllocationInput, ...]:
        """The allocations for the use cases. Raises InvalidRequest as `AllocationBody` does."""
        return _inputs(self.allocations)


class AllocationChangeBody(AllocationBody):
    """New facts of an allocation; `allocations` are created beside it."""

    allocations: Annotated[
        list[AllocationBody],
        Field(
            default_factory=list,
            max_length=10_000,
            description="Further allocations to create in the same budget.",
        ),
    ]

    def to_inputs(self) -> tuple[AllocationInput, ...]:
        """The further allocations. Raises InvalidRequest as `AllocationBody` does."""
        return _inputs(self.allocations)


class _Described(with_facts(_Notifying, "_Facts", changes=True)):  # type: ignore[misc]
    """What a new budget and a changed one have in common."""

    amount: Amount
    cycle_configuration: CycleBody | None = None

    def _cycle(self) -> CycleRequest | None:
        return None if self.cycle_configuration is None else self.cycle_configuration.to_request()

    def _facts(self) -> dict[str, Any]:
        """The facts that are said, by the field's name."""
        said = {name: getattr(self, name) for name in FACTS if name in self.model_fields_set}
        notification = self._notification()
        return said if notification is None else said | {"notification": notification}


class _Changed(_Described):
    """New facts of a budget; what is left out stays as it is."""

    context_type: _Fixed = None
    context_id: _Fixed = None

    def to_input(self) -> BudgetInput:
        """The budget for the use cases. Raises InvalidRequest."""
        return BudgetInput(amount=self.amount, cycle=self._cycle(), facts=self._facts())

    def check_unchanged(self, view: BudgetView, context_id: str) -> None:
        """Refuse to change what a budget keeps for ever. Raises InvalidRequest."""
        plain = plain_facts(view.budget.facts)
        for field, wanted, kept in (
            ("contextType", self.context_type, CONTEXT_TYPE),
            ("contextId", self.context_id, context_id),
            *(
                (fact.wire, getattr(self, name), plain[name])
                for name, fact in FACTS.items()
                if not fact.changes
            ),
        ):
            if wanted is not None and wanted.casefold() != (kept or "").casefold():
                raise _refused(field, "cannot be changed")


BudgetChangeBody: Final = with_facts(_Changed, "BudgetChangeBody", changes=False, kind=_Fixed)


class BudgetBody(with_facts(_Described, "_NewFacts", changes=False)):  # type: ignore[misc]
    """A new budget with its first allocations. Without a cycle it is valid from now on."""

    context_type: _OfPath = None
    context_id: _OfPath = None
    allocations: Annotated[list[AllocationBody], Field(default_factory=list, max_length=10_000)]

    def to_input(self) -> BudgetInput:
        """The budget for the use cases. Raises InvalidRequest."""
        return BudgetInput(
            amount=self.amount,
            cycle=self._cycle(),
            facts=self._facts(),
            allocations=_inputs(self.allocations),
        )

    def check_context(self, context_id: str) -> None:
        """Refuse a body that names another context than the path. Raises InvalidRequest."""
        for field, named, real in (
            ("contextType", self.context_type, CONTEXT_TYPE),
            ("contextId", self.context_id, context_id),
        ):
            if named is not None and named != real:
                raise _refused(field, f"must be `{real}`, as in the path")


class StatusBody(WireModel):
    """A new status."""

    status: Switch


class LinkedEntityChangeBody(WireModel):
    """Whom or what an allocation is for from now on."""

    linked_entity_id: Annotated[StrictStr, Field(min_length=1, max_length=250)]
    linked_entity_type: Annotated[StrictStr, Field(min_length=1, max_length=250)]

    def to_entity(self) -> LinkedEntity:
        """The entity as the books know it."""
        return LinkedEntity(self.linked_entity_id, self.linked_entity_type)


class EntitiesBody(WireModel):
    """The entities whose allocations are looked for."""

    items: Annotated[list[EntityBody], Field(min_length=1, max_length=1_000)]


class RequesterBody(WireModel):
    """Who asks."""

    requested_by: Annotated[
        StrictStr,
        Field(min_length=1, max_length=320, description="An e-mail address, or a system's name."),
    ]


class RefundBody(RequesterBody):
    """Who asks for a refund, and of how much."""

    amount: Annotated[Amount | None, Field(description="Default: the whole debit.")] = None


class ConfirmationBody(RequesterBody):
    """Who confirms a reservation, and how much of it."""

    amount: Annotated[
        Amount | None, Field(description="Default: all of it. The rest is released.")
    ] = None


class MovementBody(RequesterBody):
    """A debit or a credit."""

    origin: Annotated[StrictStr, Field(max_length=250)]
    reference: Annotated[StrictStr, Field(max_length=250, description="Such as an order id.")] = ""
    amount: SignedAmount
    type: Direction

    def to_input(self) -> MovementInput:
        """The movement for the use cases. Raises InvalidRequest."""
        return MovementInput(self.type, self.amount, self.origin, self.reference, self.requested_by)


class ReservationBody(MovementBody):
    """An amount to set aside under the client's own id."""

    reference: Annotated[StrictStr, Field(max_length=250, description="Such as an order id.")]
    reservation_id: Annotated[
        StrictStr,
        Field(min_length=1, max_length=250, description="Your id; makes the request repeatable."),
    ]
    expires_at: Annotated[
        Instant | None, Field(description="When it is released by itself. Default: never.")
    ] = None

    def expiry(self) -> int | None:
        """When it ends, in milliseconds since 1970. Raises InvalidRequest."""
        return None if self.expires_at is None else parse_instant(self.expires_at, "expiresAt")


def _inputs(bodies: list[AllocationBody]) -> tuple[AllocationInput, ...]:
    return tuple(body.to_input(f"allocations[{index}].") for index, body in enumerate(bodies))


def _refused(field: str, message: str) -> InvalidRequest:
    detail = Detail(field, message)
    return InvalidRequest(str(detail), details=[detail])
