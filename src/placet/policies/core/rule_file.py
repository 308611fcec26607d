"""Rule files: an account's units, settings and dimensions as YAML or JSON text.

Problems are values: reading never stops at the first one. Text comes in and objects go out, who
opens files is the caller.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from typing import Annotated, Any, Final

from pydantic import Field, ValidationError

from placet.errors import Detail, InvalidRequest
from placet.kit.reading import field_details
from placet.kit.text.json_reader import read_json
from placet.kit.text.located import MAX_BYTES, Located, Place, Problem, Severity
from placet.kit.text.yaml_reader import read_yaml
from placet.kit.wire_model import Document, Name, VisibleName, WireModel
from placet.people.core.unit import Unit
from placet.policies.core.effects import EffectType
from placet.policies.core.evidence import shorten
from placet.policies.core.hazards import Shape
from placet.policies.core.hints import Hints
from placet.policies.core.lint import lint
from placet.policies.core.model import AccountSettings, Dimension, DimensionDraft
from placet.policies.core.schema import rule_file_schema
from placet.policies.core.unit_gate import UnitGap

SCHEMA: Final = rule_file_schema()
MAX_PROBLEMS: Final = 1_000


class UnitNode(WireModel):
    """A unit of the organization and those below it."""

    id: VisibleName
    name: VisibleName
    children: tuple[UnitNode, ...] = ()


class RuleFile(WireModel):
    """What a rule file says. `dimensions` are as written; `stored` gives them their ids."""

    account: Name
    units: tuple[UnitNode, ...] = ()
    settings: AccountSettings = AccountSettings()
    dimensions: Annotated[tuple[DimensionDraft, ...], Field(max_length=1_000)]

    def stored(self) -> list[Dimension]:
        """The dimensions with ids: their own, or made from their names, always the same."""
        taken: set[str] = set()
        return [
            Dimension.from_draft(
                draft,
                _fresh(draft.id or _slug(draft.name), taken),
                _rule_ids(draft),
                created_at=index,
            )
            for index, draft in enumerate(self.dimensions)
        ]

    def unit_path(self, unit_id: str | None) -> tuple[Unit, ...]:
        """The units from the root down to `unit_id`; a unit the tree does not know stands alone."""
        if unit_id is None:
            return ()
        for root in self.units:
            path = _path_to(root, unit_id)
            if path:
                return tuple(Unit(id=node.id, name=node.name) for node in path)
        return (Unit(id=unit_id, name=""),)

    def unit_gap(self, unit_id: str | None) -> UnitGap | None:
        """What is wrong with an order's unit; None where it is one of the file's, or it has none.

        A file without `units` says nothing of the account's tree.
        """
        known = {node.id for root in self.units for node in _nodes(root)}
        if not known or unit_id in known:
            return None
        return UnitGap.of(unit_id, known=known, roots=sorted(root.id for root in self.units))


class RuleFileError(InvalidRequest):
    """A rule file cannot be used; `problems` are all that was found, with their places."""

    default_code = "bad-rule-file"

    def __init__(self, problems: Sequence[Problem]) -> None:
        errors = [problem for problem in problems if problem.severity is Severity.ERROR]
        lines = "\n".join(str(problem) for problem in errors)
        number = "1 error" if len(errors) == 1 else f"{len(errors)} errors"
        details = [Detail("", str(problem)) for problem in errors]
        super().__init__(f"the rule file has {number}:\n{lines}", details=details)
        self.problems = tuple(problems)


def load_rule_file(
    text: str, name: str, orders: Shape | None = None
) -> tuple[RuleFile | None, list[Problem]]:
    """Read the rule file `text`, called `name` in problems.

    JSON where `name` ends in `.json`, else YAML. `orders` is what was learnt from orders that the
    rules are for. The file is None when there is an error among the problems; warnings and notes
    alone leave it usable. Problems come in the order of the file.
    """
    problems: list[Problem] = []

    def report(place: Place, code: str, message: str, severity: Severity = Severity.ERROR) -> None:
        problems.append(Problem(name, place.line, place.column, severity, code, message))

    document = _read(text, name, report)
    rule_file = None
    if document is not None:
        rule_file = _validated(document, report)
        lint(document, text.splitlines(), report, orders)
    if any(problem.severity is Severity.ERROR for problem in problems):
        rule_file = None
    return rule_file, _bounded(sorted(set(problems)))


def _bounded(problems: list[Problem]) -> list[Problem]:
    """The first problems of a file that has more than anyone reads, and how many are left out."""
    if len(problems) <= MAX_PROBLEMS:
        return problems
    shown, rest = problems[:MAX_PROBLEMS], problems[MAX_PROBLEMS:]
    message = f"{len(rest)} more problems are not shown"
    worst = min((problem.severity for problem in rest), key=list(Severity).index)
    return [*shown, replace(rest[0], severity=worst, code="more", message=message)]


def _read(text: str, name: str, report: Callable[..., None]) -> Located | None:
    start = Place(1, 1)
    if len(text) > MAX_BYTES or len(text.encode(errors="replace")) > MAX_BYTES:
        report(start, "too-large", f"the file is larger than {MAX_BYTES // 1_000_000} MB")
        return None
    if any("\ud800" <= character <= "\udfff" for character in text):
        report(start, "encoding", "the file is not UTF-8")
        return None
    reader = read_json if name.lower().endswith(".json") else read_yaml
    document = reader(text, report)
    if document is not None and not isinstance(document.value, dict):
        report(document.place, "type", "a rule file must be an object with `account` and so on")
        return None
    return document


def _validated(document: Located, report: Callable[..., None]) -> RuleFile | None:
    slips = _report_unknown_keys(document, report)
    try:
        return RuleFile.model_validate(
            _effects_as_numbers(document.plain()), by_alias=True, by_name=False
        )
    except ValidationError as error:
        details = field_details(error)
        for item, detail in zip(error.errors(include_url=False), details, strict=True):
            _report_invalid(document, item, detail.message, slips, report)
        return None


def _report_unknown_keys(document: Located, report: Callable[..., None]) -> set[tuple[Place, str]]:
    """Report them, and answer what they were meant for: the places of objects, and keys of theirs
    that therefore are not missing.
    """
    hints = Hints()
    slips = set()
    for node, key, known in _unknown_keys(document, SCHEMA):
        meant = hints.meant(key, known)
        hint = f"; did you mean `{meant}`?" if meant else ""
        report(node.keys[key], "unknown-key", f"unknown key `{shorten(key)}`{hint}")
        if meant is not None:
            slips.add((node.place, meant))
    return slips


def _report_invalid(
    document: Located,
    item: Any,
    message: str,
    slips: Collection[tuple[Place, str]],
    report: Callable[..., None],
) -> None:
    path, missing = item["loc"], item["type"] == "missing"
    node, complete = document.find(path)
    if item["type"] == "extra_forbidden" or (missing and (node.place, path[-1]) in slips):
        # told as the unknown key that it is, or that stands in its stead
        return
    if missing:
        report(node.place, "missing-key", f"the key `{path[-1]}` is missing")
    elif path and path[-1] == "scoreInterval" and item["type"] == "value_error":
        deny = node.get("deny")
        report((deny or node).place, "score-interval", message)
    else:
        last = next((step for step in reversed(path) if isinstance(step, str)), "file")
        code = "type" if item["type"].endswith("_type") else "value"
        report(node.place, code, f"`{last}` {message}" if complete else message)


def _unknown_keys(node: Located, schema: Document) -> Iterator[tuple[Located, str, list[str]]]:
    """Keys the schema does not name, with the object they are in and the keys it may have."""
    if "$ref" in schema:
        schema = SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]]
    if isinstance(node.value, list):
        for item in node.value:
            yield from _unknown_keys(item, schema.get("items", {}))
    elif isinstance(node.value, dict) and "properties" in schema:
        properties = schema["properties"]
        for key, child in node.value.items():
            if key in properties:
                yield from _unknown_keys(child, properties[key])
            else:
                yield node, key, list(properties)


def _number_of(word: str) -> Any:
    effect = EffectType.of_word(word)
    return word if effect is None else effect.value


def _effects_as_numbers(document: Any) -> Any:
    """Rule files may name effects by word; the models know the API's numbers."""
    if isinstance(document, list):
        return [_effects_as_numbers(item) for item in document]
    if not isinstance(document, dict):
        return document
    return {
        key: _number_of(value)
        if key == "effectType" and isinstance(value, str)
        else _effects_as_numbers(value)
        for key, value in document.items()
    }


def _nodes(root: UnitNode) -> Iterator[UnitNode]:
    waiting = [root]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += node.children


def _path_to(node: UnitNode, unit_id: str) -> list[UnitNode]:
    if node.id == unit_id:
        return [node]
    for child in node.children:
        path = _path_to(child, unit_id)
        if path:
            return [node, *path]
    return []


def _rule_ids(draft: DimensionDraft) -> list[str]:
    taken: set[str] = set()
    return [_fresh(rule.id or _slug(rule.name), taken) for rule in draft.rule_collection]


def _slug(name: str) -> str:
    return re.sub(r"\W+", "-", name.lower()).strip("-") or "unnamed"


def _fresh(wanted: str, taken: set[str]) -> str:
    number, fresh = 1, wanted
    while fresh in taken:
        number += 1
        fresh = f"{wanted}-{number}"
    taken.add(fresh)
    return fresh
