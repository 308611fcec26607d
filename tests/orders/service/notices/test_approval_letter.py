"""Letters say what is asked, and lead to where their readers answer."""

from __future__ import annotations

import pytest

from placet.orders.core.model import Authorization
from placet.orders.service.notices.approval_letter import Occasion, approval_link, approval_text
from placet.policies.core.model import AccountSettings

ORDER = Authorization.from_document(
    {
        "id": "a-1", "account": "acme", "orderId": "o/1 {id}", "revision": 1,
        "fingerprint": "", "status": "pending", "reason": "above the cap", "policy": "",
        "order": {"value": 735000},
        "settings": AccountSettings().to_document(), "createdAt": 0, "changedAt": 0,
        "unitPath": [], "userProfileId": None, "callbackEndpoint": None, "linkedEntities": [],
        "spending": [], "dimensions": [], "dimensionId": None, "ruleId": None,
        "approvals": [], "history": [],
    }
)  # fmt: skip

LINKS = [
    ("", None),
    ("https://shop.example/", "https://shop.example/acme/commercial-authorizations/a-1"),
    ("https://shop.example/{account}?o={orderId}", "https://shop.example/acme?o=o%2F1%20%7Bid%7D"),
]


@pytest.mark.parametrize(("public_url", "link"), LINKS)
def test_a_link_leads_where_the_setting_says(public_url: str, link: str | None) -> None:
    assert approval_link(public_url, ORDER) == link


def test_a_letter_says_what_is_asked_and_leaves_out_what_is_not_known() -> None:
    link = "https://shop.example/acme/commercial-authorizations/a-1"
    assert approval_text(ORDER, ["Sales: Cap", "Lab: Cap"], "Ana", "https://shop.example") == (
        "Order: o/1 {id}\n"
        "Value: 7,350.00\n"
        "Waits at: Sales: Cap, Lab: Cap\n"
        "Reason: above the cap\n"
        "You stand in for: Ana\n"
        f"Decide here: {link}\n"
    )
    assert "\nYou stand" not in approval_text(ORDER, [], None, "")


@pytest.mark.parametrize("occasion", Occasion)
def test_the_subject_names_the_order_as_it_is(occasion: Occasion) -> None:
    assert " order o/1 {id} " in f" {occasion.subject(ORDER)} ".replace("Order", "order")
