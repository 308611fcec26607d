"""What rules name beside the order: units, which must exist, and people, who had better.

An account without units is as before: whatever its rules name stands alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from placet.people.core.ability import why_unable
from placet.people.store.users import load_users
from placet.policies.core.model import AuthorizerType, Dimension, Rule, RuleDraft
from placet.policies.service.unit_gaps import refuse_unknown_units


@dataclass(frozen=True, slots=True)
class PlacedRule:
    """A rule, and where it is in what the client has sent: `ruleCollection[2].`, or nothing."""

    rule: RuleDraft
    place: str = ""

    def listed(self, kind: AuthorizerType) -> Iterator[tuple[str, str]]:
        """The ids of its authorizers of a kind, each with its field."""
        for index, authorizer in enumerate(self.rule.authorizers):
            if authorizer.type is kind:
                field = f"{self.place}authorizationData.authorizers[{index}].id"
                yield field, authorizer.id


async def check_dimensions(
    connection: AsyncConnection, account: str, dimensions: Sequence[Dimension], *, nested: bool
) -> list[str]:
    """Warnings about the people whom these dimensions name; `nested`: the client has sent several.

    Raises:
        InvalidRequest: they name units that do not exist; all of them are listed.
    """
    own = [
        (f"dimensions[{number}]." if nested else "", dimension)
        for number, dimension in enumerate(dimensions)
    ]
    units = [
        (f"{place}unitId", dimension.unit_id)
        for place, dimension in own
        if dimension.unit_id is not None
    ]
    rules = [
        PlacedRule(rule, f"{place}ruleCollection[{index}].")
        for place, dimension in own
        for index, rule in enumerate(dimension.rule_collection)
    ]
    return await check_rules(connection, account, rules, units)


async def check_rules(
    connection: AsyncConnection,
    account: str,
    rules: Sequence[PlacedRule],
    units: Sequence[tuple[str, str]] = (),
) -> list[str]:
    """Warnings about the people whom these rules name; `units` are fields that name units too.

    Raises:
        InvalidRequest: they name units that do not exist; all of them are listed.
    """
    named = [*units, *(field for rule in rules for field in rule.listed(AuthorizerType.UNIT))]
    await refuse_unknown_units(connection, account, named)
    found = await warnings_by_rule(connection, account, [item.rule for item in rules])
    return [warning for warnings in found for warning in warnings]


async def warnings_by_rule(
    connection: AsyncConnection, account: str, rules: Sequence[Rule | RuleDraft]
) -> list[list[str]]:
    """For each of the rules, a sentence about everybody it names who cannot decide orders."""
    listed = [list(_people(rule)) for rule in rules]
    users = await load_users(connection, account, {name for names in listed for name in names})
    return [
        [
            f"rule `{rule.name}` asks user `{name}`, who {why}: others stand in"
            for name in names
            if (why := why_unable(users.get(name))) is not None
        ]
        for rule, names in zip(rules, listed, strict=True)
    ]


def _people(rule: RuleDraft) -> Iterable[str]:
    return dict.fromkeys(name for _, name in PlacedRule(rule).listed(AuthorizerType.USER))
