"""The rules of one dimension: add, replace one or all, delete."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from placet.application.dimensions import rule_ids, to_change
from placet.application.ids import new_id, now_ms
from placet.application.service import Service
from placet.errors import InvalidRequest, NotFound
from placet.policy.expressions import check_rule, check_rules
from placet.policy.model import MAX_RULES, Dimension, Rule, RuleDraft
from placet.storage.dimensions import update_dimension

__all__ = ["add_rule", "delete_rule", "replace_rule", "replace_rules"]


async def add_rule(service: Service, account: str, dimension_id: str, draft: RuleDraft) -> Rule:
    """Append a rule to a dimension.

    Raises:
        InvalidRequest: its expression cannot be compiled, or the dimension is full.
        NotFound: no such dimension.
    """
    await service.compiler.run(lambda: check_rule(draft))
    rule = Rule.from_draft(draft, new_id())
    await _edit(service, account, dimension_id, lambda rules: [*rules, rule])
    return rule


async def replace_rules(
    service: Service, account: str, dimension_id: str, drafts: Sequence[RuleDraft]
) -> list[Rule]:
    """Make these the dimension's rules, and no others. Rules keep their ids, see
    `replace_dimension`.

    Raises:
        InvalidRequest: an expression cannot be compiled, or there are too many rules.
        NotFound: no such dimension.
    """
    await service.compiler.run(lambda: check_rules(drafts))

    def replaced(old: list[Rule]) -> list[Rule]:
        ids = rule_ids(drafts, old)
        return [Rule.from_draft(draft, rule_id) for draft, rule_id in zip(drafts, ids, strict=True)]

    dimension = await _edit(service, account, dimension_id, replaced)
    return list(dimension.rule_collection)


async def replace_rule(
    service: Service, account: str, dimension_id: str, rule_id: str, draft: RuleDraft
) -> Rule:
    """Give a rule new content in its place.

    Raises:
        InvalidRequest: its expression cannot be compiled.
        NotFound: no such dimension or rule.
    """
    await service.compiler.run(lambda: check_rule(draft))
    rule = Rule.from_draft(draft, rule_id)

    def replaced(rules: list[Rule]) -> list[Rule]:
        rules[_position(rules, rule_id)] = rule
        return rules

    await _edit(service, account, dimension_id, replaced)
    return rule


async def delete_rule(service: Service, account: str, dimension_id: str, rule_id: str) -> None:
    """Delete a rule.

    Raises:
        NotFound: no such dimension or rule.
    """

    def shortened(rules: list[Rule]) -> list[Rule]:
        del rules[_position(rules, rule_id)]
        return rules

    await _edit(service, account, dimension_id, shortened)


async def _edit(
    service: Service,
    account: str,
    dimension_id: str,
    change: Callable[[list[Rule]], list[Rule]],
) -> Dimension:
    async with service.database.write() as connection:
        old = await to_change(connection, account, dimension_id)
        rules = change(list(old.rule_collection))
        if len(rules) > MAX_RULES:
            raise InvalidRequest(f"a dimension can hold at most {MAX_RULES} rules")
        # A new object: the old one remembers its digest.
        dimension = Dimension(**{**dict(old), "rule_collection": tuple(rules)})
        await update_dimension(connection, account, dimension, now_ms())
    return dimension


def _position(rules: Sequence[Rule], rule_id: str) -> int:
    for index, rule in enumerate(rules):
        if rule.id == rule_id:
            return index
    raise NotFound(f"there is no rule `{rule_id[:100]}` in this dimension")
