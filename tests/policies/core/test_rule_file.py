"""Rule files: what is read from good ones, and every problem of bad ones with its place."""

from __future__ import annotations

import json

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from placet.kit.text.located import MAX_BYTES, Severity
from placet.policies.core.effects import EffectType
from placet.policies.core.model import NoRuleFired
from placet.policies.core.rule_file import RuleFile, load_rule_file
from support.policies.rule_file import FILES, GOOD, RULE, problems, short

MISTAKES = FILES / "many_mistakes.yaml"


def good() -> RuleFile:
    rule_file, found = load_rule_file(GOOD, "rules.yaml")
    assert found == []
    assert rule_file is not None
    return rule_file


def test_a_good_file_is_read_whole() -> None:
    rule_file = good()
    assert rule_file.account == "acme"
    assert rule_file.settings.no_rule_fired is NoRuleFired.DENIED
    [dimension] = rule_file.stored()
    assert (dimension.id, dimension.unit_id, dimension.priority) == ("rules", "sales", 9998)
    [rule] = dimension.rule_collection
    assert (rule.id, rule.effect) == ("cap", EffectType.DENY)


def test_the_same_file_as_json_says_the_same() -> None:
    text = json.dumps(yaml.safe_load(GOOD), indent="\t")
    rule_file, found = load_rule_file(text, "rules.json")
    assert found == []
    assert rule_file == good()


def test_a_unit_path_leads_from_the_root_down() -> None:
    assert [unit.name for unit in good().unit_path("sales")] == ["Acme", "Sales"]
    assert [unit.id for unit in good().unit_path("acme")] == ["acme"]
    assert [unit.id for unit in good().unit_path("stray")] == ["stray"]
    assert good().unit_path(None) == ()


def test_ids_made_from_names_are_distinct() -> None:
    rules = RULE + RULE.replace("priority: 1", "priority: 2")
    rule_file, found = load_rule_file(GOOD.replace(RULE, rules), "rules.yaml")
    assert [item.code for item in found] == ["duplicate-name"]
    assert found[0].severity is Severity.WARNING
    assert rule_file is not None
    assert [rule.id for rule in rule_file.stored()[0].rule_collection] == ["cap", "cap-2"]


def test_every_mistake_is_listed_at_once_with_its_place() -> None:
    text = MISTAKES.read_text()
    rule_file, found = load_rule_file(text, "rules.yaml")
    assert rule_file is None
    assert [f"{item.line}:{item.column} {item.code}" for item in found] == [
        "2:1 unknown-key",
        "4:70 duplicate-id",
        "7:13 unknown-unit",
        "8:15 type",
        "14:43 expression",
        "16:42 score-interval",
        "23:28 expression",
        "24:32 value",
        "26:9 duplicate-key",
        "27:15 no-authorizers",
        "28:19 duplicate-priority",
        "30:53 expression",
        "32:9 unknown-key",
        "34:19 group-order",
        "39:18 value",
        "42:32 unknown-unit",
        "43:22 value",
    ]
    assert str(found[0]) == (
        "rules.yaml:2:1: error: unknown key `unitz`; did you mean `units`? [unknown-key]"
    )


def test_the_same_mistakes_are_found_in_json() -> None:
    codes = [item.code for item in problems(MISTAKES.read_text())]
    codes.remove("duplicate-key")
    text = json.dumps(yaml.safe_load(MISTAKES.read_text()))
    assert sorted(item.code for item in problems(text, "rules.json")) == sorted(codes)


@pytest.mark.parametrize(
    ("written", "marker"),
    [
        ("value > 1 and )", ")"),
        ("'value > 1 and )'", ")"),
        ('"value > 1 and )"', ")"),
        ("'a = ''x'' and )'", ")"),
        ('"a = \\"x\\" and )"', ")"),
        ('"a = \\u0041 and )"', ")"),
    ],
)
def test_a_wrong_expression_on_one_line_is_marked_exactly(written: str, marker: str) -> None:
    text = GOOD.replace("{expression: value > 1}", f"\n            expression: {written}")
    [problem] = problems(text)
    line = text.splitlines()[problem.line - 1]
    assert problem.code == "expression"
    assert line[problem.column - 1] == marker


@pytest.mark.parametrize("header", ["|", "|-", ">", ">-"])
def test_a_wrong_expression_in_a_block_is_marked_exactly(header: str) -> None:
    block = f"\n            expression: {header}\n              value > 1\n              and )\n"
    text = GOOD.replace("{expression: value > 1}", block)
    [problem] = problems(text)
    assert text.splitlines()[problem.line - 1][problem.column - 1] == ")"


def test_effects_may_be_words_or_numbers() -> None:
    rule_file, found = load_rule_file(GOOD.replace("deny}", "1}", 1), "rules.yaml")
    assert found == []
    assert rule_file is not None
    assert rule_file.dimensions[0].rule_collection[0].effect is EffectType.DENY


