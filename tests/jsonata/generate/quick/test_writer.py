"""Quick code: usual rules have it, usual input never leaves it, growth never enters it."""

from __future__ import annotations

import pytest

from jsonata.generated import ORDER, REAL
from placet.jsonata.generate import build_quick
from placet.jsonata.parser.parse import parse
from support.jsonata.quick import refuse

USUAL = [
    *REAL[:14],
    "$max(items.price) > 5",
    "$sum(totals.value) = value",
    "items.price",
    "items.additionalInfo.brandName",
    "$count($filter(items, function($i) { $i.price > 50 })) > 1",
    "$sum($map(items, function($i) { $i.price * $i.quantity })) > 50000",
    "$reduce(items.price, function($a, $b) { $a + $b }, 0) > 1000",
    "$exists($filter(items, function($i) { $i.sellerId = 'x' }))",
    "($total := $sum(items.(price * quantity)); $total > 50000)",
    "($limit := salesChannel = '1' ? 10000 : 5000; value > $limit)",
    "$substringAfter(clientProfileData.email, '@') = 'globex.com'",
    "$lookup(budgetData.unitAllocations, 'unit-01').balance",
    "$keys(budgetData.unitAllocations)",
    "$not($exists(missing))",
    "missing.deeper > 1",
    "'a' in tags",
    "items[isGift].price",
    "missing > 10",
    "missing.deeper.still.more = 'x'",
    "paymentData.transactions.payments.value",
    "$round(value / 100, 2) > 100",
    "$floor(value / 1000) % 2 = 0",
    "$string(value) & '-' & salesChannel",
    "$number(salesChannel) = 1",
    "$join(items.id, ',')",
    "$split(clientProfileData.email, '@')[1]",
    "$sort(items.price)[0]",
    "$count($distinct(items.sellerId)) > 1",
    "items.price ~> $sum()",
    "items.price ~> $sum",
    "items.id ~> $join(',') ~> $length()",
    "items.{'name': name, 'total': price * quantity}",
    "items^(>price)[0].name",
    "$count(items[price > 1]^(price))",
    "items{sellerId: $sum(price)}",
    "items[quantity > 0].additionalInfo{brandName: $count(brandName)}",
    "{'id': orderId, 'of': {'value': value, 'missing': missing}}",
    "$fromMillis($toMillis(creationDate), '[Y0001]-[M01]-[D01] [H01]:[m01]:[s01]')",
    "'Dell' in items.additionalInfo.brandName",
    "budgetData.unitAllocations.*.balance",
    "items^(price)[-1].name",
]


@pytest.mark.parametrize("source", USUAL)
def test_usual_rule_is_answered_by_quick_code_alone(source: str) -> None:
    quick = build_quick(parse(source), refuse, lambda value: value)
    assert quick is not None
    quick(ORDER)
