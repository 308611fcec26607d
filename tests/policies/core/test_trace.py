"""What a walk found out comes back as it was stored."""

from __future__ import annotations

import json

from hypothesis import given

from placet.policies.core.model import AccountSettings, Dimension
from placet.policies.core.trace import Decision
from support.policies.drawn import decide, dimensions, policy_of, settings_strategy


@given(dimensions(), settings_strategy)
def test_a_decision_survives_json(drawn: list[Dimension], settings: AccountSettings) -> None:
    decision = decide(policy_of(drawn, settings), settings=settings)
    document = json.loads(json.dumps(decision.to_document()))
    assert Decision.from_document(document) == decision