def test_units_need_not_be_listed() -> None:
    text = "\n".join(line for line in GOOD.splitlines() if "cme" not in line or "account" in line)
    text = text.replace("units:\n    children: [{id: sales, name: Sales}]\n", "")
    assert problems(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ["1:1 empty"]),
        ("# nothing\n", ["1:1 empty"]),
        ("- 1", ["1:1 type"]),
        ("a: &x 1\nb: *x", ["1:4 alias"]),
        ("a: *x", ["1:4 alias"]),
        ("a: !!python/object:os.system {}", ["1:4 tag"]),
        ("--- {}\n--- {}", ["2:1 several-documents"]),
        ("1: 2", ["1:1 key-type"]),
        ("? [a]\n: 1", ["1:3 key-type"]),
        ("a: 1\n\tb: 2", ["2:1 syntax"]),
        ("a: b: c", ["1:5 syntax"]),
        ("a: '", ["1:5 syntax"]),
        ("[" * 100_000, ["1:65 too-deep"]),
        ("account: \ud800", ["1:1 encoding"]),
        ("#" * (MAX_BYTES + 1), ["1:1 too-large"]),
    ],
)
def test_yaml_that_cannot_be_read_is_refused_in_place(text: str, expected: list[str]) -> None:
    assert short(text) == expected


@pytest.mark.parametrize("length", [65, 500, 1_001, 5_000, 100_000])
@pytest.mark.parametrize(
    ("start", "level", "column"),
    [
        ("", "[", 65),
        ("", "- ", 129),
        ("", "{a: ", 257),
        ("a: ", "[", 67),
        ("é: ", "[", 67),
        ("a: ['[[[', \"]\\\"[\", b', ", "[", 86),
        ("\r\n\r\n- ", "[", 66),
        ("# [[[\na: # [[[\n  ", "[", 66),
    ],
)
def test_depth_is_counted_here_whatever_the_parser_bears(
    start: str, level: str, column: int, length: int
) -> None:
    line = start.count("\n") + 1
    assert short(start + level * length) == [f"{line}:{column} too-deep"]


@pytest.mark.parametrize("text", ["a: '" + "[" * 2_000, "a: '" + "[" * 2_000 + "'\nb: [", "[" * 64])
def test_brackets_that_are_no_levels_are_not_counted(text: str) -> None:
    assert [item.split()[1] for item in short(text)] == ["syntax"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ["1:1 syntax"]),
        ("[1", ["1:3 syntax"]),
        ('{"a": 1,}', ["1:9 syntax"]),
        ('{"a": 01}', ["1:8 syntax"]),
        ('{"a": NaN}', ["1:7 syntax"]),
        ('{"a" 1}', ["1:6 syntax"]),
        ("{a: 1}", ["1:2 syntax"]),
        ("{} {}", ["1:4 syntax"]),
        ("[" * 100_000, ["1:65 too-deep"]),
        ('{"account": "x",\n "dimensions": [],\n "account": "y"}', ["3:2 duplicate-key"]),
    ],
)
def test_json_that_cannot_be_read_is_refused_in_place(text: str, expected: list[str]) -> None:
    assert short(text, "rules.json") == expected


def test_yaml_words_of_old_stay_strings() -> None:
    text = GOOD.replace("name: Cap", "name: no").replace("name: Rules", "name: 2026-01-01")
    rule_file, found = load_rule_file(text, "rules.yaml")
    assert found == []
    assert rule_file is not None
    assert rule_file.dimensions[0].name == "2026-01-01"
    assert rule_file.dimensions[0].rule_collection[0].name == "no"


@given(st.text(alphabet=st.sampled_from("ab:-[]{}\"'|>&*!? \n\t#,1"), max_size=60))
def test_no_yaml_text_makes_reading_fail(text: str) -> None:
    rule_file, found = load_rule_file(text, "rules.yaml")
    assert (rule_file is None) == any(item.severity is Severity.ERROR for item in found)


@given(st.text(alphabet=st.sampled_from('ab:-[]{}"\\u0 \n\t,1.e+'), max_size=60))
def test_no_json_text_makes_reading_fail(text: str) -> None:
    rule_file, found = load_rule_file(text, "rules.json")
    assert (rule_file is None) == any(item.severity is Severity.ERROR for item in found)


def test_more_problems_than_anyone_reads_are_counted_only() -> None:
    text = GOOD + "".join(f"k{number}: 1\n" for number in range(3_000))
    found = problems(text)
    assert len(found) == 1001
    assert found[-1].message == "2000 more problems are not shown"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda children: (
        st.lists(children, max_size=3)
        | st.dictionaries(
            st.sampled_from(["dimensions", "units", "ruleCollection", "trigger", "effect", "id"])
            | st.text(max_size=3),
            children,
            max_size=4,
        )
    ),
    max_leaves=15,
)


@given(JSON)
def test_any_shape_of_document_gives_problems_not_failures(document: object) -> None:
    assert problems(json.dumps(document), "rules.json")
