"""Currencies: the codes of ISO 4217 and how many decimals an amount in each may have.

Source: the list of currencies and funds in use that the standard's maintenance agency publishes
(list one), read in 2026, and those it has withdrawn since 2023, which old orders still name.
"""

from __future__ import annotations

from typing import Final

from placet.errors import Detail, InvalidRequest
from placet.kit.money import DECIMALS, amount_text
from placet.kit.spelling import closest

_BY_DECIMALS: Final = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    2: "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD"
    " CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL"
    " GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR"
    " LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD"
    " PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC"
    " SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR"
    " ZMW ZWG",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
_WITHDRAWN: Final = {2: "ANG BGN HRK SLL ZWL"}
# Metals, units of account and codes for tests: the standard gives them no number of decimals.
_WITHOUT_DECIMALS: Final = "XAG XAU XBA XBB XBC XBD XDR XPD XPT XSU XTS XUA XXX"
CURRENCIES: Final[dict[str, int]] = {
    code: decimals
    for table in (_BY_DECIMALS, _WITHDRAWN, {DECIMALS: _WITHOUT_DECIMALS})
    for decimals, codes in table.items()
    for code in codes.split()
}


def known_currency(text: str | None) -> str | None:
    """The code that a text is in any case; None where it is none."""
    code = text.strip().upper() if text is not None else None
    return code if code in CURRENCIES else None


def parse_currency(text: str, field: str = "currency") -> str:
    """The code that a text is in any case. Raises InvalidRequest where it is none."""
    code = known_currency(text)
    if code is None:
        meant = _meant(text)
        hint = f"did you mean `{meant}`?" if meant else "use one such as `EUR`"
        raise _refused(field, f"`{text[:20]}` is no ISO 4217 currency code; {hint}")
    return code


def check_decimals(amount: int, currency: str | None, field: str = "amount") -> None:
    """Refuse an amount that is finer than the currency; one that is no known code is not checked.

    Raises:
        InvalidRequest: it has more decimals than the currency.
    """
    code = known_currency(currency)
    if code is None:
        return
    decimals = CURRENCIES[code]
    if amount % 10 ** (DECIMALS - decimals):
        most = f"has at most {decimals}" if decimals else "has none"
        raise _refused(field, f"`{amount_text(amount)}` has too many decimals: {code} {most}")


# What people write for the code, and slips of it, which are too short for the general search.
_NAMES: Final = {
    "EURO": "EUR", "EUROS": "EUR", "€": "EUR", "DOLLAR": "USD", "DOLLARS": "USD", "$": "USD",
    "US": "USD", "YEN": "JPY", "¥": "JPY", "POUND": "GBP", "POUNDS": "GBP", "£": "GBP",
    "STERLING": "GBP", "RMB": "CNY", "YUAN": "CNY", "REAL": "BRL", "FRANC": "CHF", "RUPEE": "INR",
    "PESO": "MXN", "WON": "KRW", "DINAR": "KWD",
}  # fmt: skip
_COMMON: Final = "EUR USD GBP JPY CNY CHF CAD AUD BRL INR MXN SEK NOK DKK PLN CZK HUF KRW SGD HKD"


def _meant(text: str) -> str | None:
    """The code that a text is a slip of: a name, a letter too many, or a letter off."""
    written = text.strip().upper()
    if written in _NAMES:
        return _NAMES[written]
    slip = closest(written, _NAMES)
    if slip is not None:
        return _NAMES[slip]
    return next((code for code in _COMMON.split() if _one_off(written, code)), None)


def _one_off(written: str, code: str) -> bool:
    """Whether one letter was added, left out, replaced, or swapped with its neighbour."""
    if len(written) == len(code):
        return sorted(written) == sorted(code) or (
            sum(one != other for one, other in zip(written, code, strict=True)) == 1
        )
    longer, shorter = sorted((written, code), key=len, reverse=True)
    return len(longer) - len(shorter) == 1 and any(
        longer[:place] + longer[place + 1 :] == shorter for place in range(len(longer))
    )


def _refused(field: str, message: str) -> InvalidRequest:
    detail = Detail(field, message)
    return InvalidRequest(str(detail), code="invalid-currency", details=[detail])
