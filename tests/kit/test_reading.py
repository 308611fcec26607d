"""Bodies that cannot be read: every fault at once, slips of a field's name before all others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

import placet.app
from placet.errors import InvalidRequest
from placet.kit.reading import read, read_many
from placet.kit.spelling import closest
from placet.kit.wire_model import WireModel
from placet.orders.core.submission import Submission
from placet.policies.core.model import AccountSettings, DimensionDraft, RuleDraft


def models(of: type[WireModel] = WireModel) -> Iterator[type[WireModel]]:
    """Every kind of document that the application reads."""
    assert placet.app
    for model in of.__subclasses__():
        if model.__module__.startswith("placet."):
            yield model
            yield from models(model)


def slips() -> Iterator[Any]:
    """Each field of each model with a slip of its name: a letter less, two swapped, other case."""
    for model in dict.fromkeys(models()):
        names = {str(field.alias or name) for name, field in model.model_fields.items()}
        for name in sorted(names):
            middle = len(name) // 2
            swapped = name[: middle - 1] + name[middle] + name[middle - 1] + name[middle + 1 :]
            for slip in sorted({name[:middle] + name[middle + 1 :], swapped, name.upper()}):
                if slip not in names and closest(slip, names) == name:
                    yield pytest.param(model, name, slip, id=f"{model.__name__}.{name}: {slip}")


def message_of(model: type[WireModel], document: Any) -> str:
    with pytest.raises(InvalidRequest) as caught:
        read(model, document)
    return caught.value.message


@pytest.mark.parametrize(("model", "name", "slip"), list(slips()))
def test_a_slip_is_named_first_and_nothing_is_missing_for_it(
    model: type[WireModel], name: str, slip: str
) -> None:
    message = message_of(model, {slip: None})
    assert message.startswith(f"`{slip}` is not known here; did you mean `{name}`?")
    assert f"`{name}` is missing" not in message
    assert f"`{slip}` is not known here" not in message[1:]
    fields = model.model_fields.items()
    required = {field.alias or name for name, field in fields if field.is_required()}
    assert message.count("is missing") == min(len(required - {name}), 9)


CASES: list[tuple[type[WireModel], Any, str]] = [
    (
        Submission,
        {
            "order": {"orderId": "o-1"},
            "unitid": "acme",
            "callbackEndpoint": "ftp://x",
            "spending": [{"budgetId": "b", "allocationId": 1, "amont": 3}],
        },
        "`unitid` is not known here; did you mean `unitId`?"
        " `spending[0].amont` is not known here; did you mean `amount`?"
        " `callbackEndpoint` must be a URL that begins with `https://` or `http://` and a host;"
        " `spending[0].allocationId` must be a string",
    ),
    (
        DimensionDraft,
        {"name": "", "priority": "1", "requireAllRulesAcceptance": 1, "ruleColection": []},
        "`ruleColection` is not known here; did you mean `ruleCollection`?"
        " `name` must not be empty; `priority` must be a whole number;"
        " `requireAllRulesAcceptance` must be true or false",
    ),
    (
        RuleDraft,
        {
            "name": "a",
            "priority": 1,
            "trigger": {"condition": {"expresion": "true"}, "effect": {}},
            "scoreInterval": {"accept": 1, "deny": 5},
            "authorizationData": {"authorisers": [], "other": 1},
        },
        "`trigger.condition.expresion` is not known here; did you mean `expression`?"
        " `authorizationData.authorisers` is not known here; did you mean `authorizers`?"
        " `trigger.effect.effectType` is missing;"
        " `scoreInterval` deny (5) must be below accept (1);"
        " `authorizationData.other` is not known here",
    ),
    (
        AccountSettings,
        {"sellerBudgets": {"templateCampaigns": [{"idd": 1}, {"ID": "x"}]}, "timeZone": "Mars"},
        "`sellerBudgets.templateCampaigns[1].ID` is not known here; did you mean `id`?"
        " `timeZone` must be a time zone, and `Mars` is none; use a name such as `Europe/Paris`;"
        " `sellerBudgets.templateCampaigns[0].id` is missing",
    ),
]


@pytest.mark.parametrize(("model", "document", "message"), CASES)
def test_every_fault_is_in_one_sentence(
    model: type[WireModel], document: Any, message: str
) -> None:
    assert message_of(model, document) == message


def test_very_many_faults_are_counted() -> None:
    with pytest.raises(InvalidRequest) as caught:
        read_many(DimensionDraft, [{}] * 5)
    assert caught.value.message.count("is missing") == 10
    assert caught.value.message.endswith("; and 10 more")
    assert len(caught.value.details) == 20


def test_a_slip_in_what_could_be_read_is_refused_too() -> None:
    with pytest.raises(InvalidRequest, match=r"^`\[1\]\.shouldsimulate` is not known"):
        whole = {"name": "a", "priority": 1, "requireAllRulesAcceptance": True}
        whole |= {"ruleCollection": []}
        read_many(DimensionDraft, [whole, whole | {"shouldsimulate": True}])
