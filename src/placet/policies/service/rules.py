"""The rules of one dimension: add, replace one or all, delete."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from placet.errors import InvalidRequest, NotFound
from placet.kit.ids import new_id, now_ms
from placet.people.core.permissions import MANAGING_POLICIES
from placet.people.core.visit import Visit, permitted
from placet.policies.core.expressions import check_rule, check_rules
from placet.policies.core.model import MAX_RULES, Dimension, Rule, RuleDraft
from placet.policies.service.dimensions import rule_ids, to_change
from placet.policies.service.policy_desk import PolicyDesk
from placet.policies.service.reached_dimensions import check_reached
from placet.policies.service.rule_references import PlacedRule, warnings_by_rule
from placet.policies.service.rule_references import check_rules as check_references
from placet.policies.store.dimensions import update_dimension


@dataclass(frozen=True, slots=True)
class StoredRule:
    """A rule as it is stored now, and warnings about the people whom it names."""

    rule: Rule
    warnings: tuple[str, ...]


@permitted(MANAGING_POLICIES)
async def add_rule(
    desk: PolicyDesk, visit: Visit, dimension_id: str, draft: RuleDraft
) -> StoredRule:
    """Append a rule to a dimension.

    Raises:
        InvalidRequest: its expression cannot be compiled, it names an unknown unit, or the
            dimension is full.
        NotFound: no such dimension within reach.
    """
    await check_reached(desk, visit, dimension_id)
    await desk.compiler.run(lambda: check_rule(draft))
    rule = Rule.from_draft(draft, new_id())
    return await _edit_one(desk, visit, dimension_id, lambda rules: [*rules, rule], rule)


@permitted(MANAGING_POLICIES)
async def replace_rules(
    desk: PolicyDesk, visit: Visit, dimension_id: str, drafts: Sequence[RuleDraft]
) -> list[StoredRule]:
    """Make these the dimension's rules, and no others. Rules keep their ids, see
    `replace_dimension`.

    Raises:
        InvalidRequest: an expression cannot be compiled, a rule names an unknown unit, or there are
            too many rules.
        NotFound: no such dimension within reach.
    """
    await check_reached(desk, visit, dimension_id)
    await desk.compiler.run(lambda: check_rules(drafts))

    def replaced(old: list[Rule]) -> list[Rule]:
        ids = rule_ids(drafts, old)
        return [Rule.from_draft(draft, rule_id) for draft, rule_id in zip(drafts, ids, strict=True)]

    sent = [PlacedRule(draft, f"[{index}].") for index, draft in enumerate(drafts)]
    return await _edit(desk, visit, dimension_id, replaced, sent)


@permitted(MANAGING_POLICIES)
async def replace_rule(
    desk: PolicyDesk, visit: Visit, dimension_id: str, rule_id: str, draft: RuleDraft
) -> StoredRule:
    """Give a rule new content in its place.

    Raises:
        InvalidRequest: its expression cannot be compiled, or it names an unknown unit.
        NotFound: no such dimension within reach, or no such rule.
    """
    await check_reached(desk, visit, dimension_id)
    await desk.compiler.run(lambda: check_rule(draft))
    rule = Rule.from_draft(draft, rule_id)

    def replaced(rules: list[Rule]) -> list[Rule]:
        rules[_position(rules, rule_id)] = rule
        return rules

    return await _edit_one(desk, visit, dimension_id, replaced, rule)


@permitted(MANAGING_POLICIES)
async def delete_rule(desk: PolicyDesk, visit: Visit, dimension_id: str, rule_id: str) -> None:
    """Delete a rule.

    Raises:
        NotFound: no such dimension within reach, or no such rule.
    """

    await check_reached(desk, visit, dimension_id)

    def shortened(rules: list[Rule]) -> list[Rule]:
        del rules[_position(rules, rule_id)]
        return rules

    await _edit(desk, visit, dimension_id, shortened, ())


async def _edit_one(
    desk: PolicyDesk,
    visit: Visit,
    dimension_id: str,
    change: Callable[[list[Rule]], list[Rule]],
    rule: Rule,
) -> StoredRule:
    stored = await _edit(desk, visit, dimension_id, change, [PlacedRule(rule)])
    return next(item for item in stored if item.rule.id == rule.id)


async def _edit(
    desk: PolicyDesk,
    visit: Visit,
    dimension_id: str,
    change: Callable[[list[Rule]], list[Rule]],
    sent: Sequence[PlacedRule],
) -> list[StoredRule]:
    """The dimension's rules after a change by those `sent`; only these must name known units."""
    async with desk.database.write() as connection:
        old = await to_change(connection, visit.account, dimension_id)
        rules = change(list(old.rule_collection))
        if len(rules) > MAX_RULES:
            raise InvalidRequest(f"a dimension can hold at most {MAX_RULES} rules")
        await check_references(connection, visit.account, sent)
        # A new object: the old one remembers its digest.
        dimension = Dimension(**{**dict(old), "rule_collection": tuple(rules)})
        await update_dimension(connection, visit.account, dimension, now_ms())
        warnings = await warnings_by_rule(connection, visit.account, dimension.rule_collection)
    return [
        StoredRule(rule, tuple(told))
        for rule, told in zip(dimension.rule_collection, warnings, strict=True)
    ]


def _position(rules: Sequence[Rule], rule_id: str) -> int:
    for index, rule in enumerate(rules):
        if rule.id == rule_id:
            return index
    raise NotFound(f"there is no rule `{rule_id[:100]}` in this dimension")
