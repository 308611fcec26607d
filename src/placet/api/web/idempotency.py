"""The header by which clients name a request, so that sending it again does nothing twice."""

from __future__ import annotations

import re
from typing import Annotated, Final

from fastapi import Header
from pydantic.json_schema import SkipJsonSchema

from placet.errors import InvalidRequest

KEY_HEADER: Final = "Idempotency-Key"
_KEY: Final = re.compile(r"[!-~]{1,250}", re.ASCII)

DecisionKey = Annotated[
    str | SkipJsonSchema[None],
    Header(
        alias=KEY_HEADER,
        description=(
            "Your name for this request: 1 to 250 visible ASCII characters. Sent again by the same"
            " caller, it decides nothing more, though a further level or rule may wait for the"
            " caller by then; another decision of the order under the same name gets 409."
        ),
    ),
]


def idempotency_key(text: str | None) -> str | None:
    """The key itself. Raises InvalidRequest for one that cannot be."""
    if text is None or _KEY.fullmatch(text):
        return text
    raise InvalidRequest(f"the header `{KEY_HEADER}` must be 1 to 250 visible ASCII characters")
