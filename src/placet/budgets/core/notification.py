"""Who is told when how much of a budget or allocation is used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final, NamedTuple, Self, TypeVar

from placet.errors import Detail, InvalidRequest
from placet.kit.addresses import is_email_address
from placet.kit.money import amount_number, amount_text, parse_amount
from placet.kit.spelling import slips_in

MAX_THRESHOLDS: Final = 5
_MAX_RECIPIENTS: Final = 50
_MAX_IDENTIFIER: Final = 320

_Item = TypeVar("_Item")


class ThresholdType(StrEnum):
    """PERCENT of the amount, or an AMOUNT in the currency unit."""

    PERCENT = "PERCENT"
    AMOUNT = "AMOUNT"


class Threshold(NamedTuple):
    """`value` is in 1/10,000 of a per cent or of the currency unit."""

    type: ThresholdType
    value: int

    @property
    def key(self) -> str:
        """What names it among its siblings: `PERCENT 90`."""
        return f"{self.type} {amount_text(self.value)}"

    def reached(self, used: int, amount: int) -> bool:
        """Whether `used` of `amount` is at or above the threshold. Whole numbers only."""
        if self.type is ThresholdType.AMOUNT:
            return used >= self.value
        # value / 10,000 per cent of amount, multiplied out so that nothing is divided
        return used > 0 and used * 1_000_000 >= self.value * amount


class Recipient(NamedTuple):
    """`type` is `Email`, `identifier` the address."""

    type: str
    identifier: str


@dataclass(frozen=True, slots=True)
class NotificationSettings:
    """At most five thresholds; enabled ones need a recipient."""

    enable: bool = False
    thresholds: tuple[Threshold, ...] = ()
    recipients: tuple[Recipient, ...] = ()

    @classmethod
    def from_document(cls, document: Any, field: str = "notificationSettings") -> Self:
        """Read the object form, or the array form with recipients in each threshold; null is none.

        Raises:
            InvalidRequest: another shape, a limit broken, or nobody to notify.
        """
        if document is None:
            return cls()
        if isinstance(document, Mapping):
            settings = cls._from_object(document, field)
        elif isinstance(document, Sequence) and not isinstance(document, str):
            settings = cls._from_array(document, field)
        else:
            raise _refused(field, "must be an object, or an array of thresholds")
        if len(settings.thresholds) > MAX_THRESHOLDS:
            raise _refused(field, f"has more than {MAX_THRESHOLDS} thresholds")
        if len(settings.recipients) > _MAX_RECIPIENTS:
            raise _refused(field, f"has more than {_MAX_RECIPIENTS} recipients")
        if settings.enable and not settings.recipients:
            raise _refused(field, "needs at least one recipient when enabled")
        return settings

    @classmethod
    def _from_object(cls, document: Mapping[str, Any], field: str) -> Self:
        _check_spelling(document, ("enable", "thresholds", "recipients"), field)
        enable = document.get("enable", False)
        if not isinstance(enable, bool):
            raise _refused(f"{field}.enable", "must be true or false")
        thresholds = [
            _threshold(item, ("Value", "value"), f"{field}.thresholds[{index}]")
            for index, item in enumerate(_list(document.get("thresholds"), f"{field}.thresholds"))
        ]
        recipients = [
            _recipient(item, "identifier", f"{field}.recipients[{index}]")
            for index, item in enumerate(_list(document.get("recipients"), f"{field}.recipients"))
        ]
        return cls(enable, _unique(thresholds), _unique(recipients))

    @classmethod
    def _from_array(cls, document: Sequence[Any], field: str) -> Self:
        thresholds: list[Threshold] = []
        recipients: list[Recipient] = []
        for index, item in enumerate(document):
            place = f"{field}[{index}]"
            thresholds.append(_threshold(item, ("threshold",), place))
            listed = _list(item.get("recipients"), f"{place}.recipients")
            recipients += [
                _recipient(entry, "email", f"{place}.recipients[{number}]")
                for number, entry in enumerate(listed)
            ]
        return cls(bool(thresholds), _unique(thresholds), _unique(recipients))

    def to_document(self) -> dict[str, Any]:
        """The object form, as the API answers it."""
        return {
            "enable": self.enable,
            "thresholds": [
                {"type": threshold.type.value, "Value": amount_number(threshold.value)}
                for threshold in self.thresholds
            ],
            "recipients": [recipient._asdict() for recipient in self.recipients],
        }

    def to_array(self) -> list[dict[str, Any]]:
        """The array form, which only has enabled thresholds."""
        if not self.enable:
            return []
        recipients = [{"email": recipient.identifier} for recipient in self.recipients]
        return [
            {
                "type": threshold.type.value,
                "threshold": amount_number(threshold.value),
                "recipients": recipients,
            }
            for threshold in self.thresholds
        ]


NO_NOTIFICATION: Final = NotificationSettings()


def _threshold(item: Any, names: tuple[str, ...], field: str) -> Threshold:
    if not isinstance(item, Mapping):
        raise _refused(field, "must be an object")
    _check_spelling(item, ("type", *names), field)
    if item.get("type") not in list(ThresholdType):
        raise _refused(f"{field}.type", "must be `PERCENT` or `AMOUNT`")
    name = next((name for name in names if name in item), names[0])
    value: Decimal | int | str | None = item.get(name)
    if value is None:
        raise _refused(f"{field}.{name}", "is missing")
    amount = parse_amount(value, f"{field}.{name}")
    if amount <= 0:
        raise _refused(f"{field}.{name}", "must be above zero")
    return Threshold(ThresholdType(item["type"]), amount)


def _recipient(item: Any, name: str, field: str) -> Recipient:
    if not isinstance(item, Mapping):
        raise _refused(field, "must be an object")
    _check_spelling(item, ("type", name), field)
    kind = item.get("type", "Email")
    if not isinstance(kind, str) or kind.casefold() != "email":
        raise _refused(f"{field}.type", "must be `Email`")
    address = item.get(name)
    if not isinstance(address, str) or not _is_address(address):
        raise _refused(f"{field}.{name}", "must be an e-mail address")
    return Recipient("Email", address)


def _check_spelling(document: Mapping[str, Any], known: Sequence[str], field: str) -> None:
    for key, meant in slips_in(document, known):
        raise _refused(f"{field}.{key}", f"is not known here; did you mean `{meant}`?")


def _is_address(text: str) -> bool:
    return len(text) <= _MAX_IDENTIFIER and is_email_address(text)


def _list(value: Any, field: str) -> Sequence[Any]:
    if value is None:
        return ()
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise _refused(field, "must be an array")
    return value


def _unique(items: Sequence[_Item]) -> tuple[_Item, ...]:
    return tuple(dict.fromkeys(items))


def _refused(field: str, message: str) -> InvalidRequest:
    detail = Detail(field, message)
    return InvalidRequest(str(detail), details=[detail])
