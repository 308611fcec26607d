"""Notification settings as clients send them. `NotificationSettings.from_document` reads them; here
is what the API pages show.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, SkipValidation

from placet.api.web.models import one_of
from placet.budgets.core.notification import MAX_THRESHOLDS, ThresholdType
from placet.kit.money import MAX_AMOUNT, SCALE
from placet.kit.wire_model import WireModel

_Type = Annotated[str, one_of(ThresholdType)]
_Value = Annotated[float, Field(gt=0, le=MAX_AMOUNT // SCALE)]
_Email = Annotated[str, Field(json_schema_extra={"format": "email"})]


class ThresholdBody(WireModel):
    """How much is used when people are told."""

    type: _Type
    value: Annotated[_Value, Field(alias="Value")]


class RecipientBody(WireModel):
    """Who is told."""

    type: Annotated[str, one_of(["Email"])] = "Email"
    identifier: _Email


class NotificationSettingsBody(WireModel):
    """Who is told when how much is used."""

    enable: bool = False
    thresholds: Annotated[tuple[ThresholdBody, ...], Field(max_length=MAX_THRESHOLDS)] = ()
    recipients: tuple[RecipientBody, ...] = ()


class EmailRecipientBody(WireModel):
    """Who is told."""

    email: _Email


class RecipientsThresholdBody(WireModel):
    """How much is used when whom is told."""

    type: _Type
    threshold: _Value
    recipients: Annotated[list[EmailRecipientBody], Field(min_length=1)]


Notification = Annotated[
    SkipValidation[
        NotificationSettingsBody
        | Annotated[list[RecipientsThresholdBody], Field(max_length=MAX_THRESHOLDS)]
        | None
    ],
    Field(
        description="Who is told when how much is used: an object, or an array of thresholds with"
        " recipients of their own. At most five thresholds."
    ),
]
