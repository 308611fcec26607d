"""Expressions like those people write, and orders with something wrong in them, at random.

Everything comes from a `random.Random`, so a seed names an example for good.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any, Final

import yaml

__all__ = ["ORDER", "REAL", "Writer", "mutated", "random_json"]

CASES: Final = Path(__file__).parent / "cases"
ORDER: Final[dict[str, Any]] = json.loads((CASES / "order.json").read_text("utf-8"))
# Expressions as found in rules.
REAL: Final[list[str]] = yaml.safe_load((CASES / "real_expressions.yaml").read_text("utf-8"))

ODD_VALUES: Final[tuple[Any, ...]] = (
    None, True, False, 0, 1, -1, 2.5, 1e300, 2**53 + 1, 10**400, 0.1, -0.0, "", "x", "1", "true", [], [[]],
    {}, [1], ["x"], [None], [[1, 2], [3]], [[{"price": 1}]], {"value": 1}, [{"id": "Items", "value": 1}],
    [1, "1", True], [{"price": 1, "quantity": "2"}], "2026-01-01T00:00:00.000Z", "\U0001f600", "\ud83d", [True, False],
)  # fmt: skip


def mutated(order: Any, random: Random) -> Any:
    """A copy of `order` in which up to four things are missing, of another kind, or wrapped."""
    holder = {"order": copy.deepcopy(order)}
    for _ in range(random.randrange(5)):
        places = list(_places(holder["order"], holder, "order"))
        parent, key = random.choice(places)
        value = parent[key]
        change = random.randrange(6)
        if change == 0 and parent is not holder:
            del parent[key]
        elif change == 1:
            parent[key] = [value]
        elif change == 2 and isinstance(value, list) and value:
            parent[key] = value[0]
        elif change == 3:
            parent[key] = [value, copy.deepcopy(value)]
        else:
            parent[key] = copy.deepcopy(random.choice(ODD_VALUES))
    return holder["order"]


def _places(value: Any, parent: Any, key: Any) -> Any:
    yield parent, key
    if isinstance(value, dict):
        for name, item in value.items():
            yield from _places(item, value, name)
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _places(item, value, number)


def random_json(random: Random, depth: int = 4) -> Any:
    """Any JSON value."""
    if depth == 0 or random.random() < 0.3:
        return copy.deepcopy(random.choice(ODD_VALUES))
    size = random.randrange(4)
    if random.random() < 0.5:
        return [random_json(random, depth - 1) for _ in range(size)]
    names = ("items", "price", "value", "id", "a", "b", "", "__class__")
    return {random.choice(names): random_json(random, depth - 1) for _ in range(size)}


class Writer:
    """Writes random expressions. `fields` are those within reach of the current context."""

    ROOT: Final = (
        "value", "status", "salesChannel", "items", "totals", "clientProfileData", "shippingData",
        "budgetData", "openTextField", "paymentData", "missing", "creationDate", "marketingData", "tags",
    )  # fmt: skip
    ITEM: Final = (
        "price", "quantity", "id", "name", "sellerId", "isGift", "tags", "missing", "additionalInfo",
        "taxCode", "manualPrice", "sizes",
    )  # fmt: skip
    CHAINS: Final = (
        "clientProfileData.email", "clientProfileData.customer.organization.costCenter.code",
        "shippingData.address.country", "shippingData.logisticsInfo.price", "items.tags", "items.price",
        "items.additionalInfo.brandName", "items.sizes", "paymentData.transactions.payments.installments",
        "paymentData.transactions[0].payments[0].value", "budgetData.total", "items[0].price", "items[-1].name",
        "budgetData.unitAllocations.*.budgetId", "totals.value", "items.missing", "$.value", "$$.value",
        "$$.items.quantity", "openTextField.value", "clientProfileData.*", "items.sizes.w", "totals[0]",
    )  # fmt: skip

    def __init__(self, random: Random, *, wild: bool = True) -> None:
        self.random = random
        self.wild = wild
        self.fields: tuple[str, ...] = self.ROOT
        self.variables: list[str] = []

    def expression(self, depth: int = 3) -> str:
        """An expression of any kind."""
        return self._pick(self.truth, self.truth, self.number, self.text, self.many, self.anything)(depth)

    def _pick(self, *choices: Any) -> Any:
        return self.random.choice(choices)

    def _often(self, chance: float) -> bool:
        return self.random.random() < chance

    def _mixed(self, depth: int, usual: Callable[[int], str]) -> str:
        """Usually an operand of the right kind."""
        return self.anything(depth) if self._often(0.08) else usual(depth)

    def _inside(self, write: Callable[[int], str], depth: int) -> str:
        """Something evaluated with an item as context."""
        outer, self.fields = self.fields, self.ITEM
        try:
            return write(depth)
        finally:
            self.fields = outer

    def path(self, depth: int) -> str:
        """A path, perhaps with predicates."""
        if self._often(0.45):
            return str(self._pick(*self.CHAINS))
        field = self._pick(*self.fields)
        if depth > 0 and self._often(0.4):
            source = self._pick("items", "items", "totals", "$$.items", "budgetData.unitAllocations.*", field)
            text = f"{source}[{self.predicate(depth - 1)}]"
            return text if self._often(0.4) else f"{text}.{self._step(depth - 1)}"
        if depth > 0 and self._often(0.25):
            return f"{self._pick('items', field)}.{self._step(depth - 1)}"
        return str(field)

    def _step(self, depth: int) -> str:
        field = self._pick(*self.ITEM, "value", "id", "*")
        if self._often(0.6):
            return str(field)
        inner = self._pick(self.number, self.truth, self.anything)
        return self._pick(
            lambda: f"({self._inside(inner, depth)})",
            lambda: f"{field}[{self._pick(0, -1, 1, 1.5)}]",
            lambda: f"$string({self._pick(*self.ITEM)})",
            lambda: f"[{self._inside(inner, depth)}]",
            lambda: f'{{"a": {self._inside(inner, depth)}}}',
            lambda: f"{field}[]",
            lambda: f"{field}.({self._inside(inner, depth)})",
        )()

    def predicate(self, depth: int) -> str:
        """What stands between the brackets of a filter."""
        if self._often(0.15):
            return str(self._pick("0", "-1", "1", "1.7", "[0, 1]", "[0..1]", "$count($$.items) - 1", "-99"))
        return self._inside(self.truth, depth)

    def literal(self) -> str:
        """A constant."""
        return str(
            self._pick("0", "1", "2.5", "-3", "10000", "1e20", "0.1", "'x'", '"Items"', "'1'", "''", "true",
                       "false", "null", "'BRA'", "[]", "{}", "[1]", "[1,2]", "9007199254740993")
        )  # fmt: skip

    def number(self, depth: int) -> str:
        """Usually a number."""
        if depth <= 0 or self._often(0.2):
            return str(self._pick("value", "price", "quantity", "10", "0", "2.5", "100", "-1", *self.variables))
        one = lambda: self._mixed(depth - 1, self.number)  # noqa: E731
        return self._pick(
            lambda: f"{one()} {self._pick('+', '-', '*', '/', '%')} {one()}",
            lambda: f"({one()} {self._pick('+', '-', '*', '/', '%')} {one()})",
            lambda: f"-({one()})",
            lambda: f"${self._pick('sum', 'count', 'max', 'min', 'average')}({self._mixed(depth - 1, self.many)})",
            lambda: f"$sum(items.({self._inside(self.number, depth - 1)}))",
            lambda: f"$sum(items[{self.predicate(depth - 1)}].price)",
            lambda: f"$count(items[{self.predicate(depth - 1)}])",
            lambda: f"${self._pick('abs', 'floor', 'ceil', 'round', 'sqrt', 'number')}({one()})",
            lambda: f"$round({one()}, {self._pick(0, 1, 2, -1, -2)})",
            lambda: f"$length({self._mixed(depth - 1, self.text)})",
            lambda: f"$power({one()}, {self._pick(2, 0.5, -1)})",
            lambda: self.path(depth - 1),
            lambda: f"$reduce({self.many(depth - 1)}, function($a, $b){{$a + $b}}{self._pick('', ', 0')})",
        )()

    def text(self, depth: int) -> str:
        """Usually a string."""
        if depth <= 0 or self._often(0.2):
            return str(self._pick("status", "name", "id", "'x'", '"Globex"', "''", "creationDate"))
        one = lambda: self._mixed(depth - 1, self.text)  # noqa: E731
        call = self._pick("string", "lowercase", "uppercase", "trim", "type", "string")
        return self._pick(
            lambda: f"{one()} & {self._mixed(depth - 1, self._pick(self.text, self.number))}",
            lambda: f"${call}({one()})",
            lambda: f"$substring({one()}, {self._pick(0, 1, -3, 99)}{self._pick('', ', 2', ', -1')})",
            lambda: f"$substring{self._pick('Before', 'After')}({one()}, {self._pick(chr(39) + '@' + chr(39), one())})",
            lambda: f"$join({self.many(depth - 1)}{self._pick('', ', ' + chr(39) + '-' + chr(39))})",
            lambda: f"$string({self.anything(depth - 1)})",
            lambda: f"$replace({one()}, {self._pick('/[aeiou]/', chr(39) + 'a' + chr(39))}, '_')",
            lambda: f"$pad({one()}, {self._pick(5, -5)})",
            lambda: self.path(depth - 1),
            lambda: f"({self.truth(depth - 1)} ? {one()} : {one()})",
        )()

    def truth(self, depth: int) -> str:
        """Usually a Boolean."""
        if depth <= 0:
            return str(self._pick("value > 10000", "price > 50", "isGift", "$exists(status)", "sellerId = 'x'",
                                  "quantity >= 2", "'a' in tags", "status = 'x'", "true", "id != 'Items'"))  # fmt: skip
        number = lambda: self._mixed(depth - 1, self.number)  # noqa: E731
        text = lambda: self._mixed(depth - 1, self.text)  # noqa: E731
        one = lambda: self._mixed(depth - 1, self.truth)  # noqa: E731
        return self._pick(
            lambda: f"{number()} {self._pick('<', '<=', '>', '>=', '=', '!=')} {number()}",
            lambda: f"{number()} {self._pick('<', '<=', '>', '>=')} {self._pick(0, 10, 2.5, 20000)}",
            lambda: f"{text()} {self._pick('=', '!=', '<', '>')} {text()}",
            lambda: f"{self.path(depth - 1)} {self._pick('=', '!=', '>', '<=')} {self.literal()}",
            lambda: f"{self.literal()} {self._pick('=', '!=', '>', '<=')} {self.path(depth - 1)}",
            lambda: f"{self.anything(depth - 1)} {self._pick('=', '!=')} {self.anything(depth - 1)}",
            lambda: f"({one()} {self._pick('and', 'or')} {one()})",
            lambda: f"{one()} {self._pick('and', 'or')} {one()} {self._pick('and', 'or')} {one()}",
            lambda: f"$not({one()})",
            lambda: f"$exists({self._mixed(depth - 1, self.path)})",
            lambda: f"$boolean({self.anything(depth - 1)})",
            lambda: f"{text()} in [{self._pick(chr(39) + '1' + chr(39) + ', ' + chr(39) + 'x' + chr(39), text())}]",
            lambda: f"{self.literal()} in {self.path(depth - 1)}",
            lambda: f"$contains({text()}, {self._pick('/@(acme|globex)[.]com$/', '/^s/i', chr(39) + 'a' + chr(39))})",
            lambda: f"$count(items[{self.predicate(depth - 1)}]) > {self._pick(0, 1)}",
            lambda: f"$toMillis({self._pick('creationDate', text())}) > $toMillis('2026-01-01T00:00:00.000Z')",
            lambda: f"({one()} ? {one()} : {one()})",
        )()

    def many(self, depth: int) -> str:
        """Usually several values."""
        if depth <= 0:
            return str(self._pick("items.price", "items", "totals.value", "tags", "[1, 2, 3]", "items.tags", "[]"))
        item = self._pick("$i", "$x")
        function = lambda write: f"function({item}){{{self._lambda(write, item, depth - 1)}}}"  # noqa: E731
        source = lambda: self._mixed(depth - 1, self.many)  # noqa: E731
        return self._pick(
            lambda: self.path(depth),
            lambda: f"[{self.anything(depth - 1)}, {self.anything(depth - 1)}]",
            lambda: f"[1..{self._pick(0, 3, 'quantity')}]",
            lambda: f"$map({source()}, {function(self.anything)})",
            lambda: f"$filter({source()}, {function(self.truth)})",
            lambda: f"$sort({source()})",
            lambda: f"$distinct({source()})",
            lambda: f"$append({source()}, {source()})",
            lambda: f"$reverse({source()})",
            lambda: f"items^({self._pick('', '>', '<')}{self._inside(self.number, 0)}).{self._pick('id', 'price')}",
            lambda: f"{self._pick('items', 'totals')}[{self.predicate(depth - 1)}]",
            lambda: f"items.({self._inside(self.anything, depth - 1)})",
            lambda: f"$keys({source()})",
            lambda: f"({source()})[{self._pick(0, -1, 1)}]",
        )()

    def _lambda(self, write: Callable[[int], str], parameter: str, depth: int) -> str:
        self.variables.extend([parameter, f"{parameter}.price"])
        try:
            return write(depth)
        finally:
            del self.variables[-2:]

    def anything(self, depth: int) -> str:
        """Any construct."""
        if depth <= 0 or self._often(0.15):
            return self.literal() if self._often(0.4) else str(self._pick("$", *self.fields, *self.variables))
        one = lambda: self.expression(depth - 1)  # noqa: E731
        usual = [
            lambda: f"({one()} ? {one()} : {one()})",
            lambda: f"({one()} ? {one()})",
            lambda: f"({one()} ?: {one()})",
            lambda: f"({one()} ?? {one()})",
            lambda: self._block(depth - 1),
            lambda: f'{{"a": {one()}, "b": {one()}}}',
            lambda: f"[{one()}]",
            lambda: f"({one()})",
            lambda: self.path(depth),
            lambda: self.number(depth),
            lambda: self.text(depth),
            lambda: self.truth(depth),
        ]
        rare = [
            lambda: f"items{{{self._pick('sellerId', 'id', 'name')}: {self._inside(self.anything, depth - 1)}}}",
            lambda: f"items@$it.{self._pick('price', '($it.price * $it.quantity)', '$it.id', 'tags')}",
            lambda: f"items#$n[$n {self._pick('<', '>', '=')} 1].{self._pick('id', '$n', 'price')}",
            lambda: f"items.{self._pick('tags', 'sizes', 'additionalInfo')}.{{'p': %.price, 'v': $}}",
            lambda: f"$ ~> |{self._pick('items', 'totals', '**[price]', 'items[0]')}|{{'price': {one()}}}"
                    f"{self._pick('', ', ' + chr(39) + 'id' + chr(39))}|",
            lambda: f"{one()} ~> $string()",
            lambda: f"{self.many(depth - 1)} ~> ${self._pick('sum', 'count', 'reverse', 'distinct')}",
            lambda: f"$lookup({one()}, 'price')",
            lambda: f"$each({self.path(0)}, function($v, $k){{$k}})",
            lambda: f"$merge({self.many(depth - 1)})",
            lambda: f"$spread({self.path(0)})",
            lambda: f"$zip({self.many(depth - 1)}, {self.many(depth - 1)})",
            lambda: f"$split({self.text(depth - 1)}, {self._pick(chr(39) + '-' + chr(39), '/[ -]/')})",
            lambda: f"$eval({chr(39)}{self._pick('value', 'items.price', '1 +', '$x')}{chr(39)})",
            lambda: f"{self._pick('*', '**')}.{self._pick('price', 'id', 'value')}",
            lambda: f"({self._pick('items', 'items.tags', 'value', '[1]')})[]",
            lambda: f"$sift({self.path(0)}, function($v){{$v > 1}})",
            lambda: f"(function($p, $q){{{self._lambda(self.number, '$p', depth - 1)}}})({one()}, {one()})",
        ]  # fmt: skip
        return self._pick(*usual, *(rare if self.wild else ()))()

    def _block(self, depth: int) -> str:
        name = self._pick("$v", "$w", "$total")
        value = self.expression(depth)
        body = self._lambda(self.expression, name, depth)
        return f"({name} := {value}; {body})"
