"""Routes of the rules of a dimension."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Request, Response

from placet.api.access.caller import CanManagePolicies, desks_of
from placet.api.policies.answers import RuleAnswer
from placet.api.web.answers import ERRORS, answer, json_answer
from placet.api.web.body import read_model, read_models
from placet.api.web.parameters import DimensionId, RuleId
from placet.api.web.schemas import RULE_BODY, RULES_BODY
from placet.policies.core.model import RuleDraft
from placet.policies.core.wire import rule_document
from placet.policies.service import rules

router: Final = APIRouter(
    prefix="/{accountName}/authorization-dimensions/{dimensionId}/rules",
    tags=["Rules"],
    responses=ERRORS,
)


@router.post(
    "",
    summary="Create rule",
    openapi_extra=RULE_BODY,
    responses=answer("The rule with its new id.", RuleAnswer),
)
async def add_rule(
    request: Request,
    caller: CanManagePolicies,
    dimension_id: DimensionId,
) -> Response:
    """Add a rule to a dimension."""
    draft = await read_model(request, RuleDraft)
    stored = await rules.add_rule(desks_of(request).policies, caller, dimension_id, draft)
    return json_answer(rule_document(stored.rule, stored.warnings))


@router.put(
    "",
    summary="Replace all rules",
    openapi_extra=RULES_BODY,
    responses=answer("The rules as they are now.", list[RuleAnswer]),
)
async def replace_rules(
    request: Request,
    caller: CanManagePolicies,
    dimension_id: DimensionId,
) -> Response:
    """Make these the dimension's rules, and no others; rules keep their ids by name."""
    drafts = await read_models(request, RuleDraft)
    replaced = await rules.replace_rules(desks_of(request).policies, caller, dimension_id, drafts)
    return json_answer([rule_document(item.rule, item.warnings) for item in replaced])


@router.put(
    "/{ruleId}",
    summary="Update rule",
    openapi_extra=RULE_BODY,
    responses=answer("The rule as it is now.", RuleAnswer),
)
async def replace_rule(
    request: Request,
    caller: CanManagePolicies,
    dimension_id: DimensionId,
    rule_id: RuleId,
) -> Response:
    """Give a rule new content."""
    draft = await read_model(request, RuleDraft)
    stored = await rules.replace_rule(
        desks_of(request).policies, caller, dimension_id, rule_id, draft
    )
    return json_answer(rule_document(stored.rule, stored.warnings))


@router.delete("/{ruleId}", summary="Delete rule", status_code=204)
async def delete_rule(
    request: Request,
    caller: CanManagePolicies,
    dimension_id: DimensionId,
    rule_id: RuleId,
) -> Response:
    """Delete a rule. Orders it has judged keep their copy of it."""
    await rules.delete_rule(desks_of(request).policies, caller, dimension_id, rule_id)
    return Response(status_code=204)
