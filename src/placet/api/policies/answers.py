"""The answers about policies."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from placet.api.web.models import Instant
from placet.kit.wire_model import Absent, WireModel
from placet.policies.core.model import AuthorizationData, ScoreInterval, Trigger

Warnings = Annotated[
    Absent[list[str]],
    Field(description="What you should know, such as who cannot decide; a sentence each."),
]
NoStatus = Annotated[None, Field(description="Only orders have one.")]
CreationVersion = Annotated[Literal["1.0.0"], Field(description="Always the same.")]
CreationEnvironment = Annotated[Literal["stable"], Field(description="Always the same.")]


class RuleAnswer(WireModel):
    """A rule outside any order."""

    id: str
    name: str
    status: NoStatus
    do_id: NoStatus
    priority: Annotated[int, Field(description="Lower runs first.")]
    trigger: Trigger
    score_interval: ScoreInterval
    authorization_data: Absent[AuthorizationData] = None
    timeout: Annotated[int, Field(description="Milliseconds per evaluation; 0: the service's own.")]
    notification: Annotated[bool, Field(description="Whether authorizers are notified.")]
    remind_after: Annotated[
        Absent[str], Field(description="After how long the level that is up is reminded.")
    ] = None
    escalate_after: Annotated[
        Absent[str],
        Field(description="After how long the next level may act for the one that is up as well."),
    ] = None
    warnings: Warnings = None


class DimensionAnswer(WireModel):
    """The rules of one unit, or of every unit, outside any order."""

    id: str
    name: str
    unit_id: Annotated[str | None, Field(description="Null: every unit.")]
    status: NoStatus
    priority: Annotated[int, Field(description="Lower runs first.")]
    require_all_rules_acceptance: Annotated[
        bool, Field(description="false: the first rule that fires decides. true: all must accept.")
    ]
    should_simulate: Annotated[bool, Field(description="Evaluate and record, but change nothing.")]
    rule_collection: list[RuleAnswer]
    creation_date: Instant
    creation_version: CreationVersion
    creation_environment: CreationEnvironment
    warnings: Warnings = None


class CountsAnswer(WireModel):
    """How many were new, changed, left as they were, and deleted."""

    created: int
    updated: int
    unchanged: int
    deleted: int


class UnitCountsAnswer(CountsAnswer):
    """The same of units, and how many there are now."""

    total: int


class PublicationAnswer(CountsAnswer):
    """What publishing a rule file did to the dimensions, and below `units` to the units."""

    units: UnitCountsAnswer
    warnings: Annotated[list[str], Field(description="The file's.")]
