"""A good rule file, and the problems of others."""

from __future__ import annotations

from placet.kit.text.located import Problem
from placet.policies.core.rule_file import load_rule_file
from support.project import ROOT

FILES = ROOT / "tests" / "policies" / "core" / "rule_files"


RULE = """
      - name: Cap
        priority: 1
        trigger:
          condition: {expression: value > 1}
          effect: {effectType: deny}
        scoreInterval: {accept: 10, deny: 5}
"""


GOOD = f"""account: acme
units:
  - id: acme
    name: Acme
    children: [{{id: sales, name: Sales}}]
settings: {{noRuleFired: denied}}
dimensions:
  - name: Rules
    unitId: sales
    priority: 9998
    requireAllRulesAcceptance: false
    ruleCollection:{RULE}"""


def problems(text: str, name: str = "rules.yaml") -> list[Problem]:
    return load_rule_file(text, name)[1]


def short(text: str, name: str = "rules.yaml") -> list[str]:
    return [f"{item.line}:{item.column} {item.code}" for item in problems(text, name)]
