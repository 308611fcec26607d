"""Amounts of money: whole numbers of 1/10,000 of the currency unit, in a checked range.

`12.5` is written as 12.5 or "12.50" outside and is 125,000 inside. No binary fraction takes part in
any sum; a float is accepted only as the shortest decimal that denotes it.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Final

from placet.errors import Conflict, Detail, InvalidRequest

DECIMALS: Final = 4
SCALE: Final = 10**DECIMALS
# 100 million million units. A balance adds up at most three figures of this size (amount, used,
# held), which still fits the 64 bits of a database's integer.
MAX_AMOUNT: Final = 10**14 * SCALE
# The digits of the limit above and the four decimals; anything longer is not even converted.
_MAX_DIGITS: Final = 40


def parse_amount(value: Decimal | int | float | str, field: str = "amount") -> int:
    """The amount that `value` denotes, in 1/10,000 unit; negative ones are allowed.

    Raises:
        InvalidRequest: no finite decimal number, more than four decimals, or out of range.
    """
    if isinstance(value, bool) or not isinstance(value, Decimal | int | float | str):
        raise _refused(field, "must be a number")
    try:
        number = Decimal(value) if isinstance(value, int) else Decimal(str(value).strip())
    except InvalidOperation:
        raise _refused(field, "must be a number") from None
    if not number.is_finite():
        raise _refused(field, "must be a finite number")
    _, digits, exponent = number.as_tuple()
    if len(digits) > _MAX_DIGITS or not isinstance(exponent, int) or abs(exponent) > _MAX_DIGITS:
        raise _refused(field, "has too many digits: use at most 14 before and 4 after the point")
    scaled = number.scaleb(DECIMALS)
    amount = int(scaled)
    if amount != scaled:
        raise _refused(field, "has more than four decimals")
    if abs(amount) > MAX_AMOUNT:
        raise _refused(field, "is out of range: at most 100,000,000,000,000")
    return amount


def amount_text(amount: int) -> str:
    """The amount as exact decimal text without needless zeros: 125,000 is `12.5`."""
    whole, rest = divmod(abs(amount), SCALE)
    sign = "-" if amount < 0 else ""
    decimals = f".{rest:04d}".rstrip("0") if rest else ""
    return f"{sign}{whole}{decimals}"


def amount_number(amount: int) -> int | float:
    """The amount as a JSON number: an int where it is whole.

    Exact up to 15 significant digits; a longer fraction becomes the nearest double, which is what
    any JSON reader would make of it.
    """
    whole, rest = divmod(amount, SCALE)
    return whole if rest == 0 else float(amount_text(amount))


def check_balance(figure: int) -> int:
    """The figure itself, where it is in the range of amounts.

    Raises:
        Conflict: it would leave the range.
    """
    if -MAX_AMOUNT <= figure <= MAX_AMOUNT:
        return figure
    raise Conflict("the balance would leave the range of amounts", code="balance-out-of-range")


def _refused(field: str, message: str) -> InvalidRequest:
    detail = Detail(field, message)
    return InvalidRequest(str(detail), code="invalid-amount", details=[detail])
